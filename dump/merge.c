/* SPDX-License-Identifier: MIT */
#include "dump/merge.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/engine.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/manifest.h"

#include <jansson.h>

#include <string.h>

#define SQUASHES "squashes"

/* The digest of no SQL. */
#define STALE_DIGEST "sha256:0000000000000000000000000000000000000000000000000000000000000000"

#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

/* The three versions of one thing, and their names in conflict marks. */
enum { BASE, OURS, THEIRS, SIDES };

static GHashTable *
set_of(const GPtrArray *list)
{
    GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < list->len; i++)
        g_hash_table_add(set, g_ptr_array_index(list, i));
    return set;
}

/* Puts an item of @list behind the nearest one before it there that @result has too. */
static void
insert_behind(GPtrArray *result, const GPtrArray *list, guint i)
{
    guint at = 0;
    for (guint before = i; before > 0; before--) {
        const char *item = g_ptr_array_index(list, before - 1);
        if (g_ptr_array_find_with_equal_func(result, item, g_str_equal, &at)) {
            g_ptr_array_insert(result, (int)at + 1, g_ptr_array_index(list, i));
            return;
        }
    }
    g_ptr_array_insert(result, 0, g_ptr_array_index(list, i));
}

GPtrArray *
bl_merge_lists(const GPtrArray *base, const GPtrArray *ours, const GPtrArray *theirs)
{
    g_autoptr(GHashTable) in_base = set_of(base);
    g_autoptr(GHashTable) in_ours = set_of(ours);
    g_autoptr(GHashTable) in_theirs = set_of(theirs);
    GPtrArray *result = g_ptr_array_new();
    for (guint i = 0; i < ours->len; i++) {
        char *item = g_ptr_array_index(ours, i);
        if (!g_hash_table_contains(in_base, item) || g_hash_table_contains(in_theirs, item))
            g_ptr_array_add(result, item);
    }
    for (guint i = 0; i < theirs->len; i++) {
        const char *item = g_ptr_array_index(theirs, i);
        if (!g_hash_table_contains(in_base, item) && !g_hash_table_contains(in_ours, item))
            insert_behind(result, theirs, i);
    }
    return result;
}

static GPtrArray *
lines_of(const char *text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) split = g_strsplit(text, "\n", -1);
    for (gsize i = 0; split[i] != NULL; i++)
        g_ptr_array_add(lines, g_strdup(split[i]));
    return lines;
}

static void
append_lines(GString *out, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "\n" : "",
                               (const char *)g_ptr_array_index(lines, i));
}

static const char *
text_of(const BlBlocks *blocks, const char *label)
{
    const BlBlock *block = bl_blocks_find(blocks, label);
    return block != NULL ? block->text : "";
}

static gboolean
is_generated(const char *label)
{
    return strcmp(label, "gate") == 0 || g_str_has_prefix(label, "baseline snapshot") ||
           label[0] == '\0';
}

static void
append_conflict(GString *out, const char *ours, const char *theirs)
{
    g_string_append_printf(out, "<<<<<<< ours\n%s=======\n%s>>>>>>> theirs\n", ours, theirs);
}

/* Behind the ledger stands what another tool reads to find its place, a row to a line too. */
static gboolean
is_behind_ledger(const BlBlocks *blocks, const char *label)
{
    gboolean is_behind = FALSE;
    for (guint i = 0; i < blocks->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(blocks->list, i);
        if (is_behind && strcmp(block->label, label) == 0)
            return TRUE;
        is_behind = is_behind || g_str_has_prefix(block->label, "ledger ");
    }
    return FALSE;
}

/* @return TRUE when a line behind the label is in both */
static gboolean
keeps_line(const GPtrArray *base, GPtrArray *side)
{
    for (guint i = 1; i < base->len; i++) {
        const char *line = g_ptr_array_index(base, i);
        if (line[0] != '\0' && g_ptr_array_find_with_equal_func(side, line, g_str_equal, NULL))
            return TRUE;
    }
    return FALSE;
}

/* @return the only statement of a block; NULL: it has none or several */
static const char *
only_line(const GPtrArray *lines)
{
    const char *found = NULL;
    for (guint i = 1; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        if (line[0] == '\0')
            continue;
        if (found != NULL)
            return NULL;
        found = line;
    }
    return found;
}

/* A tool that knows its last version only has one row, which both sides wrote anew: the higher
 * number is the last one. @return FALSE: it is not so */
static gboolean
append_last(GString *out, const GPtrArray *base, const GPtrArray *ours, const GPtrArray *theirs)
{
    const char *our_line = only_line(ours);
    const char *their_line = only_line(theirs);
    if (only_line(base) == NULL || our_line == NULL || their_line == NULL)
        return FALSE;
    gsize our_len = strlen(our_line);
    gsize their_len = strlen(their_line);
    gboolean is_ours =
        our_len != their_len ? our_len > their_len : strcmp(our_line, their_line) > 0;
    append_lines(out, is_ours ? ours : theirs);
    return TRUE;
}

/* Line by line. @return FALSE: the block is no list */
static gboolean
append_list(GString *out, BlBlocks *const blocks[SIDES], const char *label)
{
    g_autoptr(GPtrArray) base = lines_of(text_of(blocks[BASE], label));
    g_autoptr(GPtrArray) ours = lines_of(text_of(blocks[OURS], label));
    g_autoptr(GPtrArray) theirs = lines_of(text_of(blocks[THEIRS], label));
    if (!g_str_has_prefix(label, "ledger ")) {
        if (!is_behind_ledger(blocks[OURS], label))
            return FALSE;
        if (!keeps_line(base, ours) || !keeps_line(base, theirs))
            return append_last(out, base, ours, theirs);
    }
    g_autoptr(GPtrArray) merged = bl_merge_lists(base, ours, theirs);
    append_lines(out, merged);
    return TRUE;
}

/* @return FALSE when both sides changed the block differently */
static gboolean
append_block(GString *out, BlBlocks *const blocks[SIDES], const char *label)
{
    const char *base = text_of(blocks[BASE], label);
    const char *ours = text_of(blocks[OURS], label);
    const char *theirs = text_of(blocks[THEIRS], label);
    if (strcmp(ours, theirs) == 0 || strcmp(theirs, base) == 0 || is_generated(label)) {
        g_string_append(out, ours[0] != '\0' ? ours : theirs);
        return TRUE;
    }
    if (strcmp(ours, base) == 0) {
        g_string_append(out, theirs);
        return TRUE;
    }
    if (append_list(out, blocks, label))
        return TRUE;
    append_conflict(out, ours, theirs);
    return FALSE;
}

static GPtrArray *
labels_of(const BlBlocks *blocks)
{
    GPtrArray *labels = g_ptr_array_new();
    for (guint i = 0; i < blocks->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(blocks->list, i);
        g_ptr_array_add(labels, block->label);
    }
    return labels;
}

/* A block that one side removed and the other changed must not vanish. */
static void
insert_removed_but_changed(GPtrArray *merged, BlBlocks *const blocks[SIDES])
{
    static const int others[][2] = { { OURS, THEIRS }, { THEIRS, OURS } };
    for (gsize k = 0; k < G_N_ELEMENTS(others); k++) {
        g_autoptr(GPtrArray) labels = labels_of(blocks[others[k][0]]);
        for (guint i = 0; i < labels->len; i++) {
            const char *label = g_ptr_array_index(labels, i);
            const char *before = text_of(blocks[BASE], label);
            if (before[0] != '\0' && text_of(blocks[others[k][1]], label)[0] == '\0' &&
                strcmp(text_of(blocks[others[k][0]], label), before) != 0)
                insert_behind(merged, labels, i);
        }
    }
}

/* The dialect stands in the first line of a snapshot. */
static const BlDialect *
dialect_of(const char *text, const char *path, GError **error)
{
    const BlEngine *engine = NULL;
    if (g_str_has_prefix(text, BL_SNAPSHOT_HEAD)) {
        const char *start = text + strlen(BL_SNAPSHOT_HEAD);
        g_autofree char *name = g_strndup(start, strcspn(start, "\r\n"));
        engine = bl_engine_find(name);
    }
    if (engine == NULL)
        bl_error_set(error, BL_ERROR_CONFLICT, "merge it by hand", "\"%s\" is no snapshot of ours",
                     path);
    return engine != NULL ? engine->dialect : NULL;
}

static char *
merge_sql(char *const texts[SIDES], const char *const paths[SIDES], gboolean *clean, GError **error)
{
    BlBlocks *blocks[SIDES] = { NULL, NULL, NULL };
    const BlDialect *dialect = dialect_of(texts[OURS], paths[OURS], error);
    gboolean ok = dialect != NULL;
    for (int side = BASE; ok && side < SIDES; side++) {
        blocks[side] =
            bl_blocks_parse(dialect, texts[side], strlen(texts[side]), paths[side], error);
        ok = blocks[side] != NULL;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    if (ok) {
        g_autoptr(GPtrArray) base = labels_of(blocks[BASE]);
        g_autoptr(GPtrArray) ours = labels_of(blocks[OURS]);
        g_autoptr(GPtrArray) theirs = labels_of(blocks[THEIRS]);
        g_autoptr(GPtrArray) merged = bl_merge_lists(base, ours, theirs);
        insert_removed_but_changed(merged, blocks);
        *clean = TRUE;
        for (guint i = 0; i < merged->len; i++)
            *clean = append_block(out, blocks, g_ptr_array_index(merged, i)) && *clean;
    }
    for (int side = BASE; side < SIDES; side++)
        bl_blocks_free(blocks[side]);
    return ok ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* @return TRUE also when both are not there */
static gboolean
is_same_digest(const BlMigrationDigest *left, const BlMigrationDigest *right)
{
    return left == NULL || right == NULL
               ? left == right
               : g_strcmp0(left->raw, right->raw) == 0 && g_strcmp0(left->token, right->token) == 0;
}

/* What only they dumped anew, from a file that they edited, is theirs. */
static void
merge_digest_of(const BlManifest *base,
                BlManifest *ours,
                const BlManifest *theirs,
                const char *name)
{
    const BlMigrationDigest *our = bl_manifest_digest(ours, name);
    const BlMigrationDigest *their = bl_manifest_digest(theirs, name);
    if (their != NULL && (our == NULL || is_same_digest(our, bl_manifest_digest(base, name))))
        bl_manifest_set_digest(ours, name, their->raw, their->token);
}

/* The squashes that a manifest tells of, each as a line of JSON. */
static GPtrArray *
squashes_of(const BlManifest *manifest)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(free);
    json_t *list = json_object_get(manifest->rest, SQUASHES);
    gsize i;
    json_t *entry;
    json_array_foreach (list, i, entry)
        g_ptr_array_add(lines, json_dumps(entry, JSON_COMPACT));
    return lines;
}

static void
append_new(json_t *list, const GPtrArray *lines, GHashTable *known)
{
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        if (!g_hash_table_contains(known, line))
            json_array_append_new(list, json_loads(line, 0, NULL));
    }
}

/* New ones of ours come last: whether a squash is over is asked of the last. One that they took
 * back, with a revert, has its files again; another tool's dump forgets them all. */
static void
merge_squashes(const BlManifest *base, BlManifest *ours, const BlManifest *theirs)
{
    g_autoptr(GPtrArray) base_lines = squashes_of(base);
    g_autoptr(GPtrArray) our_lines = squashes_of(ours);
    g_autoptr(GPtrArray) their_lines = squashes_of(theirs);
    g_autoptr(GHashTable) in_base = set_of(base_lines);
    g_autoptr(GHashTable) in_ours = set_of(our_lines);
    g_autoptr(GHashTable) kept = set_of(theirs->dump_digest != NULL ? their_lines : base_lines);
    json_t *list = json_array();
    for (guint i = 0; i < base_lines->len; i++) {
        char *line = g_ptr_array_index(base_lines, i);
        if (g_hash_table_contains(in_ours, line) && g_hash_table_contains(kept, line))
            json_array_append_new(list, json_loads(line, 0, NULL));
        g_hash_table_add(in_ours, line);
    }
    append_new(list, their_lines, in_ours);
    append_new(list, our_lines, in_base);
    if (json_array_size(list) > 0)
        json_object_set(ours->rest, SQUASHES, list);
    else
        json_object_del(ours->rest, SQUASHES);
    json_decref(list);
}

/* @return TRUE also when both are not there */
static gboolean
is_same(const json_t *left, const json_t *right)
{
    return left == NULL || right == NULL ? left == right : json_equal(left, right) != 0;
}

/* Another tool's keys, each by itself: what one side changed, added or took out counts; where both
 * did, ours does. What a squash or a proof wrote there has its own rules. */
static void
merge_rest(const BlManifest *base, BlManifest *ours, const BlManifest *theirs)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)theirs->rest, key, value)
        g_ptr_array_add(keys, g_strdup(key));
    json_object_foreach ((json_t *)base->rest, key, value)
        g_ptr_array_add(keys, g_strdup(key));
    for (guint i = 0; i < keys->len; i++) {
        key = g_ptr_array_index(keys, i);
        const json_t *before = json_object_get(base->rest, key);
        json_t *their = json_object_get(theirs->rest, key);
        if (strcmp(key, SQUASHES) == 0 || strcmp(key, "proof") == 0 ||
            !is_same(before, json_object_get(ours->rest, key)) || is_same(before, their))
            continue;
        if (their != NULL)
            json_object_set(ours->rest, key, their);
        else
            json_object_del(ours->rest, key);
    }
}

static gboolean
carries(const BlManifest *manifest, const char *table)
{
    for (guint i = 0; i < manifest->data->len; i++) {
        if (strcmp(((const BlCarriedTable *)g_ptr_array_index(manifest->data, i))->name, table) ==
            0)
            return TRUE;
    }
    return FALSE;
}

/* What a dump carries is remembered here alone. */
static void
merge_data(const BlManifest *base, BlManifest *ours, const BlManifest *theirs)
{
    for (guint i = ours->data->len; i > 0; i--) {
        const BlCarriedTable *table = g_ptr_array_index(ours->data, i - 1);
        if (carries(base, table->name) && !carries(theirs, table->name))
            g_ptr_array_remove_index(ours->data, i - 1);
    }
    for (guint i = 0; i < theirs->data->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(theirs->data, i);
        if (!carries(base, table->name) && !carries(ours, table->name))
            bl_manifest_add_data(ours, table->name, table->rows);
    }
}

static guint
place_of(const BlManifest *manifest, const char *name)
{
    guint place = G_MAXUINT;
    if (name != NULL)
        (void)g_ptr_array_find_with_equal_func(manifest->squashed, name, g_str_equal, &place);
    return place;
}

static gboolean
has_entry(const json_t *list, const json_t *entry)
{
    gsize n = json_array_size(list);
    for (gsize i = 0; i < n; i++) {
        if (json_equal(json_array_get(list, i), entry) != 0)
            return TRUE;
    }
    return FALSE;
}

/* A squash of @side since @base that took the file of @name away. */
static gboolean
took_away(const BlManifest *base, const BlManifest *side, const char *name)
{
    json_t *before = json_object_get(base->rest, SQUASHES);
    json_t *list = json_object_get(side->rest, SQUASHES);
    guint place = place_of(side, name);
    for (gsize i = 0; place != G_MAXUINT && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        if (has_entry(before, entry))
            continue;
        guint first = place_of(side, json_string_value(json_object_get(entry, "first")));
        guint last = place_of(side, json_string_value(json_object_get(entry, "last")));
        if (first <= place && place <= last && last != G_MAXUINT)
            return TRUE;
    }
    return FALSE;
}

/* @return a migration that @other has no longer in its snapshot, while @side took its file away: it
 * would be in neither place; NULL: none */
static const char *
find_homeless(const BlManifest *base, const BlManifest *side, const BlManifest *other)
{
    for (guint i = 0; i < base->squashed->len; i++) {
        const char *name = g_ptr_array_index(base->squashed, i);
        if (bl_manifest_has(side, name) && !bl_manifest_has(other, name) &&
            took_away(base, side, name))
            return name;
    }
    return NULL;
}

static void
replace(char **text, const char *by)
{
    g_free(*text);
    *text = g_strdup(by);
}

/* Where both sides wrote the SQL anew, whichever way it is merged, also to that of one side, it is
 * not what the manifest describes. */
static void
merge_digests(const BlManifest *base, BlManifest *ours, const BlManifest *theirs)
{
    if (g_strcmp0(ours->dump_digest, theirs->dump_digest) == 0 ||
        g_strcmp0(base->dump_digest, theirs->dump_digest) == 0)
        return;
    gboolean is_theirs = g_strcmp0(base->dump_digest, ours->dump_digest) == 0;
    replace(&ours->dump_digest, is_theirs ? theirs->dump_digest : STALE_DIGEST);
    if (is_theirs)
        replace(&ours->schema_digest, theirs->schema_digest);
}

static void
merge_names(const BlManifest *base, BlManifest *ours, const BlManifest *theirs)
{
    g_autoptr(GPtrArray) merged = bl_merge_lists(base->squashed, ours->squashed, theirs->squashed);
    GPtrArray *replaced = ours->squashed; /* whose names @merged borrows */
    ours->squashed = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_remove_all(ours->names);
    for (guint i = 0; i < merged->len; i++) {
        const char *name = g_ptr_array_index(merged, i);
        bl_manifest_add_squashed(ours, name);
        merge_digest_of(base, ours, theirs, name);
    }
    g_ptr_array_unref(replaced);
}

/* Nothing but a person can bring the two together: git stops, and the marks say what to do. */
static char *
format_homeless(char *const texts[SIDES], const char *name, gboolean is_ours)
{
    return g_strdup_printf(
        "<<<<<<< ours: take both files of one side, the one whose squash took the "
        "file of %s away: %s\n%s=======\n%s>>>>>>> theirs\n",
        name, is_ours ? "ours" : "theirs", texts[OURS], texts[THEIRS]);
}

static char *
merge_manifests(char *const texts[SIDES],
                const char *const paths[SIDES],
                gboolean *clean,
                GError **error)
{
    g_autoptr(BlManifest) ours =
        bl_manifest_parse(texts[OURS], strlen(texts[OURS]), paths[OURS], error);
    if (ours == NULL)
        return NULL;
    g_autoptr(BlManifest) theirs =
        bl_manifest_parse(texts[THEIRS], strlen(texts[THEIRS]), paths[THEIRS], error);
    if (theirs == NULL)
        return NULL;
    /* An empty base means that both sides added the file. */
    g_autoptr(BlManifest) base =
        texts[BASE][0] == '\0'
            ? bl_manifest_new()
            : bl_manifest_parse(texts[BASE], strlen(texts[BASE]), paths[BASE], error);
    if (base == NULL)
        return NULL;
    const char *lost_by_them = find_homeless(base, ours, theirs);
    const char *lost_by_us = find_homeless(base, theirs, ours);
    *clean = lost_by_them == NULL && lost_by_us == NULL;
    if (!*clean)
        return format_homeless(texts, lost_by_them != NULL ? lost_by_them : lost_by_us,
                               lost_by_them != NULL);
    merge_digests(base, ours, theirs);
    merge_names(base, ours, theirs);
    merge_squashes(base, ours, theirs);
    merge_rest(base, ours, theirs);
    merge_data(base, ours, theirs);
    return bl_manifest_format(ours);
}

gboolean
bl_merge_files(
    const char *base, const char *ours, const char *theirs, gboolean *clean, GError **error)
{
    const char *const paths[SIDES] = { base, ours, theirs };
    char *texts[SIDES] = { NULL, NULL, NULL };
    gboolean ok = TRUE;
    for (int side = BASE; ok && side < SIDES; side++) {
        texts[side] = bl_file_read(paths[side], FILE_LIMIT, NULL, error);
        ok = texts[side] != NULL;
    }
    g_autofree char *merged = NULL;
    if (ok) {
        gboolean is_manifest = texts[OURS][strspn(texts[OURS], " \t\r\n")] == '{';
        *clean = TRUE;
        merged = is_manifest ? merge_manifests(texts, paths, clean, error)
                             : merge_sql(texts, paths, clean, error);
    }
    for (int side = BASE; side < SIDES; side++)
        g_free(texts[side]);
    return merged != NULL && bl_file_write_atomic(ours, merged, strlen(merged), error);
}
