/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

GPtrArray *
pg_list_objects(BlSession *base, const BlFilter *filter, GError **error)
{
    (void)base;
    (void)filter;
    (void)error;
    return NULL;
}

GPtrArray *
pg_drop_statements(BlSession *base, const BlFilter *filter, GError **error)
{
    (void)base;
    (void)filter;
    (void)error;
    return NULL;
}
