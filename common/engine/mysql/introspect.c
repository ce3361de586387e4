/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

BlCatalog *
my_introspect(BlSession *base,
              const BlFilter *filter,
              const char *const *omit,
              BlIntrospectOptions *options,
              GError **error)
{
    (void)base;
    (void)filter;
    (void)omit;
    (void)options;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}

gboolean
my_unsupported(
    MyReader *reader, const char *kind, const char *name, const char *why, GError **error)
{
    (void)reader;
    (void)kind;
    (void)name;
    (void)why;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}
