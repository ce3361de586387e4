/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

void
pg_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)catalog;
    (void)frame;
    (void)head;
    (void)tail;
}
