/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/target.h"

#include "common/base/error.h"
#include "common/engine/failure.h"

#include <string.h>

/* How long one connection may take when nobody says, in seconds. */
#define CONNECT_TIMEOUT_S 30

/* The largest answer that the library takes: what the server can send at most. */
#define LARGEST_PACKET ((gulong)1024 * 1024 * 1024)

/* Group of the option files that is ours. */
#define OWN_GROUP "baseline"

/* Other names of the same parameter: of other clients and drivers. */
static const char *const aliases[][2] = {
    { "unix-socket", "socket" },
    { "sslmode", "ssl-mode" },
    { "ssl-verify", "ssl-verify-server-cert" },
    { "verify-cert", "ssl-verify-server-cert" },
    { "sslca", "ssl-ca" },
    { "sslcert", "ssl-cert" },
    { "sslkey", "ssl-key" },
    { "default-character-set", "charset" },
    { "encoding", "charset" },
    { "read-default-file", "defaults-file" },
    { "read-default-group", "defaults-group" },
    { "bind", "bind-address" },
    { "pass", "password" },
    { "db", "database" },
    { "compression", "compress" },
    { "connecttimeout", "connect-timeout" },
    { "server-public-key", "server-public-key-path" },
};

/* Parameters that the library takes as they are. */
typedef enum { AS_TEXT, AS_SECONDS } Sort;

static const struct {
    const char *name;
    enum mysql_option option;
    Sort sort;
} passed[] = {
    { "ssl-ca", MYSQL_OPT_SSL_CA, AS_TEXT },
    { "ssl-capath", MYSQL_OPT_SSL_CAPATH, AS_TEXT },
    { "ssl-cert", MYSQL_OPT_SSL_CERT, AS_TEXT },
    { "ssl-key", MYSQL_OPT_SSL_KEY, AS_TEXT },
    { "ssl-cipher", MYSQL_OPT_SSL_CIPHER, AS_TEXT },
    { "ssl-crl", MYSQL_OPT_SSL_CRL, AS_TEXT },
    { "ssl-crlpath", MYSQL_OPT_SSL_CRLPATH, AS_TEXT },
    { "tls-version", MYSQL_OPT_TLS_VERSION, AS_TEXT },
#ifdef MARIADB_BASE_VERSION
    { "ssl-fp", MARIADB_OPT_TLS_PEER_FP, AS_TEXT },
    { "ssl-fplist", MARIADB_OPT_TLS_PEER_FP_LIST, AS_TEXT },
    { "ssl-passphrase", MARIADB_OPT_TLS_PASSPHRASE, AS_TEXT },
    { "restricted-auth", MARIADB_OPT_RESTRICTED_AUTH, AS_TEXT },
#else
    { "tls-ciphersuites", MYSQL_OPT_TLS_CIPHERSUITES, AS_TEXT },
#endif
    { "bind-address", MYSQL_OPT_BIND, AS_TEXT },
    { "default-auth", MYSQL_DEFAULT_AUTH, AS_TEXT },
    { "plugin-dir", MYSQL_PLUGIN_DIR, AS_TEXT },
    { "character-sets-dir", MYSQL_SET_CHARSET_DIR, AS_TEXT },
    { "server-public-key-path", MYSQL_SERVER_PUBLIC_KEY, AS_TEXT },
    { "read-timeout", MYSQL_OPT_READ_TIMEOUT, AS_SECONDS },
    { "write-timeout", MYSQL_OPT_WRITE_TIMEOUT, AS_SECONDS },
};

/* Parameters that are dealt with one by one below, in open.c or in session.c. */
static const char *const special[] = {
    "host",          "port",
    "user",          "password",
    "database",      "socket",
    "protocol",      "ssl",
    "ssl-mode",      "ssl-verify-server-cert",
    "compress",      "charset",
    "collation",     "connect-timeout",
    "defaults-file", "defaults-group",
    "skip-ssl",      "max-allowed-packet",
};

const char *const my_session_parameters[] = {
    "character-set-collations",
    "check-constraint-checks",
    "default-collation-for-utf8mb4",
    "default-storage-engine",
    "explicit-defaults-for-timestamp",
    "foreign-key-checks",
    "group-concat-max-len",
    "innodb-strict-mode",
    "old-mode",
    "restrict-fk-on-non-standard-key",
    "sql-generate-invisible-primary-key",
    "sql-mode",
    "sql-require-primary-key",
    "time-zone",
    "unique-checks",
    NULL,
};

/* What an option file may hold for other programs, and a URL may not ask for. */
static const struct {
    const char *name;
    const char *hint;
} refused[] = {
    { "init-command", "put the statement into the migrations, or name the setting itself: "
                      "sql_mode=, foreign_key_checks=0" },
    { "local-infile", "LOAD DATA LOCAL reads files of this machine for the server: it stays off" },
    { "reconnect", "a lost connection loses the migration lock: it stays lost" },
};

static gboolean
is_known(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(passed); i++) {
        if (strcmp(passed[i].name, name) == 0)
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(special); i++) {
        if (strcmp(special[i], name) == 0)
            return TRUE;
    }
    return g_strv_contains(my_session_parameters, name);
}

/* @return g_free() */
static char *
canonical_name(const char *given)
{
    g_autofree char *name = my_option_name(given);
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (strcmp(aliases[i][0], name) == 0)
            return g_strdup(aliases[i][1]);
    }
    return g_steal_pointer(&name);
}

static gboolean
check_parameter(const char *given, const char *name, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (strcmp(refused[i].name, name) != 0)
            continue;
        bl_error_set(error, BL_ERROR_USAGE, refused[i].hint,
                     "the connection URL cannot have the parameter \"%s\"", given);
        return FALSE;
    }
    if (is_known(name))
        return TRUE;
    g_autofree char *shown = bl_one_line(given);
    bl_error_set(error, BL_ERROR_USAGE,
                 "use the names of the stock client's options: ssl-ca, ssl-mode, connect-timeout …",
                 "the connection URL has an unknown parameter \"%s\"", shown);
    return FALSE;
}

static void
set_value(MyTarget *target, const char *name, const char *value)
{
    g_hash_table_insert(target->values, g_strdup(name), g_strdup(value));
}

const char *
my_target_value(const MyTarget *target, const char *name)
{
    return g_hash_table_lookup(target->values, name);
}

static gboolean
fail_url(const char *what, GError **error)
{
    bl_error_set(error, BL_ERROR_USAGE,
                 "write it as mysql://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETER=VALUE, with %XX "
                 "for special characters",
                 "the connection URL cannot be read: %s", what);
    return FALSE;
}

/* A decoded part of the URL; an empty one says nothing. */
static gboolean
take_part(MyTarget *target, const char *name, const char *start, const char *end, GError **error)
{
    if (start == end)
        return TRUE;
    g_autofree char *decoded = g_uri_unescape_segment(start, end, NULL);
    if (decoded == NULL)
        return fail_url("it has a broken %-escape", error);
    set_value(target, name, decoded);
    return TRUE;
}

/* "host:port", "[::1]:port", or "%2Frun%2Fmysqld%2Fmysqld.sock". */
static gboolean
take_place(MyTarget *target, const char *start, const char *end, GError **error)
{
    const char *host_end = start;
    const char *port = NULL;
    if (start < end && *start == '[') {
        host_end = memchr(start, ']', (gsize)(end - start));
        if (host_end == NULL)
            return fail_url("\"[\" without \"]\"", error);
        port = host_end + 1 < end && host_end[1] == ':' ? host_end + 2 : NULL;
        start++;
    } else {
        const char *colon = memchr(start, ':', (gsize)(end - start));
        host_end = colon != NULL ? colon : end;
        port = colon != NULL ? colon + 1 : NULL;
    }
    if (port != NULL && !take_part(target, "port", port, end, error))
        return FALSE;
    if (!take_part(target, "host", start, host_end, error))
        return FALSE;
    const char *host = my_target_value(target, "host");
    if (host != NULL && host[0] == '/') {
        set_value(target, "socket", host);
        g_hash_table_remove(target->values, "host");
    }
    return TRUE;
}

/* "//user:password@host:port/database". A password may hold "@" and "/" when nobody escaped it:
 * the last "@" before the last "/" counts. */
static gboolean
take_rest(MyTarget *target, const char *rest, GError **error)
{
    if (!g_str_has_prefix(rest, "//"))
        return fail_url("\"//\" must follow the scheme", error);
    rest += strlen("//");
    const char *end = rest + strlen(rest);
    const char *at = strrchr(rest, '@');
    const char *place = at != NULL ? at + 1 : rest;
    const char *slash = strchr(place, '/');
    const char *place_end = slash != NULL ? slash : end;
    if (at != NULL) {
        const char *colon = memchr(rest, ':', (gsize)(at - rest));
        if (!take_part(target, "user", rest, colon != NULL ? colon : at, error))
            return FALSE;
        /* "user:@" says that there is no password, whatever the files say. */
        if (colon != NULL)
            set_value(target, "password", "");
        if (colon != NULL && !take_part(target, "password", colon + 1, at, error))
            return FALSE;
    }
    return take_place(target, place, place_end, error) &&
           (slash == NULL || take_part(target, "database", slash + 1, end, error));
}

static gboolean
take_parameters(MyTarget *target, const BlUrl *url, GError **error)
{
    g_autoptr(GPtrArray) parameters = bl_url_parameters(url, error);
    for (guint i = 0; parameters != NULL && i < parameters->len; i += 2) {
        const char *given = g_ptr_array_index(parameters, i);
        g_autofree char *name = canonical_name(given);
        if (!check_parameter(given, name, error))
            return FALSE;
        set_value(target, name, g_ptr_array_index(parameters, i + 1));
    }
    return parameters != NULL;
}

/* What says where the server is belongs together: a host of the URL is not reached through a port
 * or a socket that a file names. Only "localhost" alone is whatever the local server is. */
static void
forget_place(GHashTable *found, const MyTarget *target)
{
    static const char *const places[] = { "host", "port", "protocol", "socket" };
    gboolean is_local = g_strcmp0(my_target_value(target, "host"), "localhost") == 0 &&
                        my_target_value(target, "port") == NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(places) - (is_local ? 1 : 0); i++)
        g_hash_table_remove(found, places[i]);
}

static void
add_missing(MyTarget *target, GHashTable *found)
{
    GHashTableIter iter;
    void *given;
    void *value;
    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &given, &value)) {
        g_autofree char *name = canonical_name(given);
        if (is_known(name) && my_target_value(target, name) == NULL)
            set_value(target, name, value);
    }
}

static gboolean
has_place(const MyTarget *target)
{
    return my_target_value(target, "host") != NULL || my_target_value(target, "socket") != NULL;
}

static gboolean
take_files(MyTarget *target, GError **error)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *group = my_target_value(target, "defaults-group");
    if (!my_option_files_read(found, my_target_value(target, "defaults-file"),
                              group != NULL ? group : OWN_GROUP, error))
        return FALSE;
    if (has_place(target))
        forget_place(found, target);
    add_missing(target, found);
    return TRUE;
}

/* @param is_placed the URL says where the server is. A socket in a file is only the default of the
 * local server. */
static void
take_environment(MyTarget *target, gboolean is_placed)
{
    static const char *const names[][2] = {
        { "MYSQL_HOST", "host" },
        { "MYSQL_TCP_PORT", "port" },
        { "MYSQL_UNIX_PORT", "socket" },
        { "MYSQL_PWD", "password" },
    };
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i][0]);
        if (value != NULL && value[0] != '\0')
            g_hash_table_insert(found, g_strdup(names[i][1]), g_strdup(value));
    }
    if (is_placed || my_target_value(target, "host") != NULL)
        forget_place(found, target);
    add_missing(target, found);
    if (my_target_value(target, "user") == NULL)
        set_value(target, "user", g_get_user_name());
}

static gboolean
parse_number(const char *name, const char *text, guint limit, guint *number, GError **error)
{
    guint64 value = 0;
    if (g_ascii_string_to_unsigned(text, 10, 0, limit, &value, NULL)) {
        *number = (guint)value;
        return TRUE;
    }
    bl_error_set(error, BL_ERROR_USAGE, "write a number",
                 "the parameter \"%s\" of the connection is no number from 0 to %u", name, limit);
    return FALSE;
}

/* The words that the stock clients take. @return FALSE with @error set when it is none */
static gboolean
parse_switch(const MyTarget *target, const char *name, gboolean *on, GError **error)
{
    static const char *const yes[] = { "1", "true", "on", "yes", "" };
    static const char *const no[] = { "0", "false", "off", "no" };
    const char *text = my_target_value(target, name);
    *on = FALSE;
    for (gsize i = 0; text != NULL && i < G_N_ELEMENTS(yes); i++) {
        if (g_ascii_strcasecmp(text, yes[i]) == 0) {
            *on = TRUE;
            return TRUE;
        }
    }
    for (gsize i = 0; text != NULL && i < G_N_ELEMENTS(no); i++) {
        if (g_ascii_strcasecmp(text, no[i]) == 0)
            return TRUE;
    }
    if (text != NULL)
        bl_error_set(error, BL_ERROR_USAGE, "write 1 or 0",
                     "the parameter \"%s\" of the connection is no switch", name);
    return text == NULL;
}

/* From the least to the most. */
typedef enum {
    TLS_LIBRARY, /* nothing was said: what the library does by itself */
    TLS_DISABLED,
    TLS_PREFERRED,
    TLS_REQUIRED,
    TLS_VERIFY_CA,
    TLS_VERIFY_IDENTITY,
} TlsMode;

static const struct {
    const char *name;
    TlsMode mode;
} tls_modes[] = {
    { "disabled", TLS_DISABLED },           { "disable", TLS_DISABLED },
    { "preferred", TLS_PREFERRED },         { "prefer", TLS_PREFERRED },
    { "required", TLS_REQUIRED },           { "require", TLS_REQUIRED },
    { "verify-ca", TLS_VERIFY_CA },         { "verify-identity", TLS_VERIFY_IDENTITY },
    { "verify-full", TLS_VERIFY_IDENTITY },
};

/* Who names an authority wants it asked; who names anything of TLS wants TLS. */
static TlsMode
implied_mode(const MyTarget *target)
{
    static const char *const asking[] = { "ssl-ca", "ssl-capath", "ssl-crl", "ssl-crlpath" };
    static const char *const wanting[] = { "ssl-cert", "ssl-key",    "ssl-cipher",
                                           "ssl-fp",   "ssl-fplist", "tls-version" };
    for (gsize i = 0; i < G_N_ELEMENTS(asking); i++) {
        if (my_target_value(target, asking[i]) != NULL)
            return TLS_VERIFY_CA;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wanting); i++) {
        if (my_target_value(target, wanting[i]) != NULL)
            return TLS_REQUIRED;
    }
    return TLS_LIBRARY;
}

static gboolean
parse_tls_mode(const MyTarget *target, TlsMode *mode, GError **error)
{
    const char *text = my_target_value(target, "ssl-mode");
    g_autofree char *name = text != NULL ? my_option_name(text) : NULL;
    for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(tls_modes); i++) {
        if (strcmp(tls_modes[i].name, name) == 0) {
            *mode = tls_modes[i].mode;
            return TRUE;
        }
    }
    if (text != NULL) {
        bl_error_set(error, BL_ERROR_USAGE,
                     "use DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY",
                     "the parameter \"ssl-mode\" of the connection is unknown");
        return FALSE;
    }
    gboolean on = FALSE;
    gboolean off = FALSE;
    gboolean verify = FALSE;
    if (!parse_switch(target, "ssl", &on, error) ||
        !parse_switch(target, "skip-ssl", &off, error) ||
        !parse_switch(target, "ssl-verify-server-cert", &verify, error))
        return FALSE;
    *mode = implied_mode(target);
    if (on)
        *mode = MAX(*mode, TLS_REQUIRED);
    if (my_target_value(target, "ssl-verify-server-cert") != NULL)
        *mode = verify ? TLS_VERIFY_IDENTITY : MIN(*mode, TLS_REQUIRED);
    if (off || (!on && my_target_value(target, "ssl") != NULL))
        *mode = TLS_DISABLED;
    return TRUE;
}

/* Everything that is wrong is told before anything is opened. */
static gboolean
check_values(MyTarget *target, GError **error)
{
    TlsMode mode = TLS_LIBRARY;
    gboolean compress = FALSE;
    guint seconds = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(passed); i++) {
        const char *text = my_target_value(target, passed[i].name);
        if (text != NULL && passed[i].sort == AS_SECONDS &&
            !parse_number(passed[i].name, text, G_MAXINT32, &seconds, error))
            return FALSE;
    }
    const char *timeout = my_target_value(target, "connect-timeout");
    if (timeout != NULL && !parse_number("connect-timeout", timeout, G_MAXINT32, &seconds, error))
        return FALSE;
    const char *charset = my_target_value(target, "charset");
    if (charset != NULL && g_ascii_strncasecmp(charset, "utf8", strlen("utf8")) != 0 &&
        g_ascii_strcasecmp(charset, "auto") != 0) {
        bl_error_set(error, BL_ERROR_USAGE,
                     "write the files in UTF-8, or put SET NAMES into those that are not",
                     "the parameter \"charset\" of the connection can only be utf8mb4");
        return FALSE;
    }
    return parse_tls_mode(target, &mode, error) &&
           parse_switch(target, "compress", &compress, error);
}

static gboolean
settle_place(MyTarget *target, GError **error)
{
    const char *port = my_target_value(target, "port");
    const char *protocol = my_target_value(target, "protocol");
    if (port != NULL && !parse_number("port", port, G_MAXUINT16, &target->port, error))
        return FALSE;
    target->host = g_strdup(my_target_value(target, "host"));
    target->user = g_strdup(my_target_value(target, "user"));
    target->password = g_strdup(my_target_value(target, "password"));
    target->database = g_strdup(my_target_value(target, "database"));
    target->tcp = protocol != NULL ? g_ascii_strcasecmp(protocol, "tcp") == 0
                                   : port != NULL && target->host != NULL;
    gboolean is_local = target->host == NULL || strcmp(target->host, "localhost") == 0;
    if (is_local && !target->tcp)
        target->socket = g_strdup(my_target_value(target, "socket"));
    if (target->database != NULL && target->database[0] != '\0')
        return TRUE;
    bl_error_set(error, BL_ERROR_USAGE, "write it as mysql://USER@HOST/DATABASE",
                 "the connection URL names no database");
    return FALSE;
}

static MyTarget *
target_new(void)
{
    MyTarget *target = g_new0(MyTarget, 1);
    target->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return target;
}

MyTarget *
my_target_new(const BlUrl *url, GError **error)
{
    g_autoptr(MyTarget) target = target_new();
    if (!take_rest(target, url->rest, error) || !take_parameters(target, url, error))
        return NULL;
    gboolean is_placed = has_place(target);
    if (!take_files(target, error))
        return NULL;
    take_environment(target, is_placed);
    if (!check_values(target, error) || !settle_place(target, error))
        return NULL;
    return g_steal_pointer(&target);
}

MyTarget *
my_target_copy(const MyTarget *target, const char *database)
{
    MyTarget *copy = target_new();
    add_missing(copy, target->values);
    copy->host = g_strdup(target->host);
    copy->user = g_strdup(target->user);
    copy->password = g_strdup(target->password);
    copy->database = g_strdup(database);
    copy->socket = g_strdup(target->socket);
    copy->port = target->port;
    copy->tcp = target->tcp;
    return copy;
}

char *
my_target_label(const MyTarget *target)
{
    const char *host = target->host != NULL ? target->host : "localhost";
    g_autofree char *place =
        target->socket != NULL ? g_strdup(target->socket)
        : target->port != 0
            ? g_strdup_printf(strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, target->port)
            : g_strdup(host);
    return g_strdup_printf("%s/%s", place, target->database);
}

/* libmariadb knows two grades: it encrypts, or it encrypts and asks the authority and the name. */
static void
set_tls(const MyTarget *target, MYSQL *conn)
{
    TlsMode mode = TLS_LIBRARY;
    (void)parse_tls_mode(target, &mode, NULL);
    if (mode == TLS_LIBRARY)
        return;
#ifdef MARIADB_BASE_VERSION
    const char enforce = mode > TLS_DISABLED ? 1 : 0;
    const char verify = mode >= TLS_VERIFY_CA ? 1 : 0;
    (void)my.mysql_options(conn, MYSQL_OPT_SSL_ENFORCE, &enforce);
    (void)my.mysql_options(conn, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
#else
    static const unsigned modes[] = {
        [TLS_DISABLED] = SSL_MODE_DISABLED,
        [TLS_PREFERRED] = SSL_MODE_PREFERRED,
        [TLS_REQUIRED] = SSL_MODE_REQUIRED,
        [TLS_VERIFY_CA] = SSL_MODE_VERIFY_CA,
        [TLS_VERIFY_IDENTITY] = SSL_MODE_VERIFY_IDENTITY,
    };
    (void)my.mysql_options(conn, MYSQL_OPT_SSL_MODE, &modes[mode]);
#endif
}

static void
set_options(const MyTarget *target, MYSQL *conn, guint timeout_s)
{
    static const guint off = 0;
    static const gulong largest = LARGEST_PACKET;
    for (gsize i = 0; i < G_N_ELEMENTS(passed); i++) {
        const char *text = my_target_value(target, passed[i].name);
        guint seconds = 0;
        if (text == NULL)
            continue;
        if (passed[i].sort == AS_TEXT)
            (void)my.mysql_options(conn, passed[i].option, text);
        else if (parse_number(passed[i].name, text, G_MAXINT32, &seconds, NULL))
            (void)my.mysql_options(conn, passed[i].option, &seconds);
    }
    const char *given = my_target_value(target, "connect-timeout");
    guint seconds = timeout_s > 0 ? timeout_s : CONNECT_TIMEOUT_S;
    if (timeout_s == 0 && given != NULL)
        (void)parse_number("connect-timeout", given, G_MAXINT32, &seconds, NULL);
    if (seconds > 0)
        (void)my.mysql_options(conn, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    if (timeout_s > 0) {
        (void)my.mysql_options(conn, MYSQL_OPT_READ_TIMEOUT, &timeout_s);
        (void)my.mysql_options(conn, MYSQL_OPT_WRITE_TIMEOUT, &timeout_s);
    }
    gboolean compress = FALSE;
    if (parse_switch(target, "compress", &compress, NULL) && compress)
        (void)my.mysql_options(conn, MYSQL_OPT_COMPRESS, NULL);
    (void)my.mysql_options(conn, MYSQL_OPT_LOCAL_INFILE, &off);
    (void)my.mysql_options(conn, MYSQL_OPT_MAX_ALLOWED_PACKET, &largest);
    (void)my.mysql_options(conn, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    (void)my.mysql_options4(conn, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "baseline");
    if (target->tcp) {
        static const guint tcp = MYSQL_PROTOCOL_TCP;
        (void)my.mysql_options(conn, MYSQL_OPT_PROTOCOL, &tcp);
    }
    set_tls(target, conn);
}

/* libmariadb goes on without TLS where the server has none. */
static gboolean
check_tls(const MyTarget *target, MYSQL *conn, GError **error)
{
    TlsMode mode = TLS_LIBRARY;
    (void)parse_tls_mode(target, &mode, NULL);
    if (mode < TLS_REQUIRED || my.mysql_get_ssl_cipher(conn) != NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONNECT, "let the server have TLS, or use ssl-mode=PREFERRED",
                 "the connection is not encrypted, but TLS is required");
    return FALSE;
}

MYSQL *
my_target_connect(const MyTarget *target, const char *database, guint timeout_s, GError **error)
{
    const char *wanted = database != NULL ? database : target->database;
    MYSQL *conn = my.mysql_init(NULL);
    if (conn == NULL) {
        bl_error_set(error, BL_ERROR_CONNECT, NULL, "cannot connect: out of memory");
        return NULL;
    }
    set_options(target, conn, timeout_s);
    gboolean ok = my.mysql_real_connect(conn, target->host, target->user, target->password,
                                        wanted[0] != '\0' ? wanted : NULL, target->port,
                                        target->socket, CLIENT_MULTI_STATEMENTS) != NULL;
    if (!ok) {
        g_autofree char *label = my_target_label(target);
        g_autofree char *what = g_strdup_printf("cannot connect to %s", label);
        my_fail_connection(conn, what, error);
    }
    if (ok && check_tls(target, conn, error))
        return conn;
    my.mysql_close(conn);
    return NULL;
}

void
my_target_free(MyTarget *target)
{
    if (target == NULL)
        return;
    g_hash_table_unref(target->values);
    g_free(target->host);
    g_free(target->user);
    g_free(target->password);
    g_free(target->database);
    g_free(target->socket);
    g_free(target);
}
