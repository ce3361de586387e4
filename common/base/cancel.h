/* SPDX-License-Identifier: MIT */
/**
 * @file cancel.h
 * @brief The wish to end early: set by a signal handler, asked between steps and inside long calls.
 *
 * Layer: common/base. One flag per process; setting it is async-signal-safe.
 */
#ifndef BL_COMMON_BASE_CANCEL_H
#define BL_COMMON_BASE_CANCEL_H

#include <glib.h>

G_BEGIN_DECLS

/** Installs handlers for SIGINT and SIGTERM that set the flag; a second signal ends the process at
 * once. */
void bl_cancel_install(void);

/** Sets the flag. @param signum the signal, for the exit code. Async-signal-safe. */
void bl_cancel_request(int signum);

/** Takes the wish back (programs that go on after a cancelled run; tests). */
void bl_cancel_clear(void);

/** @return the signal number, 0 when nobody asked to end */
int bl_cancel_requested(void);

/** Fails with BL_ERROR_CANCELLED when somebody asked to end. */
gboolean bl_cancel_check(GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
