/* SPDX-License-Identifier: MIT */
/**
 * @file row_match.h
 * @brief Rows as INSERT statements, matched by key: what two tables differ in.
 *
 * Layer: squash. Pure. The statements are those of BlEngine.dump_rows(): one row each.
 */
#ifndef BL_SQUASH_ROW_MATCH_H
#define BL_SQUASH_ROW_MATCH_H

#include "common/schema/catalog.h"

#include <glib.h>

G_BEGIN_DECLS

/** The rows of one table. */
typedef struct {
    GPtrArray *columns; /**< char *: names, of the first statement */
    GPtrArray *rows;    /**< char **: a literal per column, as written; NULL-terminated */
} BlRows;

/** Reads INSERT statements; others are passed over. @return bl_rows_free(); NULL: BL_ERROR_SQL */
BlRows *bl_rows_parse(const BlDialect *dialect, const char *sql, gsize len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void bl_rows_free(BlRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlRows, bl_rows_free)

/** The columns of the primary key of @table, found in the statements that make it. @return
 * GPtrArray of char *, owned; empty: none */
GPtrArray *bl_rows_key(const BlCatalog *catalog, const BlObject *table);

/** @return TRUE when the default of @column calls a clock or a random function */
gboolean bl_rows_is_volatile(const BlCatalog *catalog, const BlObject *table, const char *column);

/** What two tables differ in. */
typedef struct {
    guint only_a;       /**< rows that @a has and @b has not */
    guint only_b;       /**< the other way round */
    GPtrArray *columns; /**< char *: columns that differ in rows of one key, each once */
    char *example;      /**< "id = 3": the key of the first row that is only in @a, or that differs;
                           NULL */
} BlRowsDifference;

/** Compares. Rows without a key are equal or not there.
 * @param skip columns whose values do not count, GPtrArray of char *; may be NULL
 * @return bl_rows_difference_free() */
BlRowsDifference *
bl_rows_compare(const BlRows *a, const BlRows *b, const GPtrArray *key, const GPtrArray *skip);

/** The columns whose values, without regard to rows, are not the same in @a and @b. @return
 * GPtrArray of char *, owned */
GPtrArray *bl_rows_unlike_columns(const BlRows *a, const BlRows *b);

void bl_rows_difference_free(BlRowsDifference *difference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlRowsDifference, bl_rows_difference_free)

G_END_DECLS

#endif
