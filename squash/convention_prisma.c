/* SPDX-License-Identifier: MIT */
/*
 * Prisma Migrate: a folder STAMP_name with migration.sql, in the order of the folders' names. The
 * tool sends the file as one query, so that the server makes one transaction of it unless it has
 * its own, or is a single statement that takes none. A down.sql beside it is what its manual has
 * people write for the way back. Source: schema-engine/connectors/schema-connector/src/checksum.rs.
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

/* Old releases wrote the bytes of a checksum without zeros at their heads. */
static char *
drop_zeros(const char *checksum)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; checksum[i] != '\0' && checksum[i + 1] != '\0'; i += 2)
        g_string_append_len(out, checksum + i + (checksum[i] == '0' ? 1 : 0),
                            checksum[i] == '0' ? 1 : 2);
    return g_string_free(out, FALSE);
}

static gboolean
is_checksum(const char *checksum, const char *stored)
{
    g_autofree char *old = drop_zeros(checksum);
    return strcmp(checksum, stored) == 0 || strcmp(old, stored) == 0;
}

/* Line ends do not count: git changes them. */
static gboolean
accepts_prisma(const BlMigration *migration, const char *stored)
{
    if (is_checksum(migration->checksum, stored))
        return TRUE;
    if (migration->up.text == NULL)
        return FALSE;
    g_autoptr(GString) text = g_string_new_len(migration->up.text, (gssize)migration->up.len);
    g_string_replace(text, "\r\n", "\n", 0);
    g_autofree char *with_lf = checksum_prisma(text->str, text->len);
    g_string_replace(text, "\n", "\r\n", 0);
    g_autofree char *with_crlf = checksum_prisma(text->str, text->len);
    return is_checksum(with_lf, stored) || is_checksum(with_crlf, stored);
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
    .accepts = accepts_prisma,
};
