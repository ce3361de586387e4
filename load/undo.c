/* SPDX-License-Identifier: MIT */
#include "load/undo.h"

#include "load/changes.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/stream.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/pair.h"
#include "common/sql/quote.h"

#include <string.h>

/* Statements of one transaction, where one for all is too large. */
#define DROPS_AT_ONCE 8

/* That many tokens of a statement hold the name of what it makes. */
#define HEAD_TOKENS 24

/* Some servers take no message over 1,024 bytes. */
#define BYTES_AT_ONCE 500

/* What a snapshot or dump says of itself. Names are folded to lower case: a name that is close is
 * taken for the same. */
typedef struct {
    GHashTable *made;   /* "kind name", of what its CREATE statements and its labels name: the last
                           word of the kind, the name with its schema where that was written; and
                           " name" alone */
    GHashTable *words;  /* every name in it */
    GHashTable *filled; /* names of tables that it puts rows into */
    BlBlocks *blocks;   /* of a snapshot; NULL: of another tool */
} Contents;

static void
contents_clear(Contents *contents)
{
    g_clear_pointer(&contents->made, g_hash_table_unref);
    g_clear_pointer(&contents->words, g_hash_table_unref);
    g_clear_pointer(&contents->filled, g_hash_table_unref);
    g_clear_pointer(&contents->blocks, bl_blocks_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Contents, contents_clear)

/* Where a mode of the session says so, "…" is a name; what is taken for one beyond that, does no
 * harm. */
static gboolean
may_be_name(const BlToken *token, const char *text)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER ||
           (token->kind == BL_TOKEN_STRING && text[token->start] == '"');
}

static const BlKind *
find_kind(const BlEngine *engine, const char *name)
{
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        if (strcmp(engine->kinds[i]->name, name) == 0)
            return engine->kinds[i];
    }
    return NULL;
}

static const char *
last_word(const char *kind)
{
    const char *blank = strrchr(kind, ' ');
    return blank != NULL ? blank + 1 : kind;
}

/* @return g_free() */
static char *
made_key(const char *kind, const char *schema, const char *name)
{
    g_autofree char *key = g_strconcat(last_word(kind), " ", schema != NULL ? schema : "",
                                       schema != NULL ? "." : "", name, NULL);
    return g_ascii_strdown(key, -1);
}

static void
add_made(GHashTable *made, const char *kind, const char *schema, const char *name)
{
    g_hash_table_add(made, made_key(kind, schema, name));
    g_hash_table_add(made, made_key("", schema, name));
}

/* Every word of a dump, for what has no name that follows the word of its kind. */
static void
add_words(GHashTable *words, const BlDialect *dialect, const BlItem *item)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (bl_lex(dialect, &state, item->text, item->len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (!may_be_name(&token, item->text))
            continue;
        g_autofree char *name = bl_token_name(&token, item->text);
        g_hash_table_add(words, g_ascii_strdown(name, -1));
    }
}

/* The first tokens of a statement, without the marks of executable comments. */
static guint
read_head(const BlDialect *dialect, const BlItem *item, BlToken tokens[HEAD_TOKENS])
{
    BlLexState state = { 0 };
    gsize pos = 0;
    guint n = 0;
    while (n < HEAD_TOKENS &&
           bl_lex(dialect, &state, item->text, item->len, pos, TRUE, &tokens[n]) != BL_TOKEN_END) {
        BlTokenKind kind = tokens[n].kind;
        pos = tokens[n].start + tokens[n].len;
        if (kind == BL_TOKEN_OPEN)
            break;
        if (!bl_token_is_filler(kind) && kind != BL_TOKEN_CODE_OPEN &&
            kind != BL_TOKEN_CODE_CLOSE && kind != BL_TOKEN_HINT)
            n++;
    }
    return n;
}

static gboolean
is_kind_word(const BlEngine *engine, const BlToken *token, const char *text)
{
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        if (bl_token_is_word(token, text, last_word(engine->kinds[i]->name)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_dot(const BlToken *token, const char *text)
{
    return token->len == 1 && text[token->start] == '.';
}

/* What a CREATE makes is the name behind the word of its kind. */
static void
add_created(GHashTable *made, const BlEngine *engine, const BlItem *item)
{
    static const char *const fillers[] = { "IF", "NOT", "EXISTS", "CONCURRENTLY" };
    BlToken tokens[HEAD_TOKENS];
    const char *text = item->text;
    guint n = read_head(engine->dialect, item, tokens);
    for (guint i = 1; i + 1 < n && bl_token_is_word(&tokens[0], text, "CREATE"); i++) {
        guint at = i + 1;
        if (!is_kind_word(engine, &tokens[i], text))
            continue;
        for (gsize j = 0; j < G_N_ELEMENTS(fillers); j++)
            at += at < n && bl_token_is_word(&tokens[at], text, fillers[j]) ? 1 : 0;
        if (at >= n || !may_be_name(&tokens[at], text))
            continue;
        gboolean has_schema =
            (engine->caps & BL_CAP_SCHEMAS) != 0 && at + 2 < n && is_dot(&tokens[at + 1], text);
        while (at + 2 < n && is_dot(&tokens[at + 1], text))
            at += 2;
        g_autofree char *kind = bl_token_name(&tokens[i], text);
        g_autofree char *schema = has_schema ? bl_token_name(&tokens[at - 2], text) : NULL;
        g_autofree char *name = bl_token_name(&tokens[at], text);
        add_made(made, kind, schema, name);
    }
}

static void
take_filled(const BlChange *change, void *data)
{
    GHashTable *filled = data;
    if (change->kind == BL_CHANGE_FILL || change->kind == BL_CHANGE_ALTER)
        g_hash_table_add(filled, made_key("", NULL, change->name));
}

static gboolean
read_names(const BlEngine *engine, const BlLoadOptions *options, Contents *contents, GError **error)
{
    g_autoptr(BlScript) script =
        bl_script_open(options->sql_path, options->label, engine->dialect, error);
    if (script == NULL)
        return FALSE;
    BlItem item;
    int more;
    while ((more = bl_script_next_statement(script, &item, error)) > 0) {
        if ((engine->classify(item.text, item.len) & BL_STMT_DML) != 0) {
            bl_changes_find(engine->dialect, item.text, item.len, take_filled, contents->filled);
            continue;
        }
        add_created(contents->made, engine, &item);
        add_words(contents->words, engine->dialect, &item);
    }
    return more == 0;
}

/* What a block is about can stand in a literal of its statement. */
static void
add_label(GHashTable *made, const BlEngine *engine, const char *label)
{
    const char *name = NULL;
    g_autofree char *kind = bl_block_kind(engine, label, &name);
    if (kind != NULL && name != NULL)
        add_made(made, kind, NULL, name);
}

/* @return FALSE: @error is set */
static gboolean
read_contents(const BlEngine *engine,
              const BlLoadOptions *options,
              gboolean is_snapshot,
              Contents *contents,
              GError **error)
{
    contents->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    contents->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    contents->filled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!read_names(engine, options, contents, error))
        return FALSE;
    if (!is_snapshot)
        return TRUE;
    gsize len = 0;
    g_autofree char *sql = bl_pair_read_sql(options->sql_path, &len, NULL, error);
    contents->blocks =
        sql != NULL ? bl_blocks_parse(engine->dialect, sql, len, options->label, error) : NULL;
    for (guint i = 0; contents->blocks != NULL && i < contents->blocks->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(contents->blocks->list, i);
        add_label(contents->made, engine, block->label);
    }
    return contents->blocks != NULL;
}

static gboolean
is_made(const Contents *contents, const char *kind, const char *schema, const char *name)
{
    g_autofree char *key = made_key(kind, schema, name);
    return g_hash_table_contains(contents->made, key);
}

/* A function is listed with its arguments, an operator class or family with its access method: the
 * name ends before one of these. @return g_free(); NULL: it is a name alone */
static char *
cut_name(const BlListedObject *object)
{
    const char *end = strrchr(object->name, '(');
    if (end == NULL)
        end = g_strrstr(object->name, " USING ");
    return end != NULL && end > object->name ? g_strndup(object->name, (gsize)(end - object->name))
                                             : NULL;
}

/* A class of operators makes a family of its name. */
static gboolean
is_made_so(const Contents *contents, const BlListedObject *object, const char *schema)
{
    const char *other = strcmp(last_word(object->kind), "family") == 0 ? "class" : object->kind;
    g_autofree char *cut = cut_name(object);
    return is_made(contents, object->kind, schema, object->name) ||
           (cut != NULL && (is_made(contents, object->kind, schema, cut) ||
                            is_made(contents, other, schema, cut)));
}

static gboolean
has_plain_name(const BlListedObject *object)
{
    const char first = object->name[0];
    return g_ascii_isalpha(first) || first == '_' || (guchar)first >= 0x80;
}

/* "USER SERVER s": what has no name of its own is called by those of others. */
static gboolean
is_composed_of_words(const Contents *contents, const BlListedObject *object)
{
    if (object->schema != NULL || object->parent != NULL)
        return FALSE;
    g_autofree char *folded = g_ascii_strdown(object->name, -1);
    for (char *blank = strrchr(folded, ' '); blank != NULL; blank = strrchr(folded, ' ')) {
        *blank = '\0';
        if (g_hash_table_contains(contents->words, folded))
            return TRUE;
    }
    return FALSE;
}

/* An object is of the snapshot when a statement makes one of its kind and name. What stands on a
 * table has no schema in its statement, and is of the snapshot only with its table; names of
 * indexes of partitions are the server's. */
static gboolean
is_named(const BlEngine *engine, const Contents *contents, const BlListedObject *object)
{
    const BlKind *kind = find_kind(engine, object->kind);
    /* What has no schema stands on no table, where there are schemas. */
    gboolean is_on_table =
        object->parent != NULL && (object->schema != NULL || (engine->caps & BL_CAP_SCHEMAS) == 0);
    gboolean has_table =
        is_on_table && (is_made(contents, "", object->schema, object->parent) ||
                        (contents->blocks == NULL && is_made(contents, "", NULL, object->parent)));
    if (is_on_table && !has_table)
        return FALSE;
    if (is_made_so(contents, object, object->schema))
        return TRUE;
    if (has_table || object->schema == NULL || contents->blocks == NULL) {
        if (is_made_so(contents, object, NULL))
            return TRUE;
    }
    if (has_table && kind != NULL && kind->is_separate)
        return TRUE;
    return !has_plain_name(object) || is_composed_of_words(contents, object);
}

static gboolean
refuse(const char *what, const BlListedObject *object, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "move it elsewhere, or empty the database yourself: migrate wipe",
                 "nothing was dropped: %s \"%s%s%s\" %s", object->kind,
                 object->schema != NULL ? object->schema : "", object->schema != NULL ? "." : "",
                 object->name, what);
    return FALSE;
}

/* What the checks work on. */
typedef struct {
    BlSession *session;
    const BlLoadOptions *options;
    const BlLedger *ledger;
    const Contents *contents;
    GPtrArray *tables; /* BlListedObject *: those that may hold rows; borrowed */
    GPtrArray *full;   /* those that do */
} Check;

static gboolean
take_text(const BlRow *row, void *data, GError **error)
{
    (void)error;
    *(char **)data = g_strdup(row->values[0]);
    return TRUE;
}

static gboolean
note_full(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Check *check = data;
    guint64 i = g_ascii_strtoull(row->values[0], NULL, 10);
    g_ptr_array_add(check->full, g_ptr_array_index(check->tables, i));
    return TRUE;
}

/* Each under a savepoint that is gone back to: a lock on every table is more than a server has to
 * give to one transaction that reads them all. */
static gboolean
note_full_tables(Check *check, const char *sql, GError **error)
{
    const BlEngine *engine = check->session->engine;
    return engine->execute(check->session, "SAVEPOINT baseline_look", NULL, error) &&
           engine->query(check->session, sql, note_full, check, error) &&
           engine->execute(check->session, "ROLLBACK TO SAVEPOINT baseline_look", NULL, error);
}

static gboolean
find_full_tables(Check *check, GError **error)
{
    const BlEngine *engine = check->session->engine;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < check->tables->len; i++) {
        const BlListedObject *table = g_ptr_array_index(check->tables, i);
        g_autofree char *schema =
            table->schema != NULL ? bl_quote_identifier(engine->dialect, table->schema) : NULL;
        g_autofree char *name = bl_quote_identifier(engine->dialect, table->name);
        g_string_append_printf(
            sql, "%sSELECT i FROM (SELECT %u AS i) n WHERE EXISTS (SELECT 1 FROM %s%s%s)",
            sql->len > 0 ? " UNION ALL " : "", i, schema != NULL ? schema : "",
            schema != NULL ? "." : "", name);
        if (sql->len < BYTES_AT_ONCE && i + 1 != check->tables->len)
            continue;
        if (!note_full_tables(check, sql->str, error))
            return FALSE;
        g_string_truncate(sql, 0);
    }
    return TRUE;
}

/* Every row must stand in the snapshot, letter by letter. */
static gboolean
check_rows(Check *check, const BlListedObject *table, GError **error)
{
    const BlEngine *engine = check->session->engine;
    BlCatalog *catalog = bl_catalog_new(engine->dialect, engine->name);
    BlObject *object =
        bl_catalog_add(catalog, find_kind(engine, table->kind), table->schema, table->name);
    g_autofree char *full_name = bl_object_full_name(object);
    g_autofree char *label = g_strconcat("rows ", full_name, NULL);
    const BlBlock *block = bl_blocks_find(check->contents->blocks, label);
    g_autoptr(GString) rows = g_string_new(NULL);
    guint64 n = 0;
    gboolean ok = TRUE;
    gboolean is_same = block != NULL;
    if (block != NULL)
        ok = engine->dump_rows(check->session, object, rows, &n, error);
    bl_catalog_free(catalog);
    if (!ok)
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(rows->str, ";\n", -1);
    for (gsize i = 0; is_same && lines[i] != NULL; i++)
        is_same = !g_str_has_prefix(lines[i], "INSERT") || strstr(block->text, lines[i]) != NULL;
    return is_same || refuse("holds rows that are not the snapshot's", table, error);
}

static gboolean
is_filled(const Contents *contents, const char *name)
{
    g_autofree char *key = made_key("", NULL, name);
    return g_hash_table_contains(contents->filled, key);
}

/* Of a dump of another tool nobody knows which rows are its own: somebody may have added some. */
static gboolean
tell_filled(const Check *check, const BlListedObject *table, GError **error)
{
    const BlEngine *engine = check->session->engine;
    g_autofree char *schema =
        table->schema != NULL ? bl_quote_identifier(engine->dialect, table->schema) : NULL;
    g_autofree char *name = bl_quote_identifier(engine->dialect, table->name);
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM %s%s%s", schema != NULL ? schema : "",
                        schema != NULL ? "." : "", name);
    g_autofree char *n = NULL;
    if (check->options->reporter == NULL)
        return TRUE;
    if (!engine->query(check->session, sql, take_text, &n, error))
        return FALSE;
    bl_report_text(
        check->options->reporter, BL_EVENT_WARNING,
        "%s \"%s%s%s\" goes with its rows (%s): the dump fills it, and does not tell them "
        "from any that somebody else put there",
        table->kind, table->schema != NULL ? table->schema : "", table->schema != NULL ? "." : "",
        table->name, n);
    return TRUE;
}

static gboolean
check_full_tables(Check *check, GError **error)
{
    gboolean is_bare = check->contents->blocks == NULL;
    for (guint i = 0; i < check->full->len; i++) {
        const BlListedObject *table = g_ptr_array_index(check->full, i);
        if (!is_bare && !check_rows(check, table, error))
            return FALSE;
        if (is_bare && !is_filled(check->contents, table->name))
            return refuse("holds rows, and the dump has none for it", table, error);
    }
    /* When nothing is against it any more. */
    for (guint i = 0; is_bare && i < check->full->len; i++) {
        if (!tell_filled(check, g_ptr_array_index(check->full, i), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_objects(Check *check, const GPtrArray *objects, GError **error)
{
    const BlEngine *engine = check->session->engine;
    for (guint i = 0; i < objects->len; i++) {
        BlListedObject *object = g_ptr_array_index(objects, i);
        const BlKind *kind = find_kind(engine, object->kind);
        if (bl_ledger_is_table(check->ledger, engine, &check->options->names, object->schema,
                               object->name))
            continue;
        if (!is_named(engine, check->contents, object))
            return refuse("is not in the snapshot", object, error);
        if (object->hides_rows)
            return refuse("may hold rows that this account is not shown", object, error);
        if (kind != NULL && (kind->holds_rows || object->keeps_rows) && !object->shows_others)
            g_ptr_array_add(check->tables, object);
    }
    return find_full_tables(check, error) && check_full_tables(check, error);
}

static gboolean
check_ledger(const BlLedger *ledger, const BlManifest *manifest, GError **error)
{
    for (guint i = 0; manifest != NULL && i < ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(ledger->rows, i);
        if (bl_manifest_has(manifest, row->name))
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT, "empty the database yourself: migrate wipe",
                     "nothing was dropped: migration \"%s\" ran since", row->name);
        return FALSE;
    }
    return TRUE;
}

/* In a transaction, so that what is read is one state. */
static gboolean
check_all(BlSession *session,
          const BlLoadOptions *options,
          const BlLedger *ledger,
          const Contents *contents,
          GError **error)
{
    const BlEngine *engine = session->engine;
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    g_autoptr(GPtrArray) full = g_ptr_array_new();
    Check check = { session, options, ledger, contents, tables, full };
    if (!engine->begin(session, BL_TX_READ, error))
        return FALSE;
    g_autoptr(GPtrArray) objects = engine->list_objects(session, &options->filter, error);
    gboolean ok = objects != NULL && check_objects(&check, objects, error);
    engine->rollback(session);
    return ok;
}

static gboolean
run_some(BlSession *session, const GPtrArray *statements, guint from, guint to, GError **error)
{
    const BlEngine *engine = session->engine;
    for (guint i = from; i < to; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        if ((engine->classify(sql, strlen(sql)) & BL_STMT_SILENT_IN_TX) != 0)
            continue;
        if (bl_cancel_check(error) && engine->execute(session, sql, NULL, error))
            continue;
        g_prefix_error(error, "%s: ", sql);
        return FALSE;
    }
    return TRUE;
}

/* What is there is listed inside the transaction that drops it. */
static gboolean
drop_at_once(BlSession *session, const BlFilter *filter, GError **error)
{
    const BlEngine *engine = session->engine;
    if (!engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    g_autoptr(GPtrArray) statements = engine->drop_statements(session, filter, error);
    if (statements != NULL && run_some(session, statements, 0, statements->len, error) &&
        engine->commit(session, error))
        return TRUE;
    engine->rollback(session);
    return FALSE;
}

static gboolean
drop_some(BlSession *session, const GPtrArray *statements, guint from, guint to, GError **error)
{
    const BlEngine *engine = session->engine;
    if (!engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    if (run_some(session, statements, from, to, error) && engine->commit(session, error))
        return TRUE;
    engine->rollback(session);
    return FALSE;
}

/* Fewer at a time where the server cannot hold that many either. */
static gboolean
drop_in_parts(BlSession *session, const BlFilter *filter, GError **error)
{
    const BlEngine *engine = session->engine;
    g_autoptr(GPtrArray) statements = engine->drop_statements(session, filter, error);
    guint at_once = DROPS_AT_ONCE;
    for (guint i = 0; statements != NULL && i < statements->len;) {
        GError *problem = NULL;
        guint end = MIN(i + at_once, statements->len);
        if (drop_some(session, statements, i, end, &problem)) {
            i = end;
            continue;
        }
        if (at_once == 1 || !engine->is_too_large(problem)) {
            g_propagate_error(error, problem);
            return FALSE;
        }
        g_error_free(problem);
        at_once /= 2;
    }
    return statements != NULL;
}

gboolean
bl_load_drop_all(BlSession *session, const BlFilter *filter, GError **error)
{
    const BlEngine *engine = session->engine;
    GError *problem = NULL;
    if (drop_at_once(session, filter, &problem))
        return TRUE;
    if (engine->is_too_large == NULL || !engine->is_too_large(problem)) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    g_error_free(problem);
    bl_report_text(session->reporter, BL_EVENT_WARNING,
                   "one transaction cannot drop all of it on this server: it is done in parts");
    return drop_in_parts(session, filter, error);
}

/* A glob that matches nothing but @name. */
static char *
exact_glob(const char *schema, const char *name)
{
    g_autofree char *full = schema != NULL ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
    g_autoptr(GString) glob = g_string_new(NULL);
    for (const char *c = full; *c != '\0'; c++)
        g_string_append_printf(glob, strchr("*?[", *c) != NULL ? "[%c]" : "%c", *c);
    return g_string_free(g_steal_pointer(&glob), FALSE);
}

/* The journal goes last, since it says that there is something to undo. */
static gboolean
drop_all(BlSession *session, const BlLoadOptions *options, const BlLedger *ledger, GError **error)
{
    const char *dot = ledger->schemas[2] != NULL ? strchr(options->names.journal, '.') : NULL;
    g_autofree char *glob =
        exact_glob(ledger->schemas[2], dot != NULL ? dot + 1 : options->names.journal);
    g_autoptr(GPtrArray) exclude = g_ptr_array_new();
    for (gsize i = 0; options->filter.exclude != NULL && options->filter.exclude[i] != NULL; i++)
        g_ptr_array_add(exclude, (gpointer)(guintptr)options->filter.exclude[i]);
    g_ptr_array_add(exclude, glob);
    g_ptr_array_add(exclude, NULL);
    BlFilter filter = options->filter;
    filter.exclude = (const char *const *)exclude->pdata;
    return bl_load_drop_all(session, &filter, error);
}

gboolean
bl_load_undo(BlSession *session,
             const BlLoadOptions *options,
             const BlManifest *manifest,
             const char *digest,
             gboolean *undone,
             GError **error)
{
    BlLoadOptions own = *options;
    if (own.names.peer_table == NULL && manifest != NULL)
        own.names.peer_table = manifest->tool_table;
    options = &own;
    *undone = FALSE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    const BlJournalRow *mark = ledger != NULL ? bl_ledger_mark(ledger) : NULL;
    if (mark == NULL)
        return ledger != NULL;
    if (g_strcmp0(mark->raw_digest, digest) != 0) {
        bl_error_set(error, BL_ERROR_CONFLICT, "give the snapshot that was being loaded: --path",
                     "the unfinished load is of \"%s\" with the digest %s, \"%s\" has %s",
                     mark->name, mark->raw_digest != NULL ? mark->raw_digest : "(none)",
                     options->label, digest);
        return FALSE;
    }
    g_auto(Contents) contents = { 0 };
    if (!check_ledger(ledger, manifest, error) ||
        !read_contents(session->engine, options, manifest != NULL, &contents, error) ||
        !check_all(session, options, ledger, &contents, error) ||
        !drop_all(session, options, ledger, error) ||
        (mark->message != NULL && !session->engine->execute(session, mark->message, NULL, error)) ||
        !bl_journal_unmark(session, &options->names, mark->id, ledger->journal->len == 1, error))
        return FALSE;
    *undone = TRUE;
    return TRUE;
}
