/* SPDX-License-Identifier: MIT */
#include "common/cli/several.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/document.h"
#include "common/cli/state.h"

#include <string.h>

/* More names than these are counted only. */
enum { NAMES_SHOWN = 10 };

gboolean
bl_several_is_pattern(const char *name)
{
    return strpbrk(name, "*?[") != NULL;
}

/* A pattern that is the name of a connection means that one. */
static gboolean
is_plain_name(const BlProject *project, const char *name)
{
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    return g_strv_contains((const char *const *)names, name);
}

gboolean
bl_several_check_words(BlCli *cli, GError **error)
{
    const BlCommonOptions *common = &cli->shared.common;
    gboolean is_pattern = common->connection != NULL && bl_several_is_pattern(common->connection);
    if (cli->command->several == BL_SEVERAL_NO) {
        return TRUE;
    }
    if (common->jobs < 1) {
        bl_error_set(error, BL_ERROR_USAGE, "give a number from 1", "--jobs 0 would do nothing");
        return FALSE;
    }
    if (common->all && common->connection != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "give one of them",
                     "--all and --connection exclude each other");
        return FALSE;
    }
    if (!common->all && !is_pattern) {
        return TRUE;
    }
    if (common->url != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "give one of them",
                     "--url is one database, %s%s%s means several", common->all ? "--all" : "\"",
                     common->all ? "" : common->connection, common->all ? "" : "\"");
        return FALSE;
    }
    const BlProject *project = bl_cli_project(cli, error);
    if (project == NULL) {
        return FALSE;
    }
    cli->is_several = common->all || !is_plain_name(project, common->connection);
    return TRUE;
}

/* @return g_strfreev(); NULL: BL_ERROR_USAGE */
static char **
choose_names(BlCli *cli, GError **error)
{
    const BlProject *project = bl_cli_project(cli, error);
    if (project == NULL) {
        return NULL;
    }
    const BlCommonOptions *common = &cli->shared.common;
    const char *glob = common->all ? NULL : common->connection;
    g_auto(GStrv) all = bl_project_connection_names(project, NULL);
    if (all[0] == NULL) {
        bl_error_set(error, BL_ERROR_USAGE,
                     "several connections need a configuration; 'migrate init' makes one",
                     "no connection is configured: there is no database/connections.json here or "
                     "above, or nothing in it");
        return NULL;
    }
    g_auto(GStrv) names = bl_project_connection_names(project, glob);
    if (names[0] == NULL) {
        g_autofree char *list = g_strjoinv(", ", all);
        bl_error_set(error, BL_ERROR_USAGE, NULL, "no connection matches \"%s\"", glob);
        bl_error_set_hint(error != NULL ? *error : NULL, "configured connections: %s", list);
        return NULL;
    }
    return g_steal_pointer(&names);
}

/* @seen: what was met before -> the name of its connection, both owned */
static gboolean
check_once(const BlCli *cli, const BlConnection *connection, GHashTable *seen, GError **error)
{
    gboolean is_by_ledger = cli->command->several == BL_SEVERAL_ONCE_A_LEDGER;
    if (cli->command->several == BL_SEVERAL_YES) {
        return TRUE;
    }
    /* What is missed here meets the migration lock. */
    g_autofree char *database = bl_engine_identify_database(connection->engine, connection->url);
    char *key = g_strdup_printf("%s\n%s", database, is_by_ledger ? connection->ledger : "");
    const char *other = g_hash_table_lookup(seen, key);
    if (other != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "name one of them with --connection",
                     "connections \"%s\" and \"%s\" are the same database", other,
                     connection->name);
        g_free(key);
        return FALSE;
    }
    g_hash_table_insert(seen, key, g_strdup(connection->name));
    return TRUE;
}

static gboolean
check_one(BlCli *cli, BlChild *child, char **args, GHashTable *seen, GError **error)
{
    const BlProject *project = bl_cli_project(cli, error);
    BlConnection *connection =
        project != NULL ? bl_cli_find_connection(cli, project, child->name, NULL, error) : NULL;
    if (connection == NULL) {
        return FALSE;
    }
    bl_cli_take_connection(cli, connection);
    child->engine = connection->engine->name;
    if (cli->command->writes_snapshot)
        child->turn = bl_connection_schema_path(project, connection, NULL);
    return check_once(cli, connection, seen, error) &&
           (cli->command->check == NULL || cli->command->check(cli, cli->options, args, error));
}

/* A refusal of the last connection must not come when the first ones are done. */
static gboolean
check_all(BlCli *cli, const BlPool *pool, char **args, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    gboolean ok = TRUE;
    for (guint i = 0; ok && i < pool->children->len; i++) {
        ok = check_one(cli, g_ptr_array_index(pool->children, i), args, seen, error);
    }
    g_clear_pointer(&cli->connection, bl_connection_free);
    bl_document_set_text(cli->document, "connection", NULL);
    bl_document_set_text(cli->document, "engine", NULL);
    return ok;
}

static gboolean
is_done(const BlChild *child)
{
    return child->state == BL_CHILD_ENDED && child->code <= 1;
}

static gboolean
has_failed(const BlChild *child)
{
    return child->state == BL_CHILD_ENDED && child->code > 1;
}

static gboolean
was_stopped(const BlChild *child)
{
    return child->state == BL_CHILD_STOPPED;
}

static gboolean
was_not_started(const BlChild *child)
{
    return child->state == BL_CHILD_WAITING;
}

/* Appends "; LABEL "a", "b"" when there are such connections. */
static void
append_names(GString *out,
             const BlPool *pool,
             const char *label,
             gboolean (*which)(const BlChild *))
{
    guint n = 0;
    for (guint i = 0; i < pool->children->len; i++) {
        const BlChild *child = g_ptr_array_index(pool->children, i);
        if (!which(child)) {
            continue;
        }
        n++;
        if (n == 1) {
            g_string_append_printf(out, "%s%s", out->len > 0 ? "; " : "", label);
        }
        if (n <= NAMES_SHOWN) {
            g_string_append_printf(out, "%s \"%s\"", n > 1 ? "," : "", child->name);
        }
    }
    if (n > NAMES_SHOWN) {
        g_string_append_printf(out, " and %u more", n - NAMES_SHOWN);
    }
}

static const BlChild *
first_failure(const BlPool *pool)
{
    for (guint i = 0; i < pool->children->len; i++) {
        const BlChild *child = g_ptr_array_index(pool->children, i);
        if (has_failed(child)) {
            return child;
        }
    }
    return NULL;
}

static guint
count(const BlPool *pool, gboolean (*which)(const BlChild *))
{
    guint n = 0;
    for (guint i = 0; i < pool->children->len; i++) {
        n += which(g_ptr_array_index(pool->children, i)) ? 1 : 0;
    }
    return n;
}

/* Somebody asked all of them to end. */
static gboolean
judge_cancelled(const BlPool *pool, GError **error)
{
    if (count(pool, is_done) == pool->children->len) {
        return TRUE;
    }
    gboolean ok = bl_cancel_check(error);
    g_autoptr(GString) text = g_string_new(NULL);
    append_names(text, pool, "stopped:", was_stopped);
    append_names(text, pool, "failed:", has_failed);
    append_names(text, pool, "not started:", was_not_started);
    append_names(text, pool, "done:", is_done);
    if (!ok && error != NULL) {
        g_autofree char *why = g_strdup((*error)->message);
        g_clear_error(error);
        bl_error_set(error, BL_ERROR_CANCELLED, NULL, "%s; %s", why, text->str);
    }
    return ok;
}

gboolean
bl_several_judge(const BlPool *pool, GError **error)
{
    if (bl_cancel_requested() != 0) {
        return judge_cancelled(pool, error);
    }
    const BlChild *first = first_failure(pool);
    if (first == NULL) {
        return TRUE;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *label = g_strdup_printf(
        "%u of %u connections failed:", count(pool, has_failed), pool->children->len);
    append_names(text, pool, label, has_failed);
    append_names(text, pool, "not started:", was_not_started);
    bl_error_set(error, (BlErrorCode)MIN(first->code, BL_ERROR_CANCELLED),
                 count(pool, was_not_started) > 0
                     ? "mend it and do it again, or add --continue-on-error"
                     : NULL,
                 "%s", text->str);
    /* One of them was asked to end by somebody else: its exit code says by which signal. */
    if (first->code >= BL_ERROR_CANCELLED) {
        bl_cancel_request(first->code - 128);
    }
    return FALSE;
}

int
bl_several_exit_code(const BlPool *pool)
{
    for (guint i = 0; i < pool->children->len; i++) {
        const BlChild *child = g_ptr_array_index(pool->children, i);
        if (child->code == 1) {
            return 1;
        }
    }
    return 0;
}

/* For a process that never came so far as to write its own. */
static json_t *
make_document(const BlChild *child)
{
    json_t *document = bl_document_new();
    bl_document_set_text(document, "connection", child->name);
    bl_document_set_text(document, "engine", child->engine);
    if (was_not_started(child)) {
        bl_document_set_text(document, "status", "skipped");
        json_object_set_new(document, "started", json_false());
        return document;
    }
    g_autoptr(GError) error = NULL;
    int code = was_stopped(child) ? BL_ERROR_CANCELLED : child->code;
    bl_error_set(&error, code > 1 ? (BlErrorCode)code : BL_ERROR_INTERNAL, NULL,
                 "the process of \"%s\" %s", child->name,
                 child->crash != NULL ? child->crash : "ended without a document");
    bl_document_set_text(document, "status", "error");
    bl_document_set_error(document, error);
    return document;
}

static void
set_documents(BlCli *cli, const BlPool *pool)
{
    json_t *list = json_array();
    for (guint i = 0; i < pool->children->len; i++) {
        const BlChild *child = g_ptr_array_index(pool->children, i);
        const GString *text = child->held[0];
        json_t *document = json_loadb(text->str, text->len, 0, NULL);
        if (!json_is_object(document) || child->crash != NULL) {
            json_decref(document);
            document = make_document(child);
        }
        json_array_append_new(list, document);
    }
    json_object_set_new(cli->document, "connections", list);
}

gboolean
bl_several_run(BlCli *cli, char **args, GError **error)
{
    g_auto(GStrv) names = choose_names(cli, error);
    if (names == NULL) {
        return FALSE;
    }
    const BlCommonOptions *common = &cli->shared.common;
    g_autoptr(BlPool) pool = bl_pool_new((const char *const *)names);
    pool->jobs = (guint)common->jobs;
    pool->continue_on_error = common->continue_on_error;
    pool->keeps_stdout = common->json;
    gboolean ok = check_all(cli, pool, args, error);
    if (ok && bl_pool_run(pool, cli) == BL_POOL_CHILD) {
        return TRUE;
    }
    ok = ok && bl_several_judge(pool, error);
    set_documents(cli, pool);
    if (ok) {
        bl_cli_set_exit(cli, bl_several_exit_code(pool));
    }
    return ok;
}
