/* SPDX-License-Identifier: MIT */
/**
 * @file order.h
 * @brief The order of a snapshot: stable by kind, schema and sort key in byte order, then by
 * dependency.
 *
 * Layer: common/schema.
 */
#ifndef BL_COMMON_SCHEMA_ORDER_H
#define BL_COMMON_SCHEMA_ORDER_H

#include "common/schema/catalog.h"

G_BEGIN_DECLS

/** Sorts @catalog->objects. Of all orders in which every object follows what it depends on, the one
 * that stays closest to (rank, schema, sort key, name); objects with loads_last come behind all
 * others of the catalog.
 * @return FALSE: BL_ERROR_UNSUPPORTED that names the objects of a cycle nobody could break */
gboolean bl_catalog_sort(BlCatalog *catalog, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
