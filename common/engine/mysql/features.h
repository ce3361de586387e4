/* SPDX-License-Identifier: MIT */
/**
 * @file features.h
 * @brief What a server has: collations, charsets, engines, modes; and what stands for what it has
 * not.
 *
 * Layer: common/engine/mysql.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_FEATURES_H
#define BL_COMMON_ENGINE_MYSQL_FEATURES_H

#include "common/engine/mysql/session.h"

G_BEGIN_DECLS

/** What the foreign keys of a text were seen to refer to; foreign_key.c. */
typedef struct MyForeignKeys MyForeignKeys;

/** A scratch database in which a text is tried; rehearsal.c. */
typedef struct MyRehearsal MyRehearsal;

/** Of one server. Names are lower case. */
typedef struct {
    gboolean is_mariadb;
    guint version;          /**< 101119, 80042 */
    const char *flavour;    /**< "MariaDB", "MySQL" */
    char *version_text;     /**< "10.11" */
    GHashTable *collations; /**< sets of char * */
    GHashTable *charsets;
    GHashTable *engines;
    GHashTable *parsers;  /**< of full texts */
    char *mode;           /**< sql_mode that the text has set; NULL: none so far */
    GHashTable *asked;    /**< statements -> whether the server takes them, as far as it was
                               asked */
    GHashTable *checks;   /**< names of checks in the text so far -> their tables */
    GHashTable *settings; /**< of those that take a right: name -> whether the account may set it,
                               as far as it was asked */
    MyForeignKeys *foreign_keys; /**< NULL: none came yet */
    MyRehearsal *rehearsal;      /**< NULL: none was asked for yet, or the text is over */
} MyFeatures;

/** An empty one, for tests of pure code. @return my_features_free() */
MyFeatures *my_features_new(gboolean is_mariadb, guint version);

/** Asks the server, once a session. @return borrowed from @session; NULL: it cannot be asked */
const MyFeatures *my_features(MySession *session);

/** @return TRUE when the server takes @mode in sql_mode */
gboolean my_has_mode(const MyFeatures *features, const char *mode);

/** @return FALSE when the account may not set the session variable @name (static) */
gboolean my_may_set(MySession *session, const char *name);

/** A collation that the server has in the place of @name (lower case), which it has not: the one
 * that orders most alike. @return g_free(); NULL: there is none */
char *my_replace_collation(const MyFeatures *features, const char *name);

/** The same for a charset: only another name of it. */
char *my_replace_charset(const MyFeatures *features, const char *name);

/** @return TRUE when both are names of one thing: utf8 and utf8mb3 */
gboolean my_is_alias(const char *a, const char *b);

/** Why this server cannot make what @sql makes, in the mode MyFeatures.mode; trial.c.
 * @param makes_tables a table is made, for a moment and as a temporary one
 * @return the problem, g_free(); NULL: it can, or cannot tell before there are other objects */
char *my_try(MySession *session, const char *sql, gboolean makes_tables);

/** @return FALSE when the server has no time zone @name */
gboolean my_has_time_zone(MySession *session, const char *name);

/** Adds what this server refuses of the foreign keys of @sql, and of those that came before and
 * refer to the table that it makes. foreign_key.c. @param problems of char *, g_free() */
void my_check_foreign_keys(MySession *session, const char *sql, GPtrArray *problems);

/** The text itself asks for leave to refer to what is no unique key. */
void my_allow_loose_keys(MySession *session);

/** Adds what no list tells of a statement of another server's text: foreign_key.c, trial.c and,
 * when the other flavour or a newer server wrote it, a rehearsal; rehearsal.c.
 * @param plain as it stands in the text. @param text what is sent. @param n_before problems of the
 * statements before it */
void my_look_closer(
    MySession *session, const char *plain, const char *text, guint n_before, GPtrArray *problems);

/** The text is over: what was made for it goes. */
void my_end_text(MySession *session);

/** Drops the scratch database. Accepts NULL. */
void my_rehearsal_free(MyRehearsal *rehearsal);

void my_foreign_keys_free(MyForeignKeys *keys);

/** BlEngine.translate; map.c. */
char *my_translate(BlSession *base,
                   const char *sql,
                   gsize len,
                   gboolean map,
                   GPtrArray *notes,
                   GPtrArray *problems);

void my_features_free(MyFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyFeatures, my_features_free)

G_END_DECLS

#endif
