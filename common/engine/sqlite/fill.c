/* SPDX-License-Identifier: MIT */
/*
 * The block of a snapshot that fills the ledger: hundreds of lines in a row of the form
 *
 *     INSERT INTO T (name, batch) SELECT 'NAME', coalesce(max(batch), 0) + 1 FROM T
 *
 * each of which costs the library a compilation, a scan of the table and a temporary one. From the
 * second line on, the same row is inserted by one compiled statement: the greatest batch is the one
 * of the line before, as long as nothing came in between and nothing but the line itself can have
 * changed the table. What is not sure runs as it is written.
 */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <string.h>

/* Far from where a sum of integers becomes a floating-point number. */
#define MAX_BATCH (G_MAXINT64 / 2)

static const char head[] = "INSERT INTO ";
static const char before_name[] = " (name, batch) SELECT ";
static const char behind_name[] = ", coalesce(max(batch), 0) + 1 FROM ";

struct LiteFill {
    sqlite3 *db;
    char *table;         /* as the last line names it, quotes and all; NULL: it was another one */
    sqlite3_stmt *stmt;  /* NULL: lines run as they are written */
    gint64 batch;        /* of the last line, when @stmt is there */
    gboolean was_looked; /* whether @table allows for it is known */
};

/* A line taken apart; places in its text. */
typedef struct {
    const char *table;
    gsize table_len;
    const char *name; /* behind the opening quote */
    gsize name_len;   /* without the closing one */
} Line;

LiteFill *
lite_fill_new(sqlite3 *db)
{
    LiteFill *fill = g_new0(LiteFill, 1);
    fill->db = db;
    return fill;
}

static void
forget_table(LiteFill *fill)
{
    g_clear_pointer(&fill->stmt, sqlite3_finalize);
    g_clear_pointer(&fill->table, g_free);
    fill->was_looked = FALSE;
}

void
lite_fill_free(LiteFill *fill)
{
    if (fill == NULL)
        return;
    forget_table(fill);
    g_free(fill);
}

static gboolean
skip_text(const char **at, const char *end, const char *text, gsize len)
{
    if ((gsize)(end - *at) < len || memcmp(*at, text, len) != 0)
        return FALSE;
    *at += len;
    return TRUE;
}

/* From the opening quote to behind the closing one; a doubled quote is inside. */
static gboolean
skip_quoted(const char **at, const char *end, char quote)
{
    const char *p = *at + 1;
    while (p < end && (*p != quote || (p + 1 < end && p[1] == quote)))
        p += *p == quote ? 2 : 1;
    if (p >= end)
        return FALSE;
    *at = p + 1;
    return TRUE;
}

static gboolean
skip_table(const char **at, const char *end)
{
    const char *start = *at;
    if (start < end && *start == '"')
        return skip_quoted(at, end, '"');
    while (*at < end && (g_ascii_isalnum(**at) || **at == '_'))
        (*at)++;
    return *at > start;
}

/* The whole item, byte for byte as a snapshot has it. @return FALSE: something else */
static gboolean
take_apart(const BlItem *item, Line *line)
{
    const char *at = item->text;
    const char *end = item->text + item->full_len;
    if (!skip_text(&at, end, head, sizeof head - 1))
        return FALSE;
    line->table = at;
    if (!skip_table(&at, end))
        return FALSE;
    line->table_len = (gsize)(at - line->table);
    if (!skip_text(&at, end, before_name, sizeof before_name - 1) || at >= end || *at != '\'')
        return FALSE;
    line->name = at + 1;
    if (!skip_quoted(&at, end, '\''))
        return FALSE;
    line->name_len = (gsize)(at - line->name) - 1;
    return memchr(line->name, '\0', line->name_len) == NULL &&
           skip_text(&at, end, behind_name, sizeof behind_name - 1) &&
           skip_text(&at, end, line->table, line->table_len) && at == end;
}

static gboolean
is_same_table(const LiteFill *fill, const Line *line)
{
    return fill->table != NULL && strlen(fill->table) == line->table_len &&
           memcmp(fill->table, line->table, line->table_len) == 0;
}

/* @return the only number that @sql gives; -1 when that is not so */
static gint64
ask_number(LiteFill *fill, const char *sql)
{
    g_autoptr(sqlite3_stmt) stmt = NULL;
    if (sqlite3_prepare_v2(fill->db, sql, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_type(stmt, 0) != SQLITE_INTEGER)
        return -1;
    gint64 number = sqlite3_column_int64(stmt, 0);
    return sqlite3_step(stmt) == SQLITE_DONE ? number : -1;
}

static char *
unquote_table(const char *table)
{
    if (table[0] != '"')
        return g_strdup(table);
    g_autofree char *inside = g_strndup(table + 1, strlen(table) - 2);
    g_auto(GStrv) pieces = g_strsplit(inside, "\"\"", -1);
    return g_strjoinv("\"", pieces);
}

/* A trigger or a module may do anything with the row, a temporary table may take the place of this
 * one, and a batch that is kept as text counts differently. */
static gboolean
is_plain_table(LiteFill *fill)
{
    g_autofree char *table = unquote_table(fill->table);
    const char *type = NULL;
    if (sqlite3_table_column_metadata(fill->db, "main", table, "batch", &type, NULL, NULL, NULL,
                                      NULL) != SQLITE_OK ||
        type == NULL || g_ascii_strcasecmp(type, "integer") != 0)
        return FALSE;
    g_autofree char *literal = bl_quote_literal(&bl_dialect_sqlite, table);
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) = 1 AND sum(type = 'table' AND rootpage > 0) = 1 AND NOT EXISTS "
        "(SELECT 1 FROM temp.sqlite_schema WHERE name NOT GLOB '" LITE_GATE
        "*') FROM main.sqlite_schema "
        "WHERE tbl_name = %s COLLATE NOCASE AND type IN ('table', 'view', 'trigger')",
        literal);
    return ask_number(fill, sql) == 1;
}

/* Once in a row of lines, behind the first one that ran as it is written. */
static void
look_at_table(LiteFill *fill)
{
    fill->was_looked = TRUE;
    if (!is_plain_table(fill))
        return;
    g_autofree char *max = g_strconcat("SELECT max(batch) FROM ", fill->table, NULL);
    fill->batch = ask_number(fill, max);
    if (fill->batch < 0 || fill->batch > MAX_BATCH)
        return;
    g_autofree char *insert =
        g_strconcat(head, fill->table, " (name, batch) VALUES (?1, ?2)", NULL);
    if (sqlite3_prepare_v2(fill->db, insert, -1, &fill->stmt, NULL) != SQLITE_OK)
        fill->stmt = NULL;
}

static int
insert_line(LiteFill *fill, LiteSession *session, const Line *line)
{
    g_autofree char *quoted = g_strndup(line->name, line->name_len);
    g_auto(GStrv) pieces = g_strsplit(quoted, "''", -1);
    g_autofree char *name = g_strjoinv("'", pieces);
    sqlite3_bind_text(fill->stmt, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(fill->stmt, 2, fill->batch + 1);
    int rc;
    do
        rc = lite_step(session, fill->stmt);
    while (rc == SQLITE_ROW);
    int reset = sqlite3_reset(fill->stmt);
    sqlite3_clear_bindings(fill->stmt);
    return rc == SQLITE_DONE ? rc : reset;
}

gboolean
lite_fill_run(LiteFill *fill, LiteSession *session, const BlItem *item, int *rc)
{
    Line line = { 0 };
    if (!take_apart(item, &line)) {
        forget_table(fill);
        return FALSE;
    }
    if (!is_same_table(fill, &line)) {
        forget_table(fill);
        fill->table = g_strndup(line.table, line.table_len);
        return FALSE;
    }
    if (!fill->was_looked)
        look_at_table(fill);
    /* Outside a transaction somebody else could have added a row. */
    if (fill->stmt == NULL || sqlite3_get_autocommit(fill->db) != 0)
        return FALSE;
    *rc = insert_line(fill, session, &line);
    fill->batch++;
    /* A row that a constraint passed over in silence did not raise the batch. */
    if (*rc != SQLITE_DONE || sqlite3_changes64(fill->db) != 1 || fill->batch >= MAX_BATCH)
        forget_table(fill);
    return TRUE;
}
