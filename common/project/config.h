/* SPDX-License-Identifier: MIT */
/**
 * @file config.h
 * @brief connections.json: reading it, checking its keys and types, and telling where in it
 * something is wrong.
 *
 * Layer: common/project. Includes: common/base. Libraries: jansson.
 * Only the structure is checked here, of the whole file; values hold ${…} and are checked when a
 * connection is used.
 */
#ifndef BL_COMMON_PROJECT_CONFIG_H
#define BL_COMMON_PROJECT_CONFIG_H

#include "common/project/json_position.h"

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/** Largest configuration that is read, in bytes. */
#define BL_CONFIG_LIMIT ((gsize)1024 * 1024)

typedef struct BlConfig BlConfig;

/** Reads and checks @path. @param label what messages call it
 * @return bl_config_free(); NULL: BL_ERROR_IO; BL_ERROR_USAGE with line, column and what is allowed
 */
BlConfig *
bl_config_load(const char *path, const char *label, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Checks a text. @text is copied. */
BlConfig *bl_config_parse(const char *text, gsize len, const char *label, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** "default" as written, NULL when there is none. Borrowed. */
const char *bl_config_default(const BlConfig *config);

/** The connection's object, NULL when there is none of that name. Borrowed. */
json_t *bl_config_connection(const BlConfig *config, const char *name);

/** Names of the connections in the file's order. @return g_strfreev() */
char **bl_config_names(const BlConfig *config);

/** Names of the connections as one text: "a, b, c". @return g_free() */
char *bl_config_list_names(const BlConfig *config);

/** @return TRUE when @name may be a connection's: it becomes part of a file name */
gboolean bl_config_is_name(const char *name);

/** Sets the position of the value at @path (its key with @of_key) in @error. */
void bl_config_set_position(const BlConfig *config,
                            const BlJsonPath *path,
                            gboolean of_key,
                            GError *error);

void bl_config_free(BlConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlConfig, bl_config_free)

G_END_DECLS

#endif
