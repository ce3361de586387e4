/* SPDX-License-Identifier: MIT */
#include "load/foreign.h"

#include "load/changes.h"

#include "common/base/error.h"

#include <string.h>

/* How much of a statement a message shows. */
#define SHOWN_BYTES ((gsize)60)

/* What parts the names in the text of a search path. */
#define PATH_MARKS " \t\r\n,;'\"=()"

/* A statement that speaks of something that the script has not made before it. */
typedef struct {
    char *text; /* of the statement: its beginning, or all of it where all of its words count */
    gboolean is_whole;
    gboolean drops;
    BlChangeKind kind;
    gboolean is_table; /* its name stands among those of the tables */
    char *schema;      /* NULL: none was written */
    char *name;
    char *path; /* the statement that set the search path last; "": none did */
    guint line;
    guint column;
    gboolean is_quoted;
} Suspect;

struct BlForeign {
    const BlEngine *engine;
    GHashTable *made;  /* keys of what the script made and has not dropped again */
    GHashTable *known; /* keys of suspects, each of which is asked about once */
    GPtrArray *suspects;
    char *path;
    const BlItem *item; /* the one that is looked at */
};

/* What was there before. Names are folded: one that is close is taken for the same. */
typedef struct {
    BlSession *session;
    const BlLoadOptions *options;
    const BlLedger *ledger;
    GHashTable *names; /* "schema.name", or "name" where there is no schema */
    GHashTable *words; /* names alone, whatever they are of */
    gboolean is_any;   /* something besides schemas and what extensions bring */
    char *home;        /* the schema in which what has none is made; NULL: none */
} Present;

static void
suspect_free(gpointer data)
{
    Suspect *suspect = data;
    g_free(suspect->text);
    g_free(suspect->schema);
    g_free(suspect->name);
    g_free(suspect->path);
    g_free(suspect);
}

static void
present_clear(Present *present)
{
    g_clear_pointer(&present->names, g_hash_table_unref);
    g_clear_pointer(&present->words, g_hash_table_unref);
    g_free(present->home);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Present, present_clear)

BlForeign *
bl_foreign_new(const BlEngine *engine)
{
    BlForeign *foreign = g_new0(BlForeign, 1);
    foreign->engine = engine;
    foreign->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    foreign->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    foreign->suspects = g_ptr_array_new_with_free_func(suspect_free);
    foreign->path = g_strdup("");
    return foreign;
}

void
bl_foreign_free(BlForeign *foreign)
{
    if (foreign == NULL)
        return;
    g_hash_table_unref(foreign->made);
    g_hash_table_unref(foreign->known);
    g_ptr_array_unref(foreign->suspects);
    g_free(foreign->path);
    g_free(foreign);
}

/* Names are compared as they are written, case and quotes too: two spellings of one name are asked
 * about, two tables are never taken for one. A name without a schema is another one under another
 * search path. @return g_free() */
static char *
key_of(const BlForeign *foreign, const BlChange *change)
{
    return g_strjoin("\n", change->sort, change->schema != NULL ? "" : foreign->path, change->raw,
                     NULL);
}

static gboolean
is_catalog(const BlEngine *engine, const char *schema, const char *name)
{
    g_autofree char *full = schema != NULL ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
    g_autofree char *folded = g_ascii_strdown(full, -1);
    for (gsize i = 0; engine->catalogs != NULL && engine->catalogs[i] != NULL; i++) {
        if (g_pattern_match_simple(engine->catalogs[i], folded))
            return TRUE;
    }
    return FALSE;
}

static Suspect *
add_suspect(BlForeign *foreign, gboolean is_whole)
{
    const BlItem *item = foreign->item;
    Suspect *suspect = g_new0(Suspect, 1);
    suspect->text = g_strndup(item->text, is_whole ? item->len : MIN(item->len, 2 * SHOWN_BYTES));
    suspect->is_whole = is_whole;
    suspect->path = g_strdup(foreign->path);
    suspect->line = item->line;
    suspect->column = item->column;
    g_ptr_array_add(foreign->suspects, suspect);
    return suspect;
}

static void
take_change(const BlChange *change, void *data)
{
    BlForeign *foreign = data;
    g_autofree char *key = key_of(foreign, change);
    if (change->kind == BL_CHANGE_MAKE) {
        g_hash_table_add(foreign->made, g_steal_pointer(&key));
        return;
    }
    if (change->kind == BL_CHANGE_REMOVE)
        g_hash_table_remove(foreign->made, key);
    if (change->kind == BL_CHANGE_REMOVE || change->kind == BL_CHANGE_TRY ||
        g_hash_table_contains(foreign->made, key))
        return;
    gboolean in_catalog = is_catalog(foreign->engine, change->schema, change->name);
    if (!in_catalog && !g_hash_table_add(foreign->known, g_steal_pointer(&key)))
        return;
    Suspect *suspect = add_suspect(foreign, in_catalog);
    suspect->kind = change->kind;
    suspect->is_table = change->sort[0] == '\0';
    suspect->schema = g_strdup(change->schema);
    suspect->name = g_strdup(change->name);
    suspect->is_quoted = strchr(change->raw, '"') != NULL;
}

/* SET search_path, SELECT set_config('search_path', …). */
static void
note_path(BlForeign *foreign, const BlItem *item, guint traits)
{
    if ((foreign->engine->caps & BL_CAP_SCHEMAS) == 0 ||
        (traits & (BL_STMT_SETTING | BL_STMT_READ)) == 0)
        return;
    g_autofree char *text = g_ascii_strdown(item->text, (gssize)item->len);
    if (strstr(text, "search_path") == NULL && strstr(text, "schema") == NULL)
        return;
    g_free(foreign->path);
    foreign->path = g_strndup(item->text, item->len);
}

void
bl_foreign_note(BlForeign *foreign, const BlItem *item, guint traits)
{
    static const guint nothing =
        BL_STMT_GATE | BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK;
    if (item->kind != BL_ITEM_STATEMENT || (traits & nothing) != 0)
        return;
    foreign->item = item;
    if ((traits & BL_STMT_DROP) != 0)
        add_suspect(foreign, TRUE)->drops = TRUE;
    note_path(foreign, item, traits);
    bl_changes_find(foreign->engine->dialect, item->text, item->len, take_change, foreign);
    foreign->item = NULL;
}

static void
add_present(Present *present, const BlListedObject *object)
{
    /* A function is listed with its arguments. */
    gsize len = strcspn(object->name, "(");
    g_autofree char *bare = g_ascii_strdown(object->name, len > 0 ? (gssize)len : -1);
    g_autofree char *schema = object->schema != NULL ? g_ascii_strdown(object->schema, -1) : NULL;
    g_hash_table_add(present->words, g_ascii_strdown(object->name, -1));
    g_hash_table_add(present->words, g_strdup(bare));
    g_hash_table_add(present->names,
                     schema != NULL ? g_strconcat(schema, ".", bare, NULL) : g_strdup(bare));
    gboolean is_schema = object->schema == NULL && strcmp(object->kind, "schema") == 0;
    present->is_any = present->is_any || (!is_schema && !object->is_kept);
}

static gboolean
is_own_journal(const BlLoadOptions *options, const BlListedObject *object)
{
    const char *dot = object->schema != NULL ? strchr(options->names.journal, '.') : NULL;
    return g_ascii_strcasecmp(object->name, dot != NULL ? dot + 1 : options->names.journal) == 0;
}

/* The ledger is empty, and goes ahead of the load. */
static gboolean
list_present(Present *present, gboolean journal_counts, GError **error)
{
    const BlEngine *engine = present->session->engine;
    const BlLoadOptions *options = present->options;
    const BlLedger *ledger = present->ledger;
    g_autoptr(GPtrArray) objects = engine->list_objects(present->session, NULL, error);
    if (objects == NULL)
        return FALSE;
    present->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    present->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        gboolean is_ledger =
            bl_ledger_is_table(ledger, engine, &options->names, object->schema, object->name) ||
            (object->parent != NULL &&
             bl_ledger_is_table(ledger, engine, &options->names, object->schema, object->parent));
        if (!is_ledger || (journal_counts && is_own_journal(options, object)))
            add_present(present, object);
    }
    return (engine->caps & BL_CAP_SCHEMAS) == 0 ||
           bl_ledger_find_home(present->session, &options->names, &present->home, error);
}

static gboolean
is_present(const Present *present, const char *schema, const char *name)
{
    g_autofree char *full = schema != NULL ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
    g_autofree char *folded = g_ascii_strdown(full, -1);
    return g_hash_table_contains(present->names, folded);
}

/* A name of what was there before, as any word of the statement: too careful rather than too
 * clever. */
static gboolean
names_present(const Present *present, const Suspect *suspect)
{
    const BlDialect *dialect = present->session->engine->dialect;
    gsize len = strlen(suspect->text);
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (bl_lex(dialect, &state, suspect->text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (token.kind != BL_TOKEN_WORD && token.kind != BL_TOKEN_IDENTIFIER &&
            token.kind != BL_TOKEN_STRING)
            continue;
        g_autofree char *name = bl_token_name(&token, suspect->text);
        g_autofree char *folded = g_ascii_strdown(name, -1);
        if (g_hash_table_contains(present->words, folded))
            return TRUE;
    }
    return FALSE;
}

/* DROP OWNED names nothing that it drops. */
static gboolean
drops_unnamed(const Present *present, const Suspect *suspect)
{
    BlToken tokens[2];
    guint n = bl_lex_first(present->session->engine->dialect, suspect->text, strlen(suspect->text),
                           tokens, G_N_ELEMENTS(tokens));
    return present->is_any && n == 2 && bl_token_is_word(&tokens[1], suspect->text, "OWNED");
}

/* Among the tables, by the server's own look-up: it knows what is not listed, since it comes and
 * goes with something else (the sequence of a column). Rows may be put into what an extension
 * brought, as dumps do. */
static gboolean
find_relation(const Present *present, const Suspect *suspect, gboolean *found, GError **error)
{
    g_autofree char *written = suspect->schema != NULL
                                   ? g_strconcat(suspect->schema, ".", suspect->name, NULL)
                                   : g_strdup(suspect->name);
    g_autofree char *name = suspect->is_quoted ? g_strdup(written) : g_ascii_strdown(written, -1);
    g_autofree char *schema = NULL;
    gboolean exists = FALSE;
    if (!bl_ledger_find_table(present->session, name, &exists, &schema, error))
        return FALSE;
    *found = exists && (schema == NULL || is_present(present, schema, suspect->name) ||
                        (suspect->kind != BL_CHANGE_FILL &&
                         !bl_ledger_is_table(present->ledger, present->session->engine,
                                             &present->options->names, schema, suspect->name)));
    return TRUE;
}

/* A name without a schema: it means what the session finds, or, where the script has set a search
 * path, what one of the schemas in that has. */
static gboolean
find_bare(const Present *present, const Suspect *suspect, gboolean *found, GError **error)
{
    g_auto(GStrv) path = g_strsplit_set(suspect->path, PATH_MARKS, -1);
    *found = FALSE;
    for (gsize i = 0; path[i] != NULL && !*found; i++)
        *found = path[i][0] != '\0' && is_present(present, path[i], suspect->name);
    if (suspect->path[0] != '\0')
        return TRUE;
    if (!suspect->is_table) {
        *found = present->home != NULL && is_present(present, present->home, suspect->name);
        return TRUE;
    }
    return find_relation(present, suspect, found, error);
}

/* Of the tables in which the engine keeps what there is. */
static gboolean
changes_catalog(const Present *present, const Suspect *suspect)
{
    return (suspect->kind != BL_CHANGE_FILL && present->is_any) || names_present(present, suspect);
}

static gboolean
is_guilty(const Present *present, const Suspect *suspect, gboolean *guilty, GError **error)
{
    gboolean has_schemas = (present->session->engine->caps & BL_CAP_SCHEMAS) != 0;
    if (suspect->drops) {
        *guilty = names_present(present, suspect) || drops_unnamed(present, suspect);
        return TRUE;
    }
    if (suspect->is_whole) {
        *guilty = changes_catalog(present, suspect);
        return TRUE;
    }
    if (has_schemas && suspect->schema == NULL)
        return find_bare(present, suspect, guilty, error);
    *guilty = is_present(present, has_schemas ? suspect->schema : NULL, suspect->name);
    if (*guilty || !has_schemas || !suspect->is_table)
        return TRUE;
    return find_relation(present, suspect, guilty, error);
}

static gboolean
refuse(const Suspect *suspect, const char *label, GError **error)
{
    gsize shown = MIN(strlen(suspect->text), SHOWN_BYTES);
    const char *mark = suspect->text[shown] != '\0' ? "…" : "";
    while (((guchar)suspect->text[shown] & 0xC0) == 0x80)
        shown++;
    g_autofree char *text = g_strndup(suspect->text, shown);
    g_strdelimit(text, "\r\n\t", ' ');
    g_autoptr(GError) why = NULL;
    if (suspect->drops) {
        bl_error_set(&why, BL_ERROR_CONFLICT, "take the statement out of the dump",
                     "a load drops nothing that it did not make: %s%s", text, mark);
    } else {
        bl_error_set(
            &why, BL_ERROR_CONFLICT,
            "take the statement out of the dump, or load it into another database",
            "a load changes nothing that it did not make, and \"%s%s%s\" was there before: "
            "%s%s",
            suspect->schema != NULL ? suspect->schema : "", suspect->schema != NULL ? "." : "",
            suspect->name, text, mark);
    }
    bl_error_set_position(why, label, suspect->line, suspect->column);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

gboolean
bl_foreign_check(const BlForeign *foreign,
                 BlSession *session,
                 const BlLoadOptions *options,
                 gboolean journal_counts,
                 GError **error)
{
    if (foreign->suspects->len == 0)
        return TRUE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    g_auto(Present) present = { .session = session, .options = options, .ledger = ledger };
    if (ledger == NULL || !list_present(&present, journal_counts, error))
        return FALSE;
    for (guint i = 0; i < foreign->suspects->len; i++) {
        const Suspect *suspect = g_ptr_array_index(foreign->suspects, i);
        gboolean guilty = FALSE;
        if (!is_guilty(&present, suspect, &guilty, error))
            return FALSE;
        if (guilty)
            return refuse(suspect, options->label, error);
    }
    return TRUE;
}

gboolean
bl_foreign_is_any(BlSession *session, const BlLoadOptions *options, gboolean *any, GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &options->names, error);
    g_auto(Present) present = { .session = session, .options = options, .ledger = ledger };
    gboolean ok = ledger != NULL && list_present(&present, TRUE, error);
    *any = ok && present.is_any;
    return ok;
}
