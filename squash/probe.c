/* SPDX-License-Identifier: MIT */
#include "squash/probe.h"

#include "squash/runner.h"

#include "common/sql/lexer.h"

#include <string.h>

static const char *const verbs[] = { "create", "drop", "alter", NULL };

/* What may stand between the verb and the name without being the kind. */
static const char *const modifiers[] = {
    "or",       "replace",      "temp",    "temporary",    "unique",
    "unlogged", "global",       "local",   "recursive",    "virtual",
    "foreign",  "constraint",   "definer", "if",           "not",
    "exists",   "concurrently", "only",    "materialized", "event_trigger",
    "fulltext", "spatial",      NULL,
};

static const char *const kinds[] = {
    "table",  "index",     "view",   "trigger",   "sequence", "type",  "function",    "procedure",
    "schema", "extension", "domain", "aggregate", "policy",   "event", "publication", NULL,
};

/* The words of a statement, one after the other. */
typedef struct {
    const BlDialect *dialect;
    const char *sql;
    gsize len;
    gsize pos;
    BlLexState state;
    BlToken token;
} Words;

static gboolean
next_token(Words *words)
{
    BlTokenKind kind;
    do {
        kind = bl_lex(words->dialect, &words->state, words->sql, words->len, words->pos, TRUE,
                      &words->token);
        words->pos = words->token.start + words->token.len;
    } while (bl_token_is_filler(kind));
    return kind != BL_TOKEN_END;
}

static char *
take_name(const Words *words)
{
    gboolean is_name =
        words->token.kind == BL_TOKEN_WORD || words->token.kind == BL_TOKEN_IDENTIFIER;
    return is_name ? bl_token_name(&words->token, words->sql) : NULL;
}

/* The word in lower case, NULL for what is quoted or no word. */
static char *
take_word(const Words *words)
{
    if (words->token.kind != BL_TOKEN_WORD)
        return NULL;
    return g_ascii_strdown(words->sql + words->token.start, (gssize)words->token.len);
}

void
bl_probe_target_clear(BlProbeTarget *target)
{
    g_clear_pointer(&target->kind, g_free);
    g_clear_pointer(&target->schema, g_free);
    g_clear_pointer(&target->name, g_free);
}

/* Up to the name: its token is the current one then. */
static gboolean
skip_to_name(Words *words, BlProbeTarget *target)
{
    while (next_token(words)) {
        g_autofree char *word = take_word(words);
        if (word == NULL)
            return target->kind != NULL && words->token.kind == BL_TOKEN_IDENTIFIER;
        if (target->kind == NULL && g_strv_contains(kinds, word))
            target->kind = g_steal_pointer(&word);
        else if (strcmp(word, "on") == 0)
            return FALSE; /* an index that the server names */
        else if (!g_strv_contains(modifiers, word))
            return target->kind != NULL;
    }
    return FALSE;
}

gboolean
bl_probe_parse(const BlEngine *engine, const char *sql, BlProbeTarget *target)
{
    Words words = { .dialect = engine->dialect, .sql = sql, .len = strlen(sql) };
    g_auto(BlProbeTarget) found = { 0 };
    if (!next_token(&words))
        return FALSE;
    g_autofree char *verb = take_word(&words);
    if (verb == NULL || !g_strv_contains(verbs, verb) || !skip_to_name(&words, &found))
        return FALSE;
    found.name = take_name(&words);
    if (next_token(&words) && words.token.len == 1 && sql[words.token.start] == '.' &&
        next_token(&words)) {
        found.schema = g_steal_pointer(&found.name);
        found.name = take_name(&words);
    }
    if (found.name == NULL)
        return FALSE;
    *target = found;
    found = (BlProbeTarget){ 0 };
    return TRUE;
}

/* A list has functions with their arguments, and "materialized view" for a view of that sort. */
static gboolean
is_target(const BlEngine *engine, const BlListedObject *object, const BlProbeTarget *target)
{
    g_autofree char *name = g_strndup(object->name, strcspn(object->name, "("));
    return strstr(object->kind, target->kind) != NULL &&
           (bl_engine_same_name(engine, object->name, target->name) ||
            bl_engine_same_name(engine, name, target->name)) &&
           (target->schema == NULL || object->schema == NULL ||
            strcmp(object->schema, target->schema) == 0);
}

char *
bl_probe_describe(BlSession *session, const char *sql, GError **error)
{
    const BlEngine *engine = session->engine;
    g_auto(BlProbeTarget) target = { 0 };
    if (!bl_probe_parse(engine, sql, &target))
        return g_strdup("what it does cannot be seen by an object of its own");
    g_autoptr(GPtrArray) objects = engine->list_objects(session, NULL, error);
    if (objects == NULL)
        return NULL;
    gboolean is_there = FALSE;
    for (guint i = 0; !is_there && i < objects->len; i++)
        is_there = is_target(engine, g_ptr_array_index(objects, i), &target);
    return g_strdup_printf(
        "%s \"%s%s%s\" is %s", target.kind, target.schema != NULL ? target.schema : "",
        target.schema != NULL ? "." : "", target.name, is_there ? "there" : "not there");
}

/* TRUE when a kill leaves open whether the statement took effect: it does not commit together with
 * its progress. */
static gboolean
is_unsure(const BlEngine *engine, guint traits)
{
    static const guint alone = BL_STMT_OUTSIDE_TX | BL_STMT_MAY_COMMIT | BL_STMT_OTHER_DATABASE;
    static const guint known = BL_STMT_DML | BL_STMT_READ | BL_STMT_SETTING | BL_STMT_SAVEPOINT |
                               BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK;
    return (traits & alone) != 0 ||
           ((engine->caps & BL_CAP_TRANSACTIONAL_DDL) == 0 && (traits & known) == 0);
}

void
bl_probe_mark_uncertain(const BlEngine *engine, const BlHistory *history, BlLedger *ledger)
{
    for (guint i = 0; g_hash_table_size(ledger->unfinished) > 0 && i < ledger->journal->len; i++) {
        BlJournalRow *row = g_ptr_array_index(ledger->journal, i);
        const BlMigration *file = bl_history_find(history, row->name);
        if (row->state != BL_JOURNAL_RUNNING || row->is_load || file == NULL || file->foreign)
            continue;
        g_autoptr(GPtrArray) statements =
            bl_runner_statements(engine, file, row->is_down ? &file->down : &file->up, NULL);
        if (statements == NULL || row->statement >= (gint64)statements->len)
            continue;
        const char *next = g_ptr_array_index(statements, (guint)row->statement);
        if (is_unsure(engine, engine->classify(next, strlen(next))))
            row->state = BL_JOURNAL_UNCERTAIN;
    }
}
