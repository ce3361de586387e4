/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

enum {
    CON_OID,
    CON_RELATION,
    CON_NAME,
    CON_TYPE,
    CON_DEFERRABLE,
    CON_DEFERRED,
    CON_VALIDATED,
    CON_LOCAL,
    CON_NO_INHERIT,
    CON_INDEX,
    CON_PARENT,
    CON_FOREIGN,
    CON_UPDATE,
    CON_DELETE,
    CON_MATCH,
    CON_KEY,
    CON_FOREIGN_KEY,
    CON_SET_COLUMNS,
    CON_TEXT,
    CON_ENFORCED,
    CON_PERIOD,
    CON_INDEX_VALID,
    CON_INDEX_NAME,
    CON_CLUSTERED,
    CON_REPLICA,
    CON_OPTIONS,
    CON_TABLESPACE,
    CON_NULLS_NOT_DISTINCT,
    CON_INDEX_COLUMNS,
    CON_INDEX_KEYS,
    CON_PARENT_NAME,
    CON_IS_OWN,
    CON_PARENT_COLUMNS,
    CON_RIVAL,
    CON_USED_INDEX,
    CON_IS_MIXED,
    CON_TURNS_VALID,
};

/* Of several indexes that a foreign key may use, the one that it does, where the order of a
 * snapshot can give it the same: where no foreign key uses another one of them (an index that was
 * built anew in its place is younger than it was). */
#define USED_INDEX                                                                                  \
    "CASE WHEN con.contype = 'f' AND con.conindid IN (SELECT f.conindid FROM " PG_RIVALS            \
    " AND yi.indisunique AND yi.indimmediate AND yi.indpred IS NULL AND yi.indexprs IS NULL GROUP " \
    "BY f.conindid HAVING bool_and(yi.indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE " \
    "contype = 'f'))) THEN (SELECT relname FROM pg_class WHERE oid = con.conindid) END"

#define TURNS_VALID PG_TURNS_VALID("ic")

/* The text of the server only where there is an expression: it costs six times what the columns
 * cost. DROP COLUMN … CASCADE of a parent leaves a check to a child that has the column itself, as
 * an inherited one of nobody. The last join finds keys over the columns of an older index that
 * foreign keys stand on. */
static const char constraints_sql[] =
    "SELECT con.oid, con.conrelid, con.conname, con.contype, con.condeferrable, con.condeferred, "
    "con.convalidated, con.conislocal OR (con.contype = 'c' AND NOT EXISTS (SELECT FROM pg_inherits h "
    "JOIN pg_constraint up ON up.conrelid = h.inhparent AND up.conname = con.conname AND up.contype = "
    "'c' WHERE h.inhrelid = con.conrelid)), con.connoinherit, con.conindid, con.conparentid, "
    "con.confrelid, con.confupdtype, con.confdeltype, con.confmatchtype, con.conkey, con.confkey, "
    "{{15|con.confdelsetcols|NULL}}, CASE WHEN con.contype IN ('c', 'x') THEN "
    "pg_get_constraintdef(con.oid) END, "
    "{{18|con.conenforced|true}}, {{18|con.conperiod|false}}, i.indisvalid, ic.relname, "
    "i.indisclustered, i.indisreplident, ic.reloptions, ts.spcname, "
    "{{15|i.indnullsnotdistinct|false}}, i.indkey, i.indnkeyatts, p.conname, p.conrelid <> con.conrelid AND p.confrelid = con.confrelid, "
    "CASE WHEN (con.contype = 'x'{{18| OR con.conperiod|}}) AND con.conparentid <> 0 THEN (SELECT string_agg(a.attname, '_' ORDER BY "
    "a.attnum) FROM pg_attribute a WHERE a.attrelid = p.conindid) END, "
    "r.used, " USED_INDEX ", c.relkind = 'p' AND con.contype IN ('p', 'u') AND EXISTS (SELECT FROM "
    "pg_constraint below WHERE below.conparentid = con.oid AND below.contype <> con.contype), " TURNS_VALID
    " FROM pg_constraint con JOIN "
    "pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN "
    "pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x') LEFT JOIN pg_class "
    "ic ON ic.oid = i.indexrelid LEFT JOIN pg_constraint p ON p.oid = con.conparentid LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace LEFT JOIN "
    "(SELECT y.oid, min(f.conindid) AS used FROM " PG_RIVALS
    " JOIN pg_constraint y ON y.conindid = yi.indexrelid AND "
    "y.conrelid = f.confrelid AND y.contype IN ('p', 'u') AND y.conparentid = 0 AND NOT "
    "y.condeferrable WHERE y.conindid NOT IN (SELECT conindid FROM pg_constraint WHERE contype = "
    "'f') GROUP BY y.oid) r ON r.oid = con.oid WHERE "
    "con.contype IN ('p', 'u', 'x', 'c', 'f', 'n') AND con.oid >= 16384 AND {{ours}} ORDER BY "
    "con.conrelid, con.contype, con.conname COLLATE \"C\"";

/* A row of pg_constraint of a table of ours, as text is made of it. */
typedef struct {
    const PGresult *result;
    int row;
    PgRelation *table;
    const char *name;
    char type;
} Row;

static const char *
text_of(const Row *row, int column)
{
    return pg_text(row->result, row->row, column);
}

static gboolean
flag_of(const Row *row, int column)
{
    return pg_flag(row->result, row->row, column);
}

/* Of its index, where it has one: also in a copy. */
static gboolean
stays_invalid(const Row *row)
{
    return text_of(row, CON_INDEX_VALID) != NULL && !flag_of(row, CON_INDEX_VALID) &&
           !flag_of(row, CON_TURNS_VALID);
}

static char
letter_of(const Row *row, int column)
{
    const char *text = text_of(row, column);
    return text != NULL ? text[0] : '\0';
}

/* Appends names of @table's columns whose numbers stand in @numbers, an array's or a vector's text.
 * @param before put before the last one ("PERIOD "); @param after put behind it. @return FALSE when
 * one is not known */
static gboolean
append_columns(GString *out,
               const PgRelation *table,
               const char *numbers,
               guint first,
               guint last,
               const char *const around[2])
{
    g_auto(GStrv) pieces = g_strsplit_set(numbers, "{}, ", -1);
    guint n = 0;
    guint place = 0;
    for (gsize i = 0; pieces[i] != NULL; i++) {
        if (pieces[i][0] == '\0')
            continue;
        gint number = (gint)g_ascii_strtoll(pieces[i], NULL, 10);
        if (place++ < first || place > last)
            continue;
        const PgColumn *column = pg_column(table, number);
        if (column == NULL)
            return FALSE;
        g_string_append(out, n++ > 0 ? ", " : "");
        gboolean is_last = place == last;
        g_string_append(out, is_last ? around[0] : "");
        pg_append_name(out, column->name);
        g_string_append(out, is_last ? around[1] : "");
    }
    return TRUE;
}

static guint
count_numbers(const char *numbers)
{
    guint n = 1;
    for (const char *p = numbers; *p != '\0'; p++)
        n += *p == ',' || *p == ' ';
    return n;
}

static void
append_timing(GString *out, const Row *row)
{
    if (flag_of(row, CON_DEFERRABLE))
        g_string_append(out, " DEFERRABLE");
    if (flag_of(row, CON_DEFERRED))
        g_string_append(out, " INITIALLY DEFERRED");
    if (!flag_of(row, CON_ENFORCED))
        g_string_append(out, " NOT ENFORCED");
    else if (!flag_of(row, CON_VALIDATED))
        g_string_append(out, " NOT VALID");
}

/* The texts are those of pg_get_constraintdef_worker() of ruleutils.c, byte for byte. */
static char *
key_text(PgReader *reader, const Row *row)
{
    static const char *const plain[2] = { "", "" };
    static const char *const overlaps[2] = { "", " WITHOUT OVERLAPS" };
    g_autoptr(GString) out = g_string_new(row->type == 'p' ? "PRIMARY KEY " : "UNIQUE ");
    if (flag_of(row, CON_NULLS_NOT_DISTINCT)) {
        g_string_append(out, "NULLS NOT DISTINCT ");
        pg_need_version(reader, 15);
    }
    if (flag_of(row, CON_PERIOD))
        pg_need_version(reader, 18);
    guint keys = (guint)pg_number(row->result, row->row, CON_INDEX_KEYS, 0);
    const char *numbers = text_of(row, CON_INDEX_COLUMNS);
    g_string_append_c(out, '(');
    gboolean known = append_columns(out, row->table, numbers, 0, keys,
                                    flag_of(row, CON_PERIOD) ? overlaps : plain);
    g_string_append_c(out, ')');
    guint all = count_numbers(numbers);
    if (all > keys) {
        g_string_append(out, " INCLUDE (");
        known = known && append_columns(out, row->table, numbers, keys, all, plain);
        g_string_append_c(out, ')');
    }
    pg_append_options(out, text_of(row, CON_OPTIONS), NULL);
    const char *tablespace = text_of(row, CON_TABLESPACE);
    if (tablespace != NULL) {
        g_string_append(out, " USING INDEX TABLESPACE ");
        pg_append_name(out, tablespace);
    }
    append_timing(out, row);
    return known ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static const char *
action_of(char letter)
{
    switch (letter) {
    case 'r':
        return "RESTRICT";
    case 'c':
        return "CASCADE";
    case 'n':
        return "SET NULL";
    case 'd':
        return "SET DEFAULT";
    default:
        return NULL;
    }
}

static void
append_action(GString *out, const char *when, char letter)
{
    const char *action = action_of(letter);
    if (action != NULL)
        g_string_append_printf(out, " %s %s", when, action);
}

/* @return NULL when the other table is not known */
static char *
foreign_key_text(PgReader *reader, const Row *row)
{
    static const char *const plain[2] = { "", "" };
    static const char *const period[2] = { "PERIOD ", "" };
    const PgRelation *other = pg_any_relation(reader, pg_oid(row->result, row->row, CON_FOREIGN));
    if (other == NULL)
        return NULL;
    gboolean has_period = flag_of(row, CON_PERIOD);
    const char *key = text_of(row, CON_KEY);
    guint n = count_numbers(key);
    g_autoptr(GString) out = g_string_new("FOREIGN KEY (");
    gboolean known = append_columns(out, row->table, key, 0, n, has_period ? period : plain);
    g_string_append_printf(out, ") REFERENCES %s(", other->qualified);
    known = known && append_columns(out, other, text_of(row, CON_FOREIGN_KEY), 0, n,
                                    has_period ? period : plain);
    g_string_append_c(out, ')');
    if (letter_of(row, CON_MATCH) == 'f')
        g_string_append(out, " MATCH FULL");
    append_action(out, "ON UPDATE", letter_of(row, CON_UPDATE));
    append_action(out, "ON DELETE", letter_of(row, CON_DELETE));
    const char *set_columns = text_of(row, CON_SET_COLUMNS);
    if (set_columns != NULL) {
        pg_need_version(reader, 15);
        g_string_append(out, " (");
        known = known &&
                append_columns(out, row->table, set_columns, 0, count_numbers(set_columns), plain);
        g_string_append_c(out, ')');
    }
    append_timing(out, row);
    if (has_period || !flag_of(row, CON_ENFORCED))
        pg_need_version(reader, 18);
    return known ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static char *
schema_key(const char *schema, const char *name)
{
    return g_strconcat(schema, ".", name, NULL);
}

/* The key of a name that a constraint of @table has. */
static char *
table_key(const PgRelation *table, const char *name)
{
    return g_strconcat(table->qualified, ".", name, NULL);
}

static gboolean
has_parent_elsewhere(const PgRelation *table)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        if (strcmp(parent->schema, table->schema) != 0)
            return TRUE;
    }
    return FALSE;
}

/* The server gives a NOT NULL no name that another constraint of the schema has when it is made.
 * Names that parents of the schema gave come behind them. */
static void
keep_taken_name(PgReader *reader, const Row *row, gboolean is_usual)
{
    if (reader->version < 180000 && strstr(row->name, "_not_null") != NULL)
        g_hash_table_add(reader->null_names, table_key(row->table, row->name));
    if (reader->version >= 180000 && is_usual) {
        /* Long names of tables are cut: several may have the same one, by LIKE for example. */
        char *key = schema_key(row->table->schema, row->name);
        if (g_hash_table_contains(reader->usual_names, key))
            g_hash_table_add(reader->null_names, g_strdup(key));
        g_hash_table_add(reader->usual_names, key);
    }
    if (reader->version < 180000 || is_usual || !g_str_has_suffix(row->name, "_not_null"))
        return;
    if ((flag_of(row, CON_LOCAL) && !row->table->is_partition) || row->table->keeps_null_name ||
        has_parent_elsewhere(row->table))
        g_hash_table_add(reader->null_names, schema_key(row->table->schema, row->name));
}

/* Up to 17 a NOT NULL has no name; 18 gives it the usual one, and then fails where CREATE TABLE has
 * another constraint of that name. Older servers read a name and forget it. */
static void
avoid_taken_names(PgReader *reader, const PgRelation *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        PgColumn *column = g_ptr_array_index(table->columns, i);
        if (!column->not_null || !(column->local || table->is_partition))
            continue;
        g_autofree char *label = g_strdup("not_null");
        for (guint n = 1;; n++) {
            g_autofree char *name = pg_default_name(table->name, column->name, label);
            g_autofree char *key = table_key(table, name);
            if (n > 1)
                column->null_name = bl_catalog_string(reader->catalog, name);
            if (!g_hash_table_contains(reader->null_names, key))
                break;
            g_free(label);
            label = g_strdup_printf("not_null%u", n);
        }
    }
}

/* Says the usual names that others could take first. */
static void
say_taken_names(PgReader *reader)
{
    g_autoptr(GPtrArray) sorted = pg_sorted_relations(reader);
    for (guint i = 0; g_hash_table_size(reader->null_names) > 0 && i < sorted->len; i++) {
        const PgRelation *table = g_ptr_array_index(sorted, i);
        if (reader->version < 180000) {
            avoid_taken_names(reader, table);
            continue;
        }
        for (guint j = 0; j < table->columns->len; j++) {
            PgColumn *column = g_ptr_array_index(table->columns, j);
            gboolean is_made = column->null_is_local || table->is_partition;
            if (!column->not_null || column->null_name != NULL || !is_made)
                continue;
            g_autofree char *usual = pg_default_name(table->name, column->name, "not_null");
            g_autofree char *key = schema_key(table->schema, usual);
            if (g_hash_table_contains(reader->null_names, key))
                column->null_name = bl_catalog_string(reader->catalog, usual);
        }
    }
}

static PgEntry *
add_separate(PgReader *reader, const Row *row, const BlKind *kind, const char *text);

static gboolean
has_heirs(const PgReader *reader, const PgRelation *table)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, reader->relations);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const PgRelation *other = value;
        if (!other->is_partition && g_ptr_array_find(other->parents, table, NULL))
            return TRUE;
    }
    return FALSE;
}

/* A child takes a NOT NULL as one that has been checked, and one that is there already takes it as
 * its parent has it: so what is NOT VALID comes behind the children.
 * @return whether it has an object of its own */
static gboolean
place_late_not_null(PgReader *reader, const Row *row, PgColumn *column)
{
    if (!column->null_not_valid || !column->null_is_local || column->null_no_inherit ||
        row->table->is_partition || !has_heirs(reader, row->table))
        return FALSE;
    g_autofree char *name = pg_name(column->name);
    g_autofree char *text = g_strdup_printf("NOT NULL %s NOT VALID", name);
    PgEntry *entry = add_separate(reader, row, &pg_kind_constraint, text);
    if (entry == NULL)
        return FALSE;
    const PgNoted noted = { .type = 'n', .name = column->name, .entry = entry };
    pg_note_constraint(reader, row->table, &noted);
    column->null_is_late = TRUE;
    pg_need_version(reader, 18);
    return TRUE;
}

static gboolean
add_not_null(PgReader *reader, const Row *row)
{
    const char *key = text_of(row, CON_KEY);
    PgColumn *column = pg_column(row->table, (gint)g_ascii_strtoll(key + 1, NULL, 10));
    if (column == NULL)
        return TRUE;
    g_autofree char *usual = pg_default_name(row->table->name, column->name, "not_null");
    gboolean is_usual = strcmp(usual, row->name) == 0;
    if (!is_usual)
        column->null_name = bl_catalog_string(reader->catalog, row->name);
    keep_taken_name(reader, row, is_usual);
    column->null_is_local = flag_of(row, CON_LOCAL) || row->table->lost_parent;
    column->null_no_inherit = flag_of(row, CON_NO_INHERIT);
    column->null_not_valid = !flag_of(row, CON_VALIDATED);
    if (place_late_not_null(reader, row, column))
        return TRUE;
    g_autoptr(GString) tag = g_string_new("CONSTRAINT ");
    pg_append_name(tag, row->name);
    g_string_append_printf(tag, " ON %s", row->table->qualified);
    pg_add_alias(reader, PG_CONSTRAINT, pg_oid(row->result, row->row, CON_OID), row->table->entry,
                 tag->str);
    return TRUE;
}

static char *
constraint_tag(const Row *row)
{
    GString *tag = g_string_new("CONSTRAINT ");
    pg_append_name(tag, row->name);
    g_string_append_printf(tag, " ON %s", row->table->qualified);
    return g_string_free(tag, FALSE);
}

/* A key WITHOUT OVERLAPS is one too, underneath. */
static gboolean
is_exclusion(const Row *row)
{
    return row->type == 'x' || (row->type != 'f' && flag_of(row, CON_PERIOD));
}

static void
note(PgReader *reader, const Row *row, PgEntry *entry)
{
    if (row->type != 'f' && row->type != 'c')
        return;
    const PgRelation *other = pg_any_relation(reader, pg_oid(row->result, row->row, CON_FOREIGN));
    const char *key = text_of(row, CON_KEY);
    g_autoptr(GString) columns = g_string_new(NULL);
    g_auto(GStrv) numbers = g_strsplit_set(row->type == 'f' ? key : "", "{},", -1);
    for (gsize i = 0; numbers[i] != NULL; i++) {
        const PgColumn *column = pg_column(row->table, (gint)g_ascii_strtoll(numbers[i], NULL, 10));
        if (column != NULL)
            g_string_append_printf(columns, "%s%s", columns->len > 0 ? "_" : "", column->name);
    }
    const PgNoted noted = { .type = row->type,
                            .name = row->name,
                            .entry = entry,
                            .columns = columns->str,
                            .other = pg_oid(row->result, row->row, CON_FOREIGN),
                            .is_from_parent = pg_oid(row->result, row->row, CON_PARENT) != 0,
                            .is_to_partitions = other != NULL && other->kind == 'p' };
    pg_note_constraint(reader, row->table, &noted);
}

static void
note_used_index(PgReader *reader, const Row *row, const PgEntry *entry)
{
    const char *index = text_of(row, CON_USED_INDEX);
    if (index == NULL)
        return;
    g_autofree char *unsaid = g_strdup_printf("stands on index \"%s\"", index);
    bl_object_set_unsaid(reader->catalog, entry->object, unsaid);
}

static PgEntry *
add_separate(PgReader *reader, const Row *row, const BlKind *kind, const char *text)
{
    const PgRelation *table = row->table;
    g_autofree char *tag = constraint_tag(row);
    const PgSpec spec = { .kind = kind,
                          .class_id = PG_CONSTRAINT,
                          .oid = pg_oid(row->result, row->row, CON_OID),
                          .schema = table->schema,
                          .name = row->name,
                          .parent = table->name,
                          .tag = tag };
    PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return NULL;
    /* Foreign keys of a partitioned table go down to its partitions, checks and NOT NULLs to the
     * children. An index cannot be attached to that of an exclusion, which partitions lack only
     * where it is not valid. */
    gboolean excludes = is_exclusion(row) && !stays_invalid(row);
    gboolean goes_down = row->type == 'c' || row->type == 'n' ||
                         (table->kind == 'p' && (row->type == 'f' || excludes));
    g_autofree char *name = pg_name(row->name);
    pg_add_statement(reader, entry, "ALTER %sTABLE %s%s ADD CONSTRAINT %s %s",
                     table->kind == 'f' ? "FOREIGN " : "", goes_down ? "" : "ONLY ",
                     table->qualified, name, text);
    pg_add_edge(reader, PG_CONSTRAINT, spec.oid, PG_CLASS, table->oid);
    note_used_index(reader, row, entry);
    note(reader, row, entry);
    return entry;
}

/* What else is said of a constraint's index. */
static void
add_index(PgReader *reader, const Row *row, PgEntry *entry, guint rank)
{
    const char *index_name = text_of(row, CON_INDEX_NAME);
    if (index_name == NULL)
        return;
    const PgRelation *table = row->table;
    if (flag_of(row, CON_TURNS_VALID))
        pg_tell_turned_valid(reader, table->schema, index_name);
    g_autofree char *qualified = pg_qualified(table->schema, index_name);
    g_autofree char *tag = g_strconcat("INDEX ", qualified, NULL);
    PgEntry *index =
        pg_add_alias(reader, PG_CLASS, pg_oid(row->result, row->row, CON_INDEX), entry, tag);
    if (entry->pull != NULL)
        ((PgPiece *)entry->data)->index = index;
    g_autofree char *name = pg_name(index_name);
    if (flag_of(row, CON_CLUSTERED)) {
        g_autofree char *sql =
            g_strdup_printf("ALTER TABLE %s CLUSTER ON %s", table->qualified, name);
        pg_add_tail(reader, index, rank, index_name, sql);
    }
    if (flag_of(row, CON_REPLICA)) {
        g_autofree char *sql = g_strdup_printf(
            "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", table->qualified, name);
        pg_add_tail(reader, index, rank, index_name, sql);
    }
}

/* What two keys have in common of which the server makes one. @return g_free() */
static char *
key_of(const Row *row)
{
    const char *columns = text_of(row, CON_INDEX_COLUMNS);
    return columns != NULL ? g_strconcat(columns, is_exclusion(row) ? " excluded" : "", NULL)
                           : NULL;
}

/* Of two keys over the same columns in one CREATE TABLE the server makes one. */
static gboolean
repeats_columns(const Row *row)
{
    g_autofree char *columns = key_of(row);
    for (guint i = 0; columns != NULL && i < row->table->pieces->len; i++) {
        const PgPiece *piece = g_ptr_array_index(row->table->pieces, i);
        if (g_strcmp0(piece->columns, columns) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
inherits_not_null(const PgReader *reader, const PgRelation *table, const PgColumn *column)
{
    if (reader->version >= 180000)
        return !column->null_is_local;
    for (guint i = 0; i < table->parents->len; i++) {
        const PgColumn *theirs =
            pg_column_named(g_ptr_array_index(table->parents, i), column->name);
        if (theirs != NULL && theirs->not_null)
            return TRUE;
    }
    return FALSE;
}

/* Inside CREATE TABLE a primary key makes a NOT NULL of the child's own on 18, also where its
 * parent has one. */
static gboolean
takes_null_from_parent(const PgReader *reader, const Row *row)
{
    const PgRelation *table = row->table;
    if (row->type != 'p' || table->is_partition || table->parents->len == 0 ||
        (pg_inherits_later(table) && !pg_needs_model(table)))
        return FALSE;
    g_auto(GStrv) numbers = g_strsplit_set(text_of(row, CON_KEY), "{},", -1);
    for (gsize i = 0; numbers[i] != NULL; i++) {
        const PgColumn *column = pg_column(table, (gint)g_ascii_strtoll(numbers[i], NULL, 10));
        if (column != NULL && inherits_not_null(reader, table, column))
            return TRUE;
    }
    return FALSE;
}

/* From 17 on ATTACH PARTITION does not take a UNIQUE for a PRIMARY KEY, or the other way round;
 * ALTER INDEX … ATTACH PARTITION does, behind it. */
static gboolean
is_separate(const PgReader *reader, const Row *row)
{
    gpointer oid = GUINT_TO_POINTER(pg_oid(row->result, row->row, CON_OID));
    if (row->type == 'f' || text_of(row, CON_RIVAL) != NULL || repeats_columns(row) ||
        flag_of(row, CON_IS_MIXED) || g_hash_table_contains(reader->twins, oid) ||
        takes_null_from_parent(reader, row))
        return TRUE;
    if (row->type == 'c')
        return !flag_of(row, CON_VALIDATED) && flag_of(row, CON_ENFORCED);
    return stays_invalid(row);
}

/* A check that only a parent has comes with the parent. One that the parent has not looked at is
 * added to it when it has its children and partitions, and goes down to them. */
static gboolean
comes_by_itself(const PgReader *reader, const Row *row)
{
    const PgRelation *table = row->table;
    if (row->type != 'c' || flag_of(row, CON_LOCAL) || table->parents->len == 0 ||
        table->lost_parent)
        return FALSE;
    return is_separate(reader, row) || (!table->is_partition && !pg_inherits_later(table));
}

static char *
make_text(PgReader *reader, const Row *row)
{
    const char *given = text_of(row, CON_TEXT);
    if (given != NULL)
        return g_strdup(given);
    return row->type == 'f' ? foreign_key_text(reader, row) : key_text(reader, row);
}

/* ALTER INDEX … ATTACH does not take exclusion constraints: the server says that they do not match.
 * So a partition's is left to ATTACH PARTITION, or to its parent's where that comes later, which
 * makes it under the usual name. */
static gboolean
place_inherited_exclusion(PgReader *reader, const Row *row)
{
    const PgRelation *table = row->table;
    Oid parent = pg_oid(row->result, row->row, CON_PARENT);
    if (!is_exclusion(row) || parent == 0 || !table->is_partition)
        return FALSE;
    PgEntry *above = pg_find(reader, PG_CONSTRAINT, parent);
    PgEntry *entry = above != NULL && !above->is_alias ? above : table->entry;
    g_autofree char *tag = constraint_tag(row);
    pg_add_alias(reader, PG_CONSTRAINT, pg_oid(row->result, row->row, CON_OID), entry, tag);
    g_autofree char *usual =
        row->type == 'p' ? pg_default_name(table->name, NULL, "pkey")
                         : pg_default_name(table->name, text_of(row, CON_PARENT_COLUMNS), "excl");
    if (strcmp(usual, row->name) != 0) {
        g_autofree char *from = pg_name(usual);
        g_autofree char *to = pg_name(row->name);
        g_autofree char *sql = g_strdup_printf("ALTER TABLE ONLY %s RENAME CONSTRAINT %s TO %s",
                                               table->qualified, from, to);
        pg_add_tail(reader, entry, PG_TAIL_ATTACHED, row->name, sql);
    }
    add_index(reader, row, entry, PG_TAIL_ATTACHED);
    return TRUE;
}

static gboolean
place_constraint(PgReader *reader, const Row *row, GError **error)
{
    /* A partition's foreign key that comes from its parent's is made with that, under that one's
     * name; under another name it is made first, and taken over. Keys that point at partitions are
     * the server's own. */
    Oid parent = row->type == 'f' ? pg_oid(row->result, row->row, CON_PARENT) : 0;
    if (parent != 0 &&
        (!flag_of(row, CON_IS_OWN) || g_strcmp0(text_of(row, CON_PARENT_NAME), row->name) == 0))
        return TRUE;
    if (comes_by_itself(reader, row)) {
        const PgNoted noted = { .type = 'v', .name = row->name };
        if (flag_of(row, CON_VALIDATED))
            pg_note_constraint(reader, row->table, &noted);
        return TRUE;
    }
    if (place_inherited_exclusion(reader, row))
        return TRUE;
    g_autofree char *text = make_text(reader, row);
    if (text == NULL) {
        g_autofree char *label = constraint_tag(row);
        return pg_unsupported(reader, label, "its columns are not to be seen", error);
    }
    if (!flag_of(row, CON_ENFORCED))
        pg_need_version(reader, 18);
    PgEntry *entry;
    if (is_separate(reader, row)) {
        entry = add_separate(reader, row,
                             row->type == 'f' ? &pg_kind_foreign_key : &pg_kind_constraint, text);
    } else {
        entry = pg_add_piece(reader, row->table, pg_oid(row->result, row->row, CON_OID), row->type,
                             row->name, text);
        g_autofree char *key = key_of(row);
        PgPiece *piece = entry->data;
        piece->columns = bl_catalog_string(reader->catalog, key);
        piece->is_inherited =
            row->type == 'c' && !flag_of(row, CON_LOCAL) && !row->table->lost_parent;
    }
    /* A foreign key takes the oldest of the indexes that it may use. */
    if (text_of(row, CON_RIVAL) != NULL)
        pg_add_edge(reader, PG_CONSTRAINT, pg_oid(row->result, row->row, CON_OID), PG_CLASS,
                    pg_oid(row->result, row->row, CON_RIVAL));
    if (parent != 0)
        pg_add_edge(reader, PG_CONSTRAINT, parent, PG_CONSTRAINT,
                    pg_oid(row->result, row->row, CON_OID));
    if (entry == NULL)
        return TRUE;
    if (row->type != 'f' && text_of(row, CON_PARENT_NAME) != NULL) {
        const char *const names[2] = { row->name, text_of(row, CON_PARENT_NAME) };
        pg_note_key(reader, row->table, entry, pg_oid(row->result, row->row, CON_PARENT), names);
    }
    add_index(reader, row, entry, PG_TAIL_SETTING);
    return TRUE;
}

static gboolean
add_constraint(PgReader *reader, const PGresult *result, int row, GError **error)
{
    Row found = { .result = result,
                  .row = row,
                  .table = pg_relation(reader, pg_oid(result, row, CON_RELATION)) };
    if (found.table == NULL)
        return TRUE;
    found.name = pg_text(result, row, CON_NAME);
    found.type = letter_of(&found, CON_TYPE);
    if (found.type == 'n')
        return add_not_null(reader, &found);
    keep_taken_name(reader, &found, FALSE);
    return place_constraint(reader, &found, error);
}

/* The names of NOT NULL constraints tell serial columns. */
static gboolean
finish(PgReader *reader, GError **error)
{
    (void)error;
    say_taken_names(reader);
    pg_place_sequences(reader);
    pg_settle_constraints(reader);
    return TRUE;
}

static const PgQuery queries[] = {
    { "constraints", constraints_sql, 0, 0, add_constraint },
};

const PgSection pg_section_constraints = { queries, G_N_ELEMENTS(queries), finish };
