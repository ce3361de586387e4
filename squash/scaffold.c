/* SPDX-License-Identifier: MIT */
#include "squash/scaffold.h"

#include "common/sql/quote.h"

#include <string.h>

void
bl_scaffold_clear(BlScaffold *scaffold)
{
    g_clear_pointer(&scaffold->table, g_free);
    g_clear_pointer(&scaffold->column, g_free);
}

static char *
without_suffix(const char *text, const char *suffix)
{
    gsize len = strlen(text);
    gsize cut = strlen(suffix);
    return g_str_has_suffix(text, suffix) && len > cut ? g_strndup(text, len - cut)
                                                       : g_strdup(text);
}

/* PREFIX_COLUMN_LINK_TABLE, the last link counts: add_due_to_date_to_posts. */
static gboolean
parse_column(const char *name, const char *prefix, const char *link, BlScaffold *scaffold)
{
    if (!g_str_has_prefix(name, prefix))
        return FALSE;
    const char *column = name + strlen(prefix);
    const char *at = g_strrstr(column, link);
    if (at == NULL || at == column || at[strlen(link)] == '\0')
        return FALSE;
    scaffold->kind = BL_SCAFFOLD_ALTER;
    scaffold->column = g_strndup(column, (gsize)(at - column));
    scaffold->table = without_suffix(at + strlen(link), "_table");
    return TRUE;
}

static gboolean
parse_table(const char *name, const char *prefix, BlScaffoldKind kind, BlScaffold *scaffold)
{
    if (!g_str_has_prefix(name, prefix) || name[strlen(prefix)] == '\0')
        return FALSE;
    scaffold->kind = kind;
    scaffold->table = without_suffix(name + strlen(prefix), "_table");
    return TRUE;
}

void
bl_scaffold_parse(const char *name, BlScaffold *scaffold)
{
    *scaffold = (BlScaffold){ .kind = BL_SCAFFOLD_PLAIN };
    if (parse_table(name, "create_", BL_SCAFFOLD_CREATE, scaffold) ||
        parse_table(name, "alter_", BL_SCAFFOLD_ALTER, scaffold) ||
        parse_column(name, "add_", "_to_", scaffold))
        return;
    if (parse_column(name, "remove_", "_from_", scaffold) ||
        parse_column(name, "drop_", "_from_", scaffold))
        scaffold->removes = TRUE;
}

char *
bl_scaffold_file_name(const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = name; *p != '\0'; p++) {
        gboolean word = g_ascii_isalnum(*p) || ((guchar)*p & 0x80) != 0;
        gboolean starts_word = g_ascii_isupper(*p) && p > name && g_ascii_islower(p[-1]);
        if ((!word || starts_word) && out->len > 0 && out->str[out->len - 1] != '_')
            g_string_append_c(out, '_');
        if (word)
            g_string_append_c(out, g_ascii_tolower(*p));
    }
    while (out->len > 0 && out->str[out->len - 1] == '_')
        g_string_truncate(out, out->len - 1);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
format_name(const BlDialect *dialect, const char *name)
{
    return dialect != NULL ? bl_quote_identifier(dialect, name) : g_strdup(name);
}

void
bl_scaffold_parts(const BlDialect *dialect, const BlScaffold *scaffold, char **up, char **down)
{
    g_autofree char *table = scaffold->table != NULL ? format_name(dialect, scaffold->table) : NULL;
    g_autofree char *column =
        format_name(dialect, scaffold->column != NULL ? scaffold->column : "new_column");
    switch (scaffold->kind) {
    case BL_SCAFFOLD_CREATE:
        *up = g_strdup_printf("CREATE TABLE %s (\n"
                              "    id integer NOT NULL PRIMARY KEY,\n"
                              "    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP\n"
                              ");\n",
                              table);
        *down = g_strdup_printf("DROP TABLE %s;\n", table);
        break;
    case BL_SCAFFOLD_ALTER: {
        char *adding = g_strdup_printf("ALTER TABLE %s ADD COLUMN %s text;\n", table, column);
        char *dropping = g_strdup_printf("ALTER TABLE %s DROP COLUMN %s;\n", table, column);
        *up = scaffold->removes ? dropping : adding;
        *down = scaffold->removes ? adding : dropping;
        break;
    }
    case BL_SCAFFOLD_PLAIN:
        *up = g_strdup("");
        *down = g_strdup("");
        break;
    }
}
