/* SPDX-License-Identifier: MIT */
/**
 * @file ledger.h
 * @brief The bookkeeping tables in the database: ledger, versions, journal; and their text in a
 * snapshot.
 *
 * Layer: common/snapshot. Includes: common/engine. Table shapes: AdonisJS Lucid 22
 * (src/migration/runner.js), the journal is ours. Reading creates nothing.
 */
#ifndef BL_COMMON_SNAPSHOT_LEDGER_H
#define BL_COMMON_SNAPSHOT_LEDGER_H

#include "common/engine/engine.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/peer.h"

#include <glib.h>

G_BEGIN_DECLS

/** Version of the ledger that this code reads and writes. */
#define BL_LEDGER_VERSION 2

/** Longest name that the ledger holds, in bytes. */
#define BL_LEDGER_NAME_MAX 255

/** Names of the three tables. On engines with schemas each may be "schema.table"; without a schema
 * the session's search path decides. Borrowed. */
typedef struct {
    const char *ledger;
    const char *versions;
    const char *journal;
    const BlPeer *peer;     /**< the other tool whose table is kept in step; NULL: none */
    const char *peer_table; /**< its name; also without @peer: a table that is bookkeeping */
} BlLedgerNames;

/** One applied migration. */
typedef struct {
    gint64 id;
    char *name;
    gint64 batch;
    char *time; /**< migration_time as the database prints it; may be NULL */
} BlLedgerRow;

typedef enum {
    BL_JOURNAL_APPLIED,
    BL_JOURNAL_RUNNING,
    BL_JOURNAL_FAILED,
    BL_JOURNAL_UNCERTAIN,
} BlJournalState;

/** What is known of one run of a migration. */
typedef struct {
    gint64 id;
    gint64 ledger_id; /**< 0: none (not applied) */
    char *name;
    char *raw_digest;   /**< "raw:…", may be NULL */
    char *token_digest; /**< "t1:…", may be NULL */
    gboolean is_down;   /**< a rollback; else the way up */
    gboolean is_load;   /**< the mark of a load that is not over; name and raw_digest are the
                           snapshot's */
    BlJournalState state;
    gint64 statement; /**< statements that are done; the next one failed or is uncertain */
    char *message;    /**< of the failure; may be NULL */
    char *applied_by; /**< may be NULL */
    char *started_at; /**< may be NULL */
} BlJournalRow;

/** All of it, as read. */
typedef struct {
    gboolean has_ledger;
    gboolean has_versions;
    gboolean has_journal;
    char *schemas[3];    /**< of ledger, versions and journal, where the engine has schemas and the
                            table is there; else NULL */
    gint64 version;      /**< 0: no row */
    GPtrArray *rows;     /**< BlLedgerRow *, by id */
    GPtrArray *journal;  /**< BlJournalRow *, by id */
    GHashTable *by_name; /**< name -> BlLedgerRow, the newest */
    GHashTable *journal_by_ledger_id; /**< gint64 * -> BlJournalRow, the newest */
    GHashTable *unfinished;           /**< name -> BlJournalRow that is not applied, the newest */
    BlPeerTable *peer;                /**< the other tool's table; NULL: none is kept in step */
} BlLedger;

/**
 * Looks for one table of the ledger.
 * @param schema out, may be NULL: where the engine has schemas, the one that holds the table;
 * g_free()
 * @return FALSE: the question failed
 */
gboolean bl_ledger_find_table(BlSession *session,
                              const char *table,
                              gboolean *exists,
                              char **schema,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads the three tables; those that are missing count as empty. @return bl_ledger_free() */
BlLedger *bl_ledger_read(BlSession *session,
                         const BlLedgerNames *names,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** An empty one, for tests of pure code. */
BlLedger *bl_ledger_new(void);

/** Adds rows to a ledger in memory, as bl_ledger_read() does. Strings are copied. */
void
bl_ledger_add_row(BlLedger *ledger, gint64 id, const char *name, gint64 batch, const char *time);
BlJournalRow *bl_ledger_add_journal(
    BlLedger *ledger, gint64 id, gint64 ledger_id, const char *name, BlJournalState state);

/** The row of @name, NULL when it is not applied. Borrowed. */
const BlLedgerRow *bl_ledger_find(const BlLedger *ledger, const char *name);

/** The newest journal row of a ledger row, NULL when there is none. Borrowed. */
const BlJournalRow *bl_ledger_journal(const BlLedger *ledger, const BlLedgerRow *row);

/** The newest journal row of @name that has no ledger row and is not history: running, failed or
 * uncertain. Borrowed, or NULL.
 * @name NULL: of any name. */
const BlJournalRow *bl_ledger_unfinished(const BlLedger *ledger, const char *name);

/** Enough for bl_ledger_omit(). */
#define BL_LEDGER_OMIT 5

/** Fills @omit with the names of the bookkeeping tables, NULL-terminated: what is no part of a
 * schema. */
void bl_ledger_omit(const BlLedgerNames *names, const char *omit[BL_LEDGER_OMIT]);

/** @return TRUE when "schema.name" is one of the tables that were read.
 * @param schema NULL: the engine has none */
gboolean bl_ledger_is_table(const BlLedger *ledger,
                            const BlEngine *engine,
                            const BlLedgerNames *names,
                            const char *schema,
                            const char *name);

/** @return TRUE when one of the three tables stands in schema @name */
gboolean bl_ledger_is_schema(const BlLedger *ledger, const char *name);

/** Where a ledger that is not there yet would be made. @param home out: name of a schema, g_free();
 * NULL: the engine has none, or the session would find none */
gboolean bl_ledger_find_home(BlSession *session,
                             const BlLedgerNames *names,
                             char **home,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Where bare names go in a live database whose ledger tells nothing of that, since it is named
 * with its schema. @param home out: g_free(); NULL: the ledger stands there, or the engine has none
 */
gboolean bl_ledger_find_path_home(BlSession *session,
                                  const BlLedgerNames *names,
                                  char **home,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For a scratch database of which no live one is known: makes the schema that the session's path
 * leads to, where it leads to none. It was made by hand in the live one, since no migration is run
 * before the ledger is there. @param reporter is warned where the path begins with a schema that is
 * not there. @return FALSE: BL_ERROR_CONFLICT where it may be one of several */
gboolean bl_ledger_make_home(BlSession *session,
                             const BlReporter *reporter,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes @schema where it is not there. NULL, and an engine without schemas: nothing to do */
gboolean bl_ledger_make_schema(BlSession *session,
                               const char *schema,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The mark of a load that was not finished, NULL when there is none. Borrowed. */
const BlJournalRow *bl_ledger_mark(const BlLedger *ledger);

/** Fails with BL_ERROR_CONFLICT when there is a mark of an unfinished load. */
gboolean bl_ledger_check_mark(const BlLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Largest batch number, 0 when there is none. */
gint64 bl_ledger_last_batch(const BlLedger *ledger);

/** @return "running", "failed" …: the text in the table. Static. */
const char *bl_journal_state_name(BlJournalState state);

/** Makes the tables that are missing, the other tool's too, and brings an old version up (Lucid's
 * version 1 had backslashes in names). Call inside a write transaction. */
gboolean bl_ledger_prepare(BlSession *session,
                           const BlLedgerNames *names,
                           const BlLedger *ledger,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Drops the ledger and the versions table when they are there (a load replaces an empty ledger);
 * the journal stays. */
gboolean bl_ledger_drop_empty(BlSession *session,
                              const BlLedgerNames *names,
                              const BlLedger *ledger,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Records @name as applied in @batch; where the engine tells it, the id is the session's
 * inserted_id. Where the row may be put off, it is 0, and the journal row that links it must come
 * next. */
gboolean bl_ledger_insert(BlSession *session,
                          const BlLedgerNames *names,
                          const char *name,
                          gint64 batch,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes out one row. */
gboolean bl_ledger_delete(BlSession *session, const BlLedgerNames *names, gint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Adds a journal row by which the file as it is now counts as what was applied. */
gboolean bl_ledger_accept(BlSession *session,
                          const BlLedgerNames *names,
                          const BlLedgerRow *row,
                          const BlKnownMigration *file,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Gives a row another name (repair --rename), in the ledger and in its journal rows. */
gboolean bl_ledger_rename(BlSession *session,
                          const BlLedgerNames *names,
                          const char *from,
                          const char *to,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What goes into a journal row. Borrowed strings; each may be NULL but @name. */
typedef struct {
    const char *name;
    const char *raw_digest;
    const char *token_digest;
    gboolean is_down;
    gboolean is_load; /**< the mark of a load */
    BlJournalState state;
    gint64 statement;
    const char *message;
    gint64 duration_ms;
    gboolean links_ledger; /**< fill ledger_id with the newest ledger row of @name */
    gint64 ledger_id;      /**< that id where it is known, else 0: nothing is looked up then */
} BlJournalEntry;

/** Records @entry as applied in @batch: a ledger row of its name, and @entry as the journal row
 * that links it. In one statement where a commit is put off and the engine can. */
gboolean bl_ledger_record(BlSession *session,
                          const BlLedgerNames *names,
                          gint64 batch,
                          const BlJournalEntry *entry,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Adds a journal row. applied_by is "user@host". @param id out, may be NULL */
gboolean bl_journal_insert(BlSession *session,
                           const BlLedgerNames *names,
                           const BlJournalEntry *entry,
                           gint64 *id,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The id of the row that bl_journal_insert() added last, for @name. @param id out */
gboolean bl_journal_find_inserted(BlSession *session,
                                  const BlLedgerNames *names,
                                  const char *name,
                                  gint64 *id,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes the journal where it is missing and marks a load that begins. Call inside a write
 * transaction, which it commits.
 * @param what name of the snapshot, for people, raw_digest of its SQL, and as message the statement
 * that ends an undo, or NULL
 * @param id out: of the mark */
gboolean bl_journal_mark_load(BlSession *session,
                              const BlLedgerNames *names,
                              const BlLedger *ledger,
                              const BlJournalEntry *what,
                              gint64 *id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Sets digests, state, statement, message and duration of row @id; links the ledger row when the
 * entry says so. */
gboolean bl_journal_update(BlSession *session,
                           const BlLedgerNames *names,
                           gint64 id,
                           const BlJournalEntry *entry,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Sets only how many statements are done. */
gboolean bl_journal_progress(BlSession *session,
                             const BlLedgerNames *names,
                             gint64 id,
                             gint64 statement,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Deletes journal row @id. */
gboolean bl_journal_delete(BlSession *session,
                           const BlLedgerNames *names,
                           gint64 id,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Ends a load: takes its mark out. @param whole the journal holds nothing else and was made for
 * it: it goes as a whole */
gboolean bl_journal_unmark(BlSession *session,
                           const BlLedgerNames *names,
                           gint64 id,
                           gboolean whole,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Records the version of the ledger: the statement ahead of those that fill it in a snapshot. */
#define BL_LEDGER_FILL_VERSION "INSERT INTO {versions} (version) VALUES (2)"

/** A statement that makes one of the tables, for a snapshot. @param template a member of
 * BlLedgerText. g_free() */
char *bl_ledger_text(const BlEngine *engine, const BlLedgerNames *names, const char *template);

/** The statement that records @name in a snapshot, without delimiter. @param batch 0: a batch of
 * its own. g_free() */
char *bl_ledger_fill_statement(const BlEngine *engine,
                               const BlLedgerNames *names,
                               const char *name,
                               gint64 batch);

void bl_ledger_free(BlLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlLedger, bl_ledger_free)

G_END_DECLS

#endif
