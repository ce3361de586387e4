/* SPDX-License-Identifier: MIT */
#include "common/sql/quote.h"

#include <string.h>

/* Puts @text between @quote, each @quote in it doubled, and each backslash too when @backslashes.
 */
static char *
quote_with(const char *text, char quote, gboolean backslashes)
{
    const char doubled[] = { quote, backslashes ? '\\' : '\0', '\0' };
    GString *out = g_string_sized_new(strlen(text) + 2);

    g_string_append_c(out, quote);
    for (;;) {
        gsize plain = strcspn(text, doubled);
        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (*text == '\0')
            break;
        g_string_append_c(out, *text);
        g_string_append_c(out, *text++);
    }
    g_string_append_c(out, quote);
    return g_string_free(out, FALSE);
}

char *
bl_quote_identifier(const BlDialect *dialect, const char *name)
{
    /* Where "x" may be a string, only backticks are safe; elsewhere they are at best tolerated. */
    return quote_with(name, dialect->double_quoted_strings ? '`' : '"', FALSE);
}

char *
bl_quote_literal(const BlDialect *dialect, const char *value)
{
    return quote_with(value, '\'', dialect->backslash_escapes);
}

void
bl_quote_append_comment(GString *out, const char *name)
{
    const char *plain = name;
    while (*plain != '\0' && *plain != '\\' && !g_ascii_iscntrl(*plain))
        plain++;
    g_string_append_len(out, name, plain - name);
    for (const char *p = plain; *p != '\0'; p++) {
        if (*p == '\n')
            g_string_append(out, "\\n");
        else if (*p == '\r')
            g_string_append(out, "\\r");
        else if (*p == '\\')
            g_string_append(out, "\\\\");
        else if (g_ascii_iscntrl(*p))
            g_string_append_printf(out, "\\x%02X", (guint)(guchar)*p);
        else
            g_string_append_c(out, *p);
    }
}

char *
bl_quote_comment(const char *name)
{
    GString *out = g_string_sized_new(strlen(name));
    bl_quote_append_comment(out, name);
    return g_string_free(out, FALSE);
}
