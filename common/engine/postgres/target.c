/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/target.h"

#include "common/base/error.h"

#include <string.h>

/* What our texts and their comparison rely on, whatever role, database and server say. They go with
 * the start-up packet, so that RESET ALL comes back to them. */
static const char fixed_settings[] =
    "-c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=3 -c bytea_output=hex -c "
    "standard_conforming_strings=on -c synchronize_seqscans=off -c xmloption=content -c "
    "idle_in_transaction_session_timeout=0";

/* Escapes blanks and backslashes as the server splits "options" (pg_split_opts()). */
static void
append_escaped(GString *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\' || g_ascii_isspace(*p))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
}

/* Takes the parameter out of a URL's query, since libpq does not know it. */
static char *
take_parameter(GString *url, const char *name)
{
    char *question = strchr(url->str, '?');
    if (question == NULL)
        return NULL;
    g_autofree char *query = g_strdup(question + 1);
    g_auto(GStrv) pieces = g_strsplit(query, "&", -1);
    g_string_truncate(url, (gsize)(question - url->str));
    g_autofree char *prefix = g_strconcat(name, "=", NULL);
    char *value = NULL;
    char sep = '?';
    for (gsize i = 0; pieces[i] != NULL; i++) {
        if (g_str_has_prefix(pieces[i], prefix)) {
            g_free(value);
            value = g_uri_unescape_string(pieces[i] + strlen(prefix), NULL);
        } else if (pieces[i][0] != '\0') {
            g_string_append_printf(url, "%c%s", sep, pieces[i]);
            sep = '&';
        }
    }
    return value;
}

/* "postgres:host=a dbname=b" is a keyword string; the rest is a URL as libpq reads it. */
static char *
conninfo_of(const BlUrl *url, char **search_path)
{
    if (g_str_has_prefix(url->rest, "//")) {
        const char *behind = strchr(url->raw, ':');
        g_autoptr(GString) text = g_string_new("postgresql");
        g_string_append(text, behind);
        *search_path = take_parameter(text, "search_path");
        return g_string_free(g_steal_pointer(&text), FALSE);
    }
    *search_path = NULL;
    return g_strdup(strchr(url->raw, ':') + 1);
}

static void
set_keyword(PgTarget *target, const char *keyword, const char *value)
{
    for (guint i = 0; i < target->keywords->len; i++) {
        if (g_strcmp0(g_ptr_array_index(target->keywords, i), keyword) == 0) {
            g_free(g_ptr_array_index(target->values, i));
            g_ptr_array_index(target->values, i) = g_strdup(value);
            return;
        }
    }
    g_ptr_array_add(target->keywords, g_strdup(keyword));
    g_ptr_array_add(target->values, g_strdup(value));
}

const char *
pg_target_value(const PgTarget *target, const char *keyword)
{
    for (guint i = 0; i < target->keywords->len; i++) {
        if (g_strcmp0(g_ptr_array_index(target->keywords, i), keyword) == 0)
            return g_ptr_array_index(target->values, i);
    }
    return NULL;
}

void
pg_target_set(PgTarget *target, const char *keyword, const char *value)
{
    set_keyword(target, keyword, value);
}

static void
append_limits(GString *out, const BlOpenOptions *options)
{
    if (options->lock_timeout_ms > 0)
        g_string_append_printf(out, " -c lock_timeout=%u", options->lock_timeout_ms);
    if (options->statement_timeout_ms > 0)
        g_string_append_printf(out, " -c statement_timeout=%u", options->statement_timeout_ms);
    if (options->ephemeral)
        g_string_append(out, " -c synchronous_commit=off");
    if (options->read_only)
        g_string_append(out, " -c default_transaction_read_only=on");
}

static void
set_session_options(PgTarget *target, const BlOpenOptions *options, const char *search_path)
{
    g_autoptr(GString) all = g_string_new(fixed_settings);
    append_limits(all, options);
    if (search_path != NULL) {
        g_string_append(all, " -c search_path=");
        append_escaped(all, search_path);
    }
    const char *given = pg_target_value(target, "options");
    const char *environment = g_getenv("PGOPTIONS");
    const char *theirs = given != NULL ? given : environment;
    if (theirs != NULL && theirs[0] != '\0')
        g_string_append_printf(all, " %s", theirs);
    set_keyword(target, "options", all->str);
}

PgTarget *
pg_target_new(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    g_autofree char *search_path = NULL;
    g_autofree char *conninfo = conninfo_of(url, &search_path);
    char *why = NULL;
    PQconninfoOption *parsed = pq.PQconninfoParse(conninfo, &why);
    if (parsed == NULL) {
        /* libpq quotes what it could not read, and that may hold the password. */
        bl_error_set(error, BL_ERROR_USAGE,
                     "write it as postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE with the "
                     "parameters of libpq",
                     "the connection URL \"%s\" cannot be read", url->redacted);
        if (why != NULL)
            pq.PQfreemem(why);
        return NULL;
    }
    PgTarget *target = g_new0(PgTarget, 1);
    target->keywords = g_ptr_array_new_with_free_func(g_free);
    target->values = g_ptr_array_new_with_free_func(g_free);
    for (PQconninfoOption *option = parsed; option->keyword != NULL; option++) {
        if (option->val != NULL)
            set_keyword(target, option->keyword, option->val);
    }
    pq.PQconninfoFree(parsed);
    set_keyword(target, "client_encoding", "UTF8");
    set_keyword(target, "fallback_application_name", "baseline");
    set_session_options(target, options, search_path);
    return target;
}

void
pg_target_free(PgTarget *target)
{
    if (target == NULL)
        return;
    g_ptr_array_unref(target->keywords);
    g_ptr_array_unref(target->values);
    g_free(target);
}
