/* SPDX-License-Identifier: MIT */
/*
 * Flyway 10: V1_2__name.sql, U1_2__name.sql (the way back), R__name.sql (run again when it
 * changes, behind all others), B1_2__name.sql (stands for everything up to 1.2 in an empty
 * database), each with NAME.sql.conf beside it where it has settings; folders inside folders.
 * ${placeholders} come from the configuration. Statements that take no transaction make the file
 * run without one, as the tool finds out by itself. Source: flyway-core, internal/resource/
 * ResourceNameParser.java, internal/resolver/ChecksumCalculator.java, api/MigrationVersion.java.
 */
#include "squash/convention.h"

#include "common/base/error.h"

#include <zlib.h>

#include <string.h>

/* Characters of a description, at most. */
#define TITLE_MAX 200

/* @return the version's digits in the last part of @name ("1_2" of V1_2__x), *len its bytes; NULL:
 * no name of ours. R__x has an empty one. */
static const char *
find_version(const char *name, gsize *len)
{
    const char *part = bl_last_part(name);
    if (part[0] == '\0' || strchr("VURB", part[0]) == NULL)
        return NULL;
    const char *version = part + 1;
    const char *separator = strstr(version, "__");
    *len = separator != NULL ? (gsize)(separator - version) : strlen(version);
    if (part[0] == 'R')
        return separator == version ? version : NULL;
    gboolean is_version = *len > 0 && strspn(version, "0123456789._") >= *len &&
                          g_ascii_isdigit(version[0]) && g_ascii_isdigit(version[*len - 1]);
    return is_version ? version : NULL;
}

static void
match_flyway(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    static const char *const endings[] = { ".sql", ".sql.conf", ".java", ".kt", NULL };
    static const BlFileRole roles[] = { BL_FILE_UP, BL_FILE_SETTINGS, BL_FILE_FOREIGN,
                                        BL_FILE_FOREIGN };
    (void)dialect;
    const char *ending = bl_match_ending_any_case(path, endings);
    if (ending == NULL)
        return;
    gsize n = strlen(path) - strlen(ending);
    g_autofree char *name = g_strndup(path, n);
    gsize len;
    if (find_version(name, &len) == NULL)
        return;
    gsize role = 0;
    while (endings[role] != ending)
        role++;
    bl_match_set(match, roles[role], name, n);
    char *letter = match->name + (bl_last_part(name) - name);
    if (*letter == 'R')
        match->kind = BL_MIGRATION_REPEATABLE;
    else if (*letter == 'B')
        match->kind = BL_MIGRATION_BASELINE;
    if (*letter != 'U')
        return;
    *letter = 'V';
    match->role = match->role == BL_FILE_UP ? BL_FILE_DOWN : BL_FILE_NONE;
    if (match->role == BL_FILE_NONE) {
        g_clear_pointer(&match->name, g_free);
    }
}

/* "1_02" and "1.2" and "1.2.0" are one version. */
static int
compare_versions(const char *a, gsize n_a, const char *b, gsize n_b)
{
    const char *end_a = a + n_a;
    const char *end_b = b + n_b;
    while (a < end_a || b < end_b) {
        const char *left = a < end_a ? a : "0";
        const char *right = b < end_b ? b : "0";
        int order = bl_compare_numbers(&left, &right);
        if (order != 0)
            return order;
        a = a < end_a ? left + 1 : a;
        b = b < end_b ? right + 1 : b;
    }
    return 0;
}

static int
compare_flyway(const char *a, const char *b)
{
    gsize n_a = 0;
    gsize n_b = 0;
    const char *left = find_version(a, &n_a);
    const char *right = find_version(b, &n_b);
    gboolean versioned_a = left != NULL && n_a > 0;
    gboolean versioned_b = right != NULL && n_b > 0;
    if (versioned_a != versioned_b)
        return versioned_a ? -1 : 1;
    int order = versioned_a ? compare_versions(left, n_a, right, n_b)
                            : strcmp(bl_last_part(a), bl_last_part(b));
    /* B1 stands for V1 too, which comes before it. */
    if (order == 0 && *bl_last_part(a) != *bl_last_part(b))
        return *bl_last_part(a) == 'B' ? 1 : -1;
    return order != 0 ? order : strcmp(a, b);
}

static char *
version_flyway(const char *name)
{
    gsize len = 0;
    const char *version = find_version(name, &len);
    return version != NULL && len > 0 ? g_strdelimit(g_strndup(version, len), "_", '.') : NULL;
}

static char *
title_flyway(const char *name)
{
    const char *separator = strstr(bl_last_part(name), "__");
    char *title = g_strdelimit(g_strdup(separator != NULL ? separator + 2 : ""), "_", ' ');
    if (g_utf8_strlen(title, -1) <= TITLE_MAX)
        return title;
    /* As the tool does, to fit its column. */
    g_autofree char *head = g_utf8_substring(title, 0, TITLE_MAX - 3);
    g_free(title);
    return g_strconcat(head, "...", NULL);
}

/* CRC-32 over the lines without their ends and without a byte order mark, as a signed number. */
static char *
checksum_flyway(const char *text, gsize len)
{
    const char *end = text + len;
    uLong crc = crc32(0, NULL, 0);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end) {
        const char *stop = text;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        crc = crc32_z(crc, (const Bytef *)text, (z_size_t)(stop - text));
        text = stop + (stop < end ? 1 : 0);
        if (stop < end && *stop == '\r' && text < end && *text == '\n')
            text++;
    }
    return g_strdup_printf("%d", (gint32)(guint32)crc);
}

static gboolean
apply_setting(BlMigration *migration, const char *key, const char *value)
{
    gboolean is_true = g_ascii_strcasecmp(value, "true") == 0;
    gboolean is_false = g_ascii_strcasecmp(value, "false") == 0;
    if (strcmp(key, "executeInTransaction") == 0 && (is_true || is_false)) {
        migration->up.transaction = is_true;
        return TRUE;
    }
    if (strcmp(key, "placeholderReplacement") == 0 && (is_true || is_false)) {
        migration->up.literal = is_false;
        return TRUE;
    }
    return (strcmp(key, "encoding") == 0 && g_ascii_strcasecmp(value, "UTF-8") == 0) ||
           (strcmp(key, "shouldExecute") == 0 && is_true);
}

static void
read_conf(BlMigration *migration, const char *label, const char *text, gsize len)
{
    g_autofree char *copy = g_strndup(text, len);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *line = g_strstrip(lines[i]);
        if (*line == '\0' || *line == '#' || *line == '!')
            continue;
        g_auto(GStrv) parts = g_strsplit(line, "=", 2);
        if (g_strv_length(parts) == 2 &&
            apply_setting(migration, g_strstrip(parts[0]), g_strstrip(parts[1])))
            continue;
        g_autofree char *message = g_strdup_printf("setting \"%s\" is not supported", line);
        bl_problem_set(&migration->problem, &(BlExcerpt){ label, "", i + 1 }, 0,
                       "executeInTransaction and placeholderReplacement are, encoding=UTF-8 and "
                       "shouldExecute=true",
                       message);
    }
}

static const char *
find_value(const BlMigration *migration, const BlValues *values, const char *name)
{
    for (gsize i = 0; values->placeholders != NULL && values->placeholders[i] != NULL; i += 2) {
        if (g_ascii_strcasecmp(values->placeholders[i], name) == 0)
            return values->placeholders[i + 1];
    }
    return strcmp(name, "flyway:filename") == 0 ? bl_last_part(migration->script) : NULL;
}

static gboolean
fail_placeholder(const BlMigration *migration,
                 const BlSection *section,
                 const char *at,
                 const char *name,
                 GError **error)
{
    GError *problem = NULL;
    g_autofree char *message = g_strdup_printf("no value for the placeholder \"${%s}\"", name);
    bl_problem_set(
        &problem,
        &(BlExcerpt){ section->label != NULL ? section->label : migration->label, section->text,
                      section->line },
        (gsize)(at - section->text),
        "give it one in \"placeholders\" of the configuration's \"migrations\"; where it is "
        "plain text: \"placeholderReplacement\": false",
        message);
    g_propagate_error(error, problem);
    return FALSE;
}

static char *
expand_flyway(const BlMigration *migration,
              const BlSection *section,
              const BlValues *values,
              GError **error)
{
    if (values->literal)
        return g_strdup(section->text);
    g_autoptr(GString) out = g_string_new(NULL);
    const char *text = section->text;
    const char *open;
    while ((open = strstr(text, "${")) != NULL) {
        const char *close = strchr(open, '}');
        if (close == NULL)
            break;
        g_autofree char *name = g_strndup(open + 2, (gsize)(close - open) - 2);
        const char *value = find_value(migration, values, name);
        if (value == NULL) {
            fail_placeholder(migration, section, open, name, error);
            return NULL;
        }
        g_string_append_len(out, text, open - text);
        g_string_append(out, value);
        text = close + 1;
    }
    g_string_append(out, text);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

const BlConvention bl_convention_flyway = {
    .name = "flyway",
    .form = "V<version>__<name>.sql, U<version>__<name>.sql, R__<name>.sql, B<version>__<name>.sql",
    .down_place = "into its U file",
    .make = { BL_NUMBER_SEQUENCE, 1, "V{number}__{name}.sql", NULL, NULL, NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_AUTOMATIC | BL_CONVENTION_DOTTED,
    .depth = BL_ANY_DEPTH,
    .match = match_flyway,
    .compare = compare_flyway,
    .version = version_flyway,
    .title = title_flyway,
    .checksum = checksum_flyway,
    .settings = read_conf,
    .expand = expand_flyway,
};
