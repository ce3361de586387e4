/* SPDX-License-Identifier: MIT */
/**
 * @file keys.h
 * @brief The unique keys and the foreign keys that a CREATE TABLE has, as SHOW CREATE writes it.
 *
 * Layer: common/engine/mysql. Columns are told in their order, each folded and with a line end.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_KEYS_H
#define BL_COMMON_ENGINE_MYSQL_KEYS_H

#include <glib.h>

G_BEGIN_DECLS

/** A foreign key to a table of the same database. */
typedef struct {
    char *name;           /**< NULL: it has none */
    char *columns;        /**< NULL: they cannot be told */
    char *parent;         /**< the table that it refers to */
    char *parent_columns; /**< NULL: they cannot be told */
} MyReference;

/** The columns of each unique key of @sql that stands on whole columns. @return a set of char *,
 * g_hash_table_unref() */
GHashTable *my_unique_keys(const char *sql);

/** The foreign keys of @sql, but for those to other databases. @return GPtrArray of MyReference,
 * which owns them; NULL: there are none */
GPtrArray *my_references(const char *sql);

/** The columns of @sql that are computed whenever they are read. @return a set of char *,
 * g_hash_table_unref() */
GHashTable *my_virtual_columns(const char *sql);

G_END_DECLS

#endif
