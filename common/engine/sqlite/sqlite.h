/* SPDX-License-Identifier: MIT */
/**
 * @file sqlite.h
 * @brief What the files of the SQLite engine share. Included nowhere else.
 *
 * Layer: common/engine/sqlite. Libraries: sqlite3.
 */
#ifndef BL_COMMON_ENGINE_SQLITE_SQLITE_H
#define BL_COMMON_ENGINE_SQLITE_SQLITE_H

#include "common/engine/engine.h"

#include <glib.h>
#include <sqlite3.h>

#include <sys/types.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/** How long a statement waits for another process by default, in milliseconds. */
#define LITE_BUSY_TIMEOUT 5000

/** The temporary table by which a snapshot makes sure that all of it was loaded; with digits behind
 * it where an object of the schema has that name. See frame.c. */
#define LITE_GATE "baseline_gate"

/** Rows of the schema table that are out of it for a while; see bulk.c. */
typedef struct LiteBulk LiteBulk;

/** One connection. */
typedef struct {
    BlSession base;
    sqlite3 *db;
    char *path;            /**< file name as it was opened, absolute; NULL: memory */
    char *root;            /**< folder that relative names start at */
    gboolean is_uri_label; /**< the label is no path */
    gboolean read_only;
    gboolean ephemeral;
    gboolean process_ends;
    gboolean opening; /**< errors are about the database as a whole */
    guint busy_timeout_ms;
    guint statement_timeout_ms;
    guint busy_timeout_at_open_ms;
    guint statement_timeout_at_open_ms;
    gint64 deadline;      /**< monotonic time at which the statement ends; 0: none */
    gint64 waiting_since; /**< monotonic time at which a wait for another process began */
    dev_t made_device;    /**< the file that open made: it and no other may be discarded */
    ino_t made_inode;

    gboolean foreign_keys_at_open;
    gint64 synchronous_at_open;
    gboolean may_be_set;        /**< a statement since then may have changed a setting */
    char *journal_mode_at_open; /**< NULL: the session cannot change it */
    gboolean
        watch_keys; /**< foreign keys were on at some time: commit checks them when they are off */
    gboolean is_between;   /**< a transaction is open, but only for the next one to go on with */
    gint64 settle_by;      /**< monotonic time by which what is gathered is committed, or what is
                              open behind it is cut */
    gboolean stands_alone; /**< what is open leaves something behind that ends with its commit */
    gboolean is_whole;     /**< what is open is one transaction of ours, checked at commit */
    GPtrArray *drops; /**< what dropped tables did to others in it; see drops.c. NULL: nothing */
    GHashTable *broken_keys; /**< "table\x1fparent" -> count at begin; NULL: not counted */

    int lock_fd; /**< -1: no lock */
    char *lock_path;

    int copy_fd; /**< the database file, for copies; -1: none. Closed behind the library's: closing
                      it earlier would drop the locks that the library holds in this process */
    char *schema_digest; /**< of schema version @schema_version; NULL: not known; see scratch.c */
    gint64 schema_version;

    LiteBulk *bulk;  /**< NULL: nothing is out of the schema table */
    gboolean doomed; /**< rows of the schema table may be missing: no commit any more */
    gboolean reload; /**< the schema in memory may be newer than the file's after a rollback */
} LiteSession;

/* error.c */

/** Fails with what the library says about @rc; @what is put before the message when not NULL.
 * @return FALSE always. */
gboolean lite_set_error(LiteSession *session, int rc, const char *what, GError **error);

/** @text in one line: controls as blanks. @return g_free() */
char *lite_one_line(const char *text);

/* open.c */

extern const BlPeerText lite_peers[];
void lite_own_process(void);
BlSession *lite_open(const BlUrl *url, const BlOpenOptions *options, GError **error);
BlSession *lite_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error);
char *lite_database_file(const BlUrl *url);

/* session.c */

void lite_close(BlSession *base);
gboolean lite_execute(BlSession *base, const char *sql, gint64 *rows, GError **error);
gboolean lite_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error);
gboolean lite_has_table(BlSession *base, const char *name, gboolean *exists, GError **error);
/** sqlite3_prepare_v2(), as often as the schema changes meanwhile. @return its result */
int lite_compile(sqlite3 *db, const char *sql, int len, sqlite3_stmt **stmt, const char **tail);

/** Compiles one statement. @return sqlite3_finalize(); NULL: @error is set, or @sql holds no
 * statement */
sqlite3_stmt *lite_prepare(LiteSession *session, const char *sql, GError **error);

/** Runs statements without results; results are thrown away. */
gboolean lite_run(LiteSession *session, const char *sql, GError **error);

/** One step with the clock of the statement running. @return SQLITE_ROW, SQLITE_DONE or an error
 * code */
int lite_step(LiteSession *session, sqlite3_stmt *stmt);

/** The first column of the first row as a number; 0 when there is none. */
gboolean lite_query_number(LiteSession *session, const char *sql, gint64 *number, GError **error);

/** Installs the handlers for waiting, cancelling and time limits. */
void lite_install_handlers(LiteSession *session);

/** Drops the schema in memory, so that the next statement reads the file's. */
gboolean lite_reload_schema(LiteSession *session, GError **error);

/** @return TRUE when foreign keys are enforced */
gboolean lite_has_foreign_keys(LiteSession *session);

/** Remembers that a statement may change a setting; called before it runs. */
void lite_note_text(LiteSession *session, const char *sql, gsize len);

/** Remembers that a statement switched foreign keys. */
void lite_note_statement(LiteSession *session, guint traits);

/* transaction.c */

gboolean lite_begin(BlSession *base, BlTxMode mode, GError **error);
gboolean lite_commit(BlSession *base, GError **error);
void lite_rollback(BlSession *base);
gboolean lite_settle(BlSession *base, GError **error);
gboolean lite_in_transaction(BlSession *base);

/** @return TRUE when what is gathered waits too long for the transaction that is open */
gboolean lite_holds_up(const LiteSession *session);

/** Before the session is used outside a transaction that generic code began: nothing is out of the
 * schema table, nothing gathered waits. */
gboolean lite_make_ready(LiteSession *session, GError **error);

/* settings.c */

gboolean lite_reset_settings(BlSession *base, GError **error);
gboolean lite_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error);

/** Remembers the settings that lite_reset_settings() puts back. */
gboolean lite_note_settings(LiteSession *session, GError **error);

/** What a script set must not keep our own statements from writing: lets the session write.
 * @return TRUE when it could not; then lite_set_query_only() behind the statement */
gboolean lite_lift_query_only(LiteSession *session);
void lite_set_query_only(LiteSession *session);

/* keys.c */

/** Counts broken foreign keys, for lite_check_keys(). Never fails: what cannot be counted is not
 * checked. */
void lite_count_keys(LiteSession *session);

/** Fails when foreign keys are switched off and more are broken than at lite_count_keys(). */
gboolean lite_check_keys(LiteSession *session, GError **error);

/* script.c */

gboolean lite_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error);

typedef struct LiteLend LiteLend;

/** One script that is being run. */
typedef struct {
    LiteSession *session;
    const BlScriptRun *run;
    const char *name;      /**< for positions; may be NULL */
    guint64 n;             /**< statements run */
    gboolean wrote_schema; /**< a statement went at the schema table by hand */
    int was_defensive;     /**< to be restored */
    LiteLend *lend;        /**< NULL unless tolerant */
} LiteRun;

/** Runs the statement of one item, reports it, calls the caller back. */
gboolean lite_run_item(LiteRun *run, const BlItem *item, guint traits, GError **error);

/* drops.c */

/** Before a statement that drops something: finds the rows of other tables that would go or change
 * with it. They are judged at lite_check_drops(); where that is too late, here. */
gboolean lite_note_drop(LiteRun *run, const BlItem *item, GError **error);

/** Behind a statement that failed: where it dropped a table that rows refer to, what to do. */
void lite_explain_drop(guint traits, GError **error);

/** Before the commit: fails when such rows are missed. */
gboolean lite_check_drops(LiteSession *session, GError **error);

/* lend.c */

/** What a tolerant script is lent while it runs: stubs that let a schema be created and refuse to
 * be called. */
LiteLend *lite_lend_new(LiteSession *session);

/** A statement failed: lends what its message asks for. @return TRUE: run it again */
gboolean lite_lend_for_error(LiteLend *lend);

/** Fails when a lent collation had to compare rows. */
gboolean lite_lend_check(LiteLend *lend, GError **error);

/** Takes everything back. Accepts NULL. */
void lite_lend_free(LiteLend *lend);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiteLend, lite_lend_free)

/* bulk.c */

LiteBulk *lite_bulk_new(LiteRun *run);

/** @return TRUE when @item was taken and will be run later, in its turn */
gboolean lite_bulk_take(LiteBulk *bulk, const BlItem *item, guint traits);

/** @return TRUE when so many items wait that they must be run */
gboolean lite_bulk_is_full(const LiteBulk *bulk);

/** Runs the items that wait. */
gboolean lite_bulk_flush(LiteBulk *bulk, GError **error);

/** Puts every row back into the schema table. Called before any statement that is not taken by
 * bulk. */
gboolean lite_bulk_settle(LiteBulk *bulk, GError **error);

/** @return TRUE when the schema must be read again to prove that all of it parses */
gboolean lite_bulk_was_used(const LiteBulk *bulk);

void lite_bulk_free(LiteBulk *bulk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiteBulk, lite_bulk_free)

/* classify.c */

guint lite_classify(const char *sql, gsize len);

/* reach.c */

const char *lite_reaches_out(const char *sql, gsize len);

/** What a CREATE statement makes, as far as bulk.c and introspect.c must know. Strings are owned.
 */
typedef struct {
    const char *type; /**< "table", "virtual table", "index", "view", "trigger"; static */
    char *name;
    char *target;       /**< the table of an index or a trigger, the module of a virtual table */
    const char *timing; /**< of a trigger: "before", "after", "instead" */
    const char *event;  /**< of a trigger: "delete", "insert", "update" */
    gboolean is_plain;  /**< in the main schema, not temporary, not made from a query */
} LiteCreate;

/** @return the table that a DROP TABLE statement drops from the main schema, g_free(); NULL: it is
 * no such statement */
char *lite_parse_drop_table(const char *sql, gsize len);

/** Takes a CREATE statement apart. @return FALSE: it is none, or not understood */
gboolean lite_parse_create(const char *sql, gsize len, LiteCreate *create);
void lite_create_clear(LiteCreate *create);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LiteCreate, lite_create_clear)

/* objects.c: the rows of the schema table that are ours */

extern const BlKind lite_kind_setting, lite_kind_table, lite_kind_virtual, lite_kind_index,
    lite_kind_view, lite_kind_trigger;
extern const BlKind *const lite_kinds[];
extern const char *const lite_default_ignore[];

/** One row of the schema table. */
typedef struct {
    const BlKind *kind;
    const char *name;  /**< in the strings of the rows, as the next two */
    const char *table; /**< tbl_name */
    const char *sql;
    char *owner;       /**< of an index or a trigger on a shadow table: the virtual table; NULL */
    char *module;      /**< of a virtual table; NULL */
    char *unsupported; /**< why it cannot be described; NULL when it can */
    gboolean is_unfit; /**< because of its text, which is at hand in no library */
} LiteRow;

/** All rows that describe objects of ours, in the order of the schema table: no internal objects,
 * no automatic indexes, no shadow tables. */
typedef struct {
    GPtrArray *rows;       /**< LiteRow */
    GStringChunk *strings; /**< may be taken out; then it must outlive the rows */
    GHashTable *shadows;   /**< name of a shadow table -> name of its virtual table; both owned */
} LiteRows;

LiteRows *lite_rows_read(LiteSession *session, const BlFilter *filter, GError **error);
void lite_rows_free(LiteRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiteRows, lite_rows_free)

/** The suffixes of the shadow tables that @module may have, NULL-terminated; NULL when it is not
 * known. */
const char *const *lite_shadow_suffixes(const char *module);

GPtrArray *lite_list_objects(BlSession *base, const BlFilter *filter, GError **error);
GPtrArray *lite_drop_statements(BlSession *base, const BlFilter *filter, GError **error);

/* introspect.c, parts.c */

BlCatalog *lite_introspect(BlSession *base,
                           const BlFilter *filter,
                           const char *const *omit,
                           BlIntrospectOptions *options,
                           GError **error);
gboolean lite_read_parts(LiteSession *session, BlCatalog *catalog, GError **error);

/** Lowest library version that @sql, a CREATE statement, needs; as major*1000000 + minor*1000 +
 * patch. */
guint lite_version_needed(const BlKind *kind, const char *sql);

/* frame.c, rows.c */

void lite_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail);
gboolean lite_dump_rows(
    BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error);
gboolean lite_list_left_out(BlSession *base,
                            const BlCatalog *catalog,
                            const char *setters,
                            GPtrArray *found,
                            GError **error);
gboolean lite_order_rows(BlSession *base, GPtrArray *tables, GError **error);

/** Foreign keys between ordinary tables: GPtrArray of child and parent names, lower case, in pairs;
 * owned. */
GPtrArray *lite_read_references(LiteSession *session, GError **error);

/** Parents before children where that is possible, else as they come. @param names GPtrArray of
 * table names
 * @return places in @names, as many as there are; g_free() */
guint *lite_order_by_references(const GPtrArray *names, const GPtrArray *references);

/* scratch.c */

gboolean lite_clone(BlSession *base,
                    const char *name,
                    guint number,
                    const char *mark,
                    gboolean recreate,
                    char **made,
                    GError **error);
gboolean lite_check_clone(BlSession *base,
                          const char *name,
                          guint number,
                          gboolean recreate,
                          char **place,
                          GError **error);
void lite_discard(BlSession *base);

/* locks.c */

gboolean lite_lock(BlSession *base, guint wait_ms, GError **error);
void lite_unlock(BlSession *base);
gboolean lite_lock_holder(BlSession *base, char **holder, GError **error);

/** Fails when the path of the database names another file than the one that is open, or none. */
gboolean lite_check_file(LiteSession *session, GError **error);

/** Fails when the lock that was taken is no longer ours. */
gboolean lite_check_lock(LiteSession *session, GError **error);

G_END_DECLS

#endif
