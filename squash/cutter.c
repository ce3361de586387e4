/* SPDX-License-Identifier: MIT */
#include "squash/cutter.h"

void
bl_cutter_fail(BlCutter *cutter, gsize at, const char *hint, const char *message)
{
    bl_problem_set(&cutter->migration->problem,
                   &(BlExcerpt){ cutter->migration->label, cutter->text, 1 }, at, hint, message);
}

static void
close_section(BlCutter *cutter, gsize end)
{
    if (cutter->section == NULL || cutter->section->text != NULL)
        return;
    bl_section_take_part(cutter->section, cutter->text, cutter->started, end);
}

void
bl_cutter_open(BlCutter *cutter, BlSection *section, const BlToken *token)
{
    close_section(cutter, token->start);
    if (cutter->section == NULL)
        cutter->head = token->start;
    cutter->section = section;
    section->present = TRUE;
    section->empty = TRUE;
    section->transaction = TRUE;
    cutter->started = token->start + token->len;
}

/* @return g_free() */
static char *
quote_first(const BlCutter *cutter, const char *before)
{
    return g_strdup_printf("%s \"%s\"", before, cutter->first);
}

/* @return g_free() */
static char *
hint_first(const BlCutter *cutter)
{
    return g_strdup_printf("begin the file with the line %s; where the files are another tool's, "
                           "say so by \"convention\" (migrate init finds it out)",
                           cutter->first);
}

static void
take_code(BlCutter *cutter, const BlToken *token)
{
    if (cutter->section != NULL) {
        cutter->section->empty = FALSE;
        return;
    }
    g_autofree char *hint = hint_first(cutter);
    g_autofree char *message = quote_first(cutter, "a statement before");
    bl_cutter_fail(cutter, token->start, hint, message);
}

static void
take_token(BlCutter *cutter, const BlToken *token)
{
    if (token->kind == BL_TOKEN_COMMENT) {
        cutter->comment(cutter, token);
    } else if (token->kind == BL_TOKEN_UNTERMINATED) {
        bl_cutter_fail(cutter, token->start, "close it",
                       bl_unterminated(cutter->text + token->start));
    } else if (!bl_token_is_filler(token->kind) && token->kind != BL_TOKEN_SEMICOLON) {
        take_code(cutter, token);
    }
}

gboolean
bl_cutter_run(BlCutter *cutter, const BlDialect *dialect)
{
    BlMigration *migration = cutter->migration;
    if (!bl_check_nul(&migration->problem, migration->label, cutter->text, cutter->len))
        return FALSE;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (migration->problem == NULL &&
           bl_lex(dialect, &state, cutter->text, cutter->len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        take_token(cutter, &token);
    }
    close_section(cutter, cutter->len);
    if (migration->problem == NULL && !migration->up.present) {
        g_autofree char *hint = hint_first(cutter);
        g_autofree char *message = quote_first(cutter, "the file has no");
        bl_cutter_fail(cutter, 0, hint, message);
    }
    return TRUE;
}
