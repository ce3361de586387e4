/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/render.h"

#include <string.h>

const char *
pg_table_word(const PgRelation *relation)
{
    return relation->kind == 'f' ? "FOREIGN TABLE" : "TABLE";
}

void
pg_append_cache(GString *out, const PgRelation *sequence)
{
    if (sequence->seq_cache != 1)
        g_string_append_printf(out, " CACHE %" G_GINT64_FORMAT, sequence->seq_cache);
    if (sequence->seq_cycle)
        g_string_append(out, " CYCLE");
}

/* Only what differs from a sequence without options. */
static void
append_sequence_options(GString *out, const PgRelation *sequence)
{
    gint64 min;
    gint64 max;
    pg_usual_limits(sequence, &min, &max);
    if (sequence->seq_increment != 1)
        g_string_append_printf(out, " INCREMENT BY %" G_GINT64_FORMAT, sequence->seq_increment);
    if (sequence->seq_min != min)
        g_string_append_printf(out, " MINVALUE %" G_GINT64_FORMAT, sequence->seq_min);
    if (sequence->seq_max != max)
        g_string_append_printf(out, " MAXVALUE %" G_GINT64_FORMAT, sequence->seq_max);
    gint64 start = sequence->seq_increment > 0 ? sequence->seq_min : sequence->seq_max;
    if (sequence->seq_start != start)
        g_string_append_printf(out, " START WITH %" G_GINT64_FORMAT, sequence->seq_start);
    pg_append_cache(out, sequence);
}

static const char *
persistence_word(const PgRelation *relation)
{
    return relation->persistence == 'u' ? "UNLOGGED " : "";
}

/* Partitions have their own persistence, and that of a partitioned table is a word, which 18 does
 * not take any more; a table that pg_upgrade brought there may still have it. */
static const char *
table_persistence(const PgReader *reader, const PgRelation *table)
{
    return table->kind == 'p' && reader->version >= 180000 ? "" : persistence_word(table);
}

/* What older servers take with UNLOGGED, and 18 without. @return g_free() */
static char *
unlogged_where_it_may_be(const char *sql)
{
    static const char head[] = "CREATE UNLOGGED";
    g_autoptr(GString) body =
        g_string_new("BEGIN EXECUTE CASE WHEN current_setting('server_version_num')::int < 180000 "
                     "THEN 'CREATE UNLOGGED' ELSE 'CREATE' END || ");
    pg_append_dollar(body, sql + strlen(head));
    g_string_append(body, "; END");
    GString *block = g_string_new("DO ");
    pg_append_dollar(block, body->str);
    return g_string_free(block, FALSE);
}

static void
render_sequence(PgReader *reader, const PgRelation *sequence)
{
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append_printf(sql, "%sSEQUENCE %s", persistence_word(sequence), sequence->qualified);
    if (sequence->persistence == 'u')
        pg_need_version(reader, 15);
    if (strcmp(sequence->seq_type, "bigint") != 0)
        g_string_append_printf(sql, " AS %s", sequence->seq_type);
    append_sequence_options(sql, sequence);
    pg_add_statement(reader, sequence->entry, "%s", sql->str);
    const PgRelation *table = pg_relation(reader, sequence->owner_table);
    const PgColumn *column = table != NULL ? pg_column(table, sequence->owner_column) : NULL;
    if (column == NULL)
        return;
    g_autofree char *name = pg_name(column->name);
    g_autofree char *owned = g_strdup_printf("ALTER SEQUENCE %s OWNED BY %s.%s",
                                             sequence->qualified, table->qualified, name);
    pg_add_tail(reader, table->entry, PG_TAIL_OWNED, sequence->qualified, owned);
}

gboolean
pg_has_own_type(const PgColumn *column)
{
    return column->sequence != NULL && column->identity != '\0' &&
           strcmp(column->sequence->seq_type, column->type) != 0;
}

static void
append_identity(GString *out, const PgRelation *table, const PgColumn *column)
{
    g_string_append_printf(out, " GENERATED %s AS IDENTITY",
                           column->identity == 'a' ? "ALWAYS" : "BY DEFAULT");
    const PgRelation *sequence = column->sequence;
    if (sequence == NULL)
        return;
    g_autoptr(GString) options = g_string_new(NULL);
    g_autofree char *usual = pg_default_name(table->name, column->name, "seq");
    if (strcmp(usual, sequence->name) != 0 || strcmp(table->schema, sequence->schema) != 0)
        g_string_append_printf(options, " SEQUENCE NAME %s", sequence->qualified);
    if (!pg_has_own_type(column))
        append_sequence_options(options, sequence);
    if (options->len > 0)
        g_string_append_printf(out, " (%s)", options->str + 1);
}

static const char *
serial_word(const PgColumn *column)
{
    return strcmp(column->type, "smallint") == 0  ? "smallserial"
           : strcmp(column->type, "integer") == 0 ? "serial"
                                                  : "bigserial";
}

gboolean
pg_is_made_alone(const PgRelation *table)
{
    return table->is_partition || table->parents->len == 0 ||
           (pg_inherits_later(table) && !pg_needs_model(table));
}

gboolean
pg_inherits_not_null(const PgRelation *table, const char *name)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const PgColumn *column = pg_column_named(g_ptr_array_index(table->parents, i), name);
        if (column != NULL && column->not_null && !column->null_no_inherit)
            return TRUE;
    }
    return FALSE;
}

/* A column that stands in the child too takes the parent's NOT NULL as well; to say it would make
 * it the child's own, which only 18 keeps apart. */
static gboolean
takes_not_null(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    gboolean is_own =
        reader->version >= 180000 ? column->null_is_local : pg_needs_model(table) && column->local;
    return !pg_is_made_alone(table) && !column->null_no_inherit && !is_own &&
           pg_inherits_not_null(table, column->name);
}

gboolean
pg_drops_not_null(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    return reader->version < 180000 && !column->not_null && !table->is_partition &&
           pg_inherits_not_null(table, column->name);
}

static void
append_not_null(GString *out, PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    gboolean not_null = column->not_null || pg_drops_not_null(reader, table, column);
    if (!not_null || column->null_not_valid || takes_not_null(reader, table, column))
        return;
    if (column->null_name != NULL) {
        g_autofree char *name = pg_name(column->null_name);
        g_string_append_printf(out, " CONSTRAINT %s", name);
        if (column->null_no_inherit)
            pg_need_version(reader, 18);
    }
    g_string_append(out, " NOT NULL");
    if (column->null_no_inherit) {
        g_string_append(out, " NO INHERIT");
        pg_need_version(reader, 18);
    }
}

gboolean
pg_is_inline(const PgColumn *column)
{
    return column->value != NULL && !column->value->is_out;
}

/* A child's own column that its parent has too may not repeat the parent's expression before 16. */
static gboolean
repeats_parent(const PgRelation *table, const PgColumn *column)
{
    if (pg_needs_model(table))
        return TRUE;
    for (guint i = 0; i < table->parents->len && !pg_is_made_alone(table); i++) {
        const PgColumn *theirs =
            pg_column_named(g_ptr_array_index(table->parents, i), column->name);
        if (theirs != NULL && theirs->generated != '\0' && theirs->value != NULL &&
            strcmp(theirs->value->text, column->value->text) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
append_expression(GString *out, PgReader *reader, const PgColumn *column)
{
    if (!pg_is_inline(column))
        return;
    const char *text = column->value->text;
    if (column->generated == '\0') {
        g_string_append_printf(out, " DEFAULT %s", text);
        return;
    }
    g_string_append_printf(out, " GENERATED ALWAYS AS (%s)", text);
    if (column->generated == 's')
        g_string_append(out, " STORED");
    else
        pg_need_version(reader, 18);
}

static void
append_value(GString *out, PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    if (column->generated == '\0' || !pg_is_inline(column) || !repeats_parent(table, column))
        append_expression(out, reader, column);
}

gboolean
pg_has_own_identity(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    return column->identity != '\0' && !(table->is_partition && reader->version >= 170000);
}

static void
append_column(GString *out, PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    pg_append_name(out, column->name);
    if (column->is_serial) {
        g_string_append_printf(out, " %s", serial_word(column));
        return;
    }
    if (table->of_type != NULL)
        g_string_append(out, " WITH OPTIONS");
    else
        g_string_append_printf(out, " %s", column->type);
    if (column->fdw_options != NULL)
        g_string_append_printf(out, " OPTIONS (%s)", column->fdw_options);
    if (column->collation != NULL && table->of_type == NULL)
        g_string_append_printf(out, " COLLATE %s", column->collation);
    append_value(out, reader, table, column);
    if (pg_has_own_identity(reader, table, column))
        append_identity(out, table, column);
    append_not_null(out, reader, table, column);
}

gboolean
pg_is_written(const PgRelation *table, const PgColumn *column)
{
    if (table->of_type != NULL)
        return pg_is_inline(column) || column->not_null || column->identity != '\0';
    return pg_is_made_alone(table) || column->local;
}

static int
order_pieces(gconstpointer left, gconstpointer right)
{
    static const char order[] = "puxc";
    const PgPiece *a = *(const PgPiece *const *)left;
    const PgPiece *b = *(const PgPiece *const *)right;
    if (a->type != b->type)
        return strchr(order, a->type) < strchr(order, b->type) ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* The NOT NULL of an inherited column that the child says itself: only 18 keeps that apart. */
static gboolean
has_own_not_null(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    return reader->version >= 180000 && !pg_is_written(table, column) && table->of_type == NULL &&
           column->not_null && column->null_is_local && !column->null_not_valid &&
           (column->null_name != NULL || column->null_no_inherit ||
            pg_inherits_not_null(table, column->name));
}

static void
append_not_nulls(GString *out, PgReader *reader, const PgRelation *table, const char **sep)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        if (!has_own_not_null(reader, table, column))
            continue;
        g_autofree char *usual = pg_default_name(table->name, column->name, "not_null");
        g_string_append_printf(out, "%sCONSTRAINT ", *sep);
        pg_append_name(out, column->null_name != NULL ? column->null_name : usual);
        g_string_append(out, " NOT NULL ");
        pg_append_name(out, column->name);
        g_string_append(out, column->null_no_inherit ? " NO INHERIT" : "");
        *sep = ",\n    ";
        pg_need_version(reader, 18);
    }
}

enum { OWN = 1, INHERITED = 2 };

/* @param whose OWN, INHERITED for those that only the parents have, or both */
static void
append_constraints(GString *out, const PgRelation *table, guint whose, const char **sep)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < table->pieces->len; i++) {
        PgPiece *piece = g_ptr_array_index(table->pieces, i);
        if (piece->type != 'd' && !piece->is_out &&
            (whose & (piece->is_inherited ? INHERITED : OWN)) != 0)
            g_ptr_array_add(sorted, piece);
    }
    g_ptr_array_sort(sorted, order_pieces);
    for (guint i = 0; i < sorted->len; i++) {
        const PgPiece *piece = g_ptr_array_index(sorted, i);
        g_string_append_printf(out, "%sCONSTRAINT ", *sep);
        pg_append_name(out, piece->name);
        g_string_append_printf(out, " %s", piece->text);
        *sep = ",\n    ";
    }
}

static gboolean
has_same_null_name(const PgReader *reader,
                   const PgRelation *table,
                   const PgColumn *column,
                   const PgRelation *other,
                   const PgColumn *theirs)
{
    if (reader->version < 180000 || !column->not_null)
        return TRUE;
    g_autofree char *mine_usual = pg_default_name(table->name, column->name, "not_null");
    g_autofree char *their_usual = pg_default_name(other->name, theirs->name, "not_null");
    return strcmp(column->null_name != NULL ? column->null_name : mine_usual,
                  theirs->null_name != NULL ? theirs->null_name : their_usual) == 0;
}

static gboolean
has_same_value(const PgColumn *column, const PgColumn *theirs)
{
    if (pg_is_inline(column) != pg_is_inline(theirs) || column->generated != theirs->generated)
        return FALSE;
    return !pg_is_inline(column) || strcmp(column->value->text, theirs->value->text) == 0;
}

/* A partition whose columns are its parent's to the letter is made LIKE it. From 18 on that also
 * gives its NOT NULL constraints the parent's names, which they have when the partition was made by
 * PARTITION OF, and which older servers do not know at all: the same text for all. */
static gboolean
is_like_parent(const PgReader *reader, const PgRelation *table)
{
    if (!table->is_partition || table->parents->len != 1 || table->kind == 'f' ||
        table->of_type != NULL)
        return FALSE;
    const PgRelation *parent = g_ptr_array_index(table->parents, 0);
    if (parent->columns->len != table->columns->len)
        return FALSE;
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        const PgColumn *theirs = g_ptr_array_index(parent->columns, i);
        if (strcmp(column->name, theirs->name) != 0 || strcmp(column->type, theirs->type) != 0 ||
            g_strcmp0(column->collation, theirs->collation) != 0 ||
            column->not_null != theirs->not_null || column->null_not_valid ||
            theirs->null_not_valid || pg_has_own_identity(reader, table, column) ||
            !has_same_value(column, theirs) ||
            !has_same_null_name(reader, table, column, parent, theirs))
            return FALSE;
    }
    return TRUE;
}

/* Whether something has the name that shares it with tables. */
static gboolean
is_taken(const PgReader *reader, const char *schema, const char *name)
{
    static const BlKind *const kinds[] = {
        &pg_kind_table, &pg_kind_foreign_table,     &pg_kind_sequence,
        &pg_kind_view,  &pg_kind_materialized_view, &pg_kind_type,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (bl_catalog_find(reader->catalog, kinds[i]->name, schema, name) != NULL)
            return TRUE;
    }
    return FALSE;
}

char *
pg_model_name(const PgReader *reader, const PgRelation *table)
{
    g_autofree char *name = pg_default_name(table->name, NULL, "baseline_model");
    for (guint n = 1; is_taken(reader, table->schema, name); n++) {
        g_autofree char *label = g_strdup_printf("baseline_model%u", n);
        g_free(name);
        name = pg_default_name(table->name, NULL, label);
    }
    return pg_qualified(table->schema, name);
}

/* The name that a NOT NULL which comes from the parents has on 18. @return g_free() */
static char *
inherited_null_name(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    for (guint i = 0; reader->version < 180000 && i < table->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        const PgColumn *theirs = pg_column_named(parent, column->name);
        if (theirs != NULL && theirs->not_null)
            return inherited_null_name(reader, parent, theirs);
    }
    return column->null_name != NULL ? g_strdup(column->null_name)
                                     : pg_default_name(table->name, column->name, "not_null");
}

/* Whether a table that has just been made has the NOT NULL: see place_late_not_null(). */
static gboolean
has_null_at_once(const PgRelation *table, const PgColumn *column)
{
    if (column == NULL || !column->not_null || column->null_no_inherit || column->null_is_late)
        return FALSE;
    if (column->null_is_local || table->parents->len == 0)
        return TRUE;
    for (guint i = 0; i < table->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        if (has_null_at_once(parent, pg_column_named(parent, column->name)))
            return TRUE;
    }
    return FALSE;
}

/* Whether INHERIT asks for the NOT NULL. */
static gboolean
model_needs_null(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    gboolean is_own = reader->version < 180000 ? column->local : column->null_is_local;
    return (column->not_null || pg_drops_not_null(reader, table, column)) &&
           !column->null_no_inherit && pg_inherits_not_null(table, column->name) && !is_own &&
           (reader->version < 180000 || has_null_at_once(table, column));
}

/* All columns in their order, and what only the parents have. */
static void
render_model(PgReader *reader, const PgRelation *table)
{
    g_autofree char *qualified = pg_model_name(reader, table);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TABLE %s (", qualified);
    const char *sep = "\n    ";
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        g_string_append(sql, sep);
        pg_append_name(sql, column->name);
        g_string_append_printf(sql, " %s", column->type);
        if (column->collation != NULL)
            g_string_append_printf(sql, " COLLATE %s", column->collation);
        if (!column->local || column->generated != '\0')
            append_expression(sql, reader, column);
        if (model_needs_null(reader, table, column)) {
            g_autofree char *null_name = inherited_null_name(reader, table, column);
            g_autofree char *quoted = pg_name(null_name);
            g_string_append_printf(sql, " CONSTRAINT %s NOT NULL", quoted);
        }
        sep = ",\n    ";
    }
    append_constraints(sql, table, INHERITED, &sep);
    g_string_append(sql, "\n)");
    pg_add_statement(reader, table->entry, "%s", sql->str);
}

static void
append_body(GString *out, PgReader *reader, const PgRelation *table)
{
    const char *sep = "\n    ";
    g_autoptr(GString) body = g_string_new(NULL);
    gboolean is_like = is_like_parent(reader, table);
    if (is_like) {
        const PgRelation *parent = g_ptr_array_index(table->parents, 0);
        g_string_append_printf(body, "%sLIKE %s INCLUDING DEFAULTS INCLUDING GENERATED", sep,
                               parent->qualified);
        sep = ",\n    ";
    }
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        if (is_like || !pg_is_written(table, column))
            continue;
        g_string_append(body, sep);
        append_column(body, reader, table, column);
        sep = ",\n    ";
    }
    append_not_nulls(body, reader, table, &sep);
    append_constraints(body, table, pg_needs_model(table) ? OWN : OWN | INHERITED, &sep);
    if (body->len > 0)
        g_string_append_printf(out, " (%s\n)", body->str);
    else if (table->of_type == NULL)
        g_string_append(out, " (\n)");
}

static void
append_clauses(GString *out, PgReader *reader, const PgRelation *table)
{
    if (pg_needs_model(table)) {
        g_autofree char *model = pg_model_name(reader, table);
        g_string_append_printf(out, "\nINHERITS (%s)", model);
    }
    for (guint i = 0; i < table->parents->len && !pg_inherits_later(table) && !table->is_partition;
         i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        g_string_append_printf(out, "%s%s", i == 0 ? "\nINHERITS (" : ", ", parent->qualified);
        if (i + 1 == table->parents->len)
            g_string_append_c(out, ')');
    }
    if (table->partition_key != NULL)
        g_string_append_printf(out, "\nPARTITION BY %s", table->partition_key);
    if (table->server != NULL) {
        g_autofree char *server = pg_name(table->server);
        g_string_append_printf(out, "\nSERVER %s", server);
        if (table->fdw_options != NULL)
            g_string_append_printf(out, " OPTIONS (%s)", table->fdw_options);
    }
    if (table->access_method != NULL) {
        g_autofree char *method = pg_name(table->access_method);
        g_string_append_printf(out, "\nUSING %s", method);
        if (table->kind == 'p')
            pg_need_version(reader, 17);
    }
    g_autoptr(GString) options = g_string_new(NULL);
    pg_append_options(options, table->options, table->toast_options);
    if (options->len > 0)
        g_string_append_printf(out, "\n%s", options->str + 1);
    if (table->tablespace != NULL) {
        g_autofree char *tablespace = pg_name(table->tablespace);
        g_string_append_printf(out, "\nTABLESPACE %s", tablespace);
    }
}

static void
add_parts(PgReader *reader, const PgRelation *table)
{
    BlObject *object = table->entry->object;
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        g_autoptr(GString) text = g_string_new(NULL);
        append_column(text, reader, table, column);
        bl_object_add_part(reader->catalog, object, "column", column->name, text->str);
    }
    for (guint i = 0; i < table->pieces->len; i++) {
        const PgPiece *piece = g_ptr_array_index(table->pieces, i);
        if (piece->type != 'd')
            bl_object_add_part(reader->catalog, object, "constraint", piece->name, piece->text);
    }
}

static void
render_table(PgReader *reader, const PgRelation *table)
{
    if (pg_needs_model(table))
        render_model(reader, table);
    g_autoptr(GString) sql = g_string_new("CREATE ");
    const char *persistence = table_persistence(reader, table);
    g_string_append_printf(sql, "%s%s %s", persistence, pg_table_word(table), table->qualified);
    if (table->of_type != NULL)
        g_string_append_printf(sql, " OF %s", table->of_type);
    append_body(sql, reader, table);
    append_clauses(sql, reader, table);
    g_autofree char *guarded =
        table->kind == 'p' && persistence[0] != '\0' ? unlogged_where_it_may_be(sql->str) : NULL;
    pg_add_statement(reader, table->entry, "%s", guarded != NULL ? guarded : sql->str);
    pg_render_alters(reader, table);
    if (reader->options->with_parts)
        add_parts(reader, table);
}

gboolean
pg_render_relations(PgReader *reader, GError **error)
{
    (void)error;
    g_autoptr(GPtrArray) sorted = pg_sorted_relations(reader);
    for (guint i = 0; i < sorted->len; i++) {
        const PgRelation *relation = g_ptr_array_index(sorted, i);
        if (relation->kind != 'S')
            render_table(reader, relation);
        else if (relation->entry != NULL && !relation->entry->is_alias)
            render_sequence(reader, relation);
    }
    return TRUE;
}
