/* SPDX-License-Identifier: MIT */
/**
 * @file changes.h
 * @brief Which objects a statement makes, fills and changes, as far as its own words say so.
 *
 * Layer: load; not installed. Pure, and the same for all dialects: where a word means something
 * else on one engine, more is found rather than less. What bodies, blocks (DO), functions and
 * prepared texts do is not seen.
 */
#ifndef BL_LOAD_CHANGES_H
#define BL_LOAD_CHANGES_H

#include "common/sql/lexer.h"

G_BEGIN_DECLS

typedef enum {
    BL_CHANGE_MAKE,  /**< CREATE: it fails where the name is taken */
    BL_CHANGE_TRY,   /**< CREATE … IF NOT EXISTS: it is there behind it, whoever made it */
    BL_CHANGE_FILL,  /**< adds rows: INSERT, COPY … FROM */
    BL_CHANGE_ALTER, /**< anything else: DELETE, UPDATE, REPLACE, TRUNCATE, ALTER, CREATE OR REPLACE
                        … */
    BL_CHANGE_REMOVE, /**< DROP: the name may mean something else behind it */
} BlChangeKind;

/** One object. Dies with the call. */
typedef struct {
    BlChangeKind kind;
    const char *sort;   /**< "" for what stands among the tables (views, sequences, indexes); else
                           the word of its kind, as "FUNCTION" */
    const char *schema; /**< NULL: none was written */
    const char *name;   /**< without quotes */
    const char *raw;    /**< as it was written, with its schema and quotes */
} BlChange;

typedef void (*BlChangeFn)(const BlChange *change, void *data);

/** Gives @fn what the statement @sql changes, in its order. */
void
bl_changes_find(const BlDialect *dialect, const char *sql, gsize len, BlChangeFn fn, void *data);

G_END_DECLS

#endif
