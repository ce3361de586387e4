/* SPDX-License-Identifier: MIT */
#include "squash/proof.h"

#include "squash/data_section.h"
#include "squash/row_proof.h"
#include "squash/rows_refused.h"

#include <jansson.h>

#include <string.h>

static void
carried_free(gpointer data)
{
    BlCarriedTable *table = data;
    g_free(table->name);
    g_free(table);
}

BlProof *
bl_proof_new(void)
{
    BlProof *proof = g_new0(BlProof, 1);
    proof->differences = bl_differences_new();
    proof->drift = bl_differences_new();
    proof->rows = bl_differences_new();
    proof->lost = g_ptr_array_new_with_free_func(carried_free);
    proof->rights = bl_differences_new();
    proof->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)bl_left_out_free);
    proof->compared = g_ptr_array_new_with_free_func(carried_free);
    proof->presence = g_ptr_array_new_with_free_func(g_free);
    proof->data = g_ptr_array_new_with_free_func(g_free);
    proof->unlike = g_ptr_array_new_with_free_func(g_free);
    return proof;
}

void
bl_proof_free(BlProof *proof)
{
    if (proof == NULL)
        return;
    GPtrArray *const lists[] = { proof->differences, proof->drift,    proof->rows,
                                 proof->lost,        proof->rights,   proof->left_out,
                                 proof->compared,    proof->presence, proof->data,
                                 proof->unlike };
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(proof);
}

BlCatalog *
bl_proof_read_catalog(BlSession *session, const BlDumpOptions *dump, GError **error)
{
    const char *omit[BL_LEDGER_OMIT];
    bl_ledger_omit(&dump->names, omit);
    BlIntrospectOptions introspect = dump->introspect;
    introspect.with_parts = TRUE;
    introspect.skip_version = TRUE;
    introspect.skipped = NULL;
    if (!session->engine->begin(session, BL_TX_READ, error))
        return NULL;
    BlCatalog *catalog =
        session->engine->introspect(session, &dump->filter, omit, &introspect, error);
    session->engine->rollback(session);
    return catalog;
}

void
bl_proof_note_replay(BlProof *proof, const BlDialect *dialect, const GPtrArray *migrations)
{
    proof->replayed = migrations->len;
    for (guint i = 0; i < migrations->len; i++) {
        const BlMigration *migration = g_ptr_array_index(migrations, i);
        if (bl_data_section_count(dialect, &migration->up) > 0)
            g_ptr_array_add(proof->data, g_strdup(migration->name));
    }
}

static void
take_differences(GPtrArray *to, GPtrArray *from)
{
    g_ptr_array_extend_and_steal(to, from);
}

void
bl_proof_compare_live(BlProof *proof, const BlCatalog *live, const BlCatalog *replayed)
{
    take_differences(proof->drift,
                     bl_catalog_compare(live, replayed, "the database", "the replay"));
}

gboolean
bl_proof_compare_ahead(BlProof *proof,
                       const BlProofInput *input,
                       const BlReplayOptions *younger,
                       BlSession *live,
                       GError **error)
{
    if (!bl_replay_more(input->replayed, younger, error))
        return FALSE;
    if (live == NULL)
        return TRUE;
    g_autoptr(BlCatalog) replayed = bl_proof_read_catalog(input->replayed, input->dump, error);
    g_autoptr(BlCatalog) found =
        replayed != NULL ? bl_proof_read_catalog(live, input->dump, error) : NULL;
    if (found == NULL)
        return FALSE;
    bl_proof_compare_live(proof, found, replayed);
    return TRUE;
}

static char *
key_of(const BlListedObject *object)
{
    return g_strdup_printf("%s\n%s\n%s", object->kind, object->schema != NULL ? object->schema : "",
                           object->name);
}

static gboolean
belongs_to_ledger(const BlProofInput *input, const BlLedger *ledger, const BlListedObject *object)
{
    const BlEngine *engine = input->replayed->engine;
    const BlLedgerNames *names = &input->replay.names;
    return bl_ledger_is_table(ledger, engine, names, object->schema, object->name) ||
           (object->parent != NULL &&
            bl_ledger_is_table(ledger, engine, names, object->schema, object->parent));
}

GPtrArray *
bl_proof_find_excluded(const BlProofInput *input, GError **error)
{
    BlSession *session = input->replayed;
    const BlFilter any = { .ignore = session->engine->marks };
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &input->replay.names, error);
    g_autoptr(GPtrArray) all =
        ledger != NULL ? session->engine->list_objects(session, &any, error) : NULL;
    g_autoptr(GPtrArray) ours =
        all != NULL ? session->engine->list_objects(session, &input->dump->filter, error) : NULL;
    if (ours == NULL)
        return NULL;
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < ours->len; i++)
        g_hash_table_add(keys, key_of(g_ptr_array_index(ours, i)));
    GPtrArray *excluded = bl_differences_new();
    for (guint i = 0; i < all->len; i++) {
        const BlListedObject *object = g_ptr_array_index(all, i);
        g_autofree char *key = key_of(object);
        if (object->is_kept || g_hash_table_contains(keys, key) ||
            belongs_to_ledger(input, ledger, object))
            continue;
        g_autofree char *name = object->schema != NULL
                                    ? g_strdup_printf("%s.%s", object->schema, object->name)
                                    : g_strdup(object->name);
        bl_differences_add(excluded, object->kind, name,
                           g_strdup("made by migrations, and left out of the snapshot"));
    }
    return excluded;
}

static int
order_names(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static GPtrArray *
ledger_names(BlSession *session, const BlLedgerNames *names, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, names, error);
    if (ledger == NULL)
        return NULL;
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < ledger->rows->len; i++)
        g_ptr_array_add(list,
                        g_strdup(((const BlLedgerRow *)g_ptr_array_index(ledger->rows, i))->name));
    g_ptr_array_sort(list, order_names);
    return list;
}

static void
add_ledger_difference(BlProof *proof, const char *ledger, const char *name, const char *where)
{
    bl_differences_add(proof->differences, "ledger", ledger,
                       g_strdup_printf("migration \"%s\" is only in %s", name, where));
}

static gboolean
compare_ledgers(BlProof *proof, const BlProofInput *input, BlSession *loaded, GError **error)
{
    const BlLedgerNames *names = &input->replay.names;
    g_autoptr(GPtrArray) a = ledger_names(input->replayed, names, error);
    g_autoptr(GPtrArray) b = a != NULL ? ledger_names(loaded, names, error) : NULL;
    if (b == NULL)
        return FALSE;
    guint i = 0;
    guint j = 0;
    while (i < a->len || j < b->len) {
        const char *left = i < a->len ? g_ptr_array_index(a, i) : NULL;
        const char *right = j < b->len ? g_ptr_array_index(b, j) : NULL;
        int order = left == NULL ? 1 : right == NULL ? -1 : strcmp(left, right);
        if (order < 0)
            add_ledger_difference(proof, names->ledger, left, "the replay");
        else if (order > 0)
            add_ledger_difference(proof, names->ledger, right, "the snapshot");
        i += order <= 0;
        j += order >= 0;
    }
    return TRUE;
}

/* Those with rights and owners, where the snapshot was not asked to carry them. Both databases were
 * made alike, so that what one has more came from the migrations.
 * @param is_alike out: nothing differs at all, with rights or without; FALSE also where nothing
 * else is to be compared */
static gboolean
compare_rights(BlProof *proof,
               const BlProofInput *input,
               BlSession *loaded,
               gboolean *is_alike,
               GError **error)
{
    const BlIntrospectOptions *carried = &input->dump->introspect;
    BlDumpOptions with = *input->dump;
    with.introspect.with_owner = (loaded->engine->caps & BL_CAP_OWNERS) != 0;
    with.introspect.with_acl = (loaded->engine->caps & BL_CAP_GRANTS) != 0;
    *is_alike = FALSE;
    if (with.introspect.with_owner == carried->with_owner &&
        with.introspect.with_acl == carried->with_acl)
        return TRUE;
    g_autoptr(BlCatalog) replayed = bl_proof_read_catalog(input->replayed, &with, error);
    g_autoptr(BlCatalog) catalog =
        replayed != NULL ? bl_proof_read_catalog(loaded, &with, error) : NULL;
    if (catalog == NULL)
        return FALSE;
    take_differences(proof->rights,
                     bl_catalog_compare(catalog, replayed, "the snapshot", "the replay"));
    *is_alike = proof->rights->len == 0;
    return TRUE;
}

/* Catalogs that are alike with rights and owners are alike without. */
static gboolean
compare_catalogs(BlProof *proof,
                 const BlProofInput *input,
                 const BlCatalog *replayed,
                 BlSession *loaded,
                 GError **error)
{
    gboolean is_alike = FALSE;
    if (!compare_rights(proof, input, loaded, &is_alike, error))
        return FALSE;
    proof->objects = replayed->objects->len;
    if (is_alike)
        return TRUE;
    g_autoptr(BlCatalog) catalog = bl_proof_read_catalog(loaded, input->dump, error);
    if (catalog == NULL)
        return FALSE;
    proof->objects = catalog->objects->len;
    take_differences(proof->differences,
                     bl_catalog_compare(catalog, replayed, "the snapshot", "the replay"));
    /* They say all that differs. */
    if (proof->differences->len > 0)
        g_ptr_array_set_size(proof->rights, 0);
    return TRUE;
}

gboolean
bl_proof_compare_loaded(BlProof *proof,
                        const BlProofInput *input,
                        const BlCatalog *replayed,
                        const BlManifest *manifest,
                        BlSession *loaded,
                        GError **error)
{
    return compare_catalogs(proof, input, replayed, loaded, error) &&
           compare_ledgers(proof, input, loaded, error) &&
           bl_row_proof_compare(proof, input, replayed, loaded, manifest, error);
}

gboolean
bl_proof_compare_snapshot(BlProof *proof,
                          const BlProofInput *input,
                          const BlCatalog *replayed,
                          const BlDump *dump,
                          BlSession **loaded,
                          GError **error)
{
    GError *why = NULL;
    *loaded = bl_candidate_take(input->candidate, &why);
    if (*loaded == NULL) {
        g_prefix_error(&why, "loading the new snapshot: ");
        bl_rows_refuse(dump, why, error);
        return FALSE;
    }
    return bl_proof_compare_loaded(proof, input, replayed, dump->manifest, *loaded, error);
}

static json_t *
tables_to_json(const GPtrArray *tables)
{
    json_t *object = json_object();
    for (guint i = 0; i < tables->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(tables, i);
        json_object_set_new(object, table->name, json_integer((json_int_t)table->rows));
    }
    return object;
}

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

void
bl_proof_sign(BlManifest *manifest)
{
    json_t *value = json_object_get(manifest->rest, "proof");
    if (value != NULL && manifest->dump_digest != NULL)
        json_object_set_new(value, "dumpDigest", json_string(manifest->dump_digest));
}

gboolean
bl_proof_is_of(const BlManifest *manifest)
{
    json_t *digest = json_object_get(json_object_get(manifest->rest, "proof"), "dumpDigest");
    return json_is_string(digest) &&
           g_strcmp0(json_string_value(digest), manifest->dump_digest) == 0;
}

void
bl_proof_record(const BlProof *proof, BlManifest *manifest)
{
    json_t *value = json_object();
    json_object_set_new(value, "replayed", json_integer(proof->replayed));
    json_object_set_new(value, "objects", json_integer(proof->objects));
    json_object_set_new(value, "rows", tables_to_json(proof->compared));
    if (proof->lost->len + proof->left_out->len > 0) {
        json_t *discarded = tables_to_json(proof->lost);
        for (guint i = 0; i < proof->left_out->len; i++) {
            const BlLeftOut *left_out = g_ptr_array_index(proof->left_out, i);
            json_object_set_new(discarded, left_out->what, json_integer((json_int_t)left_out->n));
        }
        json_object_set_new(value, "discarded", discarded);
    }
    if (proof->presence->len > 0)
        json_object_set_new(value, "presenceOnly", texts_to_json(proof->presence));
    if (proof->data->len > 0)
        json_object_set_new(value, "dataMigrations", texts_to_json(proof->data));
    json_object_set_new(manifest->rest, "proof", value);
}
