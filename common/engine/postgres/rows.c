/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/rows.h"

#include "common/base/error.h"

#include <string.h>

/* Everything that decides how a value is written, so that two servers write the same and any server
 * reads it back. An empty search_path qualifies the names in regclass values. */
#define VALUE_SETTINGS                                                                             \
    "SET LOCAL search_path = ''; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL timezone = 'UTC'; "   \
    "SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL extra_float_digits = 3; "                     \
    "SET LOCAL bytea_output = 'hex'"
const char pg_value_settings[] = VALUE_SETTINGS;
static const char settings_sql[] = VALUE_SETTINGS "; SET LOCAL row_security = off";

/* How a column's values are written. */
typedef enum { AS_LITERAL, AS_NUMBER, AS_BOOLEAN } Style;

typedef struct {
    const char *type; /* of pg_catalog */
    Style style;
    const char *cast; /* what is selected instead: money has no form that every server reads, and
                         xml is given out without its declaration */
} TypeStyle;

static const TypeStyle type_styles[] = {
    { "int2", AS_NUMBER, NULL },         { "int4", AS_NUMBER, NULL },
    { "int8", AS_NUMBER, NULL },         { "oid", AS_NUMBER, NULL },
    { "numeric", AS_NUMBER, NULL },      { "bool", AS_BOOLEAN, NULL },
    { "money", AS_NUMBER, "::numeric" }, { "xml", AS_LITERAL, "::text" },
};

typedef struct {
    char *name; /* as in a snapshot */
    const TypeStyle *style;
    gboolean is_collatable;
    int key; /* place in the primary key, from 1; 0: none */
} Column;

/* What is written for a table. */
typedef struct {
    PgSession *session;
    const char *name; /* qualified */
    char *head;       /* INSERT INTO … VALUES ( */
    char relkind;
    gboolean is_readable, hides_rows, is_partition;
    gboolean is_forced; /* FORCE ROW LEVEL SECURITY binds the owner too */
    gboolean overrides; /* it has an identity that is always generated */
    GArray *columns;    /* Column; without generated ones */
    GString *out;
    guint64 n;
} Rows;

static void
column_clear(gpointer data)
{
    g_free(((Column *)data)->name);
}

static void
rows_clear(Rows *rows)
{
    g_free(rows->head);
    g_array_unref(rows->columns);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rows, rows_clear)

static const TypeStyle *
find_style(const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(type_styles); i++) {
        if (g_strcmp0(type, type_styles[i].type) == 0)
            return &type_styles[i];
    }
    return NULL;
}

/* @return a literal of the qualified name for ::regclass; g_free() */
static char *
class_literal(const char *qualified)
{
    g_autoptr(GString) text = g_string_new(NULL);
    pg_append_literal(text, qualified);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
read_columns(Rows *rows, GError **error)
{
    g_autofree char *literal = class_literal(rows->name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT c.relkind, pg_catalog.has_table_privilege(c.oid, 'SELECT'), "
        "pg_catalog.row_security_active(c.oid), c.relispartition, a.attname, "
        "CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace THEN b.typname END, "
        "a.attcollation <> 0, a.attidentity = 'a', pg_catalog.array_position("
        "i.indkey::int2[], a.attnum), c.relforcerowsecurity FROM pg_catalog.pg_class c "
        "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
        "AND NOT a.attisdropped AND a.attgenerated = '' "
        "LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_catalog.pg_type b "
        "ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END "
        "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "WHERE c.oid = %s::regclass ORDER BY a.attnum",
        literal);
    g_autoptr(PgResult) result = pg_select(rows->session, sql, error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < pq.PQntuples(result); row++) {
        rows->relkind = pg_text(result, row, 0)[0];
        rows->is_readable = pg_flag(result, row, 1);
        rows->hides_rows = pg_flag(result, row, 2);
        rows->is_partition = pg_flag(result, row, 3);
        rows->is_forced = pg_flag(result, row, 9);
        if (pg_text(result, row, 4) == NULL)
            continue;
        rows->overrides = rows->overrides || pg_flag(result, row, 7);
        Column column = { .name = pg_name(pg_text(result, row, 4)),
                          .style = find_style(pg_text(result, row, 5)),
                          .is_collatable = pg_flag(result, row, 6),
                          .key = pg_text(result, row, 8) == NULL
                                     ? 0
                                     : (int)pg_number(result, row, 8, 0) + 1 };
        g_array_append_val(rows->columns, column);
    }
    return TRUE;
}

static gboolean
refuse(const Rows *rows, const char *why, const char *hint, GError **error)
{
    bl_error_set(error, BL_ERROR_UNSUPPORTED, hint,
                 "the rows of table \"%s\" cannot be carried: %s", rows->name, why);
    return FALSE;
}

static gboolean
check_readable(const Rows *rows, GError **error)
{
    if (rows->relkind != 'r' && rows->relkind != 'p')
        return refuse(rows, "it is no plain table", "take it out of the data", error);
    if (rows->is_partition)
        return refuse(rows, "it is a partition", "name the table that it is a partition of", error);
    if (!rows->is_readable)
        return refuse(rows, "the right SELECT on it is missing", "GRANT SELECT, or be its owner",
                      error);
    const char *hint = rows->is_forced ? "use a role with BYPASSRLS: the owner is bound too"
                                       : "use a role with BYPASSRLS, or the owner of the table";
    if (rows->hides_rows)
        return refuse(rows, "row-level security hides rows from this role", hint, error);
    return TRUE;
}

static const Column *
column_at(const Rows *rows, guint i)
{
    return &g_array_index(rows->columns, Column, i);
}

static void
append_order(GString *sql, const char **separator, const Column *column, gboolean is_key)
{
    g_string_append_printf(sql, "%s%s%s%s", *separator, column->name, is_key ? "" : "::text",
                           !is_key || column->is_collatable ? " COLLATE \"C\"" : "");
    *separator = ", ";
}

/* By primary key; without one by everything, as text: some types have no order. */
static char *
select_rows(const Rows *rows)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (guint i = 0; i < rows->columns->len; i++) {
        const Column *column = column_at(rows, i);
        g_string_append_printf(
            sql, "%s%s%s", i > 0 ? ", " : "", column->name,
            column->style != NULL && column->style->cast != NULL ? column->style->cast : "");
    }
    /* The rows of a partitioned table are in its partitions; those of an inheritance child are the
     * child's. */
    g_string_append_printf(sql, " FROM %s%s", rows->relkind == 'p' ? "" : "ONLY ", rows->name);
    const char *separator = " ORDER BY ";
    for (int key = 1; key <= (int)rows->columns->len; key++) {
        for (guint i = 0; i < rows->columns->len; i++) {
            if (column_at(rows, i)->key == key)
                append_order(sql, &separator, column_at(rows, i), TRUE);
        }
    }
    gboolean has_key = separator[0] == ',';
    for (guint i = 0; !has_key && i < rows->columns->len; i++)
        append_order(sql, &separator, column_at(rows, i), FALSE);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *
insert_head(const Rows *rows)
{
    g_autoptr(GString) head = g_string_new("INSERT INTO ");
    g_string_append(head, rows->name);
    for (guint i = 0; i < rows->columns->len; i++)
        g_string_append_printf(head, "%s%s", i > 0 ? ", " : " (", column_at(rows, i)->name);
    g_string_append_printf(head, ") %sVALUES (", rows->overrides ? "OVERRIDING SYSTEM VALUE " : "");
    return g_string_free(g_steal_pointer(&head), FALSE);
}

/* NaN and Infinity are no numbers in SQL. */
static gboolean
is_plain_number(const char *text)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    return digits[0] != '\0' && digits[strspn(digits, "0123456789.")] == '\0';
}

/* A carriage return in a text file does not survive every program. */
static void
append_escaped(GString *out, const char *text)
{
    g_string_append(out, "E'");
    for (; *text != '\0'; text++) {
        if (*text == '\r')
            g_string_append(out, "\\r");
        else if (*text == '\n')
            g_string_append(out, "\\n");
        else if (*text == '\\' || *text == '\'')
            g_string_append_printf(out, "%c%c", *text, *text);
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\'');
}

static void
append_value(GString *out, const TypeStyle *style, const char *text)
{
    if (text == NULL)
        g_string_append(out, "NULL");
    else if (style != NULL && style->style == AS_BOOLEAN)
        g_string_append(out, text[0] == 't' ? "true" : "false");
    else if (style != NULL && style->style == AS_NUMBER && is_plain_number(text))
        g_string_append(out, text);
    else if (strchr(text, '\r') != NULL)
        append_escaped(out, text);
    else
        pg_append_literal(out, text);
}

static gboolean
append_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Rows *rows = data;
    rows->n++;
    if (rows->columns->len == 0) {
        g_string_append_printf(rows->out, "INSERT INTO %s DEFAULT VALUES;\n", rows->name);
        return TRUE;
    }
    g_string_append(rows->out, rows->head);
    for (guint i = 0; i < row->n; i++) {
        if (i > 0)
            g_string_append(rows->out, ", ");
        append_value(rows->out, column_at(rows, i)->style, row->values[i]);
    }
    g_string_append(rows->out, ");\n");
    return TRUE;
}

/* A sequence that gives the values of a column, and where it must go on. The value is left to the
 * load, so that rows that are merged in count too. */
static void
append_sequence(Rows *rows, const PGresult *result, int row)
{
    g_autofree char *sequence = pg_qualified(pg_text(result, row, 0), pg_text(result, row, 1));
    g_autofree char *column = pg_name(pg_text(result, row, 2));
    gboolean is_own = pg_flag(result, row, 3);
    gboolean descends = pg_flag(result, row, 4);
    g_autofree char *literal = class_literal(sequence);
    g_autofree char *last = g_strdup_printf("%s(%s)", descends ? "min" : "max", column);
    g_string_append_printf(rows->out, "SELECT pg_catalog.setval(%s, ", literal);
    if (is_own)
        g_string_append(rows->out, last);
    else
        g_string_append_printf(rows->out, "%s(%s, (SELECT last_value FROM %s))",
                               descends ? "least" : "greatest", last, sequence);
    g_string_append_printf(rows->out, ") FROM %s%s;\n", rows->relkind == 'p' ? "" : "ONLY ",
                           rows->name);
}

/* @return TRUE in @fits when the sequence can stand at the last value that the column has */
static gboolean
sequence_fits(Rows *rows, const PGresult *result, int row, gboolean *fits, GError **error)
{
    g_autofree char *column = pg_name(pg_text(result, row, 2));
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM %s%s HAVING %s(%s) BETWEEN %s AND %s",
                                           rows->relkind == 'p' ? "" : "ONLY ", rows->name,
                                           pg_flag(result, row, 4) ? "min" : "max", column,
                                           pg_text(result, row, 5), pg_text(result, row, 6));
    g_autoptr(PgResult) found = pg_select(rows->session, sql, error);
    *fits = found != NULL && pq.PQntuples(found) > 0;
    return found != NULL;
}

static gboolean
append_sequences(Rows *rows, GError **error)
{
    /* Owned by a column (serial, identity), or named in its default. */
    g_autofree char *literal = class_literal(rows->name);
    g_autofree char *sql = g_strdup_printf(
        "WITH u (seq, attnum, own) AS (SELECT d.objid, d.refobjsubid, TRUE FROM "
        "pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND "
        "d.refclassid = 'pg_class'::regclass AND d.refobjid = %s::regclass AND d.refobjsubid > 0 "
        "AND d.deptype IN ('a', 'i') UNION ALL SELECT d.refobjid, f.adnum, FALSE FROM "
        "pg_catalog.pg_attrdef f JOIN pg_catalog.pg_depend d ON d.classid = "
        "'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass "
        "AND d.deptype = 'n' WHERE f.adrelid = %s::regclass) "
        "SELECT n.nspname, c.relname, a.attname, bool_or(u.own), s.seqincrement < 0, s.seqmin, "
        "s.seqmax FROM u JOIN pg_catalog.pg_sequence s ON s.seqrelid = u.seq "
        "JOIN pg_catalog.pg_class c ON c.oid = u.seq "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = %s::regclass AND a.attnum = u.attnum "
        "AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) "
        "GROUP BY 1, 2, 3, 5, 6, 7 ORDER BY 1, 2, 3",
        literal, literal, literal);
    g_autoptr(PgResult) result = pg_select(rows->session, sql, error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < pq.PQntuples(result); row++) {
        gboolean fits = FALSE;
        if (!sequence_fits(rows, result, row, &fits, error))
            return FALSE;
        if (fits)
            append_sequence(rows, result, row);
    }
    return TRUE;
}

/* Policies come behind the rows, and until then the owner may insert none. */
static void
lift_force(const Rows *rows, gsize start)
{
    g_autofree char *lift =
        g_strdup_printf("ALTER TABLE ONLY %s NO FORCE ROW LEVEL SECURITY;\n", rows->name);
    g_string_insert(rows->out, (gssize)start, lift);
    g_string_append_printf(rows->out, "ALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY;\n",
                           rows->name);
}

/* What they compute may name things without a schema. */
static gboolean
set_path(const Rows *rows, gsize start, GError **error)
{
    g_autofree char *literal = class_literal(rows->name);
    g_autoptr(GString) set = g_string_new("SET search_path = ");
    gsize len = set->len;
    if (!pg_row_path(rows->session, literal, set, error))
        return FALSE;
    if (set->len == len)
        return TRUE;
    g_string_append(set, ";\n");
    g_string_insert(rows->out, (gssize)start, set->str);
    g_string_append(rows->out, "SET search_path = '';\n");
    return TRUE;
}

gboolean
pg_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    if (!table->kind->holds_rows) {
        g_autofree char *label = bl_object_label(table);
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "take it out of the data",
                     "the rows of %s cannot be carried", label);
        return FALSE;
    }
    PgSession *session = (PgSession *)base;
    g_autofree char *name = pg_qualified(table->schema, table->name);
    g_auto(Rows) rows = { .session = session,
                          .name = name,
                          .columns = g_array_new(FALSE, TRUE, sizeof(Column)),
                          .out = out };
    g_array_set_clear_func(rows.columns, column_clear);
    if (!pg_run(session, settings_sql, error) || !read_columns(&rows, error) ||
        !check_readable(&rows, error))
        return FALSE;
    rows.head = insert_head(&rows);
    g_autofree char *sql = select_rows(&rows);
    gsize start = out->len;
    if (!pg_query(base, sql, append_row, &rows, error) ||
        (rows.n > 0 && !append_sequences(&rows, error)))
        return FALSE;
    if (rows.is_forced && rows.n > 0)
        lift_force(&rows, start);
    if (rows.n > 0 && !set_path(&rows, start, error))
        return FALSE;
    *count = rows.n;
    return TRUE;
}

/* What policies hide takes place in a file all the same; those of a partitioned table are its
 * partitions'. Rows that are gone may have left some: better one refusal too many. */
static gboolean
takes_place(const Rows *rows, gboolean *found, GError **error)
{
    g_autofree char *literal = class_literal(rows->name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT 1 WHERE pg_catalog.pg_relation_size(%s::regclass) > 0 OR EXISTS (SELECT FROM "
        "pg_catalog.pg_partition_tree(%s::regclass) p WHERE p.isleaf AND "
        "pg_catalog.pg_relation_size(p.relid) > 0)",
        literal, literal);
    return bl_session_has_row(&rows->session->base, sql, found, error);
}

gboolean
pg_has_rows(BlSession *base, const BlObject *table, gboolean *found, GError **error)
{
    g_autofree char *name = pg_qualified(table->schema, table->name);
    g_auto(Rows) rows = { .session = (PgSession *)base,
                          .name = name,
                          .columns = g_array_new(FALSE, TRUE, sizeof(Column)) };
    g_array_set_clear_func(rows.columns, column_clear);
    *found = FALSE;
    if (!read_columns(&rows, error))
        return FALSE;
    if (rows.is_partition)
        return TRUE;
    if (rows.hides_rows)
        return takes_place(&rows, found, error) && (!*found || check_readable(&rows, error));
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM %s%s LIMIT 1",
                                           rows.relkind == 'r' ? "ONLY " : "", rows.name);
    return check_readable(&rows, error) && bl_session_has_row(base, sql, found, error);
}

/* Of table c: a heap without a block has no rows for anybody. */
#define TAKES_NO_PLACE                                                                             \
    "(c.relkind = 'r' AND c.relam = (SELECT h.oid FROM pg_catalog.pg_am h "                        \
    "WHERE h.amname = 'heap') AND pg_catalog.pg_relation_size(c.oid) = 0)"

/* Names with points in them can be those of two tables. */
static const char empty_sql[] = "SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c "
                                "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                                "WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') GROUP BY 1 "
                                "HAVING pg_catalog.bool_and(coalesce(" TAKES_NO_PLACE ", false))";

static gboolean
add_name(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_hash_table_add(data, g_strdup(row->values[0]));
    return TRUE;
}

gboolean
pg_list_empty(BlSession *base, GHashTable *names, GError **error)
{
    return pg_query(base, empty_sql, add_name, names, error);
}

/* A snapshot holds its rows ahead of the foreign keys, so that the order by name, in which the
 * tables come, is as good as any. */
gboolean
pg_order_rows(BlSession *base, GPtrArray *tables, GError **error)
{
    (void)base;
    (void)tables;
    (void)error;
    return TRUE;
}

/* Each takes a lock, until the question is answered. */
#define SEQUENCES_AT_ONCE 100

/* A sequence that a column takes its numbers from is set behind the rows that a snapshot carries,
 * and numbers that were taken and not kept are no loss; but a start that somebody chose is one. The
 * last column asks for the last numbers that such columns hold: not the tables without a block,
 * since each costs the planner more than all of this, unless other tables inherit from them. */
static const char sequences_sql[] =
    "SELECT n.nspname, c.relname, s.seqstart, s.seqincrement, tn.nspname, t.relname, q.question "
    "FROM pg_catalog.pg_sequence s "
    "JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_catalog.pg_depend d "
    "ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid "
    "AND d.refclassid = d.classid AND d.deptype IN ('a', 'i') "
    "LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid "
    "LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace "
    "LEFT JOIN (SELECT fed.seq, coalesce(pg_catalog.string_agg("
    "pg_catalog.format('SELECT %s(%I)::numeric AS v FROM %I.%I', "
    "CASE WHEN x.seqincrement < 0 THEN 'min' ELSE 'max' END, a.attname, cn.nspname, c.relname), "
    "' UNION ALL ') FILTER (WHERE c.relhassubclass OR NOT " TAKES_NO_PLACE
    "), 'SELECT NULL::numeric AS v') AS question FROM ("
    "SELECT o.objid AS seq, o.refobjid AS relid, o.refobjsubid AS attnum "
    "FROM pg_catalog.pg_depend o WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
    "AND o.refclassid = o.classid AND o.deptype IN ('a', 'i') UNION "
    "SELECT u.refobjid, f.adrelid, f.adnum FROM pg_catalog.pg_depend u "
    "JOIN pg_catalog.pg_attrdef f ON f.oid = u.objid "
    "WHERE u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass "
    "AND u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) AS fed "
    "JOIN pg_catalog.pg_sequence x ON x.seqrelid = fed.seq "
    "JOIN pg_catalog.pg_class c ON c.oid = fed.relid "
    "JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = fed.relid AND a.attnum = fed.attnum "
    "AND a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, "
    "'int8'::pg_catalog.regtype, 'numeric'::pg_catalog.regtype) GROUP BY fed.seq) AS q "
    "ON q.seq = c.oid ORDER BY 1, 2";

typedef struct {
    const BlCatalog *catalog;
    const char *setters;
    GPtrArray *questions; /* char *: each asks some of them where they stand */
    GString *sql;         /* the one that is being written */
    guint n;              /* sequences in it */
} Sequences;

static void
end_question(Sequences *sequences)
{
    if (sequences->n > 0)
        g_ptr_array_add(sequences->questions, g_strdup(sequences->sql->str));
    g_string_truncate(sequences->sql, 0);
    sequences->n = 0;
}

static void
append_question(const Sequences *sequences, const BlRow *row)
{
    const char *start = row->values[2];
    const char *step = row->values[3];
    const char *fed = row->values[6];
    gboolean is_set =
        bl_left_out_is_named(sequences->setters, row->values[1]) ||
        (row->values[5] != NULL && bl_left_out_is_named(sequences->setters, row->values[5]));
    if (fed == NULL) {
        g_string_append_printf(sequences->sql, "is_called OR last_value <> %s", start);
        return;
    }
    /* The next number against the one that would follow the rows. */
    g_string_append_printf(sequences->sql,
                           "(%s) AND last_value + CASE WHEN is_called THEN %s ELSE 0 END %s "
                           "(SELECT coalesce(%s(v) + %s, %s) FROM (%s) AS fed)",
                           is_set ? "true" : "NOT is_called", step, step[0] == '-' ? "<" : ">",
                           step[0] == '-' ? "min" : "max", step, start, fed);
}

static gboolean
ask_sequence(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Sequences *sequences = data;
    const char *const *values = row->values;
    gboolean owned = values[5] != NULL;
    /* That of a serial column is part of its table. */
    if (bl_catalog_find(sequences->catalog, "sequence", values[0], values[1]) == NULL &&
        (!owned || bl_catalog_find(sequences->catalog, "table", values[4], values[5]) == NULL))
        return TRUE;
    g_autofree char *label = g_strdup_printf("%s.%s", values[0], values[1]);
    g_autofree char *name = pg_qualified(values[0], values[1]);
    g_string_append(sequences->sql, sequences->sql->len > 0 ? " UNION ALL SELECT " : "SELECT ");
    pg_append_literal(sequences->sql, label);
    g_string_append_printf(sequences->sql, ", last_value FROM %s WHERE ", name);
    append_question(sequences, row);
    if (++sequences->n == SEQUENCES_AT_ONCE)
        end_question(sequences);
    return TRUE;
}

static gboolean
add_sequence(const BlRow *row, void *data, GError **error)
{
    (void)error;
    bl_left_out_add_counter(data, "sequence", row->values[0], row->values[1]);
    return TRUE;
}

gboolean
pg_list_left_out(BlSession *base,
                 const BlCatalog *catalog,
                 const char *setters,
                 GPtrArray *found,
                 GError **error)
{
    g_autofree char *n =
        pg_select_text((PgSession *)base,
                       "SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata", error);
    if (n == NULL)
        return FALSE;
    if (strcmp(n, "0") != 0)
        bl_left_out_add(found, g_strdup("the database"), "large object",
                        g_ascii_strtoull(n, NULL, 10));
    g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) sql = g_string_new(NULL);
    Sequences sequences = { catalog, setters, questions, sql, 0 };
    if (!pg_query(base, sequences_sql, ask_sequence, &sequences, error))
        return FALSE;
    end_question(&sequences);
    for (guint i = 0; i < questions->len; i++) {
        if (!pg_query(base, g_ptr_array_index(questions, i), add_sequence, found, error))
            return FALSE;
    }
    return TRUE;
}
