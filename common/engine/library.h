/* SPDX-License-Identifier: MIT */
/**
 * @file library.h
 * @brief A client library that is loaded when the first session that needs it is opened, so that
 * nobody else pays its start-up.
 *
 * Layer: common/engine, for the engines. The library stays loaded until the process ends.
 */
#ifndef BL_COMMON_ENGINE_LIBRARY_H
#define BL_COMMON_ENGINE_LIBRARY_H

#include <glib.h>

G_BEGIN_DECLS

/** Where a function of the library goes. */
typedef struct {
    const char *name;
    gsize offset; /**< of its pointer in the table */
} BlLibraryFunction;

/** An element of BlLibrary.functions: the pointer has the function's own name. */
/* clang-format off */
#define BL_LIBRARY_FUNCTION(Table, function) { #function, G_STRUCT_OFFSET(Table, function) }
/* clang-format on */

/** What to load, and where to. */
typedef struct {
    const char *file;    /**< name of the shared library, with its version */
    const char *users;   /**< what cannot be reached without it, for messages: "X and Y need" */
    const char *install; /**< hint when there is none */
    const char *renew;   /**< hint when one of the functions is missing */
    const BlLibraryFunction *functions;
    gsize n_functions;
    void *table; /**< a struct of function pointers, all NULL until they are found; changed only
                    when all are */
    gsize size;  /**< of the struct */
} BlLibrary;

/** Loads it unless it is loaded; from any thread. @return FALSE: BL_ERROR_UNSUPPORTED that says
 * what to install */
gboolean bl_library_load(const BlLibrary *library, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
