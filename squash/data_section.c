/* SPDX-License-Identifier: MIT */
#include "squash/data_section.h"

#include "common/base/stream.h"
#include "common/sql/script.h"

#include <string.h>

/* @return the word behind "-- migrate:" at the beginning of @line; NULL: it is no marker */
static const char *
marker_of(const char *line)
{
    line += strspn(line, " \t");
    if (!g_str_has_prefix(line, "--"))
        return NULL;
    line += 2;
    line += strspn(line, " \t");
    return g_str_has_prefix(line, "migrate:") ? line + strlen("migrate:") : NULL;
}

static gboolean
is_word(const char *text, const char *word)
{
    gsize len = strlen(word);
    return text != NULL && strncmp(text, word, len) == 0 && !g_ascii_isalnum(text[len]);
}

/* The last marker of what stands between two statements counts. */
static gboolean
follow_markers(const char *section, gsize start, gsize end, gboolean is_data)
{
    g_autofree char *text = g_strndup(section + start, end - start);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    /* A marker starts its line. */
    gboolean is_line = start == 0 || section[start - 1] == '\n';
    for (gsize i = is_line ? 0 : 1; lines[0] != NULL && lines[i] != NULL; i++) {
        const char *marker = marker_of(lines[i]);
        if (is_word(marker, "data"))
            is_data = TRUE;
        else if (is_word(marker, "schema"))
            is_data = FALSE;
    }
    return is_data;
}

GArray *
bl_data_section_mark(const BlDialect *dialect, const BlSection *section, GError **error)
{
    g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(gboolean));
    const char *text = section->text != NULL ? section->text : "";
    g_autoptr(BlReader) reader =
        bl_reader_new_memory(text, section->text != NULL ? section->len : 0);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    BlItem item;
    int more;
    gboolean is_data = FALSE;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        if (item.kind != BL_ITEM_STATEMENT)
            continue;
        is_data = follow_markers(text, (gsize)item.lead, (gsize)item.offset, is_data);
        g_array_append_val(marks, is_data);
    }
    return more == 0 ? g_steal_pointer(&marks) : NULL;
}

guint
bl_data_section_count(const BlDialect *dialect, const BlSection *section)
{
    guint n = 0;
    g_autoptr(GArray) marks = bl_data_section_mark(dialect, section, NULL);
    for (guint i = 0; marks != NULL && i < marks->len; i++)
        n += g_array_index(marks, gboolean, i) ? 1 : 0;
    return n;
}
