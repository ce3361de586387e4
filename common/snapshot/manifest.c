/* SPDX-License-Identifier: MIT */
#include "common/snapshot/manifest.h"

#include "common/base/error.h"

#include <jansson.h>

#include <string.h>

/* The end of the year 9999. */
#define LAST_SECOND G_GINT64_CONSTANT(253402300799)

void
bl_migration_digest_free(BlMigrationDigest *digest)
{
    if (digest == NULL)
        return;
    g_free(digest->raw);
    g_free(digest->token);
    g_free(digest);
}

static void
carried_table_free(gpointer data)
{
    BlCarriedTable *table = data;
    g_free(table->name);
    g_free(table);
}

gboolean
bl_known_migration_is_twin(const BlKnownMigration *file, const char *token)
{
    return file->foreign && token != NULL;
}

gboolean
bl_known_migration_differs(const BlKnownMigration *file, const char *raw, const char *token)
{
    if (bl_known_migration_is_twin(file, token))
        return FALSE;
    if (token != NULL && file->token_digest != NULL)
        return strcmp(token, file->token_digest) != 0;
    return raw != NULL && file->raw_digest != NULL && strcmp(raw, file->raw_digest) != 0;
}

BlManifest *
bl_manifest_new(void)
{
    BlManifest *manifest = g_new0(BlManifest, 1);
    manifest->squashed = g_ptr_array_new_with_free_func(g_free);
    manifest->names = g_hash_table_new(g_str_hash, g_str_equal);
    manifest->excluded = g_ptr_array_new_with_free_func(g_free);
    manifest->schemas = g_ptr_array_new_with_free_func(g_free);
    manifest->skipped = g_ptr_array_new_with_free_func(g_free);
    manifest->data = g_ptr_array_new_with_free_func(carried_table_free);
    manifest->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify)bl_migration_digest_free);
    manifest->rest = json_object();
    return manifest;
}

void
bl_manifest_free(BlManifest *manifest)
{
    if (manifest == NULL)
        return;
    char *const texts[] = { manifest->generated_at, manifest->connection,
                            manifest->dump_path,    manifest->ledger,
                            manifest->versions,     manifest->engine,
                            manifest->flavour,      manifest->lowest_version,
                            manifest->dump_digest,  manifest->schema_digest,
                            manifest->tool_table };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_hash_table_unref(manifest->names);
    g_ptr_array_unref(manifest->squashed);
    g_ptr_array_unref(manifest->excluded);
    g_ptr_array_unref(manifest->schemas);
    g_ptr_array_unref(manifest->skipped);
    g_ptr_array_unref(manifest->data);
    g_hash_table_unref(manifest->digests);
    json_decref(manifest->source);
    json_decref(manifest->rest);
    g_free(manifest);
}

char *
bl_manifest_path(const char *sql_path)
{
    static const char *const endings[] = { ".sql.gz", ".sql" };
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(sql_path, endings[i])) {
            gsize stem = strlen(sql_path) - strlen(endings[i]);
            return g_strdup_printf("%.*s.meta.json", (int)stem, sql_path);
        }
    }
    return g_strconcat(sql_path, ".meta.json", NULL);
}

const BlMigrationDigest *
bl_manifest_digest(const BlManifest *manifest, const char *name)
{
    return g_hash_table_lookup(manifest->digests, name);
}

void
bl_manifest_set_digest(BlManifest *manifest, const char *name, const char *raw, const char *token)
{
    BlMigrationDigest *digest = g_new0(BlMigrationDigest, 1);
    digest->raw = g_strdup(raw);
    digest->token = g_strdup(token);
    g_hash_table_replace(manifest->digests, g_strdup(name), digest);
}

void
bl_manifest_add_squashed(BlManifest *manifest, const char *name)
{
    char *copy = g_strdup(name);
    g_ptr_array_add(manifest->squashed, copy);
    g_hash_table_add(manifest->names, copy);
}

void
bl_manifest_add_data(BlManifest *manifest, const char *name, guint64 rows)
{
    BlCarriedTable *table = g_new0(BlCarriedTable, 1);
    table->name = g_strdup(name);
    table->rows = rows;
    g_ptr_array_add(manifest->data, table);
}

static int
order_facts(gconstpointer left, gconstpointer right)
{
    return strcmp((*(const BlFact *const *)left)->key, (*(const BlFact *const *)right)->key);
}

static int
order_texts(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* A copy that owns nothing. */
static GPtrArray *
copy_pointers(const GPtrArray *from)
{
    GPtrArray *copy = g_ptr_array_sized_new(from->len);
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(from, i));
    return copy;
}

static json_t *
json_text(const char *text)
{
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

static json_t *
json_fact(const BlFact *fact)
{
    if (!fact->is_list)
        return json_text(g_ptr_array_index(fact->values, 0));
    g_autoptr(GPtrArray) values = copy_pointers(fact->values);
    g_ptr_array_sort(values, order_texts);
    json_t *list = json_array();
    for (guint i = 0; i < values->len; i++)
        json_array_append_new(list, json_text(g_ptr_array_index(values, i)));
    return list;
}

void
bl_manifest_set_source(BlManifest *manifest, const BlCatalog *catalog)
{
    json_decref(manifest->source);
    manifest->source = NULL;
    if (catalog->facts->len == 0)
        return;
    g_autoptr(GPtrArray) facts = copy_pointers(catalog->facts);
    g_ptr_array_sort(facts, order_facts);
    manifest->source = json_object();
    for (guint i = 0; i < facts->len; i++) {
        const BlFact *fact = g_ptr_array_index(facts, i);
        json_object_set_new(manifest->source, fact->key, json_fact(fact));
    }
}

void
bl_manifest_keep_origin(BlManifest *manifest, const BlManifest *from)
{
    g_free(manifest->generated_at);
    manifest->generated_at = g_strdup(from->generated_at);
    json_decref(manifest->source);
    manifest->source = json_incref(from->source);
}

void
bl_manifest_take_over(BlManifest *manifest, const BlManifest *from)
{
    json_object_update(manifest->rest, from->rest);
    if (g_strcmp0(manifest->dump_digest, from->dump_digest) != 0)
        json_object_del(manifest->rest, "proof");
}

gboolean
bl_manifest_has(const BlManifest *manifest, const char *name)
{
    return g_hash_table_contains(manifest->names, name);
}

typedef struct {
    const char *key;
    const char *found;
    const char *wanted;
} Identity;

gboolean
bl_manifest_check_identity(const BlManifest *manifest,
                           const char *connection,
                           const char *engine,
                           const char *ledger,
                           const char *versions,
                           GError **error)
{
    const Identity members[] = {
        { "engine", manifest->engine, engine },
        { "connection", manifest->connection, connection },
        { "schemaTableName", manifest->ledger, ledger },
        { "schemaVersionsTableName", manifest->versions, versions },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        const Identity *member = &members[i];
        if (member->found == NULL || member->wanted == NULL ||
            strcmp(member->found, member->wanted) == 0)
            continue;
        g_autofree char *hint = g_strdup_printf(
            "be that connection (-c %s, also beside --url), share its snapshot (\"snapshot\": "
            "\"%s\" in the configuration), or name another file",
            manifest->connection != NULL ? manifest->connection : "NAME",
            manifest->connection != NULL ? manifest->connection : "NAME");
        bl_error_set(error, BL_ERROR_CONFLICT, hint,
                     "the snapshot belongs to another database: its \"%s\" is \"%s\", not \"%s\"",
                     member->key, member->found, member->wanted);
        return FALSE;
    }
    return TRUE;
}

/* @param micros out: since 1970; the clock's where nobody says another time */
static gboolean
read_epoch(gint64 *micros, GError **error)
{
    const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
    gint64 seconds = 0;
    *micros = g_get_real_time();
    if (epoch == NULL || epoch[0] == '\0')
        return TRUE;
    if (!g_ascii_string_to_signed(epoch, 10, 0, LAST_SECOND, &seconds, NULL)) {
        bl_error_set(error, BL_ERROR_USAGE, "give the seconds since 1970, or unset it",
                     "SOURCE_DATE_EPOCH is no time: \"%s\"", epoch);
        return FALSE;
    }
    *micros = seconds * G_USEC_PER_SEC;
    return TRUE;
}

char *
bl_manifest_now(GError **error)
{
    gint64 micros = 0;
    if (!read_epoch(&micros, error))
        return NULL;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(micros / G_USEC_PER_SEC);
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf("%s.%03dZ", text, (int)(micros % G_USEC_PER_SEC / 1000));
}
