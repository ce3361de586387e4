/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

BlCatalog *
pg_introspect(BlSession *base,
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
    return NULL;
}
