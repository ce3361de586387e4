/* SPDX-License-Identifier: MIT */
#include "common/project/env.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

enum { MAX_NESTING = 16 };

struct BlEnv {
    GHashTable *variables; /* name -> value */
};

typedef struct {
    const char *at;
    const char *end;
    const char *name; /* of the file */
    guint line;
} Cursor;

static gboolean
fail_at(const Cursor *cursor, guint line, const char *what, GError **error)
{
    g_autoptr(GError) failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, "a line is NAME=value, export NAME=value or # comment",
                 "%s", what);
    bl_error_set_position(failure, cursor->name, line, 0);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks(Cursor *cursor)
{
    while (cursor->at < cursor->end && is_blank(*cursor->at)) {
        cursor->at++;
    }
}

static gboolean
at_line_end(const Cursor *cursor)
{
    return cursor->at >= cursor->end || *cursor->at == '\n';
}

static void
skip_line(Cursor *cursor)
{
    while (!at_line_end(cursor)) {
        cursor->at++;
    }
}

static gboolean
is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

static gboolean
is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Names with dots and dashes exist for other readers of the file; they do no harm here. */
static char *
read_name(Cursor *cursor)
{
    const char *start = cursor->at;
    while (cursor->at < cursor->end &&
           (is_name_char(*cursor->at) || *cursor->at == '.' || *cursor->at == '-')) {
        cursor->at++;
    }
    return g_strndup(start, (gsize)(cursor->at - start));
}

static void
append_escape(Cursor *cursor, GString *value)
{
    char c = cursor->at[1];
    if (c == 'n') {
        g_string_append_c(value, '\n');
    } else if (c == '"' || c == '\\' || c == '$') {
        g_string_append_c(value, c);
    } else {
        g_string_append_c(value, '\\');
        g_string_append_c(value, c);
    }
    cursor->at += 2;
}

static gboolean
read_quoted(Cursor *cursor, GString *value, GError **error)
{
    char quote = *cursor->at++;
    guint line = cursor->line;
    while (cursor->at < cursor->end && *cursor->at != quote) {
        if (*cursor->at == '\n') {
            cursor->line++;
        }
        if (quote == '"' && *cursor->at == '\\' && cursor->at + 1 < cursor->end &&
            cursor->at[1] != '\n') {
            append_escape(cursor, value);
        } else {
            g_string_append_c(value, *cursor->at++);
        }
    }
    if (cursor->at >= cursor->end) {
        return fail_at(cursor, line, "a quoted value has no closing quote", error);
    }
    cursor->at++;
    skip_blanks(cursor);
    if (!at_line_end(cursor) && *cursor->at != '#') {
        return fail_at(cursor, cursor->line, "text behind a closing quote", error);
    }
    skip_line(cursor);
    return TRUE;
}

static void
read_unquoted(Cursor *cursor, gboolean after_blank, GString *value)
{
    for (; !at_line_end(cursor); cursor->at++) {
        if (*cursor->at == '#' && after_blank) {
            break;
        }
        after_blank = is_blank(*cursor->at);
        g_string_append_c(value, *cursor->at);
    }
    skip_line(cursor);
    g_strchomp(value->str);
}

static gboolean
read_assignment(Cursor *cursor, BlEnv *env, GError **error)
{
    if (!is_name_start(*cursor->at)) {
        return fail_at(cursor, cursor->line, "expected a variable's name", error);
    }
    g_autofree char *name = read_name(cursor);
    if (strcmp(name, "export") == 0 && cursor->at < cursor->end && is_blank(*cursor->at)) {
        skip_blanks(cursor);
        if (!at_line_end(cursor) && is_name_start(*cursor->at)) {
            g_free(name);
            name = read_name(cursor);
        }
    }
    skip_blanks(cursor);
    if (at_line_end(cursor) || *cursor->at != '=') {
        return fail_at(cursor, cursor->line, "expected \"=\" behind the variable's name", error);
    }
    cursor->at++;
    const char *start = cursor->at;
    skip_blanks(cursor);

    g_autoptr(GString) value = g_string_new(NULL);
    if (!at_line_end(cursor) && (*cursor->at == '"' || *cursor->at == '\'')) {
        if (!read_quoted(cursor, value, error)) {
            return FALSE;
        }
    } else {
        read_unquoted(cursor, cursor->at > start, value);
    }
    g_hash_table_replace(env->variables, g_steal_pointer(&name), g_strdup(value->str));
    return TRUE;
}

BlEnv *
bl_env_parse(const char *text, gsize len, const char *name, GError **error)
{
    g_autoptr(BlEnv) env = g_new0(BlEnv, 1);
    env->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Cursor cursor = { text, text + len, name, 1 };
    if (memchr(text, '\0', len) != NULL) {
        fail_at(&cursor, 0, "the file holds a NUL byte", error);
        return NULL;
    }
    if (g_str_has_prefix(text, "\xef\xbb\xbf")) {
        cursor.at += 3;
    }
    while (cursor.at < cursor.end) {
        skip_blanks(&cursor);
        if (!at_line_end(&cursor) && *cursor.at != '#') {
            if (!read_assignment(&cursor, env, error)) {
                return NULL;
            }
        }
        skip_line(&cursor);
        cursor.at++;
        cursor.line++;
    }
    return g_steal_pointer(&env);
}

BlEnv *
bl_env_load(const char *path, const char *label, GError **error)
{
    gsize len = 0;
    /* Some projects keep a folder of that name for another tool. */
    if (!bl_file_exists(path) || g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return bl_env_parse("", 0, label, error);
    }
    g_autofree char *text = bl_file_read(path, BL_ENV_LIMIT, &len, error);
    if (text == NULL) {
        return NULL;
    }
    return bl_env_parse(text, len, label, error);
}

const char *
bl_env_get(const BlEnv *env, const char *name)
{
    const char *value = g_getenv(name);
    return value != NULL ? value : g_hash_table_lookup(env->variables, name);
}

gboolean
bl_env_has_reference(const char *text)
{
    return strstr(text, "${") != NULL;
}

/* One run of the expansion: what is inside a default that is not needed is checked but not looked
 * up. */
typedef struct {
    const BlEnv *env;
    const char *at;
    guint depth;
} Expansion;

static gboolean expand_until(Expansion *expansion, GString *out, GError **error);

static gboolean
fail_syntax(const char *what, GError **error)
{
    bl_error_set(error, BL_ERROR_USAGE,
                 "write ${NAME} or ${NAME:-default}, and $${ for the two characters themselves",
                 "%s", what);
    return FALSE;
}

static char *
read_reference_name(Expansion *expansion)
{
    const char *start = expansion->at;
    if (is_name_start(*start)) {
        while (is_name_char(*expansion->at)) {
            expansion->at++;
        }
    }
    return g_strndup(start, (gsize)(expansion->at - start));
}

/* The cursor stands behind ":-". @out NULL: the default is only skipped. */
static gboolean
read_default(Expansion *expansion, GString *out, GError **error)
{
    if (++expansion->depth > MAX_NESTING) {
        return fail_syntax("the defaults of a ${NAME:-default} are nested too deeply", error);
    }
    gboolean ok = expand_until(expansion, out, error);
    expansion->depth--;
    return ok;
}

/* The cursor stands behind "${". */
static gboolean
expand_reference(Expansion *expansion, GString *out, GError **error)
{
    g_autofree char *name = read_reference_name(expansion);
    gboolean has_default = g_str_has_prefix(expansion->at, ":-");
    if (*name == '\0' || (*expansion->at != '}' && !has_default)) {
        return fail_syntax(*expansion->at == '\0' ? "${ without a closing brace"
                                                  : "${ without a variable's name",
                           error);
    }
    const char *value = out != NULL ? bl_env_get(expansion->env, name) : "";
    if (has_default) {
        expansion->at += 2;
        gboolean use_default = out != NULL && (value == NULL || *value == '\0');
        if (!read_default(expansion, use_default ? out : NULL, error)) {
            return FALSE;
        }
        if (*expansion->at != '}') {
            return fail_syntax("${ without a closing brace", error);
        }
        value = use_default ? "" : value;
    }
    expansion->at++;
    if (value == NULL) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "variable \"%s\" is not set", name);
        bl_error_set_hint(error != NULL ? *error : NULL,
                          "set it in the environment or in .env, or write ${%s:-default}", name);
        return FALSE;
    }
    if (out != NULL) {
        g_string_append(out, value);
    }
    return TRUE;
}

/* Copies to the end of the text, or inside a default to its closing brace. */
static gboolean
expand_until(Expansion *expansion, GString *out, GError **error)
{
    while (*expansion->at != '\0' && !(expansion->depth > 0 && *expansion->at == '}')) {
        if (g_str_has_prefix(expansion->at, "$${")) {
            expansion->at += 3;
            if (out != NULL) {
                g_string_append(out, "${");
            }
        } else if (g_str_has_prefix(expansion->at, "${")) {
            expansion->at += 2;
            if (!expand_reference(expansion, out, error)) {
                return FALSE;
            }
        } else {
            if (out != NULL) {
                g_string_append_c(out, *expansion->at);
            }
            expansion->at++;
        }
    }
    return TRUE;
}

char *
bl_env_expand(const BlEnv *env, const char *text, GError **error)
{
    Expansion expansion = { env, text, 0 };
    g_autoptr(GString) out = g_string_new(NULL);
    if (!expand_until(&expansion, out, error)) {
        return NULL;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

void
bl_env_free(BlEnv *env)
{
    if (env != NULL) {
        g_hash_table_unref(env->variables);
        g_free(env);
    }
}
