/* SPDX-License-Identifier: MIT */
/*
 * VNUMBER.Name.up.sql and VNUMBER.Name.down.sql in one folder, in the order of the numbers, as
 * several Go projects have them. Files are sent as they are.
 */
#include "squash/convention.h"

#include <string.h>

/* "V0001.Name…": @return its digits; NULL: no such name */
static const char *
find_number(const char *name)
{
    const char *part = bl_last_part(name);
    gsize n = part[0] == 'V' ? bl_count_digits(part + 1) : 0;
    return n > 0 && part[1 + n] == '.' && part[2 + n] != '\0' ? part + 1 : NULL;
}

static void
match_versioned(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    if (find_number(path) != NULL)
        bl_match_pair(path, match);
}

static int
compare_versioned(const char *a, const char *b)
{
    const char *left = find_number(a);
    const char *right = find_number(b);
    int order = left != NULL && right != NULL ? bl_compare_numbers(&left, &right)
                                              : (left != NULL) - (right != NULL);
    return order != 0 ? order : strcmp(a, b);
}

static char *
version_versioned(const char *name)
{
    const char *digits = find_number(name);
    return digits != NULL ? bl_version_number(digits) : NULL;
}

static char *
title_versioned(const char *name)
{
    const char *dot = strchr(bl_last_part(name), '.');
    return dot != NULL ? g_strdelimit(g_strdup(dot + 1), "_", ' ') : NULL;
}

const BlConvention bl_convention_versioned = {
    .name = "versioned",
    .form = "V<number>.<Name>.up.sql and .down.sql",
    .down_place = "into its .down.sql",
    .make = { BL_NUMBER_SEQUENCE, 4, "V{number}.{name}.up.sql", "V{number}.{name}.down.sql", NULL,
              NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC | BL_CONVENTION_EMPTY_DOWN,
    .match = match_versioned,
    .compare = compare_versioned,
    .version = version_versioned,
    .title = title_versioned,
};
