/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

void
pg_close(BlSession *base)
{
    (void)base;
}

gboolean
pg_execute(BlSession *base, const char *sql, gint64 *rows, GError **error)
{
    (void)base;
    (void)sql;
    (void)rows;
    (void)error;
    return FALSE;
}

gboolean
pg_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error)
{
    (void)base;
    (void)sql;
    (void)fn;
    (void)data;
    (void)error;
    return FALSE;
}

gboolean
pg_begin(BlSession *base, BlTxMode mode, GError **error)
{
    (void)base;
    (void)mode;
    (void)error;
    return FALSE;
}

gboolean
pg_commit(BlSession *base, GError **error)
{
    (void)base;
    (void)error;
    return FALSE;
}

void
pg_rollback(BlSession *base)
{
    (void)base;
}

gboolean
pg_in_transaction(BlSession *base)
{
    (void)base;
    return FALSE;
}

gboolean
pg_reset_settings(BlSession *base, GError **error)
{
    (void)base;
    (void)error;
    return FALSE;
}

gboolean
pg_run(PgSession *session, const char *sql, GError **error)
{
    (void)session;
    (void)sql;
    (void)error;
    return FALSE;
}

gboolean
pg_run_all(PgSession *session, const char *sql, PgResultFn fn, void *data, GError **error)
{
    (void)session;
    (void)sql;
    (void)fn;
    (void)data;
    (void)error;
    return FALSE;
}

PGresult *
pg_select(PgSession *session, const char *sql, GError **error)
{
    (void)session;
    (void)sql;
    (void)error;
    return NULL;
}

char *
pg_select_text(PgSession *session, const char *sql, GError **error)
{
    (void)session;
    (void)sql;
    (void)error;
    return NULL;
}

PGresult *
pg_next_result(PgSession *session, GError **error)
{
    (void)session;
    (void)error;
    return NULL;
}

void
pg_report_statement(const PgSession *session, const char *sql, gint64 started)
{
    (void)session;
    (void)sql;
    (void)started;
}
