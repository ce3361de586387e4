/* SPDX-License-Identifier: MIT */
/*
 * Whether this server can read a statement that another kind of server wrote: nobody knows better
 * than the server itself. It parses what is prepared, and makes nothing.
 */
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/features.h"

#include <string.h>

/* How much of the place is shown, in bytes. */
#define SHOWN 60

/* What is wrong with the text whatever there is in the database: syntax, a usage that is not
 * supported, functions that may not stand there, types. That a table is missing is no surprise
 * before anything is made. */
static const guint about_text[] = { 1064, 1149, 1221, 1235, 1901, 4161 };

/* What the server says behind "near", or all of it. @return g_free() */
static char *
describe(const char *message)
{
    static const char before[] = "near '";
    const char *near = strstr(message, before);
    const char *text = near != NULL ? near + strlen(before) : message;
    gsize len = strlen(text);
    const char *end = near != NULL ? g_strrstr(text, "' at line ") : NULL;
    len = end != NULL ? (gsize)(end - text) : len;
    gsize shown = near != NULL ? MIN(len, SHOWN) : len;
    while (shown < len && ((guchar)text[shown] & 0xC0) == 0x80)
        shown++;
    g_autofree char *part = g_strndup(text, shown);
    g_autofree char *line = bl_one_line(part);
    return g_strconcat(line, shown < len ? "…" : "", NULL);
}

char *
my_try(MySession *session, const char *sql)
{
    const MyFeatures *features = session->features;
    g_autoptr(GString) prepare = g_string_new("SET SESSION sql_mode = ");
    my_append_literal(prepare, features->mode != NULL ? features->mode : MY_SQL_MODE, -1);
    g_string_append(prepare, ", @baseline_trial = ");
    my_append_literal(prepare, sql, -1);
    g_string_append(prepare, "; PREPARE baseline_trial FROM @baseline_trial; "
                             "DEALLOCATE PREPARE baseline_trial");
    g_autoptr(GError) why = NULL;
    if (prepare->len >= session->max_packet || !my_enter_reading(session, NULL))
        return NULL;
    gboolean ok = my_run(session, prepare->str, &why);
    g_autofree char *said = ok ? NULL : describe(my.mysql_error(session->conn));
    my_leave_reading(session);
    for (gsize i = 0; !ok && i < G_N_ELEMENTS(about_text); i++) {
        if (my_error_is(why, about_text[i]))
            return g_steal_pointer(&said);
    }
    return NULL;
}
