/* SPDX-License-Identifier: MIT */
/*
 * pop and Ory's popx: STAMP_name[.dialect][.autocommit].up.sql and .down.sql, folders inside
 * folders. The file of the own dialect takes the place of the general one; those of other dialects
 * are left out. Order: the stamps as text. An empty file counts as done. .fizz is another language.
 */
#include "squash/convention.h"

#include <string.h>

/* Takes ".WORD" off the end of the first *len bytes of @path. */
static gboolean
take_suffix(const char *path, gsize *len, const char *word)
{
    gsize n = strlen(word);
    if (*len <= n + 1 || path[*len - n - 1] != '.' || strncmp(path + *len - n, word, n) != 0)
        return FALSE;
    *len -= n + 1;
    return TRUE;
}

static gboolean
take_dialect(const char *path, gsize *len, const BlDialect *dialect)
{
    for (gsize i = 0; dialect->suffixes[i] != NULL; i++) {
        if (take_suffix(path, len, dialect->suffixes[i]))
            return TRUE;
    }
    return FALSE;
}

static void
match_popx(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    if (!bl_is_numbered(path))
        return;
    gsize len = strlen(path);
    gboolean foreign = take_suffix(path, &len, "fizz");
    if (!foreign && !take_suffix(path, &len, "sql"))
        return;
    gboolean up = take_suffix(path, &len, "up");
    if (!up && !take_suffix(path, &len, "down"))
        return;
    gboolean no_transaction = take_suffix(path, &len, "autocommit");
    gboolean own = take_dialect(path, &len, dialect);
    gsize folder = (gsize)(bl_last_part(path) - path);
    if (memchr(path + folder, '.', len - folder) != NULL || (foreign && !up))
        return;
    bl_match_set(match, foreign ? BL_FILE_FOREIGN : (up ? BL_FILE_UP : BL_FILE_DOWN), path, len);
    match->rank = own ? 1 : 0;
    match->no_transaction = no_transaction;
}

static int
compare_popx(const char *a, const char *b)
{
    const char *left = bl_last_part(a);
    const char *right = bl_last_part(b);
    gsize n_left = bl_count_digits(left);
    gsize n_right = bl_count_digits(right);
    int order = memcmp(left, right, MIN(n_left, n_right));
    if (order == 0 && n_left != n_right)
        order = n_left < n_right ? -1 : 1;
    return order != 0 ? order : strcmp(a, b);
}

const BlConvention bl_convention_popx = {
    .name = "popx",
    .form = "<stamp>_<name>[.<dialect>][.autocommit].up.sql and .down.sql",
    .down_place = "into its .down.sql",
    .make = { BL_NUMBER_SECONDS, 20, "{number}_{name}.up.sql", "{number}_{name}.down.sql", NULL,
              NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC | BL_CONVENTION_EMPTY_DOWN |
              BL_CONVENTION_DIALECTS,
    .depth = BL_ANY_DEPTH,
    .match = match_popx,
    .compare = compare_popx,
    .version = bl_version_digits,
    .title = bl_title_words,
};
