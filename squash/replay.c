/* SPDX-License-Identifier: MIT */
#include "squash/replay.h"

#include "load/loader.h"
#include "squash/runner.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/stream.h"
#include "common/sql/lexer.h"
#include "common/sql/script.h"

#include <string.h>

static const char *
label_of(const BlMigration *migration)
{
    return migration->up.label != NULL ? migration->up.label : migration->label;
}

static gboolean
check_runnable(const BlMigration *migration, const BlReplayGuard *guard, GError **error)
{
    if (migration->foreign) {
        bl_error_set(error, BL_ERROR_CONFLICT, guard->without,
                     "\"%s\" is written in another language and cannot be replayed",
                     migration->label);
        return FALSE;
    }
    if (migration->problem == NULL)
        return TRUE;
    if (error != NULL)
        *error = g_error_copy(migration->problem);
    return FALSE;
}

static gboolean
refuse_statement(const BlEngine *engine,
                 const BlMigration *migration,
                 const BlItem *item,
                 const char *what,
                 const BlReplayGuard *guard,
                 GError **error)
{
    gboolean is_file = (engine->caps & BL_CAP_FILE_DATABASE) != 0;
    g_autofree char *hint = g_strconcat(
        is_file ? "" : "name a server of its own with --scratch-url, or ", guard->without, NULL);
    GError *problem = NULL;
    bl_error_set(&problem, BL_ERROR_CONFLICT, hint,
                 "migration \"%s\" reaches %s: it is not replayed beside a live database",
                 migration->name, what);
    bl_error_set_position(problem, label_of(migration), item->line, item->column);
    g_propagate_error(error, problem);
    return FALSE;
}

/* @param reaches out: TRUE when a statement reaches out; untouched otherwise */
static gboolean
check_statements(const BlEngine *engine,
                 const BlMigration *migration,
                 const BlReplayGuard *guard,
                 gboolean *reaches,
                 GError **error)
{
    gboolean may_reach = guard->is_elsewhere && (engine->caps & BL_CAP_FILE_DATABASE) == 0;
    const BlSection *up = &migration->up;
    g_autoptr(BlReader) reader =
        bl_reader_new_memory(up->text != NULL ? up->text : "", up->text != NULL ? up->len : 0);
    g_autoptr(BlScript) script = bl_script_new(reader, engine->dialect);
    bl_script_set_origin(script, label_of(migration), MAX(up->line, 1), 1, up->offset);
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        const char *what = item.kind == BL_ITEM_STATEMENT && engine->reaches_out != NULL
                               ? engine->reaches_out(item.text, item.len)
                               : NULL;
        if (what == NULL)
            continue;
        *reaches = TRUE;
        if (!may_reach)
            return refuse_statement(engine, migration, &item, what, guard, error);
    }
    return more == 0;
}

/* With which the history began is nowhere to be read, unless a migration says it before anything is
 * made. */
static void
warn_of_defaults(const GPtrArray *migrations, const BlReplayGuard *guard)
{
    guint before = 0;
    for (guint i = 0; i < migrations->len && (before & BL_STMT_DEFAULTS) == 0; i++) {
        const BlMigration *migration = g_ptr_array_index(migrations, i);
        guint traits = migration->up.memo != NULL ? migration->up.memo->traits : 0;
        if ((traits & BL_STMT_DEFAULTS) != 0 && (before & BL_STMT_CREATE) != 0) {
            bl_report_text(guard->reporter, BL_EVENT_WARNING,
                           "%s: the database gets another charset or collation here; the replay "
                           "begins with those that it has now, so that what was made before may "
                           "differ (SQUASH in migrate(1))",
                           label_of(migration));
        }
        before |= traits;
    }
}

/* Of files, whatever they are called; whether two servers are one, they are asked. */
static gboolean
is_same_file(const BlEngine *engine, const BlReplayGuard *guard)
{
    if ((engine->caps & BL_CAP_FILE_DATABASE) == 0 || guard->live == NULL || guard->scratch == NULL)
        return FALSE;
    g_autofree char *live = bl_engine_identify_database(engine, guard->live);
    g_autofree char *scratch = bl_engine_identify_database(engine, guard->scratch);
    return strcmp(live, scratch) == 0;
}

static gboolean
check_production(const BlEngine *engine, const BlReplayGuard *guard, GError **error)
{
    if (guard->production == NULL)
        return TRUE;
    gboolean is_same = is_same_file(engine, guard);
    if (guard->is_elsewhere && !is_same)
        return TRUE;
    g_autofree char *hint = g_strdup_printf(
        "name another %s with --scratch-url, or %s",
        (engine->caps & BL_CAP_FILE_DATABASE) != 0 ? "file" : "server", guard->without);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 is_same ? "--scratch-url names the live database of connection \"%s\", which is "
                           "production: nothing is replayed beside it"
                         : "connection \"%s\" is production: nothing is replayed beside it",
                 guard->production);
    return FALSE;
}

gboolean
bl_replay_check(const BlEngine *engine,
                const GPtrArray *migrations,
                const BlReplayGuard *guard,
                gboolean *is_free,
                GError **error)
{
    if (!check_production(engine, guard, error))
        return FALSE;
    gboolean reaches = guard->production != NULL;
    for (guint i = 0; i < migrations->len; i++) {
        const BlMigration *migration = g_ptr_array_index(migrations, i);
        if (!check_runnable(migration, guard, error) ||
            !bl_runner_check(engine, migration, &migration->up, TRUE, error) ||
            !check_statements(engine, migration, guard, &reaches, error))
            return FALSE;
    }
    warn_of_defaults(migrations, guard);
    if (is_free != NULL)
        *is_free = !reaches;
    return TRUE;
}

BlUrl *
bl_replay_parse_url(const char *text, const char *root, const BlEngine *engine, GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, root, error);
    const BlEngine *found = url != NULL ? bl_engine_for_scheme(url->scheme, error) : NULL;
    if (found == NULL)
        return NULL;
    if (found == engine)
        return g_steal_pointer(&url);
    bl_error_set(error, BL_ERROR_USAGE, "name a server of the engine that the connection has",
                 "--scratch-url: it is no %s database", engine->name);
    return NULL;
}

static gboolean
add_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    for (guint i = 0; i < row->n; i++)
        g_string_append_printf(data, "%s\n", row->values[i] != NULL ? row->values[i] : "");
    return TRUE;
}

/* @return g_free(); NULL: @error is set */
static char *
identify_server(BlSession *session, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!session->engine->query(session, session->engine->server_identity, add_row, text, error)) {
        g_prefix_error(error, "asking which server \"%s\" is: ", session->label);
        return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* One server has many names: localhost, an address, a socket, a forwarded port. */
static gboolean
is_server_of(BlSession *session, BlSession *other, gboolean *is_one, GError **error)
{
    *is_one = FALSE;
    if (other == NULL || session->engine->server_identity == NULL)
        return TRUE;
    g_autofree char *live = identify_server(other, error);
    g_autofree char *own = live != NULL ? identify_server(session, error) : NULL;
    *is_one = own != NULL && strcmp(live, own) == 0;
    return own != NULL;
}

static gboolean
check_server(BlSession *session, const BlReplayOptions *options, GError **error)
{
    gboolean is_one = FALSE;
    if (!is_server_of(session, options->not_beside, &is_one, error))
        return FALSE;
    if (is_one) {
        bl_error_set(error, BL_ERROR_CONFLICT, "name another server with --scratch-url",
                     "the scratch database would be on the server of the live one, which the "
                     "migrations reach");
        return FALSE;
    }
    if (!options->is_confined && !is_server_of(session, options->beside, &is_one, error))
        return FALSE;
    session->is_confined = options->is_confined || is_one;
    return TRUE;
}

/* One that only tells which server a live database is on. No answer: a scratch database cannot be
 * there. @return FALSE: a server answers, but lets nobody in who could tell */
static gboolean
open_live(const BlUrl *url, BlSession **session, GError **error)
{
    g_autoptr(GError) why = NULL;
    const BlOpenOptions options = { .read_only = TRUE };
    *session = bl_session_open(url, &options, &why);
    const BlErrorInfo *info = bl_error_info(why);
    /* A refusal comes from a server; no answer is told by the client library alone. */
    gboolean is_refused = info != NULL && info->sqlstate != NULL &&
                          strcmp(info->sqlstate, "HY000") != 0 &&
                          !g_str_has_prefix(info->sqlstate, "08");
    if (*session != NULL || !is_refused)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    g_prefix_error(error, "asking whether the scratch databases are on another server: ");
    return FALSE;
}

gboolean
bl_replay_place(BlReplayOptions *options,
                const BlReplayLive *live,
                BlSession **opened,
                GError **error)
{
    const BlEngine *engine = bl_engine_for_scheme(options->url->scheme, error);
    if (engine == NULL)
        return FALSE;
    gboolean confines = (engine->caps & BL_CAP_CONFINES) != 0;
    options->is_confined = confines && live->scratch == NULL;
    if (live->scratch == NULL || (live->is_free && !confines))
        return TRUE;
    GError *why = NULL;
    if (live->session == NULL && !open_live(live->url, opened, &why)) {
        options->is_confined = live->is_free;
        if (live->is_free)
            g_clear_error(&why);
        else
            g_propagate_error(error, why);
        return live->is_free;
    }
    options->beside = live->session != NULL ? live->session : *opened;
    options->not_beside = live->is_free ? NULL : options->beside;
    return TRUE;
}

static gboolean
load_start(BlSession *session, const BlReplayOptions *options, GError **error)
{
    const BlLoadOptions load = {
        .sql_path = options->start.sql_path,
        .label = options->start.label,
        .connection = options->start.owner,
        .names = options->names,
        .filter = options->filter,
        .was_empty = TRUE,
        .accept_modified = options->start.accepts_modified,
        .accept_marks = options->start.accepts_modified,
        .reporter = options->reporter,
    };
    g_auto(BlLoadResult) result = { 0 };
    if (!bl_load(session, &load, &result, error))
        return FALSE;
    if (result.unsettled != NULL) {
        g_propagate_error(error, g_steal_pointer(&result.unsettled));
        return FALSE;
    }
    if (!result.differs)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "dump again",
                 "\"%s\" does not give the schema that it was dumped from", options->start.label);
    return FALSE;
}

/* CREATE SCHEMA NAME: one that takes no schema of that name to be there, unless it may be. */
static gboolean
makes_schema(const BlDialect *dialect, const BlItem *item, const char *schema, gboolean may_be)
{
    static const char *const words[] = { "create", "schema", "if", "not", "exists" };
    BlToken tokens[G_N_ELEMENTS(words) + 1];
    guint n = bl_lex_first(dialect, item->text, item->len, tokens, G_N_ELEMENTS(tokens));
    guint at = 0;
    while (at < MIN(n, G_N_ELEMENTS(words)) && bl_token_is_word(&tokens[at], item->text, words[at]))
        at++;
    if (at >= n || (at != 2 && (at != G_N_ELEMENTS(words) || !may_be)))
        return FALSE;
    g_autofree char *name = bl_token_name(&tokens[at], item->text);
    return tokens[at].kind == BL_TOKEN_WORD ? g_ascii_strcasecmp(name, schema) == 0
                                            : strcmp(name, schema) == 0;
}

static gboolean
has_maker(const BlDialect *dialect, const BlSection *section, const char *schema, gboolean may_be)
{
    if (section->text == NULL)
        return FALSE;
    g_autoptr(BlReader) reader = bl_reader_new_memory(section->text, section->len);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    BlItem item;
    while (bl_script_next_statement(script, &item, NULL) > 0) {
        if (makes_schema(dialect, &item, schema, may_be))
            return TRUE;
    }
    return FALSE;
}

/* @param may_be also by a statement that takes it as it is */
static gboolean
is_made_by_any(const BlReplayOptions *options,
               const BlDialect *dialect,
               const char *schema,
               gboolean may_be)
{
    for (guint i = 0; i < options->migrations->len; i++) {
        const BlMigration *migration = g_ptr_array_index(options->migrations, i);
        if (has_maker(dialect, &migration->up, schema, may_be))
            return TRUE;
    }
    return FALSE;
}

/* A snapshot has made all its schemas when its ledger is made, so that in a database that was
 * bootstrapped the ledger may stand in one that a migration makes: a run of the files has it
 * elsewhere.
 * @param home out: it has it there; NULL: it would find no place, or no migration makes it */
static gboolean
find_earlier_home(BlSession *session, const BlReplayOptions *options, char **home, GError **error)
{
    gboolean is_made =
        options->ledger_schema != NULL &&
        is_made_by_any(options, session->engine->dialect, options->ledger_schema, FALSE);
    return !is_made || bl_ledger_find_home(session, &options->names, home, error);
}

/* Made by hand in the live database, or nobody makes it. Where a migration takes it as it is, what
 * came before may stand where the path leads without it. */
static gboolean
prepare_path(BlSession *session, const BlReplayOptions *options, GError **error)
{
    return options->path_schema == NULL ||
           is_made_by_any(options, session->engine->dialect, options->path_schema, TRUE) ||
           bl_ledger_make_schema(session, options->path_schema, error);
}

static gboolean
prepare_home(BlSession *session, const BlReplayOptions *options, GError **error)
{
    g_autofree char *earlier = NULL;
    if (!find_earlier_home(session, options, &earlier, error) || earlier != NULL)
        return earlier != NULL;
    return options->ledger_schema != NULL
               ? bl_ledger_make_schema(session, options->ledger_schema, error)
               : bl_ledger_make_home(session, options->reporter, error);
}

static gboolean
prepare_ledger(BlSession *session, const BlReplayOptions *options, GError **error)
{
    if (!session->engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    gboolean is_new = ledger != NULL && !ledger->has_ledger;
    if (ledger != NULL &&
        (!is_new ||
         (prepare_home(session, options, error) && prepare_path(session, options, error))) &&
        bl_ledger_prepare(session, &options->names, ledger, error) &&
        session->engine->commit(session, error))
        return TRUE;
    session->engine->rollback(session);
    return FALSE;
}

/* Runs migrations up to a commit for good. @param next the first one; out: that which was not run
 */
static gboolean
run_from(
    BlSession *session, const BlReplayOptions *options, gint64 batch, guint *next, GError **error)
{
    const BlRunner runner = { session, &options->names, options->reporter, NULL };
    for (; *next < options->migrations->len; (*next)++) {
        const BlMigration *migration = g_ptr_array_index(options->migrations, *next);
        bl_report(options->reporter, &(BlEvent){ .kind = BL_EVENT_PROGRESS,
                                                 .name = "replay",
                                                 .done = *next,
                                                 .total = options->migrations->len });
        if (!bl_cancel_check(error) ||
            !bl_runner_up(&runner, migration, batch + 1 + *next, NULL, NULL, error))
            return FALSE;
    }
    return bl_session_settle(session, error);
}

static gboolean
run_migrations(BlSession *session, const BlReplayOptions *options, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    if (ledger == NULL)
        return FALSE;
    gint64 batch = bl_ledger_last_batch(ledger);
    guint next = 0;
    GError *why = NULL;
    /* Nobody sees a scratch database before it is done. */
    session->gather_until = G_MAXINT64;
    gboolean ok = run_from(session, options, batch, &next, &why);
    session->gather_until = 0;
    if (ok)
        return TRUE;
    session->engine->rollback(session);
    if (session->n_lost == 0) {
        g_propagate_error(error, why);
        return FALSE;
    }
    /* It may have failed for the company that it had. */
    g_clear_error(&why);
    next -= session->n_lost;
    session->n_lost = 0;
    return run_from(session, options, batch, &next, error);
}

/* Migrations say nothing of what the database itself was made with. */
static gboolean
take_properties(BlSession *session, BlSession *like, GError **error)
{
    if (like == NULL || like->engine->restore_statement == NULL)
        return TRUE;
    g_autofree char *sql = like->engine->restore_statement(like, error);
    if (sql != NULL && session->engine->execute(session, sql, NULL, error))
        return TRUE;
    g_prefix_error(error, "making a scratch database like \"%s\": ", like->label);
    return FALSE;
}

/* @return a scratch database with what @options start with */
static BlSession *
open_start(const BlReplayOptions *options, GError **error)
{
    const BlOpenOptions open = { .ephemeral = TRUE, .reporter = options->reporter };
    g_autoptr(BlSession) session = bl_session_open_scratch(options->url, &open, error);
    if (session == NULL || !check_server(session, options, error) ||
        !take_properties(session, options->like, error))
        return NULL;
    if (options->start.sql_path != NULL && !load_start(session, options, error)) {
        g_prefix_error(error, "in a scratch database: ");
        return NULL;
    }
    return g_steal_pointer(&session);
}

BlSession *
bl_replay_run(const BlReplayOptions *options, GError **error)
{
    g_autoptr(BlSession) session = open_start(options, error);
    if (session == NULL)
        return NULL;
    if (prepare_ledger(session, options, error) && run_migrations(session, options, error))
        return g_steal_pointer(&session);
    g_prefix_error(error, "replaying the history: ");
    return NULL;
}

gboolean
bl_replay_more(BlSession *session, const BlReplayOptions *options, GError **error)
{
    /* A snapshot that was loaded has no journal yet. */
    return check_server(session, options, error) && prepare_ledger(session, options, error) &&
           run_migrations(session, options, error);
}

BlSession *
bl_replay_load(const BlReplayOptions *options, GError **error)
{
    return open_start(options, error);
}

static gpointer
close_session(gpointer session)
{
    bl_session_close(session);
    return NULL;
}

void
bl_replay_close(BlSession *replayed, BlSession *loaded)
{
    GThread *thread = replayed != NULL && loaded != NULL
                          ? g_thread_try_new("drop", close_session, loaded, NULL)
                          : NULL;
    if (thread == NULL)
        bl_session_close(loaded);
    bl_session_close(replayed);
    if (thread != NULL)
        g_thread_join(thread);
}
