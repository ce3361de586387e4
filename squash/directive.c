/* SPDX-License-Identifier: MIT */
#include "squash/directive.h"

#include "squash/convention.h"

#include "common/sql/lexer.h"

#include <string.h>

typedef struct {
    BlSection *section;
    BlFileRole role;
    const char *label;
    const char *text;
    guint line;     /* of the first byte of @text */
    guint64 offset; /* of the same in its file */
    gboolean in_head;
    gboolean may_repeat;
    gsize repeat_at; /* of a repeat whose statement has not come */
    gboolean waits;
    GError **problem;
} Reading;

/* "500ms", "5s", "1min", "2h". */
static gboolean
parse_duration(const char *value, guint *ms)
{
    static const struct {
        const char *unit;
        guint64 ms;
    } units[] = { { "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "h", 3600000 } };
    char *end;
    if (!g_ascii_isdigit(value[0]))
        return FALSE;
    guint64 number = g_ascii_strtoull(value, &end, 10);
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        if (number == 0 || number > G_MAXINT / units[i].ms)
            return FALSE;
        *ms = (guint)(number * units[i].ms);
        return TRUE;
    }
    return FALSE;
}

static gboolean
set_transaction(BlSection *section, const char *value)
{
    gboolean is_true = strcmp(value, "true") == 0;
    if (!is_true && strcmp(value, "false") != 0)
        return FALSE;
    section->transaction = is_true;
    section->automatic = FALSE;
    return TRUE;
}

static gboolean
set_lock_timeout(BlSection *section, const char *value)
{
    return parse_duration(value, &section->lock_timeout_ms);
}

static gboolean
set_statement_timeout(BlSection *section, const char *value)
{
    return parse_duration(value, &section->statement_timeout_ms);
}

static const struct {
    const char *name;
    gboolean (*set)(BlSection *section, const char *value);
    const char *hint;
} settings[] = {
    { "transaction", set_transaction, "write true or false" },
    { "lock_timeout", set_lock_timeout, "write a number and ms, s, min or h, for example 5s" },
    { "statement_timeout", set_statement_timeout,
      "write a number and ms, s, min or h, for example 1min" },
};

/* @return the row of settings whose name @text begins with; -1: none */
static gssize
find_setting(const char *text)
{
    gsize len = 0;
    while (g_ascii_isalnum(text[len]) || text[len] == '_')
        len++;
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (strlen(settings[i].name) == len && memcmp(settings[i].name, text, len) == 0)
            return (gssize)i;
    }
    return -1;
}

/* What stands behind the name: "transaction false", "transaction:false". */
static const char *
value_behind(const char *text, const char *name)
{
    const char *value = text + strlen(name);
    return value + strspn(value, " \t:=");
}

gboolean
bl_directive_options(BlSection *section, const char *words, char **bad)
{
    g_auto(GStrv) list = g_strsplit_set(words, " \t\r\n", -1);
    for (guint i = 0; list[i] != NULL; i++) {
        gssize row = find_setting(list[i]);
        if (list[i][0] == '\0' ||
            (row >= 0 && list[i][strlen(settings[row].name)] == ':' &&
             settings[row].set(section, value_behind(list[i], settings[row].name))))
            continue;
        *bad = g_strdup(list[i]);
        return FALSE;
    }
    return TRUE;
}

static gboolean
is_word(const char *text, gsize len, const char *word)
{
    gsize n = strlen(word);
    return len >= n && memcmp(text, word, n) == 0 &&
           (len == n || (!g_ascii_isalnum(text[n]) && text[n] != '_'));
}

/* What stands behind them is only named (data_section.h). */
static gboolean
is_section_word(const char *text, gsize len)
{
    return is_word(text, len, "data") || is_word(text, len, "schema");
}

gboolean
bl_directive_is_known(const char *text, gsize len)
{
    g_autofree char *copy = g_strndup(text, len);
    return is_word(text, len, "repeat") || is_section_word(text, len) || find_setting(copy) >= 0;
}

static void
fail(Reading *reading, gsize at, const char *hint, const char *message)
{
    bl_problem_set(reading->problem, &(BlExcerpt){ reading->label, reading->text, reading->line },
                   at, hint, message);
}

static void
take_repeat(Reading *reading, const BlToken *token)
{
    if (!reading->may_repeat || reading->waits) {
        fail(reading, token->start, "put it before the statement that it means",
             "\"-- migrate:repeat\" has no statement");
        return;
    }
    if (reading->section->repeats == NULL)
        reading->section->repeats = g_array_new(FALSE, FALSE, sizeof(guint64));
    guint64 place = reading->offset + token->start;
    g_array_append_val(reading->section->repeats, place);
    reading->waits = TRUE;
    reading->repeat_at = token->start;
}

static void
take_setting(Reading *reading, const BlToken *token, gsize row, const char *text)
{
    if (!reading->in_head) {
        fail(reading, token->start, "move it to the head", "a directive behind a statement");
        return;
    }
    if (settings[row].set(reading->section, value_behind(text, settings[row].name)))
        return;
    g_autofree char *message = g_strdup_printf("wrong directive \"migrate:%s\"", text);
    fail(reading, token->start, settings[row].hint, message);
}

/* The native markers say nothing new where the file's name says up or down, but carry options. */
static gboolean
take_marker(Reading *reading, const BlToken *token, const char *text)
{
    if (reading->section->plain_marks &&
        (is_word(text, strlen(text), "up") || is_word(text, strlen(text), "down")))
        return TRUE;
    const char *word = reading->role == BL_FILE_UP     ? "up"
                       : reading->role == BL_FILE_DOWN ? "down"
                                                       : NULL;
    if (word == NULL || !reading->in_head || !is_word(text, strlen(text), word))
        return FALSE;
    g_autofree char *bad = NULL;
    if (!bl_directive_options(reading->section, text + strlen(word), &bad)) {
        g_autofree char *message = g_strdup_printf("unknown option \"%s\" of a directive", bad);
        fail(reading, token->start, "for example transaction:false", message);
    }
    return TRUE;
}

static void
take_directive(Reading *reading, const BlToken *token, const char *directive)
{
    const char *end = reading->text + token->start + token->len;
    g_autofree char *text = g_strndup(directive, (gsize)(end - directive));
    g_strchomp(text);
    gssize row = find_setting(text);
    if (is_word(text, strlen(text), "repeat") && text[strlen("repeat")] == '\0')
        take_repeat(reading, token);
    else if (is_section_word(text, strlen(text)))
        return;
    else if (row >= 0)
        take_setting(reading, token, (gsize)row, text);
    else if (!take_marker(reading, token, text)) {
        g_autofree char *message = g_strdup_printf("unknown directive \"migrate:%s\"", text);
        fail(reading, token->start, BL_DIRECTIVES, message);
    }
}

static void
read_directives(Reading *reading, gsize len, const BlDialect *dialect)
{
    /* Nearly no file has one: no second look at the others. */
    if (memmem(reading->text, len, "migrate:", strlen("migrate:")) == NULL)
        return;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (*reading->problem == NULL &&
           bl_lex(dialect, &state, reading->text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        const char *directive = bl_directive_text(reading->text, &token);
        if (directive != NULL) {
            take_directive(reading, &token, directive);
        } else if (!bl_token_is_filler(token.kind) && token.kind != BL_TOKEN_SEMICOLON) {
            reading->in_head = FALSE;
            reading->waits = FALSE;
        }
    }
    if (reading->waits)
        fail(reading, reading->repeat_at, "put it before the statement that it means",
             "\"-- migrate:repeat\" has no statement");
}

void
bl_directive_read(BlSection *section,
                  BlFileRole role,
                  const BlDialect *dialect,
                  const char *label,
                  GError **problem)
{
    Reading reading = {
        .section = section,
        .role = role,
        .label = label,
        .text = section->text,
        .line = section->line,
        .offset = section->offset,
        .in_head = TRUE,
        .may_repeat = TRUE,
        .problem = problem,
    };
    if (*problem == NULL && section->text != NULL)
        read_directives(&reading, section->len, dialect);
}

void
bl_directive_read_head(BlSection *section,
                       const char *head,
                       gsize len,
                       const BlDialect *dialect,
                       const char *label,
                       GError **problem)
{
    Reading reading = {
        .section = section,
        .label = label,
        .text = head,
        .line = 1,
        .in_head = TRUE,
        .problem = problem,
    };
    if (*problem == NULL)
        read_directives(&reading, len, dialect);
}
