/* SPDX-License-Identifier: MIT */
#include "common/sql/dialect.h"

#include <string.h>

static const char *const postgres_suffixes[] = { "postgres", "postgresql", NULL };

const BlDialect bl_dialect_postgres = {
    .name = "postgres",
    .suffixes = postgres_suffixes,
    .escape_strings = TRUE,
    .dollar_quotes = TRUE,
    .nested_comments = TRUE,
    .copy_data = TRUE,
    .backslash_commands = TRUE,
    .paren_protects = TRUE,
    .free_operators = TRUE,
    .hints = TRUE,
    .body = BL_BODY_ATOMIC,
};

static const char *const mysql_suffixes[] = { "mysql", "mariadb", NULL };

const BlDialect bl_dialect_mysql = {
    .name = "mysql",
    .suffixes = mysql_suffixes,
    .backslash_escapes = TRUE,
    .double_quoted_strings = TRUE,
    .hash_comments = TRUE,
    .dash_needs_blank = TRUE,
    .executable_comments = TRUE,
    .backtick_identifiers = TRUE,
    .delimiter_lines = TRUE,
    .digit_identifiers = TRUE,
    .at_variables = TRUE,
    .hints = TRUE,
    .body = BL_BODY_COMPOUND,
};

static const char *const sqlite_suffixes[] = { "sqlite3", "sqlite", NULL };

const BlDialect bl_dialect_sqlite = {
    .name = "sqlite",
    .suffixes = sqlite_suffixes,
    .backtick_identifiers = TRUE,
    .bracket_identifiers = TRUE,
    .dot_commands = TRUE,
    .named_parameters = TRUE,
    .body = BL_BODY_TRIGGER,
};

static const BlDialect *const dialects[] = {
    &bl_dialect_postgres,
    &bl_dialect_mysql,
    &bl_dialect_sqlite,
};

const BlDialect *
bl_dialect_for_suffix(const char *suffix)
{
    for (gsize i = 0; i < G_N_ELEMENTS(dialects); i++) {
        for (gsize j = 0; dialects[i]->suffixes[j] != NULL; j++) {
            if (strcmp(dialects[i]->suffixes[j], suffix) == 0)
                return dialects[i];
        }
    }
    return NULL;
}

const BlDialect *
bl_dialect_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(dialects); i++) {
        if (strcmp(dialects[i]->name, name) == 0)
            return dialects[i];
    }
    return NULL;
}
