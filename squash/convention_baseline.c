/* SPDX-License-Identifier: MIT */
/*
 * The native convention: <milliseconds>_<name>.sql with the markers of dbmate 2 ("-- migrate:up",
 * "-- migrate:down", option transaction:false). A marker is a line comment that starts its line;
 * inside a string or a block comment it is text.
 */
#include "squash/convention.h"

#include "common/base/error.h"
#include "common/sql/lexer.h"

#include <string.h>

#define MARKER "migrate:"

typedef struct {
    const BlDialect *dialect;
    const char *text;
    gsize len;
    BlMigration *migration;
    BlSection *section; /* the one that is open */
    gsize started;      /* where its text starts */
    guint line;
} Cutter;

static void
match_native(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    static const char *const foreign[] = { ".ts", ".js", ".mjs", ".cjs", ".rb", NULL };
    const char *ending = bl_match_ending(path, bl_sql_endings);
    if (ending != NULL) {
        bl_match_set(match, BL_FILE_UP, path, strlen(path) - strlen(ending));
        return;
    }
    ending = bl_match_ending(path, foreign);
    if (ending != NULL && !g_str_has_suffix(path, ".d.ts"))
        bl_match_set(match, BL_FILE_FOREIGN, path, strlen(path) - strlen(ending));
}

static void
set_problem(Cutter *cutter, gsize at, const char *hint, const char *message)
{
    if (cutter->migration->problem != NULL)
        return;
    guint line = 1;
    gsize line_start = 0;
    for (gsize i = 0; i < at; i++) {
        if (cutter->text[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    bl_error_set(&cutter->migration->problem, BL_ERROR_SQL, hint, "%s", message);
    bl_error_set_position(cutter->migration->problem, cutter->migration->label, line,
                          (guint)(at - line_start) + 1);
}

static void
close_section(Cutter *cutter, gsize end)
{
    BlSection *section = cutter->section;
    if (section == NULL)
        return;
    g_free(section->text); /* a section that comes twice is a problem, but no leak */
    section->text = g_strndup(cutter->text + cutter->started, end - cutter->started);
    section->len = end - cutter->started;
    section->offset = cutter->started;
    section->line = cutter->line;
}

/* Reads "transaction:false" and its like behind the direction. */
static void
parse_options(Cutter *cutter, const BlToken *token, BlSection *section, const char *options)
{
    g_auto(GStrv) words = g_strsplit_set(options, " \t\r", -1);
    for (gsize i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0')
            continue;
        if (strcmp(words[i], "transaction:false") == 0) {
            section->transaction = FALSE;
        } else if (strcmp(words[i], "transaction:true") != 0) {
            g_autofree char *message =
                g_strdup_printf("unknown option \"%s\" of a migrate marker", words[i]);
            set_problem(cutter, token->start, "transaction:false and transaction:true are known",
                        message);
        }
    }
}

static BlSection *
find_section(Cutter *cutter, const BlToken *token, const char *direction, gsize len)
{
    BlMigration *migration = cutter->migration;
    if (len == 2 && memcmp(direction, "up", 2) == 0) {
        if (migration->up.present)
            set_problem(cutter, token->start, "keep one", "a second \"-- migrate:up\"");
        return &migration->up;
    }
    if (len == 4 && memcmp(direction, "down", 4) == 0) {
        if (!migration->up.present)
            set_problem(cutter, token->start, "put the up part first",
                        "\"-- migrate:down\" before \"-- migrate:up\"");
        if (migration->down.present)
            set_problem(cutter, token->start, "keep one", "a second \"-- migrate:down\"");
        return &migration->down;
    }
    set_problem(cutter, token->start, "up and down are known",
                "unknown marker after \"-- migrate:\"");
    return NULL;
}

/* @return what follows "-- migrate:" in a comment that is a marker, NULL for any other comment */
static const char *
marker_direction(const Cutter *cutter, const BlToken *token)
{
    const char *p = cutter->text + token->start;
    const char *end = p + token->len;
    if (token->start > 0 && cutter->text[token->start - 1] != '\n')
        return NULL;
    if (token->len < 2 || p[0] != '-' || p[1] != '-')
        return NULL;
    for (p += 2; p < end && (*p == ' ' || *p == '\t'); p++)
        continue;
    gsize len = strlen(MARKER);
    return (gsize)(end - p) > len && memcmp(p, MARKER, len) == 0 ? p + len : NULL;
}

static guint
count_lines(const char *text, gsize len)
{
    guint lines = 0;
    for (const char *p = text; (p = memchr(p, '\n', len - (gsize)(p - text))) != NULL; p++)
        lines++;
    return lines;
}

static void
take_marker(Cutter *cutter, const BlToken *token, const char *direction)
{
    const char *end = cutter->text + token->start + token->len;
    gsize len = 0;
    while (direction + len < end && g_ascii_isalnum(direction[len]))
        len++;
    close_section(cutter, token->start);
    cutter->section = find_section(cutter, token, direction, len);
    if (cutter->section == NULL || cutter->migration->problem != NULL)
        return;
    cutter->section->present = TRUE;
    cutter->section->empty = TRUE;
    cutter->section->transaction = TRUE;
    g_autofree char *options = g_strndup(direction + len, (gsize)(end - direction) - len);
    parse_options(cutter, token, cutter->section, g_strdelimit(options, "\n", ' '));
    cutter->started = token->start + token->len;
    cutter->line = 1 + count_lines(cutter->text, cutter->started);
}

static void
take_token(Cutter *cutter, const BlToken *token)
{
    if (token->kind == BL_TOKEN_COMMENT) {
        const char *direction = marker_direction(cutter, token);
        if (direction != NULL)
            take_marker(cutter, token, direction);
        return;
    }
    if (token->kind == BL_TOKEN_UNTERMINATED) {
        set_problem(cutter, token->start, "close it",
                    cutter->text[token->start] == '/' ? "unterminated comment"
                                                      : "unterminated quoted text");
        return;
    }
    if (bl_token_is_filler(token->kind) || token->kind == BL_TOKEN_SEMICOLON)
        return;
    if (cutter->section == NULL) {
        set_problem(cutter, token->start, "begin the file with the line -- migrate:up",
                    "a statement before \"-- migrate:up\"");
    } else {
        cutter->section->empty = FALSE;
    }
}

static void
split_markers(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    (void)role;
    Cutter cutter = { .dialect = dialect, .text = text, .len = len, .migration = migration };
    const char *nul = memchr(text, '\0', len);
    if (nul != NULL) {
        set_problem(&cutter, (gsize)(nul - text), "save it as plain text",
                    "a NUL byte: this is no text file");
        return;
    }
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (migration->problem == NULL &&
           bl_lex(dialect, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        take_token(&cutter, &token);
    }
    close_section(&cutter, len);
    if (migration->problem == NULL && !migration->up.present)
        set_problem(&cutter, 0, "begin the file with the line -- migrate:up",
                    "the file has no \"-- migrate:up\"");
}

const BlConvention bl_convention_baseline = {
    .name = "baseline",
    .form = "<milliseconds>_<name>.sql with -- migrate:up and -- migrate:down",
    .down_place = "under -- migrate:down",
    .depth = BL_ANY_DEPTH,
    .match = match_native,
    .version = bl_version_digits,
    .split = split_markers,
};

const BlConvention bl_convention_dbmate = {
    .name = "dbmate",
    .form = "<stamp>_<name>.sql with -- migrate:up and -- migrate:down",
    .down_place = "under -- migrate:down",
    .depth = BL_ANY_DEPTH,
    .match = match_native,
    .version = bl_version_digits,
    .split = split_markers,
};
