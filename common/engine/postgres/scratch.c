/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

gboolean
pg_clone(BlSession *base,
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
    return FALSE;
}

gboolean
pg_check_clone(BlSession *base,
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
    return FALSE;
}

void
pg_discard(BlSession *base)
{
    (void)base;
}
