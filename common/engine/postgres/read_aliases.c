/* SPDX-License-Identifier: MIT */
/*
 * "SELECT * FROM f()" over a function that gives rows of a table knows the columns that the table
 * had then, and its deparse lists them: f() f(a, b). Read back when the table has more, the list
 * names the others too: f() f(a, b, c). They are written at once.
 */
#include "common/base/error.h"
#include "common/engine/postgres/reader.h"
#include "common/sql/quote.h"

#include <string.h>

enum { A_CLASS, A_OID, A_ALIAS, A_OLD, A_WIDE };

/* What pg_node_tree says of a name: a backslash before what would end it. */
#define NODE_NAME(x) "regexp_replace(" x ", '\\\\(.)', '\\1', 'g')"

/* One call in FROM, in the tree of a rule or a parsed body: its alias, its columns, the type of its
 * rows and how many columns that had. */
#define CALL                                                                                       \
    "':eref {ALIAS :aliasname ((?:[^ \\\\]|\\\\.)+?) :colnames \\(((?:[^)\\\\]|\\\\.)*?)\\)} "     \
    ":rtekind 3 :functions \\({RANGETBLFUNCTION :funcexpr {FUNCEXPR :funcid [0-9]+? "              \
    ":funcresulttype ([0-9]+?) (.*?):funccolcount ([0-9]+?) '"

/* The rows of a call that is not the first of its ROWS FROM. */
#define FURTHER_CALL                                                                               \
    "'[}] {RANGETBLFUNCTION :funcexpr {FUNCEXPR :funcid [0-9]+? :funcresulttype ([0-9]+?) "        \
    ".*?:funccolcount ([0-9]+?) '"

/* What has a tree with a call in FROM: rules, of views too, policies and parsed bodies. */
#define TREES                                                                                      \
    "WITH s AS MATERIALIZED (SELECT * FROM (SELECT 'pg_rewrite'::regclass::oid AS class, oid, "    \
    "ev_qual::text || ev_action::text AS tree FROM pg_rewrite WHERE oid >= 16384 UNION ALL "       \
    "SELECT 'pg_policy'::regclass::oid, oid, concat(polqual::text, polwithcheck::text) FROM "      \
    "pg_policy{{14| UNION ALL SELECT 'pg_proc'::regclass::oid, oid, prosqlbody::text FROM "        \
    "pg_proc WHERE oid >= 16384 AND prosqlbody IS NOT NULL|}}) t WHERE strpos(t.tree, "            \
    "':rtekind 3 ') > 0) "

/* A column that was dropped has no name in the list; what WITH ORDINALITY adds comes last. There is
 * no longer list for several calls in one ROWS FROM, nor for a call on a query's result. */
static const char aliases_sql[] = TREES "SELECT s.class, s.oid, quote_ident(" NODE_NAME(
    "m[1]") "), l.old, CASE WHEN l.n <= m[5]::int + 1 "
            "AND strpos(m[4], ':eref ') = 0 THEN l.wide END FROM s"
            " CROSS JOIN LATERAL regexp_matches(s.tree, " CALL ", 'g') m JOIN "
            "pg_type t ON t.oid = m[3]::oid CROSS JOIN LATERAL (SELECT string_agg(quote_ident(c.name), ', ' "
            "ORDER BY c.i) FILTER (WHERE NOT c.is_new) AS old, string_agg(quote_ident(c.name), ', ' ORDER BY "
            "c.i) AS wide, max(c.n) AS n FROM (SELECT CASE WHEN u.i > m[5]::int THEN 10000 ELSE u.i END AS "
            "i, u.i AS n, " NODE_NAME(
                "u.x[1]") " AS name, false AS is_new FROM regexp_matches(m[2], "
                          "'\"((?:[^ \\\\]|\\\\.)*?)\"(?: |$)', 'g') WITH ORDINALITY u(x, i) LEFT JOIN pg_attribute d ON "
                          "d.attrelid = t.typrelid AND d.attnum = u.i AND u.i <= m[5]::int WHERE d.attisdropped IS NOT "
                          "TRUE UNION ALL SELECT a.attnum, 0, a.attname || CASE WHEN strpos(m[2], '\"' || a.attname || "
                          "'\"') > 0 THEN '_1' ELSE '' END, true FROM pg_attribute a WHERE a.attrelid = t.typrelid AND "
                          "a.attnum > m[5]::int AND NOT a.attisdropped) c) l WHERE "
                          "l.wide <> l.old UNION ALL SELECT s.class, s.oid, '', '', NULL FROM s"
                          " CROSS JOIN LATERAL "
                          "regexp_matches(s.tree, " FURTHER_CALL
                          ", 'g') m WHERE (SELECT count(*) FROM pg_attribute a WHERE "
                          "a.attrelid = (SELECT t.typrelid FROM pg_type t WHERE t.oid = m[1]::oid) AND a.attnum > "
                          "m[2]::int AND NOT a.attisdropped) > 0";

static gboolean
add_aliases(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid class_id = pg_oid(result, row, A_CLASS);
    Oid oid = pg_oid(result, row, A_OID);
    const PgEntry *body = class_id == PG_PROC ? pg_find(reader, PG_BODY, oid) : NULL;
    const PgEntry *entry = body != NULL ? body : pg_find(reader, class_id, oid);
    if (entry == NULL)
        return TRUE;
    const PgAliases aliases = { entry,
                                bl_catalog_string(reader->catalog, pg_text(result, row, A_ALIAS)),
                                bl_catalog_string(reader->catalog, pg_text(result, row, A_OLD)),
                                bl_catalog_string(reader->catalog, pg_text(result, row, A_WIDE)) };
    g_array_append_val(reader->aliases, aliases);
    return TRUE;
}

static gboolean
has_alias(const char *before, const char *alias)
{
    g_autofree char *plain = g_strdup_printf(") %s", alias);
    g_autofree char *counted = g_strdup_printf(") WITH ORDINALITY %s", alias);
    return g_str_has_suffix(before, plain) || g_str_has_suffix(before, counted);
}

/* @return TRUE when @sql up to @end ends in a call with that alias, or with one of the numbers that
 * the server puts behind an alias it has used already */
static gboolean
ends_in_alias(const char *sql, const char *end, const char *alias)
{
    g_autofree char *before = g_strndup(sql, (gsize)(end - sql));
    if (has_alias(before, alias))
        return TRUE;
    gsize len = (gsize)(end - sql);
    while (len > 0 && g_ascii_isdigit(before[len - 1]))
        len--;
    if (len == 0 || before[len - 1] != '_' || before[len] == '\0')
        return FALSE;
    before[len - 1] = '\0';
    return has_alias(before, alias);
}

/* @return the text with the longer lists, or NULL when it has none of the shorter ones */
static char *
with_new_columns(const char *sql, const PgAliases *aliases)
{
    g_autofree char *list = g_strdup_printf("(%s)", aliases->old);
    g_autoptr(GString) out = g_string_new(NULL);
    const char *done = sql;
    for (const char *p = strstr(sql, list); p != NULL; p = strstr(p + 1, list)) {
        if (!ends_in_alias(sql, p, aliases->alias))
            continue;
        g_string_append_len(out, done, p - done);
        g_string_append_printf(out, "(%s)", aliases->wide);
        done = p + strlen(list);
    }
    if (done == sql)
        return NULL;
    g_string_append(out, done);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
widen(PgReader *reader, const PgAliases *aliases)
{
    GPtrArray *statements = aliases->entry->object->statements;
    gboolean found = FALSE;
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        g_autofree char *widened = with_new_columns(sql, aliases);
        if (widened != NULL)
            statements->pdata[i] = (gpointer)(guintptr)bl_catalog_string(reader->catalog, widened);
        found = found || widened != NULL || strstr(sql, aliases->wide) != NULL;
    }
    return found;
}

gboolean
pg_widen_aliases(PgReader *reader, GError **error)
{
    for (guint i = 0; i < reader->aliases->len; i++) {
        const PgAliases *aliases = &g_array_index(reader->aliases, PgAliases, i);
        if (aliases->wide != NULL && widen(reader, aliases))
            continue;
        g_autofree char *label = bl_object_label(aliases->entry->object);
        g_autofree char *escaped = bl_quote_comment(label);
        bl_error_set(
            error, BL_ERROR_CONFLICT, "make it again, with CREATE OR REPLACE",
            "%s cannot be described: it was made when a function that it calls gave fewer columns",
            escaped);
        return FALSE;
    }
    return TRUE;
}

static const PgQuery queries[] = { { "aliases of rows", aliases_sql, 0, PG_QUERY_IF(PG_IF_TREE),
                                     add_aliases } };

const PgSection pg_section_aliases = { queries, G_N_ELEMENTS(queries), NULL };
