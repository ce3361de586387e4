/* SPDX-License-Identifier: MIT */
/**
 * @file engine.h
 * @brief THE interface: what a database engine does for the tools.
 *
 * Layer: common/engine. Includes: common/base, common/sql, common/schema.
 * One const BlEngine per engine, found by URL scheme. Generic code asks a capability, never a name,
 * and always calls through session->engine. Errors: BL_ERROR_CONNECT, _SQL (with the engine's code,
 * and position where a script is run), _CONFLICT, _IO, _UNSUPPORTED, _CANCELLED. Threads: one
 * session, one thread.
 */
#ifndef BL_COMMON_ENGINE_ENGINE_H
#define BL_COMMON_ENGINE_ENGINE_H

#include "common/base/report.h"
#include "common/engine/url.h"
#include "common/schema/catalog.h"
#include "common/schema/filter.h"
#include "common/sql/script.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct BlEngine BlEngine;

typedef enum {
    BL_CAP_TRANSACTIONAL_DDL = 1 << 0, /**< DDL rolls back with its transaction */
    BL_CAP_SCHEMAS = 1 << 1,           /**< a database has schemas */
    BL_CAP_OWNERS = 1 << 2,            /**< --with-owner */
    BL_CAP_GRANTS = 1 << 3,            /**< --with-acl */
    BL_CAP_DEFINERS = 1 << 4,          /**< --keep-definer */
    BL_CAP_FILE_DATABASE = 1 << 5,     /**< a database is a file: no server to wait for */
    BL_CAP_MAPPING = 1 << 6,           /**< schema-load --map */
    BL_CAP_CASELESS_NAMES = 1 << 8,    /**< names differ by more than ASCII case */
    BL_CAP_SCRIPT_SESSION = 1 << 7,    /**< --jobs can use several sessions on one database */
    BL_CAP_CONFINES = 1 << 10,         /**< BlSession.is_confined tells more than reaches_out() */
    BL_CAP_SEVERAL_LOOKS = 1 << 9,     /**< introspect() knows BlIntrospectOptions.one_look */
} BlEngineCaps;

/** How to open. Zero is the default of every member. */
typedef struct {
    gboolean create;    /**< make the database when it is missing */
    gboolean read_only; /**< promise to write nothing; nothing is created, not even a lock file */
    gboolean ephemeral; /**< ask for no durability */
    guint lock_timeout_ms; /**< longest wait for a lock inside a statement; 0: the engine's default
                              (5 s) */
    guint statement_timeout_ms; /**< longest run of one statement; 0: none */
    gboolean peer_lock; /**< lock() takes the lock of AdonisJS Lucid too, where that is another one
                           ("lucidLock") */
    gboolean process_ends; /**< the process ends with this session: what the system takes back then
                              need not be given back before */
    const BlReporter *reporter; /**< for BL_EVENT_STATEMENT and warnings; borrowed for the session's
                                   life; may be NULL */
} BlOpenOptions;

/** One open connection; engines embed it as the first member of their own struct. */
typedef struct {
    const BlEngine *engine;
    const BlReporter *reporter;
    char *label;             /**< what messages call the database; no secrets */
    char *flavour;           /**< "sqlite", "mariadb" … */
    char *version;           /**< of the server or library, for people */
    gboolean created;        /**< open made the database */
    gboolean is_scratch;     /**< a scratch database: close() drops it */
    gboolean folds_names;    /**< the server's setting: names of tables that differ in case only are
                                one */
    char *ledger_schema;     /**< where the engine has schemas: the one that holds the ledger, as
                                common/snapshot found it, so that no search_path of a script hides it;
                                NULL: not known. The engine frees it */
    char *journal_schema;    /**< the same of the journal: a load in parts makes that first, and the
                                schema that the ledger goes to may not be there yet; NULL: the
                                ledger's. The engine frees it */
    const char *text_family; /**< whose server wrote what translate() is asked about, as
                                "mariadb-11.8", when it is not one of this kind: it may ask this one
                                of each statement; NULL: it is, or nobody knows; borrowed */
    gsize longest_statement; /**< bytes that the server takes at a time; 0: as many as there are */
    gint64 inserted_id;      /**< the number that the server gave the row of the last INSERT;
                                0: it gave none, or the engine does not tell */
    gint64 gather_until; /**< set by who runs several transactions in a row and tells nobody of them
                            before settle(): until this monotonic time commit() may leave one open
                            for the next, which goes on in it; 0: never */
    guint n_gathered;    /**< commits that wait for settle() */
    gboolean is_cut;    /**< out, of the last transaction: it was ended because it was not done when
                           what waited for it had to be committed: it has not failed */
    guint n_lost;       /**< commits that waited and were taken back; whoever runs them again sets
                           it to 0 */
    gboolean left_rows; /**< out, of the last rollback(): rows that were written stayed all the
                           same, in tables that have no transactions */
    gboolean puts_off;  /**< set inside a transaction by who writes several statements in a row: a
                           statement that execute() is asked for no rows of may go out with the next
                           one, or with COMMIT, whose failure is its own then */
    gboolean resets_next; /**< set round commit() by who calls reset_settings() next, whatever comes
                             of it: both may go out together */
    gboolean
        is_confined; /**< set by who runs other people's statements in a scratch database beside
                        live ones: a script is refused at a statement that reaches out as it
                        runs, where the engine can tell more then than BlEngine.reaches_out();
                        BL_ERROR_CONFLICT. What BlScriptRun.bulk loads is not looked at */
} BlSession;

/** A row of a result. Values are text, NULL for SQL NULL; they die with the call. */
typedef struct {
    guint n;
    const char *const *values;
    const gsize *lens; /**< bytes, without the NUL that follows each value */
} BlRow;

/** Takes a row. Return FALSE with @error set to end the query. */
typedef gboolean (*BlRowFn)(const BlRow *row, void *data, GError **error);

typedef enum {
    BL_TX_READ,      /**< a consistent snapshot */
    BL_TX_WRITE,     /**< takes the write lock at once */
    BL_TX_STATEMENT, /**< a write transaction round one statement of a script that has none of its
                        own: commit does not check constraints, since the script may be in the
                        middle of rebuilding a table */
} BlTxMode;

/** What a statement is, as far as generic code must know. From its first words; nothing is
 * executed. */
typedef enum {
    BL_STMT_CREATE = 1 << 0,    /**< makes an object */
    BL_STMT_DROP = 1 << 1,      /**< removes an object */
    BL_STMT_IF_EXISTS = 1 << 2, /**< … IF EXISTS */
    BL_STMT_DML =
        1
        << 3, /**< INSERT, UPDATE, DELETE, REPLACE, MERGE, COPY, SELECT with effects is not seen */
    BL_STMT_TX_BEGIN = 1 << 4,
    BL_STMT_TX_COMMIT = 1 << 5,
    BL_STMT_TX_ROLLBACK = 1 << 6,
    BL_STMT_SAVEPOINT = 1 << 7,
    BL_STMT_OUTSIDE_TX =
        1 << 8, /**< cannot run inside a transaction (VACUUM, CREATE INDEX CONCURRENTLY) */
    BL_STMT_SILENT_IN_TX = 1 << 9,    /**< is ignored inside a transaction, so it must stand outside
                                         (PRAGMA foreign_keys) */
    BL_STMT_OTHER_DATABASE = 1 << 10, /**< leaves this database (ATTACH, USE, CREATE DATABASE) */
    BL_STMT_SETTING = 1 << 11, /**< session setting (SET, PRAGMA without effect on the file) */
    BL_STMT_GATE =
        1 << 13, /**< of the gate of a snapshot, which guards clients that go on after an error */
    BL_STMT_READ = 1 << 12,       /**< SELECT, VALUES, EXPLAIN, WITH … */
    BL_STMT_MAY_COMMIT = 1 << 14, /**< may commit by itself where it stands outside a transaction,
                                     and may need that (CALL of a procedure) */
    BL_STMT_COMMITS = 1 << 18, /**< commits what is open, and itself, wherever it stands: DDL where
                                  it is not transactional */
    BL_STMT_TUNING = 1 << 21,  /**< how safe or fast this session writes, and nothing else */
    BL_STMT_NO_WAY_BACK = 1 << 20, /**< behind it a statement that fails leaves the database damaged
                                      (PRAGMA journal_mode = OFF) */
    BL_STMT_HIDES_LEDGER = 1 << 19, /**< behind it the ledger's tables cannot be reached by their
                                       names (USE, LOCK TABLES) */
    BL_STMT_LOCKS_OUT = 1 << 23,    /**< only keeps other sessions out (LOCK TABLES): in a scratch
                                       database, where nobody else is, it can be left out */
    BL_STMT_DEFAULTS = 1 << 24,     /**< changes what later statements get that do not say it (the
                                       charset and collation of the database) */
    BL_STMT_ALONE = 1 << 22, /**< what comes of it may hang on where its transaction began or ends
                                (deferred keys, new values of an enum, settings): a migration that
                                holds it shares none with another. Of engines with settle() that do
                                not see that by themselves */
} BlStatementTraits;

/** What to do with an item of a script. */
typedef enum { BL_RUN_ITEM, BL_SKIP_ITEM, BL_REFUSE_ITEM } BlVerdict;

/** How to run a script. Zero is the default of every member. */
typedef struct {
    /** Asked before each item; BL_REFUSE_ITEM must set @error. NULL: everything runs, client lines
     * are refused. */
    BlVerdict (*judge)(const BlItem *item, guint traits, void *data, GError **error);
    /** Called after each statement that ran, with the number of rows it changed; FALSE with @error
     * ends the script. */
    gboolean (*after)(const BlItem *item, guint traits, gint64 rows, void *data, GError **error);
    void *data;
    gboolean bulk; /**< an empty database inside a write transaction is being filled: the engine may
                      use ways that are faster for thousands of objects */
    gboolean
        together;      /**< inside a transaction, of which all is kept or nothing: statements may go
                          out in one message. As in a bulk, none waits for what the one before did */
    gboolean tolerant; /**< lend the script what its schema needs only at creation: stubs for
                          unknown functions and collations, double-quoted strings in DDL; each lent
                          thing is a warning event */
    gboolean translate; /**< statements go through BlEngine.translate() first … */
    gboolean map;       /**< … with this @map */
} BlScriptRun;

typedef struct {
    gboolean with_parts; /**< fill columns and constraints as parts, for comparison and JSON */
    gboolean with_owner, with_acl, keep_definer;
    gboolean skip_unsupported; /**< leave out what cannot be described, with a warning, instead of
                                  failing */
    gboolean skip_broken;      /**< leave out what cannot be created again, likewise */
    gboolean skip_version;     /**< nobody will ask for the catalog's lowest_version */
    gboolean one_look;  /**< what stands in the catalog may be of several moments, where the engine
                           would read it again while somebody alters something: for who knows what
                           must come out, and reads without this when something else does */
    gboolean may_open;  /**< another session may be opened meanwhile, and read a part: nothing was
                           made in this one that others do not see */
    GPtrArray *skipped; /**< out: char * labels are appended; borrowed; may be NULL */
} BlIntrospectOptions;

/** What the text of a snapshot must know to frame itself. */
typedef struct {
    const char *ledger;   /**< name of the ledger table, NULL: no ledger in this snapshot */
    const char *versions; /**< name of its versions table */
    guint ledger_rows;
    guint n_data;
    const char *const *data_tables; /**< names of tables with rows, @n_data */
    const guint64 *data_rows;       /**< their counts */
    guint n_peers; /**< of these, how many at the end are another tool's bookkeeping: no objects of
                      the catalog */
    const char *const
        *ignore; /**< globs of objects that are never ours, beside the engine's own; may be NULL */
} BlFrame;

/** The table of another migration tool, by engine: see common/snapshot/peer.h. */
typedef struct {
    const char *name;   /**< of the tool; NULL ends a list */
    const char *create; /**< statement that makes {table}, as the tool does */
    const char *hex;    /**< its column "checksum" as lower-case digits; NULL: no bytes */
    const char *blob; /**< literal of the bytes with the hexadecimal digits {checksum}; likewise */
} BlPeerText;

/** The text of the ledger tables. {ledger}, {versions}, {journal} stand for quoted names ("schema"
 * and "table" where the engine has schemas and the name has both), {name} for a text literal of the
 * name, {quoted} for a text literal of the quoted name. Types as AdonisJS Lucid 22 makes them. */
typedef struct {
    const char *prefix;  /**< put before the names when the statements are run, never in a snapshot:
                              where another object could be found first ("main."); NULL: none */
    const char *restore; /**< statement that a snapshot holds ahead of the ledger tables, which then
                            come last: what the head set hides them. NULL: they come first */
    const char *returning; /**< put behind an INSERT so that it tells inserted_id; NULL: it does so
                              anyway, or never */
    const char *last_id; /**< the number of the row of the INSERT before, in SQL, where one that did
                            not fail made its row: nobody has to ask for either. NULL: ask */
    const char *made_id; /**< the number of the row that the INSERT in WITH made AS (…) made, in SQL
                            that fails where it made none: what writes both goes out while a commit
                            is put off (BlSession.gather_until), since what fails then is run again
                            by itself, and told of then. NULL: two statements */
    const char *create_ledger;
    const char *create_versions;
    const char *create_journal;
    const char *schema_exists; /**< one row when schema {name} exists; NULL without schemas */
    const char *home_schema;   /**< one row: the schema that a table with a bare name is made in, or
                                  NULL; NULL without schemas */
    const char *path_schemas; /**< the schemas that a bare name may lead to, in their order, whether
                                 they are there or not; NULL without schemas */
    const char *table_exists; /**< one row when table {name} exists; its first column is the schema
                                 where the engine has schemas */
    const BlPeerText *peers;  /**< NULL: other tools' tables are not kept on this engine */
} BlLedgerText;

/** One database object for the emptiness check. */
typedef struct {
    char *kind;
    char *schema; /**< NULL where there is none */
    char *name;
    char *parent; /**< the table of an index, a trigger …; NULL: none, or the engine does not say */
    gboolean is_kept;      /**< listed without a filter only: it is there, but neither counts for
                              emptiness nor is it ever wiped (an extension) */
    gboolean shows_others; /**< a table whose rows are all those of other tables or of another
                              server: to drop it loses none, and to read it may fail */
    gboolean keeps_rows;   /**< it is no table but has rows of its own, which no snapshot carries */
    gboolean hides_rows;   /**< a table that may hold rows which this account is not shown */
} BlListedObject;

void bl_listed_object_free(BlListedObject *object);

/** What no snapshot carries. */
typedef struct {
    char *what;       /**< where it is, for people: "virtual table search"; of a counter with its
                         position: "sequence invoice at 5000" */
    const char *unit; /**< what @n counts: "row", "large object"; NULL: it is a counter */
    guint64 n;
} BlLeftOut;

/** Adds one to @found. @param what is taken: g_free() @param unit static */
void bl_left_out_add(GPtrArray *found, char *what, const char *unit, guint64 n);

/** The same for a counter. @param kind, name of what counts */
void
bl_left_out_add_counter(GPtrArray *found, const char *kind, const char *name, const char *position);

/** Whether statements speak of @name. Better one too many. @param statements folded; may be NULL */
gboolean bl_left_out_is_named(const char *statements, const char *name);

/** Folds statements for that: case, and every quote. @return g_free() */
char *bl_left_out_fold(const char *statements);

void bl_left_out_free(BlLeftOut *left_out);

struct BlEngine {
    const char *name;           /**< "sqlite": also the connection's name with --url */
    const char *const *schemes; /**< URL schemes, NULL-terminated */
    guint caps;                 /**< BlEngineCaps */
    const BlDialect *dialect;
    const BlLedgerText *ledger;
    const char *const *default_ignore; /**< globs of hosting providers' objects, NULL-terminated */
    const char *const *marks;    /**< of these what the tools make for themselves; may be NULL */
    const BlKind *const *kinds;  /**< all kinds of objects, NULL-terminated */
    const char *const *catalogs; /**< globs of the tables in which the engine itself keeps what
                                    there is, in lower case ("schema.name" too), as far as
                                    statements can write there, NULL-terminated; NULL: none can */

    /** May be NULL. The process is one of our programs: set what the client library lets a process
     * set only once. Before any other call. */
    void (*own_process)(void);

    /** Must. Opens a session. Caller owns the result: bl_session_close(). */
    BlSession *(*open)(const BlUrl *url, const BlOpenOptions *options, GError **error);
    /** May be NULL: the engine has no scratch databases. Makes an empty scratch database beside the
     * one that @url names, with its properties (encoding, collation), and opens a session on it;
     * close() drops it. The database that @url names is not written to, and may be missing. What
     * killed processes left is swept: only what carries the mark of a scratch database, is old
     * enough, and is used by nobody. Caller owns the result: bl_session_close(). */
    BlSession *(*open_scratch)(const BlUrl *url, const BlOpenOptions *options, GError **error);
    /** Must where open_scratch() is. Pure: what in @sql may change or read what is outside the
     * database that it runs in: roles, the server's settings and files, other databases, programs.
     * Bodies and literals are looked into, so that dynamic SQL is seen; better one too many.
     * @return text for messages ("a role of the server"), static; NULL: nothing */
    const char *(*reaches_out)(const char *sql, gsize len);
    /** Must where a database is a file, else NULL. Pure. The absolute path of the file that @url
     * names, links not followed. @return g_free(); NULL: it names none (memory), or is broken */
    char *(*database_file)(const BlUrl *url);
    /** NULL where a database is a file. A query that everybody may ask. Its answer, all rows and
     * values, is the same for two sessions on one server, by whatever name, address or port they
     * came in, and another one on another server. */
    const char *server_identity;
    /** Must. Rolls back what is open, releases the lock, ends the session, frees it. Accepts NULL.
     * Drops a scratch database. */
    void (*close)(BlSession *session);

    /** Must. Runs one statement. @param rows out, may be NULL: rows changed */
    gboolean (*execute)(BlSession *session, const char *sql, gint64 *rows, GError **error);
    /** Must. Runs a script in the engine's fastest correct way. The first error ends it; it names
     * the statement by file, line and column. @param n_out out, may be NULL: statements run, also
     * on failure */
    gboolean (*execute_script)(BlSession *session,
                               BlScript *script,
                               const BlScriptRun *run,
                               guint64 *n_out,
                               GError **error);
    /** Must. Runs one query, a call of @fn per row. */
    gboolean (*query)(BlSession *session, const char *sql, BlRowFn fn, void *data, GError **error);
    /** May be NULL: then ledger->table_exists is asked. Whether statements that read a table of
     * that name find one; @name is not quoted. @param exists out */
    gboolean (*has_table)(BlSession *session, const char *name, gboolean *exists, GError **error);
    /** Must. Pure: what @sql is (BlStatementTraits). */
    guint (*classify)(const char *sql, gsize len);

    /** Must. Starts a transaction. */
    gboolean (*begin)(BlSession *session, BlTxMode mode, GError **error);
    /** Must. Before it, the engine makes sure that the session still holds its lock, if it took
     * one, and that switched-off constraint checks left nothing broken (SQLite foreign_key_check).
     */
    gboolean (*commit)(BlSession *session, GError **error);
    /** Must. Never fails: a transaction that is gone is as good. Takes what is gathered back too.
     */
    void (*rollback)(BlSession *session);
    /** May be NULL: a rollback takes all back. Whether the script @sql names a table that has no
     * transactions, or something that may write to one: what it wrote there would stay behind a
     * rollback, and be committed before its commit. Better one too many.
     * @param lasts out */
    gboolean (*writes_last)(
        BlSession *session, const char *sql, gsize len, gboolean *lasts, GError **error);
    /** May be NULL: each commit() is for good. Commits for good what commit() left open for
     * BlSession.gather_until; nothing gathered is no error. Called by itself where the session is
     * used for something else than the next transaction. On failure rollback() comes next;
     * BL_ERROR_CONNECT: whether it was committed is not known. */
    gboolean (*settle)(BlSession *session, GError **error);
    /** Must. @return TRUE inside a transaction (also one that a script began) */
    gboolean (*in_transaction)(BlSession *session);
    /** Must. Puts the session settings that scripts changed back to what they were at open. Outside
     * a transaction. */
    gboolean (*reset_settings)(BlSession *session, GError **error);

    /** Must. Takes the migration lock of this database, waiting up to @wait_ms; busy:
     * BL_ERROR_CONFLICT that names the holder. A memory database has nobody to lock out: succeeds.
     */
    gboolean (*lock)(BlSession *session, guint wait_ms, GError **error);
    /** Must. Releases it; nothing held is no error. */
    void (*unlock)(BlSession *session);

    /** Must. Reads the live schema in snapshot order (bl_catalog_sort() done). @filter may be NULL.
     * @param omit names of tables that are left out with their indexes (the ledger);
     * NULL-terminated, may be NULL. Caller owns the result: bl_catalog_free(). What cannot be
     * described, or created again (a broken view): BL_ERROR_CONFLICT that names the object. */
    BlCatalog *(*introspect)(BlSession *session,
                             const BlFilter *filter,
                             const char *const *omit,
                             BlIntrospectOptions *options,
                             GError **error);
    /** Must. All objects of ours, for the emptiness check. @return GPtrArray of BlListedObject,
     * owned, sorted by kind and name */
    GPtrArray *(*list_objects)(BlSession *session, const BlFilter *filter, GError **error);
    /** May be NULL: who may connect is listed everything. The rights without which this account is
     * not listed all objects of the database, whoever made them.
     * @param rights out: "TRIGGER, EVENT", g_free(); NULL: it has them all */
    gboolean (*find_unseen)(BlSession *session, char **rights, GError **error);
    /** Must. The statements that drop every object of ours, ledger included, in an order that works
     * inside one transaction where the engine has that. @return GPtrArray of char *, owned */
    GPtrArray *(*drop_statements)(BlSession *session, const BlFilter *filter, GError **error);

    /** Must. Text before the first and behind the last block of a snapshot of @catalog: settings
     * that must come first, the transaction, the gate (DESIGN.md "Snapshot format"). */
    void (*frame)(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail);
    /** Must. Appends one complete INSERT statement per row of @table, ordered by key, literals
     * typed, each line ended by ";\n".
     * @param count out: rows. BL_ERROR_UNSUPPORTED when its rows cannot be carried. */
    gboolean (*dump_rows)(
        BlSession *session, const BlObject *table, GString *out, guint64 *count, GError **error);
    /** May be NULL: to select one tells it. Whether @table has rows of its own; those of a
     * partition are its table's. BL_ERROR_UNSUPPORTED when this account is not shown them all.
     * @param found out */
    gboolean (*has_rows)(BlSession *session,
                         const BlObject *table,
                         gboolean *found,
                         GError **error);
    /** May be NULL: nothing tells it but has_rows(). Tables that take no place, all of them by one
     * question: they have no rows.
     * @param names bl_object_full_name() of each is added, owned by the set */
    gboolean (*list_empty)(BlSession *session, GHashTable *names, GError **error);
    /** Must where list_left_out() is. What stands in a statement that sets by hand where the
     * counter of a column is: a regular expression, caseless. Better one too many. */
    const char *counter_pattern;
    /** May be NULL: dump_rows() carries all. Finds what is beside the rows of tables, which no
     * snapshot carries (rows of full-text tables, large objects, positions of counters), into
     * @found, GPtrArray of BlLeftOut, owned.
     * @param setters the statements that set counters by hand, and those that rename something,
     * folded; NULL: none did. A counter of a column that they name is found when it is beyond what
     * the rows explain; another one was moved by rows that came and went */
    gboolean (*list_left_out)(BlSession *session,
                              const BlCatalog *catalog,
                              const char *setters,
                              GPtrArray *found,
                              GError **error);
    /** May be NULL: nobody else keeps tables in a database. The rows of tables that are no objects
     * of ours, since an extension owns them, and that this account may read. No snapshot carries
     * them; those that come with the extension come with it again.
     * @return GPtrArray of char *, owned, in byte order: the name of the table and a digest of the
     * row, with a tab between */
    GPtrArray *(*list_kept_rows)(BlSession *session, GError **error);
    /** May be NULL. Puts tables into an order in which their rows can be inserted with foreign keys
     * checked.
     * @param tables GPtrArray of BlObject *, reordered in place */
    gboolean (*order_rows)(BlSession *session, GPtrArray *tables, GError **error);

    /** NULL where open_clone() is not. Makes a copy of the session's database: named @name, or
     * numbered @number
     * ("<database>_3") when @name is NULL.
     * @param mark text that a later call with @recreate recognises (the snapshot's digest)
     * @param recreate replace a database that carries a mark of ours; open_clone() fills one in
     * which there is nothing; anything else in the way: BL_ERROR_CONFLICT
     * @param made out: what was made, for people; g_free() */
    gboolean (*clone)(BlSession *session,
                      const char *name,
                      guint number,
                      const char *mark,
                      gboolean recreate,
                      char **made,
                      GError **error);
    /** NULL where clone() is not: the engine cannot copy a database. Makes an empty one for a copy,
     * with the mark, and opens a session on it, into which the caller loads what is to be in it.
     * Arguments as of clone(). @return bl_session_close(), or discard() when the load failed */
    BlSession *(*open_clone)(BlSession *session,
                             const char *name,
                             guint number,
                             const char *mark,
                             gboolean recreate,
                             char **made,
                             GError **error);
    /** May be NULL. Fails as clone() or open_clone() with the same arguments would, as far as that
     * can be told ahead; changes nothing.
     * @param place out: equal for two calls that mean the same database; g_free() */
    gboolean (*check_clone)(BlSession *session,
                            const char *name,
                            guint number,
                            gboolean recreate,
                            char **place,
                            GError **error);
    /** May be NULL: copies are made one after the other. After a first clone() of @session: another
     * session, for another thread, that makes further copies of the same. It can do nothing else,
     * and reports nothing. @return bl_session_close() */
    BlSession *(*open_cloner)(BlSession *session, GError **error);
    /** May be NULL: a transaction holds a load of any size. How much of that the statement @sql
     * takes. Pure. */
    guint (*weigh)(const char *sql, gsize len);
    /** NULL where weigh() is. @param fits out: whether one transaction can hold statements that
     * weigh @weight together, with room left for others */
    gboolean (*fits_transaction)(BlSession *session,
                                 guint64 weight,
                                 gboolean *fits,
                                 GError **error);
    /** NULL where weigh() is. @return TRUE when @error says that a transaction was too large for
     * the server */
    gboolean (*is_too_large)(const GError *error);
    /** NULL where weigh() is. Statements that end one transaction of a snapshot and begin the next,
     * a line each. When the one before was taken back, the next fails at its first statement: a
     * client that goes on after an error never comes to fill the ledger. */
    const char *next_transaction;
    /** 0 where weigh() is. What one transaction of a server with its first settings holds. */
    guint64 transaction_room;
    /** May be NULL: one session is all that helps. Opens another one on the same database, as the
     * same user, for work beside this one, which outlives it; called by another thread, while this
     * one works. It reports nothing. What it was told to do is over when it is closed. While this
     * one rests, several of them may be closed at once, by a thread each.
     * @return bl_session_close() */
    BlSession *(*open_beside)(BlSession *session, GError **error);
    /** May be NULL: a script changes nothing but objects. The statement that gives the database the
     * properties back that it has now (its default collation), for a load that is taken back.
     * @return g_free() */
    char *(*restore_statement)(BlSession *session, GError **error);
    /** May be NULL: the server takes every statement of its engine. What this one does not have in
     * the statement @sql: collations, modes, syntax of another flavour or version.
     * @param sql NULL: the text that it was asked about is over
     * @param map whether it may be replaced
     * @param notes out: char *, what was replaced, appended
     * @param problems out: char *, what the server cannot take, appended
     * @return the statement to send instead, g_free(); NULL: as it is */
    char *(*translate)(BlSession *session,
                       const char *sql,
                       gsize len,
                       gboolean map,
                       GPtrArray *notes,
                       GPtrArray *problems);
    /** Must. Closes the session and removes its database when this process made it
     * (session->created), nobody else holds its migration lock, and nothing is in it; else the
     * database stays. */
    void (*discard)(BlSession *session);
    /** May be NULL: no file can set a timeout. Until reset_settings(): the longest wait for a lock
     * in a statement and the longest run of one, in milliseconds; 0: as it is. Outside a
     * transaction.
     */
    gboolean (*set_timeouts)(BlSession *session, guint lock_ms, guint statement_ms, GError **error);
    /** Must. Who holds the migration lock. @param holder out: text for people, NULL when nobody;
     * g_free() */
    gboolean (*lock_holder)(BlSession *session, char **holder, GError **error);
};

/** For the programs, once, before anything else: every engine may tune its library to a process
 * that does nothing but our work. A program that links the library leaves it out. */
void bl_engine_own_process(void);

/** The engine for a URL scheme. @return static; NULL: BL_ERROR_USAGE that lists the schemes */
const BlEngine *bl_engine_for_scheme(const char *scheme, GError **error);

/** @return TRUE when @a and @b are one name for this engine's tables */
gboolean bl_engine_same_name(const BlEngine *engine, const char *a, const char *b);

/** @return TRUE when both are the name of one table of @session's database: the server's settings
 * count, too */
gboolean bl_session_same_table(const BlSession *session, const char *a, const char *b);

/** The engine of that name, NULL when there is none. */
const BlEngine *bl_engine_find(const char *name);

/** Some engine, the same at every call: for work on files where nothing says which. */
const BlEngine *bl_engine_any(void);

/** Puts @engine in the place of the one with the same name; NULL restores all. For tests that
 * inject faults. */
void bl_engine_override(const BlEngine *engine);

/** Opens a session: finds the engine by @url's scheme. @param options may be NULL. @return
 * bl_session_close() */
BlSession *bl_session_open(const BlUrl *url,
                           const BlOpenOptions *options,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes a scratch database beside the one that @url names and opens a session on it. @param
 * options may be NULL. @return bl_session_close(), which drops it; NULL: also BL_ERROR_UNSUPPORTED
 */
BlSession *bl_session_open_scratch(const BlUrl *url,
                                   const BlOpenOptions *options,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What two URLs of one database have in common, as far as it can be told without a session: a file
 * is the same under every name, a server's database only where it is written the same. @return
 * g_free(); holds secrets */
char *bl_engine_identify_database(const BlEngine *engine, const BlUrl *url);

/** Whether the query @sql has a row. @param found out; FALSE on failure too */
gboolean bl_session_has_row(BlSession *session, const char *sql, gboolean *found, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Commits for good what is gathered, as BlEngine.settle does where the engine has it. */
gboolean bl_session_settle(BlSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Closes. Accepts NULL. */
void bl_session_close(BlSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlSession, bl_session_close)

G_END_DECLS

#endif
