/* SPDX-License-Identifier: MIT */
#include "common/engine/url.h"

#include "common/base/error.h"

#include <string.h>

/* A parameter whose name holds one of these has a secret value. */
static const char *const secret_words[] = { "password", "passwd", "passphrase",
                                            "pwd",      "secret", "token" };
/* A parameter that has exactly one of these names too: keys of encrypted database files. */
static const char *const secret_names[] = { "key", "hexkey", "textkey" };

static gboolean
is_scheme(const char *text, gsize len)
{
    if (len == 0 || !g_ascii_isalpha(text[0]))
        return FALSE;
    for (gsize i = 1; i < len; i++) {
        if (!g_ascii_isalnum(text[i]) && strchr("+-.", text[i]) == NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_secret_name(const char *encoded, gsize len)
{
    g_autofree char *name = g_uri_unescape_segment(encoded, encoded + len, NULL);
    if (name == NULL)
        return TRUE;
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(secret_words); i++) {
        if (strstr(lower, secret_words[i]) != NULL)
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(secret_names); i++) {
        if (strcmp(lower, secret_names[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Where the password of "//user:password@" starts and ends. A password that holds "/", "?" or "@"
 * unescaped is wrong but seen: the last "@" counts, unless what follows the colon is plainly a
 * port. */
static gboolean
find_password(const char *rest, const char **start, const char **end)
{
    if (!g_str_has_prefix(rest, "//"))
        return FALSE;
    const char *authority = rest + 2;
    const char *colon = strchr(authority, ':');
    if (colon == NULL || colon != authority + strcspn(authority, ":/@?"))
        return FALSE;
    const char *after_digits = colon + 1 + strspn(colon + 1, "0123456789");
    if (after_digits > colon + 1 && strchr("/?", *after_digits) != NULL && *after_digits != '\0')
        return FALSE;
    const char *at = strrchr(colon, '@');
    const char *question = strchr(colon, '?');
    /* An "@" in the query counts only when there is none before it. */
    for (const char *p = colon; question != NULL && p < question; p++) {
        if (*p == '@')
            at = p;
    }
    if (at == NULL)
        return FALSE;
    *start = colon + 1;
    *end = at;
    return TRUE;
}

/* Parameters, separated by "&" or ";" in a query and by blanks in a key=value text. */
static void
append_parameters(GString *out, const char *text)
{
    while (*text != '\0') {
        gsize len = strcspn(text, "&; \t\r\n");
        const char *equals = memchr(text, '=', len);
        if (equals != NULL && is_secret_name(text, (gsize)(equals - text))) {
            g_string_append_len(out, text, equals - text + 1);
            g_string_append(out, "***");
        } else {
            g_string_append_len(out, text, (gssize)len);
        }
        text += len;
        if (*text != '\0')
            g_string_append_c(out, *text++);
    }
}

static const char *
skip_blanks(const char *p)
{
    while (g_ascii_isspace(*p))
        p++;
    return p;
}

/* "host=a password='b c'": words of a name, "=" and a value, which may stand in quotes. */
static gboolean
is_keyword_text(const char *rest)
{
    const char *p = skip_blanks(rest);
    gsize len = strspn(p, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");
    return len > 0 && *skip_blanks(p + len) == '=';
}

/* Behind a value, in quotes or without, with backslashes. */
static const char *
skip_keyword_value(const char *p)
{
    gboolean is_quoted = *p == '\'';
    p += is_quoted ? 1 : 0;
    while (*p != '\0' && (is_quoted ? *p != '\'' : !g_ascii_isspace(*p)))
        p += *p == '\\' && p[1] != '\0' ? 2 : 1;
    return is_quoted && *p == '\'' ? p + 1 : p;
}

/* A file name may look like this too: then a query follows. */
static void
append_keywords(GString *out, const char *text)
{
    while (*text != '\0') {
        const char *name = text;
        gsize len = strcspn(text, "= \t\r\n");
        const char *value = skip_blanks(text + len);
        gboolean is_pair = *value == '=';
        if (is_pair)
            value = skip_blanks(value + 1);
        g_string_append_len(out, name, value - name);
        text = is_pair ? skip_keyword_value(value) : value;
        if (text > value && (len == 0 || is_secret_name(name, len))) {
            g_string_append(out, "***");
        } else {
            g_autofree char *shown = g_strndup(value, (gsize)(text - value));
            gsize before = strcspn(shown, "?");
            g_string_append_len(out, shown, (gssize)before);
            append_parameters(out, shown + before);
        }
        const char *next = skip_blanks(text);
        g_string_append_len(out, text, next - text);
        text = next;
    }
}

static char *
redact(const char *scheme, const char *rest)
{
    g_autoptr(GString) out = g_string_new(scheme);
    g_string_append_c(out, ':');
    const char *start = NULL;
    const char *end = NULL;
    if (find_password(rest, &start, &end)) {
        g_string_append_len(out, rest, start - rest);
        g_string_append(out, "***");
        rest = end;
    }
    const char *question = strchr(rest, '?');
    if (is_keyword_text(rest)) {
        append_keywords(out, rest);
    } else if (question != NULL) {
        g_string_append_len(out, rest, question - rest + 1);
        rest = question + 1;
        append_parameters(out, rest);
    } else {
        append_parameters(out, rest);
    }
    for (char *p = out->str; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = '?';
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

BlUrl *
bl_url_parse(const char *text, const char *root, GError **error)
{
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    if (colon == NULL || !is_scheme(text, (gsize)(colon - text))) {
        bl_error_set(error, BL_ERROR_USAGE,
                     "write it as SCHEME:PATH or SCHEME://USER@HOST/DATABASE",
                     text == NULL || text[0] == '\0' ? "the connection URL is empty"
                                                     : "the connection URL has no scheme");
        return NULL;
    }
    BlUrl *url = g_new0(BlUrl, 1);
    url->scheme = g_ascii_strdown(text, colon - text);
    url->raw = g_strdup(text);
    const char *question = strchr(colon + 1, '?');
    url->rest = question != NULL ? g_strndup(colon + 1, (gsize)(question - colon - 1))
                                 : g_strdup(colon + 1);
    url->query = question != NULL ? g_strdup(question + 1) : NULL;
    url->redacted = redact(url->scheme, colon + 1);
    url->root = g_strdup(root);
    return url;
}

gboolean
bl_url_refuse_password(GError **error)
{
    bl_error_set(
        error, BL_ERROR_USAGE,
        "in a user or a password write / as %2F, ? as %3F, @ as %40 and # as %23",
        "the connection URL cannot be read: its port is no number, or a \"@\" stands where none "
        "may");
    return FALSE;
}

/* @param text a parameter, of @len bytes */
static gboolean
take_parameter(GPtrArray *parameters, const char *text, gsize len, GError **error)
{
    const char *equals = memchr(text, '=', len);
    const char *name_end = equals != NULL ? equals : text + len;
    const char *value = equals != NULL ? equals + 1 : text + len;
    if (memchr(text, '@', (gsize)(name_end - text)) != NULL)
        return bl_url_refuse_password(error);
    char *decoded_name = g_uri_unescape_segment(text, name_end, NULL);
    char *decoded_value = g_uri_unescape_segment(value, text + len, NULL);
    if (decoded_name == NULL || decoded_value == NULL) {
        g_free(decoded_name);
        g_free(decoded_value);
        bl_error_set(error, BL_ERROR_USAGE, "write %25 for a percent sign",
                     "a parameter of the connection URL has a broken %%-escape");
        return FALSE;
    }
    g_ptr_array_add(parameters, decoded_name);
    g_ptr_array_add(parameters, decoded_value);
    return TRUE;
}

GPtrArray *
bl_url_parameters(const BlUrl *url, GError **error)
{
    g_autoptr(GPtrArray) parameters = g_ptr_array_new_with_free_func(g_free);
    const char *text = url->query != NULL ? url->query : "";
    while (*text != '\0') {
        gsize len = strcspn(text, "&");
        if (len > 0 && !take_parameter(parameters, text, len, error))
            return NULL;
        text += len;
        if (*text == '&')
            text++;
    }
    return g_steal_pointer(&parameters);
}

void
bl_url_free(BlUrl *url)
{
    if (url == NULL)
        return;
    g_free(url->scheme);
    g_free(url->raw);
    g_free(url->rest);
    g_free(url->query);
    g_free(url->redacted);
    g_free(url->root);
    g_free(url);
}
