/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/pieces.h"

#include "common/engine/mysql/tokens.h"

#include <string.h>

/* More texts than these are not followed. */
#define MAX_TEXTS 4096

GPtrArray *
my_no_texts(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

void
my_unref_texts(gpointer texts)
{
    if (texts != NULL)
        g_ptr_array_unref(texts);
}

GPtrArray *
my_one_text(const char *text)
{
    GPtrArray *texts = my_no_texts();
    g_ptr_array_add(texts, g_strdup(text));
    return texts;
}

GPtrArray *
my_add_texts(GPtrArray *texts, GPtrArray *more)
{
    gboolean is_known = texts != NULL && more != NULL && texts->len + more->len <= MAX_TEXTS;
    for (guint i = 0; is_known && i < more->len; i++)
        g_ptr_array_add(texts, g_strdup(g_ptr_array_index(more, i)));
    if (more != NULL)
        g_ptr_array_unref(more);
    if (is_known)
        return texts;
    if (texts != NULL)
        g_ptr_array_unref(texts);
    return NULL;
}

GPtrArray *
my_join_texts(GPtrArray *heads, GPtrArray *tails)
{
    GPtrArray *texts = NULL;
    if (heads != NULL && tails != NULL && heads->len * tails->len <= MAX_TEXTS) {
        texts = my_no_texts();
        for (guint i = 0; i < heads->len; i++) {
            const char *head = g_ptr_array_index(heads, i);
            for (guint j = 0; j < tails->len; j++) {
                const char *tail = g_ptr_array_index(tails, j);
                g_ptr_array_add(texts, g_strconcat(head, tail, NULL));
            }
        }
    }
    if (heads != NULL)
        g_ptr_array_unref(heads);
    if (tails != NULL)
        g_ptr_array_unref(tails);
    return texts;
}

/* It is read the same wherever other tokens stand before and behind it. */
static gboolean
is_whole(const char *text)
{
    static const char *const others[] = { "\\", "--", "#", "/*", "@" };
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strstr(text, others[i]) != NULL)
            return FALSE;
    }
    g_autofree char *bare = g_strstrip(g_strdup(text));
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, text, NULL);
    gboolean ok = bare[0] != '.' && !g_str_has_suffix(bare, ".");
    for (guint i = 0; ok && i < tokens.all->len; i++)
        ok = !my_token_is_kind(&tokens, i, BL_TOKEN_UNTERMINATED);
    return ok;
}

static gboolean
is_word_byte(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* No token reaches from @head into @tail, or one word that ends before @tail does: what three
 * pieces make together is looked at. */
static gboolean
are_apart(const char *head, const char *tail)
{
    static const char breaks[] = " \t\r\n,;()";
    gsize len = strlen(head);
    if (len == 0 || tail[0] == '\0' || strchr(breaks, head[len - 1]) != NULL ||
        strchr(breaks, tail[0]) != NULL)
        return TRUE;
    return is_word_byte(head[len - 1]) && is_word_byte(tail[0]) && strpbrk(tail, breaks) != NULL;
}

gboolean
my_are_continued(const GPtrArray *heads, const GPtrArray *texts)
{
    for (guint i = 0; i < texts->len; i++) {
        const char *text = g_ptr_array_index(texts, i);
        gboolean found = FALSE;
        for (guint j = 0; j < heads->len; j++) {
            const char *head = g_ptr_array_index(heads, j);
            gsize len = strlen(head);
            if (!g_str_has_prefix(text, head))
                continue;
            found = TRUE;
            if (text[len] != '\0' &&
                (!is_whole(head) || !is_whole(text + len) || !are_apart(head, text + len)))
                return FALSE;
        }
        if (!found)
            return FALSE;
    }
    return TRUE;
}
