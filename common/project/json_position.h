/* SPDX-License-Identifier: MIT */
/**
 * @file json_position.h
 * @brief Where a value of a JSON text stands: the parser gives values without positions.
 *
 * Layer: common/project. Libraries: jansson.
 */
#ifndef BL_COMMON_PROJECT_JSON_POSITION_H
#define BL_COMMON_PROJECT_JSON_POSITION_H

#include <glib.h>

G_BEGIN_DECLS

/** The way to a value, from the value outwards; built on the stack. The outermost step has no
 * parent. */
typedef struct BlJsonPath {
    const struct BlJsonPath *parent;
    const char *key; /**< member of an object; NULL: element of an array */
    gsize index;     /**< of the element */
} BlJsonPath;

/**
 * Finds the line and column (from 1, in bytes) of the value at @path; of its key with @of_key.
 * @param text must have been parsed as JSON before
 * @param path NULL: the outermost value
 * @return FALSE when there is no such value
 */
gboolean bl_json_position_find(const char *text,
                               gsize len,
                               const BlJsonPath *path,
                               gboolean of_key,
                               guint *line,
                               guint *column);

/** "connections.postgres.schemas[2]". @return g_free(); "" for NULL */
char *bl_json_position_format(const BlJsonPath *path);

G_END_DECLS

#endif
