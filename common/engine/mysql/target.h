/* SPDX-License-Identifier: MIT */
/**
 * @file target.h
 * @brief Where a connection goes: the parameters of the client library, from a URL, option files
 * and the environment.
 *
 * Layer: common/engine/mysql. mysql://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETER=VALUE; the
 * parameters have the names that the stock clients' options have, "-" and "_" alike. What the URL
 * does not say comes from the groups [client], [client-server], [client-mariadb] and [baseline] of
 * the option files (/etc/my.cnf, /etc/mysql/my.cnf, $MYSQL_HOME/my.cnf, ~/.my.cnf; or the one that
 * ?defaults-file= names), then from MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT, MYSQL_PWD and
 * USER.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_TARGET_H
#define BL_COMMON_ENGINE_MYSQL_TARGET_H

#include "common/engine/mysql/session.h"

G_BEGIN_DECLS

/** Holds secrets. */
struct MyTarget {
    GHashTable *values; /**< canonical names and values, char *, owned */
    char *host;         /**< NULL: the local server */
    char *user;
    char *password; /**< NULL: none */
    char *database;
    char *socket; /**< NULL: the library's default, or TCP */
    guint port;   /**< 0: the library's default */
    gboolean tcp; /**< a port was asked for, so "localhost" is no socket */
};

/** Parameters that are variables of the server, whose names have "_" where these have "-": what an
 * application sets for every session, and what its migrations count on. NULL-terminated. */
extern const char *const my_session_parameters[];

/** @return my_target_free(); NULL: BL_ERROR_USAGE or _IO, without any secret in it */
MyTarget *my_target_new(const BlUrl *url, GError **error);

/** The same place, another database (copied). @return my_target_free() */
MyTarget *my_target_copy(const MyTarget *target, const char *database);

/** @return borrowed; NULL when it is not given */
const char *my_target_value(const MyTarget *target, const char *name);

/** What messages call it. @return g_free() */
char *my_target_label(const MyTarget *target);

/** Connects. @param database NULL: the target's own; "": none. @param timeout_s for connecting, and
 * for every answer; 0: the target's.
 * @param error may be NULL. @return mysql_close() */
MYSQL *
my_target_connect(const MyTarget *target, const char *database, guint timeout_s, GError **error);

void my_target_free(MyTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyTarget, my_target_free)

/* option_file.c */

/** Adds what the option files say to @values (canonical names: lower case, "-" for "_"); what is
 * there already stays. @param only NULL: the usual files; else this one. @param group read besides
 * [client], [client-server] and [client-mariadb] */
gboolean
my_option_files_read(GHashTable *values, const char *only, const char *group, GError **error);

/** @name in lower case, with "-" for "_". @return g_free() */
char *my_option_name(const char *name);

G_END_DECLS

#endif
