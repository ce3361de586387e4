/* SPDX-License-Identifier: MIT */
#include "squash/scan.h"

#include "squash/convention.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A migration folder, or one below it. */
typedef struct {
    const char *label;    /* of the migration folder, from the project's; "": that one itself */
    gboolean is_absolute; /* it was configured so */
    const char *relative; /* from there; NULL: itself */
    guint depth;
} Place;

static void
file_free(gpointer data)
{
    BlScanFile *file = data;
    g_free(file->match.name);
    g_free(file->label);
    g_free(file->relative);
    g_free(file);
}

static void
group_free(gpointer data)
{
    BlScanGroup *group = data;
    g_free(group->name);
    g_free(group);
}

void
bl_scan_clear(BlScan *scan)
{
    g_clear_pointer(&scan->by_name, g_hash_table_unref);
    g_clear_pointer(&scan->seen, g_hash_table_unref);
    g_clear_pointer(&scan->groups, g_ptr_array_unref);
    g_clear_pointer(&scan->files, g_ptr_array_unref);
    g_clear_pointer(&scan->strays, g_ptr_array_unref);
    g_clear_pointer(&scan->folders, g_strfreev);
    g_clear_pointer(&scan->root, g_free);
}

/* The path of a folder from the project's, "/" always, no "./" at its head; "../" stays where it
 * leads out of the project. An absolute folder gives absolute names; the project's own is "". */
static char *
make_folder_label(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    gboolean is_absolute = g_path_is_absolute(path);
    for (gsize i = 0; parts[i] != NULL; i++) {
        const char *last = kept->len > 0 ? g_ptr_array_index(kept, kept->len - 1) : NULL;
        gboolean is_up = strcmp(parts[i], "..") == 0;
        if (parts[i][0] == '\0' || strcmp(parts[i], ".") == 0 ||
            (is_up && is_absolute && last == NULL))
            continue;
        if (is_up && last != NULL && strcmp(last, "..") != 0)
            g_ptr_array_set_size(kept, (int)kept->len - 1);
        else
            g_ptr_array_add(kept, parts[i]);
    }
    gboolean has_head = is_absolute && kept->len > 0;
    g_ptr_array_add(kept, NULL);
    g_autofree char *label = g_strjoinv("/", (char **)kept->pdata);
    return g_strconcat(has_head ? "/" : "", label, NULL);
}

/* What a folder of that label holds. */
static char *
join_label(const Place *place, const char *file_name)
{
    gboolean is_root = place->label[0] == '\0' && !place->is_absolute;
    return is_root ? g_strdup(file_name) : g_strconcat(place->label, "/", file_name, NULL);
}

char *
bl_scan_path(const BlScan *scan, const char *label)
{
    if (label[0] == '/')
        return g_strdup(label);
    return g_str_has_prefix(label, "../") ? g_canonicalize_filename(label, scan->root)
                                          : g_strconcat(scan->root, "/", label, NULL);
}

static gboolean
check_text(const char *name, const char *label, GError **error)
{
    if (!g_utf8_validate(name, -1, NULL)) {
        g_autofree char *valid = g_utf8_make_valid(label, -1);
        bl_error_set(error, BL_ERROR_USAGE, "rename the file",
                     "the name of migration \"%s\" is not UTF-8", valid);
        return FALSE;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c)) {
            g_autofree char *escaped = g_strescape(label, NULL);
            bl_error_set(error, BL_ERROR_USAGE, "rename the file",
                         "the name of migration \"%s\" holds a control character", escaped);
            return FALSE;
        }
    }
    if (strlen(name) > BL_LEDGER_NAME_MAX) {
        bl_error_set(error, BL_ERROR_USAGE, "shorten the file's name",
                     "migration name longer than %d bytes: %s", BL_LEDGER_NAME_MAX, label);
        return FALSE;
    }
    return TRUE;
}

static BlScanGroup *
find_group(BlScan *scan, const Place *place, const BlScanFile *file)
{
    g_autofree char *name = join_label(place, file->match.name);
    BlScanGroup *group = g_hash_table_lookup(scan->by_name, name);
    if (group != NULL)
        return group;
    group = g_new0(BlScanGroup, 1);
    group->name = g_steal_pointer(&name);
    g_hash_table_insert(scan->by_name, group->name, group);
    g_ptr_array_add(scan->groups, group);
    return group;
}

static gboolean
add_file(BlScan *scan, const Place *place, BlScanFile *file, GError **error)
{
    g_ptr_array_add(scan->files, file);
    if (!g_hash_table_add(scan->seen, file->label))
        return TRUE;
    BlScanGroup *group = find_group(scan, place, file);
    BlScanFile **slot = &group->roles[file->match.role];
    while (*slot != NULL && (*slot)->match.rank > file->match.rank)
        slot = &(*slot)->hides;
    if (*slot != NULL && (*slot)->match.rank == file->match.rank) {
        gboolean first = strcmp((*slot)->label, file->label) < 0;
        bl_error_set(error, BL_ERROR_USAGE, "rename one of them",
                     "two files with one name \"%s\": %s and %s", group->name,
                     first ? (*slot)->label : file->label, first ? file->label : (*slot)->label);
        return FALSE;
    }
    file->hides = *slot;
    *slot = file;
    return check_text(group->name, file->label, error);
}

/* What a file is: the folder says it; some file systems leave that to lstat(). A link to a file is
 * that file, as other tools have it: mounted configuration and some build tools have nothing else.
 */
static int
type_of(const BlScan *scan, const char *label, const struct dirent *entry)
{
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type;
    g_autofree char *path = bl_scan_path(scan, label);
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return DT_REG; /* whoever reads it says what is wrong */
    return g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? DT_LNK : DT_DIR;
}

/* A typing error: 2_b_up.sql, V2_b.sql. */
static gboolean
is_stray(const BlConvention *convention, const char *relative)
{
    const char *name = bl_last_part(relative);
    gsize letters = g_ascii_isalpha(name[0]) ? 1 : 0;
    return (convention->traits & BL_CONVENTION_DIALECTS) == 0 &&
           bl_count_digits(name + letters) > 0 &&
           bl_match_ending_any_case(name, bl_sql_endings) != NULL;
}

static gboolean read_place(BlScan *scan, const Place *place, GError **error);

static gboolean
read_entry(BlScan *scan, const Place *place, const struct dirent *entry, GError **error)
{
    if (entry->d_name[0] == '.')
        return TRUE;
    g_autofree char *relative = place->relative != NULL
                                    ? g_strconcat(place->relative, "/", entry->d_name, NULL)
                                    : g_strdup(entry->d_name);
    g_autofree char *label = join_label(place, relative);
    int type = type_of(scan, label, entry);
    /* To a folder, which may be one that it is in. */
    if (type == DT_LNK)
        return TRUE;
    if (type == DT_DIR) {
        const Place below = { place->label, place->is_absolute, relative, place->depth + 1 };
        return read_place(scan, &below, error);
    }
    BlFileMatch match = { 0 };
    scan->convention->match(relative, scan->options->dialect, &match);
    if (match.role == BL_FILE_NONE) {
        if (is_stray(scan->convention, relative) && g_hash_table_add(scan->seen, label))
            g_ptr_array_add(scan->strays, g_steal_pointer(&label));
        return TRUE;
    }
    BlScanFile *found = g_new0(BlScanFile, 1);
    found->match = match;
    found->label = g_steal_pointer(&label);
    found->relative = g_steal_pointer(&relative);
    return add_file(scan, place, found, error);
}

static gboolean
read_entries(BlScan *scan, const Place *place, DIR *folder, const char *label, GError **error)
{
    const struct dirent *entry;
    errno = 0;
    /* cppcheck-suppress readdirCalled ; POSIX: one stream, one thread */
    while ((entry = readdir(folder)) != NULL) {
        if (!read_entry(scan, place, entry, error))
            return FALSE;
        errno = 0;
    }
    if (errno == 0)
        return TRUE;
    bl_error_set_errno(error, "read the migration folder", label, errno);
    return FALSE;
}

static gboolean
read_place(BlScan *scan, const Place *place, GError **error)
{
    g_autofree char *label =
        place->relative != NULL ? join_label(place, place->relative) : g_strdup(place->label);
    g_autofree char *path = bl_scan_path(scan, label);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (place->depth > scan->convention->depth && place->depth <= BL_ANY_DEPTH)
        return TRUE;
    if (place->depth > BL_ANY_DEPTH) {
        bl_error_set(error, BL_ERROR_USAGE, "flatten it",
                     "migration folder \"%s\" is nested too deep", label);
        return FALSE;
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        bl_error_set_errno(error, "read the migration folder", label, errno);
        return FALSE;
    }
    gboolean ok = read_entries(scan, place, folder, label, error);
    (void)closedir(folder);
    return ok;
}

/* The way back of a version whose file is called something else. */
static void
join_by_version(BlScan *scan)
{
    const BlConvention *convention = scan->convention;
    if ((convention->traits & BL_CONVENTION_UNIQUE_VERSION) == 0)
        return;
    g_autoptr(GHashTable) ups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < scan->groups->len; i++) {
        BlScanGroup *group = g_ptr_array_index(scan->groups, i);
        char *version = group->roles[BL_FILE_UP] != NULL && group->roles[BL_FILE_DOWN] == NULL
                            ? convention->version(group->name)
                            : NULL;
        if (version != NULL)
            g_hash_table_replace(ups, version, group);
    }
    for (guint i = 0; i < scan->groups->len; i++) {
        const BlScanGroup *group = g_ptr_array_index(scan->groups, i);
        if (group->roles[BL_FILE_UP] != NULL || group->roles[BL_FILE_DOWN] == NULL)
            continue;
        g_autofree char *version = convention->version(group->name);
        BlScanGroup *up = version != NULL ? g_hash_table_lookup(ups, version) : NULL;
        if (up != NULL && up->roles[BL_FILE_DOWN] == NULL)
            up->roles[BL_FILE_DOWN] = group->roles[BL_FILE_DOWN];
    }
}

static char **
make_folder_labels(const char *const *paths)
{
    GPtrArray *labels = g_ptr_array_new();
    for (gsize i = 0; paths[i] != NULL; i++)
        g_ptr_array_add(labels, make_folder_label(paths[i]));
    g_ptr_array_add(labels, NULL);
    return (char **)g_ptr_array_free(labels, FALSE);
}

/* Whether what lies in both has one name there, and so is read once. @param a, b labels */
static gboolean
holds_by_name(const char *a, const char *b)
{
    return a[0] == '\0' ? b[0] != '/' && !g_str_has_prefix(b, "..") : bl_path_below(b, a) != NULL;
}

/* A file under two names would be run twice. */
static gboolean
check_folders(const BlScan *scan, GError **error)
{
    char *const *labels = scan->folders;
    for (gsize i = 1; labels[0] != NULL && labels[i] != NULL; i++) {
        g_autofree char *path = bl_scan_path(scan, labels[i]);
        g_autofree char *real = realpath(path, NULL);
        for (gsize j = 0; real != NULL && j < i; j++) {
            if (holds_by_name(labels[i], labels[j]) || holds_by_name(labels[j], labels[i]))
                continue;
            g_autofree char *other_path = bl_scan_path(scan, labels[j]);
            g_autofree char *other = realpath(other_path, NULL);
            if (other == NULL ||
                (bl_path_below(real, other) == NULL && bl_path_below(other, real) == NULL))
                continue;
            bl_error_set(error, BL_ERROR_USAGE, "name it once in \"paths\" of the configuration",
                         "the migration folders \"%s\" and \"%s\" hold the same files", labels[j],
                         labels[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

const BlScanFile *
bl_scan_main(const BlScanGroup *group)
{
    const BlScanFile *up = group->roles[BL_FILE_UP];
    return up != NULL ? up : group->roles[BL_FILE_FOREIGN];
}

gboolean
bl_scan_read(BlScan *scan, const BlHistoryOptions *options, GError **error)
{
    scan->options = options;
    scan->convention = options->convention != NULL ? options->convention : &bl_convention_baseline;
    scan->root = g_canonicalize_filename(options->root, NULL);
    scan->folders = make_folder_labels(options->paths);
    scan->files = g_ptr_array_new_with_free_func(file_free);
    scan->groups = g_ptr_array_new_with_free_func(group_free);
    scan->strays = g_ptr_array_new_with_free_func(g_free);
    scan->seen = g_hash_table_new(g_str_hash, g_str_equal);
    scan->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    if (!check_folders(scan, error))
        return FALSE;
    for (gsize i = 0; scan->folders[i] != NULL; i++) {
        const Place place = { scan->folders[i], g_path_is_absolute(options->paths[i]), NULL, 0 };
        if (!read_place(scan, &place, error))
            return FALSE;
    }
    join_by_version(scan);
    g_ptr_array_sort(scan->strays, compare_texts);
    return TRUE;
}
