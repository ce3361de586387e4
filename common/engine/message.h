/* SPDX-License-Identifier: MIT */
/**
 * @file message.h
 * @brief Statements of a script that go to a server together, and where each of them came from.
 *
 * Layer: common/engine, for the engines that have a server.
 */
#ifndef BL_COMMON_ENGINE_MESSAGE_H
#define BL_COMMON_ENGINE_MESSAGE_H

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/** A statement in a message. */
typedef struct {
    gsize start; /**< in the message */
    gsize len;
    guint line, column; /**< in the script */
    guint traits;
    gboolean starts_copy; /**< as BlItem */
    gboolean is_ours;     /**< not of the script: the engine added it */
    gint64 rows;          /**< that it changed, when it is done */
} BlPlace;

/** What is gathered. bl_message_init(), bl_message_clear(). */
typedef struct {
    const char *name; /**< of the script, or NULL; borrowed */
    GString *text;
    GArray *places; /**< BlPlace */
    guint done;     /**< places that were answered */
} BlMessage;

void bl_message_init(BlMessage *message, const char *name);
void bl_message_clear(BlMessage *message);

/** Forgets the statements. */
void bl_message_reset(BlMessage *message);

/** Appends a statement. @param separator put between two. @return its place */
BlPlace *
bl_message_add(BlMessage *message, const char *separator, const BlItem *item, guint traits);

/** Place @i, the last one for any number behind it; there must be one. */
BlPlace *bl_message_place(const BlMessage *message, guint i);

/** The statement as callbacks see it. */
BlItem bl_message_item(const BlMessage *message, const BlPlace *place);

/** Says in @error where byte @offset of a statement is in the script. */
void bl_message_locate(const BlMessage *message, const BlPlace *place, gsize offset, GError *error);

/** Fails at the first statement that is not answered. @return FALSE always */
gboolean
bl_message_fail(const BlMessage *message, const char *hint, const char *what, GError **error);

/** Tells the reporter and the callback of @run what was answered. The answer must be over: the
 * callback may use the session. @param started monotonic. @return FALSE: the callback's error */
gboolean bl_message_tell(const BlMessage *message,
                         const BlReporter *reporter,
                         const BlScriptRun *run,
                         gint64 started,
                         GError **error);

G_END_DECLS

#endif
