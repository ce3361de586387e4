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
    g_clear_pointer(&target->table, g_free);
    g_clear_pointer(&target->part, g_free);
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

/* From the current token on: "name" or "schema.name"; the one behind it is the current one then.
 * @param schema out, may be NULL */
static char *
take_full_name(Words *words, char **schema)
{
    g_autofree char *name = take_name(words);
    if (next_token(words) && words->token.len == 1 && words->sql[words->token.start] == '.' &&
        next_token(words)) {
        if (schema != NULL)
            *schema = g_strdup(name);
        g_free(name);
        name = take_name(words);
        (void)next_token(words);
    }
    return g_steal_pointer(&name);
}

static gboolean
is_word(const Words *words, const char *word)
{
    return bl_token_is_word(&words->token, words->sql, word);
}

static gboolean
is_any_word(const Words *words, const char *const *list)
{
    g_autofree char *word = take_word(words);
    return word != NULL && g_strv_contains(list, word);
}

/* What ALTER TABLE adds or drops first, where that has a name. */
static void
take_part(Words *words, BlProbeTarget *target)
{
    static const char *const keys[] = { "index",    "key",     "constraint", "unique",
                                        "fulltext", "spatial", NULL };
    static const char *const fillers[] = { "column", "if", "not", "exists", NULL };
    static const char *const nameless[] = { "primary", "foreign", "check", "partition",
                                            "system",  "period",  NULL };
    if (!is_word(words, "add") && !is_word(words, "drop"))
        return;
    gboolean drops = is_word(words, "drop");
    gboolean is_column = TRUE;
    while (next_token(words) && (is_any_word(words, keys) || is_any_word(words, fillers)))
        is_column = is_column && !is_any_word(words, keys);
    if (is_any_word(words, nameless))
        return;
    target->part = take_name(words);
    target->is_column = is_column;
    target->drops = drops;
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
    found.alters = strcmp(verb, "alter") == 0;
    found.drops = strcmp(verb, "drop") == 0;
    found.name = take_full_name(&words, &found.schema);
    if (found.name == NULL)
        return FALSE;
    if (strcmp(found.kind, "index") == 0 && is_word(&words, "on") && next_token(&words))
        found.table = take_full_name(&words, NULL);
    if (found.alters && strcmp(found.kind, "table") == 0)
        take_part(&words, &found);
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

/* Where indexes are parts of their table, no list has them. */
static gboolean
lists_kind(const BlEngine *engine, const char *kind)
{
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        if (strstr(engine->kinds[i]->name, kind) != NULL)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_part(const BlEngine *engine, const BlObject *table, const char *name, gboolean is_column)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(table->parts, i);
        if ((strcmp(part->kind, "column") == 0) == is_column &&
            bl_engine_same_name(engine, part->name, name))
            return TRUE;
    }
    return FALSE;
}

/* What the schema has that cannot be described is not what is looked for: nothing is said of it. */
static BlCatalog *
read_parts(BlSession *session, GError **error)
{
    BlIntrospectOptions options = {
        .with_parts = TRUE, .skip_unsupported = TRUE, .skip_broken = TRUE, .skip_version = TRUE
    };
    const BlReporter *reporter = session->reporter;
    session->reporter = NULL;
    BlCatalog *catalog = session->engine->introspect(session, NULL, NULL, &options, error);
    session->reporter = reporter;
    return catalog;
}

/* @param table NULL: any. @param name of the part */
static gboolean
find_part(BlSession *session,
          const BlProbeTarget *target,
          const char *table,
          const char *name,
          gboolean *is_there,
          GError **error)
{
    const BlEngine *engine = session->engine;
    g_autoptr(BlCatalog) catalog = read_parts(session, error);
    if (catalog == NULL)
        return FALSE;
    for (guint i = 0; !*is_there && i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (table != NULL && !bl_engine_same_name(engine, object->name, table))
            continue;
        if (target->schema != NULL && object->schema != NULL &&
            strcmp(object->schema, target->schema) != 0)
            continue;
        *is_there = has_part(engine, object, name, target->is_column);
    }
    return TRUE;
}

static gboolean
find_object(BlSession *session, const BlProbeTarget *target, gboolean *is_there, GError **error)
{
    const BlEngine *engine = session->engine;
    if (!lists_kind(engine, target->kind) && strcmp(target->kind, "index") == 0)
        return find_part(session, target, target->table, target->name, is_there, error);
    g_autoptr(GPtrArray) objects = engine->list_objects(session, NULL, error);
    for (guint i = 0; objects != NULL && !*is_there && i < objects->len; i++)
        *is_there = is_target(engine, g_ptr_array_index(objects, i), target);
    return objects != NULL;
}

char *
bl_probe_describe(BlSession *session, const char *sql, gboolean *is_done, GError **error)
{
    g_auto(BlProbeTarget) target = { 0 };
    gboolean unused = FALSE;
    is_done = is_done != NULL ? is_done : &unused;
    *is_done = FALSE;
    if (!bl_probe_parse(session->engine, sql, &target))
        return g_strdup("what it does cannot be seen by an object of its own");
    g_autofree char *name =
        g_strdup_printf("%s \"%s%s%s\"", target.kind, target.schema != NULL ? target.schema : "",
                        target.schema != NULL ? "." : "", target.name);
    gboolean is_there = FALSE;
    if (target.part != NULL) {
        if (!find_part(session, &target, target.name, target.part, &is_there, error))
            return NULL;
        *is_done = is_there != target.drops;
        return g_strdup_printf("%s \"%s\" of %s is %s",
                               target.is_column ? "column" : "index or constraint", target.part,
                               name, is_there ? "there" : "not there");
    }
    if (!find_object(session, &target, &is_there, error))
        return NULL;
    *is_done = !target.alters && is_there != target.drops;
    return g_strdup_printf("%s is %s%s", name, is_there ? "there" : "not there",
                           target.alters && is_there ? "; look yourself whether it is altered"
                                                     : "");
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

/* Rows may be there without the progress that would have come with them. */
static gboolean
lasts(BlSession *session, const char *sql)
{
    gboolean lasts = FALSE;
    if (session->engine->writes_last == NULL)
        return FALSE;
    return !session->engine->writes_last(session, sql, strlen(sql), &lasts, NULL) || lasts;
}

void
bl_probe_mark_uncertain(BlSession *session, const BlHistory *history, BlLedger *ledger)
{
    const BlEngine *engine = session->engine;
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
        if (is_unsure(engine, engine->classify(next, strlen(next))) || lasts(session, next))
            row->state = BL_JOURNAL_UNCERTAIN;
    }
}
