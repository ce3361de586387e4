/* SPDX-License-Identifier: MIT */
#include "squash/convention.h"

#include "common/base/error.h"
#include "common/sql/lexer.h"

#include <string.h>

const char *const bl_sql_endings[] = { ".sql", NULL };

const BlConvention *const bl_conventions[] = {
    &bl_convention_baseline,  &bl_convention_dbmate, &bl_convention_golang_migrate,
    &bl_convention_goose,     &bl_convention_diesel, &bl_convention_flyway,
    &bl_convention_prisma,    &bl_convention_sqlx,   &bl_convention_popx,
    &bl_convention_versioned, &bl_convention_nested, NULL,
};

const BlConvention *
bl_convention_find(const char *name)
{
    for (gsize i = 0; bl_conventions[i] != NULL; i++) {
        if (strcmp(bl_conventions[i]->name, name) == 0)
            return bl_conventions[i];
    }
    return NULL;
}

const char *
bl_match_ending(const char *path, const char *const *endings)
{
    const char *file = bl_last_part(path);
    for (gsize i = 0; endings[i] != NULL; i++) {
        if (g_str_has_suffix(file, endings[i]) && strlen(file) > strlen(endings[i]))
            return endings[i];
    }
    return NULL;
}

const char *
bl_match_ending_any_case(const char *path, const char *const *endings)
{
    g_autofree char *lower = g_ascii_strdown(path, -1);
    return bl_match_ending(lower, endings);
}

void
bl_match_set(BlFileMatch *match, BlFileRole role, const char *path, gsize len)
{
    match->role = role;
    match->name = g_strndup(path, len);
}

const char *
bl_last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

gsize
bl_count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

gboolean
bl_is_numbered(const char *path)
{
    const char *file = bl_last_part(path);
    gsize n = bl_count_digits(file);
    return n > 0 && file[n] == '_' && file[n + 1] != '\0';
}

char *
bl_version_digits(const char *name)
{
    const char *part = bl_last_part(name);
    gsize n = bl_count_digits(part);
    return n > 0 ? g_strndup(part, n) : NULL;
}

char *
bl_version_number(const char *name)
{
    const char *part = bl_last_part(name);
    gsize n = bl_count_digits(part);
    if (n == 0)
        return NULL;
    for (; n > 1 && *part == '0'; n--)
        part++;
    return g_strndup(part, n);
}

char *
bl_title_words(const char *name)
{
    const char *line = strchr(bl_last_part(name), '_');
    return line != NULL ? g_strdelimit(g_strdup(line + 1), "_", ' ') : NULL;
}

int
bl_compare_numbers(const char **a, const char **b)
{
    while (**a == '0')
        (*a)++;
    while (**b == '0')
        (*b)++;
    gsize n_a = bl_count_digits(*a);
    gsize n_b = bl_count_digits(*b);
    int order = n_a != n_b ? (n_a < n_b ? -1 : 1) : strncmp(*a, *b, n_a);
    *a += n_a;
    *b += n_b;
    return order;
}

int
bl_compare_by_number(const char *a, const char *b)
{
    const char *left = bl_last_part(a);
    const char *right = bl_last_part(b);
    int order = bl_compare_numbers(&left, &right);
    return order != 0 ? order : strcmp(a, b);
}

void
bl_section_take_part(BlSection *section, const char *text, gsize start, gsize end)
{
    g_free(section->text);
    section->text = g_malloc(end - start + 1);
    memcpy(section->text, text + start, end - start);
    section->text[end - start] = '\0';
    section->len = end - start;
    section->offset = start;
    section->line = 1;
    const char *from = text;
    while ((from = memchr(from, '\n', (gsize)(text + start - from))) != NULL) {
        section->line++;
        from++;
    }
}

static gsize
count_mark(const char *text, gsize len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

void
bl_skip_mark(const char **text, gsize *len)
{
    gsize skip = count_mark(*text, *len);
    *text += skip;
    *len -= skip;
}

void
bl_section_take_file(BlSection *section, const char *text, gsize len)
{
    gsize skip = count_mark(text, len);
    section->present = TRUE;
    section->empty = TRUE;
    section->transaction = TRUE;
    bl_section_take_part(section, text, skip, len);
}

void
bl_problem_set(
    GError **problem, const BlExcerpt *part, gsize at, const char *hint, const char *message)
{
    guint line = part->line;
    gsize line_start = 0;
    if (*problem != NULL)
        return;
    for (gsize i = 0; i < at; i++) {
        if (part->text[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    bl_error_set(problem, BL_ERROR_SQL, hint, "%s", message);
    bl_error_set_position(*problem, part->label, line, (guint)(at - line_start) + 1);
}

const char *
bl_unterminated(const char *text)
{
    return *text == '/' ? "unterminated comment" : "unterminated quoted text";
}

gboolean
bl_check_nul(GError **problem, const char *label, const char *text, gsize len)
{
    const char *nul = memchr(text, '\0', len);
    if (nul == NULL)
        return TRUE;
    bl_problem_set(problem, &(BlExcerpt){ label, text, 1 }, (gsize)(nul - text),
                   "save it as plain text", "a NUL byte: this is no text file");
    return FALSE;
}

BlSection *
bl_section_fill(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len)
{
    BlSection *section = role == BL_FILE_DOWN ? &migration->down : &migration->up;
    const char *label = section->label != NULL ? section->label : migration->label;
    bl_section_take_file(section, text, len);
    if (!bl_check_nul(&section->problem, label, text, len))
        return section;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (bl_lex(dialect, &state, section->text, section->len, pos, TRUE, &token) !=
           BL_TOKEN_END) {
        pos = token.start + token.len;
        if (token.kind == BL_TOKEN_UNTERMINATED)
            bl_problem_set(&section->problem, &(BlExcerpt){ label, section->text, section->line },
                           token.start, "close it", bl_unterminated(section->text + token.start));
        if (!bl_token_is_filler(token.kind) && token.kind != BL_TOKEN_SEMICOLON)
            section->empty = FALSE;
    }
    return section;
}

const char *
bl_directive_text(const char *text, const BlToken *token)
{
    static const char mark[] = "migrate:";
    const char *p = text + token->start;
    const char *end = p + token->len;
    if (token->kind != BL_TOKEN_COMMENT || token->len < 2 || p[0] != '-' || p[1] != '-' ||
        (token->start > 0 && p[-1] != '\n'))
        return NULL;
    for (p += 2; p < end && (*p == ' ' || *p == '\t'); p++)
        continue;
    gsize len = strlen(mark);
    return (gsize)(end - p) > len && memcmp(p, mark, len) == 0 ? p + len : NULL;
}

gboolean
bl_has_native_markers(const BlDialect *dialect, const char *text, gsize len)
{
    bl_skip_mark(&text, &len);
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (bl_lex(dialect, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        const char *directive = bl_directive_text(text, &token);
        if (directive != NULL && strncmp(directive, "up", 2) == 0 && !g_ascii_isalnum(directive[2]))
            return TRUE;
    }
    return FALSE;
}
