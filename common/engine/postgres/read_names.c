/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

/* Names that many texts need, and what belongs to extensions: first of all, since everything asks
 * for them. */

static gboolean
add_schema(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_hash_table_insert(reader->schemas, GUINT_TO_POINTER(pg_oid(result, row, 0)),
                        g_strdup(pg_text(result, row, 1)));
    return TRUE;
}

static gboolean
add_role(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_hash_table_insert(reader->roles, GUINT_TO_POINTER(pg_oid(result, row, 0)),
                        g_strdup(pg_text(result, row, 1)));
    return TRUE;
}

static gboolean
add_member(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    guint64 key = pg_key(pg_oid(result, row, 0), pg_oid(result, row, 1));
    g_hash_table_add(reader->members, g_memdup2(&key, sizeof key));
    return TRUE;
}

static gboolean
add_omitted(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_hash_table_add(reader->omitted, GUINT_TO_POINTER(pg_oid(result, row, 0)));
    return TRUE;
}

static gboolean
add_collation(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, 1);
    g_hash_table_insert(
        reader->collations, GUINT_TO_POINTER(pg_oid(result, row, 0)),
        pg_qualified(strcmp(schema, "pg_catalog") == 0 ? NULL : schema, pg_text(result, row, 2)));
    return TRUE;
}

static const PgQuery queries[] = {
    { "schemas", "SELECT oid, nspname FROM pg_namespace", 0, 0, add_schema },
    { "roles", "SELECT oid, rolname FROM pg_roles", 0, 0, add_role },
    { "members of extensions",
      "SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND "
      "deptype = 'e'",
      0, 0, add_member },
    /* What stands on an omitted table by itself: its sequences and indexes. */
    { "what the ledger owns",
      "SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = "
      "'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjid IN ({{omitted}})",
      0, 0, add_omitted },
    { "names of collations",
      "SELECT co.oid, n.nspname, co.collname FROM pg_collation co JOIN pg_namespace n ON n.oid = "
      "co.collnamespace",
      0, 0, add_collation },
};

const PgSection pg_section_names = { queries, G_N_ELEMENTS(queries), NULL };
