/* SPDX-License-Identifier: MIT */
/* Reads the migration folders: finds the files, joins those of one migration, cuts them. */
#include "squash/convention.h"
#include "squash/detect.h"
#include "squash/directive.h"

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/ledger.h"
#include "common/sql/lexer.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Largest migration file that is read, in bytes. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

/* Fewer migrations than this are read by one thread. */
#define PARALLEL_GROUPS 1000
#define MOST_THREADS    4

/* One file that belongs to a migration. */
typedef struct Entry {
    BlFileMatch match;
    char *label;         /* from the project's folder */
    char *relative;      /* from the migration folder */
    struct Entry *hides; /* the one of lower rank whose place it takes; NULL: none */
} Entry;

/* The files of one migration, by what they are for; borrowed from the list of entries. */
typedef struct {
    char *name;
    Entry *roles[BL_FILE_FOREIGN + 1];
} Group;

typedef struct {
    const BlHistoryOptions *options;
    const BlConvention *convention;
    char *root;         /* the project's folder, absolute */
    GPtrArray *entries; /* Entry * */
    GHashTable *seen;   /* labels: two configured folders may lie one inside the other */
    GPtrArray *groups;  /* Group * */
    GHashTable *by_name;
    GPtrArray *strays; /* char *; of the history */
} Source;

/* A migration folder, or one below it. */
typedef struct {
    const char *label;    /* of the migration folder, from the project's; "": that one itself */
    gboolean is_absolute; /* it was configured so */
    const char *relative; /* from there; NULL: itself */
    guint depth;
} Place;

static void
entry_free(gpointer data)
{
    Entry *entry = data;
    g_free(entry->match.name);
    g_free(entry->label);
    g_free(entry->relative);
    g_free(entry);
}

static void
group_free(gpointer data)
{
    Group *group = data;
    g_free(group->name);
    g_free(group);
}

static void
source_clear(Source *source)
{
    g_hash_table_unref(source->by_name);
    g_hash_table_unref(source->seen);
    g_ptr_array_unref(source->groups);
    g_ptr_array_unref(source->entries);
    g_free(source->root);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Source, source_clear)

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

static char *
full_path(const Source *source, const char *label)
{
    if (label[0] == '/')
        return g_strdup(label);
    return g_str_has_prefix(label, "../") ? g_canonicalize_filename(label, source->root)
                                          : g_strconcat(source->root, "/", label, NULL);
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

static Group *
find_group(Source *source, const Place *place, const Entry *entry)
{
    g_autofree char *name = join_label(place, entry->match.name);
    Group *group = g_hash_table_lookup(source->by_name, name);
    if (group != NULL)
        return group;
    group = g_new0(Group, 1);
    group->name = g_steal_pointer(&name);
    g_hash_table_insert(source->by_name, group->name, group);
    g_ptr_array_add(source->groups, group);
    return group;
}

static gboolean
add_entry(Source *source, const Place *place, Entry *entry, GError **error)
{
    g_ptr_array_add(source->entries, entry);
    if (!g_hash_table_add(source->seen, entry->label))
        return TRUE;
    Group *group = find_group(source, place, entry);
    Entry **slot = &group->roles[entry->match.role];
    while (*slot != NULL && (*slot)->match.rank > entry->match.rank)
        slot = &(*slot)->hides;
    if (*slot != NULL && (*slot)->match.rank == entry->match.rank) {
        gboolean first = strcmp((*slot)->label, entry->label) < 0;
        bl_error_set(error, BL_ERROR_USAGE, "rename one of them",
                     "two files with one name \"%s\": %s and %s", group->name,
                     first ? (*slot)->label : entry->label, first ? entry->label : (*slot)->label);
        return FALSE;
    }
    entry->hides = *slot;
    *slot = entry;
    return check_text(group->name, entry->label, error);
}

/* What a file is: the folder says it; some file systems leave that to lstat(). A link to a file is
 * that file, as other tools have it: mounted configuration and some build tools have nothing else.
 */
static int
type_of(const Source *source, const char *label, const struct dirent *entry)
{
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type;
    g_autofree char *path = full_path(source, label);
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

static gboolean read_place(Source *source, const Place *place, GError **error);

static gboolean
read_entry(Source *source, const Place *place, const struct dirent *entry, GError **error)
{
    if (entry->d_name[0] == '.')
        return TRUE;
    g_autofree char *relative = place->relative != NULL
                                    ? g_strconcat(place->relative, "/", entry->d_name, NULL)
                                    : g_strdup(entry->d_name);
    g_autofree char *label = join_label(place, relative);
    int type = type_of(source, label, entry);
    /* To a folder, which may be one that it is in. */
    if (type == DT_LNK)
        return TRUE;
    if (type == DT_DIR) {
        const Place below = { place->label, place->is_absolute, relative, place->depth + 1 };
        return read_place(source, &below, error);
    }
    BlFileMatch match = { 0 };
    source->convention->match(relative, source->options->dialect, &match);
    if (match.role == BL_FILE_NONE) {
        if (is_stray(source->convention, relative) && g_hash_table_add(source->seen, label))
            g_ptr_array_add(source->strays, g_steal_pointer(&label));
        return TRUE;
    }
    Entry *found = g_new0(Entry, 1);
    found->match = match;
    found->label = g_steal_pointer(&label);
    found->relative = g_steal_pointer(&relative);
    return add_entry(source, place, found, error);
}

static gboolean
read_entries(Source *source, const Place *place, DIR *folder, const char *label, GError **error)
{
    const struct dirent *entry;
    errno = 0;
    /* cppcheck-suppress readdirCalled ; POSIX: one stream, one thread */
    while ((entry = readdir(folder)) != NULL) {
        if (!read_entry(source, place, entry, error))
            return FALSE;
        errno = 0;
    }
    if (errno == 0)
        return TRUE;
    bl_error_set_errno(error, "read the migration folder", label, errno);
    return FALSE;
}

static gboolean
read_place(Source *source, const Place *place, GError **error)
{
    g_autofree char *label =
        place->relative != NULL ? join_label(place, place->relative) : g_strdup(place->label);
    g_autofree char *path = full_path(source, label);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (place->depth > source->convention->depth && place->depth <= BL_ANY_DEPTH)
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
    gboolean ok = read_entries(source, place, folder, label, error);
    (void)closedir(folder);
    return ok;
}

static char *
read_text(const Source *source, const Entry *entry, gsize *len, GError **error)
{
    g_autofree char *path = full_path(source, entry->label);
    return bl_file_read(path, FILE_LIMIT, len, error);
}

static const char *
label_of(const BlMigration *migration, const BlSection *section)
{
    return section->label != NULL ? section->label : migration->label;
}

/* The migration's own problem, or one of the part whose file is another's. */
static GError **
problem_of(BlMigration *migration, BlSection *section)
{
    return section == &migration->down && section->label != NULL ? &section->problem
                                                                 : &migration->problem;
}

static gboolean
split_file(const Source *source,
           BlMigration *migration,
           const Entry *entry,
           char **text,
           gsize *len,
           GError **error)
{
    const BlConvention *convention = source->convention;
    const BlDialect *dialect = source->options->dialect;
    BlFileRole role = entry->match.role;
    *text = read_text(source, entry, len, error);
    if (*text == NULL)
        return FALSE;
    if (role == BL_FILE_FOREIGN)
        return TRUE;
    BlSection *section = role == BL_FILE_DOWN ? &migration->down : &migration->up;
    if (role == BL_FILE_DOWN)
        section->label = g_strdup(entry->label);
    if (convention->split != NULL)
        convention->split(migration, role, dialect, *text, *len);
    else
        bl_section_fill(migration, role, dialect, *text, *len);
    if (entry->match.no_transaction)
        section->transaction = FALSE;
    if (role == BL_FILE_DOWN)
        section->deliberate = (convention->traits & BL_CONVENTION_EMPTY_DOWN) != 0 ||
                              ((convention->traits & BL_CONVENTION_BLANK_DOWN) != 0 && *len > 0);
    return TRUE;
}

static gboolean
read_settings(const Source *source, BlMigration *migration, const Entry *entry, GError **error)
{
    gsize len = 0;
    g_autofree char *text = read_text(source, entry, &len, error);
    if (text == NULL)
        return FALSE;
    source->convention->settings(migration, entry->label, text, len);
    return TRUE;
}

static void
set_digests(const Source *source, BlMigration *migration, const char *text, gsize len)
{
    const BlSection *up = &migration->up;
    gboolean has_up = up->present && up->text != NULL;
    g_autofree char *raw = bl_digest_text(has_up ? up->text : text, has_up ? up->len : len);
    migration->raw_digest = g_strconcat("raw:", raw, NULL);
    if (has_up)
        migration->token_digest = bl_token_digest(source->options->dialect, up->text, up->len);
    if (source->convention->checksum != NULL && !migration->foreign)
        migration->checksum = source->convention->checksum(text, len);
}

static gboolean
fill_placeholders(const Source *source,
                  const BlMigration *migration,
                  BlSection *section,
                  GError **problem)
{
    const BlConvention *convention = source->convention;
    if (convention->expand == NULL || section->literal || *problem != NULL)
        return TRUE;
    char *expanded = convention->expand(migration, section, &source->options->values, problem);
    if (expanded == NULL)
        return FALSE;
    g_free(section->text);
    section->text = expanded;
    section->len = strlen(expanded);
    return TRUE;
}

/* Rules and placeholders, when all that the files say is known. */
static void
finish_section(const Source *source, BlMigration *migration, BlSection *section)
{
    const BlConvention *convention = source->convention;
    gboolean own_file =
        section->label != NULL || !migration->down.present || migration->down.label != NULL;
    BlFileRole role = section == &migration->down ? BL_FILE_DOWN : BL_FILE_UP;
    GError **problem = problem_of(migration, section);
    if (!section->present || section->text == NULL)
        return;
    if (section->problem != NULL && *problem == NULL)
        *problem = g_steal_pointer(&section->problem);
    section->automatic = section->transaction && (convention->traits & BL_CONVENTION_AUTOMATIC);
    if (!fill_placeholders(source, migration, section, problem))
        return;
    bl_directive_read(section, own_file ? role : BL_FILE_NONE, source->options->dialect,
                      label_of(migration, section), problem);
    if (source->options->disable_transactions || section->repeats != NULL)
        section->transaction = FALSE;
    section->memo = g_new0(BlShapeMemo, 1);
}

static char **
list_files(const Source *source, const Group *group, const Entry *main)
{
    static const BlFileRole others[] = { BL_FILE_DOWN, BL_FILE_SETTINGS };
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, full_path(source, main->label));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        const Entry *entry = group->roles[others[i]];
        if (entry != NULL)
            g_ptr_array_add(files, full_path(source, entry->label));
    }
    g_ptr_array_add(files, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
}

static gboolean
read_files(const Source *source,
           BlMigration *migration,
           const Group *group,
           const Entry *main,
           GError **error)
{
    const Entry *down = group->roles[BL_FILE_DOWN];
    const Entry *settings = group->roles[BL_FILE_SETTINGS];
    gboolean runs = !migration->foreign;
    g_autofree char *text = NULL;
    g_autofree char *down_text = NULL;
    gsize len = 0;
    gsize down_len = 0;
    if (!split_file(source, migration, main, &text, &len, error) ||
        (runs && down != NULL &&
         !split_file(source, migration, down, &down_text, &down_len, error)) ||
        (runs && settings != NULL && !read_settings(source, migration, settings, error)))
        return FALSE;
    /* A value that differs from one machine to the next is no edit; what runs again does so
     * because of it. */
    gboolean after = migration->kind == BL_MIGRATION_REPEATABLE;
    if (!after)
        set_digests(source, migration, text, len);
    finish_section(source, migration, &migration->up);
    finish_section(source, migration, &migration->down);
    if (after)
        set_digests(source, migration, migration->up.text != NULL ? migration->up.text : text,
                    migration->up.text != NULL ? migration->up.len : len);
    return TRUE;
}

/* The file that makes a group a migration; NULL: a down part of nothing. */
static const Entry *
main_of(const Group *group)
{
    const Entry *up = group->roles[BL_FILE_UP];
    return up != NULL ? up : group->roles[BL_FILE_FOREIGN];
}

static BlMigration *
make_migration(const Source *source, const Group *group, GError **error)
{
    const Entry *main = main_of(group);
    g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
    migration->name = g_strdup(group->name);
    migration->label = g_strdup(main->label);
    migration->path = full_path(source, main->label);
    migration->script = g_strdup(main->relative);
    migration->files = list_files(source, group, main);
    migration->kind = main->match.kind;
    migration->foreign = group->roles[BL_FILE_UP] == NULL;
    if (main->hides != NULL)
        migration->stand_in = g_strdup(main->hides->label);
    if (migration->kind != BL_MIGRATION_REPEATABLE)
        migration->version = source->convention->version(group->name);
    if (source->convention->title != NULL)
        migration->title = source->convention->title(group->name);
    if (!read_files(source, migration, group, main, error))
        return NULL;
    return g_steal_pointer(&migration);
}

/* Some of the groups, for one thread. What they read belongs to nobody else. */
typedef struct {
    const Source *source;
    guint start;
    guint end;
    BlMigration **made; /* of all groups */
    GError *problem;
} Slice;

static gpointer
make_slice(gpointer data)
{
    Slice *slice = data;
    for (guint i = slice->start; i < slice->end && slice->problem == NULL; i++) {
        const Group *group = g_ptr_array_index(slice->source->groups, i);
        if (main_of(group) != NULL)
            slice->made[i] = make_migration(slice->source, group, &slice->problem);
    }
    return NULL;
}

/* A thread that the system does not give costs time only. */
static void
make_slices(Slice *slices, guint n)
{
    GThread *threads[MOST_THREADS] = { NULL };
    sigset_t all;
    sigset_t before;
    if (n == 1) {
        (void)make_slice(slices);
        return;
    }
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (guint i = 1; i < n; i++)
        threads[i] = g_thread_try_new("history", make_slice, &slices[i], NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    for (guint i = 0; i < n; i++) {
        if (threads[i] != NULL)
            (void)g_thread_join(threads[i]);
        else
            (void)make_slice(&slices[i]);
    }
}

/* Reads and cuts the files: on a long history nearly all of the work. */
static gboolean
make_migrations(const Source *source, BlHistory *history, GError **error)
{
    guint n = source->groups->len;
    guint n_slices = n < PARALLEL_GROUPS ? 1 : CLAMP(g_get_num_processors(), 1, MOST_THREADS);
    g_autofree BlMigration **made = g_new0(BlMigration *, n + 1);
    Slice slices[MOST_THREADS] = { 0 };
    for (guint i = 0; i < n_slices; i++) {
        slices[i] = (Slice){ .source = source,
                             .start = (guint)((guint64)n * i / n_slices),
                             .end = (guint)((guint64)n * (i + 1) / n_slices),
                             .made = made };
    }
    make_slices(slices, n_slices);
    for (guint i = 0; i < n; i++) {
        if (made[i] != NULL)
            bl_history_take(history, made[i]);
    }
    GError *problem = NULL;
    for (guint i = 0; i < n_slices; i++) {
        if (problem == NULL)
            problem = slices[i].problem;
        else
            g_clear_error(&slices[i].problem);
    }
    if (problem != NULL)
        g_propagate_error(error, problem);
    return problem == NULL;
}

static int
order_migrations(gconstpointer left, gconstpointer right, gpointer data)
{
    const BlMigration *a = *(const BlMigration *const *)left;
    const BlMigration *b = *(const BlMigration *const *)right;
    return bl_history_compare(data, a->name, b->name);
}

/* What makes two versions one. */
static char *
version_key(const BlHistory *history, const char *version)
{
    if ((history->convention->traits & BL_CONVENTION_DOTTED) == 0)
        return g_strdup(version);
    g_auto(GStrv) parts = g_strsplit(version, ".", -1);
    g_autoptr(GString) key = g_string_new(NULL);
    gsize significant = 0;
    for (guint i = 0; parts[i] != NULL; i++) {
        const char *digits = parts[i] + strspn(parts[i], "0");
        g_string_append_printf(key, "%s.", digits);
        if (*digits != '\0')
            significant = key->len;
    }
    g_string_truncate(key, significant);
    return g_string_free(g_steal_pointer(&key), FALSE);
}

static gboolean
check_size(const BlHistory *history, const BlMigration *migration, GError **error)
{
    const char *left = migration->version;
    const char *right = BL_VERSION_MAX;
    if ((history->convention->traits & BL_CONVENTION_64_BITS) == 0 ||
        bl_compare_numbers(&left, &right) <= 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_USAGE, "give it a smaller number",
                 "the number of migration \"%s\" is larger than " BL_VERSION_MAX
                 ", which is the most for %s",
                 migration->label, history->convention->name);
    return FALSE;
}

static gboolean
check_versions(const BlHistory *history, GError **error)
{
    if ((history->convention->traits & BL_CONVENTION_UNIQUE_VERSION) == 0)
        return TRUE;
    g_autoptr(GHashTable) versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < history->list->len; i++) {
        BlMigration *migration = g_ptr_array_index(history->list, i);
        if (migration->version == NULL || migration->kind != BL_MIGRATION_VERSIONED)
            continue;
        if (!check_size(history, migration, error))
            return FALSE;
        g_autofree char *key = version_key(history, migration->version);
        const BlMigration *twin = g_hash_table_lookup(versions, key);
        if (twin != NULL) {
            bl_error_set(error, BL_ERROR_USAGE, "give one of them another number",
                         "two migrations of version %s: %s and %s", migration->version, twin->label,
                         migration->label);
            return FALSE;
        }
        g_hash_table_insert(versions, g_steal_pointer(&key), migration);
    }
    return TRUE;
}

/* The way back of a version whose file is called something else. */
static void
join_by_version(Source *source)
{
    const BlConvention *convention = source->convention;
    if ((convention->traits & BL_CONVENTION_UNIQUE_VERSION) == 0)
        return;
    g_autoptr(GHashTable) ups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < source->groups->len; i++) {
        Group *group = g_ptr_array_index(source->groups, i);
        char *version = group->roles[BL_FILE_UP] != NULL && group->roles[BL_FILE_DOWN] == NULL
                            ? convention->version(group->name)
                            : NULL;
        if (version != NULL)
            g_hash_table_replace(ups, version, group);
    }
    for (guint i = 0; i < source->groups->len; i++) {
        const Group *group = g_ptr_array_index(source->groups, i);
        if (group->roles[BL_FILE_UP] != NULL || group->roles[BL_FILE_DOWN] == NULL)
            continue;
        g_autofree char *version = convention->version(group->name);
        Group *up = version != NULL ? g_hash_table_lookup(ups, version) : NULL;
        if (up != NULL && up->roles[BL_FILE_DOWN] == NULL)
            up->roles[BL_FILE_DOWN] = group->roles[BL_FILE_DOWN];
    }
}

/* The native convention, or one that finds nothing, where the files are clearly another's. */
static gboolean
check_convention(const BlHistoryOptions *options, const BlHistory *history, GError **error)
{
    gboolean is_native = options->convention == NULL;
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        if (!is_native || migration->up.present)
            return TRUE;
    }
    if (is_native && history->list->len == 0)
        return TRUE;
    g_auto(BlGuess) guess = { 0 };
    bl_detect(options->root, options->paths, &guess);
    if (guess.convention == NULL || !guess.is_sure || guess.convention == history->convention ||
        guess.convention->match == history->convention->match)
        return TRUE;
    g_autofree char *hint = g_strdup_printf(
        "write \"migrations\": { \"convention\": \"%s\" } into the configuration, or give the "
        "folder in \"paths\"",
        guess.convention->name);
    bl_error_set(error, BL_ERROR_USAGE, hint,
                 "the migrations are not of the convention \"%s\" but look like \"%s\" (%s): %u %s "
                 "\"%s\"",
                 history->convention->name, guess.convention->name, guess.convention->form, guess.n,
                 guess.n == 1 ? "file," : "files, for example", guess.example);
    return FALSE;
}

/* Lucid's files may be twins of ours. */
static gboolean
has_lucid(const Source *source)
{
    static const char *const endings[] = { ".ts", ".js", ".mjs", ".cjs", NULL };
    for (guint i = 0; i < source->groups->len; i++) {
        const Entry *foreign =
            ((const Group *)g_ptr_array_index(source->groups, i))->roles[BL_FILE_FOREIGN];
        if (foreign != NULL && bl_match_ending(foreign->label, endings) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Its own settings stand in its own files: where ours say nothing, what counts is what it does by
 * default. */
static const char *
find_other_order(const Source *source, const BlHistory *history)
{
    static const char by_folder[] =
        "one folder after the other, and here the names decide: let \"folderOrder\" of the "
        "configuration be true where both are used";
    static const char as_text[] =
        "the files in the order of their names as text (10 before 9), and here numbers count by "
        "value: let \"naturalSort\" of the configuration be what Lucid's is, which is false where "
        "nobody set it";
    if (!has_lucid(source))
        return NULL;
    if (!bl_history_is_by_path(history, history->natural_sort))
        return by_folder;
    gboolean is_chosen = source->options->natural_sort_is_set;
    return is_chosen || bl_history_is_by_path(history, FALSE) ? NULL : as_text;
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
check_folders(const Source *source, char *const *labels, GError **error)
{
    for (gsize i = 1; labels[0] != NULL && labels[i] != NULL; i++) {
        g_autofree char *path = full_path(source, labels[i]);
        g_autofree char *real = realpath(path, NULL);
        for (gsize j = 0; real != NULL && j < i; j++) {
            if (holds_by_name(labels[i], labels[j]) || holds_by_name(labels[j], labels[i]))
                continue;
            g_autofree char *other_path = full_path(source, labels[j]);
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

BlHistory *
bl_history_read(const BlHistoryOptions *options, GError **error)
{
    g_autoptr(BlHistory) history = bl_history_new(options->natural_sort);
    g_auto(Source) source = {
        .options = options,
        .convention = options->convention != NULL ? options->convention : &bl_convention_baseline,
        .entries = g_ptr_array_new_with_free_func(entry_free),
        .seen = g_hash_table_new(g_str_hash, g_str_equal),
        .root = g_canonicalize_filename(options->root, NULL),
        .groups = g_ptr_array_new_with_free_func(group_free),
        .by_name = g_hash_table_new(g_str_hash, g_str_equal),
        .strays = history->strays,
    };
    history->convention = source.convention;
    history->folders = make_folder_labels(options->paths);
    history->folder_order = options->folder_order;
    if (!check_folders(&source, history->folders, error))
        return NULL;
    for (gsize i = 0; options->paths[i] != NULL; i++) {
        g_autofree char *label = make_folder_label(options->paths[i]);
        const Place place = { label, g_path_is_absolute(options->paths[i]), NULL, 0 };
        if (!read_place(&source, &place, error))
            return NULL;
    }
    join_by_version(&source);
    if (!make_migrations(&source, history, error))
        return NULL;
    g_ptr_array_sort_with_data(history->list, order_migrations, history);
    g_ptr_array_sort(history->strays, compare_texts);
    history->other_order = find_other_order(&source, history);
    if (!check_convention(options, history, error) || !check_versions(history, error))
        return NULL;
    return g_steal_pointer(&history);
}
