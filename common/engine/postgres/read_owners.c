/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

/* Indexes, row types and arrays follow what they belong to. */
static const char owners_sql[] =
    "SELECT 'pg_namespace'::regclass::oid, oid, nspowner FROM pg_namespace WHERE oid >= 16384 OR "
    "nspname = 'public' UNION ALL SELECT 'pg_class'::regclass, oid, relowner FROM pg_class WHERE oid "
    ">= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S') UNION ALL SELECT 'pg_proc'::regclass, oid, "
    "proowner FROM pg_proc WHERE oid >= 16384 UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM "
    "pg_type WHERE oid >= 16384 UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM "
    "pg_operator WHERE oid >= 16384 UNION ALL SELECT 'pg_opclass'::regclass, oid, opcowner FROM "
    "pg_opclass WHERE oid >= 16384 UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner FROM "
    "pg_opfamily WHERE oid >= 16384 UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM "
    "pg_collation WHERE oid >= 16384 UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner FROM "
    "pg_conversion WHERE oid >= 16384 UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM "
    "pg_ts_dict WHERE oid >= 16384 UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM "
    "pg_ts_config WHERE oid >= 16384 UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, "
    "fdwowner FROM pg_foreign_data_wrapper WHERE oid >= 16384 UNION ALL SELECT "
    "'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server WHERE oid >= 16384 UNION ALL "
    "SELECT 'pg_language'::regclass, oid, lanowner FROM pg_language WHERE oid >= 16384 UNION ALL SELECT "
    "'pg_statistic_ext'::regclass, oid, stxowner FROM pg_statistic_ext UNION ALL SELECT "
    "'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger UNION ALL SELECT "
    "'pg_publication'::regclass, oid, pubowner FROM pg_publication UNION ALL SELECT "
    "'pg_subscription'::regclass, {{superuser14|oid|0}}, subowner FROM pg_subscription WHERE subdbid = (SELECT oid FROM "
    "pg_database WHERE datname = current_database())";

/* The owner of schema public in a new database: this role from 15 on, before that the first
 * superuser. */
#define PUBLIC_OWNER "pg_database_owner"

static gboolean
is_usual_owner(const PgReader *reader, const PgEntry *entry, Oid owner)
{
    if (entry->class_id != PG_NAMESPACE || strcmp(entry->object->name, "public") != 0)
        return FALSE;
    return reader->version >= 150000 ? strcmp(pg_role_name(reader, owner), PUBLIC_OWNER) == 0
                                     : owner == PG_FIRST_SUPERUSER;
}

/* A sequence that a column owns has the owner of its table, by itself. */
static gboolean
follows_table(const PgReader *reader, const PgEntry *entry)
{
    const PgRelation *relation =
        entry->class_id == PG_CLASS ? pg_relation(reader, entry->oid) : NULL;
    return relation != NULL && relation->kind == 'S' &&
           pg_relation(reader, relation->owner_table) != NULL && entry->is_alias;
}

/* A multirange can have an owner of its own up to 16, and must be told it there; newer servers
 * refuse that. The text is the same from all of them. */
static char *
multirange_statement(const char *sql)
{
    g_autofree char *body = g_strdup_printf(
        "BEGIN IF current_setting('server_version_num')::int < 170000 THEN %s; END IF; END", sql);
    GString *block = g_string_new("DO ");
    pg_append_dollar(block, body);
    return g_string_free(block, FALSE);
}

static gboolean
add_owner(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, pg_oid(result, row, 0), pg_oid(result, row, 1));
    Oid owner = pg_oid(result, row, 2);
    if (entry == NULL || entry->tag == NULL || (entry->is_alias && entry->owner_tag == NULL) ||
        follows_table(reader, entry) || is_usual_owner(reader, entry, owner))
        return TRUE;
    const char *tag = entry->owner_tag != NULL ? entry->owner_tag : entry->tag;
    g_autofree char *role = pg_name(pg_role_name(reader, owner));
    g_autofree char *sql = g_strdup_printf("ALTER %s OWNER TO %s", tag, role);
    gboolean is_multirange = entry->is_alias && entry->class_id == PG_TYPE;
    g_autofree char *guarded = is_multirange ? multirange_statement(sql) : NULL;
    pg_add_tail(reader, entry, PG_TAIL_OWNER, entry->is_alias ? tag : "",
                guarded != NULL ? guarded : sql);
    return TRUE;
}

static const PgQuery queries[] = {
    { "owners", owners_sql, 0, PG_QUERY_WITH_OWNER, add_owner },
};

const PgSection pg_section_owners = { queries, G_N_ELEMENTS(queries), NULL };
