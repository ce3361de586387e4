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

/* Two sets of settings. Files of the user (migrations, seeders) run as the stock client and Lucid
 * would run them: under the server's own sql_mode and time zone, unless the URL names others
 * (?sql_mode=, ?time_zone=), with names and texts in utf8mb4. Reading a schema and loading a
 * snapshot use the fixed settings below, whatever the server's are: readers stand between
 * my_enter_reading() and my_leave_reading(), a snapshot's head sets them and its tail puts back
 * what was there. my_reset_settings() puts everything back to what it was at open. */

/** Settings that every session of ours has while it reads or loads, whatever the server's are; the
 * head of a snapshot sets the same (frame.c), so that stock clients load it alike. */
#define MY_SQL_MODE  "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"
#define MY_COLLATION "utf8mb4_general_ci"

/** sql_select_limit that is none. */
#define MY_NO_LIMIT "18446744073709551615"

/** Takes back the time, and on MariaDB the number of the next row, that a file has set: MySQL would
 * take 0 for a number. */
#define MY_OWN_TIME "SET SESSION timestamp = DEFAULT/*M! , insert_id = 0*/"

/** What is no option of the engine's to this server comes in a comment under this mode. Lists and
 * texts are read under it. */
#define MY_TEXT_MODE "SET SESSION sql_mode = '" MY_SQL_MODE "'"

/** The gate that frame.c writes: the name of its prepared statement, and of its variable. */
#define MY_GATE_NAME "baseline_gate"
#define MY_GATE      "@" MY_GATE_NAME

/** Where a connection goes; see target.h. */
typedef struct MyTarget MyTarget;

/** The thread that ends statements; see watch.c. */
typedef struct MyWatch MyWatch;

/** Tables whose rows no rollback takes back; see lasting.c. */
typedef struct MyLasting MyLasting;

/** What a file leaves in the session beside its settings; see traces.c. */
typedef struct MyTraces MyTraces;

/** How the lexer must read a script; see modes.c. */
typedef struct MyModes MyModes;

/** One connection. */
typedef struct MySession {
    BlSession base;
    MYSQL *conn;              /**< NULL: closed for good */
    guint version;            /**< 101119 is 10.11.19, 90704 is 9.7.4, 50624 is 5.6.24 */
    gboolean is_mariadb;      /**< the flavour; else MySQL */
    guint64 thread_id;        /**< of the server, for KILL QUERY */
    char *sql_mode;           /**< at open */
    char *global_mode;        /**< sql_mode of new sessions, at open */
    char *database;           /**< name of the database */
    char *place;              /**< which server it is: what no two have in common */
    char *restore;            /**< as my_restore_statement(); NULL: something was sent since it was
                                   read */
    MyTarget *target;         /**< how it was opened; holds secrets */
    MyWatch *watch;           /**< ends what runs too long, or when somebody asked to end */
    BlOpenOptions options;    /**< how it was opened; @reporter is base.reporter */
    gsize max_packet;         /**< max_allowed_packet of the session, bytes */
    int names_case;           /**< lower_case_table_names: 0, 1 or 2 */
    char *lock;               /**< name of the advisory lock that is ours; NULL: none */
    struct MySession *beside; /**< it works beside this one, which outlives it; NULL: for itself */
    gboolean late_variables;  /**< the question for @variables goes ahead of the next statement, in
                                 the same message */
    const char *late_begin;   /**< and then what starts a transaction; NULL: none is to start;
                                 static */
    GString *put_off;         /**< and behind that the statements that were put off, each with its
                                 delimiter */
    guint n_put_off;
    gboolean failed_ahead;          /**< the last error is of what went ahead */
    gboolean late_reading;          /**< the last of them are those of my_enter_reading() */
    gsize late_reading_at;          /**< where they begin in @put_off */
    gboolean in_transaction;        /**< as the server status of the last answer says */
    gboolean is_snapshot;           /**< the last transaction begun is a BL_TX_READ one */
    gpointer features;              /**< MyFeatures: what the server has, as far as it was asked;
                                         my_close() frees it */
    gboolean is_scratch;            /**< the database goes with the session */
    gboolean no_backslash_escapes;  /**< likewise: sql_mode NO_BACKSLASH_ESCAPES */
    gboolean ansi_quotes;           /**< sql_mode ANSI_QUOTES, as last looked up */
    guint depth;                    /**< of my_enter_reading() */
    GHashTable *variables;          /**< session variables as they were at open, or as they will be
                                         told; NULL: no statement changed any */
    gboolean is_reset;              /**< nothing ran since my_reset_settings() that may set any */
    MyModes *modes;                 /**< how the lexer reads on behind the last script of several in
                                                a row; NULL: there was none */
    gboolean modes_are_known;       /**< nothing was sent since */
    MyLasting *lasting;             /**< NULL: not asked since something may have made one */
    MyTraces *traces;               /**< of what ran since my_reset_settings(); NULL: none */
    MyTraces *latent;               /**< of programs that were made: whoever calls one leaves them;
                                         NULL: none */
    gboolean changed_tables;        /**< LOCK TABLES or its like ran */
    gboolean changed_database;      /**< USE ran */
    GPtrArray *callers;             /**< of a confined session: char *, in pairs: what was prepared
                                       or made an event and calls procedures, and the sql_mode that
                                       it is read with; NULL: nothing */
    GHashTable *prepared_variables; /**< of a confined session: the user variables, in lower case,
                                       that what was prepared may give a value, "@" stands for all;
                                       NULL: none */
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

/** The same before there is a session. */
gboolean my_fail_connection(MYSQL *conn, const char *what, GError **error);

/** @return TRUE when @error carries the server's error number @code */
gboolean my_error_is(const GError *error, guint code);

/* open.c */

BlSession *my_open(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Opens a second session to the same server, as the same user, with the same settings.
 * @param database NULL: the same one; "": none */
MySession *my_open_other(const MySession *session, const char *database, GError **error);
BlSession *my_open_beside(BlSession *base, GError **error);

/** Opens another one on the same database, which reports nothing.
 * @return NULL also where it came to another server: a name may stand for several */
MySession *my_open_further(const MySession *session, GError **error);

/** The database of a session that works on none: everybody may open it, nobody can change it. */
#define MY_NO_DATABASE "information_schema"

/** Opens the database of @url, or, where that is missing, MY_NO_DATABASE. */
MySession *my_open_server(const BlUrl *url, const BlOpenOptions *options, GError **error);

/* session.c */

void my_close(BlSession *base);
gboolean my_execute(BlSession *base, const char *sql, gint64 *rows, GError **error);
gboolean my_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error);
gboolean my_begin(BlSession *base, BlTxMode mode, GError **error);
gboolean my_commit(BlSession *base, GError **error);
void my_rollback(BlSession *base);
gboolean my_in_transaction(BlSession *base);

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

/** The same. @return FALSE when it failed */
gboolean my_run_quietly(MySession *session, const char *sql);

/** Has @sql, @n statements, go out ahead of the next statement, in its message. @return FALSE: no
 * message can hold it, it must be sent now */
gboolean my_put_off(MySession *session, const char *sql, guint n);

/** Begins a BL_TX_READ transaction with the next statement. */
void my_begin_reading(MySession *session);

/** Sends what waits for the next statement, without one. */
gboolean my_send_ahead(MySession *session, GError **error);

/** One answer of a message: of a statement, or one of several of a CALL. */
typedef struct {
    guint index;       /**< of the answer in the message, from 0 */
    MYSQL_RES *result; /**< not read yet (mysql_use_result()); NULL: it has no rows */
    gint64 rows;       /**< changed; 0 when there is a result */
    gboolean is_read;  /**< @result was read to its end */
} MyAnswer;

/** Gives @fn each row of @answer; none where it has no rows. */
gboolean my_each_row(const MyAnswer *answer, MyRowFn fn, void *data, GError **error);

/** Takes an answer of my_send(). Return FALSE with @error set to end. */
typedef gboolean (*MyAnswerFn)(MyAnswer *answer, void *data, GError **error);

/** The base of all of these: sends @sql, calls @fn (may be NULL) for each answer.
 * @param n_out out, may be NULL: answers without an error */
gboolean my_send(
    MySession *session, const char *sql, MyAnswerFn fn, void *data, guint *n_out, GError **error);

/* variables.c */

/** Remembers the session's settings before a statement changes any, for my_reset_settings(): the
 * server is asked for them ahead of the next statement. */
void my_keep_settings(MySession *session);

/** Takes what it answered. @param result of SHOW VARIABLES, read to its end */
void my_take_variables(MySession *session, MYSQL_RES *result);

gboolean my_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error);
gboolean my_reset_settings(BlSession *base, GError **error);

/** From the next statement on the session has the settings for reading: MY_SQL_MODE (MariaDB: with
 * IGNORE_BAD_TABLE_OPTIONS), names quoted by SHOW CREATE, UTC, utf8mb4. May be nested. */
gboolean my_enter_reading(MySession *session, GError **error);

/** Ends it: what was there before comes back. A session that is gone is as good. */
void my_leave_reading(MySession *session);

/** Ends it, and takes back the transaction that was begun before it. */
void my_end_reading(MySession *session);

/* lasting.c */

gboolean
my_writes_last(BlSession *base, const char *sql, gsize len, gboolean *lasts, GError **error);

/** A statement is sent: what it makes may have to be asked for again. */
void my_note_lasting(MySession *session, const char *sql, gsize len, guint traits);

/** @return TRUE for the row of SHOW WARNINGS that says that a rollback left rows */
gboolean my_is_lasting_warning(const MyRow *row);

/** Accepts NULL. */
void my_lasting_free(MyLasting *lasting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyLasting, my_lasting_free)

/* traces.c */

/** Adds what the statement @sql may leave to @traces, which is made where it is NULL. */
void
my_note_traces(MySession *session, MyTraces **traces, const char *sql, gsize len, guint traits);

/** Appends the statements that take it away, each with its delimiter. @param traces may be NULL */
void my_append_traces(const MySession *session, const MyTraces *traces, GString *sql);

/** Has the number of the next row, which a file set, taken away ahead of the next statement.
 * @return as my_put_off() */
gboolean my_put_number_off(MySession *session);

MyTraces *my_traces_new(void);

/** Accepts NULL. */
void my_traces_free(MyTraces *traces);

/* watch.c */

/** Starts the thread. @param timeout_ms longest run of one statement; 0: none */
MyWatch *my_watch_new(MySession *session, guint timeout_ms);

/** Longest run of a statement from now on; 0: what my_watch_new() was given. Accepts NULL. */
void my_watch_set_timeout(MyWatch *watch, guint timeout_ms);

/** A statement starts, or the next answer of one is waited for: from here on it is ended by KILL
 * QUERY when somebody asks the process to end, or the time is over. */
void my_watch_begin(MyWatch *watch);

/** The answer has come. @return TRUE when the time was over */
gboolean my_watch_end(MyWatch *watch);

/** Ends the thread. Accepts NULL. */
void my_watch_free(MyWatch *watch);

/* script.c */

gboolean my_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error);

/* modes.c: how the lexer must read on, from the SET statements of a script */

/** Nothing special: ask the server first. @return my_modes_free() */
MyModes *my_modes_new(void);

/** Takes a SET statement of the script (others change nothing). @return FALSE: what it sets
 * sql_mode to is not plain: the server has to be asked behind it (my_modes_ask) */
gboolean my_modes_feed(MyModes *modes, const char *sql, gsize len);

/** The session has this sql_mode. */
void my_modes_set(MyModes *modes, const char *sql_mode);

/** Asks the server. */
gboolean my_modes_ask(MyModes *modes, MySession *session, GError **error);

/** Gives it to the lexer. */
void my_modes_apply(const MyModes *modes, BlLexState *state);

void my_modes_free(MyModes *modes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyModes, my_modes_free)

/* classify.c */

guint my_classify(const char *sql, gsize len);

/** The name behind ALTER DATABASE. @return g_free(); NULL: it is another statement, or has no name
 */
char *my_altered_database(const char *sql, gsize len);

/* locks.c */

gboolean my_lock(BlSession *base, guint wait_ms, GError **error);
void my_unlock(BlSession *base);
gboolean my_lock_holder(BlSession *base, char **holder, GError **error);

/** Takes a lock for a session that works beside the one with the migration lock: until it is
 * released nobody else gets that one. */
gboolean my_lock_beside(MySession *session, GError **error);

/** What a session beside another one was told has come to its end, even when its connection is
 * lost. */
void my_leave_beside(MySession *session);

/** An expression that fails with 1690 when the session lost its lock. @return g_free(); NULL: it
 * took none */
char *my_lock_check(const MySession *session);

/* kinds.c */

extern const BlKind *const my_kinds[];
extern const char *const my_default_ignore[];
extern const BlPeerText my_peers[];

/* introspect.c */

BlCatalog *my_introspect(BlSession *base,
                         const BlFilter *filter,
                         const char *const *omit,
                         BlIntrospectOptions *options,
                         GError **error);

/* wipe.c: what is ours, and how it is dropped */

GPtrArray *my_list_objects(BlSession *base, const BlFilter *filter, GError **error);

/* privileges.c */

gboolean my_find_unseen(BlSession *base, char **unseen, GError **error);
GPtrArray *my_drop_statements(BlSession *base, const BlFilter *filter, GError **error);

/* frame.c, rows.c */

void my_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail);
gboolean
my_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error);
gboolean my_order_rows(BlSession *base, GPtrArray *tables, GError **error);

/* sequence.c */

/** The sequence that a default asks: "nextval(`db`.`seq`)". @param expression may be NULL
 * @return quoted; g_free(); NULL: it asks none */
char *my_default_sequence(const char *expression);

gboolean my_list_left_out(BlSession *base,
                          const BlCatalog *catalog,
                          const char *setters,
                          GPtrArray *found,
                          GError **error);

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

/** The query that my_restore_statement() asks. @return g_free() */
char *my_restore_query(const MySession *session);

BlSession *my_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** The same on the server of @session, with a database like its own. @return my_close() */
MySession *my_open_scratch_beside(MySession *session, GError **error);

/** Drops the database of a session with is_scratch; my_close() calls it first. */
void my_drop_scratch(MySession *session);

/* names.c */

/** @return TRUE when @name is the session's database (lower_case_table_names decides on case) */
gboolean my_same_database(const MySession *session, const char *name);

/** The name of a table, view or database by which two that the server takes for one are equal.
 * @return g_free() */
char *my_fold_name(const MySession *session, const char *name);

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
