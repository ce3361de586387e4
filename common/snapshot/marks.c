/* SPDX-License-Identifier: MIT */
#include "common/snapshot/marks.h"

#include "common/base/error.h"
#include "common/snapshot/pair.h"

#include <string.h>

/* In their order; git puts a name behind the first and the last. */
static const char *const marks[] = { "<<<<<<< ", "=======", ">>>>>>> " };

guint
bl_marks_find(const char *text, gsize len)
{
    const char *end = text + len;
    guint line = 1;
    guint first = 0;
    guint next = 0;
    for (const char *at = text; at < end; line++) {
        gsize size = strlen(marks[next]);
        if ((gsize)(end - at) >= size && memcmp(at, marks[next], size) == 0) {
            first = next == 0 ? line : first;
            if (++next == G_N_ELEMENTS(marks))
                return first;
        }
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        at = newline != NULL ? newline + 1 : end;
    }
    return 0;
}

guint
bl_marks_find_in(const char *sql_path)
{
    gsize len = 0;
    g_autofree char *text = bl_pair_read_sql(sql_path, &len, NULL, NULL);
    return text != NULL ? bl_marks_find(text, len) : 0;
}

void
bl_marks_refuse(const char *label, guint line, GError **error)
{
    GError *found = NULL;
    bl_error_set(
        &found, BL_ERROR_CONFLICT,
        "resolve them, or take both files of one side (git checkout --ours or --theirs), "
        "then: migrate rebuild; or dump a database that ran the files of both: schema-dump",
        "the snapshot holds the conflict marks of a merge");
    bl_error_set_position(found, label, line, 1);
    g_propagate_error(error, found);
}
