/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

BlSession *
my_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    (void)url;
    (void)options;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}

MySession *
my_open_other(const MySession *session, const char *database, GError **error)
{
    (void)session;
    (void)database;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}
