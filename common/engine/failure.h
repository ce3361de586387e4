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

/** Fails with why a clone cannot be made.
 * @param hint may be NULL. @return FALSE always */
gboolean bl_fail_clone(const char *name, const char *hint, const char *why, GError **error);

/** What stands where a clone is to be. */
typedef enum {
    BL_CLONE_ITSELF,   /**< the database that is cloned */
    BL_CLONE_THERE,    /**< any, and none may be replaced */
    BL_CLONE_NOT_OURS, /**< one without a mark */
    BL_CLONE_USED,     /**< a clone that somebody uses */
} BlCloneObstacle;

/** bl_fail_clone() for what is in the way. @param remove how a database goes: "drop" */
gboolean
bl_fail_clone_place(const char *name, BlCloneObstacle obstacle, const char *remove, GError **error);

G_END_DECLS

#endif
