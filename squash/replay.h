/* SPDX-License-Identifier: MIT */
/**
 * @file replay.h
 * @brief Runs a history from its files in a scratch database.
 *
 * Layer: squash. A replay runs other people's statements beside live databases: what could leave
 * the scratch database is looked for first (bl_replay_check()).
 */
#ifndef BL_SQUASH_REPLAY_H
#define BL_SQUASH_REPLAY_H

#include "squash/history.h"

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/** Where a replay starts. Borrowed. */
typedef struct {
    const char *sql_path; /**< absolute; NULL: an empty database */
    const char *label;
    const char *owner;         /**< the connection that its manifest names; NULL: any */
    gboolean accepts_modified; /**< it need not have the digests of its manifest */
} BlReplayStart;

/** What to replay, and where. Borrowed. */
typedef struct {
    const BlUrl *url; /**< the scratch database is made beside this one */
    BlLedgerNames names;
    BlFilter filter;
    BlReplayStart start;
    const GPtrArray *migrations; /**< BlMigration *, in order */
    const char *ledger_schema;   /**< where the live ledger stands: no migration made it, since the
                                    ledger came first; made where it is not there. NULL: not known,
                                    the search path decides */
    const char *path_schema;     /**< where bare names go in the live database, as
                                    bl_ledger_find_path_home() has it: made where neither it is
                                    there nor a migration makes it. NULL: @ledger_schema tells */
    BlSession *like;             /**< of a database elsewhere: the scratch database takes its
                                    properties (its default collation); NULL: one beside @url has
                                    them already */
    BlSession *not_beside; /**< the scratch database must not be on the server of this session;
                              NULL: anywhere */
    BlSession *beside;     /**< what runs is kept in when it is on the server of this one; NULL: it
                              is not, or nobody can tell */
    gboolean is_confined;  /**< what runs is kept in in any case (BlSession.is_confined): it is on
                              the server of a live database, or nobody can tell */
    const BlReporter *reporter;
} BlReplayOptions;

/** What a replay is kept away from. Borrowed. */
typedef struct {
    const char *production; /**< name of a connection that is marked so, beside which nothing is
                               replayed; NULL */
    gboolean is_elsewhere;  /**< the scratch database is not beside a live one; where databases are
                               files that makes no difference for what a statement reaches */
    const BlUrl *live, *scratch; /**< where databases are files, and one is @production: of both,
                                    which must be two; NULL: that is known already */
    const char *without;         /**< how to do without the replay, for hints */
    const BlReporter *reporter;  /**< for warnings; NULL: nobody is told */
} BlReplayGuard;

/**
 * Looks for what would leave a scratch database that stands beside a live one.
 * @param is_free out, may be NULL: nothing was found that must be kept from a live server
 * @return FALSE: BL_ERROR_CONFLICT with file and line, or for a migration in another language; the
 * problem of a broken file
 */
gboolean bl_replay_check(const BlEngine *engine,
                         const GPtrArray *migrations,
                         const BlReplayGuard *guard,
                         gboolean *is_free,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads --scratch-url. @param root of the project: where relative paths start
 * @return bl_url_free(); NULL: BL_ERROR_USAGE, also where it is a database of another engine */
BlUrl *bl_replay_parse_url(const char *text,
                           const char *root,
                           const BlEngine *engine,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What a replay may be beside. Borrowed. */
typedef struct {
    BlSession *session;   /**< on the live database; NULL: it is opened where it is needed */
    const BlUrl *url;     /**< of the live database */
    const BlUrl *scratch; /**< --scratch-url; NULL: the scratch database is beside the live one */
    gboolean is_free;     /**< bl_replay_check() found nothing to keep from a live server */
} BlReplayLive;

/** Says in @options beside what the replay runs, and whether it is confined.
 * @param opened out: a session that was opened, bl_session_close() behind the replay */
gboolean bl_replay_place(BlReplayOptions *options,
                         const BlReplayLive *live,
                         BlSession **opened,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Replays. @return the session on the scratch database, bl_session_close() drops it; NULL: the
 * error of the statement that failed, with file and line */
BlSession *bl_replay_run(const BlReplayOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Runs @options->migrations behind what is in the scratch database of @session already. */
gboolean bl_replay_more(BlSession *session,
                        const BlReplayOptions *options,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Loads a snapshot into a scratch database. @return bl_session_close() */
BlSession *bl_replay_load(const BlReplayOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Drops the scratch databases of a proof, both at the same time: a server may have to write to the
 * disk what all other databases hold before it drops one. Either may be NULL. */
void bl_replay_close(BlSession *replayed, BlSession *loaded);

G_END_DECLS

#endif
