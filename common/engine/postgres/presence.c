/* SPDX-License-Identifier: MIT */
/*
 * Few databases have operators or text search parsers of their own, and to plan a query that finds
 * none costs the server more than all the rows of a small table. What there is at all is one
 * question; it is asked again in the state that is read, since something may have come meanwhile.
 */
#include "common/engine/postgres/reader.h"

#include <string.h>

#define IN_USE(catalog)            IN_USE_BY(catalog, "oid")
#define ANY_OF(catalog)            "EXISTS (SELECT FROM " catalog ")"
#define OR_ELSE                    " OR "
#define IN_USE_BY(catalog, column) "EXISTS (SELECT FROM " catalog " WHERE " column " >= 16384)"

static const char *const conditions[PG_RARITIES] = {
    [PG_ALWAYS] = "true",
    [PG_IF_EXTENSION] = IN_USE("pg_extension"),
    [PG_IF_LANGUAGE] = IN_USE("pg_language"),
    [PG_IF_RANGE] = IN_USE_BY("pg_range", "rngtypid"),
    [PG_IF_FUNCTION] = IN_USE("pg_proc"),
    [PG_IF_AGGREGATE] = IN_USE_BY("pg_aggregate", "aggfnoid"),
    [PG_IF_OPERATOR] = IN_USE("pg_operator"),
    [PG_IF_METHOD] = IN_USE("pg_am"),
    [PG_IF_FAMILY] = IN_USE("pg_opfamily"),
    [PG_IF_FAMILY_MEMBER] = IN_USE("pg_amop") OR_ELSE IN_USE("pg_amproc"),
    [PG_IF_CLASS] = IN_USE("pg_opclass"),
    [PG_IF_CAST] = IN_USE("pg_cast"),
    [PG_IF_TRANSFORM] = IN_USE("pg_transform"),
    [PG_IF_COLLATION] = IN_USE("pg_collation"),
    [PG_IF_CONVERSION] = IN_USE("pg_conversion"),
    [PG_IF_PARSER] = IN_USE("pg_ts_parser"),
    [PG_IF_TEMPLATE] = IN_USE("pg_ts_template"),
    [PG_IF_DICTIONARY] = IN_USE("pg_ts_dict"),
    [PG_IF_CONFIGURATION] = IN_USE("pg_ts_config"),
    [PG_IF_WRAPPER] = IN_USE("pg_foreign_data_wrapper"),
    [PG_IF_SERVER] = ANY_OF("pg_foreign_server"),
    [PG_IF_INHERITANCE] = ANY_OF("pg_inherits"),
    [PG_IF_RULE] = IN_USE("pg_rewrite"),
    [PG_IF_TREE] = IN_USE("pg_rewrite") OR_ELSE ANY_OF("pg_policy") OR_ELSE IN_USE("pg_proc"),
    [PG_IF_STATISTICS] = ANY_OF("pg_statistic_ext"),
    [PG_IF_TRIGGER] = ANY_OF("pg_trigger"),
    [PG_IF_EVENT_TRIGGER] = ANY_OF("pg_event_trigger"),
    [PG_IF_POLICY] = ANY_OF("pg_policy"),
    [PG_IF_PUBLICATION] = ANY_OF("pg_publication"),
    /* The two catalogs below are the server's: much comes and goes there that is not of this
     * database. */
    [PG_IF_SUBSCRIPTION] = "EXISTS (SELECT FROM pg_subscription WHERE subdbid = (SELECT oid FROM "
                           "pg_database WHERE datname = current_database()))",
    [PG_IF_COMMENT] = IN_USE_BY("pg_description", "objoid"),
    [PG_IF_LABEL] = ANY_OF("pg_seclabel") OR_ELSE "EXISTS (SELECT FROM pg_shseclabel WHERE "
                                                  "classoid = 'pg_subscription'::regclass)",
};

void
pg_append_presence(GString *sql)
{
    for (gsize i = 0; i < G_N_ELEMENTS(conditions); i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "SELECT ", conditions[i]);
    g_string_append(sql, ";\n");
}

void
pg_take_presence(PgReader *reader, const PGresult *result, gboolean wants_all)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(conditions); i++)
        reader->present[i] = wants_all || pg_flag(result, 0, i);
}

void
pg_check_presence(PgReader *reader, const PGresult *result)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(conditions); i++)
        reader->changed = reader->changed || (!reader->present[i] && pg_flag(result, 0, i));
}
