/* SPDX-License-Identifier: MIT */
/*
 * Whether this server can read a statement that another kind of server wrote: nobody knows better
 * than the server itself. It parses what is prepared, and makes nothing; a temporary table is gone
 * at once.
 */
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/quote.h"

#include <string.h>

/* How much of the place is shown, in bytes. */
#define SHOWN 60

/* What is wrong with the text whatever there is in the database: syntax, a usage that is not
 * supported, functions that may not stand there, types. That a table is missing is no surprise
 * before anything is made. */
static const guint about_text[] = { 1064, 1149, 1221, 1235, 1349, 1901, 4161 };

/* What the server says behind "near", or all of it. @return g_free() */
static char *
describe(const char *message)
{
    static const char before[] = "near '";
    const char *near = strstr(message, before);
    const char *text = near != NULL ? near + strlen(before) : message;
    gsize len = strlen(text);
    const char *end = near != NULL ? g_strrstr(text, "' at line ") : NULL;
    len = end != NULL ? (gsize)(end - text) : len;
    gsize shown = near != NULL ? MIN(len, SHOWN) : len;
    while (shown < len && ((guchar)text[shown] & 0xC0) == 0x80)
        shown++;
    g_autofree char *part = g_strndup(text, shown);
    g_autofree char *line = bl_one_line(part);
    return g_strconcat(line, shown < len ? "…" : "", NULL);
}

/* What is wrong with a table whatever else there is: keys that are too long or have no length,
 * defaults that a type, an expression or a hidden column may not have, numbers, names and rows that
 * are too large, functions and columns that a check, a key or a generated column may not use. */
static const guint about_table[] = {
    1063, 1067, 1069, 1070, 1071, 1073, 1074, 1075, 1089, 1101, 1115, 1117, 1118, 1163, 1166, 1170,
    1178, 1252, 1253, 1273, 1291, 1294, 1425, 1426, 1427, 1439, 1464, 1709, 1818, 1901, 1903, 1904,
    1906, 1907, 1911, 3102, 3106, 3753, 3754, 3756, 3757, 3758, 3759, 3760, 3761, 3762, 3763, 3764,
    3770, 3773, 3812, 3813, 3814, 3815, 3816, 3818, 4028, 4078, 4079, 4108, 4161
};

/* No such function. */
static const guint about_function[] = { 1305 };

/* No such database, column or table. */
static const guint about_elsewhere[] = { 1049, 1054, 1109, 1146 };

/* Runs @sql, in the mode that the text has set. @return the server's message, g_free(), when it
 * fails for one of the reasons @about; NULL: it does not */
static char *
ask(MySession *session, const char *sql, const guint *about, gsize n_about)
{
    const MyFeatures *features = session->features;
    g_autoptr(GString) message = g_string_new("SET SESSION sql_mode = ");
    my_append_literal(message, features->mode != NULL ? features->mode : MY_SQL_MODE, -1);
    g_string_append_printf(message, "; %s", sql);
    g_autoptr(GError) why = NULL;
    if (message->len >= session->max_packet || !my_enter_reading(session, NULL))
        return NULL;
    gboolean ok = my_run(session, message->str, &why);
    g_autofree char *said = ok ? NULL : g_strdup(my.mysql_error(session->conn));
    my_leave_reading(session);
    for (gsize i = 0; !ok && i < n_about; i++) {
        if (my_error_is(why, about[i]))
            return g_steal_pointer(&said);
    }
    return NULL;
}

static char *
ask_to_prepare(MySession *session, const char *sql, const guint *about, gsize n_about)
{
    g_autoptr(GString) prepare = g_string_new("SET @baseline_trial = ");
    my_append_literal(prepare, sql, -1);
    g_string_append(prepare, "; PREPARE baseline_trial FROM @baseline_trial; "
                             "DEALLOCATE PREPARE baseline_trial");
    return ask(session, prepare->str, about, n_about);
}

/* A definition goes with its comma, but what a temporary table may not have is left out. */
static void
keep_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    GString *kept = data;
    guint at = my_token_is(tokens, i, "CONSTRAINT") ? i + 2 : i;
    if (my_token_is(tokens, at, "FOREIGN") || my_token_is(tokens, at, "FULLTEXT"))
        return;
    gsize start = my_token(tokens, i)->start;
    g_string_append_printf(kept, "%s%.*s", kept->len > 0 ? ", " : "",
                           (int)(my_token_end(tokens, end - 1) - start), tokens->sql + start);
}

/* Nothing tells of a table but its making: a temporary one, which nobody sees. Partitions and what
 * refers to other tables are not asked about. @return the problem, g_free() */
static char *
try_table(MySession *session, const char *sql, const char *server)
{
    static const char *const starts[] = { "CREATE", "TABLE", NULL };
    g_auto(MyTokens) tokens = { 0 };
    g_autoptr(GString) kept = g_string_new(NULL);
    guint open = 0;
    guint close = 0;
    my_tokens_init(&tokens, sql, ((const MyFeatures *)session->features)->mode);
    if (!my_tokens_are(&tokens, 0, starts))
        return NULL;
    my_each_definition(&tokens, keep_definition, kept, &open, &close);
    guint end = my_tokens_find(&tokens, MIN(close + 1, tokens.all->len), "PARTITION");
    if (my_tokens_find(&tokens, close, "SELECT") < tokens.all->len || end == close)
        return NULL;
    const BlToken *name = my_token(&tokens, 2);
    g_autofree char *options =
        g_strndup(sql + my_token_end(&tokens, close),
                  my_token_end(&tokens, end - 1) - my_token_end(&tokens, close));
    g_autofree char *quoted = g_strndup(sql + name->start, name->len);
    g_autofree char *make =
        g_strdup_printf("CREATE TEMPORARY TABLE %s (%s)%s; DROP TEMPORARY TABLE %s", quoted,
                        kept->str, options, quoted);
    g_autofree char *said = ask(session, make, about_table, G_N_ELEMENTS(about_table));
    if (said == NULL)
        return NULL;
    g_autofree char *table = bl_token_name(name, sql);
    g_autofree char *shown = bl_quote_comment(table);
    g_autofree char *line = bl_one_line(said);
    return g_strdup_printf("%s cannot make table \"%s\": %s", server, shown, line);
}

/* Whether the server takes @question; asked once. */
static gboolean
takes(MySession *session, const char *question, const guint *about, gsize n_about)
{
    GHashTable *known = ((MyFeatures *)session->features)->asked;
    if (!g_hash_table_contains(known, question)) {
        g_autofree char *said = ask_to_prepare(session, question, about, n_about);
        g_hash_table_insert(known, g_strdup(question), GINT_TO_POINTER(said == NULL));
    }
    return GPOINTER_TO_INT(g_hash_table_lookup(known, question));
}

/* Whether the server has the function @name, which stands without quotes: what is stored in the
 * database is quoted in the text of a view. */
static gboolean
has_function(MySession *session, const char *name)
{
    g_autofree char *call = g_strdup_printf("DO %s()", name);
    return takes(session, call, about_function, G_N_ELEMENTS(about_function));
}

/* name(…), without a blank; a WITH query that names its columns is no call: name(…) AS (…). */
static gboolean
is_call(const MyTokens *tokens, guint i)
{
    if (!my_token_is_kind(tokens, i, BL_TOKEN_WORD) ||
        !my_token_is_kind(tokens, i + 1, BL_TOKEN_OPEN) ||
        my_token(tokens, i + 1)->start != my_token_end(tokens, i) ||
        my_token_is_char(tokens, i - 1, '.'))
        return FALSE;
    guint end = i + 2;
    for (guint depth = 1; depth > 0 && end < tokens->all->len; end++) {
        depth += my_token_is_kind(tokens, end, BL_TOKEN_OPEN) ? 1 : 0;
        depth -= my_token_is_kind(tokens, end, BL_TOKEN_CLOSE) ? 1 : 0;
    }
    return !my_token_is(tokens, end, "AS") || !my_token_is_kind(tokens, end + 1, BL_TOKEN_OPEN);
}

/* @return the problem, g_free() */
static char *
try_call(MySession *session, const MyTokens *tokens, guint i, const char *server)
{
    if (!is_call(tokens, i))
        return NULL;
    g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    return has_function(session, folded)
               ? NULL
               : g_strdup_printf("function %s is not known to %s", folded, server);
}

/* FROM and JOIN name tables, but in extract(year FROM …) and its like. */
static gboolean
names_table(const MyTokens *tokens, guint i)
{
    guint depth = 0;
    if (my_token_is(tokens, i, "JOIN") || my_token_is(tokens, i, "STRAIGHT_JOIN"))
        return TRUE;
    if (!my_token_is(tokens, i, "FROM"))
        return FALSE;
    for (; i > 0; i--) {
        gboolean is_open = my_token_is_kind(tokens, i - 1, BL_TOKEN_OPEN);
        depth += my_token_is_kind(tokens, i - 1, BL_TOKEN_CLOSE) ? 1 : 0;
        if (is_open && depth == 0)
            return my_token_is(tokens, i, "SELECT");
        depth -= is_open ? 1 : 0;
    }
    return TRUE;
}

/* `a`.`b`, or with one more. */
static gboolean
is_path(const MyTokens *tokens, guint i, guint n)
{
    for (guint k = 0; k < n; k++) {
        if (!my_token_is_kind(tokens, i + 2 * k, BL_TOKEN_IDENTIFIER) ||
            my_token_is_char(tokens, i + 2 * k + 1, '.') != (k + 1 < n))
            return FALSE;
    }
    return !my_token_is_char(tokens, i - 1, '.') &&
           !my_token_is_kind(tokens, i + 2 * n - 1, BL_TOKEN_OPEN);
}

/* @return the first token of the table of another database that stands behind FROM or JOIN at @i;
 * 0: there is none */
static guint
find_table(const MyTokens *tokens, guint i)
{
    guint at = i + 1;
    if (!names_table(tokens, i))
        return 0;
    while (my_token_is_kind(tokens, at, BL_TOKEN_OPEN))
        at++;
    return is_path(tokens, at, 2) ? at : 0;
}

static gboolean
is_same(const MyTokens *tokens, guint a, guint b)
{
    gsize len = my_token(tokens, a)->len;
    return len == my_token(tokens, b)->len &&
           g_ascii_strncasecmp(tokens->sql + my_token(tokens, a)->start,
                               tokens->sql + my_token(tokens, b)->start, len) == 0;
}

/* `database`.`table`.`column` at @i: in the middle there may be an alias, which no FROM names. */
static gboolean
is_column_of(const MyTokens *tokens, guint i)
{
    if (!is_path(tokens, i, 3))
        return FALSE;
    for (guint k = 0; k < tokens->all->len; k++) {
        guint at = find_table(tokens, k);
        if (at > 0 && is_same(tokens, at, i) && is_same(tokens, at + 2, i + 2))
            return TRUE;
    }
    return FALSE;
}

/* A table or column of another database, such as the server's own. @return the problem, g_free() */
static char *
try_elsewhere(MySession *session, const MyTokens *tokens, guint i, const char *server)
{
    gboolean is_column = is_column_of(tokens, i);
    guint at = is_column ? i : find_table(tokens, i);
    if (at == 0)
        return NULL;
    gsize start = my_token(tokens, at)->start;
    g_autofree char *table = g_strndup(tokens->sql + start, my_token_end(tokens, at + 2) - start);
    g_autofree char *column = g_strndup(tokens->sql + start, my_token_end(tokens, at + 4) - start);
    g_autofree char *question =
        g_strdup_printf("SELECT %s FROM %s", is_column ? column : "1", table);
    if (takes(session, question, about_elsewhere, G_N_ELEMENTS(about_elsewhere)))
        return NULL;
    g_autofree char *line = bl_one_line(is_column ? column : table);
    return g_strdup_printf("%s is not known to %s", line, server);
}

/* What the definition of a view names. @return the problem, g_free() */
static char *
try_view(MySession *session, const char *sql, const char *server)
{
    g_auto(MyTokens) tokens = { 0 };
    char *problem = NULL;
    my_tokens_init(&tokens, sql, ((const MyFeatures *)session->features)->mode);
    if (my_tokens_find(&tokens, 0, "VIEW") >= my_tokens_find(&tokens, 0, "AS"))
        return NULL;
    for (guint i = my_tokens_find(&tokens, 0, "AS"); problem == NULL && i + 1 < tokens.all->len;
         i++) {
        problem = try_call(session, &tokens, i, server);
        if (problem == NULL)
            problem = try_elsewhere(session, &tokens, i, server);
    }
    return problem;
}

gboolean
my_has_time_zone(MySession *session, const char *name)
{
    static const guint about_zone[] = { 1298 };
    GHashTable *known = ((MyFeatures *)session->features)->asked;
    g_autofree char *literal = my_literal(name);
    g_autofree char *question = g_strconcat("SET SESSION time_zone = ", literal, NULL);
    if (!g_hash_table_contains(known, question)) {
        g_autofree char *said = ask(session, question, about_zone, G_N_ELEMENTS(about_zone));
        g_hash_table_insert(known, g_strdup(question), GINT_TO_POINTER(said == NULL));
    }
    return GPOINTER_TO_INT(g_hash_table_lookup(known, question));
}

char *
my_try(MySession *session, const char *sql, gboolean makes_tables)
{
    const MyFeatures *features = session->features;
    g_autofree char *server = g_strdup_printf("%s %s", features->flavour, features->version_text);
    g_autofree char *said = ask_to_prepare(session, sql, about_text, G_N_ELEMENTS(about_text));
    if (said != NULL) {
        g_autofree char *place = describe(said);
        return g_strdup_printf("%s cannot read \"%s\"", server, place);
    }
    char *problem = makes_tables ? try_table(session, sql, server) : NULL;
    return problem != NULL ? problem : try_view(session, sql, server);
}
