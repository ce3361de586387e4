/* SPDX-License-Identifier: MIT */
/**
 * @file line_ends.h
 * @brief What git's line ends do to a snapshot that holds carriage returns, as functions and views
 * from other systems do.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_LINE_ENDS_H
#define BL_SQUASH_LINE_ENDS_H

#include <glib.h>

G_BEGIN_DECLS

/** Would git keep a snapshot with this text as it is? Under "text" in .gitattributes or
 * core.autocrlf it drops the CR of CR LF, and nobody could load what it gives back. Where git does
 * not answer nothing is wrong. See gitattributes(5).
 * @param root the project's folder @param label of the SQL, from there; it need not exist
 * @return FALSE: BL_ERROR_CONFLICT with what to do */
gboolean bl_line_ends_check(const char *root,
                            const char *label,
                            const char *sql,
                            gsize len,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
