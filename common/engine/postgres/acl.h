/* SPDX-License-Identifier: MIT */
/**
 * @file acl.h
 * @brief Access control lists as text of the server, and the GRANT and REVOKE between two of them.
 *
 * Layer: common/engine/postgres. Follows dumputils.c of PostgreSQL: what only the base holds is
 * revoked, what only the list holds is granted.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_ACL_H
#define BL_COMMON_ENGINE_POSTGRES_ACL_H

#include <glib.h>

G_BEGIN_DECLS

/** What the statements are about. */
typedef struct {
    char kind;          /**< as acldefault() takes it: r table, s sequence, f function, n schema, T
                           type, l language, F wrapper, S server, c a column of a table */
    int major;          /**< of the server: it decides what ALL means */
    const char *owner;  /**< role that owns the object */
    const char *target; /**< behind ON: "TABLE public.t", for default privileges "TABLES" */
    const char *column; /**< quoted, for kind c; else NULL */
    const char *prefix; /**< before GRANT and REVOKE: "ALTER DEFAULT PRIVILEGES … "; "" for none */
} PgAclSpec;

/** The statements that make @base into @acl, texts of aclitem[]; NULL stands for an empty list.
 * @return GPtrArray of char *, owned: what is revoked by name, what is granted in the order of
 * @acl, the owner's own first */
GPtrArray *pg_acl_statements(const PgAclSpec *spec, const char *acl, const char *base);

G_END_DECLS

#endif
