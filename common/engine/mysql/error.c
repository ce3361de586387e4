/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include "common/base/cancel.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/session.h"

#include <string.h>

/* Numbers of the client library itself (errmsg.h): 2000 to 2999. */
#define FIRST_CLIENT_ERROR 2000
#define LAST_CLIENT_ERROR  2999

static const char lost[] = "the connection was lost: look at the server's log, and run it again";
static const char rights[] =
    "ask the owner or an administrator for the right that is missing (SHOW GRANTS)";
static const char tls[] =
    "check ssl-mode and the certificate options (ssl-ca, ssl-cert, ssl-key, tls-version)";
static const char busy[] = "another session holds the lock: try again; migrate has --lock-timeout";
static const char slow[] = "the time limit of --statement-timeout or of the server ran out";
static const char full[] =
    "make room on the server's disk, or, for a table in memory, raise max_heap_table_size";
static const char wait[] = "start the server, or check host, port and socket (--wait)";
static const char password[] =
    "check user and password: the URL, ~/.my.cnf (group [client]) or MYSQL_PWD; some accounts want TLS "
    "(ssl-mode=REQUIRED)";

/* What an error number means for the user. The others are BL_ERROR_SQL of the server, and
 * BL_ERROR_CONNECT of the library. */
static const struct {
    guint number;
    BlErrorCode code;
    const char *hint;
} numbers[] = {
    { 1021, BL_ERROR_SQL, full },
    { 1040, BL_ERROR_CONNECT, "the server has no free connection: try again later" },
    { 1044, BL_ERROR_SQL, rights },
    { 1045, BL_ERROR_CONNECT, password },
    { 1053, BL_ERROR_CONNECT, lost },
    { 1077, BL_ERROR_CONNECT, lost },
    { 1079, BL_ERROR_CONNECT, lost },
    { 1114, BL_ERROR_SQL, full },
    { 1129, BL_ERROR_CONNECT, "the server blocks this host: run FLUSH HOSTS there" },
    { 1130, BL_ERROR_CONNECT, "the server does not let this host in: GRANT … TO user@host" },
    { 1142, BL_ERROR_SQL, rights },
    { 1143, BL_ERROR_SQL, rights },
    { 1152, BL_ERROR_CONNECT, lost },
    { 1153, BL_ERROR_SQL, "raise max_allowed_packet of the server" },
    { 1158, BL_ERROR_CONNECT, lost },
    { 1159, BL_ERROR_CONNECT, lost },
    { 1160, BL_ERROR_CONNECT, lost },
    { 1161, BL_ERROR_CONNECT, lost },
    { 1184, BL_ERROR_CONNECT, lost },
    { 1203, BL_ERROR_CONNECT, "the user has no free connection: try again later" },
    { 1205, BL_ERROR_CONFLICT, busy },
    { 1213, BL_ERROR_SQL, "others locked the same rows in another order: run it again" },
    { 1226, BL_ERROR_CONNECT, "the user has used up a limit of the server: try again later" },
    { 1227, BL_ERROR_SQL, rights },
    { 1251, BL_ERROR_CONNECT, "use a newer client library, or another way of authentication" },
    { 1275, BL_ERROR_CONNECT, "set the user's password anew: the server refuses the old format" },
    { 1290, BL_ERROR_CONFLICT,
      "an option of the server forbids it: connect to the primary server, and look at read_only" },
    { 1317, BL_ERROR_SQL, "somebody ended the statement (KILL QUERY)" },
    { 1370, BL_ERROR_SQL, rights },
    { 1419, BL_ERROR_SQL,
      "the server wants the right SUPER for this, or SET GLOBAL log_bin_trust_function_creators = "
      "1" },
    { 1524, BL_ERROR_CONNECT, "the server has no such way of authentication: look at the user" },
    { 1698, BL_ERROR_CONNECT, password },
    { 1792, BL_ERROR_CONFLICT, "the session is read-only" },
    { 1820, BL_ERROR_CONNECT, "the password has expired: set a new one" },
    { 1836, BL_ERROR_CONFLICT, "the server is read-only: connect to the primary server" },
    { 1862, BL_ERROR_CONNECT, "the password has expired: set a new one" },
    { 1927, BL_ERROR_CONNECT, lost },
    { 1969, BL_ERROR_SQL, slow },
    { 2002, BL_ERROR_CONNECT, wait },
    { 2003, BL_ERROR_CONNECT, wait },
    { 2005, BL_ERROR_CONNECT, "check the name of the host" },
    { 2006, BL_ERROR_CONNECT, lost },
    { 2012, BL_ERROR_CONNECT, lost },
    { 2013, BL_ERROR_CONNECT, lost },
    { 2014, BL_ERROR_INTERNAL, NULL },
    { 2020, BL_ERROR_SQL, "raise max_allowed_packet, here and on the server" },
    { 2026, BL_ERROR_CONNECT, tls },
    { 2055, BL_ERROR_CONNECT, lost },
    { 2059, BL_ERROR_CONNECT,
      "the library has no such way of authentication: install its plugins, or name their folder "
      "(plugin-dir)" },
    { 3024, BL_ERROR_SQL, slow },
    { 3118, BL_ERROR_CONNECT, "the account is locked: ask an administrator" },
    { 3159, BL_ERROR_CONNECT, "the server wants TLS: use ssl-mode=REQUIRED" },
    { 3572, BL_ERROR_CONFLICT, busy },
    { 3750, BL_ERROR_SQL,
      "give the table a primary key; an account that may set it can say sql_require_primary_key=0 in "
      "the connection's URL" },
    { 3955, BL_ERROR_CONNECT, "the account is locked for a while after wrong passwords" },
    { 4031, BL_ERROR_CONNECT, lost },
    { 4151, BL_ERROR_CONNECT, "the account is locked: ask an administrator" },
    { 6125, BL_ERROR_SQL,
      "MySQL 8.4 and later want a unique key behind a foreign key, unless the connection's URL says "
      "restrict_fk_on_non_standard_key=0" },
};

/* What the operating system said is part of the text: of error 3, 1005, 1006, 1026, 1030 and more.
 * 135 is what a storage engine says of a file that cannot grow. */
static gboolean
says_full(const char *message)
{
    static const char *const marks[] = { "errno: 28 ", "errno 28 ",   "Errcode: 28 ",
                                         "error 28 ",  "errno: 135 ", "error 135 " };
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (strstr(message, marks[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
apply_number(GError *made, guint number)
{
    if (says_full(made->message))
        bl_error_set_hint(made, "%s", full);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (numbers[i].number != number)
            continue;
        made->code = (gint)numbers[i].code;
        if (numbers[i].hint != NULL)
            bl_error_set_hint(made, "%s", numbers[i].hint);
        return;
    }
}

gboolean
my_fail_connection(MYSQL *conn, const char *what, GError **error)
{
    guint number = my.mysql_errno(conn);
    gboolean is_client = number >= FIRST_CLIENT_ERROR && number <= LAST_CLIENT_ERROR;
    g_autofree char *message = bl_one_line(my.mysql_error(conn));
    GError *made = NULL;
    bl_error_set(&made, is_client ? BL_ERROR_CONNECT : BL_ERROR_SQL, NULL, "%s%s%s",
                 what != NULL ? what : "", what != NULL ? ": " : "",
                 message[0] != '\0' ? message : "nobody says why");
    /* my_error_is() reads it. */
    bl_error_set_detail(made, "error %u of the %s", number,
                        is_client ? "client library" : "server");
    if (!is_client)
        bl_error_set_sqlstate(made, my.mysql_sqlstate(conn));
    apply_number(made, number);
    g_propagate_error(error, made);
    return FALSE;
}

/* A signal ends the statement by KILL QUERY, or its connection when nothing else helps. */
static gboolean
is_ended(guint number)
{
    static const guint ends[] = { 1028, 1053, 1317, 1927, 2006, 2013 };
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (ends[i] == number)
            return TRUE;
    }
    return FALSE;
}

gboolean
my_fail(MySession *session, const char *what, GError **error)
{
    if (bl_cancel_requested() != 0 && is_ended(my.mysql_errno(session->conn)))
        return bl_cancel_check(error);
    return my_fail_connection(session->conn, what, error);
}

gboolean
my_error_is(const GError *error, guint code)
{
    const BlErrorInfo *info = error != NULL ? bl_error_info(error) : NULL;
    if (info == NULL || info->detail == NULL || !g_str_has_prefix(info->detail, "error "))
        return FALSE;
    return g_ascii_strtoull(info->detail + strlen("error "), NULL, 10) == code;
}
