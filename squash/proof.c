/* SPDX-License-Identifier: MIT */
#include "squash/proof.h"

#include "squash/data_section.h"
#include "squash/lost.h"
#include "squash/row_match.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/pair.h"
#include "common/sql/quote.h"

#include <glib/gstdio.h>
#include <jansson.h>

#include <string.h>

/* Clocks of some databases count seconds: a second replay starts at least that much later. */
#define CLOCK_STEP_US ((gint64)1100000)

static void
carried_free(gpointer data)
{
    BlCarriedTable *table = data;
    g_free(table->name);
    g_free(table);
}

static void
add_carried(GPtrArray *list, const char *name, guint64 rows)
{
    BlCarriedTable *table = g_new0(BlCarriedTable, 1);
    table->name = g_strdup(name);
    table->rows = rows;
    g_ptr_array_add(list, table);
}

static GPtrArray *
differences_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)bl_difference_free);
}

BlProof *
bl_proof_new(void)
{
    BlProof *proof = g_new0(BlProof, 1);
    proof->differences = differences_new();
    proof->drift = differences_new();
    proof->rows = differences_new();
    proof->lost = g_ptr_array_new_with_free_func(carried_free);
    proof->rights = differences_new();
    proof->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)bl_left_out_free);
    proof->compared = g_ptr_array_new_with_free_func(carried_free);
    proof->presence = g_ptr_array_new_with_free_func(g_free);
    proof->data = g_ptr_array_new_with_free_func(g_free);
    proof->unlike = g_ptr_array_new_with_free_func(g_free);
    return proof;
}

void
bl_proof_free(BlProof *proof)
{
    if (proof == NULL)
        return;
    GPtrArray *const lists[] = { proof->differences, proof->drift,    proof->rows,
                                 proof->lost,        proof->rights,   proof->left_out,
                                 proof->compared,    proof->presence, proof->data,
                                 proof->unlike };
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(proof);
}

BlCatalog *
bl_proof_read_catalog(BlSession *session, const BlDumpOptions *dump, GError **error)
{
    const char *omit[BL_LEDGER_OMIT];
    bl_ledger_omit(&dump->names, omit);
    BlIntrospectOptions introspect = dump->introspect;
    introspect.with_parts = TRUE;
    introspect.skip_version = TRUE;
    introspect.skipped = NULL;
    if (!session->engine->begin(session, BL_TX_READ, error))
        return NULL;
    BlCatalog *catalog =
        session->engine->introspect(session, &dump->filter, omit, &introspect, error);
    session->engine->rollback(session);
    return catalog;
}

void
bl_proof_note_replay(BlProof *proof, const BlDialect *dialect, const GPtrArray *migrations)
{
    proof->replayed = migrations->len;
    for (guint i = 0; i < migrations->len; i++) {
        const BlMigration *migration = g_ptr_array_index(migrations, i);
        if (bl_data_section_count(dialect, &migration->up) > 0)
            g_ptr_array_add(proof->data, g_strdup(migration->name));
    }
}

static void
take_differences(GPtrArray *to, GPtrArray *from)
{
    g_ptr_array_extend_and_steal(to, from);
}

void
bl_proof_compare_live(BlProof *proof, const BlCatalog *live, const BlCatalog *replayed)
{
    take_differences(proof->drift,
                     bl_catalog_compare(live, replayed, "the database", "the replay"));
}

gboolean
bl_proof_compare_ahead(BlProof *proof,
                       const BlProofInput *input,
                       const BlReplayOptions *younger,
                       BlSession *live,
                       GError **error)
{
    if (!bl_replay_more(input->replayed, younger, error))
        return FALSE;
    if (live == NULL)
        return TRUE;
    g_autoptr(BlCatalog) replayed = bl_proof_read_catalog(input->replayed, input->dump, error);
    g_autoptr(BlCatalog) found =
        replayed != NULL ? bl_proof_read_catalog(live, input->dump, error) : NULL;
    if (found == NULL)
        return FALSE;
    bl_proof_compare_live(proof, found, replayed);
    return TRUE;
}

static gboolean
has_rows(BlSession *session, const BlObject *table, gboolean *found, GError **error)
{
    const BlDialect *dialect = session->engine->dialect;
    if (session->engine->has_rows != NULL)
        return session->engine->has_rows(session, table, found, error);
    g_autofree char *schema =
        table->schema != NULL ? bl_quote_identifier(dialect, table->schema) : NULL;
    g_autofree char *name = bl_quote_identifier(dialect, table->name);
    g_autofree char *sql =
        g_strdup_printf("SELECT 1 FROM %s%s%s LIMIT 1", schema != NULL ? schema : "",
                        schema != NULL ? "." : "", name);
    return bl_session_has_row(session, sql, found, error);
}

/* The rows of a table as statements. @param count out: 0 also for what has no rows of its own (a
 * partition: they are those of its table) */
static gboolean
read_rows(BlSession *session, const BlObject *table, GString *sql, guint64 *count, GError **error)
{
    gboolean found = FALSE;
    *count = 0;
    if (!has_rows(session, table, &found, error))
        return FALSE;
    return !found || session->engine->dump_rows(session, table, sql, count, error);
}

/* @return NULL: its rows are not carried */
static const BlCarriedTable *
find_carried(const BlManifest *manifest, const char *name)
{
    for (guint i = 0; i < manifest->data->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(manifest->data, i);
        if (strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

static gboolean
find_lost(BlProof *proof,
          BlSession *session,
          const BlCatalog *catalog,
          const BlManifest *manifest,
          GError **error)
{
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(catalog->objects, i);
        g_autofree char *name = table->kind->holds_rows ? bl_object_full_name(table) : NULL;
        if (name == NULL || find_carried(manifest, name) != NULL)
            continue;
        g_autoptr(GString) sql = g_string_new(NULL);
        guint64 count = 0;
        if (!read_rows(session, table, sql, &count, error))
            return FALSE;
        if (count > 0)
            add_carried(proof->lost, name, count);
    }
    return TRUE;
}

gboolean
bl_proof_find_lost(BlProof *proof,
                   const BlProofInput *input,
                   const BlCatalog *replayed,
                   const BlManifest *manifest,
                   GError **error)
{
    BlSession *session = input->replayed;
    if (!session->engine->begin(session, BL_TX_READ, error))
        return FALSE;
    const BlEngine *engine = session->engine;
    g_autofree char *setters = engine->list_left_out != NULL
                                   ? bl_lost_find_setters(engine, input->replay.migrations)
                                   : NULL;
    gboolean ok = find_lost(proof, session, replayed, manifest, error) &&
                  (engine->list_left_out == NULL ||
                   engine->list_left_out(session, replayed, setters, proof->left_out, error));
    session->engine->rollback(session);
    return ok;
}

static char *
key_of(const BlListedObject *object)
{
    return g_strdup_printf("%s\n%s\n%s", object->kind, object->schema != NULL ? object->schema : "",
                           object->name);
}

static gboolean
belongs_to_ledger(const BlProofInput *input, const BlLedger *ledger, const BlListedObject *object)
{
    const BlEngine *engine = input->replayed->engine;
    const BlLedgerNames *names = &input->replay.names;
    return bl_ledger_is_table(ledger, engine, names, object->schema, object->name) ||
           (object->parent != NULL &&
            bl_ledger_is_table(ledger, engine, names, object->schema, object->parent));
}

GPtrArray *
bl_proof_find_excluded(const BlProofInput *input, GError **error)
{
    BlSession *session = input->replayed;
    const BlFilter any = { .ignore = session->engine->marks };
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &input->replay.names, error);
    g_autoptr(GPtrArray) all =
        ledger != NULL ? session->engine->list_objects(session, &any, error) : NULL;
    g_autoptr(GPtrArray) ours =
        all != NULL ? session->engine->list_objects(session, &input->dump->filter, error) : NULL;
    if (ours == NULL)
        return NULL;
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < ours->len; i++)
        g_hash_table_add(keys, key_of(g_ptr_array_index(ours, i)));
    GPtrArray *excluded = differences_new();
    for (guint i = 0; i < all->len; i++) {
        const BlListedObject *object = g_ptr_array_index(all, i);
        g_autofree char *key = key_of(object);
        if (object->is_kept || g_hash_table_contains(keys, key) ||
            belongs_to_ledger(input, ledger, object))
            continue;
        BlDifference *difference = g_new0(BlDifference, 1);
        difference->kind = g_strdup(object->kind);
        difference->name = object->schema != NULL
                               ? g_strdup_printf("%s.%s", object->schema, object->name)
                               : g_strdup(object->name);
        difference->what = g_strdup("made by migrations, and left out of the snapshot");
        g_ptr_array_add(excluded, difference);
    }
    return excluded;
}

static BlRows *
parse_rows(BlSession *session, const BlObject *table, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    guint64 count = 0;
    if (!read_rows(session, table, sql, &count, error))
        return NULL;
    return bl_rows_parse(session->engine->dialect, sql->str, sql->len, error);
}

/* What the comparison of carried rows needs. */
typedef struct {
    BlProof *proof;
    const BlProofInput *input;
    const BlCatalog *catalog; /* of the replay */
    const BlManifest *manifest;
    BlSession *loaded;              /* the snapshot */
    BlSession *again;               /* a second replay; NULL: none was needed yet */
    const BlReplayOptions *younger; /* what has run in both behind it; NULL: nothing */
} RowProof;

static void
add_presence(BlProof *proof, const char *table, const char *column)
{
    char *text = g_strdup_printf("%s.%s", table, column);
    if (g_ptr_array_find_with_equal_func(proof->presence, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(proof->presence, text);
}

/* What a clock or a random function made differs from one replay to the next. */
static gboolean
open_second_replay(RowProof *state, GError **error)
{
    if (state->again != NULL)
        return TRUE;
    gint64 age = g_get_real_time() - state->input->replayed_at;
    if (age < CLOCK_STEP_US)
        g_usleep((gulong)(CLOCK_STEP_US - age));
    state->again = bl_replay_run(&state->input->replay, error);
    return state->again != NULL &&
           (state->younger == NULL || bl_replay_more(state->again, state->younger, error)) &&
           state->again->engine->begin(state->again, BL_TX_READ, error);
}

/* A key of values that cannot be compared is none. */
static void
skip_column(GPtrArray *key, GPtrArray *skip, const char *column)
{
    if (!g_ptr_array_find_with_equal_func(skip, column, g_str_equal, NULL))
        g_ptr_array_add(skip, g_strdup(column));
    if (g_ptr_array_find_with_equal_func(key, column, g_str_equal, NULL))
        g_ptr_array_set_size(key, 0);
}

/* Columns that a second replay has otherwise are added to @skip. */
static gboolean
sort_out_volatile(RowProof *state,
                  const BlObject *table,
                  const BlRows *replayed,
                  GPtrArray *key,
                  GPtrArray *skip,
                  GError **error)
{
    if (!open_second_replay(state, error))
        return FALSE;
    g_autoptr(BlRows) again = parse_rows(state->again, table, error);
    if (again == NULL)
        return FALSE;
    g_autoptr(BlRowsDifference) difference = bl_rows_compare(replayed, again, key, skip);
    for (guint i = 0; i < difference->columns->len; i++)
        skip_column(key, skip, g_ptr_array_index(difference->columns, i));
    if (difference->only_a == 0 || replayed->rows->len != again->rows->len)
        return TRUE;
    /* The keys themselves came from a clock or a random function, or what tells rows apart. */
    g_autoptr(GPtrArray) unlike = bl_rows_unlike_columns(replayed, again);
    for (guint i = 0; i < unlike->len; i++)
        skip_column(key, skip, g_ptr_array_index(unlike, i));
    return TRUE;
}

static char *
join_columns(const GPtrArray *columns)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < columns->len; i++)
        g_string_append_printf(text, "%s\"%s\"", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(columns, i));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
add_row_difference(BlProof *proof, const char *table, char *what)
{
    BlDifference *difference = g_new0(BlDifference, 1);
    difference->kind = g_strdup("rows");
    difference->name = g_strdup(table);
    difference->what = what;
    g_ptr_array_add(proof->rows, difference);
}

static void
report_rows(BlProof *proof, const char *table, const BlRowsDifference *difference)
{
    const char *example = difference->example != NULL ? difference->example : "";
    if (difference->only_a > 0) {
        add_row_difference(proof, table,
                           g_strdup_printf("%u of the replay %s not in the snapshot (%s)",
                                           difference->only_a,
                                           difference->only_a == 1 ? "is" : "are", example));
    }
    if (difference->columns->len > 0) {
        g_autofree char *columns = join_columns(difference->columns);
        add_row_difference(proof, table,
                           g_strdup_printf("column%s %s differ%s from the replay (%s)",
                                           difference->columns->len == 1 ? "" : "s", columns,
                                           difference->columns->len == 1 ? "s" : "", example));
    }
}

/* Columns whose default says that their values cannot be compared. */
static void
find_volatile(const RowProof *state,
              const BlObject *table,
              const BlRows *rows,
              GPtrArray *key,
              GPtrArray *skip)
{
    for (guint i = 0; i < rows->columns->len; i++) {
        const char *column = g_ptr_array_index(rows->columns, i);
        if (bl_rows_is_volatile(state->catalog, table, column))
            skip_column(key, skip, column);
    }
}

/* Whatever makes or takes rows while the snapshot is loaded (an event trigger) does so in every new
 * database. */
static void
compare_number(RowProof *state, const char *name, guint loaded)
{
    const BlCarriedTable *carried = find_carried(state->manifest, name);
    if (carried == NULL || carried->rows == loaded)
        return;
    BlDifference *difference = g_new0(BlDifference, 1);
    difference->kind = g_strdup("rows");
    difference->name = g_strdup(name);
    difference->what =
        g_strdup_printf("%u in a new database, where the snapshot carries %" G_GUINT64_FORMAT,
                        loaded, carried->rows);
    g_ptr_array_add(state->proof->differences, difference);
}

/* @param skip out: columns whose values do not count
 * @return bl_rows_difference_free() */
static BlRowsDifference *
match_rows(RowProof *state,
           const BlObject *table,
           const BlRows *replayed,
           const BlRows *loaded,
           GPtrArray *skip,
           GError **error)
{
    g_autoptr(GPtrArray) key = bl_rows_key(state->catalog, table);
    g_autoptr(BlRowsDifference) difference = bl_rows_compare(replayed, loaded, key, skip);
    if (difference->only_a == 0 && difference->columns->len == 0)
        return g_steal_pointer(&difference);
    find_volatile(state, table, replayed, key, skip);
    g_autoptr(BlRowsDifference) stable = bl_rows_compare(replayed, loaded, key, skip);
    if (stable->only_a == 0 && stable->columns->len == 0)
        return g_steal_pointer(&stable);
    if (!sort_out_volatile(state, table, replayed, key, skip, error))
        return NULL;
    return bl_rows_compare(replayed, loaded, key, skip);
}

static gboolean
is_unlike(const BlRowsDifference *found)
{
    return found->only_a > 0 || found->only_b > 0 || found->columns->len > 0;
}

static gboolean
compare_table(RowProof *state, const BlObject *table, GError **error)
{
    g_autofree char *name = bl_object_full_name(table);
    g_autoptr(BlRows) replayed = parse_rows(state->input->replayed, table, error);
    g_autoptr(BlRows) loaded = replayed != NULL ? parse_rows(state->loaded, table, error) : NULL;
    if (loaded == NULL)
        return FALSE;
    compare_number(state, name, loaded->rows->len);
    if (replayed->rows->len > 0)
        add_carried(state->proof->compared, name, replayed->rows->len);
    g_autoptr(GPtrArray) skip = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(BlRowsDifference) found = match_rows(state, table, replayed, loaded, skip, error);
    if (found == NULL)
        return FALSE;
    if (is_unlike(found))
        g_ptr_array_add(state->proof->unlike, g_strdup(name));
    for (guint i = 0; i < skip->len; i++)
        add_presence(state->proof, name, g_ptr_array_index(skip, i));
    report_rows(state->proof, name, found);
    return TRUE;
}

static gboolean
compare_tables(RowProof *state, GError **error)
{
    for (guint i = 0; i < state->catalog->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(state->catalog->objects, i);
        g_autofree char *name = table->kind->holds_rows ? bl_object_full_name(table) : NULL;
        if (name != NULL && find_carried(state->manifest, name) != NULL &&
            !compare_table(state, table, error)) {
            g_prefix_error(error, "comparing the rows of \"%s\": ", name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
begin_both(BlSession *const sessions[2], GError **error)
{
    return sessions[0]->engine->begin(sessions[0], BL_TX_READ, error) &&
           sessions[1]->engine->begin(sessions[1], BL_TX_READ, error);
}

static void
end_both(BlSession *const sessions[2])
{
    for (gsize i = 0; i < 2; i++)
        sessions[i]->engine->rollback(sessions[i]);
}

static gboolean
compare_rows(BlProof *proof,
             const BlProofInput *input,
             const BlCatalog *replayed,
             BlSession *loaded,
             const BlManifest *manifest,
             GError **error)
{
    BlSession *const sessions[] = { input->replayed, loaded };
    RowProof state = { proof, input, replayed, manifest, loaded, NULL, NULL };
    gboolean ok = begin_both(sessions, error) && compare_tables(&state, error);
    end_both(sessions);
    bl_session_close(state.again);
    return ok;
}

/* Rows that are the database's own, or that somebody gave up, differ before. */
static gboolean
differs_before(const BlProof *proof, const char *name)
{
    for (guint i = 0; i < proof->lost->len; i++) {
        if (strcmp(((const BlCarriedTable *)g_ptr_array_index(proof->lost, i))->name, name) == 0)
            return TRUE;
    }
    return g_ptr_array_find_with_equal_func(proof->unlike, name, g_str_equal, NULL);
}

static void
add_resumed(GPtrArray *differences, const char *table, const BlRowsDifference *found)
{
    g_autofree char *columns = join_columns(found->columns);
    BlDifference *difference = g_new0(BlDifference, 1);
    difference->kind = g_strdup("rows");
    difference->name = g_strdup(table);
    difference->what = g_strdup_printf(
        "%u of the replay are not in a new database, %u there are not in the replay%s%s",
        found->only_a, found->only_b, found->columns->len > 0 ? ", others differ in " : "",
        columns);
    g_ptr_array_add(differences, difference);
}

/* The files still put the rows there: where they cannot be read, nothing is lost. */
static gboolean
compare_resumed(RowProof *state, const BlObject *table, GPtrArray *differences, GError **error)
{
    g_autofree char *name = bl_object_full_name(table);
    if (differs_before(state->proof, name))
        return TRUE;
    GError *problem = NULL;
    g_autoptr(BlRows) replayed = parse_rows(state->input->replayed, table, &problem);
    g_autoptr(BlRows) loaded = replayed != NULL ? parse_rows(state->loaded, table, &problem) : NULL;
    if (loaded == NULL) {
        gboolean is_unreadable = g_error_matches(problem, BL_ERROR, BL_ERROR_UNSUPPORTED);
        if (is_unreadable)
            g_error_free(problem);
        else
            g_propagate_error(error, problem);
        return is_unreadable;
    }
    g_autoptr(GPtrArray) skip = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(BlRowsDifference) found = match_rows(state, table, replayed, loaded, skip, error);
    if (found != NULL && is_unlike(found))
        add_resumed(differences, name, found);
    return found != NULL;
}

GPtrArray *
bl_proof_find_resumed(BlProof *proof,
                      const BlProofInput *input,
                      const BlReplayOptions *younger,
                      const BlCatalog *replayed,
                      BlSession *loaded,
                      GError **error)
{
    BlSession *const sessions[] = { input->replayed, loaded };
    RowProof state = { proof, input, replayed, NULL, loaded, NULL, younger };
    g_autoptr(GPtrArray) differences = differences_new();
    gboolean ok = begin_both(sessions, error);
    for (guint i = 0; ok && i < replayed->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(replayed->objects, i);
        ok = !table->kind->holds_rows || compare_resumed(&state, table, differences, error);
    }
    end_both(sessions);
    bl_session_close(state.again);
    return ok ? g_steal_pointer(&differences) : NULL;
}

/* A folder for the candidate, which is loaded before it takes the place of anything. */
typedef struct {
    char *folder, *sql, *manifest;
} Stage;

static void
stage_clear(Stage *stage)
{
    if (stage->sql != NULL)
        (void)g_unlink(stage->sql);
    if (stage->manifest != NULL)
        (void)g_unlink(stage->manifest);
    if (stage->folder != NULL)
        (void)g_rmdir(stage->folder);
    g_free(stage->folder);
    g_free(stage->sql);
    g_free(stage->manifest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stage, stage_clear)

/* Without its schema digest: what differs is told object by object. */
static gboolean
write_stage(Stage *stage, BlDump *dump, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *now = bl_manifest_now(error);
    if (now == NULL)
        return FALSE;
    stage->folder = g_dir_make_tmp("baseline-proof-XXXXXX", &problem);
    if (stage->folder == NULL) {
        bl_error_set(error, BL_ERROR_IO, "set TMPDIR to a folder that can be written",
                     "cannot make a temporary folder: %s", problem->message);
        return FALSE;
    }
    stage->sql = g_build_filename(stage->folder, "snapshot.sql", NULL);
    stage->manifest = bl_manifest_path(stage->sql);
    char *digest = g_steal_pointer(&dump->manifest->schema_digest);
    char *at = g_steal_pointer(&dump->manifest->generated_at);
    dump->manifest->generated_at = g_steal_pointer(&now);
    g_autofree char *text = bl_manifest_format(dump->manifest);
    g_free(dump->manifest->generated_at);
    dump->manifest->generated_at = at;
    dump->manifest->schema_digest = digest;
    return bl_file_write_ephemeral(stage->sql, dump->sql->str, dump->sql->len, error) &&
           bl_file_write_ephemeral(stage->manifest, text, strlen(text), error);
}

static int
order_names(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static GPtrArray *
ledger_names(BlSession *session, const BlLedgerNames *names, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, names, error);
    if (ledger == NULL)
        return NULL;
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < ledger->rows->len; i++)
        g_ptr_array_add(list,
                        g_strdup(((const BlLedgerRow *)g_ptr_array_index(ledger->rows, i))->name));
    g_ptr_array_sort(list, order_names);
    return list;
}

static void
add_ledger_difference(BlProof *proof, const char *ledger, const char *name, const char *where)
{
    BlDifference *difference = g_new0(BlDifference, 1);
    difference->kind = g_strdup("ledger");
    difference->name = g_strdup(ledger);
    difference->what = g_strdup_printf("migration \"%s\" is only in %s", name, where);
    g_ptr_array_add(proof->differences, difference);
}

static gboolean
compare_ledgers(BlProof *proof, const BlProofInput *input, BlSession *loaded, GError **error)
{
    const BlLedgerNames *names = &input->replay.names;
    g_autoptr(GPtrArray) a = ledger_names(input->replayed, names, error);
    g_autoptr(GPtrArray) b = a != NULL ? ledger_names(loaded, names, error) : NULL;
    if (b == NULL)
        return FALSE;
    guint i = 0;
    guint j = 0;
    while (i < a->len || j < b->len) {
        const char *left = i < a->len ? g_ptr_array_index(a, i) : NULL;
        const char *right = j < b->len ? g_ptr_array_index(b, j) : NULL;
        int order = left == NULL ? 1 : right == NULL ? -1 : strcmp(left, right);
        if (order < 0)
            add_ledger_difference(proof, names->ledger, left, "the replay");
        else if (order > 0)
            add_ledger_difference(proof, names->ledger, right, "the snapshot");
        i += order <= 0;
        j += order >= 0;
    }
    return TRUE;
}

/* What the snapshot was not asked to carry. Both databases were made alike, so that what one has
 * more came from the migrations. */
static gboolean
compare_rights(BlProof *proof, const BlProofInput *input, BlSession *loaded, GError **error)
{
    const BlIntrospectOptions *carried = &input->dump->introspect;
    BlDumpOptions with = *input->dump;
    with.introspect.with_owner = (loaded->engine->caps & BL_CAP_OWNERS) != 0;
    with.introspect.with_acl = (loaded->engine->caps & BL_CAP_GRANTS) != 0;
    if (with.introspect.with_owner == carried->with_owner &&
        with.introspect.with_acl == carried->with_acl)
        return TRUE;
    g_autoptr(BlCatalog) replayed = bl_proof_read_catalog(input->replayed, &with, error);
    g_autoptr(BlCatalog) catalog =
        replayed != NULL ? bl_proof_read_catalog(loaded, &with, error) : NULL;
    if (catalog == NULL)
        return FALSE;
    take_differences(proof->rights,
                     bl_catalog_compare(catalog, replayed, "the snapshot", "the replay"));
    return TRUE;
}

gboolean
bl_proof_compare_loaded(BlProof *proof,
                        const BlProofInput *input,
                        const BlCatalog *replayed,
                        const BlManifest *manifest,
                        BlSession *loaded,
                        GError **error)
{
    g_autoptr(BlCatalog) catalog = bl_proof_read_catalog(loaded, input->dump, error);
    if (catalog == NULL)
        return FALSE;
    proof->objects = catalog->objects->len;
    take_differences(proof->differences,
                     bl_catalog_compare(catalog, replayed, "the snapshot", "the replay"));
    return (proof->differences->len > 0 || compare_rights(proof, input, loaded, error)) &&
           compare_ledgers(proof, input, loaded, error) &&
           compare_rows(proof, input, replayed, loaded, manifest, error);
}

gboolean
bl_proof_compare_snapshot(BlProof *proof,
                          const BlProofInput *input,
                          const BlCatalog *replayed,
                          BlDump *dump,
                          BlSession **loaded,
                          GError **error)
{
    g_auto(Stage) stage = { NULL, NULL, NULL };
    if (!write_stage(&stage, dump, error))
        return FALSE;
    BlReplayOptions load = input->replay;
    load.start = (BlReplayStart){ .sql_path = stage.sql, .label = dump->manifest->dump_path };
    *loaded = bl_replay_load(&load, error);
    if (*loaded == NULL) {
        g_prefix_error(error, "loading the new snapshot: ");
        return FALSE;
    }
    return bl_proof_compare_loaded(proof, input, replayed, dump->manifest, *loaded, error);
}

static json_t *
tables_to_json(const GPtrArray *tables)
{
    json_t *object = json_object();
    for (guint i = 0; i < tables->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(tables, i);
        json_object_set_new(object, table->name, json_integer((json_int_t)table->rows));
    }
    return object;
}

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

void
bl_proof_sign(BlManifest *manifest)
{
    json_t *value = json_object_get(manifest->rest, "proof");
    if (value != NULL && manifest->dump_digest != NULL)
        json_object_set_new(value, "dumpDigest", json_string(manifest->dump_digest));
}

gboolean
bl_proof_is_of(const BlManifest *manifest)
{
    json_t *digest = json_object_get(json_object_get(manifest->rest, "proof"), "dumpDigest");
    return json_is_string(digest) &&
           g_strcmp0(json_string_value(digest), manifest->dump_digest) == 0;
}

void
bl_proof_record(const BlProof *proof, BlManifest *manifest)
{
    json_t *value = json_object();
    json_object_set_new(value, "replayed", json_integer(proof->replayed));
    json_object_set_new(value, "objects", json_integer(proof->objects));
    json_object_set_new(value, "rows", tables_to_json(proof->compared));
    if (proof->lost->len + proof->left_out->len > 0) {
        json_t *discarded = tables_to_json(proof->lost);
        for (guint i = 0; i < proof->left_out->len; i++) {
            const BlLeftOut *left_out = g_ptr_array_index(proof->left_out, i);
            json_object_set_new(discarded, left_out->what, json_integer((json_int_t)left_out->n));
        }
        json_object_set_new(value, "discarded", discarded);
    }
    if (proof->presence->len > 0)
        json_object_set_new(value, "presenceOnly", texts_to_json(proof->presence));
    if (proof->data->len > 0)
        json_object_set_new(value, "dataMigrations", texts_to_json(proof->data));
    json_object_set_new(manifest->rest, "proof", value);
}
