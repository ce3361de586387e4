/* SPDX-License-Identifier: MIT */
/**
 * @file undo.h
 * @brief Takes back a load that was not finished: drops what it made and nothing else.
 *
 * Layer: load. Includes: common. A load that is no single transaction leaves a mark in the journal
 * until it is over; see the manual, schema-load(1), --undo.
 */
#ifndef BL_LOAD_UNDO_H
#define BL_LOAD_UNDO_H

#include "load/loader.h"

G_BEGIN_DECLS

/**
 * Takes back the load that the mark in the journal names. The caller holds the lock. Everything is
 * checked before the first drop: the mark is of this snapshot, every object of ours is named in it,
 * and no table holds rows that are not the snapshot's.
 * @param digest of the SQL; @param manifest NULL: a bare dump
 * @param undone out: FALSE when there is no mark, so that there is nothing to undo
 * @return FALSE: BL_ERROR_CONFLICT that names what is in the way; nothing was dropped
 */
gboolean bl_load_undo(BlSession *session,
                      const BlLoadOptions *options,
                      const BlManifest *manifest,
                      const char *digest,
                      gboolean *undone,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Drops every object of ours, the ledger too, in one transaction, or, where that is too large for
 * the server, in several. */
gboolean bl_load_drop_all(BlSession *session,
                          const BlFilter *filter,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
