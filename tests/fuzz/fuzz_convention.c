/* SPDX-License-Identifier: MIT */
/*
 * The text of a migration, cut by any convention. The first two bytes choose convention and
 * dialect. Law: a part that is there and has no problem is a piece of the text, and each place of
 * a directive lies in it.
 */
#include "squash/convention.h"
#include "squash/directive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const BlDialect *const dialects[] = {
    &bl_dialect_sqlite,
    &bl_dialect_postgres,
    &bl_dialect_mysql,
};

static const char *
find_variable(const char *name, const void *data)
{
    (void)data;
    return name[0] == 'A' ? "value" : NULL;
}

static void
obey(gboolean is_law, const char *law)
{
    if (!is_law) {
        (void)fprintf(stderr, "%s\n", law);
        abort();
    }
}

static void
check_section(const BlSection *section, const char *text, gsize len)
{
    if (!section->present || section->text == NULL)
        return;
    obey(section->offset + section->len <= len, "a part ends behind its file");
    obey(memcmp(section->text, text + section->offset, section->len) == 0,
         "a part is not what the file has there");
    guint line = 1;
    for (gsize i = 0; i < section->offset; i++)
        line += text[i] == '\n';
    obey(line == section->line, "a part begins in another line");
}

static void
check_directives(BlSection *section, const BlDialect *dialect)
{
    g_autoptr(GError) problem = NULL;
    bl_directive_read(section, BL_FILE_UP, dialect, "f.sql", &problem);
    for (guint i = 0; section->repeats != NULL && i < section->repeats->len; i++) {
        guint64 place = g_array_index(section->repeats, guint64, i);
        obey(place >= section->offset && place < section->offset + section->len,
             "a directive lies outside its part");
    }
}

static void
expand(const BlConvention *convention, const BlMigration *migration, const BlSection *section)
{
    static const char *const placeholders[] = { "a", "1", "b", "${a}", NULL };
    const BlValues values = { .placeholders = placeholders, .variable = find_variable };
    g_autoptr(GError) problem = NULL;
    if (convention->expand == NULL || section->text == NULL || migration->problem != NULL)
        return;
    g_autofree char *text = convention->expand(migration, section, &values, &problem);
    obey((text == NULL) == (problem != NULL), "no text and no reason");
}

static void
cut(const BlConvention *convention, const BlDialect *dialect, const char *text, gsize len)
{
    g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
    migration->label = g_strdup("f.sql");
    migration->script = g_strdup("f.sql");
    if (convention->split != NULL)
        convention->split(migration, BL_FILE_UP, dialect, text, len);
    else
        bl_section_fill(migration, BL_FILE_UP, dialect, text, len);
    if (convention->settings != NULL)
        convention->settings(migration, "f.conf", text, len);
    check_section(&migration->up, text, len);
    check_section(&migration->down, text, len);
    check_directives(&migration->up, dialect);
    check_directives(&migration->down, dialect);
    expand(convention, migration, &migration->up);
    expand(convention, migration, &migration->down);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    guint n = 0;
    while (bl_conventions[n] != NULL)
        n++;
    if (size < 2)
        return 0;
    /* With a NUL behind it, as files are read. */
    g_autofree char *text = g_malloc(size - 1);
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    cut(bl_conventions[data[0] % n], dialects[data[1] % G_N_ELEMENTS(dialects)], text, size - 2);
    return 0;
}
