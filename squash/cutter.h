/* SPDX-License-Identifier: MIT */
/**
 * @file cutter.h
 * @brief Cuts a file with both directions in it at the comments that mark them.
 *
 * Layer: squash; not installed. For the conventions whose files are marked.
 */
#ifndef BL_SQUASH_CUTTER_H
#define BL_SQUASH_CUTTER_H

#include "squash/convention.h"

#include "common/sql/lexer.h"

G_BEGIN_DECLS

typedef struct BlCutter BlCutter;

/** A file that is being cut. Zero is the default of what is not said to be given. */
struct BlCutter {
    const char *text;                                        /**< given */
    gsize len;                                               /**< given */
    BlMigration *migration;                                  /**< given */
    const char *first;                                       /**< given: "-- migrate:up" */
    void (*comment)(BlCutter *cutter, const BlToken *token); /**< given: takes a comment */
    BlSection *section;                                      /**< the one that is open */
    gsize started;                                           /**< where its text starts */
    gsize head;                                              /**< bytes before the first one */
};

/** Says what is wrong at byte @at, unless something is. */
void bl_cutter_fail(BlCutter *cutter, gsize at, const char *hint, const char *message);

/** Opens @section behind the mark @token; the one that was open ends at it. */
void bl_cutter_open(BlCutter *cutter, BlSection *section, const BlToken *token);

/** Cuts the file. @return FALSE: it is no text, and nothing was cut */
gboolean bl_cutter_run(BlCutter *cutter, const BlDialect *dialect);

G_END_DECLS

#endif
