/* SPDX-License-Identifier: MIT */
/**
 * @file kinds.h
 * @brief The kinds of objects of MySQL and MariaDB.
 *
 * Layer: common/engine/mysql.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_KINDS_H
#define BL_COMMON_ENGINE_MYSQL_KINDS_H

#include "common/engine/mysql/session.h"

G_BEGIN_DECLS

extern const BlKind my_kind_database; /**< its default charset, collation and comment */
extern const BlKind my_kind_sequence, my_kind_table, my_kind_package, my_kind_library,
    my_kind_function, my_kind_procedure, my_kind_view, my_kind_package_body, my_kind_trigger,
    my_kind_event;
extern const BlKind my_kind_event_state; /**< what enables an event */

/** MySQL has libraries from this version on. */
#define MY_OLDEST_WITH_LIBRARIES 90200

/* MySQL takes a foreign key to something else than a unique key from this version on only when this
 * variable is off, which is a right of its own. */
#define MY_OLDEST_WITH_STRICT_KEYS 80400
#define MY_STRICT_KEYS             "restrict_fk_on_non_standard_key"

/* The fact that tells which tables have such a foreign key; the frame of a snapshot needs it. */
#define MY_FACT_LOOSE_KEYS "foreignKeysToAnyKey"

G_END_DECLS

#endif
