/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

GPtrArray *
my_list_objects(BlSession *base, const BlFilter *filter, GError **error)
{
    (void)base;
    (void)filter;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}

GPtrArray *
my_drop_statements(BlSession *base, const BlFilter *filter, GError **error)
{
    (void)base;
    (void)filter;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}
