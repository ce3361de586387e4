/* SPDX-License-Identifier: MIT */
/**
 * @file reach.h
 * @brief What statements touch outside of their database: two questions, one vocabulary.
 *
 * Layer: common/engine/mysql. my_reaches_out() asks what a replay may change or read, whatever it
 * is named for: better one too many; my_confine() asks that again of what really runs.
 * my_writes_elsewhere() asks what a load would change: the name of what is made, changed or removed
 * counts, not what it refers to.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_REACH_H
#define BL_COMMON_ENGINE_MYSQL_REACH_H

#include "common/engine/mysql/session.h"
#include "common/sql/lexer.h"

#include <glib.h>

G_BEGIN_DECLS

/** What is outside of a database. */
typedef enum {
    MY_REACH_NOWHERE,
    MY_REACH_ACCOUNT,
    MY_REACH_DATABASE,
    MY_REACH_FILE,
    MY_REACH_LIBRARY,
    MY_REACH_LOCK,
    MY_REACH_PREPARED,
    MY_REACH_PROGRAM,
    MY_REACH_REMOTE,
    MY_REACH_REPLICATION,
    MY_REACH_SERVER,
    MY_REACH_SESSION,
    MY_REACH_SETTING,
    MY_REACH_SPACE,
} MyReach;

/** How a text is read. Zeros: as in a new session, in a database that nobody knows. Borrowed. */
typedef struct {
    BlLexState state; /**< the quoting switches of its sql_mode */
    const char *own;  /**< name of the database that it runs in, which it may name; NULL */
} MyReading;

/* reach.c */

/** BlEngine.reaches_out(). Of a text that is put together, what is written in the statement. */
const char *my_reaches_out(const char *sql, gsize len);

/** The same for a text that is read as @how says. */
const char *my_reaches(const char *sql, gsize len, const MyReading *how);

/** What a statement with the first word @token touches, whatever follows it. */
MyReach my_reach_of_first(const char *text, const BlToken *token);

/** What the word @second touches behind the word @first: CREATE USER. */
MyReach my_reach_of_pair(const char *text, const BlToken *first, const BlToken *second);

/** @return TRUE for @@global.x and its like */
gboolean my_is_global_variable(const char *text, const BlToken *token);

/* qualified.c */

/** A name that stands for the database of a replay in texts that are put together. */
#define MY_OWN_DATABASE "baseline_own_database"

/** @return TRUE when a statement, or what its bodies hold, names a database before a name
 * @param is_piece it may be a part of a statement, or prose: only what can be nothing else counts
 */
gboolean my_names_database(const char *text, gsize len, gboolean is_piece, const MyReading *how);

/* known.c */

/** @return FALSE when a statement is of no kind that is known to stay in its database */
gboolean my_is_known_statement(const char *text, gsize len);

/* confine.c */

/** Looks at a statement just before it runs (BlSession.is_confined).
 * @param state the quoting switches of the sql_mode that holds
 * @return FALSE: BL_ERROR_CONFLICT, it or what it runs reaches out, or nobody can tell */
gboolean my_confine(
    MySession *session, const BlLexState *state, const char *text, gsize len, GError **error);

/* elsewhere.c */

/** @return TRUE when a statement of a load would change another database or the server itself;
 * what bodies, views and foreign keys name is left to them. */
gboolean my_writes_elsewhere(const MySession *session, const char *sql, gsize len);

G_END_DECLS

#endif
