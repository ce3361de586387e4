/* SPDX-License-Identifier: MIT */
/*
 * Prisma Migrate: a folder STAMP_name with migration.sql, in the order of the folders' names. The
 * tool sends the file as one query, so that the server makes one transaction of it unless it has
 * its own, or is a single statement that takes none. A down.sql beside it is what its manual has
 * people write for the way back.
 */
#include "squash/convention.h"

#include <string.h>

static void
match_prisma(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    const char *slash = strchr(path, '/');
    if (slash == NULL)
        return;
    if (strcmp(slash + 1, "migration.sql") == 0)
        bl_match_set(match, BL_FILE_UP, path, (gsize)(slash - path));
    else if (strcmp(slash + 1, "down.sql") == 0)
        bl_match_set(match, BL_FILE_DOWN, path, (gsize)(slash - path));
}

static int
compare_folders(const char *a, const char *b)
{
    int order = strcmp(bl_last_part(a), bl_last_part(b));
    return order != 0 ? order : strcmp(a, b);
}

static char *
version_prisma(const char *name)
{
    return g_strdup(bl_last_part(name));
}

static char *
checksum_prisma(const char *text, gsize len)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len);
}

const BlConvention bl_convention_prisma = {
    .name = "prisma",
    .form = "<stamp>_<name>/migration.sql",
    .down_place = "into down.sql beside its migration.sql",
    .make = { BL_NUMBER_SECONDS, 0, "{number}_{name}/migration.sql", NULL, NULL, NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC,
    .depth = 1,
    .match = match_prisma,
    .compare = compare_folders,
    .version = version_prisma,
    .title = bl_title_words,
    .checksum = checksum_prisma,
};
