/* SPDX-License-Identifier: MIT */
/**
 * @file lists.h
 * @brief What there is in the database: names only, no texts.
 *
 * Layer: common/engine/mysql.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_LISTS_H
#define BL_COMMON_ENGINE_MYSQL_LISTS_H

#include "common/engine/mysql/session.h"

G_BEGIN_DECLS

typedef struct MyItem MyItem;
typedef struct MySort MySort;

/** The lists, read in one message. */
typedef struct {
    GPtrArray *items; /**< MyItem *, owned; by sort and name */
    char *charset;    /**< of the database: default charset, collation, and the comment */
    char *collation;
    char *comment;          /**< NULL: the server has none */
    GHashTable *defaults;   /**< charset -> its default collation, of MySQL 8.0 and later; NULL: not
                                 asked for */
    gboolean is_encrypted;  /**< MySQL: DEFAULT ENCRYPTION='Y' */
    gboolean has_ddl;       /**< whether the server told @ddl */
    guint64 ddl;            /**< statements that may have changed a definition, since the server was
                                 started, in any of its databases; read before all else */
    guint running;          /**< sessions that had a statement under way then, this one included;
                                 0: not known */
    gboolean has_scheduler; /**< one of them is that of the events */
    GPtrArray *grants;      /**< char *: what SHOW GRANTS says; NULL: not asked for, or the server
                                 checks no rights */
} MyLists;

/** Who wants to know of the tables before the rest. */
typedef struct {
    /** Called once, when @items has all tables, views and sequences, and nothing else yet;
     * MyLists.ddl and MyLists.running are of before. */
    void (*tables)(GPtrArray *items, void *data);
    void *data;
} MyListsHook;

/** Reads them. @param filter may be NULL. @param omit tables that are left out with their triggers;
 * may be NULL. @param hook may be NULL. @return my_lists_free() */
MyLists *my_lists_read(MySession *session,
                       const BlFilter *filter,
                       const char *const *omit,
                       const MyListsHook *hook,
                       GError **error);

/** Reads MyLists.ddl again. @param known out: FALSE: the server does not tell */
gboolean my_read_ddl(MySession *session, guint64 *ddl, gboolean *known, GError **error);

/** @return TRUE when no statement was under way when @lists were begun but the one that asked */
gboolean my_lists_alone(const MyLists *lists);

/** @return TRUE when both name the same objects in the same state, as far as lists tell it */
gboolean my_lists_equal(const MyLists *a, const MyLists *b);

void my_lists_free(MyLists *lists);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyLists, my_lists_free)

/* privileges.c */

/** Fails when the account cannot see all there is: what a server does not list to it would be
 * missing without a word. BL_ERROR_CONFLICT that names every right that is missing; with
 * @skip_unsupported a warning.
 * @param skipped char * labels are appended; may be NULL */
gboolean my_check_privileges(MySession *session,
                             const GPtrArray *grants,
                             const BlIntrospectOptions *options,
                             GError **error);

/** The rights that are missing among those by which lists are complete. Pure.
 * @param grants lines of SHOW GRANTS; @return GPtrArray of char *, owned: "TRIGGER" … in a fixed
 * order; empty: nothing is missing */
GPtrArray *my_missing_rights(const GPtrArray *grants, const char *database, gboolean folds_names);

G_END_DECLS

#endif
