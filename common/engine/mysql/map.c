/* SPDX-License-Identifier: MIT */
/*
 * What a server does not have of a text that another flavour or version wrote. Facts: section 1.11
 * of the research notes, the reference manuals of MySQL 5.6 to 9.7 and MariaDB 10.11 to 11.8.
 */
#include "common/base/error.h"
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/kinds.h"
#include "common/sql/lexer.h"
#include "common/sql/quote.h"

#include <string.h>

#define NEVER  G_MAXUINT
#define ALWAYS 0

/* Where a pattern counts. */
typedef enum {
    IN_TABLE = 1 << 0, /* CREATE TABLE */
    IN_KEY = 1 << 3,   /* an index inside it */
    IN_HEAD = 1 << 1,  /* the first words of any statement */
    ANYWHERE = 1 << 2, /* but not in a body */
} Scope;

/* Syntax that not every server has: words and signs in their order. */
typedef struct {
    const char *pattern;
    Scope scope;
    guint mariadb, mysql;    /* the version that it came with; NEVER: this flavour has not got it */
    const char *replacement; /* with --map; NULL: none */
} Feature;

static const Feature features[] = {
    { "CREATE SEQUENCE", IN_HEAD, 100300, NEVER, NULL },
    { "CREATE OR REPLACE SEQUENCE", IN_HEAD, 100300, NEVER, NULL },
    { "CREATE PACKAGE", IN_HEAD, 100300, NEVER, NULL },
    { "CREATE OR REPLACE PACKAGE", IN_HEAD, 100300, NEVER, NULL },
    { "CREATE AGGREGATE FUNCTION", IN_HEAD, 100300, NEVER, NULL },
    { "SETVAL (", IN_HEAD, 100300, NEVER, NULL },
    { "NEXT VALUE FOR", IN_TABLE, 100300, NEVER, NULL },
    { "WITH SYSTEM VERSIONING", IN_TABLE, 100300, NEVER, NULL },
    { "WITHOUT SYSTEM VERSIONING", IN_TABLE, 100300, NEVER, NULL },
    { "PERIOD FOR", IN_TABLE, 100300, NEVER, NULL },
    { "WITHOUT OVERLAPS", IN_TABLE, 100500, NEVER, NULL },
    { "BY SYSTEM_TIME", IN_TABLE, 100300, NEVER, NULL },
    { "INET4", IN_TABLE, 101000, NEVER, NULL },
    { "INET6", IN_TABLE, 100500, NEVER, NULL },
    { "UUID NOT", IN_TABLE, 100700, NEVER, NULL },
    { "UUID DEFAULT", IN_TABLE, 100700, NEVER, NULL },
    { "UUID NULL", IN_TABLE, 100700, NEVER, NULL },
    { "VECTOR (", IN_TABLE, 110700, 90000, NULL },
    { "PAGE_COMPRESSED =", IN_TABLE, 100100, NEVER, NULL },
    { "PAGE_CHECKSUM =", IN_TABLE, ALWAYS, NEVER, NULL },
    { "TRANSACTIONAL =", IN_TABLE, ALWAYS, NEVER, NULL },
    { "ENCRYPTED =", IN_TABLE, 100100, NEVER, NULL },
    { "REF_SYSTEM_ID =", IN_TABLE, 100100, NEVER, "SRID " },
    { "IGNORED", IN_KEY, 100600, NEVER, "INVISIBLE" },
    { "INVISIBLE", IN_KEY, NEVER, 80000, "IGNORED" },
    { "INVISIBLE", IN_TABLE, 100303, 80023, NULL },
    { "SRID", IN_TABLE, NEVER, 80003, NULL },
    { "NOT ENFORCED", IN_TABLE, NEVER, 80016, "" },
    { "STORED NOT NULL", IN_TABLE, NEVER, 50700, "STORED" },
    { "VIRTUAL NOT NULL", IN_TABLE, NEVER, 50700, "VIRTUAL" },
    { "GENERATED ALWAYS AS", IN_TABLE, 100201, 50700, NULL },
    { "CHECK (", IN_TABLE, 100201, 80016, NULL },
    { "STORAGE MEMORY", IN_TABLE, NEVER, ALWAYS, NULL },
    { "STORAGE DISK", IN_TABLE, NEVER, ALWAYS, NULL },
    { "COLUMN_FORMAT", IN_TABLE, NEVER, ALWAYS, NULL },
    { "SECONDARY_ENGINE =", IN_TABLE, NEVER, 80013, NULL },
    { "ENGINE_ATTRIBUTE =", IN_TABLE, NEVER, 80021, NULL },
    { "AUTOEXTEND_SIZE =", IN_TABLE, NEVER, 80023, NULL },
    { "ENCRYPTION =", IN_TABLE, NEVER, 50711, NULL },
    { "COMPRESSION =", IN_TABLE, NEVER, 50708, NULL },
    { "UUID_TO_BIN (", ANYWHERE, NEVER, 80000, NULL },
    { "BIN_TO_UUID (", ANYWHERE, NEVER, 80000, NULL },
    { "REGEXP_LIKE (", ANYWHERE, NEVER, 80000, NULL },
    { "IS_UUID (", ANYWHERE, NEVER, 80000, NULL },
    { "ANY_VALUE (", ANYWHERE, NEVER, 50700, NULL },
    { "GROUPING (", ANYWHERE, NEVER, 80000, NULL },
    { "JSON_SCHEMA_VALID (", ANYWHERE, 110100, 80017, NULL },
    { "JSON_STORAGE_FREE (", ANYWHERE, NEVER, 80000, NULL },
    { "NEXTVAL (", ANYWHERE, 100300, NEVER, NULL },
    { "LASTVAL (", ANYWHERE, 100300, NEVER, NULL },
    { "CONCAT_OPERATOR_ORACLE (", ANYWHERE, 100300, NEVER, NULL },
    { "ORACLE_SCHEMA .", ANYWHERE, 100424, NEVER, NULL },
    { "MARIADB_SCHEMA .", ANYWHERE, 100424, NEVER, NULL },
    { "JSON_DUALITY_OBJECT (", ANYWHERE, NEVER, 90000, NULL },
    { "MEMBER OF (", ANYWHERE, NEVER, 80017, NULL },
    { "JSON_STORAGE_SIZE (", ANYWHERE, NEVER, 50722, NULL },
    { "LATERAL (", ANYWHERE, NEVER, 80014, NULL },
    { "JSON NOT", IN_TABLE, 100207, 50708, NULL },
    { "JSON DEFAULT", IN_TABLE, 100207, 50708, NULL },
};

/* Sorts of a statement that have no body: what stands in a body is the author's. */
static const char *const bodiless[] = { "TABLE", "VIEW", "SEQUENCE", "DATABASE", "SCHEMA" };

/* A statement, taken apart. */
typedef struct {
    const char *sql;
    GArray *tokens; /* BlToken, without filler and the marks of executable comments */
    gboolean is_table, has_body;
    gboolean is_void; /* there is nothing to set on this server */
    MySession *session;
    const MyFeatures *target;
    gboolean map;
    GPtrArray *notes, *problems;
    GString *out; /* the text so far; NULL: nothing was replaced */
    gsize copied; /* of @sql, into @out */
} Statement;

static void
statement_clear(Statement *statement)
{
    g_clear_pointer(&statement->tokens, g_array_unref);
    if (statement->out != NULL)
        g_string_free(statement->out, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Statement, statement_clear)

/* Behind the last one stands one that is nothing. */
static const BlToken *
token_at(const Statement *statement, guint i)
{
    static const BlToken nothing = { BL_TOKEN_END, 0, 0 };
    return i < statement->tokens->len ? &g_array_index(statement->tokens, BlToken, i) : &nothing;
}

static gboolean
spells(const Statement *statement, guint i, const char *word, gsize len)
{
    const BlToken *token = token_at(statement, i);
    return token->len == len && token->kind != BL_TOKEN_IDENTIFIER &&
           token->kind != BL_TOKEN_STRING &&
           g_ascii_strncasecmp(statement->sql + token->start, word, len) == 0;
}

static gboolean
is_word(const Statement *statement, guint i, const char *word)
{
    return spells(statement, i, word, strlen(word));
}

/* Nearly every word begins with another letter. @param pattern in capitals; @return how many tokens
 * from @i on are it; 0: they are not */
static guint
match(const Statement *statement, guint i, const char *pattern)
{
    const BlToken *first = token_at(statement, i);
    if (first->len == 0 || g_ascii_toupper(statement->sql[first->start]) != pattern[0])
        return 0;
    guint n = 0;
    for (const char *word = pattern; *word != '\0'; n++) {
        gsize len = strcspn(word, " ");
        if (!spells(statement, i + n, word, len))
            return 0;
        word += len + (word[len] == ' ');
    }
    return n;
}

static void
tokenize(Statement *statement, gsize len)
{
    BlLexState state = { 0 };
    BlToken token;
    statement->tokens = g_array_new(FALSE, FALSE, sizeof(BlToken));
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, statement->sql, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        gboolean is_mark = token.kind == BL_TOKEN_CODE_OPEN || token.kind == BL_TOKEN_CODE_CLOSE;
        if (!is_mark && !bl_token_is_filler(token.kind))
            g_array_append_val(statement->tokens, token);
    }
}

/* What the first words say: CREATE … TABLE; a body follows them unless they are of those that have
 * none. */
static void
find_sort(Statement *statement)
{
    gboolean creates = is_word(statement, 0, "CREATE");
    statement->has_body = creates;
    for (guint i = 1; creates && i < MIN(statement->tokens->len, 16); i++) {
        if (is_word(statement, i, "TABLE"))
            statement->is_table = TRUE;
        for (gsize j = 0; j < G_N_ELEMENTS(bodiless); j++) {
            if (is_word(statement, i, bodiless[j]))
                statement->has_body = FALSE;
        }
        if (statement->is_table || token_at(statement, i)->kind == BL_TOKEN_OPEN)
            break;
    }
}

/* Puts @text in the place of the tokens from @from to before @to. */
static void
replace(Statement *statement, guint from, guint to, const char *text)
{
    if (statement->out == NULL)
        statement->out = g_string_new(NULL);
    gsize start = token_at(statement, from)->start;
    const BlToken *last = token_at(statement, to - 1);
    g_string_append_len(statement->out, statement->sql + statement->copied,
                        (gssize)(start - statement->copied));
    g_string_append(statement->out, text);
    statement->copied = last->start + last->len;
}

static void
note(Statement *statement, const char *what, const char *instead)
{
    if (instead[0] == '\0')
        g_ptr_array_add(statement->notes, g_strdup_printf("%s left out", what));
    else
        g_ptr_array_add(statement->notes, g_strdup_printf("%s instead of %s", instead, what));
}

static void
problem(Statement *statement, const char *what)
{
    g_ptr_array_add(statement->problems,
                    g_strdup_printf("%s is not known to %s %s", what, statement->target->flavour,
                                    statement->target->version_text));
}

/* @return the first token of the definition which token @i is in: behind a comma or parenthesis */
static guint
definition_start(const Statement *statement, guint i)
{
    guint depth = 0;
    for (; i > 0; i--) {
        BlTokenKind kind = token_at(statement, i - 1)->kind;
        if (kind == BL_TOKEN_CLOSE)
            depth++;
        else if (depth == 0 && (kind == BL_TOKEN_OPEN || kind == BL_TOKEN_COMMA))
            break;
        else if (kind == BL_TOKEN_OPEN)
            depth--;
    }
    return i;
}

static gboolean
is_in_key(const Statement *statement, guint i)
{
    static const char *const words[] = {
        "KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"
    };
    guint start = definition_start(statement, i);
    for (gsize j = 0; j < G_N_ELEMENTS(words); j++) {
        if (is_word(statement, start, words[j]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
counts_here(const Statement *statement, const Feature *feature, guint i)
{
    if ((feature->scope & IN_HEAD) != 0)
        return i <= 1;
    if ((feature->scope & IN_KEY) != 0)
        return statement->is_table && is_in_key(statement, i);
    if ((feature->scope & IN_TABLE) != 0)
        return statement->is_table;
    return !statement->has_body;
}

/* A word that starts a definition is a name, "srid int"; and one that is called is no attribute,
 * "DEFAULT srid(a)". */
static gboolean
is_name(const Statement *statement, guint i)
{
    return is_word(statement, i + 1, "(") ||
           (i > 0 && (is_word(statement, i - 1, "(") || is_word(statement, i - 1, ",")));
}

/* @return tokens that were dealt with; 0: no feature starts here */
static guint
check_features(Statement *statement, guint i)
{
    const MyFeatures *target = statement->target;
    for (gsize j = 0; j < G_N_ELEMENTS(features); j++) {
        const Feature *feature = &features[j];
        guint since = target->is_mariadb ? feature->mariadb : feature->mysql;
        if (since == ALWAYS || (since != NEVER && target->version >= since))
            continue;
        guint n = match(statement, i, feature->pattern);
        if (n == 0 || !counts_here(statement, feature, i) || (n == 1 && is_name(statement, i)))
            continue;
        if (statement->map && feature->replacement != NULL) {
            replace(statement, i, i + n, feature->replacement);
            note(statement, feature->pattern, feature->replacement);
        } else {
            problem(statement, feature->pattern);
        }
        return n;
    }
    return 0;
}

/* KEY … ((expression)): an index on an expression. */
static guint
check_expression_key(Statement *statement, guint i)
{
    const MyFeatures *target = statement->target;
    if (!statement->is_table || (!target->is_mariadb && target->version >= 80013) ||
        !(is_word(statement, i, "KEY") || is_word(statement, i, "INDEX")))
        return 0;
    guint open = i + 1;
    if (token_at(statement, open) != NULL && token_at(statement, open)->kind == BL_TOKEN_IDENTIFIER)
        open++;
    if (!is_word(statement, open, "(") || !is_word(statement, open + 1, "("))
        return 0;
    problem(statement, "an index on an expression");
    return open + 2 - i;
}

/* Functions that every server takes as a default without parentheses; and one that no parentheses
 * help. */
static const char *const bare_defaults[] = { "CURRENT_TIMESTAMP", "NOW", "LOCALTIME",
                                             "LOCALTIMESTAMP", "NEXTVAL" };

/* @return the token behind the call of the function at @i */
static guint
skip_call(const Statement *statement, guint i)
{
    guint end = i + 2;
    for (guint depth = 1; depth > 0 && end < statement->tokens->len; end++) {
        if (is_word(statement, end, "("))
            depth++;
        else if (is_word(statement, end, ")"))
            depth--;
    }
    return end;
}

/* Types that MySQL gives a default only as an expression. */
static gboolean
is_long_type(const Statement *statement, guint i)
{
    static const char *const types[] = { "TINYTEXT",   "TEXT",     "MEDIUMTEXT",
                                         "LONGTEXT",   "TINYBLOB", "BLOB",
                                         "MEDIUMBLOB", "LONGBLOB", "JSON" };
    for (gsize j = 0; j < G_N_ELEMENTS(types); j++) {
        if (is_word(statement, i, types[j]))
            return TRUE;
    }
    return FALSE;
}

/* Where the default behind the DEFAULT at @i ends that MySQL wants in parentheses: the call of a
 * function, or a literal of a long type. @return 0: it wants none */
static guint
find_bare_default(const Statement *statement, guint i)
{
    if (is_word(statement, i + 1, "(") || is_word(statement, i + 1, "NULL"))
        return 0;
    gboolean is_call =
        token_at(statement, i + 1)->kind == BL_TOKEN_WORD && is_word(statement, i + 2, "(");
    for (gsize j = 0; is_call && j < G_N_ELEMENTS(bare_defaults); j++) {
        if (is_word(statement, i + 1, bare_defaults[j]))
            return 0;
    }
    if (is_call)
        return skip_call(statement, i + 1);
    guint column = definition_start(statement, i);
    if (token_at(statement, column)->kind != BL_TOKEN_IDENTIFIER ||
        !is_long_type(statement, column + 1))
        return 0;
    /* _utf8mb4'…' */
    return token_at(statement, i + 1)->kind == BL_TOKEN_WORD &&
                   token_at(statement, i + 2)->kind == BL_TOKEN_STRING
               ? i + 3
               : i + 2;
}

/* MySQL has had defaults in parentheses since 8.0.13. @return tokens that were dealt with */
static guint
check_default(Statement *statement, guint i)
{
    const MyFeatures *target = statement->target;
    guint end = !target->is_mariadb && statement->is_table && is_word(statement, i, "DEFAULT")
                    ? find_bare_default(statement, i)
                    : 0;
    if (end == 0)
        return 0;
    if (target->version < 80013 || !statement->map) {
        problem(statement, is_word(statement, i + 2, "(")
                               ? "a default that is an expression without parentheses"
                               : "a default of TEXT, BLOB or JSON without parentheses");
        return end - i;
    }
    const BlToken *first = token_at(statement, i + 1);
    const BlToken *last = token_at(statement, end - 1);
    g_autofree char *text =
        g_strdup_printf("DEFAULT (%.*s)", (int)(last->start + last->len - first->start),
                        statement->sql + first->start);
    replace(statement, i, end, text);
    note(statement, "a default without parentheses", "one with them");
    return end - i;
}

/* The name behind COLLATE, CHARSET and their like. @return its token; 0: there is none */
static guint
find_name(const Statement *statement, guint i)
{
    guint at = i + 1;
    if (is_word(statement, at, "="))
        at++;
    const BlToken *token = token_at(statement, at);
    return (token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_STRING ||
            token->kind == BL_TOKEN_IDENTIFIER)
               ? at
               : 0;
}

typedef char *(*Replacement)(const MyFeatures *target, const char *name);

/* Looks @name up in @known; what is not there is replaced by what @find gives. */
static guint
check_name(Statement *statement, guint i, guint at, GHashTable *known, Replacement find)
{
    g_autofree char *name = bl_token_name(token_at(statement, at), statement->sql);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    if (g_hash_table_contains(known, folded) || strcmp(folded, "default") == 0)
        return at + 1 - i;
    g_autofree char *instead = find != NULL ? find(statement->target, folded) : NULL;
    /* The same thing under its old name needs no asking; a body keeps what its author wrote. */
    gboolean is_alias = instead != NULL && my_is_alias(folded, instead);
    if (is_alias && statement->has_body)
        return at + 1 - i;
    if (instead == NULL || (!statement->map && !is_alias)) {
        problem(statement, name);
        return at + 1 - i;
    }
    gboolean quoted = token_at(statement, at)->kind == BL_TOKEN_STRING;
    g_autofree char *text = quoted ? g_strdup_printf("'%s'", instead) : g_strdup(instead);
    replace(statement, at, at + 1, text);
    if (!is_alias)
        note(statement, name, instead);
    return at + 1 - i;
}

/* A setting of the session: not a variable or a column of that name in a body. */
static gboolean
is_setting(const Statement *statement, guint i)
{
    return !statement->has_body && is_word(statement, i + 1, "=");
}

static guint
check_collation(Statement *statement, guint i)
{
    static const char *const settings[] = { "COLLATION_CONNECTION", "COLLATION_DATABASE",
                                            "COLLATION_SERVER" };
    gboolean names_one = is_word(statement, i, "COLLATE");
    for (gsize j = 0; !names_one && j < G_N_ELEMENTS(settings); j++)
        names_one = is_word(statement, i, settings[j]) && is_setting(statement, i);
    guint at = names_one ? find_name(statement, i) : 0;
    return at == 0
               ? 0
               : check_name(statement, i, at, statement->target->collations, my_replace_collation);
}

/* The token that names a charset behind the words at @i; 0: none does. SHOW CHARSET is followed by
 * LIKE; NAMES is no word of the language but behind SET. */
static guint
find_charset(const Statement *statement, guint i)
{
    gboolean is_set = i > 0 && is_word(statement, i - 1, "SET");
    gboolean is_shown = i > 0 && is_word(statement, i - 1, "SHOW");
    if (is_word(statement, i, "CHARACTER") && is_word(statement, i + 1, "SET"))
        return is_shown ? 0 : find_name(statement, i + 1);
    if (is_word(statement, i, "NAMES"))
        return is_set && !is_word(statement, i + 1, "=") ? find_name(statement, i) : 0;
    if (is_word(statement, i, "CHARACTER_SET_CLIENT"))
        return is_setting(statement, i) ? find_name(statement, i) : 0;
    return is_word(statement, i, "CHARSET") && (is_set || !statement->has_body)
               ? find_name(statement, i)
               : 0;
}

static guint
check_charset(Statement *statement, guint i)
{
    guint at = find_charset(statement, i);
    if (at == 0)
        return 0;
    /* Without a sign it is the name of a column too, which a type follows. */
    gboolean may_be_column = is_word(statement, i, "CHARSET") && !is_word(statement, i + 1, "=");
    g_autofree char *name = bl_token_name(token_at(statement, at), statement->sql);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    g_autofree char *instead = my_replace_charset(statement->target, folded);
    if (may_be_column && instead == NULL)
        return 0;
    return check_name(statement, i, at, statement->target->charsets, my_replace_charset);
}

static guint
check_engine(Statement *statement, guint i)
{
    gboolean names_engine =
        statement->is_table && is_word(statement, i, "ENGINE") && is_word(statement, i + 1, "=");
    guint at = names_engine ? find_name(statement, i) : 0;
    return at == 0 ? 0 : check_name(statement, i, at, statement->target->engines, NULL);
}

/* Which table of the text has a check of the name @name first. Sessions beside another only look up
 * what that one found. */
static gboolean
is_first_check(const Statement *statement, const char *name)
{
    const MySession *first = statement->session->beside;
    const MyFeatures *known = first != NULL ? first->features : statement->session->features;
    g_autofree char *folded = g_utf8_casefold(name, -1);
    g_autofree char *table = bl_token_name(token_at(statement, 2), statement->sql);
    const char *owner = g_hash_table_lookup(known->checks, folded);
    if (owner == NULL)
        g_hash_table_insert(known->checks, g_steal_pointer(&folded), g_strdup(table));
    return owner == NULL || strcmp(owner, table) == 0;
}

/* CONSTRAINT `CONSTRAINT_1` CHECK: the name that MariaDB gives in each table anew, as users may
 * too. MySQL wants it once in a database, and gives one of its own. */
static guint
check_given_name(Statement *statement, guint i)
{
    static const char given[] = "the name of a check that MariaDB gave";
    static const char another[] = "the name of a check that another table has";
    if (statement->target->is_mariadb || !statement->is_table ||
        !is_word(statement, i, "CONSTRAINT") || !is_word(statement, i + 2, "CHECK"))
        return 0;
    g_autofree char *name = bl_token_name(token_at(statement, i + 1), statement->sql);
    gboolean is_given = g_str_has_prefix(name, "CONSTRAINT_");
    if (!is_given && is_first_check(statement, name))
        return 0;
    const char *what = is_given ? given : another;
    if (!statement->map) {
        problem(statement, what);
        return 2;
    }
    replace(statement, i, i + 2, "");
    note(statement, what, "");
    return 2;
}

/* Since MySQL 8.0 an engine partitions by itself, or not at all. */
static guint
check_partitions(Statement *statement, guint i)
{
    static const char *const engines[] = { "InnoDB", "ndbcluster" };
    const MyFeatures *target = statement->target;
    if (target->is_mariadb || target->version < 80000 || !statement->is_table ||
        match(statement, i, "PARTITION BY") == 0)
        return 0;
    for (guint k = i; k > 1; k--) {
        if (!is_word(statement, k - 2, "ENGINE") || !is_word(statement, k - 1, "="))
            continue;
        for (gsize j = 0; j < G_N_ELEMENTS(engines); j++) {
            if (is_word(statement, k, engines[j]))
                return 0;
        }
        g_autofree char *name = bl_token_name(token_at(statement, k), statement->sql);
        g_autofree char *what = g_strdup_printf("a table of %s with partitions", name);
        problem(statement, what);
        return 2;
    }
    return 0;
}

/* A full-text parser is a plugin. */
static guint
check_parser(Statement *statement, guint i)
{
    guint n = statement->is_table ? match(statement, i, "WITH PARSER") : 0;
    return n == 0 ? 0 : check_name(statement, i, i + n, statement->target->parsers, NULL);
}

/* SET sql_mode = '…': modes that the server does not have are left out; the mode ORACLE decides the
 * language and is never. */
/* What is tried is read in the mode that the text has set. */
static void
follow_mode(const Statement *statement, const char *mode)
{
    MyFeatures *target = statement->session->features;
    g_free(target->mode);
    target->mode = g_strdup(mode);
}

static guint
check_modes(Statement *statement, guint i)
{
    guint at = is_word(statement, i, "SQL_MODE") && is_word(statement, i + 1, "=") ? i + 2 : 0;
    const BlToken *token = token_at(statement, at);
    if (at == 0 || token->kind != BL_TOKEN_STRING)
        return 0;
    g_autofree char *text = bl_token_name(token, statement->sql);
    g_auto(GStrv) modes = g_strsplit(text, ",", -1);
    g_autoptr(GString) kept = g_string_new(NULL);
    g_autoptr(GString) lost = g_string_new(NULL);
    gboolean is_oracle = FALSE;
    for (gsize j = 0; modes[j] != NULL; j++) {
        gboolean has = modes[j][0] == '\0' || my_has_mode(statement->target, modes[j]);
        GString *list = has ? kept : lost;
        g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", modes[j]);
        is_oracle = is_oracle || (!has && g_ascii_strcasecmp(modes[j], "ORACLE") == 0);
    }
    follow_mode(statement, kept->str);
    if (lost->len == 0)
        return at + 1 - i;
    g_autofree char *what = g_strdup_printf("sql_mode %s", lost->str);
    if (is_oracle || !statement->map) {
        problem(statement, what);
        return at + 1 - i;
    }
    g_autofree char *instead = g_strdup_printf("'%s'", kept->str);
    replace(statement, at, at + 1, instead);
    note(statement, what, "");
    return at + 1 - i;
}

/* Settings of a session that take a right of its own, of MySQL from this version on. */
static const struct {
    const char *name;
    guint since;
} guarded[] = {
    { "innodb_strict_mode", 80000 },
    { MY_STRICT_KEYS, MY_OLDEST_WITH_STRICT_KEYS },
};

/* SET x = …; SET @y = @@x. A server without MY_STRICT_KEYS restricts nothing. */
static guint
check_guarded(Statement *statement, guint i)
{
    const MyFeatures *target = statement->target;
    if (!is_word(statement, 0, "SET"))
        return 0;
    gboolean is_strict = is_word(statement, i, MY_STRICT_KEYS);
    if ((is_strict || is_word(statement, i, "@@" MY_STRICT_KEYS)) &&
        (target->is_mariadb || target->version < MY_OLDEST_WITH_STRICT_KEYS)) {
        statement->is_void = TRUE;
        return 1;
    }
    if (is_strict && statement->session->base.text_family != NULL &&
        is_word(statement, i + 1, "=") && is_word(statement, i + 2, "0"))
        my_allow_loose_keys(statement->session);
    for (gsize k = 0; k < G_N_ELEMENTS(guarded); k++) {
        if (target->is_mariadb || target->version < guarded[k].since ||
            !is_word(statement, i, guarded[k].name) || !is_word(statement, i + 1, "=") ||
            my_may_set(statement->session, guarded[k].name))
            continue;
        g_ptr_array_add(statement->problems,
                        g_strdup_printf("the account may not set %s: GRANT SESSION_VARIABLES_ADMIN "
                                        "to it",
                                        guarded[k].name));
        return 2;
    }
    return 0;
}

/* SET time_zone = 'Europe/Berlin', which stands before an event: a server knows such names only
 * when it was told of them. */
static guint
check_time_zone(Statement *statement, guint i)
{
    const BlToken *token = token_at(statement, i + 2);
    if (!is_word(statement, 0, "SET") || !is_word(statement, i, "TIME_ZONE") ||
        !is_word(statement, i + 1, "=") || token->kind != BL_TOKEN_STRING)
        return 0;
    g_autofree char *name = bl_token_name(token, statement->sql);
    if (!g_ascii_isalpha(name[0]) || g_ascii_strcasecmp(name, "SYSTEM") == 0 ||
        my_has_time_zone(statement->session, name))
        return 0;
    g_autofree char *shown = bl_quote_comment(name);
    g_autofree char *what = g_strdup_printf("time zone \"%s\"", shown);
    problem(statement, what);
    return 3;
}

static guint (*const checks[])(Statement *, guint) = {
    check_collation,  check_charset,        check_engine,    check_modes,
    check_default,    check_expression_key, check_guarded,   check_parser,
    check_given_name, check_partitions,     check_time_zone, check_features,
};

char *
my_translate(BlSession *base,
             const char *sql,
             gsize len,
             gboolean map,
             GPtrArray *notes,
             GPtrArray *problems)
{
    if (sql == NULL)
        my_end_text((MySession *)base);
    const MyFeatures *target = sql != NULL ? my_features((MySession *)base) : NULL;
    if (target == NULL)
        return NULL;
    g_auto(Statement) statement = {
        .sql = sql,
        .session = (MySession *)base,
        .target = target,
        .map = map,
        .notes = notes,
        .problems = problems,
    };
    guint n_before = problems->len;
    tokenize(&statement, len);
    find_sort(&statement);
    for (guint i = 0; i < statement.tokens->len;) {
        guint n = 0;
        for (gsize j = 0; n == 0 && j < G_N_ELEMENTS(checks); j++)
            n = checks[j](&statement, i);
        i += MAX(n, 1);
    }
    if (statement.is_void)
        return g_strdup("DO 0");
    g_autofree char *text = NULL;
    if (statement.out != NULL) {
        g_string_append_len(statement.out, sql + statement.copied,
                            (gssize)(len - statement.copied));
        text = g_string_free(g_steal_pointer(&statement.out), FALSE);
    }
    if (base->text_family != NULL) {
        g_autofree char *plain = g_strndup(sql, len);
        my_look_closer(statement.session, plain, text != NULL ? text : plain, n_before, problems);
    }
    return g_steal_pointer(&text);
}
