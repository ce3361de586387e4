/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/target.h"

#include "common/base/error.h"
#include "common/engine/failure.h"

#include <string.h>

/* What our texts and their comparison rely on, whatever role, database and server say. They go with
 * the start-up packet, so that RESET ALL comes back to them. None decides what a migration makes of
 * a value: there the settings of the role and the database count, as for any other client. */
static const char *const fixed_settings[][2] = {
    { "standard_conforming_strings", "on" },
    { "synchronize_seqscans", "off" },
    { "xmloption", "content" },
    { "quote_all_identifiers", "off" },
    { "client_min_messages", "notice" },
    { "idle_in_transaction_session_timeout", "0" },
};

/* Of sessions that only read: how values are given out. */
static const char *const reading_settings[][2] = {
    { "DateStyle", "ISO" },
    { "IntervalStyle", "postgres" },
    { "extra_float_digits", "3" },
    { "bytea_output", "hex" },
};

/* Ours unless others say something: a peer that vanished is noticed after two minutes. */
static const char *const defaults[][2] = {
    { "fallback_application_name", "baseline" },
    { "keepalives_idle", "60" },
    { "keepalives_interval", "10" },
    { "keepalives_count", "6" },
};

/* How long one host may take to answer when nobody says, in seconds. */
#define CONNECT_TIMEOUT_S 30

/* A URL, a keyword string, and what of it is not libpq's. */
typedef struct {
    char *conninfo;
    char *search_path; /* NULL: not given */
} Given;

static void
given_clear(Given *given)
{
    g_free(given->conninfo);
    g_free(given->search_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

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

/* libpq ends the user's part at the first "@" or "/": what of a password stands behind it would be
 * a host, a port or a database, which messages name. */
static gboolean
hides_password(const char *rest)
{
    const char *place = rest + strlen("//");
    gsize len = strcspn(place, "/");
    const char *at = memchr(place, '@', len);
    const char *colon = memchr(place, ':', len);
    if (strchr(at != NULL ? at + 1 : place + len, '@') != NULL)
        return TRUE;
    return at == NULL && place[0] != '[' && colon != NULL && colon + 1 < place + len &&
           !g_ascii_isdigit(colon[1]) && colon[1] != ',';
}

/* @return FALSE: a broken %-escape, or a part of the password would be shown */
static gboolean
split_url(const BlUrl *url, Given *given, GError **error)
{
    if (hides_password(url->rest))
        return bl_url_refuse_password(error);
    g_autoptr(GPtrArray) parameters = bl_url_parameters(url, error);
    if (parameters == NULL)
        return FALSE;
    g_autoptr(GString) text = g_string_new("postgresql:");
    g_string_append(text, url->rest);
    char sep = '?';
    for (guint i = 0; i < parameters->len; i += 2) {
        const char *name = g_ptr_array_index(parameters, i);
        const char *value = g_ptr_array_index(parameters, i + 1);
        if (strcmp(name, "search_path") == 0) {
            g_free(given->search_path);
            given->search_path = g_strdup(value);
            continue;
        }
        g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
        g_autofree char *escaped_name = g_uri_escape_string(name, NULL, FALSE);
        g_string_append_printf(text, "%c%s=%s", sep, escaped_name, escaped);
        sep = '&';
    }
    given->conninfo = g_string_free(g_steal_pointer(&text), FALSE);
    return TRUE;
}

static const char *
skip_blanks(const char *p)
{
    while (g_ascii_isspace(*p))
        p++;
    return p;
}

/* The value of a keyword as libpq reads it (conninfo_parse()): bare or in quotes, with backslashes.
 * @return behind it */
static const char *
read_value(const char *p, GString *value)
{
    gboolean is_quoted = *p == '\'';
    p += is_quoted ? 1 : 0;
    while (*p != '\0' && (is_quoted ? *p != '\'' : !g_ascii_isspace(*p))) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(value, *p++);
    }
    return is_quoted && *p == '\'' ? p + 1 : p;
}

/* "host=a dbname=b search_path=c": what is not libpq's is taken out. */
static void
split_keywords(const char *text, Given *given)
{
    static const char word[] = "search_path";
    g_autoptr(GString) rest = g_string_new(NULL);
    const char *p = text;
    while (*(p = skip_blanks(p)) != '\0') {
        const char *start = p;
        p += strcspn(p, "= \t\r\n");
        gboolean is_ours =
            (gsize)(p - start) == strlen(word) && strncmp(start, word, strlen(word)) == 0;
        p = skip_blanks(p);
        g_autoptr(GString) value = g_string_new(NULL);
        if (*p == '=')
            p = read_value(skip_blanks(p + 1), value);
        if (is_ours) {
            g_free(given->search_path);
            given->search_path = g_strdup(value->str);
            continue;
        }
        g_string_append_len(rest, start, p - start);
        g_string_append_c(rest, ' ');
    }
    given->conninfo = g_string_free(g_steal_pointer(&rest), FALSE);
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
    for (guint i = 0; i < target->keywords->len; i++) {
        if (g_strcmp0(g_ptr_array_index(target->keywords, i), keyword) != 0)
            continue;
        g_free(g_ptr_array_index(target->values, i));
        g_ptr_array_index(target->values, i) = g_strdup(value);
        return;
    }
    g_ptr_array_add(target->keywords, g_strdup(keyword));
    g_ptr_array_add(target->values, g_strdup(value));
}

static PgTarget *
target_new(void)
{
    PgTarget *target = g_new0(PgTarget, 1);
    target->keywords = g_ptr_array_new_with_free_func(g_free);
    target->values = g_ptr_array_new_with_free_func(g_free);
    return target;
}

static PgTarget *
target_copy(const PgTarget *target)
{
    PgTarget *copy = target_new();
    for (guint i = 0; i < target->keywords->len; i++)
        pg_target_set(copy, g_ptr_array_index(target->keywords, i),
                      g_ptr_array_index(target->values, i));
    return copy;
}

PGconn *
pg_target_start(const PgTarget *target)
{
    guint n = target->keywords->len;
    g_autofree const char **keywords = g_new0(const char *, n + 1);
    g_autofree const char **values = g_new0(const char *, n + 1);
    for (guint i = 0; i < n; i++) {
        keywords[i] = g_ptr_array_index(target->keywords, i);
        values[i] = g_ptr_array_index(target->values, i);
    }
    return pq.PQconnectStartParams(keywords, values, 0);
}

/* libpq reads all its sources and then stops at what it cannot understand, before it opens
 * anything. @return GHashTable of char *, owned */
static GHashTable *
read_effective(const PgTarget *target)
{
    g_autoptr(PgTarget) probe = target_copy(target);
    pg_target_set(probe, "sslmode", "only-asking");
    PGconn *conn = pg_target_start(probe);
    PQconninfoOption *all = conn != NULL ? pq.PQconninfo(conn) : NULL;
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (PQconninfoOption *option = all; option != NULL && option->keyword != NULL; option++) {
        if (option->val != NULL && option->val[0] != '\0')
            g_hash_table_insert(values, g_strdup(option->keyword), g_strdup(option->val));
    }
    pq.PQconninfoFree(all);
    pq.PQfinish(conn);
    return values;
}

/* The same setting twice: as an option of the start-up packet, and as a column of a query. */
static void
append_setting(GString *options, GString *sql, const char *name, const char *value)
{
    g_string_append_printf(options, "%s-c %s=", options->len > 0 ? " " : "", name);
    append_escaped(options, value);
    g_string_append_printf(sql, "%s pg_catalog.set_config('%s', ", sql->len > 0 ? "," : "SELECT",
                           name);
    pg_append_literal(sql, value);
    g_string_append(sql, ", false)");
}

static void
append_limit(GString *options, GString *sql, const char *name, guint milliseconds)
{
    g_autofree char *value = g_strdup_printf("%u", milliseconds);
    if (milliseconds > 0)
        append_setting(options, sql, name, value);
}

/* The last one counts: ours come behind those of the URL, PGOPTIONS or the service file. */
static void
set_session_options(PgTarget *target,
                    const char *theirs,
                    const BlOpenOptions *options,
                    const char *search_path)
{
    g_autoptr(GString) all = g_string_new(theirs);
    g_autoptr(GString) sql = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fixed_settings); i++)
        append_setting(all, sql, fixed_settings[i][0], fixed_settings[i][1]);
    for (gsize i = 0; options->read_only && i < G_N_ELEMENTS(reading_settings); i++)
        append_setting(all, sql, reading_settings[i][0], reading_settings[i][1]);
    append_limit(all, sql, "lock_timeout", options->lock_timeout_ms);
    append_limit(all, sql, "statement_timeout", options->statement_timeout_ms);
    if (options->ephemeral)
        append_setting(all, sql, "synchronous_commit", "off");
    if (search_path != NULL)
        append_setting(all, sql, "search_path", search_path);
    pg_target_set(target, "options", all->str);
    target->has_options = theirs != NULL;
    target->settings = g_string_free(g_steal_pointer(&sql), FALSE);
}

gboolean
pg_target_drop_options(PgTarget *target)
{
    const char *options = pg_target_value(target, "options");
    if (target->has_options || options == NULL || options[0] == '\0')
        return FALSE;
    pg_target_set(target, "options", "");
    return TRUE;
}

static void
set_defaults(PgTarget *target, GHashTable *effective)
{
    for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++) {
        if (!g_hash_table_contains(effective, defaults[i][0]))
            pg_target_set(target, defaults[i][0], defaults[i][1]);
    }
    const char *seconds = g_hash_table_lookup(effective, "connect_timeout");
    target->connect_timeout_s =
        seconds != NULL ? g_ascii_strtoll(seconds, NULL, 10) : CONNECT_TIMEOUT_S;
}

/* libpq quotes what it could not read, and that may hold the password; only names of parameters are
 * harmless. */
static void
set_unreadable(const char *why, GError **error)
{
    static const char *const harmless[] = { "invalid URI query parameter",
                                            "invalid connection option" };
    g_autofree char *line = bl_one_line(why != NULL ? why : "");
    gboolean is_harmless = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
        is_harmless = is_harmless || g_str_has_prefix(line, harmless[i]);
    bl_error_set(error, BL_ERROR_USAGE,
                 "write it as postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE with the "
                 "parameters of libpq",
                 "the connection URL cannot be read%s%s", is_harmless ? ": " : "",
                 is_harmless ? line : "");
}

static gboolean
parse(PgTarget *target, const char *conninfo, GError **error)
{
    char *why = NULL;
    PQconninfoOption *parsed = pq.PQconninfoParse(conninfo, &why);
    if (parsed == NULL) {
        set_unreadable(why, error);
        pq.PQfreemem(why);
        return FALSE;
    }
    for (PQconninfoOption *option = parsed; option->keyword != NULL; option++) {
        if (option->val != NULL)
            pg_target_set(target, option->keyword, option->val);
    }
    pq.PQconninfoFree(parsed);
    return TRUE;
}

/* "postgres:host=a dbname=b" is a keyword string; the rest is a URL as libpq reads it. */
PgTarget *
pg_target_new(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    g_auto(Given) given = { 0 };
    if (!g_str_has_prefix(url->rest, "//"))
        split_keywords(strchr(url->raw, ':') + 1, &given);
    else if (!split_url(url, &given, error))
        return NULL;
    g_autoptr(PgTarget) target = target_new();
    if (!parse(target, given.conninfo, error))
        return NULL;
    pg_target_set(target, "client_encoding", "UTF8");
    g_autoptr(GHashTable) effective = read_effective(target);
    set_defaults(target, effective);
    set_session_options(target, g_hash_table_lookup(effective, "options"), options,
                        given.search_path);
    return g_steal_pointer(&target);
}

/* Takes element @at out of a list; a list of one stands for all hosts. */
static void
drop_element(PgTarget *target, const char *keyword, const char *list, guint n, guint at)
{
    g_auto(GStrv) elements = g_strsplit(list != NULL ? list : "", ",", -1);
    if (g_strv_length(elements) != n)
        return;
    g_autoptr(GString) rest = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        if (i != at)
            g_string_append_printf(rest, "%s%s", rest->len > 0 ? "," : "", elements[i]);
    }
    pg_target_set(target, keyword, rest->str);
}

gboolean
pg_target_drop_host(PgTarget *target, const char *host, const char *port)
{
    g_autoptr(GHashTable) effective = read_effective(target);
    const char *hosts = g_hash_table_lookup(effective, "host");
    const char *addresses = g_hash_table_lookup(effective, "hostaddr");
    const char *ports = g_hash_table_lookup(effective, "port");
    const char *names = hosts != NULL ? hosts : addresses;
    g_auto(GStrv) all = g_strsplit(names != NULL ? names : "", ",", -1);
    g_auto(GStrv) all_ports = g_strsplit(ports != NULL ? ports : "", ",", -1);
    guint n = g_strv_length(all);
    guint n_ports = g_strv_length(all_ports);
    for (guint i = 0; n > 1 && i < n; i++) {
        gboolean has_port = n_ports != n || strcmp(all_ports[i], port) == 0;
        if (strcmp(all[i], host) != 0 || !has_port)
            continue;
        drop_element(target, "host", hosts, n, i);
        drop_element(target, "hostaddr", addresses, n, i);
        drop_element(target, "port", ports, n, i);
        return TRUE;
    }
    return FALSE;
}

void
pg_target_free(PgTarget *target)
{
    if (target == NULL)
        return;
    g_ptr_array_unref(target->keywords);
    g_ptr_array_unref(target->values);
    g_free(target->database);
    g_free(target->settings);
    g_free(target);
}
