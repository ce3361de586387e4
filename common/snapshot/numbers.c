/* SPDX-License-Identifier: MIT */
#include "common/snapshot/numbers.h"

#include <string.h>

/* U+FDD0 is no character and never will be: it is for use inside of programs. */
#define MARK "\xEF\xB7\x90"

/* Integers of so many digits are kept by the parser. */
enum { PLAIN_DIGITS = 18 };

static gsize
digits_of(const char *text)
{
    return strspn(text, "0123456789");
}

/* @return how long the number at @text is; 0: there is none, or none that JSON allows */
static gsize
number_length(const char *text)
{
    const char *at = text + (*text == '-' ? 1 : 0);
    gsize n = digits_of(at);
    if (n == 0 || (n > 1 && *at == '0'))
        return 0;
    at += n;
    if (*at == '.') {
        n = digits_of(at + 1);
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1 + (at[1] == '+' || at[1] == '-' ? 1 : 0);
        n = digits_of(exponent);
        if (n == 0)
            return 0;
        at = exponent + n;
    }
    return (gsize)(at - text);
}

static gboolean
is_plain(const char *number, gsize len)
{
    gsize sign = number[0] == '-' ? 1 : 0;
    return len - sign <= PLAIN_DIGITS && digits_of(number + sign) >= len - sign &&
           !(sign == 1 && number[1] == '0');
}

static gsize
string_length(const char *text, gsize len)
{
    gsize n = 1;
    while (n < len && text[n] != '"')
        n += text[n] == '\\' && n + 1 < len ? 2 : 1;
    return MIN(n + 1, len);
}

/* What stands before a colon is no value. */
static gboolean
is_value(const char *behind)
{
    return behind[strspn(behind, " \t\r\n")] != ':';
}

char *
bl_numbers_wrap(const char *text, gsize len, gsize *wrapped_len)
{
    /* With an end. */
    g_autofree char *whole = g_strndup(text, len);
    GString *out = g_string_sized_new(len + 1);
    for (gsize i = 0; i < len;) {
        const char *at = whole + i;
        gboolean is_string = *at == '"';
        gsize n = is_string ? string_length(at, len - i) : number_length(at);
        gboolean is_kept = is_string || n == 0 || is_plain(at, n) || !is_value(at + n);
        g_string_append(out, is_kept ? "" : "\"" MARK);
        g_string_append_len(out, at, (gssize)MAX(n, 1));
        g_string_append(out, is_kept ? "" : "\"");
        i += MAX(n, 1);
    }
    *wrapped_len = out->len;
    return g_string_free(out, FALSE);
}

char *
bl_numbers_unwrap(const char *json)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gsize len = strlen(json);
    for (gsize i = 0; i < len;) {
        gsize n = json[i] == '"' ? string_length(json + i, len - i) : 1;
        const char *number = json + i + 1 + strlen(MARK);
        gboolean is_number = n > 2 + strlen(MARK) && g_str_has_prefix(json + i + 1, MARK) &&
                             number_length(number) == n - 2 - strlen(MARK);
        if (is_number)
            g_string_append_len(out, number, (gssize)(n - 2 - strlen(MARK)));
        else
            g_string_append_len(out, json + i, (gssize)n);
        i += n;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static const char *
find_in_object(json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach (object, key, value) {
        const char *found = bl_numbers_find(value);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const char *
bl_numbers_find(json_t *value)
{
    const char *text = json_string_value(value);
    if (text != NULL)
        return g_str_has_prefix(text, MARK) ? text + strlen(MARK) : NULL;
    for (gsize i = 0; i < json_array_size(value); i++) {
        const char *found = bl_numbers_find(json_array_get(value, i));
        if (found != NULL)
            return found;
    }
    return json_is_object(value) ? find_in_object(value) : NULL;
}
