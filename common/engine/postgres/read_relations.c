/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

static const char *
keep(PgReader *reader, const PGresult *result, int row, int column)
{
    return bl_catalog_string(reader->catalog, pg_text(result, row, column));
}

static char
letter(const PGresult *result, int row, int column)
{
    return pq.PQgetvalue(result, row, column)[0];
}

enum {
    REL_OID,
    REL_SCHEMA,
    REL_NAME,
    REL_KIND,
    REL_PERSISTENCE,
    REL_ROWTYPE,
    REL_ROWTYPE_ARRAY,
    REL_OF_TYPE,
    REL_REPLICA,
    REL_RLS,
    REL_FORCE_RLS,
    REL_IS_PARTITION,
    REL_OPTIONS,
    REL_TOAST_OPTIONS,
    REL_METHOD,
    REL_TABLESPACE,
    REL_KEY,
    REL_BOUND,
    REL_SERVER,
    REL_FDW_OPTIONS,
    REL_READABLE,
};

/* A text ready for OPTIONS (…), names in byte order. */
#define FDW_OPTIONS(column)                                                                          \
    "(SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), ', ' ORDER " \
    "BY option_name COLLATE \"C\") FROM pg_options_to_table(" column "))"

static const char relations_sql[] =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.reltype, t.typarray, CASE "
    "WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END, c.relreplident, "
    "c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.reloptions, " PG_TOAST_OPTIONS
    ", "
    "am.amname, ts.spcname, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, CASE WHEN "
    "c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, s.srvname, CASE WHEN c.relkind = "
    "'f' THEN " FDW_OPTIONS(
        "ft.ftoptions") " END, c.relkind IN ('r', 'p') {{superuser||AND "
                        "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')}} FROM pg_class c "
                        "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_type t ON t.oid = c.reltype LEFT "
                        "JOIN pg_class tc ON tc.oid = c.reltoastrelid AND tc.reloptions IS NOT NULL LEFT JOIN pg_am am "
                        "ON am.oid = c.relam LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace LEFT JOIN "
                        "pg_foreign_table ft ON ft.ftrelid = c.oid LEFT JOIN pg_foreign_server s ON s.oid = ft.ftserver "
                        "WHERE c.relkind IN ('r', 'p', 'f', 'S') AND c.oid >= 16384 AND {{ours}} AND c.oid NOT IN "
                        "({{omitted}})";

static const BlKind *
kind_of(char relkind)
{
    return relkind == 'S'   ? &pg_kind_sequence
           : relkind == 'f' ? &pg_kind_foreign_table
                            : &pg_kind_table;
}

static const char *
word_of(char relkind)
{
    return relkind == 'S' ? "SEQUENCE" : relkind == 'f' ? "FOREIGN TABLE" : "TABLE";
}

static PgRelation *
relation_new(PgReader *reader, const PGresult *result, int row)
{
    PgRelation *relation = g_new0(PgRelation, 1);
    relation->oid = pg_oid(result, row, REL_OID);
    relation->kind = letter(result, row, REL_KIND);
    relation->persistence = letter(result, row, REL_PERSISTENCE);
    relation->schema = keep(reader, result, row, REL_SCHEMA);
    relation->name = keep(reader, result, row, REL_NAME);
    g_autofree char *qualified = pg_qualified(relation->schema, relation->name);
    relation->qualified = bl_catalog_string(reader->catalog, qualified);
    relation->is_partition = pg_flag(result, row, REL_IS_PARTITION);
    relation->of_type = keep(reader, result, row, REL_OF_TYPE);
    relation->options = keep(reader, result, row, REL_OPTIONS);
    relation->toast_options = keep(reader, result, row, REL_TOAST_OPTIONS);
    /* A partitioned table has one only when it was named: its partitions get it. */
    if (relation->kind == 'p' || g_strcmp0(pg_text(result, row, REL_METHOD), "heap") != 0)
        relation->access_method = keep(reader, result, row, REL_METHOD);
    relation->tablespace = keep(reader, result, row, REL_TABLESPACE);
    relation->partition_key = keep(reader, result, row, REL_KEY);
    relation->partition_bound = keep(reader, result, row, REL_BOUND);
    relation->server = keep(reader, result, row, REL_SERVER);
    relation->fdw_options = keep(reader, result, row, REL_FDW_OPTIONS);
    relation->replica_identity = letter(result, row, REL_REPLICA);
    relation->row_security = pg_flag(result, row, REL_RLS);
    relation->force_row_security = pg_flag(result, row, REL_FORCE_RLS);
    relation->columns = g_ptr_array_new_with_free_func(g_free);
    relation->pieces = g_ptr_array_new_with_free_func(g_free);
    relation->parents = g_ptr_array_new();
    return relation;
}

/* Sequences get their entry later: those that are a column's own share its table's. */
static gboolean
add_relation(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid oid = pg_oid(result, row, REL_OID);
    const char *schema = pg_text(result, row, REL_SCHEMA);
    const char *name = pg_text(result, row, REL_NAME);
    PgRelation *relation = relation_new(reader, result, row);
    g_hash_table_insert(reader->relations, GUINT_TO_POINTER(oid), relation);
    relation->is_ours = pg_is_ours(reader, PG_CLASS, oid, schema, name, NULL);
    if (!relation->is_ours)
        return TRUE;
    if (reader->locked != NULL && pg_flag(result, row, REL_READABLE) &&
        letter(result, row, REL_PERSISTENCE) != 't' &&
        !g_hash_table_contains(reader->locked, GUINT_TO_POINTER(oid)))
        reader->changed = TRUE;
    if (relation->kind == 'S')
        return TRUE;
    g_autofree char *tag = g_strconcat(word_of(relation->kind), " ", relation->qualified, NULL);
    g_autofree char *grant_tag = g_strconcat("TABLE ", relation->qualified, NULL);
    const PgSpec spec = { .kind = kind_of(relation->kind),
                          .class_id = PG_CLASS,
                          .oid = oid,
                          .schema = schema,
                          .name = name,
                          .tag = tag,
                          .grant_tag = grant_tag };
    relation->entry = pg_add(reader, &spec);
    pg_add_alias(reader, PG_TYPE, pg_oid(result, row, REL_ROWTYPE), relation->entry, NULL);
    pg_add_alias(reader, PG_TYPE, pg_oid(result, row, REL_ROWTYPE_ARRAY), relation->entry, NULL);
    return TRUE;
}

enum { INH_CHILD, INH_PARENT, INH_PENDING };

static gboolean
add_parent(PgReader *reader, const PGresult *result, int row, GError **error)
{
    PgRelation *child = pg_relation(reader, pg_oid(result, row, INH_CHILD));
    PgRelation *parent = pg_relation(reader, pg_oid(result, row, INH_PARENT));
    if (child == NULL)
        return TRUE;
    if (parent == NULL) {
        /* Its parent is left out, or another's: what it inherits becomes its own. */
        child->is_partition = FALSE;
        child->lost_parent = TRUE;
        bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                       "table %s: its parent is left out, and what it inherits becomes its own",
                       child->qualified);
        return TRUE;
    }
    if (pg_flag(result, row, INH_PENDING)) {
        g_autofree char *label = bl_object_label(child->entry->object);
        return pg_unsupported(reader, label, "DETACH PARTITION CONCURRENTLY was not finished",
                              error);
    }
    g_ptr_array_add(child->parents, parent);
    pg_add_edge(reader, PG_CLASS, child->oid, PG_CLASS, parent->oid);
    return TRUE;
}

enum {
    SEQ_OID,
    SEQ_TYPE,
    SEQ_START,
    SEQ_INCREMENT,
    SEQ_MAX,
    SEQ_MIN,
    SEQ_CACHE,
    SEQ_CYCLE,
    SEQ_OWNER,
    SEQ_OWNER_COLUMN,
    SEQ_HOW,
};

static gboolean
add_sequence(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgRelation *sequence = pg_relation(reader, pg_oid(result, row, SEQ_OID));
    if (sequence == NULL)
        return TRUE;
    sequence->seq_type = keep(reader, result, row, SEQ_TYPE);
    sequence->seq_start = pg_number(result, row, SEQ_START, 1);
    sequence->seq_increment = pg_number(result, row, SEQ_INCREMENT, 1);
    sequence->seq_max = pg_number(result, row, SEQ_MAX, 0);
    sequence->seq_min = pg_number(result, row, SEQ_MIN, 0);
    sequence->seq_cache = pg_number(result, row, SEQ_CACHE, 1);
    sequence->seq_cycle = pg_flag(result, row, SEQ_CYCLE);
    sequence->owner_table = pg_oid(result, row, SEQ_OWNER);
    sequence->owner_column = (gint)pg_number(result, row, SEQ_OWNER_COLUMN, 0);
    sequence->owner_how = letter(result, row, SEQ_HOW);
    return TRUE;
}

enum {
    COL_RELATION,
    COL_NUMBER,
    COL_NAME,
    COL_TYPE,
    COL_TYPE_OID,
    COL_COLLATION_OID,
    COL_COLLATED,
    COL_NOT_NULL,
    COL_IDENTITY,
    COL_GENERATED,
    COL_LOCAL,
    COL_INHERITED,
    COL_STATISTICS,
    COL_STORAGE,
    COL_USUAL_STORAGE,
    COL_COMPRESSION,
    COL_OPTIONS,
    COL_FDW_OPTIONS,
};

#define STORAGE(letter)                                                                            \
    "CASE " letter " WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE "    \
    "'EXTENDED' END"

/* Columns of indexes that have something of their own come along: one look at the largest catalog
 * is enough. */
static const char columns_sql[] =
    "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.attcollation, "
    "a.attcollation <> t.typcollation, a.attnotnull, "
    "a.attidentity, a.attgenerated, a.attislocal, a.attinhcount > 0, "
    "{{17|a.attstattarget|nullif(a.attstattarget, -1)}}, CASE WHEN a.attstorage <> t.typstorage THEN " STORAGE("a.attstorage") " END, CASE WHEN a.attinhcount > 0 THEN " STORAGE(
        "t.typstorage") " END, {{14|CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' "
                        "END|NULL}}, a.attoptions, CASE WHEN a.attfdwoptions IS NOT NULL "
                        "THEN " FDW_OPTIONS(
                            "a.attfdwoptions") " END FROM pg_attribute a JOIN pg_class c ON c.oid = "
                                               "a.attrelid JOIN pg_type t ON t.oid = a.atttypid WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND (c.relkind IN ('r', 'p', 'f') OR "
                                               "c.relkind IN ('i', 'I') AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0))";

/* By number: the rows come nearly so, and the server would sort all of them. */
static void
place_column(GPtrArray *columns, PgColumn *column)
{
    guint at = columns->len;
    while (at > 0 &&
           ((const PgColumn *)g_ptr_array_index(columns, at - 1))->number > column->number)
        at--;
    g_ptr_array_insert(columns, (gint)at, column);
}

static gboolean
add_column(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid oid = pg_oid(result, row, COL_RELATION);
    PgRelation *relation = pg_any_relation(reader, oid);
    if (relation == NULL) {
        const PgIndexColumn found = { oid, (gint)pg_number(result, row, COL_NUMBER, 0),
                                      pg_number(result, row, COL_STATISTICS, -1),
                                      pg_text(result, row, COL_OPTIONS) != NULL };
        g_array_append_val(reader->index_columns, found);
        return TRUE;
    }
    PgColumn *column = g_new0(PgColumn, 1);
    column->number = (gint)pg_number(result, row, COL_NUMBER, 0);
    column->name = keep(reader, result, row, COL_NAME);
    column->type = keep(reader, result, row, COL_TYPE);
    column->collation_oid = pg_oid(result, row, COL_COLLATION_OID);
    column->type_oid = pg_oid(result, row, COL_TYPE_OID);
    if (column->collation_oid != 0 && pg_flag(result, row, COL_COLLATED)) {
        const char *name =
            g_hash_table_lookup(reader->collations, GUINT_TO_POINTER(column->collation_oid));
        column->collation = bl_catalog_string(reader->catalog, name);
    }
    column->not_null = pg_flag(result, row, COL_NOT_NULL);
    column->null_is_local = TRUE;
    column->identity = letter(result, row, COL_IDENTITY);
    column->generated = letter(result, row, COL_GENERATED);
    column->local = pg_flag(result, row, COL_LOCAL);
    column->inherited = pg_flag(result, row, COL_INHERITED);
    column->statistics = pg_number(result, row, COL_STATISTICS, -1);
    column->storage = keep(reader, result, row, COL_STORAGE);
    column->usual_storage = keep(reader, result, row, COL_USUAL_STORAGE);
    column->compression = keep(reader, result, row, COL_COMPRESSION);
    column->options = keep(reader, result, row, COL_OPTIONS);
    column->fdw_options = keep(reader, result, row, COL_FDW_OPTIONS);
    place_column(relation->columns, column);
    return TRUE;
}

enum { DEF_OID, DEF_RELATION, DEF_NUMBER, DEF_TEXT };

static gboolean
add_default(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgRelation *relation = pg_relation(reader, pg_oid(result, row, DEF_RELATION));
    gint number = (gint)pg_number(result, row, DEF_NUMBER, 0);
    PgColumn *column = relation != NULL ? pg_column(relation, number) : NULL;
    if (column == NULL)
        return TRUE;
    pg_add_piece(reader, relation, pg_oid(result, row, DEF_OID), 'd', column->name,
                 pg_text(result, row, DEF_TEXT));
    column->value = g_ptr_array_index(relation->pieces, relation->pieces->len - 1);
    return TRUE;
}

static gboolean
is_identity(const PgRelation *sequence)
{
    return sequence->owner_how == 'i';
}

/* @return TRUE when CREATE SEQUENCE without options gives it */
static gboolean
is_usual(const PgRelation *sequence)
{
    gint64 min;
    gint64 max;
    pg_usual_limits(sequence, &min, &max);
    return sequence->seq_increment == 1 && sequence->seq_min == min && sequence->seq_max == max &&
           sequence->seq_start == 1 && sequence->seq_cache == 1 && !sequence->seq_cycle;
}

static gboolean
has_default_name(const PgRelation *sequence, const PgRelation *table, const PgColumn *column)
{
    g_autofree char *name = pg_default_name(table->name, column->name, "seq");
    return strcmp(sequence->name, name) == 0 && strcmp(sequence->schema, table->schema) == 0;
}

/* serial is what PostgreSQL's own expansion of it would make, and nothing else. */
static gboolean
is_serial(const PgRelation *sequence, const PgRelation *table, const PgColumn *column)
{
    if (table->kind != 'r' || table->is_partition || table->of_type != NULL || !column->not_null ||
        column->null_name != NULL || column->null_no_inherit || column->null_not_valid ||
        column->inherited || column->value == NULL || column->generated != '\0' ||
        strcmp(sequence->seq_type, column->type) != 0 || !is_usual(sequence) ||
        sequence->persistence != table->persistence || !has_default_name(sequence, table, column))
        return FALSE;
    g_autoptr(GString) expected = g_string_new("nextval(");
    pg_append_literal(expected, sequence->qualified);
    g_string_append(expected, "::regclass)");
    return strcmp(column->value->text, expected->str) == 0;
}

/* Sequences of their own. */
static void
add_free_sequence(PgReader *reader, PgRelation *sequence)
{
    g_autofree char *tag = g_strconcat("SEQUENCE ", sequence->qualified, NULL);
    const PgSpec spec = { .kind = &pg_kind_sequence,
                          .class_id = PG_CLASS,
                          .oid = sequence->oid,
                          .schema = sequence->schema,
                          .name = sequence->name,
                          .tag = tag,
                          .grant_tag = tag };
    sequence->entry = pg_add(reader, &spec);
}

static void
place_sequence(PgReader *reader, PgRelation *sequence)
{
    PgRelation *table = pg_relation(reader, sequence->owner_table);
    PgColumn *column = table != NULL ? pg_column(table, sequence->owner_column) : NULL;
    gboolean serial =
        column != NULL && !is_identity(sequence) && is_serial(sequence, table, column);
    if (column == NULL || (!serial && !is_identity(sequence))) {
        add_free_sequence(reader, sequence);
        if (column != NULL)
            pg_add_edge(reader, PG_CLASS, table->oid, PG_CLASS, sequence->oid);
        return;
    }
    g_autofree char *tag = g_strconcat("SEQUENCE ", sequence->qualified, NULL);
    sequence->entry = pg_add_alias(reader, PG_CLASS, sequence->oid, table->entry, tag);
    sequence->entry->grant_tag = sequence->entry->tag;
    column->sequence = sequence;
    column->is_serial = serial;
}

void
pg_place_sequences(PgReader *reader)
{
    g_autoptr(GPtrArray) sorted = pg_sorted_relations(reader);
    for (guint i = 0; i < sorted->len; i++) {
        PgRelation *relation = g_ptr_array_index(sorted, i);
        if (relation->kind == 'S')
            place_sequence(reader, relation);
    }
}

static void
keep_columns(const PgRelation *child)
{
    for (guint i = 0; i < child->columns->len; i++) {
        PgColumn *column = g_ptr_array_index(child->columns, i);
        gboolean inherited = column->local;
        for (guint j = 0; j < child->parents->len && !inherited; j++)
            inherited = pg_column_named(g_ptr_array_index(child->parents, j), column->name) != NULL;
        column->local = column->local || !inherited;
        column->inherited = column->inherited && inherited;
    }
}

/* What came from a parent that is left out becomes a child's own, and so does a generated column
 * that is left where DROP COLUMN … CASCADE took what it reads, and it, from the parent. */
static gboolean
finish(PgReader *reader, GError **error)
{
    (void)error;
    GHashTableIter iter;
    gpointer relation;
    g_hash_table_iter_init(&iter, reader->relations);
    while (g_hash_table_iter_next(&iter, NULL, &relation)) {
        const PgRelation *child = relation;
        if (child->lost_parent || child->parents->len > 0)
            keep_columns(child);
    }
    return TRUE;
}

static const PgQuery queries[] = {
    { "tables and sequences", relations_sql, 0, 0, add_relation },
    { "inheritance",
      "SELECT inhrelid, inhparent, {{14|inhdetachpending|false}} FROM pg_inherits i JOIN pg_class c ON "
      "c.oid = i.inhrelid WHERE c.relkind IN ('r', 'p', 'f') ORDER BY inhrelid, inhseqno",
      0, PG_QUERY_IF(PG_IF_INHERITANCE), add_parent },
    { "sequences",
      "SELECT s.seqrelid, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmax, "
      "s.seqmin, s.seqcache, s.seqcycle, d.refobjid, d.refobjsubid, d.deptype FROM pg_sequence s LEFT "
      "JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0 "
      "AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0",
      0, 0, add_sequence },
    { "columns", columns_sql, 0, 0, add_column },
    /* Naming the table makes the server look it up: only where there are columns in it, that is for
     * generated ones. */
    { "defaults",
      "SELECT oid, adrelid, adnum, pg_get_expr(adbin, CASE WHEN strpos(adbin::text, '{VAR ') > 0 THEN "
      "adrelid ELSE 0 END) FROM pg_attrdef WHERE oid >= 16384",
      0, 0, add_default },
};

const PgSection pg_section_relations = { queries, G_N_ELEMENTS(queries), finish };
