/* SPDX-License-Identifier: MIT */
/*
 * What makes a snapshot all or nothing with any client, even with one that goes on after an error.
 *
 * The head counts the objects that are there. The gate at the end counts again and puts NULL into a
 * NOT NULL column when not exactly the objects of the snapshot came to be; OR ROLLBACK then takes
 * the whole transaction back, and every statement behind it fails without effect. The second stage
 * names tables, and a statement that names a missing table would fail without rolling back: it
 * comes only when the first stage has proved that they exist.
 */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <string.h>

static void
append_name(GPtrArray *names, GHashTable *seen, const char *name)
{
    if (g_hash_table_add(seen, g_strdup(name)))
        g_ptr_array_add(names, g_strdup(name));
}

static gboolean
is_object_name(const BlCatalog *catalog, const char *name)
{
    for (gsize i = 0; lite_kinds[i] != NULL; i++) {
        if (bl_catalog_find(catalog, lite_kinds[i]->name, NULL, name) != NULL)
            return TRUE;
    }
    return FALSE;
}

static int
order_names(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void
append_shadow_names(GPtrArray *names, GHashTable *seen, const BlObject *object)
{
    for (guint i = 0; i < object->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(object->parts, i);
        if (strcmp(part->kind, "shadow") == 0)
            append_name(names, seen, part->name);
    }
    g_auto(LiteCreate) create = { 0 };
    const char *sql = object->statements->len > 0 ? g_ptr_array_index(object->statements, 0) : "";
    if (!lite_parse_create(sql, strlen(sql), &create) || create.target == NULL)
        return;
    const char *const *suffixes = lite_shadow_suffixes(create.target);
    for (gsize i = 0; suffixes != NULL && suffixes[i] != NULL; i++) {
        g_autofree char *name = g_strconcat(object->name, "_", suffixes[i], NULL);
        append_name(names, seen, name);
    }
}

/* Names that do not count: shadow tables, of which a module may make more or fewer than another
 * version of it, and the journal of the ledger, which is no part of a snapshot and may outlive one.
 * Sorted. */
static GPtrArray *
uncounted_names(const BlCatalog *catalog, const BlFrame *frame)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind == &lite_kind_virtual)
            append_shadow_names(names, seen, object);
    }
    if (frame->ledger != NULL) {
        g_autofree char *journal = g_strconcat(frame->ledger, "_journal", NULL);
        append_name(names, seen, journal);
    }
    GPtrArray *uncounted = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < names->len; i++) {
        if (!is_object_name(catalog, g_ptr_array_index(names, i)))
            g_ptr_array_add(uncounted, g_strdup(g_ptr_array_index(names, i)));
    }
    g_ptr_array_sort(uncounted, order_names);
    return uncounted;
}

static void
append_literals(GString *out, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *literal =
            bl_quote_literal(&bl_dialect_sqlite, g_ptr_array_index(names, i));
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", literal);
    }
}

/* "FROM main.sqlite_master WHERE ...": the old name, which every library knows. */
static char *
counted_rows(const BlCatalog *catalog, const BlFrame *frame)
{
    g_autoptr(GPtrArray) uncounted = uncounted_names(catalog, frame);
    g_autoptr(GString) sql =
        g_string_new("FROM main.sqlite_master WHERE lower(substr(name, 1, 7)) <> 'sqlite_'");
    if (uncounted->len > 0) {
        g_string_append(sql, " AND name NOT IN (");
        append_literals(sql, uncounted);
        g_string_append_c(sql, ')');
    }
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static void
append_globs(GString *out, const char *const *globs, gboolean *is_first)
{
    for (gsize i = 0; globs != NULL && globs[i] != NULL; i++) {
        g_autofree char *literal = bl_quote_literal(&bl_dialect_sqlite, globs[i]);
        g_string_append_printf(out, "%stbl_name GLOB %s", *is_first ? "" : " OR ", literal);
        *is_first = FALSE;
    }
}

/* A temporary table takes the place of an ordinary one of its name in every statement that does not
 * say "main". @return g_free() */
static char *
name_gate(const BlCatalog *catalog)
{
    char *name = g_strdup(LITE_GATE);
    for (guint i = 2; is_object_name(catalog, name); i++) {
        g_free(name);
        name = g_strdup_printf("%s%u", LITE_GATE, i);
    }
    return name;
}

static guint
count_objects(const BlCatalog *catalog, const BlFrame *frame)
{
    guint n = (frame->ledger != NULL ? 2 : 0) + frame->n_peers;
    for (guint i = 0; i < catalog->objects->len; i++)
        n += !((const BlObject *)g_ptr_array_index(catalog->objects, i))->kind->is_setting;
    return n;
}

static void
append_head(const BlCatalog *catalog,
            const BlFrame *frame,
            const char *gate,
            const char *counted,
            GString *head)
{
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        for (guint j = 0; object->framed && j < object->statements->len; j++)
            g_string_append_printf(head, "%s;\n",
                                   (const char *)g_ptr_array_index(object->statements, j));
    }
    g_string_append(head, "BEGIN;\n");
    if (frame->n_data > frame->n_peers)
        g_string_append(head, "PRAGMA defer_foreign_keys = ON;\n");
    g_autoptr(GString) ignored = g_string_new(NULL);
    gboolean is_first = TRUE;
    append_globs(ignored, lite_default_ignore, &is_first);
    append_globs(ignored, frame->ignore, &is_first);
    g_string_append_printf(
        head,
        "CREATE TEMP TABLE %s (objects INTEGER, strangers INTEGER, passed INTEGER NOT NULL);\n"
        "INSERT INTO temp.%s SELECT count(*), coalesce(sum(NOT (%s)), 0), 1 %s;\n",
        gate, gate, ignored->str, counted);
}

/* Tables that the second stage names. */
static void
append_named_tables(GString *tail, const BlFrame *frame)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (frame->ledger != NULL) {
        g_ptr_array_add(names, (gpointer)(guintptr)frame->ledger);
        g_ptr_array_add(names, (gpointer)(guintptr)frame->versions);
    }
    for (guint i = 0; i < frame->n_data; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)frame->data_tables[i]);
    if (names->len == 0)
        return;
    g_string_append(
        tail, " AND (SELECT count(*) FROM main.sqlite_master WHERE type = 'table' AND name IN (");
    append_literals(tail, names);
    g_string_append_printf(tail, ")) = %u", names->len);
}

static void
append_row_check(GString *tail, const char *gate, const char *table, guint64 rows)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, table);
    g_string_append_printf(tail,
                           "INSERT OR ROLLBACK INTO temp.%s (passed) SELECT CASE WHEN "
                           "(SELECT count(*) FROM main.%s) = %" G_GUINT64_FORMAT " THEN 1 END;\n",
                           gate, quoted, rows);
}

/* Numbers that a statement in the body sets. Those of the head are fixed when the first object is
 * made. */
static void
append_setting_checks(GString *tail, const BlCatalog *catalog)
{
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (!object->kind->is_setting || object->framed || object->statements->len == 0)
            continue;
        const char *equals = strchr(g_ptr_array_index(object->statements, 0), '=');
        if (equals != NULL)
            g_string_append_printf(tail, " AND (SELECT %s FROM pragma_%s) =%s", object->name,
                                   object->name, equals + 1);
    }
}

void
lite_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    g_autofree char *counted = counted_rows(catalog, frame);
    g_autofree char *gate = name_gate(catalog);
    append_head(catalog, frame, gate, counted, head);
    g_string_append_printf(
        tail,
        "-- gate\n"
        "INSERT OR ROLLBACK INTO temp.%s (passed) SELECT CASE WHEN "
        "(SELECT strangers FROM temp.%s WHERE rowid = 1) = 0 AND "
        "(SELECT count(*) %s) - (SELECT objects FROM temp.%s WHERE rowid = 1) = %u",
        gate, gate, counted, gate, count_objects(catalog, frame));
    append_setting_checks(tail, catalog);
    append_named_tables(tail, frame);
    g_string_append(tail, " THEN 1 END;\n");
    if (frame->ledger != NULL) {
        append_row_check(tail, gate, frame->ledger, frame->ledger_rows);
        append_row_check(tail, gate, frame->versions, 1);
    }
    for (guint i = 0; i < frame->n_data; i++)
        append_row_check(tail, gate, frame->data_tables[i], frame->data_rows[i]);
    g_string_append_printf(tail, "DROP TABLE temp.%s;\nCOMMIT;\n", gate);
}
