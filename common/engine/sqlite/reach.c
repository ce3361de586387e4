/* SPDX-License-Identifier: MIT */
/* What may leave the database file. SQLite has no dynamic SQL: only code counts, not literals. */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Functions of extensions and of the stock shell that touch files, settings or programs. */
static const struct {
    const char *name;
    const char *what;
} functions[] = {
    { "load_extension", "a library that it loads" },
    { "readfile", "a file" },
    { "writefile", "a file" },
    { "edit", "a program" },
    { "fsdir", "a folder" },
    { "lsdir", "a folder" },
};

/* Pragmas whose value is a place. */
static const char *const place_pragmas[] = { "temp_store_directory", "data_store_directory", NULL };

/* Virtual tables over something that is not in the database. */
static const char *const outside_modules[] = {
    "csv", "zipfile", "dbdump", "postgres", "vsv", NULL
};

static const char *
find_function(const BlToken *token, const char *sql)
{
    g_autofree char *name = token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER
                                ? bl_token_name(token, sql)
                                : NULL;
    for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(functions); i++) {
        if (g_ascii_strcasecmp(name, functions[i].name) == 0)
            return functions[i].what;
    }
    return NULL;
}

/* By the first words. */
static const char *
look_at_beginning(const char *sql, gsize len)
{
    BlToken tokens[4];
    guint n = bl_lex_first(&bl_dialect_sqlite, sql, len, tokens, G_N_ELEMENTS(tokens));
    if (n == 0)
        return NULL;
    if (bl_token_is_word(&tokens[0], sql, "ATTACH") || bl_token_is_word(&tokens[0], sql, "DETACH"))
        return "another database";
    if (bl_token_is_word(&tokens[0], sql, "VACUUM")) {
        for (guint i = 1; i < n; i++) {
            if (bl_token_is_word(&tokens[i], sql, "INTO"))
                return "a file that it writes";
        }
    }
    if (n > 1 && bl_token_is_word(&tokens[0], sql, "PRAGMA") &&
        (bl_token_is_any(&tokens[1], sql, place_pragmas) ||
         (n > 3 && bl_token_is_any(&tokens[3], sql, place_pragmas))))
        return "a folder of the library";
    return NULL;
}

const char *
lite_reaches_out(const char *sql, gsize len)
{
    const char *what = look_at_beginning(sql, len);
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    const char *function = NULL;
    gboolean after_using = FALSE;
    while (what == NULL &&
           bl_lex(&bl_dialect_sqlite, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (function != NULL && token.kind == BL_TOKEN_OPEN)
            what = function;
        else if (after_using && bl_token_is_any(&token, sql, outside_modules))
            what = "what a virtual table reads";
        function = find_function(&token, sql);
        after_using = bl_token_is_word(&token, sql, "USING");
    }
    return what;
}
