/* SPDX-License-Identifier: MIT */
#include "common/project/json_position.h"

#include <jansson.h>

#include <string.h>

/* The text is known to be JSON, so the scanner needs no errors; it only must not run past the end.
 */
typedef struct {
    const char *at;
    const char *end;
} Scanner;

static char
peek(const Scanner *scanner)
{
    if (scanner->at >= scanner->end) {
        return '\0';
    }
    return *scanner->at;
}

static void
advance(Scanner *scanner)
{
    if (scanner->at < scanner->end) {
        scanner->at++;
    }
}

static void
skip_blanks(Scanner *scanner)
{
    while (scanner->at < scanner->end && strchr(" \t\r\n", *scanner->at) != NULL) {
        scanner->at++;
    }
}

static void
skip_string(Scanner *scanner)
{
    advance(scanner);
    while (scanner->at < scanner->end && *scanner->at != '"') {
        if (*scanner->at == '\\') {
            advance(scanner);
        }
        advance(scanner);
    }
    advance(scanner);
}

/* Brackets inside strings do not count; everything else is balanced. */
static void
skip_value(Scanner *scanner)
{
    guint depth = 0;
    do {
        char c = peek(scanner);
        if (c == '"') {
            skip_string(scanner);
        } else if (c == '{' || c == '[') {
            depth++;
            advance(scanner);
        } else if (c == '}' || c == ']') {
            depth--;
            advance(scanner);
        } else if (depth > 0) {
            advance(scanner);
        } else {
            while (scanner->at < scanner->end && strchr(",]} \t\r\n", *scanner->at) == NULL) {
                scanner->at++;
            }
        }
    } while (depth > 0 && scanner->at < scanner->end);
}

/* Keys may be written with escapes. */
static gboolean
string_equals(const char *literal, gsize len, const char *text)
{
    json_t *value = json_loadb(literal, len, JSON_DECODE_ANY, NULL);
    gboolean equal = json_is_string(value) && strcmp(json_string_value(value), text) == 0;
    json_decref(value);
    return equal;
}

/* Moves from the start of an object or array to the member that @step names, or to its key.
 * The scanner stays where it is when @step does not fit. */
static gboolean
enter(Scanner *scanner, const BlJsonPath *step, gboolean stop_at_key)
{
    gboolean is_object = peek(scanner) == '{';
    if ((!is_object && peek(scanner) != '[') || is_object != (step->key != NULL)) {
        return FALSE;
    }
    advance(scanner);
    for (gsize i = 0;; i++) {
        skip_blanks(scanner);
        if (scanner->at >= scanner->end || peek(scanner) == '}' || peek(scanner) == ']') {
            return FALSE;
        }
        gboolean found = !is_object && i == step->index;
        if (is_object) {
            const char *key = scanner->at;
            skip_string(scanner);
            found = string_equals(key, (gsize)(scanner->at - key), step->key);
            if (found && stop_at_key) {
                scanner->at = key;
                return TRUE;
            }
            skip_blanks(scanner);
            advance(scanner); /* the colon */
            skip_blanks(scanner);
        }
        if (found) {
            return TRUE;
        }
        skip_value(scanner);
        skip_blanks(scanner);
        if (peek(scanner) == ',') {
            advance(scanner);
        }
    }
}

static gboolean
walk(Scanner *scanner, const BlJsonPath *path, gboolean of_key)
{
    if (path == NULL) {
        return TRUE;
    }
    return walk(scanner, path->parent, FALSE) && enter(scanner, path, of_key);
}

gboolean
bl_json_position_find(const char *text,
                      gsize len,
                      const BlJsonPath *path,
                      gboolean of_key,
                      guint *line,
                      guint *column)
{
    Scanner scanner = { text, text + len };
    skip_blanks(&scanner);
    if (!walk(&scanner, path, of_key)) {
        return FALSE;
    }
    const char *line_start = text;
    *line = 1;
    for (const char *byte = text; byte < scanner.at; byte++) {
        if (*byte == '\n') {
            line_start = byte + 1;
            (*line)++;
        }
    }
    *column = (guint)(scanner.at - line_start) + 1;
    return TRUE;
}

static void
append_path(GString *out, const BlJsonPath *path)
{
    if (path == NULL) {
        return;
    }
    append_path(out, path->parent);
    if (path->key == NULL) {
        g_string_append_printf(out, "[%" G_GSIZE_FORMAT "]", path->index);
        return;
    }
    if (out->len > 0) {
        g_string_append_c(out, '.');
    }
    g_string_append(out, path->key);
}

char *
bl_json_position_format(const BlJsonPath *path)
{
    GString *out = g_string_new(NULL);
    append_path(out, path);
    return g_string_free(out, FALSE);
}
