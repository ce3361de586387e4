/* SPDX-License-Identifier: MIT */
/**
 * @file target.h
 * @brief What a connection URL says: which file, and how to open it. Included only in this folder.
 *
 * Layer: common/engine/sqlite.
 */
#ifndef BL_COMMON_ENGINE_SQLITE_TARGET_H
#define BL_COMMON_ENGINE_SQLITE_TARGET_H

#include "common/engine/url.h"

#include <glib.h>

G_BEGIN_DECLS

/** A parsed URL. Settings are NULL when the URL does not name them; their values are checked. */
typedef struct {
    char *path;  /**< absolute; NULL: memory */
    char *label; /**< as it was written */
    gboolean is_memory;
    char *mode;
    char *busy_timeout;
    char *foreign_keys;
    char *journal_mode;
    char *synchronous;
    GString *parameters; /**< of SQLite's own URI: empty or "?a=b&c=d" */
} LiteTarget;

/** Takes @url apart. @target must be cleared whatever comes back. FALSE: BL_ERROR_USAGE */
gboolean lite_target_parse(const BlUrl *url, LiteTarget *target, GError **error);

/** The URI for the library. @return g_free() */
char *lite_target_uri(const LiteTarget *target, gboolean immutable);

void lite_target_clear(LiteTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LiteTarget, lite_target_clear)

G_END_DECLS

#endif
