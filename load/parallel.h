/* SPDX-License-Identifier: MIT */
/**
 * @file parallel.h
 * @brief Loads tables and indexes of a snapshot over several sessions at the same time.
 *
 * Layer: load; not installed. Only under the mark of a load in parts: what several sessions make is
 * no one transaction.
 */
#ifndef BL_LOAD_PARALLEL_H
#define BL_LOAD_PARALLEL_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

G_BEGIN_DECLS

/** A snapshot that is worth it. */
typedef struct BlParallel BlParallel;

/** Looks at the snapshot @sql (borrowed). @param label for messages. @return bl_parallel_free();
 * NULL: no snapshot of ours, or too few tables; with @error set: not a script */
BlParallel *bl_parallel_new(const BlEngine *engine,
                            const char *sql,
                            gsize len,
                            const char *label,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The lines that fill the ledger go out together: see bl_ledger_lines_join().
 * @param names borrowed; NULL: they do not */
void bl_parallel_join_lines(BlParallel *parallel, const BlLedgerNames *names);

/** Begins to open the sessions beside @session, @jobs with it, and does not wait for them. */
void bl_parallel_open(BlParallel *parallel, BlSession *session, guint jobs);

/**
 * Runs all of it: what has its place on @session, runs of tables and of indexes on all that
 * bl_parallel_open() opens, a barrier behind each run. They are closed at the end. The first
 * failure ends it when every session has ended its statement.
 * @param run as for execute_script(); its judge is called by several threads
 * @param statements out: how many ran, also on failure
 */
gboolean bl_parallel_run(BlParallel *parallel,
                         BlSession *session,
                         const BlScriptRun *run,
                         guint64 *statements,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_parallel_free(BlParallel *parallel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlParallel, bl_parallel_free)

G_END_DECLS

#endif
