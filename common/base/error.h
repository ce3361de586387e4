/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * @brief The one error domain: a code for what the user can do next, and where it happened.
 *
 * Layer: common/base. Used by: everything.
 * The codes are the exit codes of the tools. The message is one line in lower case without a full
 * stop; detail says which call failed, hint says what to do. No message may hold a password.
 */
#ifndef BL_COMMON_BASE_ERROR_H
#define BL_COMMON_BASE_ERROR_H

#include <glib.h>

G_BEGIN_DECLS

/** What went wrong, by what the user can do about it. The value is the exit code. */
typedef enum {
    BL_ERROR_USAGE = 2,       /**< wrong option, argument or configuration */
    BL_ERROR_CONNECT = 3,     /**< the database cannot be reached or opened */
    BL_ERROR_SQL = 4,         /**< the database rejected a statement */
    BL_ERROR_CONFLICT = 5,    /**< refused to protect data */
    BL_ERROR_IO = 6,          /**< file or disk */
    BL_ERROR_UNSUPPORTED = 7, /**< not supported by this engine, library or format */
    BL_ERROR_INTERNAL = 70,   /**< a bug of ours */
    BL_ERROR_CANCELLED = 130, /**< ended by a signal; see common/base/cancel.h for which */
} BlErrorCode;

#define BL_ERROR (bl_error_quark())

/** The error domain. @return its quark */
GQuark bl_error_quark(void);

/** The structured part of an error. Every string may be NULL; line and column count from 1, 0 =
 * unknown. */
typedef struct {
    char *file;     /**< the file that the position counts in */
    guint line;     /**< line in @file */
    guint column;   /**< column in @line, in bytes */
    char *object;   /**< the object concerned, as "kind name" */
    char *sqlstate; /**< five characters, or the engine's own code as text */
    char *detail;   /**< the call that failed, the server's detail */
    char *hint;     /**< what to do next */
} BlErrorInfo;

/**
 * The structured part of @error.
 * @return borrowed from @error; NULL when @error is not of BL_ERROR
 */
const BlErrorInfo *bl_error_info(const GError *error);

/** Sets where it happened, unless a position is set already (the innermost one is the true one).
 * @error may be NULL or of another domain: nothing happens. @file is copied. */
void bl_error_set_position(GError *error, const char *file, guint line, guint column);

/** Sets the hint unless there is one. printf-like. @error may be NULL. */
void bl_error_set_hint(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Sets the detail unless there is one. printf-like. @error may be NULL. */
void bl_error_set_detail(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Sets the engine's code (SQLSTATE or number) unless there is one. @error may be NULL. */
void bl_error_set_sqlstate(GError *error, const char *sqlstate);

/** Sets the object concerned, for example "view v_active", unless there is one. @error may be NULL.
 */
void bl_error_set_object(GError *error, const char *object);

/**
 * Makes an error and its hint in one call.
 * @param error out, may be NULL
 * @param code the exit code
 * @param hint what to do next, or NULL
 * @param format the message, printf-like
 */
void bl_error_set(GError **error, BlErrorCode code, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/** An I/O error from errno: "cannot VERB "PATH": REASON", code BL_ERROR_IO.
 * Call it before errno can change. */
void bl_error_set_errno(GError **error, const char *verb, const char *path, int errnum);

/** The exit code for @error: its code in our domain, 70 for any other domain, 0 for NULL. */
int bl_error_exit_code(const GError *error);

G_END_DECLS

#endif
