/* SPDX-License-Identifier: MIT */
/*
 * goose 3: NUMBER_name.sql with the annotations "-- +goose Up", "-- +goose Down" and, anywhere in
 * the file, "-- +goose NO TRANSACTION". StatementBegin and StatementEnd enclose what its own
 * splitter would cut; ours needs no such help, so that they are only checked. Between ENVSUB ON and
 * OFF variables of the environment are filled in, wherever in the file the two stand. .go files are
 * another language. Source: internal/sqlparser/parser.go, migrate.go (NumericComponent).
 */
#include "squash/cutter.h"
#include "squash/directive.h"

#include "common/base/error.h"

#include <string.h>

typedef struct {
    BlCutter base;
    gboolean in_statement;
    gboolean no_transaction;
    gboolean substitutes;
} Goose;

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
open_section(Goose *goose, BlSection *section, const BlToken *token)
{
    if (section->present)
        bl_cutter_fail(&goose->base, token->start, "keep one", "the annotation comes twice");
    else if (section == &goose->base.migration->down && !goose->base.migration->up.present)
        bl_cutter_fail(&goose->base, token->start, "put the up part first",
                       "\"-- +goose Down\" before \"-- +goose Up\"");
    if (goose->in_statement)
        bl_cutter_fail(&goose->base, token->start, "write -- +goose StatementEnd before it",
                       "\"-- +goose StatementBegin\" is not ended");
    bl_cutter_open(&goose->base, section, token);
    section->substitutes = goose->substitutes;
}

static void
take_up(Goose *goose, const BlToken *token)
{
    open_section(goose, &goose->base.migration->up, token);
}

static void
take_down(Goose *goose, const BlToken *token)
{
    open_section(goose, &goose->base.migration->down, token);
}

static void
take_begin(Goose *goose, const BlToken *token)
{
    if (goose->in_statement || goose->base.section == NULL) {
        bl_cutter_fail(&goose->base, token->start,
                       "write it behind Up or Down, once for a statement",
                       "\"-- +goose StatementBegin\" out of place");
    }
    goose->in_statement = TRUE;
}

static void
take_end(Goose *goose, const BlToken *token)
{
    if (!goose->in_statement) {
        bl_cutter_fail(&goose->base, token->start,
                       "write -- +goose StatementBegin before the statement",
                       "\"-- +goose StatementEnd\" without its beginning");
    }
    goose->in_statement = FALSE;
}

static void
take_no_transaction(Goose *goose, const BlToken *token)
{
    (void)token;
    goose->no_transaction = TRUE;
}

/* What stands between them is filled in later; see expand_goose(). */
static void
take_envsub_on(Goose *goose, const BlToken *token)
{
    (void)token;
    goose->substitutes = TRUE;
}

static void
take_envsub_off(Goose *goose, const BlToken *token)
{
    (void)token;
    goose->substitutes = FALSE;
}

static const struct {
    const char *words;
    void (*take)(Goose *goose, const BlToken *token);
} annotations[] = {
    { "Up", take_up },
    { "Down", take_down },
    { "StatementBegin", take_begin },
    { "StatementEnd", take_end },
    { "NO TRANSACTION", take_no_transaction },
    { "ENVSUB ON", take_envsub_on },
    { "ENVSUB OFF", take_envsub_off },
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
take_comment(BlCutter *cutter, const BlToken *token)
{
    g_autofree char *words = read_annotation(cutter->text + token->start, token->len);
    if (words == NULL)
        return;
    gsize line = token->start;
    while (line > 0 && strchr(" \t", cutter->text[line - 1]) != NULL)
        line--;
    gboolean is_alone = line == 0 || cutter->text[line - 1] == '\n';
    if (line != token->start && is_alone)
        bl_cutter_fail(cutter, token->start, "move it to the start of its line",
                       "an annotation behind blanks");
    if (line != token->start || !is_alone)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(annotations); i++) {
        if (g_ascii_strcasecmp(words, annotations[i].words) == 0) {
            annotations[i].take((Goose *)cutter, token);
            return;
        }
    }
    g_autofree char *message = g_strdup_printf("unknown annotation \"+goose %s\"", words);
    bl_cutter_fail(
        cutter, token->start,
        "Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON and ENVSUB OFF "
        "are known",
        message);
}

static void
split_goose(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    (void)role;
    bl_skip_mark(&text, &len);
    Goose goose = { .base = { .text = text,
                              .len = len,
                              .migration = migration,
                              .first = "-- +goose Up",
                              .comment = take_comment } };
    if (!bl_cutter_run(&goose.base, dialect))
        return;
    if (goose.in_statement)
        bl_cutter_fail(&goose.base, len, "write -- +goose StatementEnd behind the statement",
                       "\"-- +goose StatementBegin\" is not ended");
    bl_directive_read_head(&migration->up, text, goose.base.head, dialect, migration->label,
                           &migration->problem);
    bl_directive_read_head(&migration->down, text, goose.base.head, dialect, migration->label,
                           &migration->problem);
    if (goose.no_transaction)
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
    if (!section->substitutes && memmem(section->text, section->len, "+goose", 6) == NULL)
        return g_strndup(section->text, section->len);
    GString *out = g_string_new(NULL);
    gboolean on = section->substitutes;
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
    .traits = BL_CONVENTION_UNIQUE_VERSION | BL_CONVENTION_64_BITS,
    .match = match_goose,
    .compare = bl_compare_by_number,
    .version = bl_version_number,
    .title = bl_title_words,
    .split = split_goose,
    .expand = expand_goose,
};
