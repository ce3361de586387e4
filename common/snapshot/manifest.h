/* SPDX-License-Identifier: MIT */
/**
 * @file manifest.h
 * @brief The .meta.json beside a snapshot: version 1 as AdonisJS Lucid 22 writes it, and our own
 * keys.
 *
 * Layer: common/snapshot. Libraries: jansson.
 */
#ifndef BL_COMMON_SNAPSHOT_MANIFEST_H
#define BL_COMMON_SNAPSHOT_MANIFEST_H

#include "common/schema/catalog.h"

#include <glib.h>

G_BEGIN_DECLS

/** Largest manifest that is read, in bytes. */
#define BL_MANIFEST_LIMIT ((gsize)64 * 1024 * 1024)

/** Digests of a migration's up part. Both may be NULL (unknown). */
typedef struct {
    char *raw;   /**< "raw:" + 64 digits: line ends folded */
    char *token; /**< "t1:" + 64 digits */
} BlMigrationDigest;

/** A migration that is on disk, as far as a snapshot must know it. Borrowed strings. */
typedef struct {
    const char *name;
    const char *raw_digest;   /**< "raw:…" */
    const char *token_digest; /**< "t1:…"; NULL for a file in a foreign language */
    gboolean foreign;         /**< it is in one */
} BlKnownMigration;

/** Whether @file is a foreign one in the place of one in SQL: the same migration for another tool,
 * which a squash leaves. @param token the digest of the one in SQL; NULL: it was none, or unknown
 */
gboolean bl_known_migration_is_twin(const BlKnownMigration *file, const char *token);

/** Whether @file is another text than the one that was @raw and @token (NULL: unknown). Tokens
 * decide where both have them; a twin is no other text. */
gboolean
bl_known_migration_differs(const BlKnownMigration *file, const char *raw, const char *token);

/** A table whose rows a snapshot carries. */
typedef struct {
    char *name; /**< "schema.name" */
    guint64 rows;
} BlCarriedTable;

/** A manifest in memory. */
typedef struct {
    char *generated_at; /**< ISO 8601, UTC, milliseconds, as Lucid writes it */
    char *connection;
    char *dump_path;      /**< label, as given */
    char *ledger;         /**< schemaTableName */
    char *versions;       /**< schemaVersionsTableName */
    GPtrArray *squashed;  /**< char *, in order; see bl_manifest_add_squashed() */
    GHashTable *names;    /**< set of those */
    guint format_version; /**< 0: none (Lucid wrote it) */
    char *engine;         /**< "sqlite"; NULL: none */
    char *flavour;
    char *lowest_version;
    char *dump_digest;     /**< "sha256:" + 64 digits; NULL: none */
    char *schema_digest;   /**< "FAMILY:" + 64 digits; NULL: none */
    GHashTable *digests;   /**< name -> BlMigrationDigest */
    GPtrArray *excluded;   /**< char *: globs given with --exclude */
    GPtrArray *skipped;    /**< char *: labels left out by --skip-… */
    GPtrArray *schemas;    /**< char *: only these schemas, given with --schema; empty: all */
    gboolean keep_batches; /**< dumped with the database's own batch numbers */
    gboolean with_owner, with_acl, keep_definer; /**< dumped with these options */
    GPtrArray *data; /**< BlCarriedTable *: the tables whose rows the snapshot carries */
    void *source;    /**< json_t *: what the engine says of where the snapshot comes from: an object
                        of texts and lists of texts; NULL: nothing */
    char *tool_table; /**< the bookkeeping table of another tool that the snapshot carries; NULL:
                         none */
    void *rest;       /**< json_t *: unknown keys and "proof", kept on rewrite */
} BlManifest;

BlManifest *bl_manifest_new(void);

/** Parses a manifest. @param name for messages. @return bl_manifest_free(); NULL: BL_ERROR_CONFLICT
 * with file, line and column where known (broken JSON, wrong type, nesting too deep, unknown
 * version) */
BlManifest *bl_manifest_parse(const char *text, gsize len, const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Reads and parses @path. A missing file is BL_ERROR_IO. */
BlManifest *bl_manifest_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return the JSON text: two-space indent, final newline, one name per line; g_free() */
char *bl_manifest_format(const BlManifest *manifest);

/** The manifest's path for a snapshot's: ".sql" or ".sql.gz" replaced by ".meta.json", else
 * appended. g_free() */
char *bl_manifest_path(const char *sql_path);

/** @return the digests of @name, NULL when there are none. Borrowed. */
const BlMigrationDigest *bl_manifest_digest(const BlManifest *manifest, const char *name);

/** Sets the digests of @name; strings are copied, each may be NULL. */
void
bl_manifest_set_digest(BlManifest *manifest, const char *name, const char *raw, const char *token);

/** Takes over from @from what says where and when a snapshot was made, and not what it holds: two
 * databases of one schema differ in it. */
void bl_manifest_keep_origin(BlManifest *manifest, const BlManifest *from);

/** Takes over the keys of @from that this code does not know; its proof only when both speak of the
 * same SQL. */
void bl_manifest_take_over(BlManifest *manifest, const BlManifest *from);

/** Adds a copy of @name behind the squashed ones. */
void bl_manifest_add_squashed(BlManifest *manifest, const char *name);

/** Adds a carried table; @name is copied. */
void bl_manifest_add_data(BlManifest *manifest, const char *name, guint64 rows);

/** Sets the member "source" from the facts of a catalog, sorted. */
void bl_manifest_set_source(BlManifest *manifest, const BlCatalog *catalog);

/** @return TRUE when @name is squashed into it */
gboolean bl_manifest_has(const BlManifest *manifest, const char *name);

/** Fails with BL_ERROR_CONFLICT that names the first field that differs: connection, engine,
 * ledger, versions.
 * @param connection NULL: not compared. */
gboolean bl_manifest_check_identity(const BlManifest *manifest,
                                    const char *connection,
                                    const char *engine,
                                    const char *ledger,
                                    const char *versions,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The time for generatedAt: SOURCE_DATE_EPOCH if set, else now. @return
 * "2026-11-21T02:23:28.415Z"; g_free(). NULL: BL_ERROR_USAGE, the variable is no time */
char *bl_manifest_now(GError **error);

void bl_manifest_free(BlManifest *manifest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlManifest, bl_manifest_free)

void bl_migration_digest_free(BlMigrationDigest *digest);

G_END_DECLS

#endif
