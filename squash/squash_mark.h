/* SPDX-License-Identifier: MIT */
/**
 * @file squash_mark.h
 * @brief What the manifest says of the squashes that made it: which files went where, and whether
 * the last one is over.
 *
 * Layer: squash. The member "squashes" of the manifest: a list, oldest first, of objects with first
 * and last name, their number, the commit that has the files, the archive that they were moved to,
 * the digest of the SQL, "part" where the newest files stay out of the snapshot, and "done".
 */
#ifndef BL_SQUASH_SQUASH_MARK_H
#define BL_SQUASH_SQUASH_MARK_H

#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** A squash. Borrowed. */
typedef struct {
    const GPtrArray *items; /**< BlPruneItem * (prune.h) */
    const char *commit;     /**< of git, that has the files; NULL: not known */
    const char *archive;    /**< as it was given; NULL: none */
    gboolean is_part;       /**< younger files stay, and the snapshot ends before them */
} BlSquashMark;

/** Says that the files of @mark are on their way out. An open mark is taken up again. */
void bl_squash_mark_begin(BlManifest *manifest, const BlSquashMark *mark);

/** Says that they are gone. */
void bl_squash_mark_end(BlManifest *manifest);

/** @return TRUE when the last squash was not finished */
gboolean bl_squash_mark_is_open(const BlManifest *manifest);

/** @return TRUE when the snapshot is the one of the last squash, and that left younger files out of
 * it: no dump has taken them in since */
gboolean bl_squash_mark_is_part(const BlManifest *manifest);

/** The digest of the SQL as the last squash left it. Borrowed; NULL: none */
const char *bl_squash_mark_digest(const BlManifest *manifest);

/** Where the file of @name can be had: "commit 1234abcd", "the archive old/", both; g_free(); NULL:
 * not known */
char *bl_squash_mark_source(const BlManifest *manifest, const char *name);

/** The archives of all squashes, oldest first, as they were given, each once.
 * @return GPtrArray of char *, owned */
GPtrArray *bl_squash_mark_archives(const BlManifest *manifest);

/** @return whether a squash took the file of @name, or was about to; FALSE also for what only a
 * dump put into the snapshot */
gboolean bl_squash_mark_covers(const BlManifest *manifest, const char *name);

G_END_DECLS

#endif
