/* SPDX-License-Identifier: MIT */
#include "common/engine/failure.h"

#include "common/base/error.h"

/* Bytes of a line that a message shows. */
#define SHOWN_BYTES 60

char *
bl_one_line(const char *text)
{
    char *line = g_utf8_make_valid(text, -1);
    g_strchomp(line);
    char *out = line;
    for (const char *p = line; *p != '\0'; p++) {
        gboolean is_control = g_ascii_iscntrl(*p);
        if (!is_control || (out > line && out[-1] != ' '))
            *out++ = is_control ? ' ' : *p;
    }
    *out = '\0';
    return line;
}

gboolean
bl_fail_commit(GError *why, GError **error)
{
    bl_error_set(
        error, BL_ERROR_CONNECT,
        "look whether it took effect before you run it again (migrate status)",
        "the connection was lost during COMMIT: whether the transaction took effect is not "
        "known");
    if (error != NULL)
        bl_error_set_detail(*error, "%s", why->message);
    g_error_free(why);
    return FALSE;
}

gboolean
bl_fail_item(const char *script, const BlItem *item, GError *why, GError **error)
{
    if (why == NULL) {
        g_autofree char *text = g_strndup(item->text, MIN(item->len, SHOWN_BYTES));
        g_autofree char *line = bl_one_line(text);
        bl_error_set(&why, BL_ERROR_CONFLICT, "take the line out; only SQL is run",
                     "\"%s\" is a command of a client program", line);
    }
    bl_error_set_position(why, script, item->line, item->column);
    g_propagate_error(error, why);
    return FALSE;
}
