/* SPDX-License-Identifier: MIT */
/*
 * sqlx-cli 0.8: NUMBER_name.sql, or NUMBER_name.up.sql and .down.sql, in one folder. One
 * transaction unless the file begins with "-- no-transaction". Source: sqlx-core/src/migrate/
 * source.rs, migration.rs.
 */
#include "squash/convention.h"

#include <string.h>

static void
match_sqlx(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    const char *ending = bl_match_ending(path, bl_sql_endings);
    if (ending == NULL || !bl_is_numbered(path))
        return;
    bl_match_pair(path, match);
    if (match->role == BL_FILE_NONE)
        bl_match_set(match, BL_FILE_UP, path, strlen(path) - strlen(ending));
}

static void
split_sqlx(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    static const char mark[] = "-- no-transaction";
    BlSection *section = bl_section_fill(migration, role, dialect, text, len);
    if (len >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0)
        section->transaction = FALSE;
}

static char *
checksum_sqlx(const char *text, gsize len)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA384, (const guchar *)text, len);
}

const BlConvention bl_convention_sqlx = {
    .name = "sqlx",
    .form = "<number>_<name>.sql, or .up.sql and .down.sql",
    .down_place = "into its .down.sql",
    .make = { BL_NUMBER_SECONDS, 4, "{number}_{name}.up.sql", "{number}_{name}.down.sql", NULL,
              "{number}_{name}.sql" },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC | BL_CONVENTION_EMPTY_DOWN |
              BL_CONVENTION_64_BITS,
    .match = match_sqlx,
    .compare = bl_compare_by_number,
    .version = bl_version_number,
    .title = bl_title_words,
    .checksum = checksum_sqlx,
    .split = split_sqlx,
};
