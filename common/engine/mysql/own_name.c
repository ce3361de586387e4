/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

char *
my_without_own_name(const char *sql, const char *database, gboolean *removed)
{
    (void)sql;
    (void)database;
    (void)removed;
    return NULL;
}

gboolean
my_body_has_own_name(const char *sql, const char *database)
{
    (void)sql;
    (void)database;
    return FALSE;
}

GPtrArray *
my_text_names(const char *sql, const char *database, GPtrArray *others)
{
    (void)sql;
    (void)database;
    (void)others;
    return NULL;
}
