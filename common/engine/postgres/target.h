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
    GPtrArray *keywords; /**< char *, owned */
    GPtrArray *values;   /**< char *, owned */
};

/** @return pg_target_free(); NULL: BL_ERROR_USAGE, without any secret in it */
PgTarget *pg_target_new(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** @return borrowed; NULL when it is not given */
const char *pg_target_value(const PgTarget *target, const char *keyword);

/** Sets a parameter; both are copied. */
void pg_target_set(PgTarget *target, const char *keyword, const char *value);

void pg_target_free(PgTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgTarget, pg_target_free)

G_END_DECLS

#endif
