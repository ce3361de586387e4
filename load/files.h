/* SPDX-License-Identifier: MIT */
/**
 * @file files.h
 * @brief Whether the files of a snapshot may be loaded: the pair, the manifest, the digests.
 *
 * Layer: load. Includes: common.
 */
#ifndef BL_LOAD_FILES_H
#define BL_LOAD_FILES_H

#include "load/loader.h"

G_BEGIN_DECLS

/**
 * Everything that can be refused without a database: the pair, the manifest, the digests.
 * @param manifest out: NULL for a bare dump; bl_manifest_free()
 * @param digest out: digest of the SQL text; g_free()
 * @return FALSE: BL_ERROR_CONFLICT with what to do, BL_ERROR_IO, BL_ERROR_UNSUPPORTED
 */
gboolean bl_load_check_files(const BlEngine *engine,
                             const BlLoadOptions *options,
                             BlManifest **manifest,
                             char **digest,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when the files are a dump of ours with its manifest */
gboolean bl_load_is_ours(const BlLoadResult *result);

/** @return TRUE when they are that, unchanged: such a load changes nothing but what it makes */
gboolean bl_load_is_as_dumped(const BlLoadOptions *options, const BlLoadResult *result);

G_END_DECLS

#endif
