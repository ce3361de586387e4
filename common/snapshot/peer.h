/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * @brief The bookkeeping table of another migration tool: how it is read, and kept in step with the
 * ledger.
 *
 * Sources, compared with these tables: dbmate pkg/driver/<engine>/<engine>.go; golang-migrate
 * database/<engine>/<engine>.go (SetVersion, ensureVersionTable); goose
 * internal/dialects/<engine>.go, provider.go; Diesel
 * diesel/src/migration/setup_migration_table.sql, diesel_migrations/src/ migration_harness.rs;
 * Flyway JdbcTableSchemaHistory.java, <Engine>Database.java (getRawCreateScript),
 * CoreMigrationType.java, BaselineMigrationType.java; Prisma schema-engine
 * sql-schema-connector/src/flavour/<engine>.rs (create_migrations_table, load_migrations_table),
 * sql_migration_persistence.rs; sqlx sqlx-<engine>/src/migrate.rs; Rails
 * activerecord/lib/active_record/schema_migration.rb.
 *
 * Layer: common/snapshot. Includes: common/engine. One const BlPeer per tool; what differs by
 * engine is in BlLedgerText.peers. Only what the tool reads back is written: no clock, no duration,
 * no user.
 */
#ifndef BL_COMMON_SNAPSHOT_PEER_H
#define BL_COMMON_SNAPSHOT_PEER_H

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

enum {
    BL_PEER_SINGLE = 1 << 0,  /**< one row: the newest version. All older ones count as applied */
    BL_PEER_NUMBERS = 1 << 1, /**< versions are numbers that are stored as text: 001 is 1 */
};

/** How one tool keeps its books. Templates: {table}, and literals {version}, {title}, {script},
 * {checksum}, {blob} (the checksum as bytes), {id} (a UUID made from the version), {type}. */
typedef struct {
    const char *name;  /**< "dbmate": also the convention's name where there is one */
    const char *table; /**< its default name */
    guint traits;
    guint columns;      /**< how many the table has, where another tool's has the same name; the row
                           is then the version and perhaps "dirty". 0: any */
    const char *read;   /**< columns: version, script, title, checksum, state, type; in the order in
                           which they were applied. {hex} reads bytes. */
    const char *init;   /**< what a new table holds besides; NULL: nothing */
    const char *insert; /**< NULL: never written */
    const char *remove;
} BlPeer;

typedef enum {
    BL_PEER_APPLIED,
    BL_PEER_REACHED, /**< applied, and so is everything older */
    BL_PEER_FAILED,  /**< stopped half-way */
    BL_PEER_GONE,    /**< taken back */
} BlPeerState;

/** One migration as the tool knows it. Each text may be NULL. */
typedef struct {
    char *version;
    char *script;
    char *title;
    char *checksum; /**< as BlMigration.checksum */
    char *type;
    BlPeerState state;
} BlPeerRow;

/** The table as read: one row per migration, as it stands now. */
typedef struct {
    const BlPeer *peer;
    gboolean exists;
    char *schema;       /**< that holds it, where the engine has schemas; NULL: not known */
    GPtrArray *rows;    /**< BlPeerRow *, applied and reached only, in the order of the table */
    GHashTable *by_key; /**< version, or script -> BlPeerRow *, the same */
    BlPeerRow *failed;  /**< one that stopped half-way; NULL: none */
} BlPeerTable;

/** @return the tool of that name that has a table; NULL: none. Static. */
const BlPeer *bl_peer_find(const char *name);

/** Reads the table; one that is missing is empty. @param table its name
 * @return bl_peer_table_free(); NULL: BL_ERROR_CONFLICT where it is another tool's */
BlPeerTable *bl_peer_read(BlSession *session, const BlPeer *peer, const char *table, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** An empty one, for tests of pure code. */
BlPeerTable *bl_peer_table_new(const BlPeer *peer);

/** Adds a row as a table has it: a later one of the same migration takes the place of the earlier.
 * Takes @row over. */
void bl_peer_table_take(BlPeerTable *table, BlPeerRow *row);

/** Makes the table as the tool does. Inside a write transaction. BL_ERROR_UNSUPPORTED where the
 * tool does not know the engine. */
gboolean bl_peer_create(BlSession *session, const BlPeer *peer, const char *table, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Drops a table without rows: a load replaces it. */
gboolean bl_peer_drop_empty(BlSession *session,
                            const BlPeerTable *read,
                            const char *table,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Records a migration. With BL_PEER_SINGLE the row moves up, never down. Inside the transaction of
 * the migration. */
gboolean bl_peer_insert(BlSession *session,
                        const BlPeer *peer,
                        const char *table,
                        const BlPeerRow *row,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes a migration out. @param previous with BL_PEER_SINGLE: the version that is the newest from
 * now on; NULL: none */
gboolean bl_peer_remove(BlSession *session,
                        const BlPeer *peer,
                        const char *table,
                        const BlPeerRow *row,
                        const char *previous,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The statement that makes @table, for a snapshot. @return g_free(); NULL: the engine has none */
char *bl_peer_create_statement(const BlEngine *engine, const BlPeer *peer, const char *table);

/** The statements that fill it for a snapshot, in an order that depends on the versions only.
 * @return GPtrArray of char *, owned */
GPtrArray *
bl_peer_fill_statements(const BlEngine *engine, const BlPeerTable *read, const char *table);

/** Order of two versions: numbers between dots by value. */
int bl_peer_compare_versions(const char *a, const char *b);

void bl_peer_row_free(BlPeerRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlPeerRow, bl_peer_row_free)
void bl_peer_table_free(BlPeerTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlPeerTable, bl_peer_table_free)

G_END_DECLS

#endif
