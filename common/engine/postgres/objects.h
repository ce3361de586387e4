/* SPDX-License-Identifier: MIT */
/**
 * @file objects.h
 * @brief Every object in a database as one list: for the emptiness check, wipe and undo.
 *
 * Layer: common/engine/postgres. Used by: objects.c, wipe.c.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_OBJECTS_H
#define BL_COMMON_ENGINE_POSTGRES_OBJECTS_H

#include "common/engine/postgres/postgres.h"

G_BEGIN_DECLS

/** One object. */
typedef struct {
    gint64 key;   /**< of its catalog row: pg_object_key() */
    char *kind;   /**< as in a snapshot */
    char *schema; /**< NULL where there is none */
    char *name;   /**< of a function with its argument types */
    char *parent; /**< the table of an index, a trigger …; NULL */
    gint64 parent_key;
    char *target;        /**< what DROP calls it, always qualified */
    gboolean is_leaf;    /**< a partition: goes before its parent */
    gboolean is_member;  /**< an extension owns it; a schema: or the role could not make it again */
    gboolean hides_rows; /**< policies bind us, and there are rows, or were */
    gboolean is_ours;    /**< no member, and accepted by the filter */
} PgListed;

/** @return one number for a row of a catalog */
gint64 pg_object_key(Oid class_id, Oid oid);

/** Lists every object that is not the server's own, ours and others.
 * @param filter may be NULL: all but members and extensions are ours
 * @return GPtrArray of PgListed *, owned; sorted by kind, schema and name */
GPtrArray *pg_list_all(PgSession *session, const BlFilter *filter, GError **error);

G_END_DECLS

#endif
