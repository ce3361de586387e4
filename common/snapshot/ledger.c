/* SPDX-License-Identifier: MIT */
#include "common/snapshot/ledger.h"

#include "common/base/error.h"
#include "common/snapshot/ledger_sql.h"
#include "common/sql/quote.h"

#include <string.h>

static const char *const state_names[] = {
    [BL_JOURNAL_APPLIED] = "applied",
    [BL_JOURNAL_RUNNING] = "running",
    [BL_JOURNAL_FAILED] = "failed",
    [BL_JOURNAL_UNCERTAIN] = "uncertain",
};

static void
ledger_row_free(gpointer data)
{
    BlLedgerRow *row = data;
    g_free(row->name);
    g_free(row->time);
    g_free(row);
}

static void
journal_row_free(gpointer data)
{
    BlJournalRow *row = data;
    g_free(row->name);
    g_free(row->raw_digest);
    g_free(row->token_digest);
    g_free(row->message);
    g_free(row->applied_by);
    g_free(row->started_at);
    g_free(row);
}

BlLedger *
bl_ledger_new(void)
{
    BlLedger *ledger = g_new0(BlLedger, 1);
    ledger->rows = g_ptr_array_new_with_free_func(ledger_row_free);
    ledger->journal = g_ptr_array_new_with_free_func(journal_row_free);
    ledger->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->journal_by_ledger_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    ledger->unfinished = g_hash_table_new(g_str_hash, g_str_equal);
    return ledger;
}

void
bl_ledger_free(BlLedger *ledger)
{
    if (ledger == NULL)
        return;
    g_hash_table_unref(ledger->by_name);
    g_hash_table_unref(ledger->journal_by_ledger_id);
    g_hash_table_unref(ledger->unfinished);
    bl_peer_table_free(ledger->peer);
    g_ptr_array_unref(ledger->rows);
    g_ptr_array_unref(ledger->journal);
    for (gsize i = 0; i < G_N_ELEMENTS(ledger->schemas); i++)
        g_free(ledger->schemas[i]);
    g_free(ledger);
}

void
bl_ledger_add_row(BlLedger *ledger, gint64 id, const char *name, gint64 batch, const char *time)
{
    BlLedgerRow *row = g_new0(BlLedgerRow, 1);
    row->id = id;
    row->name = g_strdup(name);
    row->batch = batch;
    row->time = g_strdup(time);
    g_ptr_array_add(ledger->rows, row);
    g_hash_table_replace(ledger->by_name, row->name, row);
}

BlJournalRow *
bl_ledger_add_journal(
    BlLedger *ledger, gint64 id, gint64 ledger_id, const char *name, BlJournalState state)
{
    BlJournalRow *row = g_new0(BlJournalRow, 1);
    row->id = id;
    row->ledger_id = ledger_id;
    row->name = g_strdup(name);
    row->state = state;
    g_ptr_array_add(ledger->journal, row);
    if (ledger_id != 0)
        g_hash_table_replace(ledger->journal_by_ledger_id, &row->ledger_id, row);
    if (state != BL_JOURNAL_APPLIED)
        g_hash_table_replace(ledger->unfinished, row->name, row);
    return row;
}

const BlLedgerRow *
bl_ledger_find(const BlLedger *ledger, const char *name)
{
    return g_hash_table_lookup(ledger->by_name, name);
}

const BlJournalRow *
bl_ledger_journal(const BlLedger *ledger, const BlLedgerRow *row)
{
    const BlJournalRow *journal = g_hash_table_lookup(ledger->journal_by_ledger_id, &row->id);
    /* Ids come again where a table was emptied: a row of another name is not this one's. */
    return journal != NULL && strcmp(journal->name, row->name) == 0 ? journal : NULL;
}

const BlJournalRow *
bl_ledger_unfinished(const BlLedger *ledger, const char *name)
{
    if (name != NULL)
        return g_hash_table_lookup(ledger->unfinished, name);
    for (guint i = g_hash_table_size(ledger->unfinished) > 0 ? ledger->journal->len : 0; i > 0;
         i--) {
        const BlJournalRow *row = g_ptr_array_index(ledger->journal, i - 1);
        if (row->state != BL_JOURNAL_APPLIED)
            return row;
    }
    return NULL;
}

const BlJournalRow *
bl_ledger_mark(const BlLedger *ledger)
{
    for (guint i = 0; i < ledger->journal->len; i++) {
        const BlJournalRow *row = g_ptr_array_index(ledger->journal, i);
        if (row->is_load)
            return row;
    }
    return NULL;
}

gboolean
bl_ledger_check_mark(const BlLedger *ledger, GError **error)
{
    const BlJournalRow *mark = bl_ledger_mark(ledger);
    if (mark == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "take back what it made: schema-load --undo",
                 "the load of \"%s\" into this database was not finished", mark->name);
    return FALSE;
}

gint64
bl_ledger_last_batch(const BlLedger *ledger)
{
    gint64 last = 0;
    for (guint i = 0; i < ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(ledger->rows, i);
        last = MAX(last, row->batch);
    }
    return last;
}

/* The part of a configured name that names the table itself. */
static const char *
bare_name(const BlEngine *engine, const char *name)
{
    const char *dot = (engine->caps & BL_CAP_SCHEMAS) != 0 ? strchr(name, '.') : NULL;
    return dot == NULL || dot == name || dot[1] == '\0' ? name : dot + 1;
}

void
bl_ledger_omit(const BlLedgerNames *names, const char *omit[BL_LEDGER_OMIT])
{
    const char *const all[BL_LEDGER_OMIT] = { names->ledger, names->versions, names->journal,
                                              names->peer_table };
    memcpy(omit, all, sizeof(all));
}

/* Without a place it is what the search path finds. */
static gboolean
is_peer_table(const BlLedger *ledger,
              const BlEngine *engine,
              const BlLedgerNames *names,
              const char *schema,
              const char *name)
{
    const char *found = ledger->peer != NULL ? ledger->peer->schema : NULL;
    return names->peer_table != NULL &&
           bl_engine_same_name(engine, name, bare_name(engine, names->peer_table)) &&
           (schema == NULL || found == NULL || strcmp(schema, found) == 0);
}

gboolean
bl_ledger_is_table(const BlLedger *ledger,
                   const BlEngine *engine,
                   const BlLedgerNames *names,
                   const char *schema,
                   const char *name)
{
    const char *const tables[] = { names->ledger, names->versions, names->journal };
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (bl_engine_same_name(engine, name, bare_name(engine, tables[i])) &&
            (schema == NULL || g_strcmp0(schema, ledger->schemas[i]) == 0))
            return TRUE;
    }
    return is_peer_table(ledger, engine, names, schema, name);
}

gboolean
bl_ledger_is_schema(const BlLedger *ledger, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ledger->schemas); i++) {
        if (g_strcmp0(ledger->schemas[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

const char *
bl_journal_state_name(BlJournalState state)
{
    return state_names[state];
}

char *
bl_ledger_fill(const char *template, const BlFilling *fillings, gsize n)
{
    GString *text = g_string_new(NULL);
    while (*template != '\0') {
        gsize i = 0;
        while (i < n && !g_str_has_prefix(template, fillings[i].key))
            i++;
        if (i < n) {
            g_string_append(text, fillings[i].value);
            template += strlen(fillings[i].key);
        } else {
            g_string_append_c(text, *template ++);
        }
    }
    return g_string_free(text, FALSE);
}

/* Plain names stay bare, so that the lines of a snapshot are the same on every engine. A name with
 * "_" is no keyword but for those that start with "current_". */
static char *
quote_table(const BlDialect *dialect, const char *name)
{
    gboolean plain = (g_ascii_islower(name[0]) || name[0] == '_') && strchr(name, '_') != NULL &&
                     name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
                     !g_str_has_prefix(name, "current_");
    return plain ? g_strdup(name) : bl_quote_identifier(dialect, name);
}

/* Where the engine has schemas, "schema.table" is two names. */
char *
bl_ledger_quote(const BlEngine *engine, const char *name)
{
    const char *dot = (engine->caps & BL_CAP_SCHEMAS) != 0 ? strchr(name, '.') : NULL;
    if (dot == NULL || dot == name || dot[1] == '\0')
        return quote_table(engine->dialect, name);
    g_autofree char *schema = g_strndup(name, (gsize)(dot - name));
    g_autofree char *quoted_schema = quote_table(engine->dialect, schema);
    g_autofree char *quoted_table = quote_table(engine->dialect, dot + 1);
    return g_strconcat(quoted_schema, ".", quoted_table, NULL);
}

/* For a statement that is run now: no table of another schema may be found first. */
static char *
live_name(const BlEngine *engine, const char *schema, const char *name)
{
    g_autofree char *quoted = bl_ledger_quote(engine, name);
    if (engine->ledger->prefix != NULL)
        return g_strconcat(engine->ledger->prefix, quoted, NULL);
    if (schema == NULL || bare_name(engine, name) != name)
        return g_steal_pointer(&quoted);
    g_autofree char *quoted_schema = bl_quote_identifier(engine->dialect, schema);
    return g_strconcat(quoted_schema, ".", quoted, NULL);
}

char *
bl_ledger_live_name(const BlSession *session, const char *name)
{
    return live_name(session->engine, session->ledger_schema, name);
}

char *
bl_journal_live_name(const BlSession *session, const BlLedgerNames *names)
{
    const char *schema =
        session->journal_schema != NULL ? session->journal_schema : session->ledger_schema;
    return live_name(session->engine, schema, names->journal);
}

static char *
fill_names(const char *ledger, const char *versions, const char *journal, const char *template)
{
    const BlFilling fillings[] = { { "{ledger}", ledger },
                                   { "{versions}", versions },
                                   { "{journal}", journal } };
    return bl_ledger_fill(template, fillings, G_N_ELEMENTS(fillings));
}

char *
bl_ledger_text(const BlEngine *engine, const BlLedgerNames *names, const char *template)
{
    g_autofree char *ledger = bl_ledger_quote(engine, names->ledger);
    g_autofree char *versions = bl_ledger_quote(engine, names->versions);
    g_autofree char *journal = bl_ledger_quote(engine, names->journal);
    return fill_names(ledger, versions, journal, template);
}

/* One for every line of a snapshot: put together without printf. */
char *
bl_ledger_insert_statement(const BlEngine *engine,
                           const char *table,
                           const char *name,
                           gint64 batch)
{
    g_autofree char *literal = bl_quote_literal(engine->dialect, name);
    if (batch > 0)
        return g_strdup_printf("INSERT INTO %s (name, batch) VALUES (%s, %" G_GINT64_FORMAT ")",
                               table, literal, batch);
    return g_strconcat("INSERT INTO ", table, " (name, batch) SELECT ", literal,
                       ", coalesce(max(batch), 0) + 1 FROM ", table, NULL);
}

char *
bl_ledger_fill_statement(const BlEngine *engine,
                         const BlLedgerNames *names,
                         const char *name,
                         gint64 batch)
{
    g_autofree char *table = bl_ledger_quote(engine, names->ledger);
    return bl_ledger_insert_statement(engine, table, name, batch);
}

static gint64
to_number(const char *text)
{
    return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}

static gboolean
take_ledger_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    BlLedger *ledger = data;
    g_autofree char *name = g_strdup(row->values[1] != NULL ? row->values[1] : "");
    /* Version 1 wrote names as Windows has them; bl_ledger_prepare() mends the table itself. */
    if (ledger->version == 1)
        g_strdelimit(name, "\\", '/');
    bl_ledger_add_row(ledger, to_number(row->values[0]), name, to_number(row->values[2]),
                      row->values[3]);
    return TRUE;
}

static gboolean
take_version(const BlRow *row, void *data, GError **error)
{
    (void)error;
    BlLedger *ledger = data;
    ledger->version = to_number(row->values[0]);
    return TRUE;
}

static gboolean
parse_state(const char *text, BlJournalState *state, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(state_names); i++) {
        if (g_strcmp0(text, state_names[i]) == 0) {
            *state = (BlJournalState)i;
            return TRUE;
        }
    }
    g_set_error(error, BL_ERROR, BL_ERROR_CONFLICT, "the journal holds an unknown state \"%s\"",
                text != NULL ? text : "");
    return FALSE;
}

static gboolean
take_journal_row(const BlRow *row, void *data, GError **error)
{
    BlJournalState state;
    if (!parse_state(row->values[5], &state, error))
        return FALSE;
    BlJournalRow *journal =
        bl_ledger_add_journal(data, to_number(row->values[0]), to_number(row->values[1]),
                              row->values[2] != NULL ? row->values[2] : "", state);
    journal->raw_digest = g_strdup(row->values[3]);
    journal->token_digest = g_strdup(row->values[4]);
    journal->statement = to_number(row->values[6]);
    journal->message = g_strdup(row->values[7]);
    journal->applied_by = g_strdup(row->values[8]);
    journal->started_at = g_strdup(row->values[9]);
    journal->is_down = g_strcmp0(row->values[10], "down") == 0;
    journal->is_load = g_strcmp0(row->values[10], "load") == 0;
    return TRUE;
}

typedef struct {
    const char *table;
    const char *live_name;
    const char *columns;
    BlRowFn take;
} TableQuery;

static gboolean
read_table(BlSession *session, const TableQuery *query, BlLedger *ledger, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT %s FROM %s ORDER BY 1", query->columns, query->live_name);
    if (session->engine->query(session, sql, query->take, ledger, error))
        return TRUE;
    g_prefix_error(error, "reading the ledger table \"%s\": ", query->table);
    return FALSE;
}

static void
set_version_error(const BlLedger *ledger, GError **error)
{
    bl_error_set(error, BL_ERROR_UNSUPPORTED, "use a newer version of Baseline",
                 "the ledger has version %" G_GINT64_FORMAT ", this version knows %d",
                 ledger->version, BL_LEDGER_VERSION);
}

BlLedger *
bl_ledger_read(BlSession *session, const BlLedgerNames *names, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_new();
    BlFoundTable found[] = { { .table = names->ledger },
                             { .table = names->versions },
                             { .table = names->journal } };
    if (!bl_ledger_find_tables(session, found, G_N_ELEMENTS(found), error))
        return NULL;
    ledger->has_ledger = found[0].exists;
    ledger->has_versions = found[1].exists;
    ledger->has_journal = found[2].exists;
    for (gsize i = 0; i < G_N_ELEMENTS(found); i++)
        ledger->schemas[i] = found[i].schema;
    g_free(session->ledger_schema);
    g_free(session->journal_schema);
    session->ledger_schema = g_strdup(ledger->schemas[0]);
    session->journal_schema = g_strdup(ledger->schemas[2]);

    g_autofree char *rows_name = bl_ledger_live_name(session, names->ledger);
    g_autofree char *version_name = bl_ledger_live_name(session, names->versions);
    g_autofree char *journal_name = bl_journal_live_name(session, names);
    const TableQuery rows = { names->ledger, rows_name, "id, name, batch, migration_time",
                              take_ledger_row };
    const TableQuery version = { names->versions, version_name, "version", take_version };
    const TableQuery journal = { names->journal, journal_name,
                                 "id, ledger_id, name, raw_digest, token_digest, state, statement, "
                                 "message, applied_by, started_at, direction",
                                 take_journal_row };
    if ((ledger->has_versions && !read_table(session, &version, ledger, error)) ||
        (ledger->has_ledger && !read_table(session, &rows, ledger, error)) ||
        (ledger->has_journal && !read_table(session, &journal, ledger, error)))
        return NULL;
    if (names->peer != NULL) {
        ledger->peer = bl_peer_read(session, names->peer, names->peer_table, error);
        if (ledger->peer == NULL)
            return NULL;
    }
    if (ledger->version > BL_LEDGER_VERSION) {
        set_version_error(ledger, error);
        return NULL;
    }
    return g_steal_pointer(&ledger);
}

gboolean
bl_ledger_execute(BlSession *session,
                  const BlLedgerNames *names,
                  const char *template,
                  GError **error)
{
    g_autofree char *ledger = bl_ledger_live_name(session, names->ledger);
    g_autofree char *versions = bl_ledger_live_name(session, names->versions);
    g_autofree char *journal = bl_journal_live_name(session, names);
    g_autofree char *sql = fill_names(ledger, versions, journal, template);
    return session->engine->execute(session, sql, NULL, error);
}

gboolean
bl_ledger_make_schema(BlSession *session, const char *schema, GError **error)
{
    const BlEngine *engine = session->engine;
    if (schema == NULL || engine->ledger->schema_exists == NULL)
        return TRUE;
    g_autofree char *literal = bl_quote_literal(engine->dialect, schema);
    const BlFilling name = { "{name}", literal };
    g_autofree char *query = bl_ledger_fill(engine->ledger->schema_exists, &name, 1);
    gboolean exists = FALSE;
    if (!bl_session_has_row(session, query, &exists, error) || exists)
        return exists;
    g_autofree char *quoted = bl_quote_identifier(engine->dialect, schema);
    g_autofree char *sql = g_strconcat("CREATE SCHEMA ", quoted, NULL);
    return engine->execute(session, sql, NULL, error);
}

/* @return g_free(); NULL: the name is a bare one */
static char *
schema_of_name(const BlEngine *engine, const BlLedgerNames *names)
{
    const char *bare = bare_name(engine, names->ledger);
    return bare != names->ledger ? g_strndup(names->ledger, (gsize)(bare - names->ledger) - 1)
                                 : NULL;
}

gboolean
bl_ledger_ensure_schema(BlSession *session, const BlLedgerNames *names, GError **error)
{
    g_autofree char *schema = schema_of_name(session->engine, names);
    return bl_ledger_make_schema(session, schema, error);
}

static gboolean
take_first(const BlRow *row, void *data, GError **error)
{
    (void)error;
    *(char **)data = g_strdup(row->values[0]);
    return TRUE;
}

gboolean
bl_ledger_find_home(BlSession *session, const BlLedgerNames *names, char **home, GError **error)
{
    const BlEngine *engine = session->engine;
    *home = schema_of_name(engine, names);
    return *home != NULL || engine->ledger->home_schema == NULL ||
           engine->query(session, engine->ledger->home_schema, take_first, home, error);
}

gboolean
bl_ledger_find_path_home(BlSession *session,
                         const BlLedgerNames *names,
                         char **home,
                         GError **error)
{
    const BlEngine *engine = session->engine;
    *home = NULL;
    return bare_name(engine, names->ledger) == names->ledger ||
           engine->ledger->home_schema == NULL ||
           engine->query(session, engine->ledger->home_schema, take_first, home, error);
}

static gboolean
add_first(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_ptr_array_add(data, g_strdup(row->values[0]));
    return TRUE;
}

/* @param home out: where a bare name goes, NULL: nowhere. @param path filled */
static gboolean
read_path(BlSession *session, char **home, GPtrArray *path, GError **error)
{
    const BlEngine *engine = session->engine;
    return engine->ledger->path_schemas == NULL ||
           (engine->query(session, engine->ledger->home_schema, take_first, home, error) &&
            engine->query(session, engine->ledger->path_schemas, add_first, path, error));
}

/* Makes the only schema that a bare name may go to. @param what for the message */
static gboolean
make_only_of_path(
    BlSession *session, GPtrArray *path, const char *what, const char *hint, GError **error)
{
    if (path->len <= 1)
        return bl_ledger_make_schema(session, path->len > 0 ? path->pdata[0] : NULL, error);
    g_ptr_array_add(path, NULL);
    g_autofree char *list = g_strjoinv("\", \"", (char **)path->pdata);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "%s has none of the schemas that the search path names: \"%s\"", what, list);
    return FALSE;
}

gboolean
bl_ledger_ensure_place(BlSession *session, const BlLedgerNames *names, GError **error)
{
    g_autofree char *home = NULL;
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    if (bare_name(session->engine, names->ledger) != names->ledger)
        return bl_ledger_ensure_schema(session, names, error);
    return read_path(session, &home, path, error) &&
           (home != NULL || make_only_of_path(session, path, "the database",
                                              "make the one that the ledger goes to", error));
}

gboolean
bl_ledger_make_home(BlSession *session, const BlReporter *reporter, GError **error)
{
    g_autofree char *home = NULL;
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    if (!read_path(session, &home, path, error))
        return FALSE;
    const char *first = path->len > 0 ? g_ptr_array_index(path, 0) : NULL;
    if (home != NULL && first != NULL && strcmp(first, home) != 0) {
        bl_report_text(reporter, BL_EVENT_WARNING,
                       "the search path names the schema \"%s\" ahead of \"%s\", and the replay "
                       "begins without it: where it was made by hand, the tables stand there",
                       first, home);
    }
    return home != NULL || make_only_of_path(session, path, "the replay",
                                             "squash with the database, where they are, or name "
                                             "one of them in the URL",
                                             error);
}

gboolean
bl_ledger_prepare(BlSession *session,
                  const BlLedgerNames *names,
                  const BlLedger *ledger,
                  GError **error)
{
    const BlLedgerText *text = session->engine->ledger;
    if (!ledger->has_ledger && !bl_ledger_ensure_schema(session, names, error))
        return FALSE;
    gboolean exists = FALSE;
    if ((!ledger->has_ledger && !bl_ledger_execute(session, names, text->create_ledger, error)) ||
        (session->ledger_schema == NULL &&
         !bl_ledger_find_table(session, names->ledger, &exists, &session->ledger_schema, error)) ||
        (!ledger->has_versions &&
         !bl_ledger_execute(session, names, text->create_versions, error)) ||
        (!ledger->has_journal && !bl_ledger_execute(session, names, text->create_journal, error)) ||
        (names->peer != NULL && !(ledger->peer != NULL && ledger->peer->exists) &&
         !bl_peer_create(session, names->peer, names->peer_table, error)))
        return FALSE;
    if (ledger->version == BL_LEDGER_VERSION)
        return TRUE;
    if (ledger->version == 0)
        return bl_ledger_execute(session, names, BL_LEDGER_FILL_VERSION, error);
    g_autofree char *backslash = bl_quote_literal(session->engine->dialect, "\\");
    g_autofree char *fold =
        g_strdup_printf("UPDATE {ledger} SET name = replace(name, %s, '/')", backslash);
    return bl_ledger_execute(session, names, fold, error) &&
           bl_ledger_execute(session, names, "UPDATE {versions} SET version = 2", error);
}

gboolean
bl_ledger_drop_empty(BlSession *session,
                     const BlLedgerNames *names,
                     const BlLedger *ledger,
                     GError **error)
{
    g_assert(ledger->rows->len == 0);
    /* The ids start again: what the journal knows of old rows must not be taken for the new ones.
     */
    gboolean has_peer = ledger->peer != NULL && ledger->peer->exists;
    return (!has_peer || bl_peer_drop_empty(session, ledger->peer, names->peer_table, error)) &&
           (!ledger->has_ledger ||
            bl_ledger_execute(session, names, "DROP TABLE {ledger}", error)) &&
           (!ledger->has_versions ||
            bl_ledger_execute(session, names, "DROP TABLE {versions}", error)) &&
           (!ledger->has_journal ||
            bl_ledger_execute(session, names, "UPDATE {journal} SET ledger_id = NULL", error));
}
