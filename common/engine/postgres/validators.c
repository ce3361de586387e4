/* SPDX-License-Identifier: MIT */
/*
 * Options of foreign-data wrappers, servers and foreign tables may be older than the validator that
 * judges them, or than its rules: what stands in the catalogs cannot be said again then. So the
 * validators are asked, all at once, and one by one when something is refused.
 */
#include "common/base/error.h"
#include "common/engine/postgres/reader.h"

#include <string.h>

#define SAVEPOINT "baseline_options"

/* A call of a validator. */
typedef struct {
    guint64 key; /* of the entry whose options they are */
    char *sql;
} Check;

void
pg_check_free(gpointer data)
{
    Check *check = data;
    g_free(check->sql);
    g_free(check);
}

#define OF_TABLE                                                                                   \
    " JOIN pg_foreign_table t ON t.ftrelid = c.oid JOIN pg_foreign_server s ON s.oid = t.ftserver"

static const char options_sql[] =
    "SELECT x.class, x.oid, format('SELECT %s(%L::text[], %s)', f.fdwvalidator::regproc, "
    "coalesce(x.options, '{}'), x.judged) FROM (SELECT 'pg_foreign_data_wrapper'::regclass::oid, oid, "
    "'pg_foreign_data_wrapper'::regclass::oid, oid, fdwoptions FROM pg_foreign_data_wrapper UNION ALL "
    "SELECT 'pg_foreign_server'::regclass, oid, 'pg_foreign_server'::regclass, srvfdw, srvoptions FROM "
    "pg_foreign_server UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_foreign_table'::regclass, "
    "s.srvfdw, t.ftoptions FROM pg_class c" OF_TABLE
    " UNION ALL SELECT 'pg_class'::regclass, c.oid, "
    "'pg_attribute'::regclass, s.srvfdw, a.attfdwoptions FROM pg_class c" OF_TABLE
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attfdwoptions IS NOT NULL AND NOT "
    "a.attisdropped) x (class, oid, judged, wrapper, options) JOIN pg_foreign_data_wrapper f ON f.oid = "
    "x.wrapper WHERE f.fdwvalidator <> 0";
#undef OF_TABLE

static gboolean
add_check(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Check *check = g_new0(Check, 1);
    check->key = pg_key(pg_oid(result, row, 0), pg_oid(result, row, 1));
    check->sql = g_strdup(pg_text(result, row, 2));
    g_ptr_array_add(reader->checks, check);
    return TRUE;
}

static const PgQuery queries[] = {
    { "options of foreign data", options_sql, 0, 0, add_check },
};

const PgSection pg_section_validators = { queries, G_N_ELEMENTS(queries), NULL };

/* What the one who dumps may not do (file_fdw), the one who loads may. */
static gboolean
is_refusal(const GError *why)
{
    const BlErrorInfo *info = bl_error_info(why);
    const char *state = info != NULL && info->sqlstate != NULL ? info->sqlstate : "";
    return g_str_has_prefix(state, "HV") || g_str_has_prefix(state, "22") ||
           strcmp(state, "42601") == 0;
}

/* @param refused BlObject -> why, owned */
static gboolean
ask_one(PgReader *reader, const Check *check, GHashTable *refused, GError **error)
{
    const PgEntry *entry = g_hash_table_lookup(reader->entries, &check->key);
    g_autoptr(GError) why = NULL;
    if (entry == NULL || pg_run(reader->session, check->sql, &why))
        return TRUE;
    if (!g_error_matches(why, BL_ERROR, BL_ERROR_SQL)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    char *text =
        g_strdup_printf("the validator of its wrapper refuses its options: %s", why->message);
    if (is_refusal(why))
        g_hash_table_insert(refused, entry->object, text);
    else
        g_free(text);
    return pg_run(reader->session, "ROLLBACK TO SAVEPOINT " SAVEPOINT, error);
}

static gboolean
ask_all(PgReader *reader, GHashTable *refused, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SAVEPOINT " SAVEPOINT ";\n");
    for (guint i = 0; i < reader->checks->len; i++) {
        const Check *check = g_ptr_array_index(reader->checks, i);
        g_string_append_printf(sql, "%s;\n", check->sql);
    }
    g_string_append(sql, "RELEASE SAVEPOINT " SAVEPOINT);
    g_autoptr(GError) why = NULL;
    if (pg_run(reader->session, sql->str, &why))
        return TRUE;
    if (!g_error_matches(why, BL_ERROR, BL_ERROR_SQL)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (!pg_run(reader->session, "ROLLBACK TO SAVEPOINT " SAVEPOINT, error))
        return FALSE;
    for (guint i = 0; i < reader->checks->len; i++) {
        if (!ask_one(reader, g_ptr_array_index(reader->checks, i), refused, error))
            return FALSE;
    }
    return pg_run(reader->session, "RELEASE SAVEPOINT " SAVEPOINT, error);
}

static gboolean
refuse(PgReader *reader, const BlObject *object, const char *why, GError **error)
{
    g_autofree char *label = bl_object_label(object);
    return pg_unsupported(reader, label, why, error);
}

/* What needs what is left out is left out too. */
static gboolean
add_dependants(PgReader *reader, GHashTable *refused, GError **error)
{
    const GPtrArray *objects = reader->catalog->objects;
    for (gboolean grows = TRUE; grows;) {
        grows = FALSE;
        for (guint i = 0; i < objects->len; i++) {
            BlObject *object = g_ptr_array_index(objects, i);
            for (guint j = 0; j < object->depends->len; j++) {
                const BlObject *other = g_ptr_array_index(object->depends, j);
                if (!g_hash_table_contains(refused, other) ||
                    g_hash_table_contains(refused, object))
                    continue;
                g_autofree char *label = bl_object_label(other);
                char *why = g_strdup_printf("it needs %s", label);
                g_hash_table_insert(refused, object, why);
                grows = TRUE;
                if (!refuse(reader, object, why, error))
                    return FALSE;
            }
        }
    }
    return TRUE;
}

static gboolean
is_refused(const BlObject *object, void *data)
{
    return g_hash_table_contains(data, object);
}

gboolean
pg_ask_validators(PgReader *reader, GError **error)
{
    if (reader->checks->len == 0)
        return TRUE;
    g_autoptr(GHashTable) refused = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (!ask_all(reader, refused, error))
        return FALSE;
    /* In the order of the names. */
    for (guint i = 0; g_hash_table_size(refused) > 0 && i < reader->catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(reader->catalog->objects, i);
        const char *why = g_hash_table_lookup(refused, object);
        if (why != NULL && !refuse(reader, object, why, error))
            return FALSE;
    }
    if (!add_dependants(reader, refused, error))
        return FALSE;
    bl_catalog_remove(reader->catalog, is_refused, refused);
    return TRUE;
}
