/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/session.h"

#include <string.h>

gboolean
my_same_database(const MySession *session, const char *name)
{
    if (session->names_case == 0)
        return strcmp(session->database, name) == 0;
    g_autofree char *a = g_utf8_casefold(session->database, -1);
    g_autofree char *b = g_utf8_casefold(name, -1);
    return strcmp(a, b) == 0;
}

char *
my_fold_name(const MySession *session, const char *name)
{
    return session->names_case != 0 ? g_utf8_strdown(name, -1) : g_strdup(name);
}

void
my_append_name(GString *out, const char *name)
{
    g_string_append_c(out, '`');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '`')
            g_string_append_c(out, '`');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '`');
}

static gboolean
is_plain(const char *text, gsize len)
{
    for (gsize i = 0; i < len; i++) {
        if (text[i] == '\\' || g_ascii_iscntrl(text[i]))
            return FALSE;
    }
    return TRUE;
}

void
my_append_literal(GString *out, const char *text, gssize len)
{
    gsize n = len < 0 ? strlen(text) : (gsize)len;
    if (is_plain(text, n)) {
        g_string_append_c(out, '\'');
        for (gsize i = 0; i < n; i++) {
            if (text[i] == '\'')
                g_string_append_c(out, '\'');
            g_string_append_c(out, text[i]);
        }
        g_string_append_c(out, '\'');
        return;
    }
    g_string_append(out, "CONVERT(x'");
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(out, "%02x", (guint)(guchar)text[i]);
    g_string_append(out, "' USING utf8mb4)");
}

char *
my_name(const char *name)
{
    GString *out = g_string_new(NULL);
    my_append_name(out, name);
    return g_string_free(out, FALSE);
}

char *
my_literal(const char *text)
{
    GString *out = g_string_new(NULL);
    my_append_literal(out, text, -1);
    return g_string_free(out, FALSE);
}
