/* SPDX-License-Identifier: MIT */
#include "common/sql/script.h"

#include "common/base/error.h"
#include "common/sql/body.h"
#include "common/sql/client.h"
#include "common/sql/copy.h"
#include "common/sql/input.h"

#include <string.h>

/*
 * The reader works as the stock clients do, because their files are what it reads: psql,
 * mysql/mariadb and the sqlite3 shell disagree with their servers in places, and a file that loads
 * with them has been cut by them.
 */

/* Longest command word, with the byte behind it. */
#define WORD_ROOM ((gsize)17)

typedef enum {
    COPY_NONE,
    COPY_PENDING, /* a COPY statement was returned; its data starts with the next line */
    COPY_DATA,
} CopyState;

struct BlScript {
    const BlDialect *dialect;
    BlReader *own; /* NULL: the reader is somebody else's */
    BlInput input;
    BlLexState state;
    const BlItem *known; /* all that there is to read; NULL: it must be read */
    gboolean is_known_taken;
    gsize taken; /* bytes of the last item, kept until the next call */
    guint64 lead;
    gboolean line_start; /* only blanks between the last line end and here */
    char delimiter[BL_DELIMITER_MAX + 1];
    gsize delimiter_len;
    gboolean has_own_delimiter;
    CopyState copy;
    guint copy_line;
    guint copy_column;
    GError *failure;
    BlScriptJoin join; /* NULL: items come out one by one */
    void *join_data;
    GString *joined;
    BlItem ahead; /* behind the last one that was joined */
    gboolean has_ahead;
};

/* The statement that is being read; all places are relative to its first byte. */
typedef struct {
    gsize pos;         /* what comes next */
    gsize text_end;    /* end of the last token that is not filler */
    gboolean has_code; /* more than hints */
    gsize code_open;   /* the last executable comment */
    BlBody body;
} Statement;

/* What a step found. */
typedef enum {
    STEP_ERROR = -1,
    STEP_END = 0,  /* the script ends */
    STEP_ITEM = 1, /* an item is ready */
    STEP_MORE = 2, /* something was consumed: go on */
    STEP_CODE = 3, /* nothing for the clients: a statement starts or goes on */
} Step;

BlScript *
bl_script_new(BlReader *reader, const BlDialect *dialect)
{
    BlScript *script = g_new0(BlScript, 1);

    script->dialect = dialect;
    bl_input_init(&script->input, reader);
    script->input.limit = BL_SCRIPT_MAX_STATEMENT;
    script->line_start = TRUE;
    script->delimiter_len = g_strlcpy(script->delimiter, ";", sizeof script->delimiter);
    return script;
}

BlScript *
bl_script_open(const char *path, const char *name, const BlDialect *dialect, GError **error)
{
    BlReader *reader = bl_reader_open(path, error);
    if (reader == NULL)
        return NULL;
    BlScript *script = bl_script_new(reader, dialect);
    script->own = reader;
    script->input.name = g_strdup(name);
    return script;
}

void
bl_script_set_origin(BlScript *script, const char *name, guint line, guint column, guint64 offset)
{
    g_free(script->input.name);
    script->input.name = g_strdup(name);
    script->input.line = line;
    script->input.column = column;
    script->input.offset = offset;
    script->lead = offset;
    script->line_start = column == 1;
}

BlLexState *
bl_script_state(BlScript *script)
{
    return &script->state;
}

void
bl_script_set_known(BlScript *script, const BlItem *item)
{
    script->known = item;
}

void
bl_script_set_chunk(BlScript *script, gsize chunk)
{
    script->input.chunk = MAX(chunk, 1);
}

void
bl_script_set_limit(BlScript *script, gsize limit)
{
    script->input.limit = limit;
}

void
bl_script_set_join(BlScript *script, BlScriptJoin join, void *data)
{
    script->join = join;
    script->join_data = data;
    if (script->joined == NULL)
        script->joined = g_string_new(NULL);
}

const char *
bl_script_delimiter(const BlScript *script)
{
    return script->delimiter;
}

const char *
bl_script_name(const BlScript *script)
{
    return bl_input_name(&script->input);
}

static const char *
text_of(const BlScript *script)
{
    return bl_input_text(&script->input);
}

/* An error at byte @pos of what is in memory. */
static Step
fail_at(BlScript *script, gsize pos, const char *hint, const char *message, GError **error)
{
    (void)bl_input_fail(&script->input, pos, hint, message, error);
    return STEP_ERROR;
}

/* Forgets @n bytes that are no part of an item. */
static gboolean
drop(BlScript *script, gsize n, GError **error)
{
    if (!bl_input_check_nul(&script->input, n, error))
        return FALSE;
    bl_input_drop(&script->input, n);
    return TRUE;
}

/* The same for what ends an item or stands between two: filler after it leads to the next. */
static Step
drop_separator(BlScript *script, gsize n, GError **error)
{
    if (!drop(script, n, error))
        return STEP_ERROR;
    script->lead = script->input.offset;
    script->line_start = FALSE;
    return STEP_MORE;
}

static Step
fail_unterminated(BlScript *script, gsize pos, GError **error)
{
    if (!bl_input_check_nul(&script->input, bl_input_len(&script->input), error))
        return STEP_ERROR;
    g_autofree char *message = g_strconcat(
        "unterminated ",
        bl_token_unterminated(script->dialect, &script->state, text_of(script) + pos), NULL);
    return fail_at(script, pos, "the text ends before what starts here is closed", message, error);
}

/* The token at @pos, whole. */
static gboolean
lex(BlScript *script, gsize pos, BlToken *token, GError **error)
{
    BlInput *input = &script->input;

    while (bl_lex(script->dialect, &script->state, bl_input_text(input), bl_input_len(input), pos,
                  input->eof, token) == BL_TOKEN_MORE) {
        if (!bl_input_fill(&script->input, bl_input_len(input) - pos, error))
            return FALSE;
    }
    return TRUE;
}

/* Finishes an item of @len bytes whose delimiter ends at @taken. */
static Step
finish(BlScript *script, BlItem *item, BlItemKind kind, gsize len, gsize taken)
{
    *item = (BlItem){ .kind = kind,
                      .text = text_of(script),
                      .len = len,
                      .full_len = len,
                      .offset = script->input.offset,
                      .line = script->input.line,
                      .column = script->input.column,
                      .lead = script->lead };
    script->taken = taken;
    return STEP_ITEM;
}

static gsize
trim_end(const char *text, gsize len)
{
    while (len > 0 && g_ascii_isspace(text[len - 1]))
        len--;
    return len;
}

/* The rest of the line, without the blanks before its end, is for a client program. */
static Step
finish_client_line(BlScript *script, BlItem *item, GError **error)
{
    gsize end;

    if (!bl_input_read_line(&script->input, 0, &end, error))
        return STEP_ERROR;
    gsize len = trim_end(text_of(script), end);
    if (!bl_input_check_nul(&script->input, len, error))
        return STEP_ERROR;
    return finish(script, item, BL_ITEM_CLIENT, len, len);
}

static inline gboolean
matches_delimiter(const BlScript *script, gsize pos)
{
    const char *text = text_of(script) + pos;

    return bl_input_len(&script->input) - pos >= script->delimiter_len &&
           *text == script->delimiter[0] &&
           memcmp(text, script->delimiter, script->delimiter_len) == 0;
}

/* A line that redefines the delimiter; @word bytes of it are the command. */
static Step
take_delimiter_line(BlScript *script, gsize word, GError **error)
{
    char delimiter[BL_DELIMITER_MAX + 1];
    gsize end;

    if (!bl_input_read_line(&script->input, 0, &end, error))
        return STEP_ERROR;
    const char *wrong = bl_client_parse_delimiter(text_of(script) + word, end - word, delimiter);
    if (wrong != NULL)
        return fail_at(script, 0, NULL, wrong, error);
    script->delimiter_len = g_strlcpy(script->delimiter, delimiter, sizeof script->delimiter);
    script->has_own_delimiter = strcmp(delimiter, ";") != 0;
    return drop_separator(script, end, error);
}

/* A command word at the start of a line, where the client looks for one only between statements and
 * only in a line without the delimiter and \g (DELIMITER itself excepted). */
static Step
try_client_word(BlScript *script, BlItem *item, GError **error)
{
    gboolean takes_text = FALSE;
    gsize word = 0;
    gsize end;

    if (!bl_input_need(&script->input, WORD_ROOM, error))
        return STEP_ERROR;
    const char *text = text_of(script);
    gsize len = bl_input_len(&script->input);
    while (word < MIN(len, WORD_ROOM) && !g_ascii_isspace(text[word]))
        word++;
    if (!bl_client_find_word(text, word, &takes_text))
        return STEP_CODE;
    if (word == strlen("delimiter") && g_ascii_strncasecmp(text, "delimiter", word) == 0)
        return take_delimiter_line(script, word, error);

    if (!bl_input_read_line(&script->input, 0, &end, error))
        return STEP_ERROR;
    text = text_of(script);
    if (memmem(text, end, script->delimiter, script->delimiter_len) != NULL ||
        memmem(text, end, "\\g", 2) != NULL)
        return STEP_CODE;
    if (!takes_text && trim_end(text, end) > word)
        return STEP_CODE;
    return finish_client_line(script, item, error);
}

/* Whether the client acts on a backslash and a letter. */
static gboolean
takes_short_commands(const BlScript *script)
{
    return script->dialect->delimiter_lines && !script->state.no_backslash_escapes;
}

/* A backslash between statements, in the dialect whose client has DELIMITER. */
static Step
try_short_command(BlScript *script, BlItem *item, GError **error)
{
    if (!takes_short_commands(script))
        return STEP_CODE;
    if (!bl_input_need(&script->input, 2, error))
        return STEP_ERROR;
    switch (bl_input_len(&script->input) > 1 ? text_of(script)[1] : '\0') {
    case 'N': /* NULL */
        return STEP_CODE;
    case 'd':
        return take_delimiter_line(script, 2, error);
    case 'g':
    case 'G':
        return drop_separator(script, 2, error);
    default:
        return finish_client_line(script, item, error);
    }
}

static Step
skip_line(BlScript *script, GError **error)
{
    gsize end;

    if (!bl_input_read_line(&script->input, 0, &end, error) || !drop(script, end, error))
        return STEP_ERROR;
    return STEP_MORE;
}

/* Between statements, with delimiter lines. The order is the client's: command words, delimiter,
 * backslash, comments. */
static Step
try_delimiter_client(BlScript *script, BlItem *item, GError **error)
{
    char c = *text_of(script);

    if (script->line_start && (g_ascii_isalpha(c) || c == '?')) {
        Step step = try_client_word(script, item, error);
        if (step != STEP_CODE)
            return step;
    }
    if (!bl_input_need(&script->input, BL_DELIMITER_MAX, error))
        return STEP_ERROR;
    if (script->has_own_delimiter && matches_delimiter(script, 0))
        return drop_separator(script, script->delimiter_len, error);
    if (c == '\\')
        return try_short_command(script, item, error);
    /* At the start of a statement the client needs no blank after the dashes. */
    if (c == '-' && bl_input_len(&script->input) > 1 && text_of(script)[1] == '-')
        return skip_line(script, error);
    return STEP_CODE;
}

/* A backslash between statements in the dialect of psql. */
static Step
try_backslash(BlScript *script, BlItem *item, GError **error)
{
    if (!bl_input_need(&script->input, 2, error))
        return STEP_ERROR;
    if (bl_input_len(&script->input) > 1 && text_of(script)[1] == ';')
        return drop_separator(script, 2, error);
    return finish_client_line(script, item, error);
}

/* What a client program would act on at the start of a statement. @return STEP_CODE when it is none
 * of that */
static Step
try_client(BlScript *script, BlItem *item, GError **error)
{
    char c = *text_of(script);

    if (script->dialect->delimiter_lines)
        return try_delimiter_client(script, item, error);
    if (script->dialect->backslash_commands && c == '\\')
        return try_backslash(script, item, error);
    if (script->dialect->dot_commands && c == '.' && script->input.column == 1)
        return finish_client_line(script, item, error);
    return STEP_CODE;
}

/* Consumes one piece of what stands between two items. */
static Step
step_between(BlScript *script, BlItem *item, GError **error)
{
    BlToken token;

    if (!bl_input_need(&script->input, 1, error))
        return STEP_ERROR;
    if (bl_input_len(&script->input) == 0)
        return STEP_END;
    Step step = try_client(script, item, error);
    if (step != STEP_CODE)
        return step;

    script->state.code_depth = 0;
    if (!lex(script, 0, &token, error))
        return STEP_ERROR;
    if (token.kind == BL_TOKEN_UNTERMINATED)
        return fail_unterminated(script, 0, error);
    if (token.kind == BL_TOKEN_SEMICOLON && !script->has_own_delimiter)
        return drop_separator(script, 1, error);
    if (!bl_token_is_filler(token.kind))
        return STEP_CODE;
    if (token.kind == BL_TOKEN_COMMENT)
        script->line_start = FALSE;
    else if (memchr(text_of(script), '\n', token.len) != NULL)
        script->line_start = TRUE;
    return drop(script, token.len, error) ? STEP_MORE : STEP_ERROR;
}

/* The statement ends at @text_end; its delimiter at @taken, or the script does. */
static Step
finish_statement(BlScript *script,
                 const Statement *stmt,
                 gboolean delimited,
                 gsize taken,
                 BlItem *item,
                 GError **error)
{
    if (!bl_input_check_nul(&script->input, taken, error))
        return STEP_ERROR;
    if (!delimited && script->state.code_depth > 0)
        return fail_unterminated(script, stmt->code_open, error);
    script->state.code_depth = 0;
    if (!stmt->has_code)
        return delimited ? drop_separator(script, taken, error) : STEP_END;
    (void)finish(script, item, BL_ITEM_STATEMENT, stmt->text_end, taken);
    bl_lex_note_statement(script->dialect, &script->state, item->text, item->len);
    item->full_len = MAX(stmt->pos, stmt->text_end);
    item->delimited = delimited;
    item->starts_copy = stmt->body.from_stdin && script->dialect->copy_data;
    if (item->starts_copy)
        script->copy = COPY_PENDING;
    return STEP_ITEM;
}

static Step
fail_command(BlScript *script, gsize pos, gsize len, GError **error)
{
    g_autofree char *name = g_strndup(text_of(script) + pos, len);
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autofree char *message =
        g_strdup_printf("client command \"%s\" in the middle of a statement", valid);

    return fail_at(script, pos, "end the statement before it, or remove the command", message,
                   error);
}

/* A backslash inside a statement in the dialect of psql: commands that send what is there end it.
 */
static Step
end_by_backslash(BlScript *script, const Statement *stmt, BlItem *item, GError **error)
{
    gsize line_end;

    if (!bl_input_read_line(&script->input, stmt->pos, &line_end, error))
        return STEP_ERROR;
    const char *text = text_of(script);
    gsize name = stmt->pos + 1;
    gsize name_end = name;
    while (name_end < line_end && (g_ascii_isalpha(text[name_end]) || text[name_end] == '_'))
        name_end++;
    if (name < line_end && text[name] == ';')
        return finish_statement(script, stmt, TRUE, name + 1, item, error);

    /* A bare \g is a delimiter like any other; with arguments, or data to come, somebody has to see
     * the command. */
    gboolean is_bare = trim_end(text, line_end) == name_end;
    if (is_bare && name_end == name + 1 && text[name] == 'g')
        return finish_statement(script, stmt, TRUE, name_end, item, error);
    if (bl_client_sends(text + name, name_end - name) && !stmt->body.from_stdin)
        return finish_statement(script, stmt, TRUE, stmt->pos, item, error);
    return fail_command(script, stmt->pos, MAX(name_end, MIN(name + 1, line_end)) - stmt->pos,
                        error);
}

/* The same where \g and \G end a statement and \N is a value. @return STEP_MORE for a token like
 * any other */
static Step
end_by_short_command(BlScript *script, const Statement *stmt, BlItem *item, GError **error)
{
    if (!takes_short_commands(script))
        return STEP_CODE;
    if (!bl_input_need(&script->input, stmt->pos + 2, error))
        return STEP_ERROR;
    gsize left = bl_input_len(&script->input) - stmt->pos;
    char command = left > 1 ? text_of(script)[stmt->pos + 1] : '\0';
    if (command == 'N')
        return STEP_CODE;
    if (command == 'g' || command == 'G')
        return finish_statement(script, stmt, TRUE, stmt->pos + 2, item, error);
    return fail_command(script, stmt->pos, MIN(left, 2), error);
}

static Step
end_by_command(BlScript *script, const Statement *stmt, BlItem *item, GError **error)
{
    if (script->dialect->backslash_commands)
        return end_by_backslash(script, stmt, item, error);
    return end_by_short_command(script, stmt, item, error);
}

static gboolean
is_opaque(BlTokenKind kind)
{
    return kind == BL_TOKEN_STRING || kind == BL_TOKEN_IDENTIFIER || kind == BL_TOKEN_HINT ||
           kind == BL_TOKEN_UNTERMINATED || bl_token_is_filler(kind);
}

/* Where the client would see a delimiter of the file's own inside @token: in the middle of a word
 * too, since it compares at every byte outside quotes and comments. @return FALSE: error; *found =
 * end of the token when there is none */
static gboolean
find_own_delimiter(BlScript *script, const BlToken *token, gsize *found, GError **error)
{
    gsize end = token->start + token->len;

    *found = end;
    if (token->len < 2 || is_opaque(token->kind))
        return TRUE;
    if (!bl_input_need(&script->input, end + BL_DELIMITER_MAX, error))
        return FALSE;
    const char *text = text_of(script);
    const char *from = text + token->start + 1;
    while ((from = memchr(from, script->delimiter[0], (gsize)(text + end - from))) != NULL) {
        if (matches_delimiter(script, (gsize)(from - text))) {
            *found = (gsize)(from - text);
            return TRUE;
        }
        from++;
    }
    return TRUE;
}

/* Looks for the file's own delimiter at the statement's next byte and inside the token there. */
static Step
end_by_own_delimiter(
    BlScript *script, Statement *stmt, BlToken *token, BlItem *item, GError **error)
{
    gsize n = script->delimiter_len;
    gsize found;

    if (!bl_input_need(&script->input, stmt->pos + n, error))
        return STEP_ERROR;
    if (matches_delimiter(script, stmt->pos))
        return finish_statement(script, stmt, TRUE, stmt->pos + n, item, error);
    if (!lex(script, stmt->pos, token, error) || !find_own_delimiter(script, token, &found, error))
        return STEP_ERROR;
    if (found == token->start + token->len)
        return STEP_CODE;
    stmt->text_end = found;
    stmt->has_code = TRUE;
    return finish_statement(script, stmt, TRUE, found + n, item, error);
}

/* A token that ends the statement, or cannot be part of one. @return STEP_CODE for all others */
static Step
end_by_token(
    BlScript *script, const Statement *stmt, const BlToken *token, BlItem *item, GError **error)
{
    if (token->kind == BL_TOKEN_SEMICOLON && !script->has_own_delimiter &&
        bl_body_can_end(&stmt->body))
        return finish_statement(script, stmt, TRUE, stmt->pos + 1, item, error);
    if (token->kind == BL_TOKEN_END)
        return finish_statement(script, stmt, FALSE, stmt->pos, item, error);
    if (token->kind == BL_TOKEN_UNTERMINATED)
        return fail_unterminated(script, stmt->pos, error);
    if (token->kind == BL_TOKEN_BACKSLASH)
        return end_by_command(script, stmt, item, error);
    return STEP_CODE;
}

static Step
read_statement(BlScript *script, BlItem *item, GError **error)
{
    Statement stmt = { 0 };

    script->state.code_depth = 0;
    bl_body_init(&stmt.body, script->dialect);
    for (;;) {
        BlToken token = { 0 };
        Step step = STEP_CODE;
        if (script->has_own_delimiter)
            step = end_by_own_delimiter(script, &stmt, &token, item, error);
        else if (!lex(script, stmt.pos, &token, error))
            step = STEP_ERROR;
        if (step == STEP_CODE)
            step = end_by_token(script, &stmt, &token, item, error);
        if (step != STEP_CODE)
            return step;

        /* The client takes \N as one, so that no delimiter starts at its N. */
        if (token.kind == BL_TOKEN_BACKSLASH && takes_short_commands(script))
            token.len = MIN(2, bl_input_len(&script->input) - token.start);
        stmt.pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (token.kind == BL_TOKEN_CODE_OPEN)
            stmt.code_open = token.start;
        stmt.text_end = stmt.pos;
        stmt.has_code = stmt.has_code || token.kind != BL_TOKEN_HINT;
        bl_body_feed(&stmt.body, &token, text_of(script));
    }
}

/* What is left of the line of a COPY statement: nothing but blanks or a comment, then its data
 * starts. */
static Step
begin_copy(BlScript *script, GError **error)
{
    gsize end;

    if (!bl_input_read_line(&script->input, 0, &end, error))
        return STEP_ERROR;
    gsize pos = bl_copy_find_text(text_of(script), end);
    if (pos < end)
        return fail_at(script, pos, "put it on a line after the data",
                       "text after COPY ... FROM stdin on the same line", error);
    gboolean has_line_end = end < bl_input_len(&script->input);
    if (!drop(script, end + (has_line_end ? 1 : 0), error))
        return STEP_ERROR;
    script->lead = script->input.offset;
    script->copy = COPY_DATA;
    script->copy_line = script->input.line;
    script->copy_column = script->input.column;
    return STEP_MORE;
}

static Step
fail_copy(BlScript *script, GError **error)
{
    g_autoptr(GError) made = NULL;

    bl_error_set(&made, BL_ERROR_SQL, "a line that holds only \"\\.\" ends the data",
                 "unterminated COPY data");
    bl_error_set_position(made, bl_script_name(script), script->copy_line, script->copy_column);
    g_propagate_error(error, g_steal_pointer(&made));
    return STEP_ERROR;
}

static Step
read_copy(BlScript *script, BlItem *item, GError **error)
{
    BlInput *input = &script->input;

    for (;;) {
        gsize n = 0;
        gsize len = bl_input_len(input);
        switch (bl_copy_next(bl_input_text(input), len, input->eof, &n)) {
        case BL_COPY_END:
            script->copy = COPY_NONE;
            return finish(script, item, BL_ITEM_COPY_END, 2, n);
        case BL_COPY_ROWS:
            return finish(script, item, BL_ITEM_COPY_DATA, n, n);
        case BL_COPY_MORE:
            break;
        }
        if (input->eof)
            return fail_copy(script, error);
        if (!bl_input_fill(&script->input, len, error))
            return STEP_ERROR;
    }
}

/* Forgets the last item. */
static void
drop_item(BlScript *script)
{
    if (script->taken == 0)
        return;
    bl_input_drop(&script->input, script->taken);
    script->taken = 0;
    script->lead = script->input.offset;
    script->line_start = script->input.column == 1;
}

static Step
next_step(BlScript *script, BlItem *item, GError **error)
{
    if (script->copy == COPY_PENDING)
        return begin_copy(script, error);
    if (script->copy == COPY_DATA)
        return read_copy(script, item, error);

    Step found = step_between(script, item, error);
    return found == STEP_CODE ? read_statement(script, item, error) : found;
}

/* @return FALSE: the text has to be read, by other rules than when the statement was found */
static gboolean
is_known(const BlScript *script)
{
    const BlLexState *state = &script->state;
    return script->known != NULL &&
           (script->is_known_taken ||
            (!state->no_backslash_escapes && !state->backslash_in_strings && !state->ansi_quotes));
}

static int
read_next(BlScript *script, BlItem *item, GError **error)
{
    g_autoptr(GError) failure = NULL;
    Step found = STEP_MORE;

    if (is_known(script)) {
        if (script->is_known_taken)
            return STEP_END;
        script->is_known_taken = TRUE;
        *item = *script->known;
        return STEP_ITEM;
    }
    script->known = NULL;
    if (script->failure != NULL) {
        g_propagate_error(error, g_error_copy(script->failure));
        return STEP_ERROR;
    }
    drop_item(script);
    while (found == STEP_MORE)
        found = next_step(script, item, &failure);
    if (found == STEP_ERROR) {
        script->failure = g_error_copy(failure);
        g_propagate_error(error, g_steal_pointer(&failure));
    }
    return (int)found;
}

/* What ends the joined ones, an error too, comes out of the next call. */
static void
join_more(BlScript *script, BlItem *item)
{
    while (!script->has_ahead && read_next(script, &script->ahead, NULL) == STEP_ITEM)
        script->has_ahead = !script->join(&script->ahead, script->joined, script->join_data);
    item->text = script->joined->str;
    item->len = script->joined->len;
    item->full_len = item->len;
}

int
bl_script_next(BlScript *script, BlItem *item, GError **error)
{
    if (script->has_ahead)
        *item = script->ahead;
    int found = script->has_ahead ? STEP_ITEM : read_next(script, item, error);
    script->has_ahead = FALSE;
    if (found != STEP_ITEM || script->join == NULL)
        return found;
    g_string_truncate(script->joined, 0);
    if (script->join(item, script->joined, script->join_data))
        join_more(script, item);
    return found;
}

int
bl_script_next_statement(BlScript *script, BlItem *item, GError **error)
{
    int more;
    while ((more = bl_script_next(script, item, error)) > 0) {
        if (item->kind == BL_ITEM_STATEMENT)
            break;
    }
    return more;
}

void
bl_item_position(const BlItem *item, gsize offset, guint *line, guint *column)
{
    *line = item->line;
    *column = item->column;
    bl_text_advance(item->text, MIN(offset, item->len), line, column);
}

void
bl_script_free(BlScript *script)
{
    if (script == NULL)
        return;
    bl_input_clear(&script->input);
    bl_reader_free(script->own);
    g_clear_error(&script->failure);
    if (script->joined != NULL)
        g_string_free(script->joined, TRUE);
    g_free(script);
}
