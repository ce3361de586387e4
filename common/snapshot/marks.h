/* SPDX-License-Identifier: MIT */
/**
 * @file marks.h
 * @brief Conflict marks that a merge left in a file of a snapshot.
 *
 * Layer: common/snapshot.
 */
#ifndef BL_COMMON_SNAPSHOT_MARKS_H
#define BL_COMMON_SNAPSHOT_MARKS_H

#include <glib.h>

G_BEGIN_DECLS

/** Lines that begin with "<<<<<<< ", "=======" and ">>>>>>> ", one behind the other.
 * @param text need not end with a NUL
 * @return the line of the first one, from 1; 0 when there are none */
guint bl_marks_find(const char *text, gsize len);

/** The same of the SQL of a snapshot, unpacked. Ask when its digest is not the manifest's: a text
 * may hold such lines. @return 0 also when the file cannot be read */
guint bl_marks_find_in(const char *sql_path);

/** Refuses a snapshot for them: BL_ERROR_CONFLICT at line @line of @label, with what to do. */
void bl_marks_refuse(const char *label, guint line, GError **error);

G_END_DECLS

#endif
