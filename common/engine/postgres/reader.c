/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

#include "common/base/error.h"
#include "common/sql/quote.h"

#include <string.h>

guint64
pg_key(Oid class_id, Oid oid)
{
    return (guint64)class_id << 32 | oid;
}

const char *
pg_text(const PGresult *result, int row, int column)
{
    return pq.PQgetisnull(result, row, column) ? NULL : pq.PQgetvalue(result, row, column);
}

gboolean
pg_flag(const PGresult *result, int row, int column)
{
    return pq.PQgetvalue(result, row, column)[0] == 't';
}

Oid
pg_oid(const PGresult *result, int row, int column)
{
    return (Oid)g_ascii_strtoull(pq.PQgetvalue(result, row, column), NULL, 10);
}

gint64
pg_number(const PGresult *result, int row, int column, gint64 missing)
{
    const char *text = pg_text(result, row, column);
    return text != NULL ? g_ascii_strtoll(text, NULL, 10) : missing;
}

const char *
pg_schema_name(const PgReader *reader, Oid oid)
{
    const char *name = g_hash_table_lookup(reader->schemas, GUINT_TO_POINTER(oid));
    return name != NULL ? name : "???";
}

const char *
pg_role_name(const PgReader *reader, Oid oid)
{
    const char *name = g_hash_table_lookup(reader->roles, GUINT_TO_POINTER(oid));
    return name != NULL ? name : "???";
}

gboolean
pg_is_system_schema(const char *schema)
{
    return g_str_has_prefix(schema, "pg_") || strcmp(schema, "information_schema") == 0;
}

/* A function is left out by its name with and without its arguments. */
static gboolean
passes_filter(const BlFilter *filter, const char *schema, const char *name, const char *parent)
{
    if (!bl_filter_accepts(filter, schema, name, parent))
        return FALSE;
    const char *paren = strchr(name, '(');
    if (paren == NULL || paren == name)
        return TRUE;
    g_autofree char *plain = g_strndup(name, (gsize)(paren - name));
    return bl_filter_accepts(filter, schema, plain, parent);
}

gboolean
pg_is_ours(const PgReader *reader,
           Oid class_id,
           Oid oid,
           const char *schema,
           const char *name,
           const char *parent)
{
    if (schema != NULL && pg_is_system_schema(schema))
        return FALSE;
    guint64 key = pg_key(class_id, oid);
    if (g_hash_table_contains(reader->members, &key))
        return FALSE;
    /* A schema goes by what stands in it: "audit.*" means the schema too. */
    if (class_id == PG_NAMESPACE)
        return !pg_is_system_schema(name) && bl_filter_accepts(reader->filter, name, "", NULL);
    return passes_filter(reader->filter, schema, name, parent);
}

static PgEntry *
add_entry(PgReader *reader, Oid class_id, Oid oid, BlObject *object)
{
    PgEntry *entry = g_new0(PgEntry, 1);
    entry->key = pg_key(class_id, oid);
    entry->class_id = class_id;
    entry->oid = oid;
    entry->object = object;
    if (class_id == 0) {
        /* Nothing can refer to it; it is kept only to be freed. */
        entry->key = reader->n_nameless++;
    }
    g_hash_table_replace(reader->entries, &entry->key, entry);
    return entry;
}

/* Names of these are unique only in their table. */
static gboolean
is_named_per_table(const BlKind *kind)
{
    return kind == &pg_kind_trigger || kind == &pg_kind_rule || kind == &pg_kind_policy ||
           kind == &pg_kind_foreign_key || kind == &pg_kind_constraint ||
           kind == &pg_kind_default || kind == &pg_kind_domain_constraint;
}

BlObject *
pg_add_object(PgReader *reader, const PgSpec *spec)
{
    BlCatalog *catalog = reader->catalog;
    g_autofree char *full = spec->parent != NULL && is_named_per_table(spec->kind)
                                ? g_strconcat(spec->name, " ON ", spec->parent, NULL)
                                : g_strdup(spec->name);
    BlObject *object = bl_catalog_add(catalog, spec->kind, spec->schema, full);
    if (spec->sort_key != NULL)
        object->sort_key = bl_catalog_string(catalog, spec->sort_key);
    object->parent = bl_catalog_string(catalog, spec->parent);
    return object;
}

PgEntry *
pg_add(PgReader *reader, const PgSpec *spec)
{
    if (!pg_is_ours(reader, spec->class_id, spec->oid, spec->schema, spec->name, spec->parent))
        return NULL;
    BlCatalog *catalog = reader->catalog;
    PgEntry *entry = add_entry(reader, spec->class_id, spec->oid, pg_add_object(reader, spec));
    entry->tag = bl_catalog_string(catalog, spec->tag);
    entry->owner_tag = bl_catalog_string(catalog, spec->owner_tag);
    entry->grant_tag = bl_catalog_string(catalog, spec->grant_tag);
    return entry;
}

PgEntry *
pg_add_global(
    PgReader *reader, const BlKind *kind, Oid class_id, Oid oid, const char *name, const char *tag)
{
    const PgSpec spec = {
        .kind = kind, .class_id = class_id, .oid = oid, .name = name, .tag = tag, .grant_tag = tag
    };
    return pg_add(reader, &spec);
}

PgEntry *
pg_add_on_table(PgReader *reader, const PgSpec *spec, Oid table_oid, const char *word)
{
    if (pg_find(reader, PG_CLASS, table_oid) == NULL)
        return NULL;
    g_autofree char *table = pg_qualified(spec->schema, spec->parent);
    g_autofree char *name = pg_name(spec->name);
    g_autofree char *tag = g_strdup_printf("%s %s ON %s", word, name, table);
    PgSpec tagged = *spec;
    tagged.tag = tag;
    PgEntry *entry = pg_add(reader, &tagged);
    if (entry != NULL)
        pg_add_edge(reader, spec->class_id, spec->oid, PG_CLASS, table_oid);
    return entry;
}

PgEntry *
pg_add_alias(PgReader *reader, Oid class_id, Oid oid, const PgEntry *entry, const char *tag)
{
    PgEntry *alias = add_entry(reader, class_id, oid, entry->object);
    alias->tag = bl_catalog_string(reader->catalog, tag);
    alias->is_alias = TRUE;
    return alias;
}

PgEntry *
pg_find(const PgReader *reader, Oid class_id, Oid oid)
{
    guint64 key = pg_key(class_id, oid);
    return g_hash_table_lookup(reader->entries, &key);
}

void
pg_add_statement(PgReader *reader, const PgEntry *entry, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    bl_object_add_statement(reader->catalog, entry->object, sql);
}

void
pg_add_edge(PgReader *reader, Oid class_id, Oid oid, Oid ref_class, Oid ref_oid)
{
    const PgEdge edge = { pg_key(class_id, oid), pg_key(ref_class, ref_oid) };
    g_array_append_val(reader->edges, edge);
}

void
pg_need_version(PgReader *reader, guint major)
{
    reader->lowest = MAX(reader->lowest, major);
}

gboolean
pg_unsupported(PgReader *reader, const char *label, const char *why, GError **error)
{
    g_autofree char *escaped = bl_quote_comment(label);
    if (!reader->options->skip_unsupported) {
        bl_error_set(error, BL_ERROR_CONFLICT, "leave it out: schema-dump --skip-unsupported",
                     "%s cannot be described: %s", escaped, why);
        if (error != NULL)
            bl_error_set_object(*error, escaped);
        return FALSE;
    }
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "%s is left out: %s", escaped,
                   why);
    if (reader->options->skipped != NULL)
        g_ptr_array_add(reader->options->skipped, g_steal_pointer(&escaped));
    return TRUE;
}

const char *
pg_behind_words(const char *tag)
{
    while (g_ascii_isupper(tag[0])) {
        const char *blank = strchr(tag, ' ');
        if (blank == NULL)
            break;
        tag = blank + 1;
    }
    return tag;
}

const char *
pg_enable_word(char letter)
{
    switch (letter) {
    case 'D':
        return "DISABLE";
    case 'R':
        return "ENABLE REPLICA";
    case 'A':
        return "ENABLE ALWAYS";
    default:
        return NULL;
    }
}
