/* SPDX-License-Identifier: MIT */
#include "squash/make.h"

#include "squash/convention.h"

#include "common/base/file.h"

#include <string.h>

/* Numbers of so many digits are stamps, whatever the convention says of a first one. */
#define STAMP_DIGITS 12

/* What the file of that name in the ledger would be. @return bl_migration_free(); NULL: it has no
 * version */
static BlMigration *
imagine(const BlHistory *history, const char *name)
{
    g_autofree char *version = history->convention->version(name);
    if (version == NULL)
        return NULL;
    const char *below = NULL;
    for (gsize i = 0; history->folders != NULL && below == NULL && history->folders[i] != NULL; i++)
        below = bl_path_below(name, history->folders[i]);
    const char *ending = strstr(history->convention->make.up, "{name}") + strlen("{name}");
    BlMigration *migration = g_new0(BlMigration, 1);
    migration->name = g_strdup(name);
    migration->label = g_strconcat(name, ending, NULL);
    migration->script = g_strconcat(below != NULL ? below : bl_last_part(name), ending, NULL);
    migration->version = g_steal_pointer(&version);
    return migration;
}

/* @return bl_migration_free(); NULL: none of @squashed is newer than @newest */
static BlMigration *
find_newer(const BlHistory *history, const BlMigration *newest, const GPtrArray *squashed)
{
    BlMigration *found = NULL;
    for (guint i = 0; squashed != NULL && i < squashed->len; i++) {
        const char *name = g_ptr_array_index(squashed, i);
        const BlMigration *last = found != NULL ? found : newest;
        if (last != NULL && bl_history_compare(history, name, last->name) <= 0)
            continue;
        BlMigration *migration = imagine(history, name);
        if (migration == NULL)
            continue;
        bl_migration_free(found);
        found = migration;
    }
    return found;
}

static const BlMigration *
find_newest(const BlHistory *history)
{
    for (guint i = history->list->len; i > 0; i--) {
        const BlMigration *migration = g_ptr_array_index(history->list, i - 1);
        if (migration->kind == BL_MIGRATION_VERSIONED && migration->version != NULL)
            return migration;
    }
    return NULL;
}

/* The number in the name as it is written: "000117", "2026-07-30-140000-0000". @return g_free() */
static char *
number_of(const BlMigration *migration, BlNumbering numbering)
{
    const char *part = bl_last_part(migration->name);
    while (*part != '\0' && !g_ascii_isdigit(*part))
        part++;
    gsize len = strspn(part, numbering == BL_NUMBER_DASHED ? "0123456789-" : "0123456789");
    return g_strndup(part, len);
}

/* One more, of the same width while that lasts; what is no digit stays. @return g_free() */
static char *
increment(const char *number)
{
    char *copy = g_strdup(number);
    for (gsize i = strlen(copy); i > 0; i--) {
        if (!g_ascii_isdigit(copy[i - 1]))
            continue;
        if (copy[i - 1] != '9') {
            copy[i - 1]++;
            return copy;
        }
        copy[i - 1] = '0';
    }
    char *longer = g_strconcat("1", copy, NULL);
    g_free(copy);
    return longer;
}

static char *
stamp(BlNumbering numbering, gint64 now_us, gsize width)
{
    if (numbering == BL_NUMBER_MILLISECONDS)
        return g_strdup_printf("%" G_GINT64_FORMAT, now_us / 1000);
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_us / G_USEC_PER_SEC);
    if (numbering == BL_NUMBER_DASHED)
        return g_date_time_format(now, "%Y-%m-%d-%H%M%S");
    g_autofree char *text = g_date_time_format(now, "%Y%m%d%H%M%S");
    GString *out = g_string_new(text);
    while (out->len < width)
        g_string_append_c(out, '0');
    return g_string_free(out, FALSE);
}

static char *
first_number(const BlMakeForm *form, gint64 now_us)
{
    if (form->numbering == BL_NUMBER_SEQUENCE)
        return g_strdup_printf("%0*d", (int)form->width, 1);
    return stamp(form->numbering, now_us, form->width);
}

static char *
replace_word(const char *text, const char *word, const char *value)
{
    g_auto(GStrv) pieces = g_strsplit(text, word, -1);
    return g_strjoinv(value, pieces);
}

static char *
fill_path(const char *form, const BlMigration *newest, const char *number, const char *name)
{
    const char *slash = newest != NULL ? strrchr(newest->script, '/') : NULL;
    g_autofree char *folder = slash != NULL
                                  ? g_strndup(newest->script, (gsize)(slash - newest->script) + 1)
                                  : g_strdup("1/");
    g_autofree char *with_folder = replace_word(form, "{folder}", folder);
    g_autofree char *with_number = replace_word(with_folder, "{number}", number);
    return replace_word(with_number, "{name}", name);
}

/* The name in the ledger that @path gives, as far as order is concerned. */
static gboolean
is_newer(const BlHistory *history,
         const BlMigration *newest,
         const BlDialect *dialect,
         const char *path)
{
    BlFileMatch match = { 0 };
    history->convention->match(path, dialect, &match);
    g_autofree char *name = match.name;
    gsize prefix = strlen(newest->label) - strlen(newest->script);
    g_autofree char *full =
        g_strdup_printf("%.*s%s", (int)prefix, newest->label, name != NULL ? name : path);
    return bl_history_compare(history, full, newest->name) > 0;
}

/* A sequence goes on; a stamp is of now, unless the newest is not older. */
static char *
next_number(const BlHistory *history,
            const BlMigration *newest,
            const char *path_form,
            const BlMakeParts *parts)
{
    const BlMakeForm *form = &history->convention->make;
    if (newest == NULL)
        return first_number(form, parts->now_us);
    g_autofree char *old = number_of(newest, form->numbering);
    gboolean is_stamp = strlen(old) >= STAMP_DIGITS;
    if (!is_stamp && form->numbering != BL_NUMBER_MILLISECONDS)
        return increment(old);
    g_autofree char *now = stamp(form->numbering, parts->now_us, MAX(strlen(old), form->width));
    g_autofree char *path = fill_path(path_form, newest, now, parts->name);
    return is_newer(history, newest, parts->dialect, path) ? g_steal_pointer(&now) : increment(old);
}

static void
made_free(gpointer data)
{
    BlMadeFile *file = data;
    g_free(file->path);
    g_free(file->text);
    g_free(file);
}

static void
add_file(GPtrArray *files, char *path, const char *text)
{
    BlMadeFile *file = g_new0(BlMadeFile, 1);
    file->path = path;
    file->text = g_strdup(text);
    g_ptr_array_add(files, file);
}

GPtrArray *
bl_make_files(const BlHistory *history, const GPtrArray *squashed, const BlMakeParts *parts)
{
    const BlMakeForm *form = &history->convention->make;
    const BlMigration *newest = find_newest(history);
    BlMigration *gone = find_newer(history, newest, squashed);
    newest = gone != NULL ? gone : newest;
    gboolean alone =
        form->alone != NULL && newest != NULL && !g_str_has_suffix(newest->script, ".up.sql");
    const char *up_form = alone ? form->alone : form->up;
    g_autofree char *number = next_number(history, newest, up_form, parts);
    GPtrArray *files = g_ptr_array_new_with_free_func(made_free);
    g_autofree char *with_up =
        replace_word(form->text != NULL ? form->text : "{up}", "{up}", parts->up);
    g_autofree char *text = replace_word(with_up, "{down}", parts->down);
    add_file(files, fill_path(up_form, newest, number, parts->name), text);
    if (form->down != NULL && !alone)
        add_file(files, fill_path(form->down, newest, number, parts->name), parts->down);
    bl_migration_free(gone);
    return files;
}
