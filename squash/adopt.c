/* SPDX-License-Identifier: MIT */
#include "squash/adopt.h"

#include "squash/convention.h"

#include "common/base/error.h"

#include <string.h>

static void
step_free(gpointer data)
{
    BlAdoptStep *step = data;
    g_free(step->name);
    g_free(step->raw_digest);
    g_free(step->token_digest);
    g_free(step);
}

void
bl_adoption_free(BlAdoption *adoption)
{
    if (adoption == NULL)
        return;
    g_ptr_array_unref(adoption->steps);
    g_free(adoption);
}

static BlAdoption *
adoption_new(void)
{
    BlAdoption *adoption = g_new0(BlAdoption, 1);
    adoption->steps = g_ptr_array_new_with_free_func(step_free);
    return adoption;
}

/* How the tool's own convention reads a name; one without a convention calls the digits at its head
 * the version. */
static const BlConvention *
convention_of(const BlPeer *peer)
{
    const BlConvention *convention = bl_convention_find(peer->name);
    return convention != NULL ? convention : &bl_convention_baseline;
}

/* What stands for a migration in the tool's table: its version; its script where it has none. */
static char *
key_of_name(const BlPeer *peer, const char *name)
{
    gboolean is_number = (peer->traits & BL_PEER_NUMBERS) != 0;
    char *version = is_number ? bl_version_number(name) : convention_of(peer)->version(name);
    return version != NULL ? version : g_strconcat("=", bl_last_part(name), NULL);
}

static char *
key_of_row(const BlPeer *peer, const BlPeerRow *row)
{
    if (row->version != NULL && (peer->traits & BL_PEER_NUMBERS) != 0)
        return bl_version_number(row->version);
    if (row->version != NULL)
        return g_strdup(row->version);
    const char *script = bl_last_part(row->script != NULL ? row->script : "");
    gsize len = strlen(script) - (g_str_has_suffix(script, ".sql") ? strlen(".sql") : 0);
    return g_strdup_printf("=%.*s", (int)len, script);
}

/* The names of migrations that are known in some way, by what the tool calls them. */
static GHashTable *
index_names(const BlAdoptInput *input)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const BlPeer *peer = input->peer->peer;
    for (guint i = 0; i < input->ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(input->ledger->rows, i);
        g_hash_table_replace(names, key_of_name(peer, row->name), row->name);
    }
    for (guint i = 0; input->manifest != NULL && i < input->manifest->squashed->len; i++) {
        char *name = g_ptr_array_index(input->manifest->squashed, i);
        g_hash_table_insert(names, key_of_name(peer, name), name);
    }
    /* A file comes first: what it is called now counts. A baseline script shares its version with
     * the migration that it stands for. */
    for (guint i = 0; i < input->history->list->len; i++) {
        BlMigration *file = g_ptr_array_index(input->history->list, i);
        if (file->kind != BL_MIGRATION_BASELINE)
            g_hash_table_replace(names, key_of_name(peer, file->name), file->name);
    }
    return names;
}

/* A name for what no file, snapshot or ledger row is called: as near to the tool's as can be. */
static char *
invent_name(const BlAdoptInput *input, const BlPeerRow *row)
{
    if (row->script != NULL) {
        g_autofree char *stem = g_strndup(
            row->script,
            strlen(row->script) - (g_str_has_suffix(row->script, ".sql") ? strlen(".sql") : 0));
        return g_strconcat(input->folder, "/", stem, NULL);
    }
    g_autofree char *title = g_strdup(row->title);
    if (title == NULL || title[0] == '\0')
        return g_strconcat(input->folder, "/", row->version, NULL);
    return g_strconcat(input->folder, "/", row->version, "_", g_strdelimit(title, " /\\", '_'),
                       NULL);
}

/* What the tool says is applied: name -> BlPeerRow *, or NULL where only a newer one is named. */
typedef struct {
    const BlAdoptInput *input;
    GHashTable *names;   /* key -> name */
    GHashTable *applied; /* name, owned -> BlPeerRow * */
    GPtrArray *order;    /* those names that have no file, as the table has them; borrowed */
} Wanted;

static void
wanted_clear(Wanted *wanted)
{
    g_clear_pointer(&wanted->names, g_hash_table_unref);
    g_clear_pointer(&wanted->applied, g_hash_table_unref);
    g_clear_pointer(&wanted->order, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

static void
want(Wanted *wanted, const char *name, const BlPeerRow *row)
{
    if (g_hash_table_contains(wanted->applied, name))
        return;
    char *copy = g_strdup(name);
    g_hash_table_insert(wanted->applied, copy, (gpointer)(guintptr)row);
    if (bl_history_find(wanted->input->history, name) == NULL)
        g_ptr_array_add(wanted->order, copy);
}

/* The newest version in the ledger; NULL: none. */
static char *
newest_version(const BlPeer *peer, const BlLedger *ledger)
{
    const BlConvention *convention = convention_of(peer);
    char *newest = NULL;
    for (guint i = 0; i < ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(ledger->rows, i);
        g_autofree char *version = convention->version(row->name);
        if (version == NULL || (newest != NULL && bl_peer_compare_versions(version, newest) <= 0))
            continue;
        g_free(newest);
        newest = g_steal_pointer(&version);
    }
    return newest;
}

/* The baseline script of @version, where it is what the ledger holds; NULL: it is not. */
static const BlMigration *
find_applied_baseline(const BlAdoptInput *input, const char *version)
{
    for (guint i = 0; i < input->history->list->len; i++) {
        const BlMigration *file = g_ptr_array_index(input->history->list, i);
        if (file->kind == BL_MIGRATION_BASELINE && g_strcmp0(file->version, version) == 0 &&
            bl_ledger_find(input->ledger, file->name) != NULL)
            return file;
    }
    return NULL;
}

/* Everything as old as @row or older. A tool that keeps one row does not say whether something
 * older was left out: up to where the ledger has come, the ledger knows. */
static gboolean
want_reached(Wanted *wanted, const BlPeerRow *row, GError **error)
{
    const BlAdoptInput *input = wanted->input;
    gboolean is_single = (input->peer->peer->traits & BL_PEER_SINGLE) != 0;
    const BlMigration *baseline = find_applied_baseline(input, row->version);
    if (baseline != NULL) {
        want(wanted, baseline->name, row);
        return TRUE;
    }
    const char *newest = g_hash_table_lookup(wanted->names, row->version);
    if (newest == NULL && is_single) {
        bl_error_set(error, BL_ERROR_CONFLICT, "restore the file of that version",
                     "%s is at version %s, and no file has it", input->peer->peer->name,
                     row->version);
        return FALSE;
    }
    g_autofree char *known = is_single ? newest_version(input->peer->peer, input->ledger) : NULL;
    g_autoptr(GList) keys = g_hash_table_get_keys(wanted->names);
    for (GList *link = keys; link != NULL; link = link->next) {
        const char *key = link->data;
        const char *name = g_hash_table_lookup(wanted->names, key);
        if (key[0] == '=' || bl_peer_compare_versions(key, row->version) > 0)
            continue;
        if (known != NULL && bl_peer_compare_versions(key, known) < 0 &&
            bl_ledger_find(input->ledger, name) == NULL)
            continue;
        want(wanted, name, name == newest ? row : NULL);
    }
    return TRUE;
}

static gboolean
collect(Wanted *wanted, GError **error)
{
    const BlAdoptInput *input = wanted->input;
    const BlPeerTable *peer = input->peer;
    if (peer->failed != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "mend the database, and let that tool say that it is done",
                     "%s stopped half-way in migration \"%s\"", peer->peer->name,
                     peer->failed->version != NULL ? peer->failed->version : peer->failed->script);
        return FALSE;
    }
    for (guint i = 0; i < peer->rows->len; i++) {
        const BlPeerRow *row = g_ptr_array_index(peer->rows, i);
        if (row->state == BL_PEER_REACHED) {
            if (!want_reached(wanted, row, error))
                return FALSE;
            continue;
        }
        g_autofree char *key = key_of_row(peer->peer, row);
        const char *name = g_hash_table_lookup(wanted->names, key);
        g_autofree char *invented = name == NULL ? invent_name(input, row) : NULL;
        want(wanted, name != NULL ? name : invented, row);
    }
    return TRUE;
}

/* The checksum that the tool keeps tells whether the file is what was applied. Where it is not,
 * that checksum stands in the place of the digest, so that the migration counts as modified. */
static void
set_digests(BlAdoptStep *step, const BlPeerTable *peer, const BlPeerRow *row)
{
    if (step->file == NULL)
        return;
    const char *now = step->file->checksum;
    const BlConvention *convention = convention_of(peer->peer);
    step->modified =
        row != NULL && row->checksum != NULL && now != NULL &&
        g_ascii_strcasecmp(row->checksum, now) != 0 &&
        (convention->accepts == NULL || !convention->accepts(step->file, row->checksum));
    if (step->modified) {
        g_autofree char *digest = g_strdup_printf("%s:%s", peer->peer->name, row->checksum);
        step->raw_digest = g_strndup(digest, 80);
        return;
    }
    step->raw_digest = g_strdup(step->file->raw_digest);
    step->token_digest = g_strdup(step->file->token_digest);
}

static void
record(BlAdoption *adoption, const Wanted *wanted, const char *name)
{
    if (bl_ledger_find(wanted->input->ledger, name) != NULL)
        return;
    BlAdoptStep *step = g_new0(BlAdoptStep, 1);
    step->kind = BL_ADOPT_RECORD;
    step->name = g_strdup(name);
    step->file = bl_history_find(wanted->input->history, name);
    set_digests(step, wanted->input->peer, g_hash_table_lookup(wanted->applied, name));
    g_ptr_array_add(adoption->steps, step);
}

static void
forget(BlAdoption *adoption, const BlLedgerRow *row)
{
    BlAdoptStep *step = g_new0(BlAdoptStep, 1);
    step->kind = BL_ADOPT_FORGET;
    step->name = g_strdup(row->name);
    step->row = row;
    g_ptr_array_add(adoption->steps, step);
}

/* What the table cannot hold: no version (a tool without repeatable ones), or no row for it. */
static gboolean
has_place(const BlPeer *peer, const char *name)
{
    g_autofree char *version = convention_of(peer)->version(name);
    return version != NULL || strcmp(peer->name, "flyway") == 0;
}

static int
order_names(gconstpointer left, gconstpointer right, gpointer data)
{
    return bl_history_compare(data, *(const char *const *)left, *(const char *const *)right);
}

BlAdoption *
bl_adoption_new(const BlAdoptInput *input, GError **error)
{
    g_auto(Wanted) wanted = {
        .input = input,
        .names = index_names(input),
        .applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .order = g_ptr_array_new(),
    };
    if (!collect(&wanted, error))
        return NULL;
    g_autoptr(BlAdoption) adoption = adoption_new();
    for (guint i = input->ledger->rows->len; input->two_way && i > 0; i--) {
        const BlLedgerRow *row = g_ptr_array_index(input->ledger->rows, i - 1);
        if (!g_hash_table_contains(wanted.applied, row->name) &&
            has_place(input->peer->peer, row->name))
            forget(adoption, row);
    }
    /* Nobody knows where what has no file stood; it was before what has one. */
    g_ptr_array_sort_with_data(wanted.order, order_names, (gpointer)(guintptr)input->history);
    for (guint i = 0; i < wanted.order->len; i++)
        record(adoption, &wanted, g_ptr_array_index(wanted.order, i));
    for (guint i = 0; i < input->history->list->len; i++) {
        const BlMigration *file = g_ptr_array_index(input->history->list, i);
        if (g_hash_table_contains(wanted.applied, file->name))
            record(adoption, &wanted, file->name);
    }
    return g_steal_pointer(&adoption);
}

BlAdoption *
bl_adoption_of_ledger(const BlHistory *history, const BlLedger *ledger)
{
    BlAdoption *adoption = adoption_new();
    for (guint i = 0; i < ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(ledger->rows, i);
        const BlMigration *file = bl_history_find(history, row->name);
        if (file == NULL || bl_ledger_journal(ledger, row) != NULL)
            continue;
        BlAdoptStep *step = g_new0(BlAdoptStep, 1);
        step->kind = BL_ADOPT_DIGEST;
        step->name = g_strdup(row->name);
        step->file = file;
        step->row = row;
        step->batch = row->batch;
        step->raw_digest = g_strdup(file->raw_digest);
        step->token_digest = g_strdup(file->token_digest);
        g_ptr_array_add(adoption->steps, step);
    }
    return adoption;
}

gboolean
bl_adopt_check(const BlHistory *history,
               const BlLedger *ledger,
               const BlManifest *manifest,
               GError **error)
{
    if (ledger->peer == NULL || !ledger->peer->exists)
        return TRUE;
    const BlPeer *peer = ledger->peer->peer;
    const BlAdoptInput input = { history, ledger, manifest, ledger->peer, "", TRUE };
    g_autoptr(BlAdoption) adoption = bl_adoption_new(&input, error);
    if (adoption == NULL || adoption->steps->len == 0)
        return adoption != NULL;
    const BlAdoptStep *step = g_ptr_array_index(adoption->steps, 0);
    g_autofree char *hint = g_strdup_printf("see what it would change: migrate adopt --from %s "
                                            "--dry-run",
                                            peer->name);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 step->kind == BL_ADOPT_FORGET
                     ? "the ledger and the table of %s disagree: \"%s\" is only in the ledger"
                     : "the ledger and the table of %s disagree: \"%s\" is not in the ledger",
                 peer->name, step->name);
    return FALSE;
}

static gboolean
write_step(const BlAdoptStep *step,
           BlSession *session,
           const BlLedgerNames *names,
           gint64 batch,
           const char *note,
           GError **error)
{
    if (step->kind == BL_ADOPT_FORGET)
        return bl_ledger_delete(session, names, step->row->id, error);
    const BlJournalEntry entry = {
        .name = step->name,
        .raw_digest = step->raw_digest,
        .token_digest = step->token_digest,
        .state = BL_JOURNAL_APPLIED,
        .message = note,
        .links_ledger = TRUE,
        .ledger_id = step->row != NULL ? step->row->id : 0,
    };
    if (step->kind == BL_ADOPT_RECORD &&
        !bl_ledger_insert(session, names, step->name, batch, error))
        return FALSE;
    return bl_journal_insert(session, names, &entry, NULL, error);
}

gboolean
bl_adoption_write(const BlAdoption *adoption,
                  BlSession *session,
                  const BlLedgerNames *names,
                  const BlLedger *ledger,
                  const char *tool,
                  GError **error)
{
    g_autofree char *note = g_strdup_printf("adopted from %s", tool);
    gint64 batch = bl_ledger_last_batch(ledger);
    for (guint i = 0; i < adoption->steps->len; i++) {
        const BlAdoptStep *step = g_ptr_array_index(adoption->steps, i);
        batch += step->kind == BL_ADOPT_RECORD && step->batch == 0;
        if (!write_step(step, session, names, step->batch != 0 ? step->batch : batch, note, error))
            return FALSE;
    }
    return TRUE;
}

/* A row of the tool's table for @name. @return NULL: the tool has no place for it */
static BlPeerRow *
row_of(const BlPeer *peer, const char *name, const BlMigration *migration)
{
    static const char *const types[] = {
        [BL_MIGRATION_VERSIONED] = "SQL",
        [BL_MIGRATION_REPEATABLE] = "SQL",
        [BL_MIGRATION_BASELINE] = "SQL_BASELINE",
    };
    const BlConvention *convention = convention_of(peer);
    if (!has_place(peer, name))
        return NULL;
    BlPeerRow *row = g_new0(BlPeerRow, 1);
    row->version = convention->version(name);
    row->title = convention->title != NULL ? convention->title(name) : NULL;
    row->script = migration != NULL ? g_strdup(migration->script)
                                    : g_strconcat(bl_last_part(name), ".sql", NULL);
    row->checksum = migration != NULL ? g_strdup(migration->checksum) : NULL;
    row->type = g_strdup(types[migration != NULL ? migration->kind : BL_MIGRATION_VERSIONED]);
    return row;
}

gboolean
bl_adopt_note(BlSession *session,
              const BlLedgerNames *names,
              const char *name,
              const BlMigration *migration,
              GError **error)
{
    if (names->peer == NULL)
        return TRUE;
    g_autoptr(BlPeerRow) row = row_of(names->peer, name, migration);
    return row == NULL || bl_peer_insert(session, names->peer, names->peer_table, row, error);
}

/* The newest of the ledger, for a table that holds only that. @return FALSE: @error */
static gboolean
find_newest(BlSession *session, const BlLedgerNames *names, char **newest, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, names, error);
    if (ledger != NULL)
        *newest = newest_version(names->peer, ledger);
    return ledger != NULL;
}

gboolean
bl_adopt_unnote(BlSession *session, const BlLedgerNames *names, const char *name, GError **error)
{
    if (names->peer == NULL)
        return TRUE;
    g_autoptr(BlPeerRow) row = row_of(names->peer, name, NULL);
    if (row == NULL)
        return TRUE;
    g_autofree char *newest = NULL;
    if ((names->peer->traits & BL_PEER_SINGLE) != 0 && !find_newest(session, names, &newest, error))
        return FALSE;
    return bl_peer_remove(session, names->peer, names->peer_table, row, newest, error);
}

gboolean
bl_adopt_fill(BlSession *session,
              const BlLedgerNames *names,
              const BlHistory *history,
              const BlLedger *ledger,
              GError **error)
{
    for (guint i = 0; names->peer != NULL && i < ledger->rows->len; i++) {
        const char *name = ((const BlLedgerRow *)g_ptr_array_index(ledger->rows, i))->name;
        if (!bl_adopt_note(session, names, name, bl_history_find(history, name), error))
            return FALSE;
    }
    return TRUE;
}
