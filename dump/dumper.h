/* SPDX-License-Identifier: MIT */
/**
 * @file dumper.h
 * @brief Makes a snapshot of a database: the SQL text and the manifest, in memory, then on disk.
 *
 * Layer: dump. Includes: common. Everything is read in one transaction; nothing is written to the
 * database.
 */
#ifndef BL_DUMP_DUMPER_H
#define BL_DUMP_DUMPER_H

#include "common/engine/engine.h"
#include "common/schema/catalog.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** What to dump. Borrowed. */
typedef struct {
    const char *connection; /**< the connection's name, for the manifest */
    BlLedgerNames names;
    const char *label;       /**< dumpPath of the manifest: the path as given */
    BlFilter filter;         /**< what is ours, and --exclude */
    const char *const *data; /**< tables whose rows are carried, "name" or "schema.name";
                                NULL-terminated, may be NULL */
    gboolean keep_batches;
    const char *const *schemas; /**< what --schema named, for the manifest; may be NULL */
    gboolean text_only;  /**< only the SQL is wanted: the manifest stays without digests, which cost
                            a third of the time */
    gboolean keeps_data; /**< rows of tables that @old carries are carried too, as far as the
                            tables are there: nothing else may have them any more */
    gboolean guards_data; /**< where such a table is not there any more, and no other table of @data
                             takes its place: BL_ERROR_CONFLICT instead of a warning */
    gboolean tolerant_data; /**< tables of @data that are not there are passed over (a check says so
                               itself) */
    gboolean only_compares; /**< nothing is written: rows of @old that would be lost are not */
    BlIntrospectOptions introspect;  /**< @skipped is set by the dumper */
    const BlKnownMigration *history; /**< the migrations on disk in history order */
    gsize n_history;
    GHashTable *ran; /**< names of migrations that ran as their files are now, whatever @old says;
                        NULL: none is known to */
    const BlManifest *old; /**< the manifest that is replaced, or NULL: names whose files are gone
                              keep its order */
    gboolean
        guards_old; /**< bl_dump_write() refuses when @old is no longer what is to be replaced */
    BlSession *rows_session; /**< another database of the same schema, whose rows are carried; NULL:
                                the one that is dumped */
    const BlReporter *reporter;
} BlDumpOptions;

/** How many objects of a kind. */
typedef struct {
    const BlKind *kind;
    guint count;
} BlKindCount;

/** A snapshot in memory. */
typedef struct {
    BlCatalog *catalog;
    GString *sql;
    BlManifest *manifest;
    GArray *counts;     /**< BlKindCount, in the order of the kinds */
    GPtrArray *skipped; /**< char *: labels of what was left out */
    char *replaced;     /**< text of the manifest that may be replaced, "" for none; NULL: any */
} BlDump;

/**
 * Reads the database and makes the snapshot.
 * @return bl_dump_free(); NULL: BL_ERROR_CONFLICT when a migration is unfinished; BL_ERROR_USAGE
 * for a table of
 * @data that is not there; what the engine's introspection says
 */
BlDump *bl_dump_build(BlSession *session,
                      const BlDumpOptions *options,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Writes the pair unless both files hold this snapshot already; then neither is touched.
 * @param sql_path absolute; ".gz" at its end packs
 * @param changed out, may be NULL
 * @return FALSE: BL_ERROR_IO, BL_ERROR_CONFLICT (a half pair that cannot be finished; another
 * manifest than the one that was to be replaced); the old pair is intact
 */
gboolean bl_dump_write(BlDump *dump,
                       const char *sql_path,
                       const BlReporter *reporter,
                       gboolean *changed,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when it makes nothing and names no migration */
gboolean bl_dump_is_empty(const BlDump *dump);

/**
 * What the files at @sql_path differ in from this snapshot; generatedAt does not count.
 * @return GPtrArray of BlDifference (kind, name, what), empty when nothing differs; NULL:
 * BL_ERROR_IO, BL_ERROR_CONFLICT
 */
GPtrArray *bl_dump_check(BlSession *session,
                         const BlDump *dump,
                         const char *sql_path,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The catalog as JSON, documented in schema-dump(1). @return g_free(); NULL: BL_ERROR_UNSUPPORTED
 * for text that is not UTF-8 */
char *bl_dump_format_json(const BlDump *dump,
                          const BlEngine *engine,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes @text to @path so that a crash leaves the old file or the new one; follows links.
 * @return FALSE: BL_ERROR_CONFLICT: a file is there that is no such JSON; BL_ERROR_IO */
gboolean
bl_dump_write_json(const char *path, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_dump_free(BlDump *dump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlDump, bl_dump_free)

G_END_DECLS

#endif
