/* SPDX-License-Identifier: MIT */
/**
 * @file pair.h
 * @brief The two files of a snapshot, written so that a crash leaves the old pair or the new one.
 *
 * Layer: common/snapshot.
 * Both new files are staged beside the old ones (".baseline-new") and flushed; then the manifest is
 * renamed into place, which is the point of no return, then the SQL. Between the two renames the
 * new SQL stands in its staged file, with the digest that the manifest names: bl_pair_recover()
 * finishes what is left to do, or throws an unfinished stage away.
 */
#ifndef BL_COMMON_SNAPSHOT_PAIR_H
#define BL_COMMON_SNAPSHOT_PAIR_H

#include "common/base/report.h"

#include <glib.h>

G_BEGIN_DECLS

/** Which of the two files are there. */
typedef enum { BL_PAIR_NONE, BL_PAIR_BOTH, BL_PAIR_SQL_ONLY, BL_PAIR_MANIFEST_ONLY } BlPairState;

BlPairState bl_pair_state(const char *sql_path);

/**
 * Finishes or takes back a write that was killed; waits for one that is at work. Call it before the
 * pair is read, without bl_pair_lock(). Writes only file names of the pair itself. Reports what it
 * did as a warning.
 * @return FALSE: BL_ERROR_CONFLICT when a half pair is left and cannot be finished (read-only
 * folder, foreign digest); BL_ERROR_IO; as bl_pair_lock()
 */
gboolean bl_pair_recover(const char *sql_path,
                         const BlReporter *reporter,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Are the two names free, or those of files (links are followed)? A folder, a device or a pipe is
 * never replaced, nor is an SQL file without a manifest that is no snapshot. @return FALSE:
 * BL_ERROR_IO, BL_ERROR_CONFLICT */
gboolean bl_pair_check_place(const char *sql_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Puts both files in place, durable. Call it with bl_pair_lock().
 * @param bytes of the .sql as it stands on the disk (packed when the name says .gz)
 * @param manifest the JSON text
 * @return FALSE: BL_ERROR_IO; the old pair is as it was
 */
gboolean bl_pair_write(const char *sql_path,
                       const char *bytes,
                       gsize len,
                       const char *manifest,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The SQL text of a snapshot, unpacked, with its digest.
 * @param limit largest size accepted; @param digest out, may be NULL: "sha256:" + 64 digits;
 * g_free()
 * @return g_free(); NULL: BL_ERROR_IO */
char *bl_pair_read_sql(const char *sql_path, gsize *len, char **digest, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** The digest of the unpacked SQL: "sha256:" + 64 digits; g_free(); NULL: BL_ERROR_IO. Bounded
 * memory. */
char *bl_pair_digest(const char *sql_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Is the SQL, unpacked, the one of @digest but for line ends of CR LF, as git makes them under
 * core.autocrlf? Ask when its digest is another. @param digest as a manifest has it, may be NULL
 * @return FALSE also when the file cannot be read */
gboolean bl_pair_has_crlf(const char *sql_path, const char *digest);

/** Refuses a snapshot for that: BL_ERROR_CONFLICT of @label, with what to do. */
void bl_pair_refuse_crlf(const char *label, GError **error);

/** "sha256:" + digest of @len bytes; g_free() */
char *bl_pair_digest_of(const char *sql, gsize len);

G_END_DECLS

#endif
