/* SPDX-License-Identifier: MIT */
/**
 * @file ledger_lines.h
 * @brief The lines of a snapshot that fill the ledger, put together into few statements.
 *
 * A snapshot has a statement for each migration, without numbers, so that a file that is merged
 * late moves no other line; each asks for the greatest batch so far. Where all of them come one
 * behind the other into an empty ledger that is known before: hundreds of questions less.
 *
 * Layer: common/snapshot. Used by: load/.
 */
#ifndef BL_COMMON_SNAPSHOT_LEDGER_LINES_H
#define BL_COMMON_SNAPSHOT_LEDGER_LINES_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"
#include "common/sql/script.h"

G_BEGIN_DECLS

typedef struct BlLedgerLines BlLedgerLines;

/**
 * Puts the lines in @script together: those that stand right behind the statement that begins the
 * block of the ledger, as a dump writes them. Only for a snapshot that is as it was dumped, and a
 * ledger without rows. What fails is told at the first of the lines that went out with it.
 * @param script must not be read behind bl_ledger_lines_free()
 * @param names of the ledger's tables; borrowed
 * @return bl_ledger_lines_free()
 */
BlLedgerLines *
bl_ledger_lines_join(BlScript *script, const BlSession *session, const BlLedgerNames *names);

/** @return how many lines went into the statement of a line before them: the script has so many
 *  statements more than were sent */
guint64 bl_ledger_lines_saved(const BlLedgerLines *lines);

void bl_ledger_lines_free(BlLedgerLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlLedgerLines, bl_ledger_lines_free)

G_END_DECLS

#endif
