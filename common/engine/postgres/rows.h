/* SPDX-License-Identifier: MIT */
/**
 * @file rows.h
 * @brief What the rows of a table need besides their values.
 *
 * Layer: engine; not installed.
 */
#ifndef BL_ENGINE_POSTGRES_ROWS_H
#define BL_ENGINE_POSTGRES_ROWS_H

#include "common/engine/postgres/reader.h"

#include <glib.h>

G_BEGIN_DECLS

/** Statements after which values are written the same by every server, until the transaction ends.
 */
extern const char pg_value_settings[];

/** The search_path that what is computed for a row needs, as SET takes it.
 * @param literal the table's qualified name as a literal
 * @param path out, appended: nothing where it needs none */
gboolean pg_row_path(PgSession *session, const char *literal, GString *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
