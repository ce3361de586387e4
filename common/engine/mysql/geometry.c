/* SPDX-License-Identifier: MIT */
/*
 * REF_SYSTEM_ID of geometry columns, which MariaDB (10.1 and newer) keeps, but does not write into
 * SHOW CREATE TABLE: only information_schema.GEOMETRY_COLUMNS has it, as SRID, with the column's
 * name as G_GEOMETRY_COLUMN. MySQL writes SRID by itself.
 */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

#define FIRST_VERSION 100100

static const char *const types[] = { "geometry",           "point",
                                     "linestring",         "polygon",
                                     "multipoint",         "multilinestring",
                                     "multipolygon",       "geomcollection",
                                     "geometrycollection", NULL };

typedef struct {
    GHashTable *ids; /* name of a column -> its REF_SYSTEM_ID, both char * */
    GString *out;
    gsize copied; /* bytes of the text that are in @out */
} Writing;

gboolean
my_may_have_geometry(const MySession *session, const char *sql)
{
    static const char *const words[] = { " geom", " point", " linestring", " polygon", " multi" };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(sql, words[i]) != NULL)
            return session->is_mariadb && session->version >= FIRST_VERSION;
    }
    return FALSE;
}

static gboolean
take_id(const MyRow *row, void *data, GError **error)
{
    (void)error;
    if (row->n == 2 && row->values[0] != NULL && row->values[1] != NULL)
        g_hash_table_insert(data, g_strdup(row->values[0]), g_strdup(row->values[1]));
    return TRUE;
}

/* It belongs right behind the type. */
static void
write_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    Writing *writing = data;
    (void)end;
    if (!my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER) || !my_token_is_any(tokens, i + 1, types))
        return;
    g_autofree char *column = bl_token_name(my_token(tokens, i), tokens->sql);
    const char *id = g_hash_table_lookup(writing->ids, column);
    if (id == NULL)
        return;
    gsize behind = my_token_end(tokens, i + 1);
    g_string_append_len(writing->out, tokens->sql + writing->copied,
                        (gssize)(behind - writing->copied));
    g_string_append_printf(writing->out, " REF_SYSTEM_ID=%s", id);
    writing->copied = behind;
}

gboolean
my_write_reference_systems(MySession *session, const char *table, char **sql, GError **error)
{
    if (!my_may_have_geometry(session, *sql))
        return TRUE;
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *literal = my_literal(table);
    g_autofree char *query = g_strdup_printf(
        "SELECT G_GEOMETRY_COLUMN, SRID FROM information_schema.GEOMETRY_COLUMNS WHERE "
        "F_TABLE_SCHEMA = DATABASE() AND F_TABLE_NAME = %s "
        "AND CAST(F_TABLE_NAME AS BINARY) = CAST(%s AS BINARY) AND SRID <> 0",
        literal, literal);
    if (!my_run_all(session, query, take_id, ids, NULL, error))
        return FALSE;
    if (g_hash_table_size(ids) == 0)
        return TRUE;
    g_auto(MyTokens) tokens = { 0 };
    guint open = 0;
    guint close = 0;
    my_tokens_init(&tokens, *sql, NULL);
    Writing writing = { .ids = ids, .out = g_string_new(NULL) };
    my_each_definition(&tokens, write_definition, &writing, &open, &close);
    g_string_append(writing.out, *sql + writing.copied);
    my_tokens_clear(&tokens);
    g_free(*sql);
    *sql = g_string_free(writing.out, FALSE);
    return TRUE;
}
