/* SPDX-License-Identifier: MIT */
/**
 * @file compare.h
 * @brief What two catalogs differ in, object by object and part by part; and the digest of a
 * catalog.
 *
 * Layer: common/schema. Definitions compare by tokens: layout and comments outside literals do not
 * count.
 */
#ifndef BL_COMMON_SCHEMA_COMPARE_H
#define BL_COMMON_SCHEMA_COMPARE_H

#include "common/schema/catalog.h"

G_BEGIN_DECLS

/** One difference. Owned strings. */
typedef struct {
    char *kind; /**< "table" */
    char *name; /**< "schema.name" */
    char *what; /**< for people: "only in the snapshot", "column "age": integer, not text" */
} BlDifference;

void bl_difference_free(BlDifference *difference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlDifference, bl_difference_free)

/** @return an empty GPtrArray of BlDifference, which it owns; g_ptr_array_unref() */
GPtrArray *bl_differences_new(void);

/** Adds one to @differences (BlDifference).
 * @param what taken over */
void bl_differences_add(GPtrArray *differences, const char *kind, const char *name, char *what);

/**
 * Compares two catalogs of one dialect.
 * @param a_name how to call @a in the text ("the snapshot"); @b_name likewise ("the database")
 * @return GPtrArray of BlDifference in the order of kind and name; empty when equal;
 * g_ptr_array_unref()
 */
GPtrArray *
bl_catalog_compare(const BlCatalog *a, const BlCatalog *b, const char *a_name, const char *b_name);

/** Digest of all objects, their definitions by tokens, in an order that depends on nothing else:
 * "FAMILY:" + 64 digits.
 * @return g_free() */
char *bl_catalog_digest(const BlCatalog *catalog);

G_END_DECLS

#endif
