/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

#include <string.h>

/* What initdb says of schema public; the same comment is not repeated. */
#define PUBLIC_COMMENT "standard public schema"

enum { COM_CLASS, COM_OID, COM_SUB, COM_COLUMN, COM_TEXT, COM_PROVIDER };

/* Most databases have few comments on columns: a join would go through all columns for them. */
#define PARTS(provider)                                                                            \
    "SELECT d.classoid, d.objoid, d.objsubid, CASE WHEN d.objsubid > 0 AND d.classoid = "          \
    "'pg_class'::regclass THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = d.objoid " \
    "AND a.attnum = d.objsubid) END, d." provider

static const char comments_sql[] = PARTS(
    "description") " FROM pg_description d WHERE (d.objoid >= 16384 AND d.classoid <> "
                   "'pg_extension'::regclass) OR (d.classoid = 'pg_namespace'::regclass AND d.objoid = (SELECT oid FROM pg_namespace WHERE "
                   "nspname = 'public'))";

static const char labels_sql[] = PARTS(
    "label") ", d.provider FROM pg_seclabel d WHERE d.objoid >= 16384 OR (d.classoid = 'pg_namespace'::regclass AND "
             "d.objoid = (SELECT oid FROM pg_namespace WHERE nspname = 'public')) UNION ALL SELECT "
             "h.classoid, h.objoid, 0, NULL, h.label, h.provider FROM pg_shseclabel h WHERE "
             "h.classoid = 'pg_subscription'::regclass";

/* "COLUMN public.t.a", or the tag of the object itself. @return g_free(); NULL when there is none
 */
static char *
tag_of(const PgEntry *entry, const char *column)
{
    if (entry->tag == NULL)
        return NULL;
    if (column == NULL)
        return g_strdup(entry->tag);
    GString *tag = g_string_new("COLUMN ");
    g_string_append(tag, pg_behind_words(entry->tag));
    g_string_append_c(tag, '.');
    pg_append_name(tag, column);
    return g_string_free(tag, FALSE);
}

/* The object itself first, then its columns in their order, then what is inside it, by tag. */
static char *
key_of(const PgEntry *entry, const PGresult *result, int row, const char *tag)
{
    return g_strdup_printf("%d%08" G_GINT64_FORMAT "%s", entry->is_alias ? 1 : 0,
                           pg_number(result, row, COM_SUB, 0), tag);
}

static gboolean
add_comment(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry =
        pg_find(reader, pg_oid(result, row, COM_CLASS), pg_oid(result, row, COM_OID));
    if (entry == NULL)
        return TRUE;
    g_autofree char *tag = tag_of(entry, pg_text(result, row, COM_COLUMN));
    const char *text = pg_text(result, row, COM_TEXT);
    if (tag == NULL || (strcmp(tag, "SCHEMA public") == 0 && g_strcmp0(text, PUBLIC_COMMENT) == 0))
        return TRUE;
    g_autofree char *key = key_of(entry, result, row, tag);
    g_autoptr(GString) sql = g_string_new("COMMENT ON ");
    g_string_append_printf(sql, "%s IS ", tag);
    if (text != NULL)
        pg_append_literal(sql, text);
    else
        g_string_append(sql, "NULL");
    pg_add_tail(reader, entry, PG_TAIL_COMMENT, key, sql->str);
    return TRUE;
}

static gboolean
add_label(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry =
        pg_find(reader, pg_oid(result, row, COM_CLASS), pg_oid(result, row, COM_OID));
    g_autofree char *tag = entry != NULL ? tag_of(entry, pg_text(result, row, COM_COLUMN)) : NULL;
    if (tag == NULL)
        return TRUE;
    const char *provider = pg_text(result, row, COM_PROVIDER);
    g_autofree char *place = key_of(entry, result, row, tag);
    g_autofree char *key = g_strconcat(place, " ", provider, NULL);
    g_autoptr(GString) sql = g_string_new("SECURITY LABEL FOR ");
    pg_append_name(sql, provider);
    g_string_append_printf(sql, " ON %s IS ", tag);
    pg_append_literal(sql, pg_text(result, row, COM_TEXT));
    pg_add_tail(reader, entry, PG_TAIL_LABEL, key, sql->str);
    return TRUE;
}

/* Constraints that come with their parents' and still have a comment of their own, with the one
 * that they come from in the end. */
static const char copies_sql[] =
    "WITH RECURSIVE up (oid, at, above) AS (SELECT k.oid, k.oid, k.conparentid FROM pg_constraint k "
    "JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid WHERE "
    "k.conrelid <> 0 UNION ALL SELECT up.oid, p.oid, p.conparentid FROM up JOIN pg_constraint p ON "
    "p.oid = up.above) SELECT k.oid, k.conrelid, up.at, k.conname, n.nspname, c.relname FROM up JOIN "
    "pg_constraint k ON k.oid = up.oid JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON "
    "n.oid = c.relnamespace WHERE up.above = 0 AND {{ours}}";

enum { COPY_OID, COPY_TABLE_OID, COPY_OF, COPY_NAME, COPY_SCHEMA, COPY_TABLE };

static gboolean
add_copy(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid oid = pg_oid(result, row, COPY_OID);
    Oid table = pg_oid(result, row, COPY_TABLE_OID);
    const PgEntry *owner = pg_find(reader, PG_CLASS, table);
    if (owner == NULL || pg_find(reader, PG_CONSTRAINT, oid) != NULL)
        return TRUE;
    const PgEntry *origin = pg_find(reader, PG_CONSTRAINT, pg_oid(result, row, COPY_OF));
    g_autofree char *qualified =
        pg_qualified(pg_text(result, row, COPY_SCHEMA), pg_text(result, row, COPY_TABLE));
    g_autoptr(GString) tag = g_string_new("CONSTRAINT ");
    pg_append_name(tag, pg_text(result, row, COPY_NAME));
    g_string_append_printf(tag, " ON %s", qualified);
    pg_add_alias(reader, PG_CONSTRAINT, oid, origin != NULL ? origin : owner, tag->str);
    pg_add_edge(reader, PG_CONSTRAINT, oid, PG_CLASS, table);
    return TRUE;
}

/* ALTER … DEPENDS ON EXTENSION. */
static gboolean
add_extension_link(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, pg_oid(result, row, 0), pg_oid(result, row, 1));
    if (entry == NULL || entry->tag == NULL)
        return TRUE;
    const char *extension = pg_text(result, row, 2);
    g_autofree char *quoted = pg_name(extension);
    g_autofree char *sql = g_strdup_printf("ALTER %s DEPENDS ON EXTENSION %s", entry->tag, quoted);
    pg_add_tail(reader, entry, PG_TAIL_SETTING, extension, sql);
    pg_add_edge(reader, entry->class_id, entry->oid, PG_EXTENSION, pg_oid(result, row, 3));
    return TRUE;
}

static const PgQuery queries[] = {
    { "copies of constraints", copies_sql, 0, PG_QUERY_IF(PG_IF_COMMENT), add_copy },
    { "comments", comments_sql, 0, 0, add_comment },
    /* Its comment was taken away. */
    { "schema public without a comment",
      "SELECT 'pg_namespace'::regclass::oid, n.oid, 0, NULL::name, NULL::text FROM pg_namespace n "
      "WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = "
      "'pg_namespace'::regclass AND d.objoid = n.oid)",
      0, 0, add_comment },
    /* Its own comment comes with an extension; another one is somebody's. */
    { "comments on extensions",
      "SELECT d.classoid, d.objoid, d.objsubid, NULL::name, d.description FROM pg_description d JOIN "
      "pg_extension e ON e.oid = d.objoid WHERE d.classoid = 'pg_extension'::regclass AND e.oid >= 16384 "
      "AND d.description IS DISTINCT FROM (SELECT a.comment FROM pg_available_extensions a WHERE a.name "
      "= e.extname)",
      0, PG_QUERY_IF(PG_IF_EXTENSION), add_comment },
    { "security labels", labels_sql, 0, PG_QUERY_IF(PG_IF_LABEL), add_label },
    { "links to extensions",
      "SELECT d.classid, d.objid, e.extname, e.oid FROM pg_depend d JOIN pg_extension e ON e.oid = "
      "d.refobjid WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass",
      0, 0, add_extension_link },
};

const PgSection pg_section_comments = { queries, G_N_ELEMENTS(queries), NULL };
