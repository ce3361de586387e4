/* SPDX-License-Identifier: MIT */
/**
 * @file pair_names.h
 * @brief Whether the two files of a snapshot name the same migrations.
 *
 * The SQL fills the ledger, the manifest says what is squashed. A merge that was resolved by hand
 * may have the one from here and the other from there: then a migration is neither run nor pending,
 * or it runs a second time.
 *
 * Layer: common/snapshot. Used by: load/, squash/.
 */
#ifndef BL_COMMON_SNAPSHOT_PAIR_NAMES_H
#define BL_COMMON_SNAPSHOT_PAIR_NAMES_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** bl_pair_digest(), with what fills the ledger from the same reading.
 * @param names borrowed @param ledger out: from the block's first line to the end of the text;
 * g_free(); NULL: there is none */
char *bl_pair_names_read(const char *sql_path,
                         const BlLedgerNames *names,
                         char **ledger,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Compares the names that fill the ledger with those of the manifest. One of another tool, which
 * has no digest, is not asked.
 * @param ledger as bl_pair_names_read() has it; NULL: it names nothing
 * @param label of the SQL, for messages
 * @return FALSE: BL_ERROR_CONFLICT, or BL_ERROR_SQL when it is no script */
gboolean bl_pair_names_check(const BlEngine *engine,
                             const BlLedgerNames *names,
                             const BlManifest *manifest,
                             const char *ledger,
                             const char *label,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
