/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

void
my_close(BlSession *base)
{
    (void)base;
}

gboolean
my_execute(BlSession *base, const char *sql, gint64 *rows, GError **error)
{
    (void)base;
    (void)sql;
    (void)rows;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error)
{
    (void)base;
    (void)sql;
    (void)fn;
    (void)data;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_begin(BlSession *base, BlTxMode mode, GError **error)
{
    (void)base;
    (void)mode;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_commit(BlSession *base, GError **error)
{
    (void)base;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

void
my_rollback(BlSession *base)
{
    (void)base;
}

gboolean
my_in_transaction(BlSession *base)
{
    (void)base;
    return FALSE;
}

gboolean
my_reset_settings(BlSession *base, GError **error)
{
    (void)base;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_run(MySession *session, const char *sql, GError **error)
{
    (void)session;
    (void)sql;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_run_all(
    MySession *session, const char *sql, MyRowFn fn, void *data, guint *n_out, GError **error)
{
    (void)session;
    (void)sql;
    (void)fn;
    (void)data;
    (void)n_out;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

char *
my_select_text(MySession *session, const char *sql, GError **error)
{
    (void)session;
    (void)sql;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return NULL;
}

void
my_run_anyway(MySession *session, const char *sql)
{
    (void)session;
    (void)sql;
}
