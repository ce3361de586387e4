/* SPDX-License-Identifier: MIT */
/**
 * @file reading.h
 * @brief What another connection reads of the files of this one: its own dialect, convention and
 * folders say so.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_READING_H
#define BL_SQUASH_READING_H

#include "squash/history.h"

#include "common/project/project.h"

#include <glib.h>

G_BEGIN_DECLS

/** NULL stands for one that reads just what this connection reads. */
typedef struct BlReading BlReading;

/** @return bl_reading_free(); NULL: @other reads the same, or its files cannot be read, so that it
 * is taken to need them all */
BlReading *
bl_reading_new(const BlProject *project, const BlConnection *self, const BlConnection *other);

/** The migrations of the other connection that one of the files of @migration belongs to.
 * @return GPtrArray of const BlMigration *, without one where it has none of the files;
 * g_ptr_array_unref() */
GPtrArray *bl_reading_find(const BlReading *reading, const BlMigration *migration);

void bl_reading_free(BlReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlReading, bl_reading_free)

G_END_DECLS

#endif
