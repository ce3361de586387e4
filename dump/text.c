/* SPDX-License-Identifier: MIT */
#include "dump/text.h"

#include "common/base/error.h"
#include "common/snapshot/blocks.h"
#include "common/sql/quote.h"
#include "common/sql/script.h"

#include <string.h>

/* Tells clients that know DELIMITER where a body ends. The first that does not occur in it. */
static const char *const delimiters[] = { "$$", "//", "||", "@@", "%%", "^^" };

/* How many objects a transaction has on average, in a text that is too much for one. */
#define OBJECTS_A_TRANSACTION 128

/* How often a number is tried behind "$$" when the body has all of these. */
#define NUMBERED_DELIMITERS 1000

/* A statement on its way into the text. */
typedef struct {
    const BlDialect *dialect;
    const BlLexState *state; /* the quoting switches that hold there */
    const char *sql;
    gsize len;
} Statement;

/* Whether the script reader finds in @text exactly the statement, byte by byte; line ends before
 * the delimiter do not count. */
static gboolean
reads_back_as(const Statement *stmt, const BlDialect *dialect, const char *text, gsize len)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, len);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    *bl_script_state(script) = *stmt->state;
    BlItem item;
    if (bl_script_next(script, &item, NULL) <= 0 || item.kind != BL_ITEM_STATEMENT ||
        !item.delimited || item.full_len < stmt->len ||
        memcmp(item.text, stmt->sql, stmt->len) != 0)
        return FALSE;
    for (gsize i = stmt->len; i < item.full_len; i++) {
        if (item.text[i] != '\n')
            return FALSE;
    }
    return bl_script_next(script, &item, NULL) == 0;
}

/* The stock clients know no bodies: they cut at every delimiter. */
static gboolean
reads_back(const Statement *stmt, const char *text, gsize len)
{
    BlDialect client = *stmt->dialect;
    client.body = BL_BODY_NONE;
    return reads_back_as(stmt, &client, text, len) && reads_back_as(stmt, stmt->dialect, text, len);
}

/* Appends the statement with @delimiter when it can be read back so. */
static gboolean
try_delimiter(const Statement *stmt, const char *delimiter, GString *out)
{
    static const char *const gaps[] = { "", "\n" };
    gboolean is_own = strcmp(delimiter, ";") != 0;
    for (gsize i = 0; i < G_N_ELEMENTS(gaps); i++) {
        g_autoptr(GString) text = g_string_sized_new(stmt->len + 64);
        if (is_own)
            g_string_append_printf(text, "DELIMITER %s\n", delimiter);
        g_string_append_len(text, stmt->sql, (gssize)stmt->len);
        g_string_append_printf(text, "%s%s\n", gaps[i], delimiter);
        if (is_own)
            g_string_append(text, "DELIMITER ;\n");
        if (reads_back(stmt, text->str, text->len)) {
            g_string_append_len(out, text->str, (gssize)text->len);
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
try_own_delimiters(const Statement *stmt, GString *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(delimiters); i++) {
        if (strstr(stmt->sql, delimiters[i]) == NULL && try_delimiter(stmt, delimiters[i], out))
            return TRUE;
    }
    for (guint i = 1; i < NUMBERED_DELIMITERS; i++) {
        g_autofree char *delimiter = g_strdup_printf("$%u$", i);
        if (strstr(stmt->sql, delimiter) == NULL && try_delimiter(stmt, delimiter, out))
            return TRUE;
    }
    return FALSE;
}

/* Without one of these bytes, and where no switch is set, there is nothing that a reader could take
 * for an end. */
static gboolean
needs_proof(const Statement *stmt)
{
    return stmt->dialect->delimiter_lines &&
           (stmt->state->no_backslash_escapes || stmt->state->ansi_quotes ||
            strpbrk(stmt->sql, ";\\") != NULL);
}

gboolean
bl_text_append_statement(GString *out, const BlDialect *dialect, BlLexState *state, const char *sql)
{
    const Statement stmt = { dialect, state, sql, strlen(sql) };
    gboolean ok = TRUE;
    if (needs_proof(&stmt)) {
        ok = try_delimiter(&stmt, ";", out) || try_own_delimiters(&stmt, out);
    } else {
        g_string_append_len(out, sql, (gssize)stmt.len);
        g_string_append(out, bl_lex_ends_in_line_comment(dialect, sql, stmt.len) ? "\n;\n" : ";\n");
    }
    bl_lex_note_statement(dialect, state, sql, stmt.len);
    return ok;
}

/* The transactions of a text that is too much for one. */
typedef struct {
    const BlEngine *engine;
    gboolean is_one;
    guint64 weight; /* of the one that is being written */
} Division;

static guint64
weigh_object(const BlEngine *engine, const BlObject *object)
{
    guint64 weight = 0;
    for (guint i = 0; i < object->statements->len; i++) {
        const char *sql = g_ptr_array_index(object->statements, i);
        weight += engine->weigh(sql, strlen(sql));
    }
    return weight;
}

/* The ledger weighs little. */
static Division
plan_division(const BlEngine *engine, const BlCatalog *catalog)
{
    guint64 weight = 0;
    for (guint i = 0; engine->next_transaction != NULL && i < catalog->objects->len; i++)
        weight += weigh_object(engine, g_ptr_array_index(catalog->objects, i));
    return (Division){ .engine = engine, .is_one = weight <= engine->transaction_room };
}

/* Names tell where a transaction ends, so that an object that comes or goes moves no other line;
 * what they weigh is the stop behind that. What an object depends on is locked with it. */
static gboolean
ends_transaction(Division *division, const BlObject *object)
{
    if (division->is_one)
        return FALSE;
    g_autofree char *label = bl_object_label(object);
    division->weight += weigh_object(division->engine, object) + 1 + object->depends->len;
    if (g_str_hash(label) % OBJECTS_A_TRANSACTION != 0 &&
        division->weight < division->engine->transaction_room)
        return FALSE;
    division->weight = 0;
    return TRUE;
}

static gboolean
append_object(GString *out, const BlDialect *dialect, const BlObject *object, GError **error)
{
    BlLexState state = { 0 };
    g_string_append(out, "-- ");
    bl_object_append_label(object, out);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < object->statements->len; i++) {
        if (bl_text_append_statement(out, dialect, &state,
                                     g_ptr_array_index(object->statements, i)))
            continue;
        g_autofree char *label = bl_object_label(object);
        bl_error_set(error, BL_ERROR_UNSUPPORTED,
                     "change its text, or leave it out: schema-dump --exclude",
                     "%s cannot be written so that a client reads it as one statement", label);
        if (error != NULL)
            bl_error_set_object(*error, label);
        return FALSE;
    }
    return TRUE;
}

/* The dumper made sure that the engine knows how it is made. */
static gboolean
has_peer(const BlTextSource *source)
{
    return source->ledger->has_ledger && source->ledger->peer != NULL &&
           source->ledger->peer->exists;
}

/* Always our own text, whoever made the tables: two databases with equal ledgers give equal bytes.
 */
static void
append_ledger_tables(GString *out, const BlTextSource *source)
{
    const BlEngine *engine = source->session->engine;
    const char *restore = engine->ledger->restore;
    const char *const tables[] = { source->names->ledger, source->names->versions };
    const char *const templates[] = { engine->ledger->create_ledger,
                                      engine->ledger->create_versions };
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *sql = bl_ledger_text(engine, source->names, templates[i]);
        g_autofree char *escaped = bl_quote_comment(tables[i]);
        g_string_append_printf(out, "-- table %s\n", escaped);
        if (i == 0 && restore != NULL)
            g_string_append_printf(out, "%s;\n", restore);
        g_string_append_printf(out, "%s;\n\n", sql);
    }
    if (!has_peer(source))
        return;
    const char *peer_table = source->names->peer_table;
    g_autofree char *create =
        bl_peer_create_statement(engine, source->ledger->peer->peer, peer_table);
    g_autofree char *escaped = bl_quote_comment(peer_table);
    g_string_append_printf(out, "-- table %s\n%s;\n\n", escaped, create);
}

/* What another tool reads to find its place. @return how many rows */
static guint64
append_peer_rows(GString *out, const BlTextSource *source)
{
    const char *peer_table = source->names->peer_table;
    g_autofree char *escaped = bl_quote_comment(peer_table);
    g_autoptr(GPtrArray) statements =
        bl_peer_fill_statements(source->session->engine, source->ledger->peer, peer_table);
    if (statements->len == 0)
        return 0;
    g_string_append_printf(out, "-- rows %s\n", escaped);
    for (guint i = 0; i < statements->len; i++)
        g_string_append_printf(out, "%s;\n", (const char *)g_ptr_array_index(statements, i));
    g_string_append_c(out, '\n');
    return statements->len;
}

/* One complete statement a line, without numbers: a file that is merged late moves no other line.
 */
static void
append_ledger_rows(GString *out, const BlTextSource *source)
{
    const BlEngine *engine = source->session->engine;
    g_autofree char *version = bl_ledger_text(engine, source->names, BL_LEDGER_FILL_VERSION);
    g_autofree char *escaped = bl_quote_comment(source->names->ledger);
    g_string_append_printf(out, "-- ledger %s\n%s;\n", escaped, version);
    for (guint i = 0; i < source->migrations->len; i++) {
        const char *name = g_ptr_array_index(source->migrations, i);
        const BlLedgerRow *row = source->keep_batches ? bl_ledger_find(source->ledger, name) : NULL;
        gint64 batch = row != NULL ? row->batch : 0;
        g_autofree char *sql = bl_ledger_fill_statement(engine, source->names, name, batch);
        g_string_append(out, sql);
        g_string_append(out, ";\n");
    }
    g_string_append_c(out, '\n');
}

static gboolean
append_rows(GString *out, const BlTextSource *source, GArray *counts, GError **error)
{
    BlSession *session = source->rows_session != NULL ? source->rows_session : source->session;
    for (guint i = 0; i < source->data->len; i++) {
        const BlObject *table = g_ptr_array_index(source->data, i);
        g_autofree char *full_name = bl_object_full_name(table);
        g_autofree char *escaped = bl_quote_comment(full_name);
        g_autoptr(GString) rows = g_string_new(NULL);
        guint64 count = 0;
        if (!session->engine->dump_rows(session, table, rows, &count, error)) {
            g_prefix_error(error, "reading the rows of \"%s\": ", full_name);
            return FALSE;
        }
        g_array_append_val(counts, count);
        if (count > 0)
            g_string_append_printf(out, "-- rows %s\n%s\n", escaped, rows->str);
    }
    return TRUE;
}

/* The place of the rows: behind the last object that can hold rows, before indexes and triggers. */
static guint
find_rows_position(const BlCatalog *catalog)
{
    guint position = 0;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind->holds_rows && !object->loads_last)
            position = i + 1;
    }
    return position;
}

static gboolean
append_body(GString *out, const BlTextSource *source, GArray *counts, GError **error)
{
    const GPtrArray *objects = source->catalog->objects;
    guint rows_position = find_rows_position(source->catalog);
    Division division = plan_division(source->session->engine, source->catalog);
    for (guint i = 0; i <= objects->len; i++) {
        if (i == rows_position && !append_rows(out, source, counts, error))
            return FALSE;
        if (i == objects->len)
            break;
        const BlObject *object = g_ptr_array_index(objects, i);
        if (object->framed)
            continue;
        if (!append_object(out, source->catalog->dialect, object, error))
            return FALSE;
        if (ends_transaction(&division, object))
            g_string_append(out, division.engine->next_transaction);
        g_string_append_c(out, '\n');
    }
    return TRUE;
}

/* The configured globs without the engine's own, which the frame knows. @return borrowed strings;
 * g_free() */
static const char **
own_globs(const BlTextSource *source)
{
    gsize n = 0;
    while (source->ignore != NULL && source->ignore[n] != NULL)
        n++;
    const char **globs = g_new0(const char *, n + 1);
    gsize used = 0;
    for (gsize i = 0; i < n; i++) {
        if (!g_strv_contains(source->session->engine->default_ignore, source->ignore[i]))
            globs[used++] = source->ignore[i];
    }
    return globs;
}

/* The frame needs the row counts, and they are known only when the rows are written: body first,
 * then the frame round it. */
gboolean
bl_text_write(const BlTextSource *source, GString *out, GArray *counts, GError **error)
{
    const BlEngine *engine = source->session->engine;
    gboolean has_ledger = source->ledger->has_ledger;
    gboolean comes_last = engine->ledger->restore != NULL;
    gsize start = out->len;
    if (has_ledger && !comes_last)
        append_ledger_tables(out, source);
    if (!append_body(out, source, counts, error))
        return FALSE;
    if (has_ledger && comes_last)
        append_ledger_tables(out, source);
    if (has_ledger)
        append_ledger_rows(out, source);

    g_autofree const char **tables = g_new0(const char *, source->data->len + 2);
    for (guint i = 0; i < source->data->len; i++) {
        const BlObject *table = g_ptr_array_index(source->data, i);
        tables[i] = table->name;
    }
    g_autofree guint64 *rows = g_new0(guint64, source->data->len + 1);
    for (guint i = 0; i < source->data->len; i++)
        rows[i] = g_array_index(counts, guint64, i);
    if (has_peer(source)) {
        tables[source->data->len] = source->names->peer_table;
        rows[source->data->len] = append_peer_rows(out, source);
    }
    g_autofree const char **ignore = own_globs(source);
    BlFrame frame = {
        .ignore = ignore,
        .ledger = has_ledger ? source->names->ledger : NULL,
        .versions = has_ledger ? source->names->versions : NULL,
        .ledger_rows = source->migrations->len,
        .n_data = source->data->len + (has_peer(source) ? 1 : 0),
        .data_tables = tables,
        .data_rows = rows,
        .n_peers = has_peer(source) ? 1 : 0,
    };
    g_autoptr(GString) head = g_string_new(NULL);
    g_autoptr(GString) tail = g_string_new(NULL);
    g_string_append_printf(head, BL_SNAPSHOT_HEAD "%s\n", engine->name);
    engine->frame(source->catalog, &frame, head, tail);
    g_string_append_c(head, '\n');
    g_string_insert_len(out, (gssize)start, head->str, (gssize)head->len);
    g_string_append_len(out, tail->str, (gssize)tail->len);
    return TRUE;
}
