/* SPDX-License-Identifier: MIT */
#include "load/loader.h"

#include "load/files.h"
#include "load/judge.h"
#include "load/parallel.h"
#include "load/survey.h"
#include "load/undo.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/stream.h"
#include "common/schema/compare.h"
#include "common/snapshot/ledger_lines.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/peer.h"

#include <string.h>

/* How many objects in the way are named. */
#define NAMED_OBJECTS 10

/* A larger file than this is read in pieces by one session, unless the user wants more of them: all
 * of it is in memory then. */
#define JOBS_BYTES ((guint64)64 * 1024 * 1024)

void
bl_load_result_clear(BlLoadResult *result)
{
    g_clear_error(&result->unsettled);
    g_clear_pointer(&result->digest, g_free);
    g_clear_pointer(&result->manifest, bl_manifest_free);
}

/* What does not count: the ledger, the schema that it stands in, or would stand in, and that which
 * bare names go to.
 * @param homes of those that would be, NULL-terminated */
static gboolean
is_of_ledger(const BlEngine *engine,
             const BlLoadOptions *options,
             const BlLedger *ledger,
             const char *const *homes,
             const BlListedObject *object)
{
    gboolean is_schema = (engine->caps & BL_CAP_SCHEMAS) != 0 && object->schema == NULL &&
                         strcmp(object->kind, "schema") == 0;
    if (is_schema)
        return bl_ledger_is_schema(ledger, object->name) || g_strv_contains(homes, object->name);
    return bl_ledger_is_table(ledger, engine, &options->names, object->schema, object->name) ||
           (object->parent != NULL &&
            bl_ledger_is_table(ledger, engine, &options->names, object->schema, object->parent));
}

/* What stands on a table comes behind what stands by itself. @return "table users, view v and 3
 * more" of what is no ledger table; NULL when there is none */
static char *
describe_objects(const BlEngine *engine,
                 const BlLoadOptions *options,
                 const BlLedger *ledger,
                 const char *const *homes,
                 const GPtrArray *objects)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;
    guint len = objects->len;
    for (guint i = 0; i < 2 * len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i < len ? i : i - len);
        gboolean comes_now = (object->parent == NULL) == (i < len);
        if (!comes_now || is_of_ledger(engine, options, ledger, homes, object) ||
            n++ >= NAMED_OBJECTS)
            continue;
        g_string_append_printf(text, "%s%s %s%s%s", n > 1 ? ", " : "", object->kind,
                               object->schema != NULL ? object->schema : "",
                               object->schema != NULL ? "." : "", object->name);
    }
    if (n > NAMED_OBJECTS)
        g_string_append_printf(text, " and %u more", n - NAMED_OBJECTS);
    return n > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

gboolean
bl_load_check_empty(BlSession *session,
                    const BlLoadOptions *options,
                    const BlLedger *ledger,
                    GError **error)
{
    if (!bl_ledger_check_mark(ledger, error))
        return FALSE;
    const BlJournalRow *unfinished = bl_ledger_unfinished(ledger, NULL);
    if (unfinished != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "see migrate status, then migrate repair",
                     "migration \"%s\" is %s in this database", unfinished->name,
                     bl_journal_state_name(unfinished->state));
        return FALSE;
    }
    if (ledger->rows->len > 0) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "load into an empty database; to bring this one up to date use migrate run",
                     "the database is not empty: its ledger \"%s\" has %u migration%s",
                     options->names.ledger, ledger->rows->len, ledger->rows->len == 1 ? "" : "s");
        return FALSE;
    }
    if (ledger->peer != NULL && (ledger->peer->rows->len > 0 || ledger->peer->failed != NULL)) {
        g_autofree char *hint =
            g_strdup_printf("take it over: migrate adopt --from %s", ledger->peer->peer->name);
        bl_error_set(error, BL_ERROR_CONFLICT, hint,
                     "the database is not empty: %s has migrations in the table \"%s\"",
                     ledger->peer->peer->name, options->names.peer_table);
        return FALSE;
    }
    g_autoptr(GPtrArray) objects = session->engine->list_objects(session, &options->filter, error);
    if (objects == NULL)
        return FALSE;
    g_autofree char *home = NULL;
    g_autofree char *path = NULL;
    if (objects->len > 0 &&
        ((!ledger->has_ledger && !bl_ledger_find_home(session, &options->names, &home, error)) ||
         !bl_ledger_find_path_home(session, &options->names, &path, error)))
        return FALSE;
    const char *const homes[] = { path != NULL ? path : home, home, NULL };
    g_autofree char *found = describe_objects(session->engine, options, ledger, homes, objects);
    if (found == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "load into an empty database, or leave objects of others out with \"ignore\"",
                 "the database is not empty: %s", found);
    return FALSE;
}

/* The settings at the head of a dump work only ahead of the transaction. */
static gboolean
apply_head(BlSession *session, const BlLoadOptions *options, GError **error)
{
    g_autoptr(BlScript) script =
        bl_script_open(options->sql_path, options->label, session->engine->dialect, error);
    if (script == NULL)
        return FALSE;
    BlItem item;
    int more;
    while ((more = bl_script_next_statement(script, &item, error)) > 0) {
        guint traits = session->engine->classify(item.text, item.len);
        if ((traits & BL_STMT_SILENT_IN_TX) == 0)
            return TRUE;
        /* How safe the load is, is nothing that the dump decides. */
        if ((traits & BL_STMT_TUNING) != 0)
            continue;
        g_autofree char *sql = g_strndup(item.text, item.len);
        if (!session->engine->execute(session, sql, NULL, error)) {
            bl_error_set_position(error != NULL ? *error : NULL, options->label, item.line,
                                  item.column);
            return FALSE;
        }
    }
    return more == 0;
}

static GHashTable *
collect_present(BlSession *session, GError **error)
{
    g_autoptr(GPtrArray) objects = session->engine->list_objects(session, NULL, error);
    if (objects == NULL)
        return NULL;
    GHashTable *present = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        g_hash_table_add(present, g_ascii_strdown(object->name, -1));
        /* A function is listed with its arguments. */
        gsize len = strcspn(object->name, "(");
        if (len > 0)
            g_hash_table_add(present, g_ascii_strdown(object->name, (gssize)len));
    }
    return present;
}

static gboolean
check_unchanged(const BlLoadOptions *options,
                const BlLoadResult *result,
                const char *digest,
                GError **error)
{
    if (g_str_has_suffix(result->digest, digest))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "run the load again",
                 "\"%s\" changed while it was being loaded", options->label);
    return FALSE;
}

/* Of a snapshot that is as it was dumped, into a ledger without rows. Who wants to know of each
 * statement gets them as they are. @return the ledger whose lines go out together; NULL: none do */
static const BlLedgerNames *
joins_lines_of(const BlLoadOptions *options, const BlLoadResult *result)
{
    gboolean is_told = options->reporter != NULL && options->reporter->wants_statements;
    return bl_load_is_as_dumped(options, result) && !is_told ? &options->names : NULL;
}

static gboolean
run_on_one(BlSession *session,
           const BlLoadOptions *options,
           const BlScriptRun *run,
           BlLoadResult *result,
           GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_open(options->sql_path, error);
    if (reader == NULL)
        return FALSE;
    bl_reader_enable_digest(reader);
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    bl_script_set_origin(script, options->label, 1, 1, 0);
    const BlLedgerNames *names = joins_lines_of(options, result);
    g_autoptr(BlLedgerLines) lines =
        names != NULL ? bl_ledger_lines_join(script, session, names) : NULL;
    if (!session->engine->execute_script(session, script, run, &result->statements, error))
        return FALSE;
    result->statements += lines != NULL ? bl_ledger_lines_saved(lines) : 0;
    g_autofree char *digest = bl_reader_get_digest(reader);
    return check_unchanged(options, result, digest, error);
}

/* A load that cannot be one transaction loses nothing by further sessions. Only the first one tells
 * of its statements. */
static guint
count_jobs(const BlSession *session, const BlLoadOptions *options)
{
    gboolean is_told = options->reporter != NULL && options->reporter->wants_statements;
    if (session->engine->open_beside == NULL)
        return 1;
    if (options->jobs > 0)
        return options->jobs;
    return (session->engine->caps & BL_CAP_TRANSACTIONAL_DDL) != 0 || is_told ? 1 : BL_LOAD_JOBS;
}

/* Texts of ours do not speak of it. @param schema out: g_free() */
static gboolean
find_journal(BlSession *session, /* NOLINT(readability-function-size): two answers */
             const BlLoadOptions *options,
             const BlLoadResult *result,
             const char **journal,
             char **schema,
             GError **error)
{
    const char *name = options->names.journal;
    gboolean exists = FALSE;
    if (bl_load_is_ours(result))
        return TRUE;
    if (!bl_ledger_find_table(session, name, &exists, schema, error))
        return FALSE;
    const char *dot = *schema != NULL ? strchr(name, '.') : NULL;
    if (exists)
        *journal = dot != NULL ? dot + 1 : name;
    return TRUE;
}

/* @param parallel for several sessions; NULL: one does it */
static gboolean
run_script(BlSession *session,
           const BlLoadOptions *options,
           BlParallel *parallel,
           BlLoadResult *result,
           GError **error)
{
    g_autoptr(GHashTable) present = result->drops ? collect_present(session, error) : NULL;
    if (result->drops && present == NULL)
        return FALSE;
    const char *journal = NULL;
    g_autofree char *schema = NULL;
    if (!find_journal(session, options, result, &journal, &schema, error))
        return FALSE;
    BlLoadJudge judge = { .dialect = session->engine->dialect,
                          .present = present,
                          .journal = journal,
                          .journal_schema = schema };
    const BlScriptRun run = { .judge = bl_load_judge,
                              .data = &judge,
                              .bulk = TRUE,
                              .tolerant = TRUE,
                              .translate = result->translated,
                              .map = options->map };
    if (parallel != NULL)
        return bl_parallel_run(parallel, session, &run, &result->statements, error);
    return run_on_one(session, options, &run, result, error);
}

/* The part of a schema digest that says whose deparse wrote the texts. */
static gboolean
same_family(const char *digest, const char *family)
{
    gsize len = strlen(family);
    return strncmp(digest, family, len) == 0 && digest[len] == ':';
}

static const char *
why_not_comparable(const BlLoadOptions *options, gboolean translated, const char *wanted)
{
    if (options->accept_modified)
        return "the dump is accepted as modified";
    if (translated)
        return "parts of it were replaced";
    return wanted == NULL ? "the snapshot has no schema digest"
                          : "it was made by another kind of server";
}

/* A dump of another tool has no digest to compare with: its objects are only counted. */
static gboolean
count_objects(BlSession *session,
              const BlLoadOptions *options,
              BlLoadResult *result,
              GError **error)
{
    g_autoptr(GPtrArray) objects = session->engine->list_objects(session, &options->filter, error);
    if (objects == NULL)
        return FALSE;
    result->objects = objects->len;
    return TRUE;
}

/* @return TRUE when @sql is one of the statements that a snapshot of @catalog has at its head */
static gboolean
is_in_head(const BlCatalog *catalog, const char *sql)
{
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        for (guint j = 0; object->framed && j < object->statements->len; j++) {
            if (strcmp(g_ptr_array_index(object->statements, j), sql) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

/* A setting at the head of the dump that the database did not take, since it was fixed when the
 * database was made. @return g_free(); NULL: none */
static char *
find_setting_not_taken(const BlSession *session,
                       const BlLoadOptions *options,
                       const BlCatalog *catalog)
{
    g_autoptr(BlReader) reader = bl_reader_open(options->sql_path, NULL);
    if (reader == NULL)
        return NULL;
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    BlItem item;
    while (bl_script_next(script, &item, NULL) > 0 && item.kind == BL_ITEM_STATEMENT) {
        guint traits = session->engine->classify(item.text, item.len);
        if ((traits & BL_STMT_SILENT_IN_TX) == 0)
            return NULL;
        g_autofree char *sql = g_strndup(item.text, item.len);
        if ((traits & (BL_STMT_TUNING | BL_STMT_SETTING)) == 0 && !is_in_head(catalog, sql))
            return g_steal_pointer(&sql);
    }
    return NULL;
}

/* As the dump asked. What it left out is not there. */
static BlCatalog *
read_schema(BlSession *session,
            const BlLoadOptions *options,
            const BlManifest *manifest,
            gboolean one_look,
            GError **error)
{
    const char *omit[BL_LEDGER_OMIT];
    BlLedgerNames names = options->names;
    if (names.peer_table == NULL && manifest != NULL)
        names.peer_table = manifest->tool_table;
    bl_ledger_omit(&names, omit);
    BlIntrospectOptions introspect = {
        .skip_version = TRUE,
        .one_look = one_look,
        .may_open = count_jobs(session, options) > 1,
        .with_owner = manifest != NULL && manifest->with_owner,
        .with_acl = manifest != NULL && manifest->with_acl,
        .keep_definer = manifest != NULL && manifest->keep_definer,
    };
    return session->engine->introspect(session, &options->filter, omit, &introspect, error);
}

/* Whether the schema is the wanted one at the first look, as nearly always: where other sessions
 * alter something, in whatever database, a server has to be asked several times for a state of one
 * moment, and the loads of clones are such sessions to each other. Who reads all that was dumped
 * and nothing else, each object at its moment, has seen that it is there. */
static gboolean
is_wanted_at_once(BlSession *session, const BlLoadOptions *options, BlLoadResult *result)
{
    const BlManifest *manifest = result->manifest;
    if (manifest == NULL || manifest->schema_digest == NULL || options->accept_modified ||
        result->translated)
        return FALSE;
    g_autoptr(BlCatalog) catalog = read_schema(session, options, manifest, TRUE, NULL);
    if (catalog == NULL)
        return FALSE;
    g_autofree char *digest = bl_catalog_digest(catalog);
    result->objects = catalog->objects->len;
    result->verified = strcmp(digest, manifest->schema_digest) == 0;
    return result->verified;
}

static gboolean
verify_schema(BlSession *session,
              const BlLoadOptions *options,
              BlLoadResult *result,
              GError **error)
{
    if (result->manifest == NULL && !options->must_verify)
        return count_objects(session, options, result, error);
    if ((session->engine->caps & BL_CAP_SEVERAL_LOOKS) != 0 &&
        is_wanted_at_once(session, options, result))
        return TRUE;
    g_autoptr(BlCatalog) catalog = read_schema(session, options, result->manifest, FALSE, error);
    if (catalog == NULL)
        return FALSE;
    result->objects = catalog->objects->len;
    const char *wanted = result->manifest != NULL ? result->manifest->schema_digest : NULL;
    if (wanted == NULL || !same_family(wanted, catalog->family) || options->accept_modified ||
        result->translated) {
        if (!options->must_verify)
            return TRUE;
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "load without --verify, or dump again with this engine",
                     "the schema cannot be compared: %s",
                     why_not_comparable(options, result->translated, wanted));
        return FALSE;
    }
    g_autofree char *digest = bl_catalog_digest(catalog);
    result->verified = strcmp(digest, wanted) == 0;
    if (result->verified)
        return TRUE;
    if (!session->engine->in_transaction(session)) {
        bl_report_text(options->reporter, BL_EVENT_WARNING,
                       "the loaded schema is not the one that was dumped: its digest is %s, the "
                       "manifest says %s; it stays as it is",
                       digest, wanted);
        result->differs = TRUE;
        return TRUE;
    }
    g_autofree char *setting = find_setting_not_taken(session, options, catalog);
    if (setting != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "nothing was loaded; load into a new database",
                     "the database was made without what the snapshot begins with: %s", setting);
        return FALSE;
    }
    bl_error_set(
        error, BL_ERROR_CONFLICT, "nothing was loaded; dump again, and report this if it stays",
        "the loaded schema is not the one that was dumped: its digest is %s, the manifest says %s",
        digest, wanted);
    return FALSE;
}

/* Whether one transaction can hold all of it. */
static gboolean
fits_transaction(BlSession *session, guint64 weight, gboolean *fits, GError **error)
{
    const BlEngine *engine = session->engine;
    *fits = (engine->caps & BL_CAP_TRANSACTIONAL_DDL) != 0;
    return !*fits || engine->weigh == NULL ||
           engine->fits_transaction(session, weight, fits, error);
}

static gboolean
load_in_transaction(BlSession *session,
                    const BlLoadOptions *options,
                    BlLoadResult *result,
                    GError **error)
{
    /* Once more, inside the transaction: nobody can have come in between. */
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    return ledger != NULL && bl_load_check_empty(session, options, ledger, error) &&
           bl_ledger_drop_empty(session, &options->names, ledger, error) &&
           run_script(session, options, NULL, result, error) &&
           verify_schema(session, options, result, error) && bl_cancel_check(error) &&
           session->engine->commit(session, error);
}

/* The whole load as one transaction. */
static gboolean
load_whole(BlSession *session, const BlLoadOptions *options, BlLoadResult *result, GError **error)
{
    if (!session->engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    if (load_in_transaction(session, options, result, error))
        return TRUE;
    session->engine->rollback(session);
    return FALSE;
}

/* The journal row that says of a database what it is while a load in parts is under way. */
typedef struct {
    gint64 id;
    gboolean made_journal; /* for nothing else than it */
} Mark;

static gboolean
write_mark(BlSession *session,
           const BlLoadOptions *options,
           const BlLedger *ledger,
           const char *digest,
           Mark *mark,
           GError **error)
{
    const BlEngine *engine = session->engine;
    g_autofree char *restore =
        engine->restore_statement != NULL ? engine->restore_statement(session, error) : NULL;
    if (engine->restore_statement != NULL && restore == NULL)
        return FALSE;
    const BlJournalEntry what = { .name = options->label,
                                  .raw_digest = digest,
                                  .message = restore };
    return bl_ledger_drop_empty(session, &options->names, ledger, error) &&
           bl_journal_mark_load(session, &options->names, ledger, &what, &mark->id, error);
}

static gboolean
place_mark(BlSession *session,
           const BlLoadOptions *options,
           const char *digest,
           Mark *mark,
           GError **error)
{
    const BlEngine *engine = session->engine;
    if (!engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    if (ledger != NULL && bl_load_check_empty(session, options, ledger, error) &&
        write_mark(session, options, ledger, digest, mark, error)) {
        /* Which schema it belongs in, is known only behind the load. */
        gboolean stays = options->keeps_journal && (engine->caps & BL_CAP_SCHEMAS) == 0;
        mark->made_journal = !ledger->has_journal && !stays;
        return TRUE;
    }
    engine->rollback(session);
    return FALSE;
}

/* What was made is dropped again, as well as that can be done. */
static void
take_back(BlSession *session, const BlLoadOptions *options, BlLoadResult *result, GError *why)
{
    g_autoptr(GError) problem = NULL;
    gboolean undone = FALSE;
    /* A wish to end is why this is done; another one ends it. */
    int signum = bl_cancel_requested();
    bl_cancel_clear();
    /* Nothing is to be told of what goes: the database was empty a moment ago. */
    BlLoadOptions silent = *options;
    silent.reporter = NULL;
    gboolean ok =
        session->engine->reset_settings(session, &problem) &&
        bl_load_undo(session, &silent, result->manifest, result->digest, &undone, &problem);
    if (signum != 0)
        bl_cancel_request(signum);
    if (ok)
        return;
    bl_report_text(options->reporter, BL_EVENT_WARNING,
                   "a part of \"%s\" stays in the database (%s); take it back: schema-load --undo",
                   options->label, problem->message);
    bl_error_set_hint(why, "take back what was made: schema-load --undo");
}

/* In parts, each committed. A mark that is committed first and removed last says of a database that
 * is left in the middle what it is. */
static gboolean
load_with_mark(BlSession *session,
               const BlLoadOptions *options,
               BlParallel *parallel,
               BlLoadResult *result,
               GError **error)
{
    Mark mark = { 0 };
    if (!place_mark(session, options, result->digest, &mark, error))
        return FALSE;
    GError *why = NULL;
    if (run_script(session, options, parallel, result, &why) && bl_cancel_check(&why) &&
        session->engine->reset_settings(session, &why) &&
        verify_schema(session, options, result, &why) &&
        bl_journal_unmark(session, &options->names, mark.id, mark.made_journal, &why))
        return TRUE;
    take_back(session, options, result, why);
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
load_somehow(BlSession *session,
             const BlLoadOptions *options,
             guint64 weight,
             BlLoadResult *result,
             GError **error)
{
    const BlEngine *engine = session->engine;
    gboolean fits = FALSE;
    if (!fits_transaction(session, weight, &fits, error))
        return FALSE;
    if (!fits)
        return load_with_mark(session, options, NULL, result, error);
    GError *why = NULL;
    if (load_whole(session, options, result, &why))
        return TRUE;
    if (engine->is_too_large == NULL || !engine->is_too_large(why)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    bl_report_text(options->reporter, BL_EVENT_WARNING,
                   "one transaction cannot hold all of \"%s\" on this server (%s): it is loaded in "
                   "parts",
                   options->label, why->message);
    g_error_free(why);
    return engine->reset_settings(session, error) &&
           load_with_mark(session, options, NULL, result, error);
}

/* Where that is worth it. @param done out: FALSE when it is not */
static gboolean
load_on_several(BlSession *session,
                const BlLoadOptions *options,
                const BlSurvey *survey,
                BlLoadResult *result,
                gboolean *done,
                GError **error)
{
    *done = FALSE;
    if (count_jobs(session, options) < 2 || (options->jobs == 0 && survey->bytes > JOBS_BYTES))
        return TRUE;
    gsize len = 0;
    g_autofree char *digest = NULL;
    g_autofree char *sql = bl_pair_read_sql(options->sql_path, &len, &digest, error);
    if (sql == NULL || !check_unchanged(options, result, digest, error))
        return FALSE;
    GError *problem = NULL;
    g_autoptr(BlParallel) parallel =
        bl_parallel_new(session->engine, sql, len, options->label, &problem);
    if (parallel != NULL)
        bl_parallel_join_lines(parallel, joins_lines_of(options, result));
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    if (parallel == NULL)
        return TRUE;
    *done = TRUE;
    bl_parallel_open(parallel, session, count_jobs(session, options));
    return load_with_mark(session, options, parallel, result, error);
}

/* First outside any transaction: a database that is not empty must not even see the settings at
 * the head. */
static gboolean
check_outside(BlSession *session, const BlLoadOptions *options, GError **error)
{
    if (options->was_empty)
        return TRUE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    return ledger != NULL && bl_load_check_empty(session, options, ledger, error);
}

/* What an older server stumbles over says nothing about its age. */
static void
explain_version(const BlSession *session, const BlManifest *manifest, GError *why)
{
    const char *lowest = manifest != NULL ? manifest->lowest_version : NULL;
    if (lowest == NULL || session->version == NULL ||
        g_strcmp0(manifest->flavour, session->flavour) != 0 ||
        bl_peer_compare_versions(session->version, lowest) >= 0)
        return;
    bl_error_set_hint(why, "the snapshot needs %s %s or later; this server has %s",
                      manifest->flavour, lowest, session->version);
}

gboolean
bl_load(BlSession *session, const BlLoadOptions *options, BlLoadResult *result, GError **error)
{
    const BlEngine *engine = session->engine;
    BlSurvey survey = { 0 };
    if (!bl_load_check_files(engine, options, &result->manifest, &result->digest, error) ||
        !check_outside(session, options, error) ||
        !bl_survey_take(session, options, result, &survey, error))
        return FALSE;
    result->translated = survey.changes;
    result->drops = survey.drops;
    gboolean done = FALSE;
    gboolean ok = apply_head(session, options, error) &&
                  load_on_several(session, options, &survey, result, &done, error) &&
                  (done || load_somehow(session, options, survey.weight, result, error));
    if (!ok && error != NULL)
        explain_version(session, result->manifest, *error);
    /* What the head of the dump set must not reach the migrations that come behind it. The load
     * itself is over. */
    g_autoptr(GError) problem = NULL;
    if (engine->reset_settings(session, &problem))
        return ok;
    bl_report_text(options->reporter, BL_EVENT_WARNING,
                   ok ? "\"%s\" is loaded, but its settings stay in force: %s"
                      : "settings of \"%s\" stay in force: %s",
                   options->label, problem->message);
    result->unsettled = g_steal_pointer(&problem);
    return ok;
}
