/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

/* What is dropped with an extension although it is not of it (ALTER … DEPENDS ON EXTENSION). */
static const char dependents_sql[] =
    "SELECT d.classid, d.objid, e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid "
    "WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'";

static gboolean
add_dependent(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, pg_oid(result, row, 0), pg_oid(result, row, 1));
    if (entry == NULL || entry->tag == NULL)
        return TRUE;
    g_autofree char *extension = pg_name(pg_text(result, row, 2));
    g_autofree char *sql =
        g_strdup_printf("ALTER %s DEPENDS ON EXTENSION %s", entry->tag, extension);
    pg_add_tail(reader, entry, PG_TAIL_SETTING, extension, sql);
    return TRUE;
}

static const PgQuery queries[] = { { "dependents of extensions", dependents_sql, 0, 0,
                                     add_dependent } };

const PgSection pg_section_extensions = { queries, G_N_ELEMENTS(queries), NULL };
