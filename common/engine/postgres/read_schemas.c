/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum { SCHEMA_OID, SCHEMA_NAME, SCHEMA_HAS_OWN };

/* The last column: it has tables or functions, and no extension was put there. */
static const char schemas_sql[] =
    "SELECT n.oid, n.nspname, NOT EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid) "
    "AND (EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid) OR EXISTS (SELECT FROM "
    "pg_proc p WHERE p.pronamespace = n.oid)) FROM pg_namespace n WHERE {{ours}} AND " PG_NO_MEMBER(
        "pg_namespace", "n.oid");

/* Extensions of initdb (plpgsql) are in every database. */
static const char extensions_sql[] =
    "SELECT e.oid, e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = "
    "e.extnamespace WHERE e.oid >= 16384";

static const char languages_sql[] =
    "SELECT l.oid, l.lanname, l.lanpltrusted, l.lanplcallfoid::regproc, l.laninline::regproc, "
    "l.lanvalidator::regproc FROM pg_language l WHERE l.lanispl AND l.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_language", "l.oid");

/* Our default list goes by names, and anybody may have a schema "topology". */
static void
report_ignored(const PgReader *reader, const char *name)
{
    const BlFilter usual = { .ignore = pg_default_ignore };
    const BlFilter *given = reader->filter;
    if (given == NULL || given->schemas != NULL || bl_filter_accepts(&usual, name, "", NULL))
        return;
    const BlFilter excluded = { .exclude = given->exclude };
    if (pg_is_kept(reader, name) || !bl_filter_accepts(&excluded, name, "", NULL))
        return;
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                   "schema %s is left out, since extensions and hosts use this name: to keep it, "
                   "list it among the \"schemas\" of the connection",
                   name);
}

static gboolean
add_schema(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, SCHEMA_NAME);
    if (pg_flag(result, row, SCHEMA_HAS_OWN))
        report_ignored(reader, name);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("SCHEMA ", quoted, NULL);
    const PgEntry *entry = pg_add_global(reader, &pg_kind_schema, PG_NAMESPACE,
                                         pg_oid(result, row, SCHEMA_OID), name, tag);
    /* Every new database has public. Another one may be there too and the database be empty: a
     * host's for its extensions, that of the ledger. */
    if (entry != NULL && strcmp(name, "public") != 0)
        pg_add_statement(reader, entry, "CREATE SCHEMA IF NOT EXISTS %s", quoted);
    return TRUE;
}

static gboolean
add_extension(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, 1);
    const char *schema = pg_text(result, row, 2);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *place = pg_name(schema);
    g_autofree char *tag = g_strconcat("EXTENSION ", quoted, NULL);
    const PgEntry *entry =
        pg_add_global(reader, &pg_kind_extension, PG_EXTENSION, pg_oid(result, row, 0), name, tag);
    if (entry == NULL)
        return TRUE;
    /* A schema that is left out (topology.*) has no object of its own. */
    if (!pg_is_kept(reader, schema))
        pg_add_statement(reader, entry, "CREATE SCHEMA IF NOT EXISTS %s", place);
    pg_add_statement(reader, entry, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s", quoted,
                     place);
    return TRUE;
}

static void
append_function(GString *out, const char *key, const char *reg)
{
    if (!pg_has_function(reg))
        return;
    g_autofree char *name = pg_reg_name(reg);
    g_string_append_printf(out, " %s %s", key, name);
}

static gboolean
add_language(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, 1);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("LANGUAGE ", quoted, NULL);
    const PgEntry *entry =
        pg_add_global(reader, &pg_kind_language, PG_LANGUAGE, pg_oid(result, row, 0), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, pg_flag(result, row, 2) ? "TRUSTED " : "");
    g_string_append_printf(sql, "LANGUAGE %s", quoted);
    append_function(sql, "HANDLER", pg_text(result, row, 3));
    append_function(sql, "INLINE", pg_text(result, row, 4));
    append_function(sql, "VALIDATOR", pg_text(result, row, 5));
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

static const PgQuery queries[] = {
    { "schemas", schemas_sql, 0, 0, add_schema },
    { "extensions", extensions_sql, 0, PG_QUERY_IF(PG_IF_EXTENSION), add_extension },
    { "languages", languages_sql, 0, PG_QUERY_IF(PG_IF_LANGUAGE), add_language },
};

const PgSection pg_section_schemas = { queries, G_N_ELEMENTS(queries), NULL };
