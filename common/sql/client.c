/* SPDX-License-Identifier: MIT */
#include "common/sql/client.h"

#include <string.h>

/* client/mysql.cc of MariaDB 10.11 and MySQL 8.0. */
static const struct {
    const char *word;
    gboolean takes_text;
} words[] = {
    { "?", TRUE },
    { "charset", TRUE },
    { "clear", FALSE },
    { "connect", TRUE },
    { "delimiter", TRUE },
    { "edit", FALSE },
    { "ego", FALSE },
    { "exit", FALSE },
    { "go", FALSE },
    { "help", TRUE },
    { "nopager", FALSE },
    { "notee", FALSE },
    { "nowarning", FALSE },
    { "pager", TRUE },
    { "print", FALSE },
    { "prompt", TRUE },
    { "quit", FALSE },
    { "rehash", FALSE },
    { "resetconnection", FALSE },
    { "sandbox", FALSE },
    { "source", TRUE },
    { "status", FALSE },
    { "system", TRUE },
    { "tee", TRUE },
    { "use", TRUE },
    { "warnings", FALSE },
};

/* psql 18: what runs the query buffer, and what prepares the next run of it. */
static const char *const senders[] = {
    "g",     "gx",   "gset",       "gexec", "gdesc",        "crosstabview",
    "watch", "bind", "bind_named", "parse", "sendpipeline",
};

gboolean
bl_client_find_word(const char *word, gsize len, gboolean *takes_text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i].word) == len && g_ascii_strncasecmp(words[i].word, word, len) == 0) {
            *takes_text = words[i].takes_text;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
bl_client_sends(const char *name, gsize len)
{
    for (gsize i = 0; i < G_N_ELEMENTS(senders); i++) {
        if (strlen(senders[i]) == len && memcmp(senders[i], name, len) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_quote(char c)
{
    return c == '\'' || c == '"' || c == '`';
}

/* Includes the vertical tab, which g_ascii_isspace() leaves out. */
static gboolean
is_blank(char c)
{
    return g_ascii_isspace(c) || c == '\v';
}

const char *
bl_client_parse_delimiter(const char *line, gsize len, char *delimiter)
{
    gsize pos = 0;
    gsize n = 0;

    while (pos < len && is_blank(line[pos]))
        pos++;
    char quote = pos < len && is_quote(line[pos]) ? line[pos++] : '\0';
    while (pos + n < len && !is_blank(line[pos + n]) && line[pos + n] != quote) {
        char c = line[pos + n];
        if (c == '\\')
            return "a delimiter cannot contain a backslash";
        if (is_quote(c) || c == '\0')
            return "a delimiter cannot contain a quote";
        if (++n > BL_DELIMITER_MAX)
            return "a delimiter cannot be longer than 15 bytes";
    }
    if (n == 0)
        return "DELIMITER needs a delimiter after it";
    memcpy(delimiter, line + pos, n);
    delimiter[n] = '\0';
    return NULL;
}
