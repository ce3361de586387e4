/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

void
my_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)catalog;
    (void)frame;
    (void)head;
    (void)tail;
}
