/* SPDX-License-Identifier: MIT */
/**
 * @file scaffold.h
 * @brief The text of a new migration, from its name.
 *
 * Layer: squash. Pure.
 */
#ifndef BL_SQUASH_SCAFFOLD_H
#define BL_SQUASH_SCAFFOLD_H

#include "common/sql/dialect.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum { BL_SCAFFOLD_PLAIN, BL_SCAFFOLD_CREATE, BL_SCAFFOLD_ALTER } BlScaffoldKind;

/** What a name says. */
typedef struct {
    BlScaffoldKind kind;
    char *table;  /**< NULL for plain */
    char *column; /**< add_COLUMN_to_TABLE, remove_COLUMN_from_TABLE: the column; else NULL */
    gboolean removes;
} BlScaffold;

void bl_scaffold_clear(BlScaffold *scaffold);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlScaffold, bl_scaffold_clear)

/** Reads create_users_table, create_users, add_x_to_y, remove_x_from_y, alter_y_table, drop_…
 * (plain). @param scaffold out */
void bl_scaffold_parse(const char *name, BlScaffold *scaffold);

/** A name as it stands in a file name: lower case, words joined by "_". @return g_free(), empty
 * when nothing is left */
char *bl_scaffold_file_name(const char *name);

/** The two parts, each ended by a line end where it is not empty.
 * @param dialect NULL: unknown; names stand as they are, which is right for all but reserved words
 * @param up, down out: g_free() */
void
bl_scaffold_parts(const BlDialect *dialect, const BlScaffold *scaffold, char **up, char **down);

G_END_DECLS

#endif
