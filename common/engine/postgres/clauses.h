/* SPDX-License-Identifier: MIT */
/**
 * @file clauses.h
 * @brief Pieces that the texts of types, functions, operators and text search have in common.
 *
 * Layer: common/engine/postgres. Used by the read_*.c files of what is not a relation.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_CLAUSES_H
#define BL_COMMON_ENGINE_POSTGRES_CLAUSES_H

#include "common/engine/postgres/reader.h"

G_BEGIN_DECLS

/* Pieces of queries. */

/** The catalog row (catalog's name, its OID) is of no extension: deparse functions are called for
 * what is ours only. */
#define PG_NO_MEMBER(catalog, oid)                                                                 \
    "NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = '" catalog                              \
    "'::regclass AND m.objid = " oid " AND m.deptype = 'e')"

/** An operator as pg_operator_name() takes it; NULL for none. */
#define PG_OPERATOR_REF(oid)                                                                        \
    "(SELECT ro.oprname || ' ' || rn.nspname FROM pg_operator ro JOIN pg_namespace rn ON rn.oid = " \
    "ro.oprnamespace WHERE ro.oid = " oid ")"

/** The argument types of function @oid, as they stand in parentheses. */
#define PG_ARGUMENTS_OF(oid)                                                                       \
    "(SELECT oidvectortypes(rp.proargtypes) FROM pg_proc rp WHERE rp.oid = " oid ")"

/** The four columns of pg_signature_read() for pg_proc "p". */
#define PG_SIGNATURE_COLUMNS                                                                       \
    "array(SELECT format_type(a.t, NULL) FROM unnest(coalesce(p.proallargtypes, "                  \
    "p.proargtypes::oid[])) WITH ORDINALITY a(t, i) ORDER BY a.i), p.proargmodes, p.proargnames, " \
    "CASE WHEN p.pronargdefaults > 0 THEN array(SELECT pg_get_function_arg_default(p.oid, "        \
    "i::int) FROM generate_series(1, cardinality(coalesce(p.proallargtypes, "                      \
    "p.proargtypes::oid[]))) i) END"

/* Names. */

/** A name as regproc, regdictionary and their like print it, quoted as pg_name() does it and
 * without "pg_catalog.". @return g_free() */
char *pg_reg_name(const char *text);

/** Appends "schema.name", without the schema for what is the server's own. */
void pg_append_outer(GString *out, const char *schema, const char *name);

/** The name of an operator. @param ref as PG_OPERATOR_REF() gives it
 * @param wrapped TRUE: OPERATOR(schema.+) where it is not the server's own; FALSE: schema.+
 * @return g_free() */
char *pg_operator_name(const char *ref, gboolean wrapped);

/** @return TRUE for the server's schemas and those that are not left out; @schema may be NULL */
gboolean pg_is_kept(const PgReader *reader, const char *schema);

/* Clauses "KEY = value", each on a line of its own, with "," between them. */

void pg_clause(GString *list, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** @param reg as pg_reg_name() takes it; nothing is appended for NULL and "-" (no function) */
void pg_clause_reg(GString *list, const char *key, const char *reg);

/** Nothing is appended when @text is NULL. */
void pg_clause_literal(GString *list, const char *key, const char *text);

/** @return TRUE when a column of type regproc names a function */
gboolean pg_has_function(const char *reg);

/* Signatures of functions and aggregates. */

typedef struct {
    char *arguments; /**< with modes, names and defaults */
    char *types;     /**< of the input, "integer, text" */
    char *modes;     /**< all of them with their modes, "IN integer, OUT text" */
    char *table;     /**< columns of RETURNS TABLE; NULL */
    guint n;         /**< number of input arguments */
} PgSignature;

enum { PG_NOT_ORDERED = -1 };

/** Reads the columns PG_SIGNATURE_COLUMNS from @column on.
 * @param n_direct direct arguments of an ordered-set aggregate, else PG_NOT_ORDERED */
void pg_signature_read(
    PgSignature *signature, const PGresult *result, int row, int column, int n_direct);

void pg_signature_clear(PgSignature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgSignature, pg_signature_clear)

/** What orders functions: name, number of arguments, their types. @return g_free() */
char *pg_signature_key(const char *name, guint n, const char *types);

/* read_types.c, read_domains.c. */

/** Adds the type of a row that begins with oid, schema, name, typarray, and its array type.
 * @return as pg_add() */
PgEntry *pg_add_type(PgReader *reader, const PGresult *result, int row, const BlKind *kind);

/** Adds a part to the object of @entry when parts are asked for. */
void pg_add_part(PgReader *reader,
                 const PgEntry *entry,
                 const char *kind,
                 const char *name,
                 const char *definition);

extern const char pg_domains_sql[];
gboolean pg_add_domain(PgReader *reader, const PGresult *result, int row, GError **error);

/* read_aggregates.c, a query of the section of functions. */

extern const char pg_aggregates_sql[];
gboolean pg_add_aggregate(PgReader *reader, const PGresult *result, int row, GError **error);

/* read_classes.c, queries of the section of operators. */

extern const char pg_families_sql[];
extern const char pg_added_members_sql[];
extern const char pg_classes_sql[];
gboolean pg_add_family(PgReader *reader, const PGresult *result, int row, GError **error);
gboolean pg_add_added_members(PgReader *reader, const PGresult *result, int row, GError **error);
gboolean pg_add_class(PgReader *reader, const PGresult *result, int row, GError **error);

G_END_DECLS

#endif
