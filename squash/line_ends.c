/* SPDX-License-Identifier: MIT */
#include "squash/line_ends.h"

#include "squash/git.h"

#include "common/base/error.h"

#include <string.h>

static gboolean
holds_crlf(const char *sql, gsize len)
{
    const char *end = sql + len;
    for (const char *at = sql; (at = memchr(at, '\r', (gsize)(end - at))) != NULL; at++) {
        if (at + 1 < end && at[1] == '\n')
            return TRUE;
    }
    return FALSE;
}

/* Does git guess by the text whether line ends are to be changed? */
static gboolean
is_guessed(const char *root, const char *text, const char *eol)
{
    static const char *const command[] = { "config", "core.autocrlf", NULL };
    if (strcmp(text, "unspecified") != 0 || strcmp(eol, "unspecified") != 0)
        return strcmp(text, "auto") == 0;
    g_autofree char *value = bl_git_ask(root, command);
    if (value != NULL)
        g_strchomp(value);
    return g_strcmp0(value, "true") == 0 || g_strcmp0(value, "input") == 0;
}

/* A text that it has with CR LF stays so where it guesses. */
static gboolean
has_crlf_in_index(const char *root, const char *label)
{
    const char *const command[] = { "ls-files", "--eol", "--cached", "--", label, NULL };
    g_autofree char *answer = bl_git_ask(root, command);
    return answer != NULL &&
           (g_str_has_prefix(answer, "i/crlf") || g_str_has_prefix(answer, "i/mixed"));
}

static gboolean
is_changed(const char *root, const char *label)
{
    g_autofree char *text = bl_git_attribute(root, "text", label);
    g_autofree char *eol = text != NULL ? bl_git_attribute(root, "eol", label) : NULL;
    if (eol == NULL || strcmp(text, "unset") == 0)
        return FALSE;
    if (is_guessed(root, text, eol))
        return !has_crlf_in_index(root, label);
    return strcmp(text, "unspecified") != 0 || strcmp(eol, "unspecified") != 0;
}

gboolean
bl_line_ends_check(const char *root, const char *label, const char *sql, gsize len, GError **error)
{
    if (g_str_has_suffix(label, ".gz") || !holds_crlf(sql, len) || !is_changed(root, label))
        return TRUE;
    g_autofree char *hint =
        g_strdup_printf("have \"%s -text\" in .gitattributes; migrate init --git writes it", label);
    bl_error_set(
        error, BL_ERROR_CONFLICT, hint,
        "the snapshot \"%s\" holds lines that end with CR LF, which git would keep with LF: "
        "no clone could load it",
        label);
    return FALSE;
}
