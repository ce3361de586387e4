/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

#include <stdlib.h>
#include <string.h>

/* Words that some server from 13 to 18 does not take, or does not take everywhere, as a bare name:
 * pg_get_keywords() without category U, all versions joined, so that the text does not change with
 * the server. In byte order. */
static const char *const keywords[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
};

static int
compare_keyword(const void *key, const void *member)
{
    return strcmp(key, *(const char *const *)member);
}

static gboolean
is_plain(const char *name)
{
    if (!g_ascii_islower(name[0]) && name[0] != '_')
        return FALSE;
    for (const char *p = name; *p != '\0'; p++) {
        if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && *p != '_')
            return FALSE;
    }
    return bsearch(name, keywords, G_N_ELEMENTS(keywords), sizeof keywords[0], compare_keyword) ==
           NULL;
}

static void
append_doubled(GString *out, const char *text, char quote)
{
    g_string_append_c(out, quote);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == quote)
            g_string_append_c(out, quote);
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, quote);
}

void
pg_append_name(GString *out, const char *name)
{
    if (is_plain(name))
        g_string_append(out, name);
    else
        append_doubled(out, name, '"');
}

char *
pg_name(const char *name)
{
    GString *out = g_string_new(NULL);
    pg_append_name(out, name);
    return g_string_free(out, FALSE);
}

void
pg_append_qualified(GString *out, const char *schema, const char *name)
{
    if (schema != NULL) {
        pg_append_name(out, schema);
        g_string_append_c(out, '.');
    }
    pg_append_name(out, name);
}

char *
pg_qualified(const char *schema, const char *name)
{
    GString *out = g_string_new(NULL);
    pg_append_qualified(out, schema, name);
    return g_string_free(out, FALSE);
}

void
pg_append_literal(GString *out, const char *text)
{
    append_doubled(out, text, '\'');
}

/* As the tag must not occur even without its closing dollar, a text that ends in the middle of it
 * is safe too. */
void
pg_append_dollar(GString *out, const char *text)
{
    g_autoptr(GString) open = g_string_new("$");
    for (guint n = 0; strstr(text, open->str) != NULL; n++) {
        if (n == 0)
            g_string_assign(open, "$_");
        else
            g_string_printf(open, "$_%u", n);
    }
    g_string_append_printf(out, "%s$%s%s$", open->str, text, open->str);
}

/* One element of an array's text; @return behind it */
static const char *
take_element(const char *p, GPtrArray *elements)
{
    g_autoptr(GString) element = g_string_new(NULL);
    gboolean is_quoted = *p == '"';
    if (!is_quoted) {
        gsize len = strcspn(p, ",}");
        g_string_append_len(element, p, (gssize)len);
        p += len;
    } else {
        for (p++; *p != '\0' && *p != '"'; p++) {
            if (*p == '\\' && p[1] != '\0')
                p++;
            g_string_append_c(element, *p);
        }
        if (*p == '"')
            p++;
    }
    gboolean is_null = !is_quoted && strcmp(element->str, "NULL") == 0;
    g_ptr_array_add(elements, is_null ? NULL : g_strdup(element->str));
    return p;
}

GPtrArray *
pg_split_array(const char *text)
{
    GPtrArray *elements = g_ptr_array_new_with_free_func(g_free);
    const char *p = text[0] == '{' ? text + 1 : text;
    while (*p != '\0' && *p != '}') {
        p = take_element(p, elements);
        if (*p == ',')
            p++;
    }
    return elements;
}
