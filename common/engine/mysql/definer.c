/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/quote.h"

/* The words that end the part of a definition that may hold a DEFINER clause. */
static gboolean
ends_head(const MyTokens *tokens, guint i)
{
    static const char *const sorts[] = { "view",    "trigger", "function",  "procedure",
                                         "package", "event",   "aggregate", NULL };
    return my_token_is_any(tokens, i, sorts) || my_token_is_kind(tokens, i, BL_TOKEN_END);
}

static guint
find_clause(const MyTokens *tokens)
{
    guint i = 0;
    while (!ends_head(tokens, i) &&
           !(my_token_is(tokens, i, "definer") && my_token_is_char(tokens, i + 1, '=')))
        i++;
    return ends_head(tokens, i) ? tokens->all->len : i;
}

static char *
text_of(const MyTokens *tokens, guint i)
{
    return bl_token_name(my_token(tokens, i), tokens->sql);
}

/* The user or role that starts at token @i. @param user out. @return the token behind it */
static guint
take_user(const MyTokens *tokens, guint i, char **user)
{
    g_autofree char *name = text_of(tokens, i);
    const BlToken *at = my_token(tokens, i + 1);
    guint next = i + 1;
    g_autofree char *host = NULL;
    if (at->kind == BL_TOKEN_PARAMETER && tokens->sql[at->start] == '@') {
        host = g_strndup(tokens->sql + at->start + 1, at->len - 1);
        next = i + 2;
    } else if (my_token_is_char(tokens, i + 1, '@')) {
        host = text_of(tokens, i + 2);
        next = i + 3;
    } else if (my_token_is_kind(tokens, next, BL_TOKEN_OPEN) &&
               my_token_is_kind(tokens, next + 1, BL_TOKEN_CLOSE)) {
        next += 2; /* CURRENT_USER() */
    }
    *user = host != NULL ? g_strconcat(name, "@", host, NULL) : g_steal_pointer(&name);
    return next;
}

char *
my_without_definer(const char *sql, char **definer)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    guint clause = find_clause(&tokens);
    g_autofree char *user = NULL;
    gsize start = tokens.len;
    gsize end = tokens.len;
    if (clause < tokens.all->len) {
        guint next = take_user(&tokens, clause + 2, &user);
        start = my_token(&tokens, clause)->start;
        end = next < tokens.all->len ? my_token(&tokens, next)->start : tokens.len;
    }
    if (definer != NULL)
        *definer = g_steal_pointer(&user);
    return my_cut_text(sql, start, end);
}

void
my_note_definer(MyReader *reader, const char *definer)
{
    bl_catalog_add_fact(reader->catalog, "definers", definer);
}

void
my_note_more(
    MyReader *reader, const char *key, const char *kind, const char *name, const char *what)
{
    g_autofree char *escaped = bl_quote_comment(name);
    g_autofree char *label =
        g_strconcat(kind, " ", escaped, what != NULL ? ": " : NULL, what, NULL);
    bl_catalog_add_fact(reader->catalog, key, label);
}

void
my_note_object(MyReader *reader, const char *key, const char *kind, const char *name)
{
    my_note_more(reader, key, kind, name, NULL);
}
