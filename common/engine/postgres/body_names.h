/* SPDX-License-Identifier: MIT */
/**
 * @file body_names.h
 * @brief Names without a schema in the bodies of functions: parts of SQL text.
 *
 * Layer: common/engine/postgres. A body is text to the server; which names it says is a guess that
 * finds too many rather than too few. No part has a '%' in it.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_BODY_NAMES_H
#define BL_COMMON_ENGINE_POSTGRES_BODY_NAMES_H

/** SELECT of (schema, name) of all that a user made and a body may name: functions, types with the
 * row types of tables and views, collations, text search configurations and dictionaries. */
#define PG_BODY_NAMES                                                                              \
    "SELECT pronamespace AS schema, proname AS name FROM pg_proc WHERE oid >= 16384 UNION SELECT " \
    "typnamespace, typname FROM pg_type WHERE oid >= 16384 UNION SELECT collnamespace, collname "  \
    "FROM pg_collation WHERE oid >= 16384 UNION SELECT cfgnamespace, cfgname FROM pg_ts_config "   \
    "WHERE oid >= 16384 UNION SELECT dictnamespace, dictname FROM pg_ts_dict WHERE oid >= 16384"

/** Condition: the body b.prosrc says x.name as a word, in quotes or not, with no dot before it. The
 * first half is quick and leaves few for the second. */
#define PG_SAYS_NAME                                                                               \
    "strpos(lower(b.prosrc), lower(x.name)) > 0 AND b.prosrc ~* ('(^|[^.[:alnum:]_\"])\"?' || "    \
    "regexp_replace(x.name, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\"?([^[:alnum:]_]|$)')"

#endif
