/* SPDX-License-Identifier: MIT */
/*
 * Diesel 2: a folder VERSION_name with up.sql, down.sql and perhaps metadata.toml. The version is
 * the folder's name up to its first "_" without dashes, compared as text: 20170804200817 stands
 * before 2017-09-23-182408. One transaction unless there is a metadata.toml: where that does not
 * say run_in_transaction = true there is none. Source: diesel_migrations/migrations_internals/src/
 * lib.rs (TomlMetadata, version_from_string), src/file_based_migrations.rs.
 */
#include "squash/convention.h"

#include <string.h>

static void
match_diesel(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    static const struct {
        const char *file;
        BlFileRole role;
    } files[] = {
        { "up.sql", BL_FILE_UP },
        { "down.sql", BL_FILE_DOWN },
        { "metadata.toml", BL_FILE_SETTINGS },
    };
    (void)dialect;
    const char *slash = strchr(path, '/');
    for (gsize i = 0; slash != NULL && i < G_N_ELEMENTS(files); i++) {
        if (strcmp(slash + 1, files[i].file) == 0)
            bl_match_set(match, files[i].role, path, (gsize)(slash - path));
    }
}

static char *
version_diesel(const char *name)
{
    GString *out = g_string_new(NULL);
    for (const char *p = bl_last_part(name); *p != '\0' && *p != '_'; p++) {
        if (*p != '-')
            g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

static int
compare_diesel(const char *a, const char *b)
{
    const char *left = bl_last_part(a);
    const char *right = bl_last_part(b);
    for (;;) {
        while (*left == '-')
            left++;
        while (*right == '-')
            right++;
        guchar left_byte = *left == '_' ? '\0' : (guchar)*left;
        guchar right_byte = *right == '_' ? '\0' : (guchar)*right;
        if (left_byte != right_byte)
            return left_byte < right_byte ? -1 : 1;
        if (left_byte == '\0')
            return strcmp(a, b);
        left++;
        right++;
    }
}

/* One key is known; a table header or a comment is none. */
static void
read_metadata(BlMigration *migration, const char *label, const char *text, gsize len)
{
    g_autofree char *copy = g_strndup(text, len);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    migration->up.transaction = migration->down.transaction = FALSE;
    for (guint i = 0; lines[i] != NULL; i++) {
        char *comment = strchr(lines[i], '#');
        if (comment != NULL)
            *comment = '\0';
        g_auto(GStrv) parts = g_strsplit(lines[i], "=", 2);
        if (g_strv_length(parts) != 2 || strcmp(g_strstrip(parts[0]), "run_in_transaction") != 0)
            continue;
        const char *value = g_strstrip(parts[1]);
        if (strcmp(value, "true") == 0) {
            migration->up.transaction = migration->down.transaction = TRUE;
        } else if (strcmp(value, "false") != 0) {
            bl_problem_set(&migration->problem, &(BlExcerpt){ label, "", i + 1 }, 0,
                           "write true or false", "run_in_transaction is neither true nor false");
        }
    }
}

const BlConvention bl_convention_diesel = {
    .name = "diesel",
    .form = "<version>_<name>/up.sql and down.sql",
    .down_place = "into its down.sql",
    .make = { BL_NUMBER_DASHED, 0, "{number}_{name}/up.sql", "{number}_{name}/down.sql", NULL,
              NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_EMPTY_DOWN,
    .depth = 1,
    .match = match_diesel,
    .compare = compare_diesel,
    .version = version_diesel,
    .title = bl_title_words,
    .settings = read_metadata,
};
