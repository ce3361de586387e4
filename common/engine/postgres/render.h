/* SPDX-License-Identifier: MIT */
/**
 * @file render.h
 * @brief What CREATE TABLE says of a table, for the statements behind it.
 *
 * Layer: common/engine/postgres. render.c writes CREATE TABLE and CREATE SEQUENCE, render_alters.c
 * what these cannot say, or say for the children too. Strings are the catalog's if nothing else is
 * said.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_RENDER_H
#define BL_COMMON_ENGINE_POSTGRES_RENDER_H

#include "common/engine/postgres/relations.h"

G_BEGIN_DECLS

/** @return "TABLE" or "FOREIGN TABLE", behind CREATE and ALTER; static */
const char *pg_table_word(const PgRelation *relation);

/** Appends " CACHE n" to @out unless @sequence has the usual 1. */
void pg_append_cache(GString *out, const PgRelation *sequence);

/** @return whether CREATE TABLE says all columns of @table and no parents. Partitions and children
 *  with columns in another order are made as tables of their own first. */
gboolean pg_is_made_alone(const PgRelation *table);

/** @return whether one of the parents of @table has a NOT NULL on column @name that goes down to
 *  the children */
gboolean pg_inherits_not_null(const PgRelation *table, const char *name);

/** @return whether @column of @table has taken a NOT NULL back that its parent has, as children may
 *  up to 17 */
gboolean pg_drops_not_null(const PgReader *reader, const PgRelation *table, const PgColumn *column);

/** @return whether CREATE TABLE says the default or expression of @column; FALSE where it has none,
 *  and where it comes later to break a circle */
gboolean pg_is_inline(const PgColumn *column);

/** @return whether the identity of @column has a sequence of another type than its own, which
 *  GENERATED … AS IDENTITY cannot say: CREATE TABLE … LIKE makes a bigint sequence for any identity
 *  column, and ALTER SEQUENCE … AS any type */
gboolean pg_has_own_type(const PgColumn *column);

/** @return whether @column has an identity that is not its parent's: partitions have theirs from
 *  the parent from 17 on */
gboolean
pg_has_own_identity(const PgReader *reader, const PgRelation *table, const PgColumn *column);

/** @return whether @column stands in the CREATE TABLE of @table, and is not just inherited or of
 * its type */
gboolean pg_is_written(const PgRelation *table, const PgColumn *column);

/** The table that a child of pg_needs_model() takes its columns from while it is made.
 * @return its name with the schema, quoted, that nothing else in the catalog has; g_free() */
char *pg_model_name(const PgReader *reader, const PgRelation *table);

/** Adds the statements behind the CREATE statement of @table to it: settings of columns, links to
 *  parents, row level security, replica identity. */
void pg_render_alters(PgReader *reader, const PgRelation *table);

G_END_DECLS

#endif
