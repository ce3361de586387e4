/* SPDX-License-Identifier: MIT */
/*
 * What CREATE TABLE cannot say, or says for the children too: the statements behind it.
 */
#include "common/engine/postgres/render.h"

#include <string.h>

/* A statement behind the CREATE statement of @relation. */
static void
add_alter(PgReader *reader, const PgRelation *relation, guint rank, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void
add_alter(PgReader *reader, const PgRelation *relation, guint rank, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    pg_add_tail(reader, relation->entry, rank, "", sql);
}

/* What a child takes from its parents when it is made with them, although it has none itself. */
static void
find_taken(const PgRelation *table, const PgColumn *column, PgColumn *taken)
{
    for (guint i = 0; i < table->parents->len && !pg_is_made_alone(table); i++) {
        const PgColumn *theirs =
            pg_column_named(g_ptr_array_index(table->parents, i), column->name);
        if (theirs != NULL && theirs->storage != NULL)
            taken->storage = theirs->storage;
        if (theirs != NULL && theirs->compression != NULL)
            taken->compression = theirs->compression;
    }
}

static void
render_settings(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    PgColumn taken = { 0 };
    find_taken(table, column, &taken);
    g_autofree char *name = pg_name(column->name);
    g_autofree char *head = g_strdup_printf("ALTER %s ONLY %s ALTER COLUMN %s SET",
                                            pg_table_word(table), table->qualified, name);
    if (column->statistics >= 0)
        add_alter(reader, table, PG_TAIL_SETTING, "%s STATISTICS %" G_GINT64_FORMAT, head,
                  column->statistics);
    if (column->storage != NULL || (taken.storage != NULL && column->usual_storage != NULL))
        add_alter(reader, table, PG_TAIL_SETTING, "%s STORAGE %s", head,
                  column->storage != NULL ? column->storage : column->usual_storage);
    if (column->compression != NULL || taken.compression != NULL) {
        add_alter(reader, table, PG_TAIL_SETTING, "%s COMPRESSION %s", head,
                  column->compression != NULL ? column->compression : "default");
        pg_need_version(reader, 14);
    }
    g_autoptr(GString) options = g_string_new(NULL);
    if (pg_append_option_list(options, column->options, "") > 0)
        add_alter(reader, table, PG_TAIL_SETTING, "%s (%s)", head, options->str);
}

/* What every parent that has the column says about it; NULL where they say nothing.
 * @param is_late out, may be NULL: that may come behind this table */
static const char *
inherited_value(const PgRelation *table, const char *name, gboolean *is_late)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const PgColumn *column = pg_column_named(g_ptr_array_index(table->parents, i), name);
        if (column == NULL || column->value == NULL || column->generated != '\0')
            continue;
        if (is_late != NULL)
            *is_late = !pg_is_inline(column);
        return column->value->text;
    }
    return NULL;
}

/* A NOT NULL that has a name of its own, or that was not checked on old rows. */
static void
render_not_null(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    g_autofree char *usual = pg_default_name(table->name, column->name, "not_null");
    g_autofree char *constraint = pg_name(column->null_name != NULL ? column->null_name : usual);
    g_autofree char *name = pg_name(column->name);
    add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s %s%s ADD CONSTRAINT %s NOT NULL %s%s%s",
              pg_table_word(table), column->null_no_inherit ? "ONLY " : "", table->qualified,
              constraint, name, column->null_no_inherit ? " NO INHERIT" : "",
              column->null_not_valid ? " NOT VALID" : "");
    pg_need_version(reader, 18);
}

/* An inherited column that is not written in CREATE TABLE but has something of its own. */
static void
render_inherited(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    gboolean is_late = FALSE;
    const char *theirs = inherited_value(table, column->name, &is_late);
    const char *mine =
        pg_is_inline(column) && column->generated == '\0' ? column->value->text : NULL;
    g_autofree char *name = pg_name(column->name);
    const char *word = pg_table_word(table);
    gboolean has_model = pg_needs_model(table);
    if (column->fdw_options != NULL)
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s ALTER COLUMN %s OPTIONS (%s)",
                  word, table->qualified, name, column->fdw_options);
    if (!has_model && mine != NULL && (is_late || g_strcmp0(mine, theirs) != 0))
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s ALTER COLUMN %s SET DEFAULT %s",
                  word, table->qualified, name, mine);
    if (!has_model && column->value == NULL && theirs != NULL)
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s ALTER COLUMN %s DROP DEFAULT",
                  word, table->qualified, name);
    if (!column->not_null || !column->null_is_local || column->null_name != NULL ||
        column->null_no_inherit || column->null_not_valid)
        return;
    if (!pg_inherits_not_null(table, column->name))
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s ALTER COLUMN %s SET NOT NULL",
                  word, table->qualified, name);
}

/* A local column that a parent has too takes the parent's default when it says none of its own. */
static void
render_merged(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    if (pg_is_made_alone(table) || pg_needs_model(table) || column->value != NULL ||
        inherited_value(table, column->name, NULL) == NULL)
        return;
    g_autofree char *name = pg_name(column->name);
    add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s ALTER COLUMN %s DROP DEFAULT",
              pg_table_word(table), table->qualified, name);
}

/* It follows its table when it is made, and may have been told otherwise since. */
static void
render_persistence(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    const PgRelation *sequence = column->sequence;
    if (sequence == NULL || sequence->persistence == table->persistence || reader->version < 150000)
        return;
    add_alter(reader, table, PG_TAIL_SETTING, "ALTER SEQUENCE %s SET %s", sequence->qualified,
              sequence->persistence == 'u' ? "UNLOGGED" : "LOGGED");
    pg_need_version(reader, 15);
}

/* All that the sequence has is said with its type: what the column was made with is of another one,
 * and its limits may be too narrow. */
static void
render_sequence_type(PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    const PgRelation *sequence = column->sequence;
    if (!pg_has_own_type(column) || !pg_has_own_identity(reader, table, column))
        return;
    g_autoptr(GString) options = g_string_new(NULL);
    if (sequence->seq_increment != 1)
        g_string_append_printf(options, " INCREMENT BY %" G_GINT64_FORMAT, sequence->seq_increment);
    g_string_append_printf(options, " MINVALUE %" G_GINT64_FORMAT " MAXVALUE %" G_GINT64_FORMAT,
                           sequence->seq_min, sequence->seq_max);
    if (sequence->seq_start != 1)
        g_string_append_printf(options, " START WITH %" G_GINT64_FORMAT " RESTART",
                               sequence->seq_start);
    pg_append_cache(options, sequence);
    add_alter(reader, table, PG_TAIL_SETTING, "ALTER SEQUENCE %s AS %s%s", sequence->qualified,
              sequence->seq_type, options->str);
}

static void
render_columns(PgReader *reader, const PgRelation *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        if (!pg_is_written(table, column) && table->of_type == NULL)
            render_inherited(reader, table, column);
        else
            render_merged(reader, table, column);
        if (column->null_not_valid && !column->null_is_late &&
            (column->null_is_local || table->is_partition))
            render_not_null(reader, table, column);
        render_settings(reader, table, column);
        render_sequence_type(reader, table, column);
        render_persistence(reader, table, column);
    }
}

/* ATTACH PARTITION makes a NOT NULL the parent's alone. */
static void
render_own_not_nulls(PgReader *reader, const PgRelation *partition)
{
    for (guint i = 0; reader->version >= 180000 && i < partition->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(partition->columns, i);
        if (!column->not_null || !column->null_is_local ||
            !pg_inherits_not_null(partition, column->name))
            continue;
        g_autofree char *name = pg_name(column->name);
        add_alter(reader, partition, PG_TAIL_SETTING,
                  "ALTER %s ONLY %s ALTER COLUMN %s SET NOT NULL", pg_table_word(partition),
                  partition->qualified, name);
    }
}

static void
render_links(PgReader *reader, const PgRelation *table)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        if (table->is_partition) {
            add_alter(reader, table, PG_TAIL_SETTING, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s",
                      parent->qualified, table->qualified, table->partition_bound);
            render_own_not_nulls(reader, table);
        } else if (pg_inherits_later(table)) {
            add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s INHERIT %s",
                      pg_table_word(table), table->qualified, parent->qualified);
        }
    }
    if (pg_needs_model(table)) {
        g_autofree char *model = pg_model_name(reader, table);
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER %s ONLY %s NO INHERIT %s",
                  pg_table_word(table), table->qualified, model);
        add_alter(reader, table, PG_TAIL_SETTING, "DROP TABLE %s", model);
    }
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pg_name(column->name);
        if (pg_drops_not_null(reader, table, column)) {
            add_alter(reader, table, PG_TAIL_SETTING,
                      "ALTER %s ONLY %s ALTER COLUMN %s DROP NOT NULL", pg_table_word(table),
                      table->qualified, name);
        }
    }
}

static void
render_flags(PgReader *reader, const PgRelation *table)
{
    if (table->row_security)
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
                  table->qualified);
    if (table->force_row_security)
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY",
                  table->qualified);
    /* Foreign tables have none, and the catalog says so. */
    if (table->kind == 'f')
        return;
    if (table->replica_identity == 'n' || table->replica_identity == 'f')
        add_alter(reader, table, PG_TAIL_SETTING, "ALTER TABLE ONLY %s REPLICA IDENTITY %s",
                  table->qualified, table->replica_identity == 'n' ? "NOTHING" : "FULL");
}

void
pg_render_alters(PgReader *reader, const PgRelation *table)
{
    render_columns(reader, table);
    render_links(reader, table);
    render_flags(reader, table);
}
