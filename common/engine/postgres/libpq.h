/* SPDX-License-Identifier: MIT */
/**
 * @file libpq.h
 * @brief libpq, loaded when the first PostgreSQL session is opened.
 *
 * Layer: common/engine/postgres. Libraries: libpq (the header at build time, the library at run
 * time). Loading on use keeps the start-up of the tools free of libpq's TLS, LDAP and Kerberos
 * libraries for everybody who works on another engine.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_LIBPQ_H
#define BL_COMMON_ENGINE_POSTGRES_LIBPQ_H

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/** Every function of libpq that the engine calls; a new one is added here. */
#define PG_LIBPQ_FUNCTIONS(X)                                                                      \
    X(PQbackendPID)                                                                                \
    X(PQcancel)                                                                                    \
    X(PQclear)                                                                                     \
    X(PQcmdStatus)                                                                                 \
    X(PQcmdTuples)                                                                                 \
    X(PQconndefaults)                                                                              \
    X(PQconnectPoll)                                                                               \
    X(PQconnectStartParams)                                                                        \
    X(PQconninfo)                                                                                  \
    X(PQconninfoFree)                                                                              \
    X(PQconninfoParse)                                                                             \
    X(PQconsumeInput)                                                                              \
    X(PQcopyResult)                                                                                \
    X(PQdb)                                                                                        \
    X(PQerrorMessage)                                                                              \
    X(PQfinish)                                                                                    \
    X(PQflush)                                                                                     \
    X(PQfreeCancel)                                                                                \
    X(PQfreemem)                                                                                   \
    X(PQgetCancel)                                                                                 \
    X(PQgetCopyData)                                                                               \
    X(PQgetResult)                                                                                 \
    X(PQgetisnull)                                                                                 \
    X(PQgetlength)                                                                                 \
    X(PQgetvalue)                                                                                  \
    X(PQhost)                                                                                      \
    X(PQisBusy)                                                                                    \
    X(PQlibVersion)                                                                                \
    X(PQnfields)                                                                                   \
    X(PQntuples)                                                                                   \
    X(PQparameterStatus)                                                                           \
    X(PQport)                                                                                      \
    X(PQputCopyData)                                                                               \
    X(PQputCopyEnd)                                                                                \
    X(PQresultErrorField)                                                                          \
    X(PQresultErrorMessage)                                                                        \
    X(PQresultStatus)                                                                              \
    X(PQsendQuery)                                                                                 \
    X(PQserverVersion)                                                                             \
    X(PQsetErrorVerbosity)                                                                         \
    X(PQsetNoticeReceiver)                                                                         \
    X(PQsetSingleRowMode)                                                                          \
    X(PQsetnonblocking)                                                                            \
    X(PQsocket)                                                                                    \
    X(PQstatus)                                                                                    \
    X(PQtransactionStatus)                                                                         \
    X(PQuser)

/** The functions, by their own names: pq.PQclear(result). */
typedef struct {
#define PG_MEMBER(name) __typeof__(name) *name;
    PG_LIBPQ_FUNCTIONS(PG_MEMBER)
#undef PG_MEMBER
} PgLibpq;

extern PgLibpq pq;

/** Loads the library, once. @return FALSE: BL_ERROR_UNSUPPORTED that says what to install */
gboolean pg_libpq_load(GError **error);

/** PQclear() for g_autoptr. */
static inline void
pg_result_free(PGresult *result)
{
    pq.PQclear(result);
}
typedef PGresult PgResult;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgResult, pg_result_free)

G_END_DECLS

#endif
