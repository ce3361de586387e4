/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    F_OID,
    F_SCHEMA,
    F_NAME,
    F_KIND,
    F_LANGUAGE,
    F_SIGNATURE,
    F_RESULT = F_SIGNATURE + 4,
    F_SET,
    F_VOLATILE,
    F_STRICT,
    F_DEFINER,
    F_LEAKPROOF,
    F_PARALLEL,
    F_COST,
    F_ROWS,
    F_SUPPORT,
    F_TRANSFORMS,
    F_CONFIG,
    F_BINARY,
    F_SOURCE,
    F_BODY,
    F_RECURSIVE,
    F_MAY_WAIT,
};

/* Defaults of arguments that need no function, operator, relation or the like of ours. */
#define PLAIN_DEFAULTS                                                                             \
    "coalesce(p.proargdefaults::text, '') !~ ALL (ARRAY[':[a-z]*funcid [0-9]{5}', ':opno "         \
    "[0-9]{5}', ':consttype 24 ', ':consttype 220', ':consttype [34]'])"

/* A body may wait when nothing but the body can need other functions. Constructors of ranges belong
 * to their types (deptype i). */
static const char functions_sql[] =
    "SELECT p.oid, n.nspname, p.proname, p.prokind, l.lanname, " PG_SIGNATURE_COLUMNS ", "
    "format_type(p.prorettype, NULL), p.proretset, p.provolatile, p.proisstrict, p.prosecdef, "
    "p.proleakproof, p.proparallel, CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') "
    "THEN 1 ELSE 100 END THEN p.procost END, CASE WHEN p.proretset AND p.prorows <> 1000 THEN "
    "p.prorows END, p.prosupport, CASE WHEN p.protrftypes IS NOT NULL THEN array(SELECT "
    "format_type(t.t, NULL) FROM unnest(p.protrftypes) WITH ORDINALITY t(t, i) ORDER BY t.i) END, "
    "p.proconfig, p.probin, p.prosrc, {{14|CASE WHEN p.prosqlbody IS NOT NULL THEN "
    "pg_get_function_sqlbody(p.oid) END|NULL}}, {{14|p.prosqlbody IS NOT NULL AND EXISTS (SELECT FROM "
    "pg_depend s WHERE s.classid = 'pg_proc'::regclass AND s.objid = p.oid AND s.refclassid = "
    "'pg_proc'::regclass AND s.refobjid = p.oid)|false}}, {{14|p.prosqlbody IS NOT NULL AND " PLAIN_DEFAULTS
    " AND p.prosupport = 0|false}} FROM pg_proc p JOIN pg_namespace n ON n.oid = "
    "p.pronamespace JOIN pg_language l ON l.oid = p.prolang WHERE {{ours}} AND p.prokind <> 'a' AND "
    "p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_proc'::regclass "
    "AND m.objid = p.oid AND m.deptype IN ('e', 'i'))";

/* Settings whose value is a list of names (GUC_LIST_QUOTE of guc_tables.c of PostgreSQL, all
 * versions joined): quoted as a whole they would be one long name. */
static const char *const list_settings[] = {
    "local_preload_libraries",
    "oauth_validator_libraries",
    "output_plugin_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
    NULL,
};

static gboolean
is_list_setting(const char *name)
{
    for (gsize i = 0; list_settings[i] != NULL; i++) {
        if (g_ascii_strcasecmp(name, list_settings[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The names of a list, each as a literal: they stand in double quotes where they have to. */
static void
append_list_value(GString *out, const char *value)
{
    gsize start = out->len;
    for (const char *p = value + strspn(value, " \t"); *p != '\0';) {
        g_autoptr(GString) name = g_string_new(NULL);
        if (*p == '"') {
            for (p++; *p != '\0'; p++) {
                if (*p == '"' && *++p != '"')
                    break;
                g_string_append_c(name, *p);
            }
        } else {
            gsize len = strcspn(p, ", \t");
            g_string_append_len(name, p, (gssize)len);
            p += len;
        }
        p += strspn(p, ", \t");
        g_string_append(out, out->len > start ? ", " : "");
        pg_append_literal(out, name->str);
    }
    if (out->len == start)
        g_string_append(out, "''");
}

/* "name=value" as pg_proc.proconfig has it; the name may have several parts. */
static void
append_setting(GString *out, const char *setting)
{
    const char *equals = strchr(setting, '=');
    g_autofree char *name = g_strndup(setting, (gsize)(equals - setting));
    g_auto(GStrv) pieces = g_strsplit(name, ".", -1);
    g_string_append(out, "\n    SET ");
    for (gsize i = 0; pieces[i] != NULL; i++) {
        g_string_append(out, i > 0 ? "." : "");
        pg_append_name(out, pieces[i]);
    }
    g_string_append(out, " TO ");
    if (is_list_setting(name))
        append_list_value(out, equals + 1);
    else
        pg_append_literal(out, equals + 1);
}

static void
append_settings(GString *out, const char *array)
{
    if (array == NULL)
        return;
    g_autoptr(GPtrArray) settings = pg_split_array(array);
    for (guint i = 0; i < settings->len; i++)
        append_setting(out, g_ptr_array_index(settings, i));
}

static void
append_transforms(GString *out, const char *array)
{
    if (array == NULL)
        return;
    g_autoptr(GPtrArray) types = pg_split_array(array);
    g_string_append(out, " TRANSFORM");
    for (guint i = 0; i < types->len; i++) {
        g_string_append_printf(out, "%s FOR TYPE %s", i > 0 ? "," : "",
                               (const char *)g_ptr_array_index(types, i));
    }
}

static void
append_number(GString *out, const char *keyword, const char *number)
{
    if (number != NULL)
        g_string_append_printf(out, " %s %s", keyword, number);
}

static void
append_properties(GString *out, const PGresult *result, int row)
{
    char volatility = pg_text(result, row, F_VOLATILE)[0];
    char parallel = pg_text(result, row, F_PARALLEL)[0];
    g_autofree char *language = pg_name(pg_text(result, row, F_LANGUAGE));
    g_string_append_printf(out, "\n    LANGUAGE %s", language);
    append_transforms(out, pg_text(result, row, F_TRANSFORMS));
    if (pg_text(result, row, F_KIND)[0] == 'w')
        g_string_append(out, " WINDOW");
    if (volatility != 'v')
        g_string_append(out, volatility == 'i' ? " IMMUTABLE" : " STABLE");
    if (pg_flag(result, row, F_STRICT))
        g_string_append(out, " STRICT");
    if (pg_flag(result, row, F_DEFINER))
        g_string_append(out, " SECURITY DEFINER");
    if (pg_flag(result, row, F_LEAKPROOF))
        g_string_append(out, " LEAKPROOF");
    if (parallel != 'u')
        g_string_append(out, parallel == 's' ? " PARALLEL SAFE" : " PARALLEL RESTRICTED");
    append_number(out, "COST", pg_text(result, row, F_COST));
    append_number(out, "ROWS", pg_text(result, row, F_ROWS));
    if (pg_has_function(pg_text(result, row, F_SUPPORT))) {
        g_autofree char *support = pg_reg_name(pg_text(result, row, F_SUPPORT));
        g_string_append_printf(out, " SUPPORT %s", support);
    }
    append_settings(out, pg_text(result, row, F_CONFIG));
}

static void
append_body(GString *out, const PGresult *result, int row)
{
    const char *body = pg_text(result, row, F_BODY);
    const char *binary = pg_text(result, row, F_BINARY);
    const char *source = pg_text(result, row, F_SOURCE);
    if (body != NULL) {
        g_string_append_printf(out, "\n    %s", body);
        return;
    }
    g_string_append(out, "\n    AS ");
    if (binary != NULL && binary[0] != '\0') {
        pg_append_literal(out, binary);
        g_string_append(out, ", ");
        pg_append_literal(out, source);
    } else {
        pg_append_dollar(out, source);
    }
}

static void
append_result(GString *out, const PGresult *result, int row, const PgSignature *signature)
{
    const char *set = pg_flag(result, row, F_SET) ? "SETOF " : "";
    if (signature->table != NULL)
        g_string_append_printf(out, " RETURNS TABLE(%s)", signature->table);
    else
        g_string_append_printf(out, " RETURNS %s%s", set, pg_text(result, row, F_RESULT));
}

static const PgEntry *
add_entry(PgReader *reader, const PGresult *result, int row, const PgSignature *signature)
{
    const char *schema = pg_text(result, row, F_SCHEMA);
    const char *plain = pg_text(result, row, F_NAME);
    gboolean is_procedure = pg_text(result, row, F_KIND)[0] == 'p';
    g_autofree char *name = g_strdup_printf("%s(%s)", plain, signature->types);
    g_autofree char *key = pg_signature_key(plain, signature->n, signature->types);
    g_autofree char *qualified = pg_qualified(schema, plain);
    /* Procedures that differ in their OUT arguments are told apart by all of them. */
    g_autofree char *tag = is_procedure
                               ? g_strdup_printf("PROCEDURE %s(%s)", qualified, signature->modes)
                               : g_strdup_printf("FUNCTION %s(%s)", qualified, signature->types);
    const PgSpec spec = { .kind = is_procedure ? &pg_kind_procedure : &pg_kind_function,
                          .class_id = PG_PROC,
                          .oid = pg_oid(result, row, F_OID),
                          .schema = schema,
                          .name = name,
                          .sort_key = key,
                          .tag = tag,
                          .grant_tag = tag };
    return pg_add(reader, &spec);
}

/* @param create "CREATE" or "CREATE OR REPLACE" */
static GString *
start_function(const PGresult *result, int row, const PgSignature *signature, const char *create)
{
    gboolean is_procedure = pg_text(result, row, F_KIND)[0] == 'p';
    g_autofree char *qualified =
        pg_qualified(pg_text(result, row, F_SCHEMA), pg_text(result, row, F_NAME));
    GString *sql = g_string_new(create);
    g_string_append_printf(sql, " %s %s(%s)", is_procedure ? "PROCEDURE" : "FUNCTION", qualified,
                           signature->arguments);
    if (!is_procedure)
        append_result(sql, result, row, signature);
    append_properties(sql, result, row);
    return sql;
}

/* The function keeps an empty body; its own comes later. */
static void
pull_body(PgReader *reader, PgEntry *body)
{
    BlObject *function = body->object;
    const PgSpec spec = { .kind = &pg_kind_function_body,
                          .schema = function->schema,
                          .name = function->name,
                          .sort_key = function->sort_key };
    body->object = pg_add_object(reader, &spec);
    GPtrArray *statements = function->statements;
    const char *real = g_ptr_array_index(statements, statements->len - 1);
    /* One that calls itself has an empty body already. */
    g_autofree char *replace =
        statements->len == 1 ? g_strconcat("CREATE OR REPLACE ", real + strlen("CREATE "), NULL)
                             : g_strdup(real);
    g_ptr_array_set_size(statements, 0);
    bl_object_add_statement(reader->catalog, function, body->data);
    bl_object_add_statement(reader->catalog, body->object, replace);
    bl_object_add_dependency(body->object, function);
}

static void
let_body_wait(PgReader *reader, const PGresult *result, int row, const PgEntry *entry, char *empty)
{
    PgEntry *body = pg_add_alias(reader, PG_BODY, pg_oid(result, row, F_OID), entry, NULL);
    body->pull = pull_body;
    body->pull_cost = PG_PULL_BODY;
    body->data = g_string_chunk_insert(reader->catalog->strings, empty);
}

static gboolean
add_function(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_auto(PgSignature) signature = { 0 };
    pg_signature_read(&signature, result, row, F_SIGNATURE, PG_NOT_ORDERED);
    const PgEntry *entry = add_entry(reader, result, row, &signature);
    if (entry == NULL)
        return TRUE;
    /* A body that is parsed at once finds its own function only if that is there already. */
    gboolean is_recursive = pg_flag(result, row, F_RECURSIVE);
    gboolean may_wait = pg_flag(result, row, F_MAY_WAIT);
    if (is_recursive || may_wait) {
        g_autoptr(GString) empty = start_function(result, row, &signature, "CREATE");
        g_string_append(empty, "\n    AS $$$$");
        if (is_recursive)
            pg_add_statement(reader, entry, "%s", empty->str);
        if (may_wait)
            let_body_wait(reader, result, row, entry, empty->str);
    }
    g_autoptr(GString) sql =
        start_function(result, row, &signature, is_recursive ? "CREATE OR REPLACE" : "CREATE");
    append_body(sql, result, row);
    if (pg_text(result, row, F_BODY) != NULL)
        pg_need_version(reader, 14);
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

static const PgQuery queries[] = {
    { "functions", functions_sql, 0, PG_QUERY_IF(PG_IF_FUNCTION), add_function },
    { "aggregates", pg_aggregates_sql, 0, PG_QUERY_IF(PG_IF_AGGREGATE), pg_add_aggregate },
};

const PgSection pg_section_functions = { queries, G_N_ELEMENTS(queries), NULL };
