/* SPDX-License-Identifier: MIT */
/**
 * @file target.h
 * @brief Where a connection goes: the parameters of libpq, from a URL and our own needs.
 *
 * Layer: common/engine/postgres. What the URL does not say, libpq takes from PG* variables, the
 * service file and ~/.pgpass.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_TARGET_H
#define BL_COMMON_ENGINE_POSTGRES_TARGET_H

#include "common/engine/postgres/postgres.h"

G_BEGIN_DECLS

/** Parameters in pairs. Hold secrets. */
struct PgTarget {
    GPtrArray *keywords;      /**< char *, owned */
    GPtrArray *values;        /**< char *, owned */
    gint64 connect_timeout_s; /**< for one host; 0: none */
    char *settings;           /**< the query that makes the settings of "options" */
    gboolean has_options;     /**< the user gave "options" too */
    char *database;           /**< the one that a failed connection asked for; NULL: none failed */
};

/** @return pg_target_free(); NULL: BL_ERROR_USAGE, without any secret in it */
PgTarget *pg_target_new(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** @return borrowed; NULL when it is not given */
const char *pg_target_value(const PgTarget *target, const char *keyword);

/** Sets a parameter; both are copied. */
void pg_target_set(PgTarget *target, const char *keyword, const char *value);

/** Leaves "options" out of the start-up packet, for a pooler that refuses them: @settings is to be
 * run then. @return FALSE: the user gave some too, or they are out already */
gboolean pg_target_drop_options(PgTarget *target);

/** Starts a connection; see PQconnectStartParams(). @return PQfinish(); NULL: out of memory */
PGconn *pg_target_start(const PgTarget *target);

/** Takes a host out of the list, so that the others are tried. @return FALSE when it is the last
 * one, or not in the list */
gboolean pg_target_drop_host(PgTarget *target, const char *host, const char *port);

/** Connects, trying all hosts; in open.c. @return PQfinish(), also when the server refuses; NULL:
 * @error is set */
PGconn *pg_target_connect(PgTarget *target, GError **error);

/** Fails when a pooler gives each transaction another backend, which would lose the lock and the
 * settings; in pooler.c. One that keeps the backend for the session is good. */
gboolean pg_check_pooler(PgSession *session, PgTarget *target, GError **error);

void pg_target_free(PgTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgTarget, pg_target_free)

G_END_DECLS

#endif
