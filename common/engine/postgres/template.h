/* SPDX-License-Identifier: MIT */
/**
 * @file template.h
 * @brief A database that a load left, kept as a template for clones.
 *
 * Layer: common/engine/postgres. Used by: building.c, drop.c, proof.c, scratch.c.
 *
 * A template is named after the digest of the snapshot and after what else decides its contents. It
 * takes no connections and says in its comment what it is. Every database of ours is built under
 * another name, with a mark of its own, and renamed when it is complete. Only marked ones are ever
 * dropped.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_TEMPLATE_H
#define BL_COMMON_ENGINE_POSTGRES_TEMPLATE_H

#include "common/engine/postgres/postgres.h"

G_BEGIN_DECLS

/** Opens a session on a database of the server that is not the one to be copied or dropped. */
PgSession *pg_open_maintenance(const PgSession *session, GError **error);

/** Makes sure that there is a template of the session's database, as a load of @mark left it. The
 * connection of @session is closed for that, since a database in use cannot be copied; its
 * maintenance session takes over.
 * @return the template's name, borrowed from @session; NULL: @error is set */
const char *pg_ensure_template(PgSession *session, const char *mark, GError **error);

/** Makes a database that is nobody's yet, and drops those that a killed process left so. At no time
 * is there a database of ours that does not say so.
 * @param session a maintenance session
 * @param how what follows the name in CREATE DATABASE
 * @return its name, g_free(); NULL: @error is set */
char *pg_begin_building(PgSession *session, const char *how, GError **error);

/** Gives it its name and the comment that marks it, or drops it again.
 * @param options more of ALTER DATABASE, with a blank ahead; "" */
gboolean pg_end_building(PgSession *session,
                         const char *building,
                         const char *name,
                         const char *comment,
                         const char *options,
                         GError **error);

/** Drops a database of ours, and first its subscriptions, which would hold it, when they never
 * connected. One that did is somebody's work: BL_ERROR_CONFLICT. */
gboolean pg_drop_database(PgSession *session, const char *name, GError **error);

/** Drops the subscriptions of a scratch database, in which the session is: they would hold it. What
 * they may have made on another server stays, with a warning. Also when somebody asked to end. */
void pg_forget_subscriptions(PgSession *inside);

/** Drops a scratch database that nobody uses any more, with its subscriptions. One that is in use
 * stays, and so does one that cannot be dropped. */
void pg_sweep_database(PgSession *session, const char *name);

/** Drops a database that this process has just made, also when somebody asked to end. What cannot
 * be dropped stays. */
void pg_drop_anyway(PgSession *session, const char *name);

/** Runs "VERB "name" REST" about a database. */
gboolean pg_run_on_database(
    PgSession *session, const char *verb, const char *name, const char *rest, GError **error);

G_END_DECLS

#endif
