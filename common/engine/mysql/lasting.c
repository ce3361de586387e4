/* SPDX-License-Identifier: MIT */
/*
 * Tables whose storage engine has no transactions: what is written there stays when the rest is
 * rolled back. Which there are is asked once, and again behind a statement that may have made one.
 */
#include "common/engine/mysql/session.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* "Some non-transactional changed tables couldn't be rolled back" */
#define NOT_ROLLED_BACK 1196

/* Tables of this database only: to look at all of them costs an old server a file each. */
#define WITHOUT                                                                                    \
    "(SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'NO' AND SUPPORT IN "     \
    "('YES', 'DEFAULT'))"

static const char tables_sql[] =
    "SELECT ENGINE, NULL FROM information_schema.ENGINES WHERE TRANSACTIONS = 'NO' "
    "AND SUPPORT IN ('YES', 'DEFAULT') "
    "UNION ALL SELECT NULL, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
    "DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE IN " WITHOUT;

static const char default_sql[] = "SELECT @@SESSION.default_storage_engine";

/* What may write to one of them under its own name. What this account is not shown has no text. */
static const char programs_sql[] =
    "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = "
    "DATABASE() UNION ALL SELECT ROUTINE_NAME, ROUTINE_DEFINITION FROM "
    "information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() UNION ALL SELECT "
    "EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
    "DATABASE()";

/* Other names of engines, and words that bring in a table whose engine they do not name. */
static const char *const makers[] = { "heap", "merge", "like", "rename" };

struct MyLasting {
    GPtrArray *words;       /* in lower case: a statement that has none makes no such table */
    GHashTable *names;      /* folded: of the tables, and of what writes to them */
    gboolean is_by_default; /* a table that names no engine is one */
};

/* A program, until it is known whether it writes to one. */
typedef struct {
    char *name;
    char *text;
} Program;

static void
program_free(gpointer data)
{
    Program *program = data;
    g_free(program->name);
    g_free(program->text);
    g_free(program);
}

void
my_lasting_free(MyLasting *lasting)
{
    if (lasting == NULL)
        return;
    g_ptr_array_unref(lasting->words);
    g_hash_table_unref(lasting->names);
    g_free(lasting);
}

static MyLasting *
lasting_new(void)
{
    MyLasting *lasting = g_new0(MyLasting, 1);
    lasting->words = g_ptr_array_new_with_free_func(g_free);
    lasting->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(makers); i++)
        g_ptr_array_add(lasting->words, g_strdup(makers[i]));
    return lasting;
}

/* Better one name too many: case never tells them apart here. */
static void
add_name(MyLasting *lasting, const char *name)
{
    g_hash_table_add(lasting->names, g_utf8_casefold(name, -1));
}

static gboolean
take_table(const MyRow *row, void *data, GError **error)
{
    MyLasting *lasting = data;
    (void)error;
    if (row->statement == 0 && row->values[0] != NULL)
        g_ptr_array_add(lasting->words, g_ascii_strdown(row->values[0], -1));
    else if (row->statement == 0 && row->values[1] != NULL)
        add_name(lasting, row->values[1]);
    for (guint i = 0; row->statement == 1 && row->values[0] != NULL && i < lasting->words->len;
         i++) {
        const char *word = g_ptr_array_index(lasting->words, i);
        if (g_ascii_strcasecmp(row->values[0], word) == 0)
            lasting->is_by_default = TRUE;
    }
    return TRUE;
}

static gboolean
take_program(const MyRow *row, void *data, GError **error)
{
    (void)error;
    if (row->values[0] == NULL)
        return TRUE;
    Program *program = g_new0(Program, 1);
    program->name = g_strdup(row->values[0]);
    program->text = g_strdup(row->values[1] != NULL ? row->values[1] : "");
    g_ptr_array_add(data, program);
    return TRUE;
}

/* @return the name that a token may be, also in double quotes, whatever the mode; g_free() */
static char *
name_at(const MyTokens *tokens, guint i)
{
    const BlToken *token = my_token(tokens, i);
    const char *start = tokens->sql + token->start;
    if (my_token_is_name(tokens, i))
        return bl_token_name(token, tokens->sql);
    if (token->kind == BL_TOKEN_STRING && token->len > 2 && start[0] == '"')
        return g_strndup(start + 1, token->len - 2);
    return NULL;
}

static gboolean
names_any(const MyLasting *lasting, const char *sql, const char *sql_mode)
{
    g_auto(MyTokens) tokens = { 0 };
    gboolean found = FALSE;
    my_tokens_init(&tokens, sql, sql_mode);
    for (guint i = 0; !found && i < tokens.all->len; i++) {
        g_autofree char *name = name_at(&tokens, i);
        g_autofree char *folded =
            name != NULL && g_utf8_validate(name, -1, NULL) ? g_utf8_casefold(name, -1) : NULL;
        found = folded != NULL && g_hash_table_contains(lasting->names, folded);
    }
    return found;
}

/* What names one, or what names it, writes to it for all that can be told. */
static void
add_programs(MyLasting *lasting, GPtrArray *programs)
{
    gboolean is_more = TRUE;
    while (is_more) {
        is_more = FALSE;
        for (guint i = programs->len; i > 0; i--) {
            const Program *program = g_ptr_array_index(programs, i - 1);
            if (program->text[0] != '\0' && !names_any(lasting, program->text, NULL))
                continue;
            add_name(lasting, program->name);
            g_ptr_array_remove_index_fast(programs, i - 1);
            is_more = TRUE;
        }
    }
}

static MyLasting *
ask(MySession *session, GError **error)
{
    g_autoptr(MyLasting) lasting = lasting_new();
    g_autofree char *sql = g_strconcat(tables_sql, "; ", default_sql, NULL);
    if (!my_run_all(session, sql, take_table, lasting, NULL, error))
        return NULL;
    if (g_hash_table_size(lasting->names) == 0)
        return g_steal_pointer(&lasting);
    g_autoptr(GPtrArray) programs = g_ptr_array_new_with_free_func(program_free);
    if (!my_run_all(session, programs_sql, take_program, programs, NULL, error))
        return NULL;
    add_programs(lasting, programs);
    return g_steal_pointer(&lasting);
}

gboolean
my_writes_last(BlSession *base, const char *sql, gsize len, gboolean *lasts, GError **error)
{
    MySession *session = (MySession *)base;
    if (session->lasting == NULL)
        session->lasting = ask(session, error);
    if (session->lasting == NULL)
        return FALSE;
    g_autofree char *text = g_strndup(sql, len);
    *lasts = g_hash_table_size(session->lasting->names) > 0 &&
             names_any(session->lasting, text, session->sql_mode);
    return TRUE;
}

static gboolean
has_word(const MyLasting *lasting, const char *sql, gsize len)
{
    g_autofree char *text = g_ascii_strdown(sql, (gssize)len);
    for (guint i = 0; i < lasting->words->len; i++) {
        if (strstr(text, g_ptr_array_index(lasting->words, i)) != NULL)
            return TRUE;
    }
    return FALSE;
}

void
my_note_lasting(MySession *session, const char *sql, gsize len, guint traits)
{
    const MyLasting *lasting = session->lasting;
    if (lasting == NULL || (traits & BL_STMT_DML) != 0)
        return;
    gboolean is_any = lasting->is_by_default || g_hash_table_size(lasting->names) > 0;
    if ((traits & BL_STMT_MAY_COMMIT) != 0 || ((traits & BL_STMT_COMMITS) != 0 && is_any) ||
        has_word(lasting, sql, len)) {
        g_clear_pointer(&session->lasting, my_lasting_free);
    }
}

gboolean
my_is_lasting_warning(const MyRow *row)
{
    return row->n > 1 && row->values[1] != NULL &&
           g_ascii_strtoull(row->values[1], NULL, 10) == NOT_ROLLED_BACK;
}
