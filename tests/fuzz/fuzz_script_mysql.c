/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/script_law.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const char *broken = law_check(&bl_dialect_mysql, (const char *)data, size);

    if (broken != NULL) {
        (void)fprintf(stderr, "%s\n", broken);
        abort();
    }
    return 0;
}
