/* SPDX-License-Identifier: MIT */
/**
 * @file postgres.h
 * @brief What the files of the PostgreSQL engine share. Included nowhere else.
 *
 * Layer: common/engine/postgres. Libraries: libpq. What only the introspection shares is in
 * reader.h.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_POSTGRES_H
#define BL_COMMON_ENGINE_POSTGRES_POSTGRES_H

#include "common/engine/engine.h"
#include "common/engine/postgres/libpq.h"

#include <glib.h>

G_BEGIN_DECLS

/** Where a connection goes; target.h. */
typedef struct PgTarget PgTarget;

/** One connection. */
typedef struct PgSession PgSession;
struct PgSession {
    BlSession base;
    PGconn *conn;          /**< NULL: closed for good, so that the database can be copied */
    int version;           /**< PQserverVersion(): 150020 is 15.20 */
    int backend_pid;       /**< of the server's process */
    char *database;        /**< name of the database */
    BlUrl *url;            /**< how it was opened; holds secrets */
    BlOpenOptions options; /**< how it was opened; @reporter is base.reporter */
    gboolean is_superuser;
    char *settings;         /**< statements that complete those of the start; NULL: none */
    gboolean cancel_sent;   /**< the statement that runs was asked to end */
    guint n_glued;          /**< results to come that are of what went out ahead of the statement */
    gboolean glued_begin;   /**< the first of them is that of a BEGIN */
    gsize glued_len;        /**< characters that were sent ahead of the statement */
    gboolean locked;        /**< the advisory lock is ours */
    const char *late_begin; /**< the BEGIN that goes out with the next statement; NULL: none */
    gboolean late_writes;   /**< that BEGIN is of a transaction that writes */
    gboolean is_between;    /**< the transaction was left open for the next one */
    GString *put_off;     /**< goes out behind it: what was put off, with delimiters; may be NULL */
    guint n_put_off;      /**< statements of it */
    GString *kept;        /**< what was put off for the commit that is put off; may be NULL */
    guint n_kept;         /**< statements of it */
    gboolean is_reset;    /**< COMMIT took reset_settings() along, and nothing was sent since */
    gboolean never_began; /**< the message that held the BEGIN could not be read: the transaction
                             has failed already, although the server knows none */
    PgSession *beside;    /**< it works beside this one, which outlives it; NULL: for itself */
    PgSession *maintenance; /**< on another database, when this one was copied or is a scratch
                               database; NULL: none */
    char *template;         /**< name of the template that clones are made from; NULL: none */
    guint64 lock_room;      /**< what pg_lock_room() gave; 0: not asked yet */
};

/** Is called with each result of pg_run_all(); return FALSE with @error set to end. */
typedef gboolean (*PgResultFn)(guint index, const PGresult *result, void *data, GError **error);

/* error.c */

/** Fails with what the server said in @result, or with the state of the connection when @result is
 * NULL: code, SQLSTATE, detail, hint. A lost connection is BL_ERROR_CONNECT, a lock that was not
 * to be had (55P03) BL_ERROR_CONFLICT, a statement that was cancelled by us BL_ERROR_CANCELLED.
 * @param what put before the message when not NULL. @return FALSE always. */
gboolean pg_set_error(PgSession *session, const PGresult *result, const char *what, GError **error);

/** The position in characters that the server gave, as a byte offset in @sql; -1 when it gave none.
 * @param skip characters of the message ahead of @sql */
gssize pg_error_offset(const PGresult *result, gsize skip, const char *sql, gsize len);

/* open.c */

BlSession *pg_open(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Opens a session on a database that is there on every server, to make another one.
 * @param options may be NULL */
PgSession *pg_open_any(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Opens a second session to the same server, as the same user, with the same settings.
 * @param database name of the database; NULL: the same one */
PgSession *pg_open_other(const PgSession *session, const char *database, GError **error);
BlSession *pg_open_beside(BlSession *base, GError **error);

/** Fails when @pid, from pg_backend_pid(), is not the backend that the session began with: a pooler
 * gives each transaction another one. */
gboolean pg_check_backend(const PgSession *session, const char *pid, GError **error);

/* session.c */

void pg_close(BlSession *base);
gboolean pg_execute(BlSession *base, const char *sql, gint64 *rows, GError **error);
gboolean pg_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error);

/** Runs any number of statements in one message; results are thrown away. */
gboolean pg_run(PgSession *session, const char *sql, GError **error);

/** Runs any number of statements in one message, @fn takes the result of each (also of those
 * without rows), in order, as it arrives. The first error ends it. */
gboolean pg_run_all(PgSession *session, const char *sql, PgResultFn fn, void *data, GError **error);

/** pg_run_all() for long answers: a thread reads while @fn works, so that the server never waits
 * for it. Memory holds what was not taken yet. @fn may not use the connection. */
gboolean
pg_run_ahead(PgSession *session, const char *sql, PgResultFn fn, void *data, GError **error);

/** Runs one query. @return PQclear() (g_autoptr(PgResult)); NULL: @error is set */
PGresult *pg_select(PgSession *session, const char *sql, GError **error);

/** The first column of the first row. @return g_free(); NULL without @error: no row, or NULL */
char *pg_select_text(PgSession *session, const char *sql, GError **error);

/** Sends statements in one message, with a late BEGIN ahead of them. What was left open for the
 * next transaction is committed first. */
gboolean pg_send(PgSession *session, const char *sql, GError **error);

/** Runs what must go out even when somebody asked to end. When it fails the connection is gone, and
 * what it held with it. */
void pg_run_anyway(PgSession *session, const char *sql);

/** Reads the rest of an answer and throws it away. */
void pg_drain(PgSession *session);

/** Waits until the connection can be read (or written too) and takes in what came; a request to end
 * is passed to the server, once per statement. @return FALSE when the connection is lost */
gboolean pg_wait(PgSession *session, gboolean writing);

/** @return TRUE for the result of a statement that failed */
gboolean pg_is_failure(const PGresult *result);

/** Takes a result of a message: @return TRUE when it is that of a BEGIN, or of a statement that was
 * put off, ahead of the statements, which nobody waits for */
gboolean pg_take_ahead(PgSession *session, const PGresult *result);

/** Rows that the statement of @result changed; 0 for one that only reads. */
gint64 pg_rows_changed(const PGresult *result);

/** Waits for the answer of what was sent, looking at cancel requests; see session.c. @return as
 * PQgetResult(); NULL at the end of the answer or with @error set */
PGresult *pg_next_result(PgSession *session, GError **error);

/** Nothing goes out ahead of the next statement: neither a BEGIN nor what was put off. */
void pg_forget_ahead(PgSession *session);

/* transaction.c */

gboolean pg_begin(BlSession *base, BlTxMode mode, GError **error);
gboolean pg_commit(BlSession *base, GError **error);
void pg_rollback(BlSession *base);
gboolean pg_settle(BlSession *base, GError **error);
gboolean pg_in_transaction(BlSession *base);
gboolean pg_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error);
gboolean pg_reset_settings(BlSession *base, GError **error);

/** Sends a late BEGIN of a transaction that writes by itself. */
gboolean pg_start_late_write(PgSession *session, GError **error);

/** What was kept for the commit goes out ahead of the next statement. */
void pg_put_kept_ahead(PgSession *session);

/* cancel.c */

/** Asks the server to end the statement that runs, and waits for that some seconds at most. */
void pg_send_cancel(PgSession *session);

/* script.c */

gboolean pg_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error);

/* copy.c */

/** Sends a piece of the rows of a COPY … FROM stdin. */
gboolean pg_copy_send(PgSession *session, const char *bytes, gsize len, GError **error);

/** Ends the rows. @param why NULL: all is well; else the server fails the statement with it */
gboolean pg_copy_end(PgSession *session, const char *why, GError **error);

/** Throws the rows of a COPY … TO stdout away. */
void pg_copy_skip(PgSession *session);

/** The line of the rows, from 1, at which a COPY failed; 0 when the server does not say. */
guint64 pg_copy_error_line(const PGresult *result);

/* classify.c */

guint pg_classify(const char *sql, gsize len);

/* reach.c */

const char *pg_reaches_out(const char *sql, gsize len);

/* server_wide.c */

/** What a call of the function @name touches outside of its database, for a message; NULL:
 * nothing. Case does not count. */
const char *pg_function_reaches(const char *name);

/** @return TRUE when @name is a catalog of the whole server; case does not count */
gboolean pg_is_shared_catalog(const char *name);

/** @return TRUE when functions in the language @name may do anything; case does not count */
gboolean pg_is_untrusted_language(const char *name);

/* confine.c */

/** Before a commit of a confined session: fails when the transaction wrote what belongs to the
 * whole server. @return FALSE: BL_ERROR_CONFLICT */
gboolean pg_check_confined(PgSession *session, GError **error);

/* locks.c */

gboolean pg_lock(BlSession *base, guint wait_ms, GError **error);
void pg_unlock(BlSession *base);
gboolean pg_lock_holder(BlSession *base, char **holder, GError **error);

/** Takes a lock for a session that works beside the one with the migration lock: until it is let
 * go, nobody gets that one. */
gboolean pg_lock_beside(PgSession *session, GError **error);

/** What a session beside another one was told has come to its end, even when its connection is
 * lost. */
void pg_leave_beside(PgSession *session);

/** COMMIT in one message with the proof that the lock is still ours: without it a division by zero,
 * and nothing is committed. */
extern const char pg_commit_locked[];

/** Fails with what a lock that is no longer ours means. @return FALSE always */
gboolean pg_set_lock_lost(const PgSession *session, GError **error);

/* kinds.c */

extern const BlKind *const pg_kinds[];
extern const char *const pg_default_ignore[];
extern const BlPeerText pg_peers[];

/* introspect.c */

BlCatalog *pg_introspect(BlSession *base,
                         const BlFilter *filter,
                         const char *const *omit,
                         BlIntrospectOptions *options,
                         GError **error);

/* wipe.c: what is ours, and how it is dropped */

GPtrArray *pg_list_objects(BlSession *base, const BlFilter *filter, GError **error);
GPtrArray *pg_drop_statements(BlSession *base, const BlFilter *filter, GError **error);

/* frame.c, rows.c, kept_rows.c */

extern const char pg_next_transaction[];
void pg_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail);
gboolean pg_has_rows(BlSession *base, const BlObject *table, gboolean *found, GError **error);
gboolean pg_list_empty(BlSession *base, GHashTable *names, GError **error);
gboolean
pg_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error);
GPtrArray *pg_list_kept_rows(BlSession *base, GError **error);
gboolean pg_list_left_out(BlSession *base,
                          const BlCatalog *catalog,
                          const char *setters,
                          GPtrArray *found,
                          GError **error);
gboolean pg_order_rows(BlSession *base, GPtrArray *tables, GError **error);

/* scratch.c */

gboolean pg_clone(BlSession *base,
                  const char *name,
                  guint number,
                  const char *mark,
                  gboolean recreate,
                  char **made,
                  GError **error);
gboolean pg_check_clone(BlSession *base,
                        const char *name,
                        guint number,
                        gboolean recreate,
                        char **place,
                        GError **error);
BlSession *pg_open_cloner(BlSession *base, GError **error);
void pg_discard(BlSession *base);

/* proof.c: scratch databases */

BlSession *pg_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error);

/** Drops the database that pg_open_scratch() made, and closes the connection to it. */
void pg_drop_scratch(PgSession *session);

/* weight.c: what one transaction can hold */

/** What pg_fits_transaction() allows on a server with its first settings: 64 locks for each of 100
 * sessions, a quarter left for others. */
#define PG_DEFAULT_ROOM 4800

guint pg_weigh(const char *sql, gsize len);

/** The weight that all transactions of ours may have at the same time, as the server is set. It is
 * asked once. @return 0: @error is set */
guint64 pg_lock_room(PgSession *session, GError **error);

gboolean pg_fits_transaction(BlSession *base, guint64 weight, gboolean *fits, GError **error);
gboolean pg_is_too_large(const GError *error);

/** BlEngine.translate; newer.c. */
char *pg_translate(BlSession *base,
                   const char *sql,
                   gsize len,
                   gboolean map,
                   GPtrArray *notes,
                   GPtrArray *problems);

/* names.c: names in texts, the same from every server version */

/** @name as it stands in a snapshot: quoted unless it is a lower-case word that no server from 13
 * to 18 reserves. @return g_free() */
char *pg_name(const char *name);

/** Appends pg_name(). */
void pg_append_name(GString *out, const char *name);

/** Appends "schema.name". @param schema NULL: the name alone */
void pg_append_qualified(GString *out, const char *schema, const char *name);

/** "schema.name". @return g_free() */
char *pg_qualified(const char *schema, const char *name);

/** Appends a text literal: quotes doubled, backslashes as they are
 * (standard_conforming_strings is on). */
void pg_append_literal(GString *out, const char *text);

/** Appends @text in dollar quotes, with a tag that does not occur in it: $$, $_$, $_1$ … */
void pg_append_dollar(GString *out, const char *text);

/** Splits the text of an array of scalars ("{a,\"b c\",NULL}") into its elements, NULL as NULL
 * pointers. @return GPtrArray of char *, owned */
GPtrArray *pg_split_array(const char *text);

G_END_DECLS

#endif
