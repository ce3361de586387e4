/* SPDX-License-Identifier: MIT */
#include "dump/dumper.h"

#include "dump/absent.h"
#include "dump/text.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/stream.h"
#include "common/schema/compare.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_lock.h"

#include <string.h>

/* Below, a second thread costs more than it saves. */
#define PARALLEL_OBJECTS 500

void
bl_dump_free(BlDump *dump)
{
    if (dump == NULL)
        return;
    bl_catalog_free(dump->catalog);
    bl_manifest_free(dump->manifest);
    g_string_free(dump->sql, TRUE);
    g_array_unref(dump->counts);
    g_ptr_array_unref(dump->skipped);
    g_free(dump->replaced);
    g_free(dump);
}

static gboolean
check_nothing_unfinished(const BlLedger *ledger, GError **error)
{
    if (!bl_ledger_check_mark(ledger, error))
        return FALSE;
    const BlJournalRow *row = bl_ledger_unfinished(ledger, NULL);
    if (row == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "finish it first: migrate status, then migrate repair",
                 "migration \"%s\" is %s: a snapshot would hold half of it", row->name,
                 bl_journal_state_name(row->state));
    return FALSE;
}

/* A database in which only the other tool keeps books would lose them: they travel with the ledger.
 */
static gboolean
check_peer(BlSession *session, const BlDumpOptions *options, const BlLedger *ledger, GError **error)
{
    const BlPeerTable *peer = ledger->peer;
    if (peer == NULL || !peer->exists)
        return TRUE;
    if (peer->failed != NULL || (!ledger->has_ledger && peer->rows->len > 0)) {
        g_autofree char *hint =
            g_strdup_printf("take it over first: migrate adopt --from %s", peer->peer->name);
        bl_error_set(error, BL_ERROR_CONFLICT, hint,
                     peer->failed != NULL
                         ? "the table \"%s\" of %s has a migration that stopped half-way"
                         : "the table \"%s\" of %s has migrations, and there is no ledger",
                     options->names.peer_table, peer->peer->name);
        return FALSE;
    }
    g_autofree char *create =
        bl_peer_create_statement(session->engine, peer->peer, options->names.peer_table);
    if (create == NULL)
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "set \"keepToolTable\" to false",
                     "%s has no table for this engine", peer->peer->name);
    return create != NULL;
}

typedef struct {
    const BlDumpOptions *options;
    const BlLedger *ledger;
    GPtrArray *names;
    GHashTable *seen;
    GHashTable *on_disk;
    GHashTable *places; /* of the old manifest's names: 1, 2, 3 … */
    guint n_old, next_old;
} Order;

static void
add_name(Order *order, const char *name)
{
    if (g_hash_table_contains(order->seen, name) || bl_ledger_find(order->ledger, name) == NULL)
        return;
    char *copy = g_strdup(name);
    g_ptr_array_add(order->names, copy);
    g_hash_table_add(order->seen, copy);
}

static void
add_gone(Order *order, guint end)
{
    for (; order->next_old < end; order->next_old++) {
        const char *name = g_ptr_array_index(order->options->old->squashed, order->next_old);
        if (!g_hash_table_contains(order->on_disk, name))
            add_name(order, name);
    }
}

static void
add_unknown(Order *order)
{
    for (guint i = 0; i < order->ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(order->ledger->rows, i);
        if (!g_hash_table_contains(order->on_disk, row->name) &&
            !g_hash_table_contains(order->places, row->name))
            add_name(order, row->name);
    }
}

/* For each file: how many names of the old manifest stand before it, which is where the first file
 * from it on that the manifest knows has its place; all, where it knows none. */
static guint *
find_ends(const Order *order)
{
    gsize n = order->options->n_history;
    guint *ends = g_new(guint, n + 1);
    ends[n] = order->n_old;
    for (gsize i = n; i > 0; i--) {
        const char *name = order->options->history[i - 1].name;
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(order->places, name));
        ends[i - 1] = place > 0 ? place - 1 : ends[i];
    }
    return ends;
}

/* The migrations on disk by name: name -> const BlKnownMigration *. */
static GHashTable *
index_history(const BlDumpOptions *options)
{
    GHashTable *on_disk = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < options->n_history; i++)
        g_hash_table_insert(on_disk, (gpointer)(guintptr)options->history[i].name,
                            (gpointer)(guintptr)&options->history[i]);
    return on_disk;
}

/* History order, whatever the order in which this machine applied them. Names whose files are gone
 * keep the order of the manifest that knew them, also round a file that stayed, and come before
 * what it did not know; then those that no manifest knew, as the ledger has them. */
static GPtrArray *
order_migrations(const BlDumpOptions *options, const BlLedger *ledger, GHashTable *on_disk)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    Order order = { options,
                    ledger,
                    g_ptr_array_new_with_free_func(g_free),
                    seen,
                    on_disk,
                    places,
                    options->old != NULL ? options->old->squashed->len : 0,
                    0 };
    for (guint i = 0; i < order.n_old; i++)
        g_hash_table_insert(places, g_ptr_array_index(options->old->squashed, i),
                            GUINT_TO_POINTER(i + 1));

    g_autofree guint *ends = find_ends(&order);
    add_gone(&order, ends[0]);
    add_unknown(&order);
    for (gsize i = 0; i < options->n_history; i++) {
        add_gone(&order, ends[i]);
        add_name(&order, options->history[i].name);
    }
    add_gone(&order, order.n_old);
    return order.names;
}

/* The digests of what was applied: the journal's, or those of the snapshot that the database came
 * from. The file's own where it is the same by tokens, so that two machines that ran it before and
 * after an edited comment write the same bytes. */
static void
set_digests(BlManifest *manifest,
            const BlDumpOptions *options,
            const BlLedger *ledger,
            const BlKnownMigration *file,
            const char *name)
{
    const BlLedgerRow *row = bl_ledger_find(ledger, name);
    const BlJournalRow *journal = row != NULL ? bl_ledger_journal(ledger, row) : NULL;
    const BlMigrationDigest *old =
        options->old != NULL ? bl_manifest_digest(options->old, name) : NULL;
    const char *applied = journal != NULL ? journal->token_digest : NULL;
    gboolean has_run = options->ran != NULL && g_hash_table_contains(options->ran, name);
    const char *was = applied == NULL && old != NULL && !has_run ? old->token : applied;
    gboolean is_twin = file != NULL && bl_known_migration_is_twin(file, was);
    gboolean edited =
        file != NULL && !is_twin && was != NULL && g_strcmp0(file->token_digest, was) != 0;
    if (edited) {
        bl_report_text(
            options->reporter, BL_EVENT_WARNING,
            "\"%s\" was edited after it was applied; the snapshot holds what was applied", name);
    }
    if (file != NULL && !edited && !is_twin)
        bl_manifest_set_digest(manifest, name, file->raw_digest, file->token_digest);
    else if (journal != NULL && (journal->raw_digest != NULL || journal->token_digest != NULL))
        bl_manifest_set_digest(manifest, name, journal->raw_digest, journal->token_digest);
    else if (old != NULL)
        bl_manifest_set_digest(manifest, name, old->raw, old->token);
}

static gboolean
is_called(const BlObject *object, const char *name)
{
    g_autofree char *full_name = bl_object_full_name(object);
    return strcmp(object->name, name) == 0 || strcmp(full_name, name) == 0;
}

/* Another relation of that name is found too: the engine says why its rows cannot be carried. One
 * whose name the server takes for the same counts where none has it letter by letter. */
static const BlObject *
find_data_table(const BlSession *session, const BlCatalog *catalog, const char *wanted)
{
    const BlObject *other = NULL;
    const BlObject *alike = NULL;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind->is_setting || object->parent != NULL)
            continue;
        if (!is_called(object, wanted)) {
            gboolean is_alike =
                object->kind->holds_rows && bl_session_same_table(session, object->name, wanted);
            alike = is_alike ? object : alike;
            continue;
        }
        if (object->kind->holds_rows)
            return object;
        other = object;
    }
    return other != NULL ? other : alike;
}

/* By name first, so that the order in which tables were named does not matter. */
static int
order_tables(gconstpointer left, gconstpointer right)
{
    const BlObject *a = *(const BlObject *const *)left;
    const BlObject *b = *(const BlObject *const *)right;
    int order = g_strcmp0(a->schema, b->schema);
    return order != 0 ? order : strcmp(a->name, b->name);
}

static void
add_kept_tables(GPtrArray *tables,
                const BlSession *session,
                const BlDumpOptions *options,
                const BlCatalog *catalog)
{
    for (guint i = 0; options->keeps_data && options->old != NULL && i < options->old->data->len;
         i++) {
        const BlCarriedTable *carried = g_ptr_array_index(options->old->data, i);
        const BlObject *table = find_data_table(session, catalog, carried->name);
        if (table != NULL && table->kind->holds_rows && !g_ptr_array_find(tables, table, NULL))
            g_ptr_array_add(tables, (gpointer)(guintptr)table);
    }
}

/* What is there and not of ours is told apart from a mistyped name. */
static void
fail_no_table(BlSession *session, const char *name, GError **error)
{
    gboolean exists = FALSE;
    g_autofree char *schema = NULL;
    if (!bl_ledger_find_table(session, name, &exists, &schema, error))
        return;
    if (!exists) {
        bl_error_set(
            error, BL_ERROR_USAGE,
            "name a table of this database, in --data and in \"data\" of the configuration",
            "no table \"%s\" whose rows could be carried", name);
        return;
    }
    bl_error_set(error, BL_ERROR_USAGE,
                 "let a seeder or a younger migration put the rows there, or let the snapshot have "
                 "the table",
                 "the rows of table \"%s\" cannot be carried, since the table is no part of the "
                 "snapshot: an extension owns it, it is excluded or ignored, or the ledger's",
                 name);
}

static GPtrArray *
find_data_tables(BlSession *session,
                 const BlDumpOptions *options,
                 const BlCatalog *catalog,
                 GError **error)
{
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    for (gsize i = 0; options->data != NULL && options->data[i] != NULL; i++) {
        const BlObject *table = find_data_table(session, catalog, options->data[i]);
        if (table == NULL && options->tolerant_data)
            continue;
        if (table == NULL) {
            fail_no_table(session, options->data[i], error);
            return NULL;
        }
        if (!g_ptr_array_find(tables, table, NULL))
            g_ptr_array_add(tables, (gpointer)(guintptr)table);
    }
    add_kept_tables(tables, session, options, catalog);
    g_ptr_array_sort(tables, order_tables);
    if (tables->len > 1 && session->engine->order_rows != NULL &&
        !session->engine->order_rows(session, tables, error))
        return NULL;
    return g_steal_pointer(&tables);
}

static void
count_kinds(BlDump *dump, const BlEngine *engine)
{
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        BlKindCount count = { engine->kinds[i], 0 };
        for (guint j = 0; j < dump->catalog->objects->len; j++) {
            const BlObject *object = g_ptr_array_index(dump->catalog->objects, j);
            count.count += object->kind == count.kind;
        }
        if (count.count > 0)
            g_array_append_val(dump->counts, count);
    }
}

static void
copy_texts(GPtrArray *to, const char *const *from)
{
    for (gsize i = 0; from != NULL && from[i] != NULL; i++)
        g_ptr_array_add(to, g_strdup(from[i]));
}

/* What the manifest says besides names and digests. */
static BlManifest *
begin_manifest(BlSession *session, const BlDumpOptions *options, const BlDump *dump)
{
    BlManifest *manifest = bl_manifest_new();
    manifest->connection = g_strdup(options->connection);
    manifest->dump_path = g_strdup(options->label);
    manifest->ledger = g_strdup(options->names.ledger);
    manifest->versions = g_strdup(options->names.versions);
    manifest->engine = g_strdup(session->engine->name);
    manifest->flavour = g_strdup(session->flavour);
    manifest->lowest_version = g_strdup(dump->catalog->lowest_version);
    if (!options->text_only)
        manifest->dump_digest = bl_pair_digest_of(dump->sql->str, dump->sql->len);
    manifest->keep_batches = options->keep_batches;
    manifest->with_owner = options->introspect.with_owner;
    manifest->with_acl = options->introspect.with_acl;
    manifest->keep_definer = options->introspect.keep_definer;
    bl_manifest_set_source(manifest, dump->catalog);
    copy_texts(manifest->schemas, options->schemas);
    copy_texts(manifest->excluded, options->filter.exclude);
    for (guint i = 0; i < dump->skipped->len; i++)
        g_ptr_array_add(manifest->skipped, g_strdup(g_ptr_array_index(dump->skipped, i)));
    if (options->old != NULL)
        bl_manifest_take_over(manifest, options->old);
    return manifest;
}

static gboolean
is_carried(const GPtrArray *data, const char *name)
{
    for (guint i = 0; i < data->len; i++) {
        if (strcmp(((const BlCarriedTable *)g_ptr_array_index(data, i))->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* @return the first of @some that is not among @others; NULL: none */
static const char *
first_missing(const GPtrArray *some, const GPtrArray *others, guint *n)
{
    const char *first = NULL;
    *n = 0;
    for (guint i = 0; i < some->len; i++) {
        const char *name = ((const BlCarriedTable *)g_ptr_array_index(some, i))->name;
        if (is_carried(others, name))
            continue;
        first = first != NULL ? first : name;
        ++*n;
    }
    return first;
}

/* A table that was renamed looks like one that is gone: its rows are carried under the new name, or
 * somebody says that they may go. */
static gboolean
check_lost_rows(const BlDumpOptions *options, const BlManifest *manifest, GError **error)
{
    guint n_gone = 0;
    guint n_new = 0;
    const char *gone = first_missing(options->old->data, manifest->data, &n_gone);
    (void)first_missing(manifest->data, options->old->data, &n_new);
    if (!options->keeps_data || n_gone <= n_new)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "of a table that was renamed name the new one: --data NEW; do without them: "
        "--discard-data",
        "the old snapshot carries the rows of \"%s\", a table that is not in this one, and "
        "no file has them",
        gone);
    return FALSE;
}

/* Rows that the old snapshot carries must not go without a word. */
static gboolean
tell_lost_rows(const BlDumpOptions *options, const BlManifest *manifest, GError **error)
{
    if (options->old == NULL || options->only_compares)
        return TRUE;
    if (options->guards_data && !check_lost_rows(options, manifest, error))
        return FALSE;
    for (guint i = 0; i < options->old->data->len; i++) {
        const BlCarriedTable *old = g_ptr_array_index(options->old->data, i);
        if (!is_carried(manifest->data, old->name)) {
            bl_report_text(
                options->reporter, BL_EVENT_WARNING,
                "the old snapshot carries the rows of \"%s\", this one does not: see --data",
                old->name);
        }
    }
    return TRUE;
}

static gboolean
write_text(BlSession *session, const BlDumpOptions *options, BlDump *dump, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    if (ledger == NULL || !check_nothing_unfinished(ledger, error) ||
        !check_peer(session, options, ledger, error))
        return FALSE;
    g_autoptr(GHashTable) on_disk = index_history(options);
    g_autoptr(GPtrArray) migrations = order_migrations(options, ledger, on_disk);
    g_autoptr(GPtrArray) data = find_data_tables(session, options, dump->catalog, error);
    if (data == NULL)
        return FALSE;
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(guint64));
    BlTextSource source = {
        .session = session,
        .rows_session = options->rows_session,
        .catalog = dump->catalog,
        .ledger = ledger,
        .names = &options->names,
        .migrations = migrations,
        .data = data,
        .ignore = options->filter.ignore,
        .keep_batches = options->keep_batches,
    };
    if (!bl_text_write(&source, dump->sql, rows, error))
        return FALSE;

    dump->manifest = begin_manifest(session, options, dump);
    if (ledger->peer != NULL && ledger->peer->exists && ledger->has_ledger)
        dump->manifest->tool_table = g_strdup(options->names.peer_table);
    for (guint i = 0; i < migrations->len; i++) {
        const char *name = g_ptr_array_index(migrations, i);
        bl_manifest_add_squashed(dump->manifest, name);
        set_digests(dump->manifest, options, ledger, g_hash_table_lookup(on_disk, name), name);
    }
    for (guint i = 0; i < data->len; i++) {
        g_autofree char *full_name = bl_object_full_name(g_ptr_array_index(data, i));
        bl_manifest_add_data(dump->manifest, full_name, g_array_index(rows, guint64, i));
    }
    return tell_lost_rows(options, dump->manifest, error) &&
           bl_absent_rows(options->rows_session != NULL ? options->rows_session : session,
                          dump->catalog, data, options->reporter, error);
}

static gpointer
digest_catalog(gpointer catalog)
{
    return bl_catalog_digest(catalog);
}

/* The digest of a large schema takes as long as all the rest: it is made beside it. Until it is
 * there, nobody changes what it reads. @return NULL: it is made later */
static GThread *
start_digest(const BlDumpOptions *options, const BlDump *dump)
{
    if (options->text_only || dump->catalog->objects->len < PARALLEL_OBJECTS ||
        g_get_num_processors() < 2)
        return NULL;
    return g_thread_try_new("digest", digest_catalog, dump->catalog, NULL);
}

static gboolean
write_text_and_digest(BlSession *session,
                      const BlDumpOptions *options,
                      BlDump *dump,
                      GError **error)
{
    GThread *thread = start_digest(options, dump);
    gboolean ok = write_text(session, options, dump, error);
    g_autofree char *digest = thread != NULL ? g_thread_join(thread) : NULL;
    if (!ok || options->text_only)
        return ok;
    dump->manifest->schema_digest =
        digest != NULL ? g_steal_pointer(&digest) : bl_catalog_digest(dump->catalog);
    return TRUE;
}

static gboolean
read_database(BlSession *session, const BlDumpOptions *options, BlDump *dump, GError **error)
{
    const char *omit[BL_LEDGER_OMIT];
    bl_ledger_omit(&options->names, omit);
    BlIntrospectOptions introspect = options->introspect;
    introspect.skipped = dump->skipped;
    dump->catalog =
        session->engine->introspect(session, &options->filter, omit, &introspect, error);
    return dump->catalog != NULL &&
           bl_absent_objects(session, dump->catalog, &options->filter, options->reporter, error) &&
           write_text_and_digest(session, options, dump, error);
}

gboolean
bl_dump_is_empty(const BlDump *dump)
{
    return dump->counts->len == 0 && dump->skipped->len == 0 &&
           (dump->manifest == NULL || dump->manifest->squashed->len == 0);
}

/* A file of no bytes is a database without objects, and so is the wrong one of two. */
static void
warn_of_empty(const BlSession *session, const BlDumpOptions *options, const BlDump *dump)
{
    if (options->only_compares || !bl_dump_is_empty(dump))
        return;
    bl_report_text(options->reporter, BL_EVENT_WARNING,
                   "database \"%s\" holds no objects: the snapshot makes nothing", session->label);
}

BlDump *
bl_dump_build(BlSession *session, const BlDumpOptions *options, GError **error)
{
    g_autoptr(BlDump) dump = g_new0(BlDump, 1);
    dump->sql = g_string_new(NULL);
    dump->counts = g_array_new(FALSE, FALSE, sizeof(BlKindCount));
    dump->skipped = g_ptr_array_new_with_free_func(g_free);
    if (options->guards_old)
        dump->replaced = options->old != NULL ? bl_manifest_format(options->old) : g_strdup("");
    BlSession *rows = options->rows_session;
    if (!session->engine->begin(session, BL_TX_READ, error))
        return NULL;
    gboolean ok = (rows == NULL || rows->engine->begin(rows, BL_TX_READ, error)) &&
                  read_database(session, options, dump, error);
    if (rows != NULL)
        rows->engine->rollback(rows);
    session->engine->rollback(session);
    if (!ok)
        return NULL;
    count_kinds(dump, session->engine);
    warn_of_empty(session, options, dump);
    return g_steal_pointer(&dump);
}

/* Keeps the origin that the old manifest names when nothing else differs. @return TRUE when that is
 * so */
static gboolean
keeps_manifest(BlManifest *manifest, const char *old_text)
{
    g_autoptr(BlManifest) old = bl_manifest_parse(old_text, strlen(old_text), "old", NULL);
    g_autoptr(BlManifest) moved = bl_manifest_parse(old_text, strlen(old_text), "old", NULL);
    if (old == NULL || moved == NULL)
        return FALSE;
    bl_manifest_keep_origin(moved, manifest);
    g_autofree char *text = bl_manifest_format(manifest);
    g_autofree char *moved_text = bl_manifest_format(moved);
    if (strcmp(text, moved_text) != 0)
        return FALSE;
    bl_manifest_keep_origin(manifest, old);
    g_autofree char *kept = bl_manifest_format(manifest);
    return strcmp(kept, old_text) == 0;
}

static gboolean
is_unchanged(BlDump *dump, const char *sql_path)
{
    if (bl_pair_state(sql_path) != BL_PAIR_BOTH)
        return FALSE;
    g_autofree char *manifest_path = bl_manifest_path(sql_path);
    g_autofree char *old_manifest = bl_file_read(manifest_path, BL_MANIFEST_LIMIT, NULL, NULL);
    if (old_manifest == NULL || !keeps_manifest(dump->manifest, old_manifest))
        return FALSE;
    g_autofree char *digest = bl_pair_digest(sql_path, NULL);
    return g_strcmp0(digest, dump->manifest->dump_digest) == 0;
}

static gboolean
write_pair(const BlDump *dump, const char *sql_path, const char *manifest, GError **error)
{
    if (!g_str_has_suffix(sql_path, ".gz"))
        return bl_pair_write(sql_path, dump->sql->str, dump->sql->len, manifest, error);
    g_autoptr(GBytes) packed = bl_gzip_pack(dump->sql->str, dump->sql->len, error);
    if (packed == NULL)
        return FALSE;
    gsize len = 0;
    const char *bytes = g_bytes_get_data(packed, &len);
    return bl_pair_write(sql_path, bytes, len, manifest, error);
}

/* A manifest that somebody wrote meanwhile (another run, a pull) may name what this one does not:
 * its names would be in neither place. */
static gboolean
check_replaced(const BlDump *dump, const char *sql_path, GError **error)
{
    if (dump->replaced == NULL)
        return TRUE;
    g_autofree char *path = bl_manifest_path(sql_path);
    gboolean exists = bl_file_exists(path);
    g_autoptr(BlManifest) now = exists ? bl_manifest_read(path, error) : NULL;
    if (exists && now == NULL)
        return FALSE;
    g_autofree char *text = exists ? bl_manifest_format(now) : g_strdup("");
    if (strcmp(text, dump->replaced) == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "do it again: it starts from what is there then",
                 "the snapshot \"%s\" was changed by somebody else meanwhile", sql_path);
    return FALSE;
}

gboolean
bl_dump_write(BlDump *dump,
              const char *sql_path,
              const BlReporter *reporter,
              gboolean *changed,
              GError **error)
{
    g_auto(BlPairLock) lock = { -1 };
    if (!bl_pair_check_place(sql_path, error) || !bl_pair_recover(sql_path, reporter, error) ||
        !bl_file_make_parent(sql_path, error) || !bl_pair_lock(&lock, sql_path, error))
        return FALSE;
    gboolean same = is_unchanged(dump, sql_path);
    if (changed != NULL)
        *changed = !same;
    if (same)
        return TRUE;
    if (!check_replaced(dump, sql_path, error))
        return FALSE;
    if (bl_pair_state(sql_path) == BL_PAIR_SQL_ONLY ||
        bl_pair_state(sql_path) == BL_PAIR_MANIFEST_ONLY) {
        bl_report_text(
            reporter, BL_EVENT_WARNING,
            "only half of the old snapshot \"%s\" was there; both files are written anew",
            sql_path);
    }
    char *now = bl_manifest_now(error);
    if (now == NULL)
        return FALSE;
    g_free(dump->manifest->generated_at);
    dump->manifest->generated_at = now;
    g_autofree char *manifest = bl_manifest_format(dump->manifest);
    return write_pair(dump, sql_path, manifest, error);
}
