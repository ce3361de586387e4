/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

/* OIDs of types (pg_type.dat of PostgreSQL). */
#define TEXT_TYPE    25
#define VARCHAR_TYPE 1043

/* Bits of pg_index.indoption. */
#define DESCENDING  1
#define NULLS_FIRST 2

enum {
    IDX_OID,
    IDX_SCHEMA,
    IDX_NAME,
    IDX_TABLE,
    IDX_TABLE_NAME,
    IDX_TABLE_KIND,
    IDX_KIND,
    IDX_UNIQUE,
    IDX_NULLS_NOT_DISTINCT,
    IDX_CLUSTERED,
    IDX_REPLICA,
    IDX_COLUMNS,
    IDX_KEYS,
    IDX_CLASSES,
    IDX_COLLATIONS,
    IDX_OPTION,
    IDX_METHOD,
    IDX_OPTIONS,
    IDX_TABLESPACE,
    IDX_PARENT_SCHEMA,
    IDX_PARENT_NAME,
    IDX_PARENT,
    IDX_TEXT,
    IDX_IS_VALID,
    IDX_TURNS_VALID,
    IDX_RIVAL,
};

/* Indexes that no constraint made. The server's own text only where there is an expression or a
 * predicate: it costs some fifteen times what the columns cost. */
static const char indexes_sql[] =
    "SELECT i.indexrelid, n.nspname, c.relname, i.indrelid, t.relname, t.relkind, c.relkind, "
    "i.indisunique, {{15|i.indnullsnotdistinct|false}}, i.indisclustered, i.indisreplident, "
    "i.indkey, i.indnkeyatts, i.indclass, i.indcollation, i.indoption, am.amname, c.reloptions, "
    "ts.spcname, pn.nspname, pc.relname, pc.oid, CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS "
    "NOT NULL OR t.relkind NOT IN ('r', 'p') THEN pg_get_indexdef(i.indexrelid) END, i.indisvalid, " PG_TURNS_VALID(
        "c") ", r.used FROM (SELECT * "
             "FROM pg_index i WHERE NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = "
             "i.indexrelid AND con.contype IN ('p', 'u', 'x'))) i JOIN pg_class c ON c.oid = i.indexrelid JOIN "
             "pg_namespace n ON n.oid = c.relnamespace JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am am ON "
             "am.oid = c.relam LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace LEFT JOIN "
             "(pg_inherits heir JOIN pg_class pc ON pc.oid = heir.inhparent JOIN pg_namespace pn ON pn.oid = "
             "pc.relnamespace) ON heir.inhrelid = i.indexrelid LEFT JOIN (SELECT yi.indexrelid, min(f.conindid) "
             "AS used FROM " PG_RIVALS
             " AND yi.indisunique AND yi.indpred IS NULL AND yi.indexprs IS NULL WHERE "
             "yi.indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype = 'f') GROUP BY "
             "yi.indexrelid) r ON r.indexrelid = i.indexrelid WHERE t.relkind IN ('r', 'p', 'm') AND c.oid >= "
             "16384 AND {{ours}} AND t.oid NOT IN ({{omitted}})";

typedef struct {
    gboolean is_default;
    Oid type;
    char *name; /* qualified where that is needed */
} OperatorClass;

void
pg_class_free(gpointer data)
{
    OperatorClass *found = data;
    g_free(found->name);
    g_free(found);
}

static gboolean
add_class(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autoptr(GString) name = g_string_new(NULL);
    const char *schema = pg_text(result, row, 1);
    pg_append_qualified(name, strcmp(schema, "pg_catalog") == 0 ? NULL : schema,
                        pg_text(result, row, 2));
    OperatorClass *found = g_new0(OperatorClass, 1);
    found->is_default = pg_flag(result, row, 3);
    found->type = pg_oid(result, row, 4);
    found->name = g_string_free(g_steal_pointer(&name), FALSE);
    g_hash_table_insert(reader->classes, GUINT_TO_POINTER(pg_oid(result, row, 0)), found);
    return TRUE;
}

/* The @n-th number of a vector's text. */
static Oid
nth(const char *vector, guint n)
{
    for (guint i = 0; i < n && vector != NULL; i++) {
        const char *blank = strchr(vector, ' ');
        vector = blank != NULL ? blank + 1 : NULL;
    }
    return vector != NULL ? (Oid)g_ascii_strtoull(vector, NULL, 10) : 0;
}

/* Whether the class is its type's default one, which is not written, is told by the class alone
 * only for its own type; text's stands for varchar too. */
static gboolean
is_clear(const OperatorClass *found, const PgColumn *column)
{
    return !found->is_default || found->type == column->type_oid ||
           (found->type == TEXT_TYPE && column->type_oid == VARCHAR_TYPE);
}

static gboolean
append_key(GString *out, PgReader *reader, const PGresult *result, int row, guint place)
{
    const PgRelation *table = pg_relation(reader, pg_oid(result, row, IDX_TABLE));
    const PgColumn *column = pg_column(table, (gint)nth(pg_text(result, row, IDX_COLUMNS), place));
    if (column == NULL)
        return FALSE;
    g_string_append(out, place > 0 ? ", " : "");
    pg_append_name(out, column->name);
    Oid collation = nth(pg_text(result, row, IDX_COLLATIONS), place);
    if (collation != 0 && collation != column->collation_oid) {
        const char *name = g_hash_table_lookup(reader->collations, GUINT_TO_POINTER(collation));
        g_string_append_printf(out, " COLLATE %s", name != NULL ? name : "???");
    }
    Oid class_id = nth(pg_text(result, row, IDX_CLASSES), place);
    const OperatorClass *found = g_hash_table_lookup(reader->classes, GUINT_TO_POINTER(class_id));
    if (found == NULL || !is_clear(found, column))
        return FALSE;
    if (!found->is_default)
        g_string_append_printf(out, " %s", found->name);
    Oid option = nth(pg_text(result, row, IDX_OPTION), place);
    if ((option & DESCENDING) != 0)
        g_string_append(out, (option & NULLS_FIRST) != 0 ? " DESC" : " DESC NULLS LAST");
    else if ((option & NULLS_FIRST) != 0)
        g_string_append(out, " NULLS FIRST");
    return TRUE;
}

static gboolean
append_keys(GString *out, PgReader *reader, const PGresult *result, int row)
{
    guint keys = (guint)pg_number(result, row, IDX_KEYS, 0);
    for (guint i = 0; i < keys; i++) {
        if (!append_key(out, reader, result, row, i))
            return FALSE;
    }
    g_string_append_c(out, ')');
    const PgRelation *table = pg_relation(reader, pg_oid(result, row, IDX_TABLE));
    const char *columns = pg_text(result, row, IDX_COLUMNS);
    for (guint i = keys; nth(columns, i) != 0; i++) {
        const PgColumn *column = pg_column(table, (gint)nth(columns, i));
        if (column == NULL)
            return FALSE;
        g_string_append(out, i == keys ? " INCLUDE (" : ", ");
        pg_append_name(out, column->name);
        if (nth(columns, i + 1) == 0)
            g_string_append_c(out, ')');
    }
    return TRUE;
}

/* As pg_get_indexdef_worker() of ruleutils.c writes it. @return NULL when it cannot be known */
static char *
index_text(PgReader *reader, const PGresult *result, int row)
{
    const PgRelation *table = pg_relation(reader, pg_oid(result, row, IDX_TABLE));
    g_autoptr(GString) out = g_string_new("CREATE ");
    g_string_append(out, pg_flag(result, row, IDX_UNIQUE) ? "UNIQUE INDEX " : "INDEX ");
    pg_append_name(out, pg_text(result, row, IDX_NAME));
    gboolean is_partitioned = pg_text(result, row, IDX_KIND)[0] == 'I';
    g_string_append_printf(out, " ON %s%s USING ", is_partitioned ? "ONLY " : "", table->qualified);
    pg_append_name(out, pg_text(result, row, IDX_METHOD));
    g_string_append(out, " (");
    if (!append_keys(out, reader, result, row))
        return NULL;
    if (pg_flag(result, row, IDX_NULLS_NOT_DISTINCT)) {
        g_string_append(out, " NULLS NOT DISTINCT");
        pg_need_version(reader, 15);
    }
    pg_append_options(out, pg_text(result, row, IDX_OPTIONS), NULL);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
add_settings(PgReader *reader, const PGresult *result, int row, const PgEntry *entry)
{
    g_autofree char *table =
        pg_qualified(pg_text(result, row, IDX_SCHEMA), pg_text(result, row, IDX_TABLE_NAME));
    g_autofree char *name = pg_name(pg_text(result, row, IDX_NAME));
    if (pg_flag(result, row, IDX_CLUSTERED)) {
        gboolean is_view = pg_text(result, row, IDX_TABLE_KIND)[0] == 'm';
        g_autofree char *sql = g_strdup_printf(
            "ALTER %s %s CLUSTER ON %s", is_view ? "MATERIALIZED VIEW" : "TABLE", table, name);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    }
    if (pg_flag(result, row, IDX_REPLICA)) {
        g_autofree char *sql =
            g_strdup_printf("ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", table, name);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    }
    if (pg_text(result, row, IDX_PARENT_NAME) == NULL)
        return;
    g_autofree char *parent = pg_qualified(pg_text(result, row, IDX_PARENT_SCHEMA),
                                           pg_text(result, row, IDX_PARENT_NAME));
    g_autofree char *mine =
        pg_qualified(pg_text(result, row, IDX_SCHEMA), pg_text(result, row, IDX_NAME));
    g_autofree char *sql = g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s", parent, mine);
    pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    pg_add_edge(reader, PG_CLASS, pg_oid(result, row, IDX_OID), PG_CLASS,
                pg_oid(result, row, IDX_PARENT));
}

static gboolean
has_class_options(const PgReader *reader, Oid index)
{
    for (guint i = 0; i < reader->index_columns->len; i++) {
        const PgIndexColumn *column = &g_array_index(reader->index_columns, PgIndexColumn, i);
        if (column->index == index && column->has_options)
            return TRUE;
    }
    return FALSE;
}

/* What CREATE INDEX CONCURRENTLY leaves behind when it fails: nobody reads it, and a copy of it
 * would be another thing, an index that works. */
static gboolean
is_wreck(PgReader *reader, const PGresult *result, int row)
{
    if (pg_flag(result, row, IDX_IS_VALID) || pg_text(result, row, IDX_KIND)[0] != 'i' ||
        pg_text(result, row, IDX_PARENT) != NULL)
        return FALSE;
    g_autofree char *name =
        pg_qualified(pg_text(result, row, IDX_SCHEMA), pg_text(result, row, IDX_NAME));
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                   "index %s is left out: it is not valid (CREATE INDEX CONCURRENTLY failed); drop "
                   "it, or REINDEX it",
                   name);
    return TRUE;
}

void
pg_tell_turned_valid(const PgReader *reader, const char *schema, const char *name)
{
    g_autofree char *qualified = pg_qualified(schema, name);
    bl_report_text(
        reader->session->base.reporter, BL_EVENT_WARNING,
        "index %s is not valid, and will be where the snapshot is loaded; REINDEX it, or "
        "make it anew",
        qualified);
}

static gboolean
add_index(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid table = pg_oid(result, row, IDX_TABLE);
    const char *schema = pg_text(result, row, IDX_SCHEMA);
    const char *name = pg_text(result, row, IDX_NAME);
    if (pg_find(reader, PG_CLASS, table) == NULL ||
        !pg_is_ours(reader, PG_CLASS, pg_oid(result, row, IDX_OID), schema, name,
                    pg_text(result, row, IDX_TABLE_NAME)) ||
        is_wreck(reader, result, row))
        return TRUE;
    g_autofree char *qualified = pg_qualified(schema, name);
    g_autofree char *tag = g_strconcat("INDEX ", qualified, NULL);
    const char *given = pg_text(result, row, IDX_TEXT);
    Oid oid = pg_oid(result, row, IDX_OID);
    g_autofree char *made =
        given == NULL && !has_class_options(reader, oid) ? index_text(reader, result, row) : NULL;
    const PgSpec spec = { .kind = &pg_kind_index,
                          .class_id = PG_CLASS,
                          .oid = oid,
                          .schema = schema,
                          .name = name,
                          .parent = pg_text(result, row, IDX_TABLE_NAME),
                          .tag = tag };
    PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    if (pg_flag(result, row, IDX_TURNS_VALID))
        pg_tell_turned_valid(reader, schema, name);
    if (given == NULL && made == NULL)
        g_ptr_array_add(reader->untold, entry);
    else
        pg_add_statement(reader, entry, "%s", given != NULL ? given : made);
    const char *tablespace = pg_text(result, row, IDX_TABLESPACE);
    if (tablespace != NULL) {
        g_autofree char *quoted = pg_name(tablespace);
        g_autofree char *sql =
            g_strdup_printf("ALTER INDEX %s SET TABLESPACE %s", qualified, quoted);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    }
    pg_add_edge(reader, PG_CLASS, spec.oid, PG_CLASS, table);
    /* A foreign key takes the oldest of the indexes that it may use. */
    if (pg_text(result, row, IDX_RIVAL) != NULL)
        pg_add_edge(reader, PG_CLASS, spec.oid, PG_CLASS, pg_oid(result, row, IDX_RIVAL));
    add_settings(reader, result, row, entry);
    return TRUE;
}

/* A partition's index that a constraint made, below an index that none made. */
static gboolean
attach_constraint(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgEntry *parent = pg_find(reader, PG_CLASS, pg_oid(result, row, 0));
    Oid child = pg_oid(result, row, 1);
    if (parent == NULL || pg_find(reader, PG_CLASS, child) == NULL)
        return TRUE;
    g_autofree char *above = pg_qualified(pg_text(result, row, 2), pg_text(result, row, 3));
    g_autofree char *below = pg_qualified(pg_text(result, row, 4), pg_text(result, row, 5));
    g_autofree char *sql = g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s", above, below);
    pg_add_tail(reader, parent, PG_TAIL_SETTING, below, sql);
    pg_add_edge(reader, PG_CLASS, parent->oid, PG_CLASS, child);
    return TRUE;
}

static void
add_index_statistics(PgReader *reader)
{
    for (guint i = 0; i < reader->index_columns->len; i++) {
        const PgIndexColumn *column = &g_array_index(reader->index_columns, PgIndexColumn, i);
        const PgEntry *entry = pg_find(reader, PG_CLASS, column->index);
        if (entry == NULL || entry->tag == NULL || column->statistics < 0)
            continue;
        g_autofree char *sql =
            g_strdup_printf("ALTER %s ALTER COLUMN %d SET STATISTICS %" G_GINT64_FORMAT, entry->tag,
                            column->number, column->statistics);
        g_autofree char *key = g_strdup_printf("%08d", column->number);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, key, sql);
    }
}

static gboolean
take_untold(guint index, const PGresult *result, void *data, GError **error)
{
    (void)index;
    (void)error;
    PgReader *reader = data;
    /* Settings have one column, or many. */
    gboolean is_it = pq.PQnfields(result) == 2;
    for (int i = 0; is_it && i < pq.PQntuples(result); i++) {
        const PgEntry *entry = pg_find(reader, PG_CLASS, pg_oid(result, i, 0));
        const char *text = pg_text(result, i, 1);
        if (text == NULL)
            reader->changed = TRUE;
        else
            pg_add_statement(reader, entry, "%s", text);
    }
    return TRUE;
}

/* Classes that are the default of another type, and parameters of classes: few, so that the server
 * is asked for their text in one more round trip. */
gboolean
pg_ask_for_untold(PgReader *reader, const char *before, const char *after, GError **error)
{
    if (reader->untold->len == 0)
        return TRUE;
    g_autoptr(GString) sql = g_string_new(before);
    g_string_append(sql, "SELECT i, pg_get_indexdef(i) FROM unnest('{");
    for (guint i = 0; i < reader->untold->len; i++) {
        const PgEntry *entry = g_ptr_array_index(reader->untold, i);
        g_string_append_printf(sql, "%s%u", i > 0 ? "," : "", entry->oid);
    }
    g_string_append_printf(sql, "}'::oid[]) i;\n%s", after);
    return pg_run_all(reader->session, sql->str, take_untold, reader, error);
}

static gboolean
finish(PgReader *reader, GError **error)
{
    (void)error;
    add_index_statistics(reader);
    return TRUE;
}

enum { STAT_OID, STAT_SCHEMA, STAT_NAME, STAT_TABLE_OID, STAT_TABLE, STAT_TARGET, STAT_TEXT };

static gboolean
add_statistics(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, STAT_SCHEMA);
    const char *name = pg_text(result, row, STAT_NAME);
    if (pg_find(reader, PG_CLASS, pg_oid(result, row, STAT_TABLE_OID)) == NULL)
        return TRUE;
    g_autofree char *qualified = pg_qualified(schema, name);
    g_autofree char *tag = g_strconcat("STATISTICS ", qualified, NULL);
    const PgSpec spec = { .kind = &pg_kind_statistics,
                          .class_id = PG_STATISTIC_EXT,
                          .oid = pg_oid(result, row, STAT_OID),
                          .schema = schema,
                          .name = name,
                          .parent = pg_text(result, row, STAT_TABLE),
                          .tag = tag };
    PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    pg_add_statement(reader, entry, "%s", pg_text(result, row, STAT_TEXT));
    gint64 target = pg_number(result, row, STAT_TARGET, -1);
    if (target >= 0)
        pg_add_statement(reader, entry, "ALTER STATISTICS %s SET STATISTICS %" G_GINT64_FORMAT,
                         qualified, target);
    return TRUE;
}

static const PgQuery queries[] = {
    { "operator classes",
      "SELECT o.oid, n.nspname, o.opcname, o.opcdefault, o.opcintype FROM pg_opclass o JOIN pg_namespace n ON n.oid "
      "= o.opcnamespace",
      0, 0, add_class },
    { "indexes", indexes_sql, 0, 0, add_index },
    { "attached indexes of constraints",
      "SELECT heir.inhparent, c.oid, pn.nspname, p.relname, n.nspname, c.relname FROM pg_inherits heir "
      "JOIN pg_class c ON c.oid = heir.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN "
      "pg_class p ON p.oid = heir.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE "
      "c.relkind IN ('i', 'I') AND EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND "
      "k.contype IN ('p', 'u', 'x')) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = "
      "p.oid AND k.contype IN ('p', 'u', 'x'))",
      0, PG_QUERY_IF(PG_IF_INHERITANCE), attach_constraint },
    { "extended statistics",
      "SELECT s.oid, n.nspname, s.stxname, c.oid, c.relname, s.stxstattarget, "
      "pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = "
      "s.stxnamespace JOIN pg_class c ON c.oid = s.stxrelid WHERE {{ours}}",
      0, PG_QUERY_IF(PG_IF_STATISTICS), add_statistics },
};

const PgSection pg_section_indexes = { queries, G_N_ELEMENTS(queries), finish };
