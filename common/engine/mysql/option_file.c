/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/mysql/target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The library would let its files overrule what the URL says, so they are read here. */

#define FILE_LIMIT ((gsize)1024 * 1024)

/* As deep as the library follows !include. */
#define INCLUDE_LIMIT 10

static const char *const groups[] = { "client", "client-server", "client-mariadb" };

/* One reading. */
typedef struct {
    GHashTable *found;  /* the last one of a name counts */
    const char *group;  /* our own */
    gboolean is_wanted; /* the group that the line stands in */
} Reading;

char *
my_option_name(const char *name)
{
    char *canonical = g_ascii_strdown(name, -1);
    g_strdelimit(canonical, "_", '-');
    return canonical;
}

static gboolean
is_wanted_group(const Reading *reading, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (strcmp(name, groups[i]) == 0)
            return TRUE;
    }
    return reading->group != NULL && strcmp(name, reading->group) == 0;
}

/* Escapes as the library knows them; an unknown one stays. */
static char *
unescape(const char *text, gsize len)
{
    static const char from[] = "bntr\\s";
    static const char to[] = "\b\n\t\r\\ ";
    GString *out = g_string_sized_new(len);
    for (gsize i = 0; i < len; i++) {
        const char *known = text[i] == '\\' && i + 1 < len ? strchr(from, text[i + 1]) : NULL;
        g_string_append_c(out, known != NULL ? to[known - from] : text[i]);
        i += known != NULL ? 1 : 0;
    }
    return g_string_free(out, FALSE);
}

/* Bare up to a comment, or in quotes. */
static char *
parse_value(const char *text)
{
    while (g_ascii_isspace(*text))
        text++;
    gsize len = 0;
    if (*text == '\'' || *text == '"') {
        const char *end = strrchr(text + 1, *text);
        if (end != NULL)
            return unescape(text + 1, (gsize)(end - text - 1));
    }
    while (text[len] != '\0' && !(text[len] == '#' && len > 0 && g_ascii_isspace(text[len - 1])))
        len++;
    while (len > 0 && g_ascii_isspace(text[len - 1]))
        len--;
    return unescape(text, len);
}

static void
take_option(const Reading *reading, const char *line)
{
    gsize len = strcspn(line, "=");
    g_autofree char *raw = g_strndup(line, len);
    char *name = my_option_name(g_strstrip(raw));
    if (g_str_has_prefix(name, "loose-"))
        memmove(name, name + strlen("loose-"), strlen(name) - strlen("loose-") + 1);
    /* "ssl" alone switches it on. */
    char *value = line[len] == '=' ? parse_value(line + len + 1) : g_strdup("1");
    g_hash_table_insert(reading->found, name, value);
}

static gboolean read_file(Reading *reading, const char *path, guint depth, GError **error);

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
read_folder(Reading *reading, const char *path, guint depth, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_suffix(name, ".cnf"))
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        if (!read_file(reading, g_ptr_array_index(names, i), depth, error))
            return FALSE;
    }
    return TRUE;
}

/* !include and !includedir. */
static gboolean
follow(Reading *reading, const char *line, guint depth, GError **error)
{
    static const char folder[] = "!includedir";
    static const char file[] = "!include";
    if (depth >= INCLUDE_LIMIT)
        return TRUE;
    gboolean is_folder = g_str_has_prefix(line, folder);
    if (!is_folder && !g_str_has_prefix(line, file))
        return TRUE;
    g_autofree char *path = g_strdup(line + (is_folder ? strlen(folder) : strlen(file)));
    g_strstrip(path);
    gboolean outer = reading->is_wanted;
    gboolean ok = is_folder ? read_folder(reading, path, depth + 1, error)
                            : read_file(reading, path, depth + 1, error);
    reading->is_wanted = outer;
    return ok;
}

static gboolean
take_line(Reading *reading, char *line, guint depth, GError **error)
{
    g_strstrip(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return TRUE;
    if (line[0] == '!')
        return follow(reading, line, depth, error);
    if (line[0] != '[') {
        if (reading->is_wanted)
            take_option(reading, line);
        return TRUE;
    }
    g_autofree char *name = g_strndup(line + 1, strcspn(line + 1, "]"));
    reading->is_wanted = is_wanted_group(reading, g_strstrip(name));
    return TRUE;
}

/* A file that everybody may write is not believed, as the library does not. */
static gboolean
read_file(Reading *reading, const char *path, guint depth, GError **error)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & S_IWOTH) != 0)
        return TRUE;
    g_autofree char *text = bl_file_read(path, FILE_LIMIT, NULL, error);
    if (text == NULL)
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    reading->is_wanted = FALSE;
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (!take_line(reading, lines[i], depth, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_usual_files(Reading *reading, GError **error)
{
    const char *home =
        g_getenv("MARIADB_HOME") != NULL ? g_getenv("MARIADB_HOME") : g_getenv("MYSQL_HOME");
    g_autofree char *in_home = home != NULL ? g_build_filename(home, "my.cnf", NULL) : NULL;
    g_autofree char *own = g_build_filename(g_get_home_dir(), ".my.cnf", NULL);
    const char *const paths[] = { "/etc/my.cnf", "/etc/mysql/my.cnf", in_home, own };
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        /* What may not be read by this user is for others. */
        if (paths[i] != NULL && access(paths[i], R_OK) == 0 &&
            !read_file(reading, paths[i], 0, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
my_option_files_read(GHashTable *values, const char *only, const char *group, GError **error)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Reading reading = { .found = found, .group = group };
    if (only != NULL && access(only, R_OK) != 0) {
        bl_error_set_errno(error, "read", only, errno);
        return FALSE;
    }
    if (only != NULL ? !read_file(&reading, only, 0, error) : !read_usual_files(&reading, error))
        return FALSE;
    GHashTableIter iter;
    void *name;
    void *value;
    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        if (!g_hash_table_contains(values, name))
            g_hash_table_insert(values, g_strdup(name), g_strdup(value));
    }
    return TRUE;
}
