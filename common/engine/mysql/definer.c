/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

char *
my_without_definer(const char *sql, char **definer)
{
    (void)sql;
    (void)definer;
    return NULL;
}

void
my_note_definer(MyReader *reader, const char *definer)
{
    (void)reader;
    (void)definer;
}

void
my_note_object(MyReader *reader, const char *key, const char *kind, const char *name)
{
    (void)reader;
    (void)key;
    (void)kind;
    (void)name;
}
