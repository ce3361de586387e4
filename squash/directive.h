/* SPDX-License-Identifier: MIT */
/**
 * @file directive.h
 * @brief "-- migrate:…" in the head of a migration, whatever the convention.
 *
 * Layer: squash. Pure.
 *   -- migrate:transaction false        run statement by statement
 *   -- migrate:lock_timeout 5s          longest wait for a lock in a statement
 *   -- migrate:statement_timeout 1min   longest run of a statement
 *   -- migrate:repeat                   the next statement again and again until it touches no row
 * The first three stand before the first statement, or as NAME:VALUE behind a marker
 * (-- migrate:up transaction:false lock_timeout:5s).
 */
#ifndef BL_SQUASH_DIRECTIVE_H
#define BL_SQUASH_DIRECTIVE_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** The directives that there are, for hints. */
#define BL_DIRECTIVES "transaction, lock_timeout, statement_timeout and repeat are known"

/** Applies "NAME:VALUE" words. @return FALSE with *bad set to the word that is none: g_free() */
gboolean bl_directive_options(BlSection *section, const char *words, char **bad);

/** @return TRUE when @text, what follows "-- migrate:", is one of the directives above */
gboolean bl_directive_is_known(const char *text, gsize len);

/** Reads the directives in @text, a part of a file that begins in @line at byte @offset, into
 * @section; sets @problem for one that is unknown, wrong or out of place.
 * @param role BL_FILE_UP or BL_FILE_DOWN: the marker that may stand in the head; BL_FILE_NONE: none
 * @param label of the file */
void bl_directive_read(BlSection *section,
                       BlFileRole role,
                       const BlDialect *dialect,
                       const char *label,
                       GError **problem);

/** The same for what stands before the first marker: @head applies to @section. */
void bl_directive_read_head(BlSection *section,
                            const char *head,
                            gsize len,
                            const BlDialect *dialect,
                            const char *label,
                            GError **problem);

G_END_DECLS

#endif
