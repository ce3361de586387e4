/* SPDX-License-Identifier: MIT */
/*
 * Numbers in folders, major/minor/…: 1/2/3_name.sql, or .up.sql and .down.sql; a file may also hold
 * both parts behind the native markers. Order: part by part of the path, numbers by value. Files
 * are sent as they are.
 */
#include "squash/convention.h"

#include <string.h>

/* The number of a part: "12", "v12", "12_name", "V12.name". @return its digits; NULL: none */
static const char *
number_of(const char *part)
{
    if ((part[0] == 'v' || part[0] == 'V') && g_ascii_isdigit(part[1]))
        return part + 1;
    return g_ascii_isdigit(part[0]) ? part : NULL;
}

static void
match_nested(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    (void)dialect;
    const char *ending = bl_match_ending(path, bl_sql_endings);
    if (ending == NULL || strchr(path, '/') == NULL)
        return;
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/' ? 1 : 0;
        if (number_of(part) == NULL)
            return;
    }
    bl_match_pair(path, match);
    if (match->role == BL_FILE_NONE)
        bl_match_set(match, BL_FILE_UP, path, strlen(path) - strlen(ending));
}

/* "0.2" comes before "0.11". */
static gboolean
skip_dots(const char **left, const char **right)
{
    if (**left != '.' || **right != '.' || !g_ascii_isdigit((*left)[1]) ||
        !g_ascii_isdigit((*right)[1]))
        return FALSE;
    (*left)++;
    (*right)++;
    return TRUE;
}

static int
compare_parts(const char *a, gsize n_a, const char *b, gsize n_b)
{
    const char *left = number_of(a);
    const char *right = number_of(b);
    if (left != NULL && right != NULL) {
        int order = 0;
        do {
            order = bl_compare_numbers(&left, &right);
        } while (order == 0 && skip_dots(&left, &right));
        if (order != 0)
            return order;
    }
    int order = strncmp(a, b, MIN(n_a, n_b));
    return order != 0 || n_a == n_b ? order : (n_a < n_b ? -1 : 1);
}

static int
compare_nested(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        gsize n_a = strcspn(a, "/");
        gsize n_b = strcspn(b, "/");
        int order = compare_parts(a, n_a, b, n_b);
        if (order != 0)
            return order;
        a += n_a + (a[n_a] == '/' ? 1 : 0);
        b += n_b + (b[n_b] == '/' ? 1 : 0);
    }
    return (*a != '\0') - (*b != '\0');
}

/* The numbers of the parts at the end of the path: "1.2.3". */
static char *
version_nested(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = g_strv_length(parts); i > 0 && number_of(parts[i - 1]) != NULL; i--) {
        g_autofree char *number = bl_version_number(number_of(parts[i - 1]));
        g_string_prepend(out, out->len > 0 ? "." : "");
        g_string_prepend(out, number);
    }
    return out->len > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static void
split_nested(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    if (role == BL_FILE_UP && bl_has_native_markers(dialect, text, len))
        bl_convention_baseline.split(migration, role, dialect, text, len);
    else
        bl_section_fill(migration, role, dialect, text, len);
}

const BlConvention bl_convention_nested = {
    .name = "nested",
    .form = "<number>/<number>/<number>_<name>.sql, or .up.sql and .down.sql",
    .down_place = "into its .down.sql, or under -- migrate:down",
    .make = { BL_NUMBER_SEQUENCE, 1, "{folder}{number}_{name}.up.sql",
              "{folder}{number}_{name}.down.sql", NULL, NULL },
    .traits = BL_CONVENTION_AUTOMATIC | BL_CONVENTION_EMPTY_DOWN,
    .depth = BL_ANY_DEPTH,
    .match = match_nested,
    .compare = compare_nested,
    .version = version_nested,
    .title = bl_title_words,
    .split = split_nested,
};
