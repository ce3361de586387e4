/* SPDX-License-Identifier: MIT */
/*
 * goose 3: NUMBER_name.sql with the annotations "-- +goose Up", "-- +goose Down" and, anywhere in
 * the file, "-- +goose NO TRANSACTION". StatementBegin and StatementEnd enclose what its own
 * splitter would cut; ours needs no such help, so that they are only checked. Between ENVSUB ON and
 * OFF variables of the environment are filled in. .go files are another language.
 */
#include "squash/convention.h"
#include "squash/directive.h"

#include "common/base/error.h"
#include "common/sql/lexer.h"

#include <string.h>

typedef struct {
    const BlDialect *dialect;
    const char *text;
    gsize len;
    BlMigration *migration;
    BlSection *section; /* the one that is open */
    gsize started;      /* where its text starts */
    gsize head;         /* bytes before the first one */
    gboolean in_statement;
    gboolean no_transaction;
} Cutter;

static void
match_goose(const char *path, const BlDialect *dialect, BlFileMatch *match)
{
    static const char *const go[] = { ".go", NULL };
    (void)dialect;
    if (!bl_is_numbered(path))
        return;
    const char *ending = bl_match_ending(path, bl_sql_endings);
    if (ending != NULL)
        bl_match_set(match, BL_FILE_UP, path, strlen(path) - strlen(ending));
    else if (bl_match_ending(path, go) != NULL && !g_str_has_suffix(path, "_test.go"))
        bl_match_set(match, BL_FILE_FOREIGN, path, strlen(path) - strlen(go[0]));
}

static void
set_problem(Cutter *cutter, gsize at, const char *hint, const char *message)
{
    bl_problem_set(&cutter->migration->problem,
                   &(BlExcerpt){ cutter->migration->label, cutter->text, 1 }, at, hint, message);
}

static void
close_section(Cutter *cutter, gsize end)
{
    if (cutter->section == NULL || cutter->section->text != NULL)
        return;
    bl_section_take_part(cutter->section, cutter->text, cutter->started, end);
}

static void
open_section(Cutter *cutter, BlSection *section, const BlToken *token)
{
    if (section->present)
        set_problem(cutter, token->start, "keep one", "the annotation comes twice");
    else if (section == &cutter->migration->down && !cutter->migration->up.present)
        set_problem(cutter, token->start, "put the up part first",
                    "\"-- +goose Down\" before \"-- +goose Up\"");
    if (cutter->in_statement)
        set_problem(cutter, token->start, "write -- +goose StatementEnd before it",
                    "\"-- +goose StatementBegin\" is not ended");
    close_section(cutter, token->start);
    if (cutter->section == NULL)
        cutter->head = token->start;
    cutter->section = section;
    section->present = TRUE;
    section->empty = TRUE;
    section->transaction = TRUE;
    cutter->started = token->start + token->len;
}

static void
take_up(Cutter *cutter, const BlToken *token)
{
    open_section(cutter, &cutter->migration->up, token);
}

static void
take_down(Cutter *cutter, const BlToken *token)
{
    open_section(cutter, &cutter->migration->down, token);
}

static void
take_begin(Cutter *cutter, const BlToken *token)
{
    if (cutter->in_statement || cutter->section == NULL)
        set_problem(cutter, token->start, "write it behind Up or Down, once for a statement",
                    "\"-- +goose StatementBegin\" out of place");
    cutter->in_statement = TRUE;
}

static void
take_end(Cutter *cutter, const BlToken *token)
{
    if (!cutter->in_statement)
        set_problem(cutter, token->start, "write -- +goose StatementBegin before the statement",
                    "\"-- +goose StatementEnd\" without its beginning");
    cutter->in_statement = FALSE;
}

static void
take_no_transaction(Cutter *cutter, const BlToken *token)
{
    (void)token;
    cutter->no_transaction = TRUE;
}

/* What stands between them is filled in later; see expand_goose(). */
static void
take_envsub(Cutter *cutter, const BlToken *token)
{
    (void)cutter;
    (void)token;
}

static const struct {
    const char *words;
    void (*take)(Cutter *cutter, const BlToken *token);
} annotations[] = {
    { "Up", take_up },
    { "Down", take_down },
    { "StatementBegin", take_begin },
    { "StatementEnd", take_end },
    { "NO TRANSACTION", take_no_transaction },
    { "ENVSUB ON", take_envsub },
    { "ENVSUB OFF", take_envsub },
};

/* The words behind "-- +goose" in the line at @text. @return g_free(); NULL: no annotation */
static char *
read_annotation(const char *text, gsize len)
{
    static const char mark[] = "+goose";
    if (len < 2 || text[0] != '-' || text[1] != '-')
        return NULL;
    gsize at = 2;
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    if (len - at < strlen(mark) || memcmp(text + at, mark, strlen(mark)) != 0)
        return NULL;
    at += strlen(mark);
    g_autofree char *rest = g_strndup(text + at, len - at);
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(rest), " \t", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; words[i] != NULL; i++) {
        if (words[i][0] != '\0')
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", words[i]);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
take_comment(Cutter *cutter, const BlToken *token)
{
    if (!bl_starts_line(cutter->text, token->start))
        return;
    g_autofree char *words = read_annotation(cutter->text + token->start, token->len);
    if (words == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(annotations); i++) {
        if (g_ascii_strcasecmp(words, annotations[i].words) == 0) {
            annotations[i].take(cutter, token);
            return;
        }
    }
    g_autofree char *message = g_strdup_printf("unknown annotation \"+goose %s\"", words);
    set_problem(cutter, token->start,
                "Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON and ENVSUB OFF "
                "are known",
                message);
}

static void
take_token(Cutter *cutter, const BlToken *token)
{
    if (token->kind == BL_TOKEN_COMMENT) {
        take_comment(cutter, token);
    } else if (token->kind == BL_TOKEN_UNTERMINATED) {
        set_problem(cutter, token->start, "close it", bl_unterminated(cutter->text + token->start));
    } else if (!bl_token_is_filler(token->kind) && token->kind != BL_TOKEN_SEMICOLON) {
        if (cutter->section == NULL) {
            set_problem(cutter, token->start, "begin the file with the line -- +goose Up",
                        "a statement before \"-- +goose Up\"");
        } else {
            cutter->section->empty = FALSE;
        }
    }
}

static void
split_goose(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    (void)role;
    Cutter cutter = { .dialect = dialect, .text = text, .len = len, .migration = migration };
    if (!bl_check_nul(&migration->problem, migration->label, text, len))
        return;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (migration->problem == NULL &&
           bl_lex(dialect, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        take_token(&cutter, &token);
    }
    close_section(&cutter, len);
    if (cutter.in_statement)
        set_problem(&cutter, len, "write -- +goose StatementEnd behind the statement",
                    "\"-- +goose StatementBegin\" is not ended");
    if (!migration->up.present)
        set_problem(&cutter, 0, "begin the file with the line -- +goose Up",
                    "the file has no \"-- +goose Up\"");
    bl_directive_read_head(&migration->up, text, cutter.head, dialect, migration->label,
                           &migration->problem);
    bl_directive_read_head(&migration->down, text, cutter.head, dialect, migration->label,
                           &migration->problem);
    if (cutter.no_transaction)
        migration->up.transaction = migration->down.transaction = FALSE;
}

/* A reference at @p, which stands behind its "$". @return bytes that it takes, 0: none */
static gsize
expand_reference(const char *p, const BlValues *values, GString *out)
{
    gboolean braces = *p == '{';
    const char *name = p + (braces ? 1 : 0);
    gsize len = 0;
    while (g_ascii_isalnum(name[len]) || name[len] == '_')
        len++;
    if (len == 0 || g_ascii_isdigit(name[0]))
        return 0;
    const char *end = braces ? strchr(name, '}') : name + len;
    if (end == NULL)
        return 0;
    g_autofree char *key = g_strndup(name, len);
    const char *rest = name + len;
    gboolean counts_empty = braces && rest[0] == ':' && rest[1] == '-';
    const char *fallback =
        braces && rest < end ? (counts_empty ? rest + 2 : (*rest == '-' ? rest + 1 : NULL)) : NULL;
    if (braces && rest < end && fallback == NULL)
        return 0;
    const char *value = values->variable != NULL ? values->variable(key, values->data) : NULL;
    if (value != NULL && (*value != '\0' || !counts_empty))
        g_string_append(out, value);
    else if (fallback != NULL)
        g_string_append_len(out, fallback, end - fallback);
    return (gsize)(end - p) + (braces ? 1 : 0);
}

static void
expand_line(const char *line, gsize len, const BlValues *values, GString *out)
{
    g_autofree char *copy = g_strndup(line, len);
    for (const char *p = copy; *p != '\0'; p++) {
        gsize taken = 0;
        if ((p[0] == '$' || p[0] == '\\') && p[1] == '$') {
            g_string_append_c(out, '$');
            p++;
            continue;
        }
        if (p[0] == '$')
            taken = expand_reference(p + 1, values, out);
        if (taken == 0)
            g_string_append_c(out, *p);
        p += taken;
    }
}

/* Line by line, as the tool does. */
static char *
expand_goose(const BlMigration *migration,
             const BlSection *section,
             const BlValues *values,
             GError **error)
{
    (void)migration;
    (void)error;
    if (memmem(section->text, section->len, "ENVSUB", 6) == NULL)
        return g_strndup(section->text, section->len);
    GString *out = g_string_new(NULL);
    gboolean on = FALSE;
    for (const char *line = section->text; *line != '\0';) {
        gsize len = strcspn(line, "\n");
        g_autofree char *words = read_annotation(line, len);
        if (words != NULL && g_ascii_strncasecmp(words, "ENVSUB", 6) == 0)
            on = g_ascii_strcasecmp(words, "ENVSUB ON") == 0;
        if (on && words == NULL)
            expand_line(line, len, values, out);
        else
            g_string_append_len(out, line, (gssize)len);
        line += len;
        if (*line == '\n')
            g_string_append_c(out, *line++);
    }
    return g_string_free(out, FALSE);
}

const BlConvention bl_convention_goose = {
    .name = "goose",
    .form = "<number>_<name>.sql with -- +goose Up and -- +goose Down",
    .down_place = "under -- +goose Down",
    .make = { BL_NUMBER_SECONDS, 5, "{number}_{name}.sql", NULL,
              "-- +goose Up\n{up}\n-- +goose Down\n{down}", NULL },
    .traits = BL_CONVENTION_UNIQUE_VERSION,
    .match = match_goose,
    .compare = bl_compare_by_number,
    .version = bl_version_number,
    .title = bl_title_words,
    .split = split_goose,
    .expand = expand_goose,
};
