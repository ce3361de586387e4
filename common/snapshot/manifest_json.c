/* SPDX-License-Identifier: MIT */
/* The manifest as it stands in its file: what is read, and how it is written. */
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/marks.h"
#include "common/snapshot/numbers.h"

#include <jansson.h>

#include <errno.h>
#include <string.h>

#define MANIFEST_VERSION 1
#define FORMAT_VERSION   1

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* The members that are one text each, in the order in which they are written before the list of
 * names. */
typedef struct {
    const char *key;
    gsize offset;
    gboolean required;
} TextMember;

static const TextMember head_members[] = {
    { "generatedAt", offsetof(BlManifest, generated_at), TRUE },
    { "connection", offsetof(BlManifest, connection), TRUE },
    { "dumpPath", offsetof(BlManifest, dump_path), TRUE },
    { "schemaTableName", offsetof(BlManifest, ledger), TRUE },
    { "schemaVersionsTableName", offsetof(BlManifest, versions), TRUE },
};

static const TextMember engine_members[] = {
    { "name", offsetof(BlManifest, engine), FALSE },
    { "flavour", offsetof(BlManifest, flavour), FALSE },
    { "lowestVersion", offsetof(BlManifest, lowest_version), FALSE },
};

static const TextMember digest_members[] = {
    { "dumpDigest", offsetof(BlManifest, dump_digest), FALSE },
    { "schemaDigest", offsetof(BlManifest, schema_digest), FALSE },
};

/* Keys that are read into the struct; every other key is kept as it is. */
static const char *const known_keys[] = {
    "version",
    "generatedAt",
    "connection",
    "dumpPath",
    "schemaTableName",
    "schemaVersionsTableName",
    "formatVersion",
    "engine",
    "squashedMigrationNames",
    "dumpDigest",
    "schemaDigest",
    "migrationDigests",
    "excluded",
    "skipped",
    "schemas",
    "keepBatches",
    "withOwner",
    "withAcl",
    "keepDefiner",
    "data",
    "source",
    "toolTable",
    NULL,
};

static char **
text_slot(BlManifest *manifest, const TextMember *member)
{
    return &G_STRUCT_MEMBER(char *, manifest, member->offset);
}

static const char *
get_text(const BlManifest *manifest, const TextMember *member)
{
    return *(char *const *)(const void *)((const guint8 *)manifest + member->offset);
}

static void
set_type_error(GError **error, const char *name, const char *key, const char *expected)
{
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "restore the manifest, or delete both files of the snapshot and dump again",
                 "manifest \"%s\": \"%s\" must be %s", name, key, expected);
}

static gboolean
parse_text(BlManifest *manifest,
           json_t *object,
           const TextMember *member,
           const char *name,
           GError **error)
{
    json_t *value = json_object_get(object, member->key);
    if ((value == NULL || json_is_null(value)) && !member->required)
        return TRUE;
    if (!json_is_string(value)) {
        set_type_error(error, name, member->key, "text");
        return FALSE;
    }
    *text_slot(manifest, member) = g_strdup(json_string_value(value));
    return TRUE;
}

static gboolean
parse_texts(BlManifest *manifest,
            json_t *object,
            const TextMember *members,
            gsize n,
            const char *name,
            GError **error)
{
    for (gsize i = 0; i < n; i++) {
        if (!parse_text(manifest, object, &members[i], name, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_list(json_t *root,
           const char *key,
           gboolean required,
           GPtrArray *list,
           const char *name,
           GError **error)
{
    json_t *value = json_object_get(root, key);
    if (value == NULL && !required)
        return TRUE;
    gboolean ok = json_is_array(value);
    for (gsize i = 0; ok && i < json_array_size(value); i++) {
        json_t *item = json_array_get(value, i);
        ok = json_is_string(item);
        if (ok)
            g_ptr_array_add(list, g_strdup(json_string_value(item)));
    }
    if (!ok)
        set_type_error(error, name, key, "a list of texts");
    return ok;
}

static gboolean
parse_squashed(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    if (!parse_list(root, "squashedMigrationNames", TRUE, list, name, error))
        return FALSE;
    for (guint i = 0; i < list->len; i++)
        bl_manifest_add_squashed(manifest, g_ptr_array_index(list, i));
    return TRUE;
}

/* A migration's digests are a list of prefixed texts, so that a better rule can come beside the old
 * ones. */
static gboolean
parse_digest(BlManifest *manifest, const char *migration, json_t *list)
{
    const char *raw = NULL;
    const char *token = NULL;
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL)
            return FALSE;
        if (g_str_has_prefix(text, "raw:"))
            raw = text;
        else if (g_str_has_prefix(text, "t1:"))
            token = text;
    }
    bl_manifest_set_digest(manifest, migration, raw, token);
    return json_is_array(list);
}

static gboolean
parse_digests(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    json_t *digests = json_object_get(root, "migrationDigests");
    if (digests == NULL)
        return TRUE;
    gboolean ok = json_is_object(digests);
    const char *migration;
    json_t *list;
    json_object_foreach (digests, migration, list)
        ok = ok && parse_digest(manifest, migration, list);
    if (!ok)
        set_type_error(error, name, "migrationDigests", "an object of lists of texts");
    return ok;
}

static gboolean
parse_data(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    json_t *data = json_object_get(root, "data");
    if (data == NULL)
        return TRUE;
    gboolean ok = json_is_object(data);
    const char *table;
    json_t *rows;
    json_object_foreach (data, table, rows) {
        ok = ok && json_is_integer(rows) && json_integer_value(rows) >= 0;
        if (ok)
            bl_manifest_add_data(manifest, table, (guint64)json_integer_value(rows));
    }
    if (!ok)
        set_type_error(error, name, "data", "an object of row counts");
    return ok;
}

static void
set_newer_error(GError **error, const char *name, const char *what, json_int_t found, int known)
{
    bl_error_set(error, BL_ERROR_UNSUPPORTED,
                 "use the version of Baseline that wrote it, or a newer one",
                 "manifest \"%s\" has %s %" JSON_INTEGER_FORMAT ", this version reads up to %d",
                 name, what, found, known);
}

static gboolean
parse_versions(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    json_t *version = json_object_get(root, "version");
    if (json_is_integer(version) && json_integer_value(version) > MANIFEST_VERSION) {
        set_newer_error(error, name, "version", json_integer_value(version), MANIFEST_VERSION);
        return FALSE;
    }
    if (!json_is_integer(version) || json_integer_value(version) != MANIFEST_VERSION) {
        set_type_error(error, name, "version", "1");
        return FALSE;
    }
    json_t *format = json_object_get(root, "formatVersion");
    if (format == NULL)
        return TRUE;
    if (!json_is_integer(format) || json_integer_value(format) < 1) {
        set_type_error(error, name, "formatVersion", "a number from 1");
        return FALSE;
    }
    if (json_integer_value(format) > FORMAT_VERSION) {
        set_newer_error(error, name, "format", json_integer_value(format), FORMAT_VERSION);
        return FALSE;
    }
    manifest->format_version = (guint)json_integer_value(format);
    return TRUE;
}

static gboolean
parse_engine(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    json_t *engine = json_object_get(root, "engine");
    if (engine == NULL)
        return TRUE;
    if (!json_is_object(engine)) {
        set_type_error(error, name, "engine", "an object");
        return FALSE;
    }
    return parse_texts(manifest, engine, engine_members, G_N_ELEMENTS(engine_members), name, error);
}

static gboolean
parse_source(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    json_t *source = json_object_get(root, "source");
    if (source == NULL)
        return TRUE;
    if (!json_is_object(source)) {
        set_type_error(error, name, "source", "an object");
        return FALSE;
    }
    manifest->source = json_incref(source);
    return TRUE;
}

/* Options of the dump that are written only when they are on. */
static const struct {
    const char *name;
    gsize offset;
} flags[] = {
    { "keepBatches", G_STRUCT_OFFSET(BlManifest, keep_batches) },
    { "withOwner", G_STRUCT_OFFSET(BlManifest, with_owner) },
    { "withAcl", G_STRUCT_OFFSET(BlManifest, with_acl) },
    { "keepDefiner", G_STRUCT_OFFSET(BlManifest, keep_definer) },
};

static void
parse_flags(BlManifest *manifest, json_t *root)
{
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
        G_STRUCT_MEMBER(gboolean, manifest, flags[i].offset) =
            json_is_true(json_object_get(root, flags[i].name));
}

static gboolean
parse_members(BlManifest *manifest, json_t *root, const char *name, GError **error)
{
    parse_flags(manifest, root);
    manifest->tool_table = g_strdup(json_string_value(json_object_get(root, "toolTable")));
    return parse_versions(manifest, root, name, error) &&
           parse_texts(manifest, root, head_members, G_N_ELEMENTS(head_members), name, error) &&
           parse_squashed(manifest, root, name, error) &&
           parse_engine(manifest, root, name, error) && parse_source(manifest, root, name, error) &&
           parse_texts(manifest, root, digest_members, G_N_ELEMENTS(digest_members), name, error) &&
           parse_digests(manifest, root, name, error) &&
           parse_list(root, "excluded", FALSE, manifest->excluded, name, error) &&
           parse_list(root, "schemas", FALSE, manifest->schemas, name, error) &&
           parse_list(root, "skipped", FALSE, manifest->skipped, name, error) &&
           parse_data(manifest, root, name, error);
}

static void
keep_unknown_keys(BlManifest *manifest, json_t *root)
{
    const char *key;
    json_t *value;
    json_object_foreach (root, key, value) {
        if (!g_strv_contains(known_keys, key))
            json_object_set(manifest->rest, key, value);
    }
}

static void
refuse_text(const char *text, gsize len, const char *name, const json_error_t *why, GError **error)
{
    guint line = bl_marks_find(text, len);
    if (line > 0) {
        bl_marks_refuse(name, line, error);
        return;
    }
    GError *broken = NULL;
    bl_error_set(&broken, BL_ERROR_CONFLICT,
                 "restore the manifest, or delete both files of the snapshot and dump again",
                 "manifest is not valid JSON: %s", why->text);
    bl_error_set_position(broken, name, (guint)MAX(why->line, 0), (guint)MAX(why->column, 0));
    g_propagate_error(error, broken);
}

/* Of what we know no number is like that; one that looks like a text is none. */
static gboolean
check_numbers(json_t *root, const char *name, GError **error)
{
    for (gsize i = 0; known_keys[i] != NULL; i++) {
        const char *number = bl_numbers_find(json_object_get(root, known_keys[i]));
        if (number == NULL)
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "restore the manifest, or delete both files of the snapshot and dump again",
                     "manifest \"%s\": \"%s\" must not hold the number %s", name, known_keys[i],
                     number);
        return FALSE;
    }
    return TRUE;
}

BlManifest *
bl_manifest_parse(const char *text, gsize len, const char *name, GError **error)
{
    json_error_t problem;
    gsize wrapped_len = 0;
    g_autofree char *wrapped = bl_numbers_wrap(text, len, &wrapped_len);
    g_autoptr(json_t) root = json_loadb(wrapped, wrapped_len, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL) {
        refuse_text(text, len, name, &problem, error);
        return NULL;
    }
    if (!json_is_object(root)) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "restore the manifest, or delete both files of the snapshot and dump again",
                     "manifest \"%s\" must be a JSON object", name);
        return NULL;
    }
    g_autoptr(BlManifest) manifest = bl_manifest_new();
    if (!check_numbers(root, name, error) || !parse_members(manifest, root, name, error))
        return NULL;
    keep_unknown_keys(manifest, root);
    return g_steal_pointer(&manifest);
}

BlManifest *
bl_manifest_read(const char *path, GError **error)
{
    gsize len = 0;
    g_autofree char *text = bl_file_read(path, BL_MANIFEST_LIMIT, &len, error);
    return text != NULL ? bl_manifest_parse(text, len, path, error) : NULL;
}

static int
append_piece(const char *piece, size_t len, void *data)
{
    g_string_append_len(data, piece, (gssize)len);
    return 0;
}

/* Appends a value as compact JSON, escaped as JSON.stringify() does it. */
static void
append_value(GString *out, json_t *value)
{
    json_dump_callback(value, append_piece, out, JSON_COMPACT | JSON_ENCODE_ANY);
}

/* One that was read, with its numbers as they were. */
static void
append_kept(GString *out, json_t *value)
{
    g_autoptr(GString) json = g_string_new(NULL);
    append_value(json, value);
    g_autofree char *text = bl_numbers_unwrap(json->str);
    g_string_append(out, text);
}

static void
append_text(GString *out, const char *text)
{
    g_autoptr(json_t) value = text != NULL ? json_string(text) : json_null();
    if (value == NULL) {
        /* Names are bytes for the file system, but JSON is UTF-8. */
        g_autofree char *valid = g_utf8_make_valid(text, -1);
        g_autoptr(json_t) repaired = json_string(valid);
        append_value(out, repaired);
        return;
    }
    append_value(out, value);
}

static void
append_key(GString *out, const char *indent, const char *key)
{
    g_string_append(out, indent);
    append_text(out, key);
    g_string_append(out, ": ");
}

static void
append_texts(GString *out,
             const char *indent,
             const BlManifest *manifest,
             const TextMember *members,
             gsize n)
{
    for (gsize i = 0; i < n; i++) {
        append_key(out, indent, members[i].key);
        append_text(out, get_text(manifest, &members[i]));
        g_string_append(out, ",\n");
    }
}

static void
append_list(GString *out, const char *key, const GPtrArray *list)
{
    append_key(out, "  ", key);
    g_string_append(out, "[");
    for (guint i = 0; i < list->len; i++) {
        g_string_append(out, i > 0 ? ",\n    " : "\n    ");
        append_text(out, g_ptr_array_index(list, i));
    }
    g_string_append(out, list->len > 0 ? "\n  ]" : "]");
}

static void
append_digest(GString *out, const BlMigrationDigest *digest)
{
    g_string_append(out, "[");
    if (digest->raw != NULL)
        append_text(out, digest->raw);
    if (digest->raw != NULL && digest->token != NULL)
        g_string_append(out, ", ");
    if (digest->token != NULL)
        append_text(out, digest->token);
    g_string_append(out, "]");
}

/* In the order of the names, one line each: a file merged late moves no other line. */
static void
append_digests(GString *out, const BlManifest *manifest)
{
    gboolean any = FALSE;
    append_key(out, "  ", "migrationDigests");
    g_string_append(out, "{");
    for (guint i = 0; i < manifest->squashed->len; i++) {
        const char *name = g_ptr_array_index(manifest->squashed, i);
        const BlMigrationDigest *digest = bl_manifest_digest(manifest, name);
        if (digest == NULL || (digest->raw == NULL && digest->token == NULL))
            continue;
        g_string_append(out, any ? ",\n" : "\n");
        append_key(out, "    ", name);
        append_digest(out, digest);
        any = TRUE;
    }
    g_string_append(out, any ? "\n  },\n" : "},\n");
}

static void
append_engine(GString *out, const BlManifest *manifest)
{
    append_key(out, "  ", "engine");
    g_string_append(out, "{\n");
    append_texts(out, "    ", manifest, engine_members, G_N_ELEMENTS(engine_members));
    g_string_truncate(out, out->len - strlen(",\n"));
    g_string_append(out, "\n  },\n");
}

static void
append_fact(GString *out, const char *key, json_t *value)
{
    append_key(out, "    ", key);
    if (!json_is_array(value)) {
        append_value(out, value);
        return;
    }
    g_string_append_c(out, '[');
    for (gsize i = 0; i < json_array_size(value); i++) {
        g_string_append(out, i > 0 ? ",\n      " : "\n      ");
        append_value(out, json_array_get(value, i));
    }
    g_string_append(out, json_array_size(value) > 0 ? "\n    ]" : "]");
}

static void
append_source(GString *out, const BlManifest *manifest)
{
    if (manifest->source == NULL)
        return;
    const char *separator = "\n";
    const char *key;
    json_t *value;
    append_key(out, "  ", "source");
    g_string_append_c(out, '{');
    json_object_foreach ((json_t *)manifest->source, key, value) {
        g_string_append(out, separator);
        append_fact(out, key, value);
        separator = ",\n";
    }
    g_string_append(out, "\n  },\n");
}

static void
append_data(GString *out, const BlManifest *manifest)
{
    append_key(out, "  ", "data");
    g_string_append(out, "{");
    for (guint i = 0; i < manifest->data->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(manifest->data, i);
        g_string_append(out, i > 0 ? ",\n" : "\n");
        append_key(out, "    ", table->name);
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, table->rows);
    }
    g_string_append(out, manifest->data->len > 0 ? "\n  },\n" : "},\n");
}

/* Keys of others, each on a line of its own; "proof" is ours and always there. */
static void
append_rest(GString *out, const BlManifest *manifest)
{
    json_t *proof = json_object_get(manifest->rest, "proof");
    append_key(out, "  ", "proof");
    if (proof != NULL)
        append_kept(out, proof);
    else
        g_string_append(out, "null");

    const char *key;
    json_t *value;
    json_object_foreach (manifest->rest, key, value) {
        if (strcmp(key, "proof") == 0)
            continue;
        g_string_append(out, ",\n");
        append_key(out, "  ", key);
        append_kept(out, value);
    }
    g_string_append(out, "\n}\n");
}

char *
bl_manifest_format(const BlManifest *manifest)
{
    g_autoptr(GString) out = g_string_new("{\n");
    g_string_append_printf(out, "  \"version\": %d,\n", MANIFEST_VERSION);
    append_texts(out, "  ", manifest, head_members, G_N_ELEMENTS(head_members));
    append_list(out, "squashedMigrationNames", manifest->squashed);
    g_string_append(out, ",\n");
    g_string_append_printf(out, "  \"formatVersion\": %d,\n", FORMAT_VERSION);
    append_engine(out, manifest);
    append_source(out, manifest);
    append_texts(out, "  ", manifest, digest_members, G_N_ELEMENTS(digest_members));
    append_digests(out, manifest);
    if (manifest->excluded->len > 0) {
        append_list(out, "excluded", manifest->excluded);
        g_string_append(out, ",\n");
    }
    if (manifest->schemas->len > 0) {
        append_list(out, "schemas", manifest->schemas);
        g_string_append(out, ",\n");
    }
    if (manifest->skipped->len > 0) {
        append_list(out, "skipped", manifest->skipped);
        g_string_append(out, ",\n");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (*(const gboolean *)((const char *)manifest + flags[i].offset))
            g_string_append_printf(out, "  \"%s\": true,\n", flags[i].name);
    }
    if (manifest->data->len > 0)
        append_data(out, manifest);
    if (manifest->tool_table != NULL) {
        json_t *value = json_string(manifest->tool_table);
        append_key(out, "  ", "toolTable");
        append_value(out, value);
        g_string_append(out, ",\n");
        json_decref(value);
    }
    append_rest(out, manifest);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
