/* SPDX-License-Identifier: MIT */
/**
 * @file table_text.h
 * @brief What SHOW CREATE TABLE and SHOW CREATE SEQUENCE write, made fit for a snapshot. Pure
 * functions over text.
 *
 * Layer: common/engine/mysql.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_TABLE_TEXT_H
#define BL_COMMON_ENGINE_MYSQL_TABLE_TEXT_H

#include "common/schema/catalog.h"

#include <glib.h>

G_BEGIN_DECLS

/** What is known of the server that wrote the text. */
typedef struct {
    const char *database;
    gboolean is_mariadb;
    gboolean folds_names; /**< lower_case_table_names is not 0 */
    guint version;        /**< as MySession.version */
    GHashTable *defaults; /**< as MyLists.defaults */
} MyTextSource;

/** A statement and what was seen in it. */
typedef struct {
    char *sql;               /**< plain SQL: without version comments and the counter of
                                  AUTO_INCREMENT; strings that are no UTF-8 are x'…' */
    char *engine;            /**< as written; NULL: none named */
    GPtrArray *no_defaults;  /**< char *, as written: columns that may be NULL and have no default,
                                  not even NULL; NULL: none */
    guint version;           /**< lowest that takes it, as MySession.version; 0: any */
    gboolean is_temporary;   /**< CREATE TEMPORARY */
    gboolean has_comment;    /**< holds a comment: among others, an option that this server does not
                                  know is written in one where the sql_mode does not take it */
    gboolean has_own_name;   /**< names its own database; still in @sql */
    gboolean has_other_name; /**< names another database */
    gboolean has_directory;  /**< DATA DIRECTORY or INDEX DIRECTORY */
    gboolean has_password;   /**< a connection of the engine with a password */
    gboolean has_lost_bytes; /**< values of ENUM or SET in which the server may have written "?" for
                                  another byte */
    gboolean has_unique_keys; /**< more than one */
    gboolean is_loose;        /**< InnoDB takes it only with innodb_strict_mode=OFF */
} MyTableText;

/** Reads @sql. @param text out, zeroed by the caller: my_table_text_clear().
 * @return FALSE: it is no whole statement */
gboolean
my_table_text_read(MyTableText *text, const char *sql, gsize len, const MyTextSource *source);

void my_table_text_clear(MyTableText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MyTableText, my_table_text_clear)

/** @sql without its comments; for what is left of them when every option is written as code.
 * @return g_free() */
char *my_without_comments(const char *sql);

/** The CREATE TABLE @sql with its unique keys in the order that the server makes of them;
 * key_order.c. @return g_free() */
char *my_with_sorted_keys(const char *sql);

/** The CREATE TABLE @sql of MySQL with its checks as a copy shows them; flat_check.c.
 * @return g_free() */
char *my_with_flat_checks(const char *sql);

/** The CREATE TABLE @sql of MariaDB with a query that makes @columns (MyTableText.no_defaults) as
 * they are; no_default.c. @param before, behind out, g_free(): the statements that it has to stand
 * between. @return g_free() */
char *
my_select_no_defaults(const char *sql, const GPtrArray *columns, char **before, char **behind);

/** ALTER TABLE of MySQL, which takes the defaults of @columns away. @param table quoted.
 * @return g_free() */
char *my_drop_defaults(const char *table, const GPtrArray *columns);

/** The lowest version that takes the query of the view @sql, as a server wrote it; 0: any. */
guint my_query_version(const char *sql, gboolean is_mariadb);

/** @sql, as a server wrote it, with every string that is no UTF-8 as x'…'. @return g_free() */
char *my_with_hex_strings(const char *sql);

/** Adds columns, constraints, indexes and options of the CREATE TABLE @sql to @object; parts.c. */
void my_add_table_parts(BlCatalog *catalog, BlObject *object, const char *sql);

/** 100300 -> "10.3", 80016 -> "8.0.16", 50600 -> "5.6". @return g_free() */
char *my_version_text(guint version);

G_END_DECLS

#endif
