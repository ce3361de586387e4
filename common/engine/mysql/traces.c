/* SPDX-License-Identifier: MIT */
/*
 * What the statements of a file leave in the session beside its settings: user variables, temporary
 * tables, prepared statements, the number of the next row. COM_RESET_CONNECTION would take them
 * away, and the migration lock with them: they are taken away by their names, which stand in the
 * text, in a body or in a literal of it.
 */
#include "common/engine/mysql/session.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* Longest name that the server takes, in characters. */
#define NAME_MAX_LEN 64

/* A literal with a statement in it may have a literal with another one. */
#define MAX_DEPTH 2

/* MySQL keeps the number until a row takes it, and has no other way to be rid of it. */
#define TAKE_NUMBER                                                                                \
    "CREATE TEMPORARY TABLE IF NOT EXISTS baseline_number (id bigint unsigned AUTO_INCREMENT "     \
    "PRIMARY KEY) ENGINE=InnoDB; INSERT INTO baseline_number VALUES (NULL); "                      \
    "DROP TEMPORARY TABLE IF EXISTS baseline_number"
#define TAKE_NUMBER_STATEMENTS 3

/* Each a set of names in backquotes. */
struct MyTraces {
    GHashTable *variables;
    GHashTable *tables;
    GHashTable *statements;
    gboolean has_number;
};

typedef struct {
    const MySession *session;
    MyTraces *traces;
    const char *text;
    gsize len, pos;
    BlLexState state;
    BlToken token;
    guint depth;
    gboolean looks_inside; /* literals may be statements */
} Scan;

static GHashTable *
names_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

MyTraces *
my_traces_new(void)
{
    MyTraces *traces = g_new0(MyTraces, 1);
    traces->variables = names_new();
    traces->tables = names_new();
    traces->statements = names_new();
    return traces;
}

void
my_traces_free(MyTraces *traces)
{
    if (traces == NULL)
        return;
    g_hash_table_unref(traces->variables);
    g_hash_table_unref(traces->tables);
    g_hash_table_unref(traces->statements);
    g_free(traces);
}

/* What no name can be is text. */
static void
add_name(GHashTable *names, const char *name)
{
    if (name[0] != '\0' && g_utf8_validate(name, -1, NULL) &&
        g_utf8_strlen(name, -1) <= NAME_MAX_LEN)
        g_hash_table_add(names, my_name(name));
}

static gboolean
next(Scan *scan)
{
    do {
        bl_lex(&bl_dialect_mysql, &scan->state, scan->text, scan->len, scan->pos, TRUE,
               &scan->token);
        scan->pos = scan->token.start + scan->token.len;
    } while (!my_token_counts(scan->token.kind));
    return scan->token.kind != BL_TOKEN_END && scan->token.kind != BL_TOKEN_UNTERMINATED;
}

static gboolean
is_word(const Scan *scan, const char *word)
{
    return bl_token_is_word(&scan->token, scan->text, word);
}

static gboolean
is_name(const Scan *scan)
{
    return scan->token.kind == BL_TOKEN_WORD || scan->token.kind == BL_TOKEN_IDENTIFIER;
}

static gboolean
is_char(const Scan *scan, char c)
{
    return scan->token.len == 1 && scan->text[scan->token.start] == c;
}

/* @x, @`x`, @'x'; @@x is a setting. */
static void
take_variable(Scan *scan)
{
    const char *start = scan->text + scan->token.start;
    if (scan->token.kind == BL_TOKEN_PARAMETER && scan->token.len > 1 && start[1] != '@') {
        g_autofree char *name = g_strndup(start + 1, scan->token.len - 1);
        add_name(scan->traces->variables, name);
        return;
    }
    if (scan->token.kind != BL_TOKEN_OPERATOR || !is_char(scan, '@'))
        return;
    gsize behind = scan->pos;
    Scan ahead = *scan;
    if (!next(&ahead) || ahead.token.start != behind || ahead.token.len < 2 ||
        (ahead.token.kind != BL_TOKEN_IDENTIFIER && ahead.token.kind != BL_TOKEN_STRING))
        return;
    g_autofree char *name = g_strndup(ahead.text + behind + 1, ahead.token.len - 2);
    add_name(scan->traces->variables, name);
}

/* TEMPORARY TABLE [IF NOT EXISTS] [database.]name */
static void
take_table(const Scan *at)
{
    Scan scan = *at;
    if (!next(&scan) || !is_word(&scan, "TABLE") || !next(&scan))
        return;
    for (guint i = 0; i < 3 && is_word(&scan, i == 0 ? "IF" : i == 1 ? "NOT" : "EXISTS"); i++)
        (void)next(&scan);
    if (!is_name(&scan))
        return;
    g_autofree char *name = bl_token_name(&scan.token, scan.text);
    if (next(&scan) && is_char(&scan, '.') && next(&scan) && is_name(&scan)) {
        g_autofree char *database = my_name(name);
        g_autofree char *own = bl_token_name(&scan.token, scan.text);
        g_autofree char *quoted = my_name(own);
        g_hash_table_add(scan.traces->tables, g_strconcat(database, ".", quoted, NULL));
        return;
    }
    add_name(scan.traces->tables, name);
}

/* PREPARE name FROM … */
static void
take_statement(const Scan *at)
{
    Scan scan = *at;
    if (!next(&scan) || !is_name(&scan))
        return;
    g_autofree char *name = bl_token_name(&scan.token, scan.text);
    if (next(&scan) && is_word(&scan, "FROM"))
        add_name(scan.traces->statements, name);
}

static gboolean
names_number(const Scan *scan)
{
    static const char name[] = "insert_id";
    gsize len = strlen(name);
    const char *end = scan->text + scan->token.start + scan->token.len;
    if (scan->token.len < len || g_ascii_strncasecmp(end - len, name, len) != 0)
        return FALSE;
    return scan->token.len == len || end[-(gssize)len - 1] == '.' || end[-(gssize)len - 1] == '@';
}

static void scan_text(const Scan *outer, const char *text, gsize len);

static void
take_token(Scan *scan)
{
    take_variable(scan);
    if (is_word(scan, "TEMPORARY"))
        take_table(scan);
    if (is_word(scan, "PREPARE"))
        take_statement(scan);
    if (scan->token.kind == BL_TOKEN_WORD || scan->token.kind == BL_TOKEN_PARAMETER)
        scan->traces->has_number = scan->traces->has_number || names_number(scan);
    if (scan->token.kind == BL_TOKEN_STRING && scan->looks_inside && scan->token.len > 2 &&
        scan->depth < MAX_DEPTH)
        scan_text(scan, scan->text + scan->token.start + 1, scan->token.len - 2);
}

static void
scan_text(const Scan *outer, const char *text, gsize len)
{
    Scan scan = *outer;
    scan.text = text;
    scan.len = len;
    scan.pos = 0;
    scan.depth++;
    scan.state = (BlLexState){ .ansi_quotes = outer->session->ansi_quotes,
                               .no_backslash_escapes = outer->session->no_backslash_escapes };
    while (next(&scan))
        take_token(&scan);
}

/* Most statements have nothing of all that. */
static gboolean
may_leave(const char *sql, gsize len, guint traits)
{
    static const char *const words[] = { "temporary", "prepare", "insert_id" };
    if (memchr(sql, '@', len) != NULL)
        return TRUE;
    if ((traits & BL_STMT_DML) != 0)
        return FALSE;
    g_autofree char *text = g_ascii_strdown(sql, (gssize)len);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(text, words[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

void
my_note_traces(MySession *session, MyTraces **traces, const char *sql, gsize len, guint traits)
{
    if (!may_leave(sql, len, traits))
        return;
    if (*traces == NULL)
        *traces = my_traces_new();
    const Scan scan = { .session = session,
                        .traces = *traces,
                        .looks_inside = (traits & BL_STMT_DML) == 0 };
    scan_text(&scan, sql, len);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* @param before, between, behind text round the names */
static void
append_names(
    GString *sql, GHashTable *names, const char *before, const char *between, const char *behind)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GHashTableIter iter;
    void *name;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_ptr_array_add(sorted, name);
    g_ptr_array_sort(sorted, compare_texts);
    for (guint i = 0; i < sorted->len; i++)
        g_string_append_printf(sql, "%s%s", i == 0 ? before : between,
                               (const char *)g_ptr_array_index(sorted, i));
    if (sorted->len > 0)
        g_string_append(sql, behind);
}

void
my_append_traces(const MySession *session, const MyTraces *traces, GString *sql)
{
    if (traces == NULL)
        return;
    append_names(sql, traces->variables, "SET @", " = NULL, @", " = NULL; ");
    append_names(sql, traces->tables, "DROP TEMPORARY TABLE IF EXISTS ", ", ", "; ");
    /* One that is not there cannot be taken away: each is made first. */
    g_autoptr(GString) away = g_string_new(NULL);
    append_names(away, traces->statements, "DEALLOCATE PREPARE ", "; DEALLOCATE PREPARE ", "; ");
    append_names(sql, traces->statements, "PREPARE ", " FROM 'DO 0'; PREPARE ", " FROM 'DO 0'; ");
    g_string_append(sql, away->str);
    if (traces->has_number && !session->is_mariadb)
        g_string_append(sql, TAKE_NUMBER "; ");
}

gboolean
my_put_number_off(MySession *session)
{
    return session->is_mariadb || session->traces == NULL || !session->traces->has_number ||
           my_put_off(session, TAKE_NUMBER, TAKE_NUMBER_STATEMENTS);
}
