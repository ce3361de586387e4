/* SPDX-License-Identifier: MIT */
/*
 * The native convention: <milliseconds>_<name>.sql with the markers of dbmate 2 ("-- migrate:up",
 * "-- migrate:down", option transaction:false). A marker is a line comment that starts its line;
 * inside a string or a block comment it is text.
 */
#include "squash/cutter.h"
#include "squash/directive.h"

#include "common/base/error.h"

#include <string.h>

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

/* Reads "transaction:false" and its like behind the direction. */
static void
parse_options(BlCutter *cutter, const BlToken *token, BlSection *section, const char *options)
{
    g_autofree char *bad = NULL;
    if (bl_directive_options(section, options, &bad))
        return;
    g_autofree char *message = g_strdup_printf("unknown option \"%s\" of a migrate marker", bad);
    bl_cutter_fail(cutter, token->start,
                   "transaction:false, lock_timeout:5s and statement_timeout:1min are known",
                   message);
}

/* dbmate looks for the first marker of each direction: others are comments. */
static gboolean
is_plain_mark(const BlMigration *migration, const char *direction, gsize len)
{
    return (len == 2 && memcmp(direction, "up", 2) == 0 && migration->up.present &&
            migration->up.plain_marks) ||
           (len == 4 && memcmp(direction, "down", 4) == 0 && migration->down.present &&
            migration->down.plain_marks);
}

static BlSection *
find_section(BlCutter *cutter, const BlToken *token, const char *direction, gsize len)
{
    BlMigration *migration = cutter->migration;
    if (is_plain_mark(migration, direction, len))
        return NULL;
    if (len == 2 && memcmp(direction, "up", 2) == 0) {
        if (migration->up.present)
            bl_cutter_fail(cutter, token->start, "keep one", "a second \"-- migrate:up\"");
        return &migration->up;
    }
    if (len == 4 && memcmp(direction, "down", 4) == 0) {
        if (!migration->up.present)
            bl_cutter_fail(cutter, token->start, "put the up part first",
                           "\"-- migrate:down\" before \"-- migrate:up\"");
        if (migration->down.present)
            bl_cutter_fail(cutter, token->start, "keep one", "a second \"-- migrate:down\"");
        return &migration->down;
    }
    bl_cutter_fail(cutter, token->start, "up and down are known",
                   "unknown marker after \"-- migrate:\"");
    return NULL;
}

static void
take_comment(BlCutter *cutter, const BlToken *token)
{
    const char *direction = bl_directive_text(cutter->text, token);
    const char *end = cutter->text + token->start + token->len;
    gsize len = 0;
    if (direction == NULL || bl_directive_is_known(direction, (gsize)(end - direction)))
        return;
    while (direction + len < end && g_ascii_isalnum(direction[len]))
        len++;
    BlSection *section = find_section(cutter, token, direction, len);
    if (section == NULL || cutter->migration->problem != NULL)
        return;
    bl_cutter_open(cutter, section, token);
    g_autofree char *options = g_strndup(direction + len, (gsize)(end - direction) - len);
    parse_options(cutter, token, section, g_strdelimit(options, "\n", ' '));
}

static void
split_markers(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    (void)role;
    bl_skip_mark(&text, &len);
    BlCutter cutter = { .text = text,
                        .len = len,
                        .migration = migration,
                        .first = "-- migrate:up",
                        .comment = take_comment };
    if (!bl_cutter_run(&cutter, dialect))
        return;
    /* What stands before the markers is said of the whole file; a section's own directives, read
     * later, prevail. */
    bl_directive_read_head(&migration->up, text, cutter.head, dialect, migration->label,
                           &migration->problem);
    if (migration->down.present)
        bl_directive_read_head(&migration->down, text, cutter.head, dialect, migration->label,
                               &migration->problem);
}

static void
split_dbmate(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    migration->up.plain_marks = migration->down.plain_marks = TRUE;
    split_markers(migration, role, dialect, text, len);
}

#define NATIVE_TEXT "-- migrate:up\n{up}\n-- migrate:down\n{down}"

const BlConvention bl_convention_baseline = {
    .name = "baseline",
    .form = "<milliseconds>_<name>.sql with -- migrate:up and -- migrate:down",
    .down_place = "under -- migrate:down",
    .make = { BL_NUMBER_MILLISECONDS, 0, "{number}_{name}.sql", NULL, NATIVE_TEXT, NULL },
    .depth = BL_ANY_DEPTH,
    .match = match_native,
    .version = bl_version_digits,
    .split = split_markers,
};

/* The same, but files were written for a tool that looks at nothing: what cannot run in one
 * transaction, or has one of its own, is no error. */
const BlConvention bl_convention_dbmate = {
    .name = "dbmate",
    .form = "<stamp>_<name>.sql with -- migrate:up and -- migrate:down",
    .down_place = "under -- migrate:down",
    .make = { BL_NUMBER_SECONDS, 0, "{number}_{name}.sql", NULL, NATIVE_TEXT, NULL },
    .traits = BL_CONVENTION_AUTOMATIC,
    .depth = BL_ANY_DEPTH,
    .match = match_native,
    .version = bl_version_digits,
    .split = split_dbmate,
};
