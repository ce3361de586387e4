/* SPDX-License-Identifier: MIT */
/* Reads the migrations that scan.c finds: cuts their files, and looks whether they go together. */
#include "squash/convention.h"
#include "squash/detect.h"
#include "squash/directive.h"
#include "squash/scan.h"

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/ledger.h"
#include "common/sql/lexer.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

/* Largest migration file that is read, in bytes. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

/* Fewer migrations than this are read by one thread. */
#define PARALLEL_GROUPS 1000
#define MOST_THREADS    4

static char *
read_text(const BlScan *scan, const BlScanFile *file, gsize *len, GError **error)
{
    g_autofree char *path = bl_scan_path(scan, file->label);
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
split_file(const BlScan *scan,
           BlMigration *migration,
           const BlScanFile *file,
           char **text,
           gsize *len,
           GError **error)
{
    const BlConvention *convention = scan->convention;
    const BlDialect *dialect = scan->options->dialect;
    BlFileRole role = file->match.role;
    *text = read_text(scan, file, len, error);
    if (*text == NULL)
        return FALSE;
    if (role == BL_FILE_FOREIGN)
        return TRUE;
    BlSection *section = role == BL_FILE_DOWN ? &migration->down : &migration->up;
    if (role == BL_FILE_DOWN)
        section->label = g_strdup(file->label);
    if (convention->split != NULL)
        convention->split(migration, role, dialect, *text, *len);
    else
        bl_section_fill(migration, role, dialect, *text, *len);
    if (file->match.no_transaction)
        section->transaction = FALSE;
    if (role == BL_FILE_DOWN)
        section->deliberate = (convention->traits & BL_CONVENTION_EMPTY_DOWN) != 0 ||
                              ((convention->traits & BL_CONVENTION_BLANK_DOWN) != 0 && *len > 0);
    return TRUE;
}

static gboolean
read_settings(const BlScan *scan, BlMigration *migration, const BlScanFile *file, GError **error)
{
    gsize len = 0;
    g_autofree char *text = read_text(scan, file, &len, error);
    if (text == NULL)
        return FALSE;
    scan->convention->settings(migration, file->label, text, len);
    return TRUE;
}

static void
set_digests(const BlScan *scan, BlMigration *migration, const char *text, gsize len)
{
    const BlSection *up = &migration->up;
    gboolean has_up = up->present && up->text != NULL;
    g_autofree char *raw = bl_digest_text(has_up ? up->text : text, has_up ? up->len : len);
    migration->raw_digest = g_strconcat("raw:", raw, NULL);
    if (has_up)
        migration->token_digest = bl_token_digest(scan->options->dialect, up->text, up->len);
    if (scan->convention->checksum != NULL && !migration->foreign)
        migration->checksum = scan->convention->checksum(text, len);
}

static gboolean
fill_placeholders(const BlScan *scan,
                  const BlMigration *migration,
                  BlSection *section,
                  GError **problem)
{
    const BlConvention *convention = scan->convention;
    if (convention->expand == NULL || section->literal || *problem != NULL)
        return TRUE;
    char *expanded = convention->expand(migration, section, &scan->options->values, problem);
    if (expanded == NULL)
        return FALSE;
    g_free(section->text);
    section->text = expanded;
    section->len = strlen(expanded);
    return TRUE;
}

/* Rules and placeholders, when all that the files say is known. */
static void
finish_section(const BlScan *scan, BlMigration *migration, BlSection *section)
{
    const BlConvention *convention = scan->convention;
    gboolean own_file =
        section->label != NULL || !migration->down.present || migration->down.label != NULL;
    BlFileRole role = section == &migration->down ? BL_FILE_DOWN : BL_FILE_UP;
    GError **problem = problem_of(migration, section);
    if (!section->present || section->text == NULL)
        return;
    if (section->problem != NULL && *problem == NULL)
        *problem = g_steal_pointer(&section->problem);
    section->automatic = section->transaction && (convention->traits & BL_CONVENTION_AUTOMATIC);
    if (!fill_placeholders(scan, migration, section, problem))
        return;
    bl_directive_read(section, own_file ? role : BL_FILE_NONE, scan->options->dialect,
                      label_of(migration, section), problem);
    if (scan->options->disable_transactions || section->repeats != NULL)
        section->transaction = FALSE;
    section->memo = g_new0(BlShapeMemo, 1);
}

static char **
list_files(const BlScan *scan, const BlScanGroup *group, const BlScanFile *main)
{
    static const BlFileRole others[] = { BL_FILE_DOWN, BL_FILE_SETTINGS };
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, bl_scan_path(scan, main->label));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        const BlScanFile *file = group->roles[others[i]];
        if (file != NULL)
            g_ptr_array_add(files, bl_scan_path(scan, file->label));
    }
    g_ptr_array_add(files, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
}

static gboolean
read_files(const BlScan *scan,
           BlMigration *migration,
           const BlScanGroup *group,
           const BlScanFile *main,
           GError **error)
{
    const BlScanFile *down = group->roles[BL_FILE_DOWN];
    const BlScanFile *settings = group->roles[BL_FILE_SETTINGS];
    gboolean runs = !migration->foreign;
    g_autofree char *text = NULL;
    g_autofree char *down_text = NULL;
    gsize len = 0;
    gsize down_len = 0;
    if (!split_file(scan, migration, main, &text, &len, error) ||
        (runs && down != NULL &&
         !split_file(scan, migration, down, &down_text, &down_len, error)) ||
        (runs && settings != NULL && !read_settings(scan, migration, settings, error)))
        return FALSE;
    /* A value that differs from one machine to the next is no edit; what runs again does so
     * because of it. */
    gboolean after = migration->kind == BL_MIGRATION_REPEATABLE;
    if (!after)
        set_digests(scan, migration, text, len);
    finish_section(scan, migration, &migration->up);
    finish_section(scan, migration, &migration->down);
    if (after)
        set_digests(scan, migration, migration->up.text != NULL ? migration->up.text : text,
                    migration->up.text != NULL ? migration->up.len : len);
    return TRUE;
}

static BlMigration *
make_migration(const BlScan *scan, const BlScanGroup *group, GError **error)
{
    const BlScanFile *main = bl_scan_main(group);
    g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
    migration->name = g_strdup(group->name);
    migration->label = g_strdup(main->label);
    migration->path = bl_scan_path(scan, main->label);
    migration->script = g_strdup(main->relative);
    migration->files = list_files(scan, group, main);
    migration->kind = main->match.kind;
    migration->foreign = group->roles[BL_FILE_UP] == NULL;
    if (main->hides != NULL)
        migration->stand_in = g_strdup(main->hides->label);
    if (migration->kind != BL_MIGRATION_REPEATABLE)
        migration->version = scan->convention->version(group->name);
    if (scan->convention->title != NULL)
        migration->title = scan->convention->title(group->name);
    if (!read_files(scan, migration, group, main, error))
        return NULL;
    return g_steal_pointer(&migration);
}

/* Some of the groups, for one thread. What they read belongs to nobody else. */
typedef struct {
    const BlScan *scan;
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
        const BlScanGroup *group = g_ptr_array_index(slice->scan->groups, i);
        if (bl_scan_main(group) != NULL)
            slice->made[i] = make_migration(slice->scan, group, &slice->problem);
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
make_migrations(const BlScan *scan, BlHistory *history, GError **error)
{
    guint n = scan->groups->len;
    guint n_slices = n < PARALLEL_GROUPS ? 1 : CLAMP(g_get_num_processors(), 1, MOST_THREADS);
    g_autofree BlMigration **made = g_new0(BlMigration *, n + 1);
    Slice slices[MOST_THREADS] = { 0 };
    for (guint i = 0; i < n_slices; i++) {
        slices[i] = (Slice){ .scan = scan,
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
has_lucid(const BlScan *scan)
{
    static const char *const endings[] = { ".ts", ".js", ".mjs", ".cjs", NULL };
    for (guint i = 0; i < scan->groups->len; i++) {
        const BlScanFile *foreign =
            ((const BlScanGroup *)g_ptr_array_index(scan->groups, i))->roles[BL_FILE_FOREIGN];
        if (foreign != NULL && bl_match_ending(foreign->label, endings) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Its own settings stand in its own files: where ours say nothing, what counts is what it does by
 * default. */
static const char *
find_other_order(const BlScan *scan, const BlHistory *history)
{
    static const char by_folder[] =
        "one folder after the other, and here the names decide: let \"folderOrder\" of the "
        "configuration be true where both are used";
    static const char as_text[] =
        "the files in the order of their names as text (10 before 9), and here numbers count by "
        "value: let \"naturalSort\" of the configuration be what Lucid's is, which is false where "
        "nobody set it";
    if (!has_lucid(scan))
        return NULL;
    if (!bl_history_is_by_path(history, history->natural_sort))
        return by_folder;
    gboolean is_chosen = scan->options->natural_sort_is_set;
    return is_chosen || bl_history_is_by_path(history, FALSE) ? NULL : as_text;
}

BlHistory *
bl_history_read(const BlHistoryOptions *options, GError **error)
{
    g_autoptr(BlHistory) history = bl_history_new(options->natural_sort);
    g_auto(BlScan) scan = { 0 };
    if (!bl_scan_read(&scan, options, error))
        return NULL;
    history->convention = scan.convention;
    history->folders = g_steal_pointer(&scan.folders);
    history->folder_order = options->folder_order;
    g_ptr_array_unref(history->strays);
    history->strays = g_ptr_array_ref(scan.strays);
    if (!make_migrations(&scan, history, error))
        return NULL;
    g_ptr_array_sort_with_data(history->list, order_migrations, history);
    history->other_order = find_other_order(&scan, history);
    if (!check_convention(options, history, error) || !check_versions(history, error))
        return NULL;
    return g_steal_pointer(&history);
}
