/* SPDX-License-Identifier: MIT */
#include "squash/row_proof.h"

#include "squash/lost.h"
#include "squash/row_match.h"

#include "common/base/error.h"
#include "common/sql/quote.h"

#include <string.h>

/* Clocks of some databases count seconds: a second replay starts at least that much later. */
#define CLOCK_STEP_US ((gint64)1100000)

static void
add_carried(GPtrArray *list, const char *name, guint64 rows)
{
    BlCarriedTable *table = g_new0(BlCarriedTable, 1);
    table->name = g_strdup(name);
    table->rows = rows;
    g_ptr_array_add(list, table);
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

/* @return names of tables that need not be asked one by one; g_hash_table_unref() */
static GHashTable *
list_empty(BlSession *session, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok =
        session->engine->list_empty == NULL || session->engine->list_empty(session, names, error);
    return ok ? g_steal_pointer(&names) : NULL;
}

static gboolean
find_lost(BlProof *proof,
          BlSession *session,
          const BlCatalog *catalog,
          const BlManifest *manifest,
          GError **error)
{
    g_autoptr(GHashTable) empty = list_empty(session, error);
    if (empty == NULL)
        return FALSE;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(catalog->objects, i);
        g_autofree char *name = table->kind->holds_rows ? bl_object_full_name(table) : NULL;
        if (name == NULL || g_hash_table_contains(empty, name) ||
            find_carried(manifest, name) != NULL)
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
bl_row_proof_find_lost(BlProof *proof,
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
    GHashTable *empty[2];           /* tables without rows there and here; NULL: not asked */
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
    bl_differences_add(proof->rows, "rows", table, what);
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
    bl_differences_add(
        state->proof->differences, "rows", name,
        g_strdup_printf("%u in a new database, where the snapshot carries %" G_GUINT64_FORMAT,
                        loaded, carried->rows));
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

gboolean
bl_row_proof_compare(BlProof *proof,
                     const BlProofInput *input,
                     const BlCatalog *replayed,
                     BlSession *loaded,
                     const BlManifest *manifest,
                     GError **error)
{
    BlSession *const sessions[] = { input->replayed, loaded };
    RowProof state = {
        .proof = proof, .input = input, .catalog = replayed, .manifest = manifest, .loaded = loaded
    };
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
    bl_differences_add(
        differences, "rows", table,
        g_strdup_printf(
            "%u of the replay are not in a new database, %u there are not in the replay%s%s",
            found->only_a, found->only_b, found->columns->len > 0 ? ", others differ in " : "",
            columns));
}

/* The files still put the rows there: where they cannot be read, nothing is lost. */
static gboolean
compare_resumed(RowProof *state, const BlObject *table, GPtrArray *differences, GError **error)
{
    g_autofree char *name = bl_object_full_name(table);
    gboolean is_empty = g_hash_table_contains(state->empty[0], name) &&
                        g_hash_table_contains(state->empty[1], name);
    if (is_empty || differs_before(state->proof, name))
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
bl_row_proof_find_resumed(BlProof *proof,
                          const BlProofInput *input,
                          const BlReplayOptions *younger,
                          const BlCatalog *replayed,
                          BlSession *loaded,
                          GError **error)
{
    BlSession *const sessions[] = { input->replayed, loaded };
    RowProof state = {
        .proof = proof, .input = input, .catalog = replayed, .loaded = loaded, .younger = younger
    };
    g_autoptr(GPtrArray) differences = bl_differences_new();
    gboolean ok = begin_both(sessions, error);
    g_autoptr(GHashTable) there = ok ? list_empty(sessions[0], error) : NULL;
    g_autoptr(GHashTable) here = there != NULL ? list_empty(sessions[1], error) : NULL;
    ok = here != NULL;
    state.empty[0] = there;
    state.empty[1] = here;
    for (guint i = 0; ok && i < replayed->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(replayed->objects, i);
        ok = !table->kind->holds_rows || compare_resumed(&state, table, differences, error);
    }
    end_both(sessions);
    bl_session_close(state.again);
    return ok ? g_steal_pointer(&differences) : NULL;
}
