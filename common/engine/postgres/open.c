/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

BlSession *
pg_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    (void)url;
    (void)options;
    (void)error;
    return NULL;
}

PgSession *
pg_open_other(const PgSession *session, const char *database, GError **error)
{
    (void)session;
    (void)database;
    (void)error;
    return NULL;
}
