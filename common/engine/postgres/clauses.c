/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <stdarg.h>
#include <string.h>

/* One identifier, quoted or not. @return behind it */
static const char *
read_identifier(const char *p, GString *out)
{
    if (*p != '"') {
        gsize len = strcspn(p, ".");
        g_string_append_len(out, p, (gssize)len);
        return p + len;
    }
    for (p++; *p != '\0'; p++) {
        if (*p == '"' && *++p != '"')
            break;
        g_string_append_c(out, *p);
    }
    return p;
}

char *
pg_reg_name(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0';) {
        g_autoptr(GString) name = g_string_new(NULL);
        p = read_identifier(p, name);
        gboolean is_last = *p == '\0';
        if (is_last || strcmp(name->str, "pg_catalog") != 0) {
            pg_append_name(out, name->str);
            g_string_append(out, is_last ? "" : ".");
        }
        p += is_last ? 0 : 1;
    }
    return g_string_free(out, FALSE);
}

void
pg_append_outer(GString *out, const char *schema, const char *name)
{
    gboolean is_own = strcmp(schema, "pg_catalog") == 0;
    pg_append_qualified(out, is_own ? NULL : schema, name);
}

char *
pg_operator_name(const char *ref, gboolean wrapped)
{
    const char *schema = strchr(ref, ' ') + 1;
    g_autofree char *symbol = g_strndup(ref, (gsize)(schema - 1 - ref));
    if (strcmp(schema, "pg_catalog") == 0)
        return g_steal_pointer(&symbol);
    g_autofree char *quoted = pg_name(schema);
    return g_strdup_printf(wrapped ? "OPERATOR(%s.%s)" : "%s.%s", quoted, symbol);
}

gboolean
pg_is_kept(const PgReader *reader, const char *schema)
{
    return schema == NULL || pg_is_system_schema(schema) ||
           bl_filter_accepts(reader->filter, schema, "", NULL);
}

void
pg_clause(GString *list, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append(list, list->len > 0 ? ",\n    " : "    ");
    g_string_append_vprintf(list, format, args);
    va_end(args);
}

gboolean
pg_has_function(const char *reg)
{
    return reg != NULL && strcmp(reg, "-") != 0;
}

void
pg_clause_reg(GString *list, const char *key, const char *reg)
{
    if (!pg_has_function(reg))
        return;
    g_autofree char *name = pg_reg_name(reg);
    pg_clause(list, "%s = %s", key, name);
}

void
pg_clause_literal(GString *list, const char *key, const char *text)
{
    if (text == NULL)
        return;
    pg_clause(list, "%s = ", key);
    pg_append_literal(list, text);
}
