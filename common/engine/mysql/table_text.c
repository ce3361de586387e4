/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/table_text.h"

#include "common/sql/lexer.h"

#include <string.h>

#define NEVER 0

/* What not every server takes: a word, or two that follow each other. Servers write names in
 * backquotes, so that a bare word is one of the language. */
typedef struct {
    const char *word;
    const char *next;     /* NULL: any; "(" and "=" are signs */
    guint mariadb, mysql; /* NEVER: this flavour does not write it */
} Need;

static const Need needs[] = {
    { "CHECK", "(", 100201, 80016 },
    { "CREATE", "SEQUENCE", 100300, NEVER },
    { "COMPRESSED", NULL, 100301, NEVER },
    { "DESC", NULL, 100800, 80000 },
    { "ENCRYPTION", "=", NEVER, 50711 },
    { "COMPRESSION", "=", NEVER, 50708 },
    { "ENGINE_ATTRIBUTE", NULL, NEVER, 80021 },
    { "AUTOEXTEND_SIZE", NULL, NEVER, 80023 },
    { "GENERATED", "ALWAYS", 100201, 50700 },
    { "IGNORED", NULL, 100600, NEVER },
    { "INET4", NULL, 101000, NEVER },
    { "INET6", NULL, 100500, NEVER },
    { "INVISIBLE", NULL, 100303, 80023 },
    { "JSON", NULL, NEVER, 50708 },
    { "NEXTVAL", "(", 100300, NEVER },
    { "NOT", "ENFORCED", NEVER, 80016 },
    { "OVERLAPS", NULL, 100503, NEVER },
    { "PERIOD", "FOR", 100303, NEVER },
    { "SECONDARY_ENGINE", NULL, NEVER, 80013 },
    { "SRID", NULL, NEVER, 80003 },
    { "SYSTEM", "VERSIONING", 100303, NEVER },
    { "UUID", "NOT", 100700, NEVER },
    { "UUID", "DEFAULT", 100700, NEVER },
    { "VECTOR", "(", 110701, 90000 },
};

/* Likewise in the query of a view. */
static const Need query_needs[] = {
    { "AS", "WITH", 100201, 80001 },        { "EXCEPT", NULL, 100300, 80031 },
    { "INTERSECT", NULL, 100300, 80031 },   { "JSON_TABLE", "(", 100600, 80004 },
    { "LATERAL", "(", NEVER, 80014 },       { "MEMBER", "OF", NEVER, 80017 },
    { "NEXTVAL", "(", 100300, NEVER },      { "OVER", "(", 100200, 80001 },
    { "SYSTEM_TIME", NULL, 100303, NEVER },
};

/* Collations by what their names hold. */
static const struct {
    const char *piece;
    guint mariadb, mysql;
} collations[] = {
    { "_uca1400_", 101001, NEVER },
    { "_0900_", 110405, 80000 },
};

/* Engines whose tables are somewhere else, with a user and a password. */
static const char *const linking_engines[] = { "FEDERATED", "SPIDER", "CONNECT", NULL };

/* Where in the statement a token stands. */
typedef enum { IN_HEAD, IN_COLUMNS, IN_OPTIONS } Zone;

/* A walk over one statement. */
typedef struct {
    const char *sql;
    gsize len;
    const MyTextSource *source;
    MyTableText *text;
    GString *out;
    gsize copied;    /* of @sql, into @out */
    BlToken last[3]; /* those before the current one that are not filler, newest first */
    guint n_last;
    Zone zone;
    guint depth;
    gboolean names_charset; /* the definition of this column does */
    gboolean is_not_null;   /* likewise */
    gboolean is_enum;       /* inside the parentheses of ENUM or SET */
    gboolean has_mark;      /* a value in them holds "?" */
    gboolean some_mark;     /* so does one of a column that names no charset */
    guint n_unique;         /* unique keys so far */
    BlToken column;         /* the name of the column whose definition has named no default so far;
                               nothing: there is none that could */
    gboolean has_block_size, has_other_format;
    gboolean may_hold_password; /* some string looks like it */
    gboolean skip_blank;        /* the mark of a version comment was taken out before it */
} Walk;

static gboolean
token_is(const Walk *walk, const BlToken *token, const char *text)
{
    return token->kind != BL_TOKEN_IDENTIFIER && token->kind != BL_TOKEN_STRING &&
           strlen(text) == token->len &&
           g_ascii_strncasecmp(walk->sql + token->start, text, token->len) == 0;
}

/* Whether the @n-th token before the current one is @text; 0 is the one right before it. */
static gboolean
last_is(const Walk *walk, guint n, const char *text)
{
    return n < walk->n_last && token_is(walk, &walk->last[n], text);
}

/* Copies up to before @end. */
static void
copy_until(Walk *walk, gsize end)
{
    if (end > walk->copied)
        g_string_append_len(walk->out, walk->sql + walk->copied, (gssize)(end - walk->copied));
}

/* Leaves out from @start to before @end. */
static void
leave_out(Walk *walk, gsize start, gsize end)
{
    copy_until(walk, start);
    walk->copied = end;
}

static void
drop_trailing_blanks(GString *out)
{
    while (out->len > 0 && g_ascii_isspace(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
}

/* The bytes that a literal means, as x'…': a string that is no UTF-8 cannot stand in a UTF-8 file,
 * and is refused in a connection that speaks it. */
static void
append_as_hex(GString *out, const char *literal, gsize len)
{
    static const char escapes[] = "0\0n\nr\rt\tb\bZ\x1a";
    /* Behind an introducer: _latin1 x'…'. */
    gboolean is_close =
        out->len > 0 && (g_ascii_isalnum(out->str[out->len - 1]) || out->str[out->len - 1] == '_');
    g_string_append(out, is_close ? " x'" : "x'");
    for (gsize i = 1; i + 1 < len; i++) {
        guchar byte = (guchar)literal[i];
        gboolean is_like = literal[i] == '\\' && (literal[i + 1] == '%' || literal[i + 1] == '_');
        if (literal[i] == '\\' && !is_like && i + 2 < len) {
            byte = (guchar)literal[++i];
            for (gsize k = 0; k + 1 < sizeof(escapes) - 1; k += 2) {
                if ((guchar)escapes[k] == (guchar)literal[i])
                    byte = (guchar)escapes[k + 1];
            }
        } else if (literal[i] == literal[0] && literal[i + 1] == literal[0]) {
            i++;
        }
        g_string_append_printf(out, "%02x", (guint)byte);
    }
    g_string_append_c(out, '\'');
}

static void
look_at_string(Walk *walk, const BlToken *token)
{
    const char *literal = walk->sql + token->start;
    if (!g_utf8_validate(literal, (gssize)token->len, NULL)) {
        leave_out(walk, token->start, token->start + token->len);
        append_as_hex(walk->out, literal, token->len);
    }
    if (walk->zone == IN_OPTIONS) {
        g_autofree char *value = g_strndup(literal, token->len);
        g_autofree char *lower = g_ascii_strdown(value, -1);
        const char *user = strstr(lower, "://");
        const char *host = user != NULL ? strchr(user, '@') : NULL;
        const char *colon = user != NULL ? strchr(user + 3, ':') : NULL;
        walk->may_hold_password = walk->may_hold_password || strstr(lower, "password") != NULL ||
                                  (host != NULL && colon != NULL && colon < host);
    }
}

static void
need(Walk *walk, guint mariadb, guint mysql)
{
    walk->text->version = MAX(walk->text->version, walk->source->is_mariadb ? mariadb : mysql);
}

/* The word before the current token, now that its follower is known. */
static void
look_at_needs(Walk *walk, const BlToken *next)
{
    if (walk->n_last == 0 || walk->last[0].kind != BL_TOKEN_WORD)
        return;
    const BlToken *token = &walk->last[0];
    char first = g_ascii_toupper(walk->sql[token->start]);
    for (gsize i = 0; i < G_N_ELEMENTS(needs); i++) {
        if (needs[i].word[0] != first || !token_is(walk, token, needs[i].word))
            continue;
        /* ROW_FORMAT=COMPRESSED is as old as InnoDB's plugin. */
        if (last_is(walk, 1, "=") ||
            (needs[i].next != NULL && !token_is(walk, next, needs[i].next)))
            continue;
        need(walk, needs[i].mariadb, needs[i].mysql);
    }
    /* An introducer (_binary) starts a literal, not an expression. */
    gboolean is_expression =
        next->kind == BL_TOKEN_OPEN ||
        (next->kind == BL_TOKEN_WORD && walk->sql[next->start] != '_' &&
         !token_is(walk, next, "NULL") && !token_is(walk, next, "CURRENT_TIMESTAMP"));
    if (walk->zone == IN_COLUMNS && is_expression && token_is(walk, token, "DEFAULT"))
        need(walk, 100201, 80013);
}

static void
look_at_collation(Walk *walk, const BlToken *token)
{
    g_autofree char *name = g_strndup(walk->sql + token->start, token->len);
    for (gsize i = 0; i < G_N_ELEMENTS(collations); i++) {
        if (strstr(name, collations[i].piece) != NULL)
            need(walk, collations[i].mariadb, collations[i].mysql);
    }
}

/* MySQL 8.0 and later write COLLATE without CHARACTER SET for a column that has the table's own,
 * and both as soon as one was named: named again, it would be another text. */
static void
look_at_inherited(Walk *walk, const BlToken *token)
{
    if (walk->zone != IN_COLUMNS || walk->depth != 1 || walk->source->is_mariadb ||
        walk->source->version < 80000)
        return;
    if (token->kind == BL_TOKEN_COMMA)
        walk->names_charset = FALSE;
    if (last_is(walk, 0, "CHARACTER") && token_is(walk, token, "SET"))
        walk->names_charset = TRUE;
    if (last_is(walk, 0, "COLLATE") && !walk->names_charset) {
        leave_out(walk, walk->last[0].start, token->start + token->len);
        drop_trailing_blanks(walk->out);
    }
}

/* They write no COLLATE behind CHARACTER SET for a column whose table had that charset once: named,
 * it is the same column with another text. */
static void
look_at_charset(Walk *walk, const BlToken *token)
{
    if (walk->source->defaults == NULL || walk->zone != IN_COLUMNS || walk->depth != 1 ||
        !last_is(walk, 2, "CHARACTER") || !last_is(walk, 1, "SET") ||
        token_is(walk, token, "COLLATE"))
        return;
    g_autofree char *charset = bl_token_name(&walk->last[0], walk->sql);
    const char *collation = g_hash_table_lookup(walk->source->defaults, charset);
    gsize end = walk->last[0].start + walk->last[0].len;
    leave_out(walk, end, end);
    if (collation != NULL)
        g_string_append_printf(walk->out, " COLLATE %s", collation);
}

/* Of ENUM and SET in the charset binary MariaDB writes "?" for each byte that is no UTF-8: what it
 * was, nobody tells. MySQL 5.6 writes the bytes, newer ones take no such table. */
static void
look_at_values(Walk *walk, const BlToken *token)
{
    if (!walk->source->is_mariadb)
        return;
    if (walk->zone == IN_OPTIONS) {
        walk->text->has_lost_bytes = walk->text->has_lost_bytes ||
                                     (walk->some_mark && last_is(walk, 1, "CHARSET") &&
                                      last_is(walk, 0, "=") && token_is(walk, token, "binary"));
    } else if (token->kind == BL_TOKEN_OPEN && walk->depth == 1) {
        walk->is_enum = last_is(walk, 0, "enum") || last_is(walk, 0, "set");
    } else if (walk->is_enum && walk->depth == 2) {
        walk->is_enum = token->kind != BL_TOKEN_CLOSE;
        walk->has_mark =
            walk->has_mark || memchr(walk->sql + token->start, '?', token->len) != NULL;
    } else if (walk->has_mark && walk->depth == 1 && last_is(walk, 1, "CHARACTER")) {
        walk->text->has_lost_bytes = walk->text->has_lost_bytes || token_is(walk, token, "binary");
        walk->has_mark = FALSE;
    } else if (walk->depth == 1 &&
               (token->kind == BL_TOKEN_COMMA || token->kind == BL_TOKEN_CLOSE)) {
        walk->some_mark = walk->some_mark || walk->has_mark;
        walk->has_mark = FALSE;
    }
}

/* A counter that may be NULL: MariaDB takes the word only behind AUTO_INCREMENT, and writes none.
 */
static void
look_at_counter(Walk *walk, const BlToken *token)
{
    if (walk->zone != IN_COLUMNS || walk->depth != 1 || !walk->source->is_mariadb)
        return;
    gsize end = token->start + token->len;
    if (token->kind == BL_TOKEN_COMMA) {
        walk->is_not_null = FALSE;
    } else if (last_is(walk, 0, "NOT") && token_is(walk, token, "NULL")) {
        walk->is_not_null = TRUE;
    } else if (token_is(walk, token, "AUTO_INCREMENT") && !walk->is_not_null) {
        leave_out(walk, end, end);
        g_string_append(walk->out, " NULL");
    }
}

/* TEXT and BLOB have none on MySQL, and it writes none. */
static gboolean
is_long_type(const Walk *walk, const BlToken *token)
{
    static const char *const long_types[] = { "text", "blob" };
    for (gsize i = 0; i < G_N_ELEMENTS(long_types); i++) {
        gsize len = strlen(long_types[i]);
        if (token->len >= len && g_ascii_strncasecmp(walk->sql + token->start + token->len - len,
                                                     long_types[i], len) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Both write DEFAULT NULL for a column that may be NULL, MySQL but for one whose default was
 * dropped, MariaDB but for one that CREATE TABLE … SELECT made of a column that was NOT NULL. */
static void
look_at_default(Walk *walk, const BlToken *token)
{
    if (walk->zone != IN_COLUMNS || walk->depth != 1)
        return;
    BlToken *column = &walk->column;
    if (token->kind == BL_TOKEN_COMMA || token->kind == BL_TOKEN_CLOSE) {
        if (column->len > 0) {
            if (walk->text->no_defaults == NULL)
                walk->text->no_defaults = g_ptr_array_new_with_free_func(g_free);
            g_ptr_array_add(walk->text->no_defaults,
                            g_strndup(walk->sql + column->start, column->len));
        }
        column->len = 0;
    } else if (token->kind == BL_TOKEN_IDENTIFIER &&
               (last_is(walk, 0, "(") || last_is(walk, 0, ","))) {
        *column = *token;
    } else if (token_is(walk, token, "DEFAULT") || token_is(walk, token, "GENERATED") ||
               token_is(walk, token, "AUTO_INCREMENT") ||
               (last_is(walk, 0, "NOT") && token_is(walk, token, "NULL")) ||
               (!walk->source->is_mariadb && walk->last[0].start == column->start &&
                is_long_type(walk, token))) {
        column->len = 0;
    }
}

/* @token stands behind the closing parenthesis of the columns, outside all others. */
static void
look_at_option(Walk *walk, const BlToken *token)
{
    if (!last_is(walk, 0, "="))
        return;
    if (last_is(walk, 1, "AUTO_INCREMENT") && token->kind == BL_TOKEN_NUMBER) {
        leave_out(walk, walk->last[1].start, token->start + token->len);
        drop_trailing_blanks(walk->out);
    } else if (last_is(walk, 1, "ENGINE") && walk->text->engine == NULL) {
        walk->text->engine = bl_token_name(token, walk->sql);
    } else if (last_is(walk, 1, "KEY_BLOCK_SIZE")) {
        walk->has_block_size = TRUE;
    } else if (last_is(walk, 1, "ROW_FORMAT")) {
        walk->has_other_format = !token_is(walk, token, "COMPRESSED");
        walk->text->is_loose =
            walk->text->is_loose || token_is(walk, token, "FIXED") || token_is(walk, token, "PAGE");
    }
}

/* A dot between two names: behind it stands an object of the database that is named before it. The
 * servers qualify no column here. */
static void
look_at_name(Walk *walk, const BlToken *token)
{
    if (!last_is(walk, 0, ".") || walk->n_last < 2 || walk->last[1].kind != BL_TOKEN_IDENTIFIER ||
        token->kind != BL_TOKEN_IDENTIFIER)
        return;
    g_autofree char *name = bl_token_name(&walk->last[1], walk->sql);
    const char *own = walk->source->database;
    gboolean is_own =
        walk->source->folds_names ? g_ascii_strcasecmp(name, own) == 0 : strcmp(name, own) == 0;
    walk->text->has_own_name = walk->text->has_own_name || is_own;
    walk->text->has_other_name = walk->text->has_other_name || !is_own;
}

static void
follow_zone(Walk *walk, const BlToken *token)
{
    if (token->kind == BL_TOKEN_OPEN) {
        if (walk->depth++ == 0 && walk->zone == IN_HEAD)
            walk->zone = IN_COLUMNS;
    } else if (token->kind == BL_TOKEN_CLOSE && walk->depth > 0) {
        if (--walk->depth == 0)
            walk->zone = IN_OPTIONS;
    }
}

static void
remember(Walk *walk, const BlToken *token)
{
    walk->last[2] = walk->last[1];
    walk->last[1] = walk->last[0];
    walk->last[0] = *token;
    walk->n_last = MIN(walk->n_last + 1, G_N_ELEMENTS(walk->last));
}

static void
look_at(Walk *walk, const BlToken *token)
{
    look_at_needs(walk, token);
    if (walk->zone == IN_HEAD && last_is(walk, 0, "CREATE") && token_is(walk, token, "TEMPORARY"))
        walk->text->is_temporary = TRUE;
    if ((last_is(walk, 0, "DATA") || last_is(walk, 0, "INDEX")) &&
        token_is(walk, token, "DIRECTORY"))
        walk->text->has_directory = TRUE;
    if (token->kind == BL_TOKEN_STRING)
        look_at_string(walk, token);
    else if (token->kind == BL_TOKEN_WORD &&
             (last_is(walk, 0, "COLLATE") || last_is(walk, 1, "COLLATE")))
        look_at_collation(walk, token);
    look_at_name(walk, token);
    look_at_inherited(walk, token);
    look_at_charset(walk, token);
    look_at_default(walk, token);
    look_at_counter(walk, token);
    look_at_values(walk, token);
    if (walk->depth == 1 && last_is(walk, 0, "UNIQUE") && token_is(walk, token, "KEY"))
        walk->text->has_unique_keys = walk->n_unique++ > 0;
    if (walk->zone == IN_OPTIONS && walk->depth == 0)
        look_at_option(walk, token);
    follow_zone(walk, token);
    remember(walk, token);
}

/* The text in a version comment is code for the server that wrote it. As plain SQL, one that does
 * not know it says so instead of leaving it out. */
static void
take_marks_out(Walk *walk, const BlToken *token)
{
    leave_out(walk, token->start, token->start + token->len);
    walk->skip_blank = token->kind == BL_TOKEN_CODE_OPEN;
    if (token->kind == BL_TOKEN_CODE_CLOSE)
        drop_trailing_blanks(walk->out);
}

static void
take_filler(Walk *walk, const BlToken *token)
{
    if (token->kind == BL_TOKEN_COMMENT)
        walk->text->has_comment = TRUE;
    if (walk->skip_blank)
        leave_out(walk, token->start, token->start + token->len);
    walk->skip_blank = FALSE;
}

static void
conclude(Walk *walk)
{
    MyTableText *text = walk->text;
    const char *engine = text->engine != NULL ? text->engine : "";
    gboolean is_innodb = g_ascii_strcasecmp(engine, "InnoDB") == 0;
    text->is_loose =
        is_innodb && (text->is_loose || (walk->has_block_size && walk->has_other_format));
    for (gsize i = 0; linking_engines[i] != NULL; i++) {
        if (g_ascii_strcasecmp(engine, linking_engines[i]) == 0)
            text->has_password = walk->may_hold_password;
    }
    copy_until(walk, walk->len);
}

gboolean
my_table_text_read(MyTableText *text, const char *sql, gsize len, const MyTextSource *source)
{
    Walk walk = { .sql = sql, .len = len, .source = source, .text = text };
    walk.out = g_string_sized_new(len + 1);
    BlLexState state = { 0 };
    BlToken token;
    BlTokenKind kind;
    for (gsize pos = 0;
         (kind = bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token)) != BL_TOKEN_END &&
         kind != BL_TOKEN_UNTERMINATED;
         pos = token.start + token.len) {
        if (kind == BL_TOKEN_CODE_OPEN || kind == BL_TOKEN_CODE_CLOSE) {
            take_marks_out(&walk, &token);
        } else if (bl_token_is_filler(kind)) {
            take_filler(&walk, &token);
        } else {
            walk.skip_blank = FALSE;
            look_at(&walk, &token);
        }
    }
    const BlToken end = { .kind = BL_TOKEN_END, .start = len };
    look_at_needs(&walk, &end);
    conclude(&walk);
    text->sql = g_string_free(walk.out, FALSE);
    return kind == BL_TOKEN_END && walk.depth == 0;
}

void
my_table_text_clear(MyTableText *text)
{
    g_clear_pointer(&text->sql, g_free);
    g_clear_pointer(&text->engine, g_free);
    g_clear_pointer(&text->no_defaults, g_ptr_array_unref);
}

char *
my_without_comments(const char *sql)
{
    GString *out = g_string_new(NULL);
    BlLexState state = { 0 };
    BlToken token;
    gsize len = strlen(sql);
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (token.kind == BL_TOKEN_COMMENT)
            drop_trailing_blanks(out);
        else
            g_string_append_len(out, sql + token.start, (gssize)token.len);
    }
    return g_string_free(out, FALSE);
}

char *
my_with_hex_strings(const char *sql)
{
    GString *out = g_string_new(NULL);
    BlLexState state = { 0 };
    BlToken token;
    gsize len = strlen(sql);
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        const char *text = sql + token.start;
        if (token.kind == BL_TOKEN_STRING && !g_utf8_validate(text, (gssize)token.len, NULL))
            append_as_hex(out, text, token.len);
        else
            g_string_append_len(out, text, (gssize)token.len);
    }
    return g_string_free(out, FALSE);
}

guint
my_query_version(const char *sql, gboolean is_mariadb)
{
    guint version = 0;
    BlLexState state = { 0 };
    BlToken last = { .kind = BL_TOKEN_END };
    BlToken token;
    gsize len = strlen(sql);
    const Walk walk = { .sql = sql, .len = len };
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (bl_token_is_filler(token.kind))
            continue;
        for (gsize i = 0; last.kind == BL_TOKEN_WORD && i < G_N_ELEMENTS(query_needs); i++) {
            const Need *need = &query_needs[i];
            if (token_is(&walk, &last, need->word) &&
                (need->next == NULL || token_is(&walk, &token, need->next)))
                version = MAX(version, is_mariadb ? need->mariadb : need->mysql);
        }
        last = token;
    }
    return version;
}

char *
my_version_text(guint version)
{
    guint patch = version % 100;
    char *text = g_strdup_printf("%u.%u", version / 10000, version / 100 % 100);
    if (patch == 0)
        return text;
    g_autofree char *shorter = text;
    return g_strdup_printf("%s.%u", shorter, patch);
}
