/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

gboolean
my_clone(BlSession *base,
         const char *name,
         guint number,
         const char *mark,
         gboolean recreate,
         char **made,
         GError **error)
{
    (void)base;
    (void)name;
    (void)number;
    (void)mark;
    (void)recreate;
    (void)made;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_check_clone(BlSession *base,
               const char *name,
               guint number,
               gboolean recreate,
               char **place,
               GError **error)
{
    (void)base;
    (void)name;
    (void)number;
    (void)recreate;
    (void)place;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

void
my_discard(BlSession *base)
{
    (void)base;
}
