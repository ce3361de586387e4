/* SPDX-License-Identifier: MIT */
/**
 * @file file.h
 * @brief Whole files: bounded reading, and writing that survives a crash.
 *
 * Layer: common/base. Paths are bytes as the system has them.
 */
#ifndef BL_COMMON_BASE_FILE_H
#define BL_COMMON_BASE_FILE_H

#include <glib.h>

G_BEGIN_DECLS

/** Reads a whole regular file.
 * @param limit largest size in bytes that is accepted; a larger file is BL_ERROR_IO
 * @param len_out out, may be NULL: bytes read (the text has a NUL after them)
 * @return g_free(); NULL: BL_ERROR_IO with the path and the reason */
char *bl_file_read(const char *path, gsize limit, gsize *len_out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** The part of @path behind @folder, by their texts alone: links and dots are not looked at. A
 * slash at the end of @folder does not count.
 * @return in @path, without a leading slash, "" for the folder itself; NULL: it is not in it */
const char *bl_path_below(const char *path, const char *folder);

/** @return TRUE when @path names something (a dangling link does not count) */
gboolean bl_file_exists(const char *path);

/** Writes @len bytes to @path (made or truncated) and flushes them to the disk (fsync).
 * Nothing else is replaced: use it for a staged file that bl_file_rename() puts in place.
 * On failure the file is removed. Mode 0666 less the umask. */
gboolean bl_file_write_staged(const char *path, const void *bytes, gsize len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Renames @from over @to; when @durable, flushes the folder so that the new name survives a crash.
 */
gboolean bl_file_rename(const char *from, const char *to, gboolean durable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Is the name free, or that of a file (links are followed)? What is renamed over a device or a
 * pipe would take its place. @return FALSE: BL_ERROR_IO, for these and for a folder */
gboolean bl_file_check_place(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Where a link leads, so that the file can be replaced and the link stays. At most a few steps: a
 * circle ends as it is. @return g_free(); @path itself when it is no link */
char *bl_file_follow_links(const char *path);

/** Writes @path so that a crash leaves the old bytes or the new ones: staged beside it, flushed,
 * renamed, folder flushed. */
gboolean bl_file_write_atomic(const char *path, const void *bytes, gsize len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** The same for what need not survive a crash of the machine: nothing is flushed. */
gboolean bl_file_write_ephemeral(const char *path, const void *bytes, gsize len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Makes @path with @len bytes; fails with BL_ERROR_CONFLICT when it is there already. */
gboolean bl_file_write_new(const char *path, const void *bytes, gsize len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Removes a file; one that is not there is no error. */
gboolean bl_file_remove(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Flushes the folder of @path, so that a name that was made or removed there stays so after a
 * crash of the machine. A file system that cannot do that is no error. */
gboolean bl_file_flush_folder(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Flushes what the file holds. A file system that cannot do that is no error. */
gboolean bl_file_flush(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes the folder of @path and its parents (mode 0777 less the umask); new ones outlive a crash
 * of the machine. */
gboolean bl_file_make_parent(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Copies the file behind @source, all of it, to @to (which must not exist), sharing blocks where
 * the file system can (FICLONE), else by copy_file_range or read/write; flushes @to when @durable,
 * but not its folder. A failed copy is removed.
 * @param source stays open; @param from its name, for messages */
gboolean bl_file_copy_open(int source,
                           const char *from,
                           const char *to,
                           gboolean durable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** bl_file_copy_open() with a descriptor of its own. */
gboolean bl_file_copy(const char *from, const char *to, gboolean durable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
