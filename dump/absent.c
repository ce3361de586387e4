/* SPDX-License-Identifier: MIT */
#include "dump/absent.h"

#include "common/sql/lexer.h"

#include <string.h>

/* Walks the tokens of one statement that count. */
typedef struct {
    const BlDialect *dialect;
    const char *sql;
    gsize len, pos;
    BlLexState state;
    BlToken token;
} Walk;

static Walk
walk_start(const BlCatalog *catalog, const char *sql)
{
    return (Walk){ .dialect = catalog->dialect, .sql = sql, .len = strlen(sql) };
}

static gboolean
walk_next(Walk *walk)
{
    do {
        if (bl_lex(walk->dialect, &walk->state, walk->sql, walk->len, walk->pos, TRUE,
                   &walk->token) == BL_TOKEN_END)
            return FALSE;
        walk->pos = walk->token.start + walk->token.len;
    } while (bl_token_is_filler(walk->token.kind));
    return TRUE;
}

static gboolean
is_name(const BlToken *token)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER;
}

/* The names of what is left out, without the arguments of functions, as keys. */
static GHashTable *
find_excluded(BlSession *session, const BlFilter *filter, GError **error)
{
    BlFilter all = { .schemas = filter->schemas, .ignore = filter->ignore };
    g_autoptr(GPtrArray) objects = session->engine->list_objects(session, &all, error);
    if (objects == NULL)
        return NULL;
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        g_autofree char *bare = g_strndup(object->name, strcspn(object->name, "("));
        if (object->parent == NULL &&
            !(bl_filter_accepts(filter, object->schema, object->name, NULL) &&
              bl_filter_accepts(filter, object->schema, bare, NULL)))
            g_hash_table_add(names, g_steal_pointer(&bare));
    }
    return names;
}

/* A name, or one behind a dot in a text: nextval('schema.name'). @return g_free(); NULL: none */
static char *
name_of_token(const Walk *walk)
{
    if (is_name(&walk->token))
        return bl_token_name(&walk->token, walk->sql);
    if (walk->token.kind != BL_TOKEN_STRING)
        return NULL;
    g_autofree char *text = bl_token_name(&walk->token, walk->sql);
    char *dot = strrchr(text, '.');
    return dot != NULL ? g_strdup(g_strdelimit(dot + 1, "\"`", ' ')) : NULL;
}

static void
warn_of_names(const BlCatalog *catalog,
              const BlObject *object,
              GHashTable *names,
              const BlReporter *reporter)
{
    g_autofree char *label = bl_object_label(object);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < object->statements->len; i++) {
        Walk walk = walk_start(catalog, g_ptr_array_index(object->statements, i));
        while (walk_next(&walk)) {
            g_autofree char *name = name_of_token(&walk);
            if (name == NULL || !g_hash_table_contains(names, g_strstrip(name)) ||
                g_hash_table_contains(told, name))
                continue;
            bl_report_text(reporter, BL_EVENT_WARNING,
                           "%s names \"%s\", which is left out: where that is missing, the "
                           "snapshot may not load",
                           label, name);
            g_hash_table_add(told, g_steal_pointer(&name));
        }
    }
}

gboolean
bl_absent_objects(BlSession *session,
                  const BlCatalog *catalog,
                  const BlFilter *filter,
                  const BlReporter *reporter,
                  GError **error)
{
    if (filter->exclude == NULL || filter->exclude[0] == NULL)
        return TRUE;
    g_autoptr(GHashTable) names = find_excluded(session, filter, error);
    if (names == NULL)
        return FALSE;
    for (guint i = 0; i < catalog->objects->len && g_hash_table_size(names) > 0; i++)
        warn_of_names(catalog, g_ptr_array_index(catalog->objects, i), names, reporter);
    return TRUE;
}

static gboolean
is_carried(const GPtrArray *tables, const char *name)
{
    for (guint i = 0; i < tables->len; i++) {
        const BlObject *table = g_ptr_array_index(tables, i);
        if (g_ascii_strcasecmp(table->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* REFERENCES schema.name: the last name counts. */
static void
warn_of_parents(const BlCatalog *catalog,
                const BlObject *object,
                const char *child,
                const GPtrArray *tables,
                const BlReporter *reporter)
{
    for (guint i = 0; i < object->statements->len; i++) {
        Walk walk = walk_start(catalog, g_ptr_array_index(object->statements, i));
        gboolean more = walk_next(&walk);
        while (more) {
            gboolean refers = bl_token_is_word(&walk.token, walk.sql, "REFERENCES");
            g_autofree char *parent = NULL;
            while ((more = walk_next(&walk)) && refers &&
                   (is_name(&walk.token) || walk.sql[walk.token.start] == '.')) {
                if (!is_name(&walk.token))
                    continue;
                /* A name without a dot before it is the next clause. */
                if (parent != NULL && walk.sql[walk.token.start - 1] != '.')
                    break;
                g_free(parent);
                parent = bl_token_name(&walk.token, walk.sql);
            }
            if (parent != NULL && !is_carried(tables, parent)) {
                bl_report_text(reporter, BL_EVENT_WARNING,
                               "rows of \"%s\" refer to \"%s\", whose rows are not carried: see "
                               "--data",
                               child, parent);
            }
        }
    }
}

void
bl_absent_rows(const BlCatalog *catalog, const GPtrArray *tables, const BlReporter *reporter)
{
    for (guint i = 0; i < tables->len; i++) {
        const BlObject *table = g_ptr_array_index(tables, i);
        warn_of_parents(catalog, table, table->name, tables, reporter);
        /* Where a foreign key is an object of its own. */
        for (guint j = 0; j < catalog->objects->len; j++) {
            const BlObject *object = g_ptr_array_index(catalog->objects, j);
            if (g_strcmp0(object->parent, table->name) == 0 &&
                g_strcmp0(object->schema, table->schema) == 0)
                warn_of_parents(catalog, object, table->name, tables, reporter);
        }
    }
}
