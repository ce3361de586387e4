/* SPDX-License-Identifier: MIT */
/**
 * @file failure.h
 * @brief What engines say alike when something fails or is refused.
 *
 * Layer: common/engine, for the engines.
 */
#ifndef BL_COMMON_ENGINE_FAILURE_H
#define BL_COMMON_ENGINE_FAILURE_H

#include "common/sql/script.h"

#include <glib.h>

G_BEGIN_DECLS

/** @text of a server in one line: controls as one blank, valid UTF-8, nothing blank at the end.
 * @return g_free() */
char *bl_one_line(const char *text);

/** Fails with what it means that the connection was lost while COMMIT was under way.
 * @param why what said so; taken. @return FALSE always */
gboolean bl_fail_commit(GError *why, GError **error);

/** Fails with where an item of a script stands that is not run.
 * @param script its name, or NULL
 * @param why taken; NULL: it is a line for a client program. @return FALSE always */
gboolean bl_fail_item(const char *script, const BlItem *item, GError *why, GError **error);

G_END_DECLS

#endif
