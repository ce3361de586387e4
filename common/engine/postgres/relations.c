/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

#define NAME_MAX_BYTES 63

PgRelation *
pg_any_relation(const PgReader *reader, Oid oid)
{
    return g_hash_table_lookup(reader->relations, GUINT_TO_POINTER(oid));
}

PgRelation *
pg_relation(const PgReader *reader, Oid oid)
{
    PgRelation *relation = pg_any_relation(reader, oid);
    return relation != NULL && relation->is_ours ? relation : NULL;
}

static int
order_relations(gconstpointer left, gconstpointer right)
{
    const PgRelation *a = *(const PgRelation *const *)left;
    const PgRelation *b = *(const PgRelation *const *)right;
    int order = strcmp(a->schema, b->schema);
    return order != 0 ? order : strcmp(a->name, b->name);
}

GPtrArray *
pg_sorted_relations(const PgReader *reader)
{
    GPtrArray *sorted = g_ptr_array_new();
    GHashTableIter iter;
    gpointer relation;
    g_hash_table_iter_init(&iter, reader->relations);
    while (g_hash_table_iter_next(&iter, NULL, &relation)) {
        if (((const PgRelation *)relation)->is_ours)
            g_ptr_array_add(sorted, relation);
    }
    g_ptr_array_sort(sorted, order_relations);
    return sorted;
}

PgColumn *
pg_column(const PgRelation *relation, gint number)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        PgColumn *column = g_ptr_array_index(relation->columns, i);
        if (column->number == number)
            return column;
    }
    return NULL;
}

PgColumn *
pg_column_named(const PgRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        PgColumn *column = g_ptr_array_index(relation->columns, i);
        if (strcmp(column->name, name) == 0)
            return column;
    }
    return NULL;
}

/* What INHERITS would give: the parents' columns in their order, then the own ones. */
static gboolean
has_usual_order(const PgRelation *child)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint place = 0;
    for (guint i = 0; i < child->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(child->parents, i);
        for (guint j = 0; j < parent->columns->len; j++) {
            const PgColumn *column = g_ptr_array_index(parent->columns, j);
            if (!g_hash_table_add(seen, (gpointer)(guintptr)column->name))
                continue;
            if (place >= child->columns->len)
                return FALSE;
            const PgColumn *mine = g_ptr_array_index(child->columns, place++);
            if (strcmp(mine->name, column->name) != 0)
                return FALSE;
        }
    }
    return TRUE;
}

static const char *
default_text(const PgColumn *column)
{
    return column->value != NULL ? column->value->text : NULL;
}

/* The server asks for a default where two parents do not agree, also when the child has none. */
static gboolean
has_rival_defaults(const PgRelation *child)
{
    for (guint i = 0; i < child->columns->len && child->parents->len > 1; i++) {
        const PgColumn *mine = g_ptr_array_index(child->columns, i);
        const char *first = NULL;
        for (guint j = 0; j < child->parents->len; j++) {
            const PgColumn *theirs =
                pg_column_named(g_ptr_array_index(child->parents, j), mine->name);
            const char *text = theirs != NULL ? default_text(theirs) : NULL;
            if (first != NULL && text != NULL && strcmp(first, text) != 0 &&
                (!mine->local || mine->value == NULL))
                return TRUE;
            first = first != NULL ? first : text;
        }
    }
    return FALSE;
}

/* Two parents may not store a column in different ways when a child is made with them. */
static gboolean
has_rival_storage(const PgRelation *child)
{
    for (guint i = 0; i < child->columns->len && child->parents->len > 1; i++) {
        const PgColumn *mine = g_ptr_array_index(child->columns, i);
        const PgColumn *first = NULL;
        const char *compression = NULL;
        for (guint j = 0; j < child->parents->len; j++) {
            const PgColumn *theirs =
                pg_column_named(g_ptr_array_index(child->parents, j), mine->name);
            if (theirs == NULL)
                continue;
            if ((first != NULL && g_strcmp0(first->storage, theirs->storage) != 0) ||
                (compression != NULL && theirs->compression != NULL &&
                 strcmp(compression, theirs->compression) != 0))
                return TRUE;
            first = theirs;
            compression = compression != NULL ? compression : theirs->compression;
        }
    }
    return FALSE;
}

gboolean
pg_inherits_later(const PgRelation *relation)
{
    return !relation->is_partition && relation->parents->len > 0 &&
           (relation->keeps_null_name || !has_usual_order(relation) ||
            has_rival_defaults(relation) || has_rival_storage(relation));
}

gboolean
pg_needs_model(const PgRelation *table)
{
    if (!pg_inherits_later(table))
        return FALSE;
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        if (!column->local || !column->null_is_local)
            return TRUE;
    }
    for (guint i = 0; i < table->pieces->len; i++) {
        if (((const PgPiece *)g_ptr_array_index(table->pieces, i))->is_inherited)
            return TRUE;
    }
    return FALSE;
}

void
pg_relation_free(gpointer data)
{
    PgRelation *relation = data;
    g_ptr_array_unref(relation->columns);
    g_ptr_array_unref(relation->pieces);
    g_ptr_array_unref(relation->parents);
    g_clear_pointer(&relation->noted, g_ptr_array_unref);
    g_free(relation);
}

/* The longest start of @text with at most @max bytes that ends between two characters. */
static gsize
clip(const char *text, gsize max)
{
    while (max > 0 && ((guchar)text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

char *
pg_default_name(const char *table, const char *column, const char *label)
{
    gsize room = NAME_MAX_BYTES - strlen(label) - (column != NULL ? 2 : 1);
    gsize table_len = strlen(table);
    gsize column_len = column != NULL ? strlen(column) : 0;
    while (table_len + column_len > room) {
        if (table_len > column_len)
            table_len--;
        else
            column_len--;
    }
    table_len = clip(table, table_len);
    if (column == NULL)
        return g_strdup_printf("%.*s_%s", (int)table_len, table, label);
    column_len = clip(column, column_len);
    return g_strdup_printf("%.*s_%.*s_%s", (int)table_len, table, (int)column_len, column, label);
}

void
pg_usual_limits(const PgRelation *sequence, gint64 *min, gint64 *max)
{
    gint64 top = strcmp(sequence->seq_type, "smallint") == 0  ? G_MAXINT16
                 : strcmp(sequence->seq_type, "integer") == 0 ? G_MAXINT32
                                                              : G_MAXINT64;
    *max = sequence->seq_increment > 0 ? top : -1;
    *min = sequence->seq_increment > 0 ? 1 : -top - 1;
}

/* As flatten_reloptions() of ruleutils.c does, so that the text is the server's. */
static void
append_option(GString *out, const char *prefix, const char *option)
{
    const char *equals = strchr(option, '=');
    g_autofree char *name =
        equals != NULL ? g_strndup(option, (gsize)(equals - option)) : g_strdup(option);
    const char *value = equals != NULL ? equals + 1 : "";
    g_string_append(out, prefix);
    pg_append_name(out, name);
    g_string_append_c(out, '=');
    g_autofree char *quoted = pg_name(value);
    if (value[0] != '\0' && strcmp(quoted, value) == 0)
        g_string_append(out, value);
    else
        pg_append_literal(out, value);
}

guint
pg_append_option_list(GString *out, const char *options, const char *prefix)
{
    if (options == NULL)
        return 0;
    guint n = 0;
    g_autoptr(GPtrArray) elements = pg_split_array(options);
    for (guint i = 0; i < elements->len; i++) {
        const char *option = g_ptr_array_index(elements, i);
        if (option == NULL || g_str_has_prefix(option, "pg_attver="))
            continue;
        g_string_append(out, n++ > 0 ? ", " : "");
        append_option(out, prefix, option);
    }
    return n;
}

void
pg_append_options(GString *out, const char *options, const char *toast_options)
{
    g_autoptr(GString) own = g_string_new(NULL);
    g_autoptr(GString) toast = g_string_new(NULL);
    guint n = pg_append_option_list(own, options, "");
    guint n_toast = pg_append_option_list(toast, toast_options, "toast.");
    if (n + n_toast > 0)
        g_string_append_printf(out, " WITH (%s%s%s)", own->str, n > 0 && n_toast > 0 ? ", " : "",
                               toast->str);
}

static char *
piece_statement(const PgPiece *piece)
{
    const PgRelation *table = piece->table;
    g_autofree char *name = pg_name(piece->name);
    if (piece->type == 'd') {
        return g_strdup_printf("ALTER %sTABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s",
                               table->kind == 'f' ? "FOREIGN " : "", table->qualified, name,
                               piece->text);
    }
    /* A check goes down to the children, as CREATE TABLE … INHERITS would have brought it there. */
    return g_strdup_printf("ALTER %sTABLE %s%s ADD CONSTRAINT %s %s",
                           table->kind == 'f' ? "FOREIGN " : "", piece->type == 'c' ? "" : "ONLY ",
                           table->qualified, name, piece->text);
}

/* An object of its own for what stands inside CREATE TABLE. */
static void
pull_piece(PgReader *reader, PgEntry *entry)
{
    PgPiece *piece = entry->data;
    const PgRelation *table = piece->table;
    const PgSpec spec = { .kind = piece->type == 'd' ? &pg_kind_default : &pg_kind_constraint,
                          .schema = table->schema,
                          .name = piece->name,
                          .parent = table->name };
    piece->is_out = TRUE;
    entry->object = pg_add_object(reader, &spec);
    if (piece->index != NULL)
        piece->index->object = entry->object;
    g_autofree char *sql = piece_statement(piece);
    bl_object_add_statement(reader->catalog, entry->object, sql);
    bl_object_add_dependency(entry->object, table->entry->object);
}

PgEntry *
pg_add_piece(
    PgReader *reader, PgRelation *table, Oid oid, char type, const char *name, const char *text)
{
    PgPiece *piece = g_new0(PgPiece, 1);
    piece->table = table;
    piece->type = type;
    piece->name = bl_catalog_string(reader->catalog, name);
    piece->text = bl_catalog_string(reader->catalog, text);
    g_ptr_array_add(table->pieces, piece);
    g_autoptr(GString) tag = g_string_new("CONSTRAINT ");
    pg_append_name(tag, name);
    g_string_append_printf(tag, " ON %s", table->qualified);
    PgEntry *entry = type == 'd' ? pg_add_alias(reader, PG_ATTRDEF, oid, table->entry, NULL)
                                 : pg_add_alias(reader, PG_CONSTRAINT, oid, table->entry, tag->str);
    entry->pull = pull_piece;
    piece->entry = entry;
    entry->data = piece;
    entry->pull_cost = type == 'd' ? PG_PULL_DEFAULT : type == 'c' ? PG_PULL_CHECK : PG_PULL_KEY;
    return entry;
}
