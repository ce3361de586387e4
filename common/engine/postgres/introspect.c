/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/postgres/reader.h"
#include "common/engine/postgres/relations.h"
#include "common/schema/order.h"

#include <string.h>

/* How long a table lock is waited for: no writer may be kept waiting behind us. */
#define LOCK_TIMEOUT_MS 2000

/* Attempts at a state of the catalogs that nobody changed meanwhile. */
#define ATTEMPTS 2

static const PgSection *const sections[] = {
    &pg_section_names,     &pg_section_schemas,    &pg_section_types,        &pg_section_functions,
    &pg_section_operators, &pg_section_collations, &pg_section_search,       &pg_section_foreign,
    &pg_section_relations, &pg_section_views,      &pg_section_constraints,  &pg_section_indexes,
    &pg_section_triggers,  &pg_section_policies,   &pg_section_publications, &pg_section_defaults,
    &pg_section_owners,    &pg_section_grants,     &pg_section_comments,     &pg_section_depends,
};

/* Queries that are sent, in their order, behind those that have no rows for us. */
typedef struct {
    PgReader *reader;
    GPtrArray *queries; /* const PgQuery * */
    GArray *owners;     /* gsize: the section of each query */
    guint first;        /* place of the first query in the message */
    gsize finished;     /* sections whose rows are all there */
} Batch;

static PgReader *
reader_new(PgSession *session, const BlFilter *filter, BlIntrospectOptions *options)
{
    g_autofree char *family = g_strdup_printf("postgres-%d", session->version / 10000);
    PgReader *reader = g_new0(PgReader, 1);
    reader->session = session;
    reader->version = session->version;
    reader->catalog = bl_catalog_new(&bl_dialect_postgres, family);
    reader->filter = filter;
    reader->options = options;
    reader->schemas = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->roles = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->members = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    reader->omitted = g_hash_table_new(NULL, NULL);
    reader->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    reader->relations = g_hash_table_new_full(NULL, NULL, NULL, pg_relation_free);
    reader->classes = g_hash_table_new_full(NULL, NULL, NULL, pg_class_free);
    reader->collations = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->views = g_hash_table_new_full(NULL, NULL, NULL, pg_view_free);
    reader->index_columns = g_array_new(FALSE, FALSE, sizeof(PgIndexColumn));
    reader->untold = g_ptr_array_new();
    reader->edges = g_array_new(FALSE, FALSE, sizeof(PgEdge));
    reader->tails = g_ptr_array_new_with_free_func(pg_tail_free);
    reader->lowest = 13;
    return reader;
}

static void
reader_free(PgReader *reader)
{
    bl_catalog_free(reader->catalog);
    g_hash_table_unref(reader->schemas);
    g_hash_table_unref(reader->roles);
    g_hash_table_unref(reader->members);
    g_hash_table_unref(reader->omitted);
    g_clear_pointer(&reader->locked, g_hash_table_unref);
    g_hash_table_unref(reader->entries);
    g_hash_table_unref(reader->relations);
    g_hash_table_unref(reader->classes);
    g_hash_table_unref(reader->collations);
    g_hash_table_unref(reader->views);
    g_array_unref(reader->index_columns);
    g_ptr_array_unref(reader->untold);
    g_array_unref(reader->edges);
    g_ptr_array_unref(reader->tails);
    g_free(reader);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgReader, reader_free)

static void
append_omitted(GString *out, const PgReader *reader)
{
    g_string_append(out, "0");
    GHashTableIter iter;
    gpointer oid;
    g_hash_table_iter_init(&iter, reader->omitted);
    while (g_hash_table_iter_next(&iter, &oid, NULL))
        g_string_append_printf(out, ", %u", GPOINTER_TO_UINT(oid));
}

/* One {{…}} of a query's text; @p stands behind the opening braces. @return behind the closing ones
 */
static const char *
expand_one(GString *out, const PgReader *reader, const char *p)
{
    const char *end = strstr(p, "}}");
    g_autofree char *inside = g_strndup(p, (gsize)(end - p));
    if (strcmp(inside, "ours") == 0) {
        g_string_append(out, "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'");
    } else if (strcmp(inside, "omitted") == 0) {
        append_omitted(out, reader);
    } else if (g_str_has_prefix(inside, "superuser")) {
        /* "superuser14": or whoever, from 14 on. */
        g_auto(GStrv) pieces = g_strsplit(inside, "|", 3);
        gint64 since = g_ascii_strtoll(pieces[0] + strlen("superuser"), NULL, 10);
        gboolean may =
            reader->session->is_superuser || (since > 0 && reader->version / 10000 >= since);
        g_string_append(out, may ? pieces[1] : pieces[2]);
    } else {
        g_auto(GStrv) pieces = g_strsplit(inside, "|", 3);
        gint64 since = g_ascii_strtoll(pieces[0], NULL, 10);
        g_string_append(out, reader->version / 10000 >= since ? pieces[1] : pieces[2]);
    }
    return end + 2;
}

static void
append_query(GString *out, const PgReader *reader, const PgQuery *query)
{
    const char *p = query->sql;
    for (const char *open; (open = strstr(p, "{{")) != NULL;) {
        g_string_append_len(out, p, open - p);
        p = expand_one(out, reader, open + 2);
    }
    g_string_append_printf(out, "%s;\n", p);
}

static gboolean
is_wanted(const PgReader *reader, const PgQuery *query)
{
    const BlIntrospectOptions *options = reader->options;
    if ((guint)reader->version / 10000 < query->since)
        return FALSE;
    return ((query->flags & PG_QUERY_WITH_OWNER) == 0 || options->with_owner) &&
           ((query->flags & PG_QUERY_WITH_ACL) == 0 || options->with_acl) &&
           ((query->flags & PG_QUERY_WITH_PARTS) == 0 || options->with_parts);
}

static void
append_queries(GString *out, Batch *batch)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        for (guint j = 0; j < sections[i]->n; j++) {
            const PgQuery *query = &sections[i]->queries[j];
            if (!is_wanted(batch->reader, query))
                continue;
            append_query(out, batch->reader, query);
            g_ptr_array_add(batch->queries, (gpointer)(guintptr)query);
            g_array_append_val(batch->owners, i);
        }
    }
}

/* Sections up to @end have all their rows. */
static gboolean
finish_sections(Batch *batch, gsize end, GError **error)
{
    for (; batch->finished < end; batch->finished++) {
        const PgSection *section = sections[batch->finished];
        if (section->finish != NULL && !section->finish(batch->reader, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
take_result(guint index, const PGresult *result, void *data, GError **error)
{
    Batch *batch = data;
    if (index < batch->first)
        return TRUE;
    const PgQuery *query = g_ptr_array_index(batch->queries, index - batch->first);
    if (!finish_sections(batch, g_array_index(batch->owners, gsize, index - batch->first), error))
        return FALSE;
    int n = pq.PQntuples(result);
    for (int i = 0; i < n; i++) {
        if (!query->row(batch->reader, result, i, error))
            return FALSE;
    }
    return TRUE;
}

/* The ledger's tables, by the search_path that the session works with. */
static gboolean
find_omitted(PgReader *reader, const char *const *omit, GError **error)
{
    if (omit == NULL || omit[0] == NULL)
        return TRUE;
    g_autoptr(GString) sql =
        g_string_new("WITH o AS (SELECT to_regclass(n)::oid AS oid FROM unnest(ARRAY[");
    for (gsize i = 0; omit[i] != NULL; i++) {
        const char *dot = strchr(omit[i], '.');
        g_autofree char *schema = dot != NULL ? g_strndup(omit[i], (gsize)(dot - omit[i])) : NULL;
        g_autofree char *name = pg_qualified(schema, dot != NULL ? dot + 1 : omit[i]);
        g_string_append(sql, i > 0 ? ", " : "");
        pg_append_literal(sql, name);
    }
    /* And their sequences: the queries are written before the first of them runs. */
    g_string_append(sql, "]) n) SELECT oid FROM o WHERE oid IS NOT NULL UNION SELECT d.objid FROM "
                         "pg_depend d JOIN o ON o.oid = d.refobjid WHERE d.classid = "
                         "'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND "
                         "d.deptype IN ('a', 'i')");
    g_autoptr(PgResult) result = pg_select(reader->session, sql->str, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < pq.PQntuples(result); i++)
        g_hash_table_add(reader->omitted, GUINT_TO_POINTER(pg_oid(result, i, 0)));
    return TRUE;
}

/* The deparse functions of the server see the newest state, not the snapshot's: the tables are
 * locked first. What we may not read cannot be locked; it is described all the same. */
static gboolean
append_locks(PgReader *reader, GString *out, guint *n_statements, GError **error)
{
    g_autoptr(PgResult) result = pg_select(
        reader->session,
        "SELECT c.oid, n.nspname, c.relname, pg_backend_pid() FROM pg_class c JOIN pg_namespace n ON "
        "n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND c.relpersistence <> 't' "
        "AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND "
        "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') ORDER BY c.oid",
        error);
    if (result == NULL)
        return FALSE;
    if (pq.PQntuples(result) > 0 &&
        !pg_check_backend(reader->session, pg_text(result, 0, 3), error))
        return FALSE;
    reader->locked = g_hash_table_new(NULL, NULL);
    for (int i = 0; i < pq.PQntuples(result); i++) {
        const char *schema = pg_text(result, i, 1);
        const char *name = pg_text(result, i, 2);
        if (!bl_filter_accepts(reader->filter, schema, name, NULL))
            continue;
        gboolean is_first = g_hash_table_size(reader->locked) == 0;
        g_string_append(out, is_first ? "LOCK TABLE ONLY " : ", ONLY ");
        pg_append_qualified(out, schema, name);
        g_hash_table_add(reader->locked, GUINT_TO_POINTER(pg_oid(result, i, 0)));
    }
    if (g_hash_table_size(reader->locked) > 0) {
        g_string_append(out, " IN ACCESS SHARE MODE;\n");
        (*n_statements)++;
    }
    return TRUE;
}

/* What the texts of the server depend on, and the limit for the locks. */
static const char *const pinned[][2] = {
    { "lock_timeout", G_STRINGIFY(LOCK_TIMEOUT_MS) },
    { "search_path", "''" },
    { "TimeZone", "'UTC'" },
    { "DateStyle", "'ISO, MDY'" },
    { "IntervalStyle", "'postgres'" },
    { "extra_float_digits", "3" },
    { "bytea_output", "'hex'" },
    { "quote_all_identifiers", "off" },
    { "standard_conforming_strings", "on" },
};

/* The statement that puts the settings back in a transaction that goes on. @return g_free() */
static char *
remember_settings(PgSession *session, GError **error)
{
    g_autoptr(GString) ask = g_string_new("SELECT ");
    for (gsize i = 0; i < G_N_ELEMENTS(pinned); i++)
        g_string_append_printf(ask, "%scurrent_setting('%s')", i > 0 ? ", " : "", pinned[i][0]);
    g_autoptr(PgResult) now = pg_select(session, ask->str, error);
    if (now == NULL)
        return NULL;
    GString *restore = g_string_new("SELECT ");
    for (gsize i = 0; i < G_N_ELEMENTS(pinned); i++) {
        g_string_append_printf(restore, "%sset_config('%s', ", i > 0 ? ", " : "", pinned[i][0]);
        pg_append_literal(restore, pg_text(now, 0, (int)i));
        g_string_append(restore, ", true)");
    }
    return g_string_free(restore, FALSE);
}

static gboolean
send_queries(PgReader *reader, gboolean fresh, GError **error)
{
    PgSession *session = reader->session;
    g_autoptr(GString) locks = g_string_new(NULL);
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(gsize));
    Batch batch = {
        .reader = reader, .queries = queries, .owners = owners, .first = G_N_ELEMENTS(pinned)
    };
    if (fresh && !append_locks(reader, locks, &batch.first, error))
        return FALSE;
    if (fresh && !pg_begin(&session->base, BL_TX_READ, error))
        return FALSE;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (gsize k = 0; k < G_N_ELEMENTS(pinned); k++)
        g_string_append_printf(sql, "SET LOCAL %s = %s;\n", pinned[k][0], pinned[k][1]);
    g_string_append(sql, locks->str);
    append_queries(sql, &batch);
    return pg_run_all(session, sql->str, take_result, &batch, error) &&
           finish_sections(&batch, G_N_ELEMENTS(sections), error) &&
           pg_ask_for_untold(reader, error);
}

/* A lock that somebody else holds, or a catalog row that vanished under a deparse function. */
static gboolean
is_worth_a_retry(const GError *error)
{
    const BlErrorInfo *info = bl_error_info(error);
    const char *state = info != NULL && info->sqlstate != NULL ? info->sqlstate : "";
    return strcmp(state, "55P03") == 0 || strcmp(state, "XX000") == 0 ||
           strcmp(state, "40001") == 0 || strcmp(state, "42P01") == 0 ||
           strcmp(state, "3F000") == 0;
}

static void
explain(GError *error)
{
    const BlErrorInfo *info = bl_error_info(error);
    if (info != NULL && g_strcmp0(info->sqlstate, "55P03") == 0)
        bl_error_set_hint(error, "somebody holds a table for longer than %d s: try again later",
                          LOCK_TIMEOUT_MS / 1000);
}

static gboolean
set_changed(GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "run it again when nobody alters the schema",
                 "the schema is being altered while it is read");
    if (error != NULL)
        bl_error_set_sqlstate(*error, "40001");
    return FALSE;
}

/* Everything up to the sorted catalog, from one state of the database.
 * @param fresh no transaction is open: the locks come before the snapshot */
static BlCatalog *
read_catalog(PgSession *session,
             const BlFilter *filter,
             const char *const *omit,
             BlIntrospectOptions *options,
             gboolean fresh,
             GError **error)
{
    g_autoptr(PgReader) reader = reader_new(session, filter, options);
    if (!find_omitted(reader, omit, error) || !send_queries(reader, fresh, error))
        return NULL;
    if (reader->changed) {
        set_changed(error);
        return NULL;
    }
    if (!pg_resolve(reader, error) || !bl_catalog_sort(reader->catalog, error))
        return NULL;
    g_autofree char *lowest = g_strdup_printf("%u", reader->lowest);
    reader->catalog->lowest_version = bl_catalog_string(reader->catalog, lowest);
    return g_steal_pointer(&reader->catalog);
}

/* Tries again when somebody was in the way. */
static BlCatalog *
read_fresh(PgSession *session,
           const BlFilter *filter,
           const char *const *omit,
           BlIntrospectOptions *options,
           GError **error)
{
    for (guint attempt = 1;; attempt++) {
        g_autoptr(GError) why = NULL;
        BlCatalog *catalog = read_catalog(session, filter, omit, options, TRUE, &why);
        if (catalog != NULL)
            return catalog;
        pg_rollback(&session->base);
        if (attempt >= ATTEMPTS || !is_worth_a_retry(why)) {
            explain(why);
            g_propagate_error(error, g_steal_pointer(&why));
            return NULL;
        }
    }
}

/* In a transaction that goes on, the settings are put back. */
BlCatalog *
pg_introspect(BlSession *base,
              const BlFilter *filter,
              const char *const *omit,
              BlIntrospectOptions *options,
              GError **error)
{
    PgSession *session = (PgSession *)base;
    BlIntrospectOptions defaults = { 0 };
    BlIntrospectOptions *used = options != NULL ? options : &defaults;
    if (!pg_start_late_write(session, error))
        return NULL;
    /* A BEGIN that has not gone out yet has no snapshot yet: the locks can come first. */
    gboolean is_late = session->late_begin != NULL;
    gboolean is_inside = !is_late && pg_in_transaction(base);
    session->late_begin = NULL;
    g_autofree char *restore = NULL;
    if (is_late || is_inside) {
        restore = remember_settings(session, error);
        if (restore == NULL)
            return NULL;
    }
    g_autoptr(BlCatalog) catalog = is_inside
                                       ? read_catalog(session, filter, omit, used, FALSE, error)
                                       : read_fresh(session, filter, omit, used, error);
    if (catalog == NULL)
        return NULL;
    if (restore == NULL)
        pg_rollback(base);
    else if (!pg_run(session, restore, error))
        return NULL;
    return g_steal_pointer(&catalog);
}
