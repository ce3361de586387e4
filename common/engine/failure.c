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

gboolean
bl_fail_clone(const char *name, const char *hint, const char *why, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, hint, "cannot make database \"%s\": %s", name, why);
    return FALSE;
}

gboolean
bl_fail_clone_place(const char *name, BlCloneObstacle obstacle, const char *remove, GError **error)
{
    static const struct {
        const char *why;
        gboolean removes; /* the hint begins with @remove */
        const char *hint;
    } obstacles[] = {
        [BL_CLONE_ITSELF] = { "it is the database itself", FALSE, "give the copy another name" },
        [BL_CLONE_THERE] = { "it is there already", TRUE,
                             " it, or replace a copy of ours with --recreate" },
        [BL_CLONE_NOT_OURS] = { "what is there is no copy of ours", TRUE,
                                " it yourself, or choose another name" },
        [BL_CLONE_USED] = { "it is in use", FALSE, "end the programs that use it" },
    };
    g_autofree char *hint =
        g_strconcat(obstacles[obstacle].removes ? remove : "", obstacles[obstacle].hint, NULL);
    return bl_fail_clone(name, hint, obstacles[obstacle].why, error);
}
