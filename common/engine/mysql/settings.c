/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

void
my_add_with_settings(MyReader *reader,
                     BlObject *object,
                     const MySettings *settings,
                     const char *sql)
{
    (void)reader;
    (void)object;
    (void)settings;
    (void)sql;
}
