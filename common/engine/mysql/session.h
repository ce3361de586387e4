/* SPDX-License-Identifier: MIT */
/**
 * @file session.h
 * @brief What the files of the MySQL engine share: the session, statements, names. Included nowhere
 * else.
 *
 * Layer: common/engine/mysql. Libraries: libmariadb or libmysqlclient. What only the introspection
 * shares is in reader.h.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_SESSION_H
#define BL_COMMON_ENGINE_MYSQL_SESSION_H

#include "common/engine/engine.h"
#include "common/engine/mysql/libmysql.h"

#include <glib.h>

G_BEGIN_DECLS

/** Settings that every session of ours has while it reads or loads, whatever the server's are; the
 * head of a snapshot sets the same (frame.c), so that stock clients load it alike. */
#define MY_SQL_MODE  "NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"
#define MY_COLLATION "utf8mb4_general_ci"

/** One connection. */
typedef struct {
    BlSession base;
    MYSQL *conn;             /**< NULL: closed for good */
    guint version;           /**< 101119 is 10.11.19, 90704 is 9.7.4, 50624 is 5.6.24 */
    gboolean is_mariadb;     /**< the flavour; else MySQL */
    guint64 thread_id;       /**< of the server, for KILL QUERY */
    char *database;          /**< name of the database */
    BlUrl *url;              /**< how it was opened; holds secrets */
    BlOpenOptions options;   /**< how it was opened; @reporter is base.reporter */
    gsize max_packet;        /**< max_allowed_packet of the session, bytes */
    int names_case;          /**< lower_case_table_names: 0, 1 or 2 */
    char *lock;              /**< name of the advisory lock that is ours; NULL: none */
    gboolean in_transaction; /**< as the server status of the last answer says */
    gpointer features;   /**< MyFeatures: what the server has, as far as it was asked; my_close()
                              frees it */
    gboolean is_scratch; /**< the database goes with the session */
    gboolean no_backslash_escapes; /**< likewise: sql_mode NO_BACKSLASH_ESCAPES */
} MySession;

/** One row of an answer; values are bytes (character_set_results is binary: names and texts come
 * as UTF-8, bodies in the charset they were written in), NULL for SQL NULL; they die with the call.
 */
typedef struct {
    guint statement; /**< which statement of the message it answers, from 0 */
    guint n;
    const char *const *values;
    const gsize *lens;
} MyRow;

/** Takes a row of my_run_all(). Return FALSE with @error set to end. */
typedef gboolean (*MyRowFn)(const MyRow *row, void *data, GError **error);

/* error.c */

/** Fails with what the library says of the last call: errno as the engine's code, SQLSTATE,
 * message. A lost connection (2006, 2013, 1053, 1927 …) is BL_ERROR_CONNECT, a lock that was not to
 * be had (1205, 3572) BL_ERROR_CONFLICT, a statement that was cancelled by us (1317)
 * BL_ERROR_CANCELLED. @param what put before the message when not NULL. @return FALSE always */
gboolean my_fail(MySession *session, const char *what, GError **error);

/** @return TRUE when @error carries the server's error number @code */
gboolean my_error_is(const GError *error, guint code);

/* open.c */

BlSession *my_open(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Opens a second session to the same server, as the same user, with the same settings.
 * @param database NULL: the same one; "": none */
MySession *my_open_other(const MySession *session, const char *database, GError **error);

/* session.c */

void my_close(BlSession *base);
gboolean my_execute(BlSession *base, const char *sql, gint64 *rows, GError **error);
gboolean my_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error);
gboolean my_begin(BlSession *base, BlTxMode mode, GError **error);
gboolean my_commit(BlSession *base, GError **error);
void my_rollback(BlSession *base);
gboolean my_in_transaction(BlSession *base);
gboolean my_reset_settings(BlSession *base, GError **error);

/** Runs any number of statements, separated by ";", in one message (CLIENT_MULTI_STATEMENTS);
 * results are thrown away. */
gboolean my_run(MySession *session, const char *sql, GError **error);

/** The same; @fn takes each row of each answer, in order. The first error ends it, what follows in
 * the message is not run.
 * @param n_out out, may be NULL: statements that were answered without an error */
gboolean my_run_all(
    MySession *session, const char *sql, MyRowFn fn, void *data, guint *n_out, GError **error);

/** The first column of the first row. @return g_free(); NULL without @error: no row, or NULL */
char *my_select_text(MySession *session, const char *sql, GError **error);

/** Runs what must go out even when somebody asked to end; failures are forgotten. */
void my_run_anyway(MySession *session, const char *sql);

/* script.c */

gboolean my_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error);

/* classify.c */

guint my_classify(const char *sql, gsize len);

/* locks.c */

gboolean my_lock(BlSession *base, guint wait_ms, GError **error);
void my_unlock(BlSession *base);
gboolean my_lock_holder(BlSession *base, char **holder, GError **error);

/* kinds.c */

extern const BlKind *const my_kinds[];
extern const char *const my_default_ignore[];

/* introspect.c */

BlCatalog *my_introspect(BlSession *base,
                         const BlFilter *filter,
                         const char *const *omit,
                         BlIntrospectOptions *options,
                         GError **error);

/* wipe.c: what is ours, and how it is dropped */

GPtrArray *my_list_objects(BlSession *base, const BlFilter *filter, GError **error);
GPtrArray *my_drop_statements(BlSession *base, const BlFilter *filter, GError **error);

/* frame.c, rows.c */

void my_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail);
gboolean
my_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error);
gboolean my_order_rows(BlSession *base, GPtrArray *tables, GError **error);

/* scratch.c */

BlSession *my_open_clone(BlSession *base,
                         const char *name,
                         guint number,
                         const char *mark,
                         gboolean recreate,
                         char **made,
                         GError **error);
gboolean my_check_clone(BlSession *base,
                        const char *name,
                        guint number,
                        gboolean recreate,
                        char **place,
                        GError **error);
void my_discard(BlSession *base);
char *my_restore_statement(BlSession *base, GError **error);
BlSession *my_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Drops the database of a session with is_scratch; my_close() calls it first. */
void my_drop_scratch(MySession *session);

/* names.c */

/** Appends @name in backquotes, inner ones doubled. */
void my_append_name(GString *out, const char *name);

/** Appends '…' that means the same under every sql_mode: a text with a backslash or a control
 * character becomes CONVERT(x'…' USING utf8mb4). */
void my_append_literal(GString *out, const char *text, gssize len);

/** @name in backquotes. @return g_free() */
char *my_name(const char *name);

/** '…' as my_append_literal() does. @return g_free() */
char *my_literal(const char *text);

G_END_DECLS

#endif
