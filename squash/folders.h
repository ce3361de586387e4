/* SPDX-License-Identifier: MIT */
/**
 * @file folders.h
 * @brief The configured migration folders that are not there: a mistyped one looks like a history
 * without migrations.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_FOLDERS_H
#define BL_SQUASH_FOLDERS_H

#include "squash/migrator.h"

#include <glib.h>

G_BEGIN_DECLS

/** Which of them do not exist. One whose migrations a snapshot holds may be gone with its files:
 * git keeps no empty folder. @return as configured, borrowed from the connection */
GPtrArray *bl_folders_find_absent(const BlMigrator *migrator);

/** Names them in a warning each. */
void bl_folders_warn(const BlMigrator *migrator);

/** Before everything is dropped, to be made again from files and snapshot: may a wrong folder be
 * why what was applied is in neither? An empty ledger goes without the question.
 * @param bootstraps a snapshot is going to be loaded
 * @return FALSE: BL_ERROR_USAGE that names the folder */
gboolean bl_folders_check(const BlMigrator *migrator,
                          gboolean bootstraps,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Before a database without a migration is filled from the files alone, since there is no snapshot
 * of its connection: does one beside it, of another connection, hold migrations of these folders
 * whose files are gone? The database would lack them, and nobody would see it (--url beside a
 * configuration with another name).
 * @return FALSE: BL_ERROR_CONFLICT that names both, and what to give */
gboolean bl_folders_check_squashed(const BlMigrator *migrator,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
