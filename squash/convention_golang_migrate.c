/* SPDX-License-Identifier: MIT */
/*
 * golang-migrate 4: NUMBER_name.up.sql and NUMBER_name.down.sql in one folder, in the order of the
 * numbers, which need no padding. The tool sends a file as it is; many have a BEGIN and COMMIT of
 * their own. Source: source/parse.go.
 */
#include "squash/convention.h"

#include <string.h>

void
bl_match_pair(const char *path, BlFileMatch *match)
{
    static const char *const ups[] = { ".up.sql", NULL };
    static const char *const downs[] = { ".down.sql", NULL };
    const char *up = bl_match_ending(path, ups);
    const char *ending = up != NULL ? up : bl_match_ending(path, downs);
    if (ending != NULL)
        bl_match_set(match, up != NULL ? BL_FILE_UP : BL_FILE_DOWN, path,
                     strlen(path) - strlen(ending));
}

/* The tool takes any ending behind the direction: 1_x.up.SQL and 1_x.up..sql are its files too. */
static void
match_golang_migrate(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    g_autofree char *lower = g_ascii_strdown(path, -1);
    const char *up = g_strrstr(lower, ".up.");
    const char *down = g_strrstr(lower, ".down.");
    const char *way = MAX(up, down);
    if (way != NULL && bl_is_numbered(path))
        bl_match_set(match, way == up ? BL_FILE_UP : BL_FILE_DOWN, path, (gsize)(way - lower));
}

const BlConvention bl_convention_golang_migrate = {
    .name = "golang-migrate",
    .form = "<number>_<name>.up.sql and .down.sql",
    .down_place = "into its .down.sql",
    .make = { BL_NUMBER_SEQUENCE, 6, "{number}_{name}.up.sql", "{number}_{name}.down.sql", NULL,
              NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC | BL_CONVENTION_EMPTY_DOWN |
              BL_CONVENTION_64_BITS,
    .match = match_golang_migrate,
    .compare = bl_compare_by_number,
    .version = bl_version_number,
    .title = bl_title_words,
};
