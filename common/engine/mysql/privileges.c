/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/lists.h"
#include "common/sql/lexer.h"

#include <string.h>

/* The server was started without grant tables. */
#define NO_GRANT_TABLES 1290

/* The rights on the whole database by which a list is complete. What may be read of a listed object
 * is another matter: that the server tells. */
typedef enum {
    SEES_TABLES = 1 << 0,
    SEES_VIEWS = 1 << 1,
    SEES_TRIGGERS = 1 << 2,
    SEES_EVENTS = 1 << 3,
    SEES_ROUTINES = 1 << 4,
    SEES_ALL = (1 << 5) - 1,
} Sight;

static const struct {
    const char *name; /* as SHOW GRANTS writes it */
    guint sight;
    gboolean global_only; /* counts for *.* alone */
} rights[] = {
    { "ALL PRIVILEGES", SEES_ALL, FALSE },      { "SELECT", SEES_TABLES, FALSE },
    { "SELECT", SEES_ROUTINES, TRUE },          { "SHOW VIEW", SEES_VIEWS, FALSE },
    { "TRIGGER", SEES_TRIGGERS, FALSE },        { "EVENT", SEES_EVENTS, FALSE },
    { "EXECUTE", SEES_ROUTINES, FALSE },        { "ALTER ROUTINE", SEES_ROUTINES, FALSE },
    { "CREATE ROUTINE", SEES_ROUTINES, FALSE }, { "SHOW CREATE ROUTINE", SEES_ROUTINES, FALSE },
    { "SHOW_ROUTINE", SEES_ROUTINES, TRUE },
};

/* What is missing when a sight is, in the order in which it is told. */
static const struct {
    guint sight;
    const char *right;
} missing[] = {
    { SEES_TABLES, "SELECT" }, { SEES_VIEWS, "SHOW VIEW" },  { SEES_TRIGGERS, "TRIGGER" },
    { SEES_EVENTS, "EVENT" },  { SEES_ROUTINES, "EXECUTE" },
};

/* A line of SHOW GRANTS. */
typedef struct {
    const char *text;
    gsize len, pos;
    BlLexState state;
    BlToken token; /* the current one */
} Line;

static gboolean
next(Line *line)
{
    do {
        bl_lex(&bl_dialect_mysql, &line->state, line->text, line->len, line->pos, TRUE,
               &line->token);
        line->pos = line->token.start + line->token.len;
    } while (bl_token_is_filler(line->token.kind));
    return line->token.kind != BL_TOKEN_END && line->token.kind != BL_TOKEN_UNTERMINATED;
}

static gboolean
is_word(const Line *line, const char *word)
{
    return bl_token_is_word(&line->token, line->text, word);
}

static gboolean
is_char(const Line *line, char c)
{
    return line->token.len == 1 && line->text[line->token.start] == c;
}

/* The name of a database in a right is a pattern of LIKE. */
static gboolean
matches(const char *pattern, const char *name, gboolean folds)
{
    for (; *pattern != '\0'; pattern++, name++) {
        if (*pattern == '%') {
            for (const char *rest = name;; rest++) {
                if (matches(pattern + 1, rest, folds))
                    return TRUE;
                if (*rest == '\0')
                    return FALSE;
            }
        }
        if (*name == '\0')
            return FALSE;
        if (*pattern == '_') {
            name += g_utf8_skip[(guchar)*name] - 1;
            continue;
        }
        if (*pattern == '\\' && pattern[1] != '\0')
            pattern++;
        gboolean equal =
            folds ? g_ascii_tolower(*pattern) == g_ascii_tolower(*name) : *pattern == *name;
        if (!equal)
            return FALSE;
    }
    return *name == '\0';
}

/* Words up to a comma, a parenthesis or ON, with one blank between. */
static char *
read_right(Line *line)
{
    GString *right = g_string_new(NULL);
    while (line->token.kind == BL_TOKEN_WORD && !is_word(line, "ON")) {
        if (right->len > 0)
            g_string_append_c(right, ' ');
        g_string_append_len(right, line->text + line->token.start, (gssize)line->token.len);
        if (!next(line))
            break;
    }
    return g_string_free(right, FALSE);
}

/* (`column`, …): the right is not on the whole. @return TRUE when there are some */
static gboolean
skip_columns(Line *line)
{
    if (line->token.kind != BL_TOKEN_OPEN)
        return FALSE;
    while (line->token.kind != BL_TOKEN_CLOSE && next(line))
        continue;
    (void)next(line);
    return TRUE;
}

/* @return GPtrArray of char *; @line stands at ON, or at what no right is followed by */
static GPtrArray *
read_rights(Line *line)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    for (;;) {
        g_autofree char *right = read_right(line);
        if (!skip_columns(line) && right[0] != '\0')
            g_ptr_array_add(found, g_steal_pointer(&right));
        if (line->token.kind != BL_TOKEN_COMMA || !next(line))
            return found;
    }
}

typedef enum { LEVEL_OTHER, LEVEL_GLOBAL, LEVEL_DATABASE, LEVEL_ROUTINE_TABLE } Level;

/* Behind ON. */
static Level
read_level(Line *line, const char *database, gboolean folds)
{
    if (!next(line))
        return LEVEL_OTHER;
    if (is_word(line, "TABLE") && !next(line))
        return LEVEL_OTHER;
    gboolean is_star = is_char(line, '*');
    if (is_star)
        return LEVEL_GLOBAL;
    if (line->token.kind != BL_TOKEN_IDENTIFIER)
        return LEVEL_OTHER;
    g_autofree char *name = bl_token_name(&line->token, line->text);
    if (!next(line) || !is_char(line, '.') || !next(line))
        return LEVEL_OTHER;
    gboolean is_whole = is_char(line, '*');
    g_autofree char *table = is_whole ? NULL : bl_token_name(&line->token, line->text);
    if (strcmp(name, "mysql") == 0 && (is_whole || g_strcmp0(table, "proc") == 0) &&
        strcmp(database, "mysql") != 0)
        return LEVEL_ROUTINE_TABLE;
    return is_whole && matches(name, database, folds) ? LEVEL_DATABASE : LEVEL_OTHER;
}

static guint
sight_of(const GPtrArray *found, Level level)
{
    guint sight = 0;
    for (guint i = 0; i < found->len; i++) {
        const char *right = g_ptr_array_index(found, i);
        for (gsize k = 0; k < G_N_ELEMENTS(rights); k++) {
            if (g_ascii_strcasecmp(right, rights[k].name) != 0)
                continue;
            /* Where the texts of routines are in a table, who reads it sees them all. */
            if (level == LEVEL_ROUTINE_TABLE)
                sight |= rights[k].sight & SEES_TABLES ? SEES_ROUTINES : 0U;
            else if (level != LEVEL_OTHER && (level == LEVEL_GLOBAL || !rights[k].global_only))
                sight |= rights[k].sight;
        }
    }
    return sight;
}

GPtrArray *
my_missing_rights(const GPtrArray *grants, const char *database, gboolean folds_names)
{
    guint sight = 0;
    guint revoked = 0;
    for (guint i = 0; i < grants->len; i++) {
        const char *text = g_ptr_array_index(grants, i);
        Line line = { .text = text, .len = strlen(text) };
        if (!next(&line))
            continue;
        gboolean is_revoked = is_word(&line, "REVOKE");
        if ((!is_revoked && !is_word(&line, "GRANT")) || !next(&line))
            continue;
        g_autoptr(GPtrArray) found = read_rights(&line);
        if (!is_word(&line, "ON"))
            continue;
        guint seen = sight_of(found, read_level(&line, database, folds_names));
        sight |= is_revoked ? 0U : seen;
        revoked |= is_revoked ? seen : 0U;
    }
    GPtrArray *result = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(missing); i++) {
        if ((sight & ~revoked & missing[i].sight) == 0)
            g_ptr_array_add(result, g_strdup(missing[i].right));
    }
    return result;
}

/* What gives the texts of routines that are somebody else's. */
static const char *
right_on_routines(const MySession *session)
{
    if (session->is_mariadb && session->version >= 110300)
        return "SHOW CREATE ROUTINE";
    if (!session->is_mariadb && session->version >= 80020)
        return "SHOW_ROUTINE ON *.*";
    return "SELECT ON mysql.proc";
}

/* @return "EVENT, TRIGGER", g_free(); NULL: none is missing */
static char *
list_missing(const MySession *session, const GPtrArray *rights_missing)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < rights_missing->len; i++) {
        const char *right = g_ptr_array_index(rights_missing, i);
        if (strcmp(right, "EXECUTE") == 0)
            right = right_on_routines(session);
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", right);
    }
    return list->len > 0 ? g_string_free(g_steal_pointer(&list), FALSE) : NULL;
}

static gboolean
add_grant(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_ptr_array_add(data, g_strdup(row->values[0]));
    return TRUE;
}

gboolean
my_find_unseen(BlSession *base, char **unseen, GError **error)
{
    MySession *session = (MySession *)base;
    g_autoptr(GPtrArray) grants = g_ptr_array_new_with_free_func(g_free);
    GError *problem = NULL;
    *unseen = NULL;
    if (!my_query(base, "SHOW GRANTS", add_grant, grants, &problem)) {
        /* Without grant tables everybody sees everything. */
        gboolean has_none = my_error_is(problem, NO_GRANT_TABLES);
        if (has_none)
            g_error_free(problem);
        else
            g_propagate_error(error, problem);
        return has_none;
    }
    g_autoptr(GPtrArray) rights_missing =
        my_missing_rights(grants, session->database, session->names_case != 0);
    *unseen = list_missing(session, rights_missing);
    return TRUE;
}

gboolean
my_check_privileges(MySession *session,
                    const GPtrArray *grants,
                    const BlIntrospectOptions *options,
                    GError **error)
{
    if (grants == NULL)
        return TRUE;
    g_autoptr(GPtrArray) rights_missing =
        my_missing_rights(grants, session->database, session->names_case != 0);
    g_autofree char *list = list_missing(session, rights_missing);
    if (list == NULL)
        return TRUE;
    g_auto(GStrv) each = g_strsplit(list, ", ", -1);
    for (gsize i = 0; options->skip_unsupported && options->skipped != NULL && each[i] != NULL; i++)
        g_ptr_array_add(options->skipped, g_strdup_printf("what needs the right %s", each[i]));
    static const char text[] = "the account may not see all of the database: for that it needs %s";
    if (options->skip_unsupported) {
        bl_report_text(session->base.reporter, BL_EVENT_WARNING, text, list);
        return TRUE;
    }
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "GRANT it on the whole database, or go on without what is hidden: schema-dump --skip-unsupported",
        text, list);
    return FALSE;
}
