/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/target.h"

#include "common/base/error.h"

#include <string.h>

/* Parameters that SQLite's own URI takes. */
static const char *const library_parameters[] = { "cache", "immutable", "nolock",
                                                  "psow",  "vfs",       NULL };

static const char *const journal_modes[] = {
    "delete", "truncate", "persist", "memory", "wal", NULL
};
static const char *const sync_modes[] = {
    "off", "normal", "full", "extra", "0", "1", "2", "3", NULL
};
static const char *const modes[] = { "ro", "rw", "rwc", "memory", NULL };
static const char *const switches[] = { "on", "off", "true", "false", "yes", "no", "1", "0", NULL };

/* Our own parameters and the values that they take. */
static const struct {
    const char *name;
    const char *const *values; /* NULL: milliseconds */
    gsize offset;              /* of a char * in LiteTarget */
} own_parameters[] = {
    { "mode", modes, offsetof(LiteTarget, mode) },
    { "busy_timeout", NULL, offsetof(LiteTarget, busy_timeout) },
    { "foreign_keys", switches, offsetof(LiteTarget, foreign_keys) },
    { "journal_mode", journal_modes, offsetof(LiteTarget, journal_mode) },
    { "synchronous", sync_modes, offsetof(LiteTarget, synchronous) },
};

void
lite_target_clear(LiteTarget *target)
{
    g_free(target->path);
    g_free(target->label);
    g_free(target->mode);
    g_free(target->busy_timeout);
    g_free(target->foreign_keys);
    g_free(target->journal_mode);
    g_free(target->synchronous);
    if (target->parameters != NULL)
        g_string_free(target->parameters, TRUE);
}

static gboolean
set_unknown_parameter(const char *name, GError **error)
{
    bl_error_set(
        error, BL_ERROR_USAGE,
        "allowed: mode, busy_timeout, foreign_keys, journal_mode, synchronous, cache, immutable, nolock, "
        "psow, vfs",
        "the connection URL has an unknown parameter \"%s\"", name);
    return FALSE;
}

static gboolean
check_value(const char *name, const char *value, const char *const *values, GError **error)
{
    if (values == NULL) {
        gsize digits = strspn(value, "0123456789");
        if (digits > 0 && digits < 10 && value[digits] == '\0')
            return TRUE;
        bl_error_set(error, BL_ERROR_USAGE, "write a number of milliseconds",
                     "parameter \"%s\" of the connection URL is no number: \"%s\"", name, value);
        return FALSE;
    }
    if (g_strv_contains(values, value))
        return TRUE;
    g_autofree char *allowed = g_strjoinv(", ", (char **)(guintptr)values);
    bl_error_set(error, BL_ERROR_USAGE, NULL,
                 "parameter \"%s\" of the connection URL has an unknown value \"%s\"", name, value);
    if (error != NULL)
        bl_error_set_hint(*error, "allowed: %s", allowed);
    return FALSE;
}

static gboolean
take_parameter(LiteTarget *target, const char *name, const char *value, GError **error)
{
    if (g_strv_contains(library_parameters, name)) {
        g_autofree char *escaped = g_uri_escape_string(value, NULL, TRUE);
        g_string_append_printf(target->parameters, "%s%s=%s",
                               target->parameters->len > 0 ? "&" : "?", name, escaped);
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(own_parameters); i++) {
        if (strcmp(own_parameters[i].name, name) != 0)
            continue;
        g_autofree char *lower = g_ascii_strdown(value, -1);
        if (!check_value(name, lower, own_parameters[i].values, error))
            return FALSE;
        char **member = (char **)(void *)((char *)target + own_parameters[i].offset);
        g_free(*member);
        *member = g_steal_pointer(&lower);
        return TRUE;
    }
    return set_unknown_parameter(name, error);
}

/* The file name of "sqlite:NAME": one slash is as good as three, two are a trap. @return g_free()
 */
static char *
file_name(const BlUrl *url, GError **error)
{
    const char *rest = url->rest;
    if (g_ascii_strncasecmp(rest, "file:", 5) == 0)
        rest += 5;
    g_autofree char *name = g_uri_unescape_string(rest, NULL);
    if (name == NULL) {
        bl_error_set(error, BL_ERROR_USAGE,
                     "write %25 for a percent sign and %3F for a question mark",
                     "the file name in the connection URL has a broken %%-escape");
        return NULL;
    }
    if (name[0] == '\0' || strcmp(name, "//") == 0) {
        bl_error_set(error, BL_ERROR_USAGE, "write sqlite:PATH",
                     "the connection URL names no database file");
        return NULL;
    }
    if (g_str_has_prefix(name, "//localhost/"))
        return g_strdup(name + strlen("//localhost"));
    if (!g_str_has_prefix(name, "//"))
        return g_steal_pointer(&name);
    if (name[2] == '/')
        return g_strdup(name + 2);
    bl_error_set(error, BL_ERROR_USAGE, NULL,
                 "the connection URL has two slashes before a relative file name");
    if (error != NULL)
        bl_error_set_hint(*error, "write %s:%s (relative) or %s:///%s (absolute)", url->scheme,
                          name + 2, url->scheme, name + 2);
    return NULL;
}

gboolean
lite_target_parse(const BlUrl *url, LiteTarget *target, GError **error)
{
    *target = (LiteTarget){ .parameters = g_string_new(NULL) };
    g_autoptr(GPtrArray) parameters = bl_url_parameters(url, error);
    if (parameters == NULL)
        return FALSE;
    for (guint i = 0; i + 1 < parameters->len; i += 2) {
        const char *name = g_ptr_array_index(parameters, i);
        const char *value = g_ptr_array_index(parameters, i + 1);
        if (!take_parameter(target, name, value, error))
            return FALSE;
    }
    target->label = file_name(url, error);
    if (target->label == NULL)
        return FALSE;
    target->is_memory =
        strcmp(target->label, ":memory:") == 0 || g_strcmp0(target->mode, "memory") == 0;
    if (target->is_memory)
        return TRUE;
    g_autofree char *here = url->root != NULL ? g_strdup(url->root) : g_get_current_dir();
    target->path = g_path_is_absolute(target->label) ? g_strdup(target->label)
                                                     : g_build_filename(here, target->label, NULL);
    return TRUE;
}

/* Everything that means something in a URI is escaped, so that any file name survives. */
char *
lite_target_uri(const LiteTarget *target, gboolean immutable)
{
    const char *name = target->path != NULL ? target->path : target->label;
    g_autofree char *escaped = g_uri_escape_string(name, "/:", FALSE);
    gboolean is_named = target->is_memory && strcmp(target->label, ":memory:") != 0;
    return g_strconcat(
        "file:", escaped, target->parameters->str,
        is_named ? (target->parameters->len > 0 ? "&mode=memory" : "?mode=memory") : "",
        immutable ? (target->parameters->len > 0 ? "&immutable=1" : "?immutable=1") : "", NULL);
}
