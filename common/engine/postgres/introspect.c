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
    &pg_section_names,     &pg_section_schemas,      &pg_section_types,    &pg_section_functions,
    &pg_section_operators, &pg_section_collations,   &pg_section_search,   &pg_section_foreign,
    &pg_section_relations, &pg_section_views,        &pg_section_twins,    &pg_section_constraints,
    &pg_section_indexes,   &pg_section_triggers,     &pg_section_policies, &pg_section_paths,
    &pg_section_aliases,   &pg_section_publications, &pg_section_defaults, &pg_section_owners,
    &pg_section_grants,    &pg_section_comments,     &pg_section_depends,  &pg_section_validators,
};

/* What must be known before the queries go out, asked with one message. */
typedef struct {
    PgReader *reader;
    gboolean wants_settings; /* a transaction goes on afterwards */
    gboolean wants_locks;
    gboolean wants_all; /* every query is sent, whatever there is */
    GString *locks;     /* LOCK TABLE, or empty */
    GString *restore;   /* puts the settings back, or empty */
} First;

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
    reader->null_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->usual_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->twins = g_hash_table_new(NULL, NULL);
    reader->paths = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    reader->collations = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->views = g_hash_table_new_full(NULL, NULL, NULL, pg_view_free);
    reader->index_columns = g_array_new(FALSE, FALSE, sizeof(PgIndexColumn));
    reader->untold = g_ptr_array_new();
    reader->aliases = g_array_new(FALSE, FALSE, sizeof(PgAliases));
    reader->keys = pg_keys_new();
    reader->edges = g_array_new(FALSE, FALSE, sizeof(PgEdge));
    reader->tails = g_ptr_array_new_with_free_func(pg_tail_free);
    reader->checks = g_ptr_array_new_with_free_func(pg_check_free);
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
    g_hash_table_unref(reader->null_names);
    g_hash_table_unref(reader->usual_names);
    g_hash_table_unref(reader->twins);
    g_hash_table_unref(reader->paths);
    g_hash_table_unref(reader->collations);
    g_hash_table_unref(reader->views);
    g_array_unref(reader->index_columns);
    g_ptr_array_unref(reader->untold);
    g_array_unref(reader->aliases);
    g_array_unref(reader->keys);
    g_array_unref(reader->edges);
    g_ptr_array_unref(reader->tails);
    g_ptr_array_unref(reader->checks);
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
    if ((guint)reader->version / 10000 < query->since || !reader->present[query->flags >> 8])
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
    if (index + 1 == batch->first)
        pg_check_presence(batch->reader, result);
    if (index < batch->first || index - batch->first >= batch->queries->len)
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

/* What the texts of the server depend on, the limit for the locks, and what takes longer than it
 * saves on catalogs. A new database has no statistics: by them the planner expects a handful of
 * rows and compares everything with everything. Joined as they are written and by hashes, the
 * queries are linear, and planned in less time. */
static const char *const pinned[][2] = {
    { "lock_timeout", G_STRINGIFY(LOCK_TIMEOUT_MS) },
    { "statement_timeout", "0" },
    { "search_path", "''" },
    { "TimeZone", "'UTC'" },
    { "DateStyle", "'ISO, MDY'" },
    { "IntervalStyle", "'postgres'" },
    { "extra_float_digits", "3" },
    { "bytea_output", "'hex'" },
    { "quote_all_identifiers", "off" },
    { "standard_conforming_strings", "on" },
    { "jit", "off" },
    { "enable_nestloop", "off" },
    { "join_collapse_limit", "1" },
    { "from_collapse_limit", "1" },
    { "max_parallel_workers_per_gather", "0" },
};

static void
append_settings_query(GString *sql)
{
    g_string_append(sql, "SELECT ");
    for (gsize i = 0; i < G_N_ELEMENTS(pinned); i++)
        g_string_append_printf(sql, "%scurrent_setting('%s')", i > 0 ? ", " : "", pinned[i][0]);
    g_string_append(sql, ";\n");
}

/* The statement that puts the settings back in a transaction that goes on. */
static void
take_settings(const First *first, const PGresult *result)
{
    g_string_append(first->restore, "SELECT ");
    for (gsize i = 0; i < G_N_ELEMENTS(pinned); i++) {
        g_string_append_printf(first->restore, "%sset_config('%s', ", i > 0 ? ", " : "",
                               pinned[i][0]);
        pg_append_literal(first->restore, pg_text(result, 0, (int)i));
        g_string_append(first->restore, ", true)");
    }
}

/* The ledger's tables, by the search_path that the session works with. */
static void
append_omitted_query(GString *sql, const char *const *omit)
{
    g_string_append(sql, "WITH o AS (SELECT to_regclass(n)::oid AS oid FROM unnest('{}'::text[] || "
                         "ARRAY[");
    for (gsize i = 0; omit != NULL && omit[i] != NULL; i++) {
        const char *dot = strchr(omit[i], '.');
        g_autofree char *schema = dot != NULL ? g_strndup(omit[i], (gsize)(dot - omit[i])) : NULL;
        g_autofree char *name = pg_qualified(schema, dot != NULL ? dot + 1 : omit[i]);
        g_string_append(sql, i > 0 ? ", " : "");
        pg_append_literal(sql, name);
    }
    /* And their sequences: the queries are written before the first of them runs. */
    g_string_append(sql,
                    "]::text[]) n) SELECT oid FROM o WHERE oid IS NOT NULL UNION SELECT d.objid "
                    "FROM pg_depend d JOIN o ON o.oid = d.refobjid WHERE d.classid = "
                    "'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND "
                    "d.deptype IN ('a', 'i');\n");
}

static void
take_omitted(const First *first, const PGresult *result)
{
    for (int i = 0; i < pq.PQntuples(result); i++)
        g_hash_table_add(first->reader->omitted, GUINT_TO_POINTER(pg_oid(result, i, 0)));
}

/* The deparse functions of the server see the newest state, not the snapshot's: the tables are
 * locked first. What we may not read cannot be locked; it is described all the same. */
static const char tables_sql[] =
    "SELECT c.oid, n.nspname, c.relname, pg_backend_pid() FROM pg_class c JOIN pg_namespace n ON "
    "n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND c.relpersistence <> "
    "'t' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND "
    "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') ORDER BY c.oid";

static gboolean
take_tables(const First *first, const PGresult *result, GError **error)
{
    PgReader *reader = first->reader;
    if (pq.PQntuples(result) > 0 &&
        !pg_check_backend(reader->session, pg_text(result, 0, 3), error))
        return FALSE;
    reader->locked = g_hash_table_new(NULL, NULL);
    for (int i = 0; i < pq.PQntuples(result); i++) {
        const char *schema = pg_text(result, i, 1);
        const char *name = pg_text(result, i, 2);
        if (!bl_filter_accepts(reader->filter, schema, name, NULL))
            continue;
        g_string_append(first->locks, first->locks->len == 0 ? "LOCK TABLE ONLY " : ", ONLY ");
        pg_append_qualified(first->locks, schema, name);
        g_hash_table_add(reader->locked, GUINT_TO_POINTER(pg_oid(result, i, 0)));
    }
    if (first->locks->len > 0)
        g_string_append(first->locks, " IN ACCESS SHARE MODE;\n");
    return TRUE;
}

static gboolean
take_first(guint index, const PGresult *result, void *data, GError **error)
{
    const First *first = data;
    guint at = first->wants_settings ? index : index + 1;
    if (at == 0)
        take_settings(first, result);
    if (at == 1)
        take_omitted(first, result);
    if (at == 2)
        pg_take_presence(first->reader, result, first->wants_all);
    return at != 3 || take_tables(first, result, error);
}

static gboolean
ask_first(First *first, const char *const *omit, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (first->wants_settings)
        append_settings_query(sql);
    append_omitted_query(sql, omit);
    pg_append_presence(sql);
    if (first->wants_locks)
        g_string_append(sql, tables_sql);
    return pg_run_all(first->reader->session, sql->str, take_first, first, error);
}

static void
append_pinned(GString *sql)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pinned); i++)
        g_string_append_printf(sql, "SET LOCAL %s = %s;\n", pinned[i][0], pinned[i][1]);
}

/* What needs one more round trip. */
static gboolean
ask_rest(PgReader *reader, const char *restore, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    append_pinned(sql);
    return pg_ask_for_untold(reader, sql->str, restore, error);
}

/* The settings are put back by the same message, where they must be. */
static gboolean
send_queries(const First *first, GError **error)
{
    PgReader *reader = first->reader;
    PgSession *session = reader->session;
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(gsize));
    Batch batch = { .reader = reader,
                    .queries = queries,
                    .owners = owners,
                    .first = G_N_ELEMENTS(pinned) + (first->locks->len > 0 ? 1 : 0) + 1 };
    if (first->wants_locks && !pg_begin(&session->base, BL_TX_READ, error))
        return FALSE;
    g_autoptr(GString) sql = g_string_new(NULL);
    append_pinned(sql);
    g_string_append(sql, first->locks->str);
    pg_append_presence(sql);
    append_queries(sql, &batch);
    g_string_append(sql, first->restore->str);
    return pg_run_ahead(session, sql->str, take_result, &batch, error) &&
           finish_sections(&batch, G_N_ELEMENTS(sections), error) &&
           ask_rest(reader, first->restore->str, error);
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

/* Where an introspection stands. */
typedef enum {
    ALONE,  /* no transaction is open, and none stays open */
    LATE,   /* a transaction that has no snapshot yet: the locks can come first; it stays open */
    INSIDE, /* a transaction that goes on */
} Place;

typedef struct {
    PgSession *session;
    const BlFilter *filter;
    const char *const *omit;
    BlIntrospectOptions *options;
    Place place;
    gboolean is_retry;
} Request;

/* Everything up to the sorted catalog, from one state of the database. */
static BlCatalog *
read_catalog(const Request *request, GError **error)
{
    g_autoptr(PgReader) reader = reader_new(request->session, request->filter, request->options);
    g_autoptr(GString) locks = g_string_new(NULL);
    g_autoptr(GString) restore = g_string_new(NULL);
    First first = { .reader = reader,
                    .wants_settings = request->place != ALONE,
                    .wants_locks = request->place != INSIDE,
                    .wants_all = request->is_retry,
                    .locks = locks,
                    .restore = restore };
    if (!ask_first(&first, request->omit, error) || !send_queries(&first, error))
        return NULL;
    if (reader->changed) {
        set_changed(error);
        return NULL;
    }
    if (!pg_resolve(reader, error) || !pg_widen_aliases(reader, error) ||
        !pg_ask_validators(reader, error) || !bl_catalog_sort(reader->catalog, error))
        return NULL;
    pg_keep_shapes(reader->catalog);
    g_autofree char *lowest = g_strdup_printf("%u", reader->lowest);
    reader->catalog->lowest_version = bl_catalog_string(reader->catalog, lowest);
    return g_steal_pointer(&reader->catalog);
}

/* Tries again when somebody was in the way. */
static BlCatalog *
read_fresh(Request *request, GError **error)
{
    for (guint attempt = 1;; attempt++) {
        g_autoptr(GError) why = NULL;
        BlCatalog *catalog = read_catalog(request, &why);
        if (catalog != NULL)
            return catalog;
        pg_rollback(&request->session->base);
        if (attempt >= ATTEMPTS || !is_worth_a_retry(why)) {
            explain(why);
            g_propagate_error(error, g_steal_pointer(&why));
            return NULL;
        }
        request->is_retry = TRUE;
    }
}

BlCatalog *
pg_introspect(BlSession *base,
              const BlFilter *filter,
              const char *const *omit,
              BlIntrospectOptions *options,
              GError **error)
{
    PgSession *session = (PgSession *)base;
    BlIntrospectOptions defaults = { 0 };
    if (!pg_start_late_write(session, error))
        return NULL;
    Request request = { .session = session,
                        .filter = filter,
                        .omit = omit,
                        .options = options != NULL ? options : &defaults,
                        .place = session->late_begin != NULL ? LATE
                                 : pg_in_transaction(base)   ? INSIDE
                                                             : ALONE };
    session->late_begin = NULL;
    BlCatalog *catalog =
        request.place == INSIDE ? read_catalog(&request, error) : read_fresh(&request, error);
    if (catalog != NULL && request.place == ALONE)
        pg_rollback(base);
    return catalog;
}
