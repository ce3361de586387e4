/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include <stdarg.h>

/* GLib keeps the private part of an extended error in front of the GError, rounded up to this. */
#define PRIVATE_ALIGNMENT (2 * sizeof(gsize))

static gsize
private_size(void)
{
    return (sizeof(BlErrorInfo) + (PRIVATE_ALIGNMENT - 1)) & ~(PRIVATE_ALIGNMENT - 1);
}

static BlErrorInfo *
private_part(GError *error)
{
    return (BlErrorInfo *)(gpointer)((guint8 *)error - private_size());
}

static const BlErrorInfo *
const_private_part(const GError *error)
{
    return (const BlErrorInfo *)(gconstpointer)((const guint8 *)error - private_size());
}

/* The setters' view: NULL where there is nothing to set. */
static BlErrorInfo *
mutable_info(GError *error)
{
    return error != NULL && error->domain == BL_ERROR ? private_part(error) : NULL;
}

static void
init_info(GError *error)
{
    *private_part(error) = (BlErrorInfo){ 0 };
}

static void
copy_info(const GError *source, GError *target)
{
    const BlErrorInfo *from = const_private_part(source);
    BlErrorInfo *to = private_part(target);

    to->file = g_strdup(from->file);
    to->line = from->line;
    to->column = from->column;
    to->object = g_strdup(from->object);
    to->sqlstate = g_strdup(from->sqlstate);
    to->detail = g_strdup(from->detail);
    to->hint = g_strdup(from->hint);
}

static void
clear_info(GError *error)
{
    BlErrorInfo *info = private_part(error);

    g_free(info->file);
    g_free(info->object);
    g_free(info->sqlstate);
    g_free(info->detail);
    g_free(info->hint);
}

GQuark
bl_error_quark(void)
{
    static gsize quark = 0;

    if (g_once_init_enter(&quark)) {
        GQuark made = g_error_domain_register_static("bl-error", sizeof(BlErrorInfo), init_info,
                                                     copy_info, clear_info);
        g_once_init_leave(&quark, made);
    }
    return (GQuark)quark;
}

const BlErrorInfo *
bl_error_info(const GError *error)
{
    return error != NULL && error->domain == BL_ERROR ? const_private_part(error) : NULL;
}

void
bl_error_set_position(GError *error, const char *file, guint line, guint column)
{
    BlErrorInfo *info = mutable_info(error);

    if (info == NULL || info->file != NULL || info->line != 0)
        return;
    info->file = g_strdup(file);
    info->line = line;
    info->column = column;
}

static void
set_text_once(char **field, const char *text)
{
    if (*field == NULL)
        *field = g_strdup(text);
}

void
bl_error_set_hint(GError *error, const char *format, ...)
{
    BlErrorInfo *info = mutable_info(error);
    va_list args;

    if (info == NULL || info->hint != NULL)
        return;
    va_start(args, format);
    info->hint = g_strdup_vprintf(format, args);
    va_end(args);
}

void
bl_error_set_detail(GError *error, const char *format, ...)
{
    BlErrorInfo *info = mutable_info(error);
    va_list args;

    if (info == NULL || info->detail != NULL)
        return;
    va_start(args, format);
    info->detail = g_strdup_vprintf(format, args);
    va_end(args);
}

void
bl_error_set_sqlstate(GError *error, const char *sqlstate)
{
    BlErrorInfo *info = mutable_info(error);

    if (info != NULL)
        set_text_once(&info->sqlstate, sqlstate);
}

void
bl_error_set_object(GError *error, const char *object)
{
    BlErrorInfo *info = mutable_info(error);

    if (info != NULL)
        set_text_once(&info->object, object);
}

void
bl_error_set(GError **error, BlErrorCode code, const char *hint, const char *format, ...)
{
    va_list args;

    if (error == NULL)
        return;
    va_start(args, format);
    g_autoptr(GError) made = g_error_new_valist(BL_ERROR, (gint)code, format, args);
    va_end(args);
    if (hint != NULL)
        bl_error_set_hint(made, "%s", hint);
    g_propagate_error(error, g_steal_pointer(&made));
}

/* A message is one line of valid UTF-8; a path may be any bytes. */
static char *
display_path(const char *path)
{
    g_autofree char *valid = g_utf8_make_valid(path, -1);
    g_autoptr(GString) text = g_string_new(NULL);

    for (const char *p = valid; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            g_string_append_printf(text, "\\x%02X", (guint)(guchar)*p);
        else
            g_string_append_c(text, *p);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* strerror's texts start with a capital; names such as "RFS specific error" keep theirs. */
static char *
reason_text(int errnum)
{
    char *text = g_strdup(g_strerror(errnum));

    if (g_ascii_isupper(text[0]) && !g_ascii_isupper(text[1]))
        text[0] = g_ascii_tolower(text[0]);
    return text;
}

void
bl_error_set_errno(GError **error, const char *verb, const char *path, int errnum)
{
    g_autofree char *reason = reason_text(errnum);
    g_autofree char *shown = path != NULL ? display_path(path) : NULL;

    if (shown != NULL)
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot %s \"%s\": %s", verb, shown, reason);
    else
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot %s: %s", verb, reason);
}

int
bl_error_exit_code(const GError *error)
{
    if (error == NULL)
        return 0;
    return error->domain == BL_ERROR ? error->code : (int)BL_ERROR_INTERNAL;
}
