/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    TRG_OID,
    TRG_SCHEMA,
    TRG_TABLE,
    TRG_TABLE_OID,
    TRG_TABLE_KIND,
    TRG_NAME,
    TRG_ENABLED,
    TRG_PARENT,
    TRG_CONSTRAINT,
    TRG_TEXT,
    TRG_DIFFERS,
    TRG_ABOVE,
};

/* Clones on partitions come with the trigger of their parent; those that were switched on or off by
 * themselves, or have a comment of their own, are said so, behind all that are above them. Triggers
 * of foreign keys have an OID in their names. */
static const char triggers_sql[] =
    "SELECT t.oid, n.nspname, c.relname, c.oid, c.relkind, t.tgname, t.tgenabled, t.tgparentid, "
    "t.tgconstraint, CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid, false) END, t.tgenabled "
    "<> u.tgenabled, CASE WHEN t.tgparentid <> 0 THEN ARRAY(WITH RECURSIVE above (id) AS (SELECT "
    "t.tgparentid UNION ALL SELECT g.tgparentid FROM above JOIN pg_trigger g ON g.oid = above.id WHERE "
    "g.tgparentid <> 0) SELECT id FROM above) END FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid "
    "= c.relnamespace LEFT JOIN pg_trigger u ON u.oid = t.tgparentid WHERE ((NOT t.tgisinternal AND "
    "t.tgparentid = 0) OR (t.tgparentid <> 0 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = "
    "t.tgconstraint AND k.contype <> 't') AND (t.tgenabled <> u.tgenabled OR EXISTS (SELECT FROM "
    "pg_description d WHERE d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid)))) AND {{ours}} "
    "AND " PG_NO_MEMBER("pg_class", "c.oid");

static gboolean
add_trigger(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, TRG_SCHEMA);
    const char *table = pg_text(result, row, TRG_TABLE);
    const char *name = pg_text(result, row, TRG_NAME);
    gboolean is_clone = pg_oid(result, row, TRG_PARENT) != 0;
    const PgSpec spec = { .kind = &pg_kind_trigger,
                          .class_id = PG_TRIGGER,
                          .oid = pg_oid(result, row, TRG_OID),
                          .schema = schema,
                          .name = name,
                          .parent = table };
    PgEntry *entry = pg_add_on_table(reader, &spec, pg_oid(result, row, TRG_TABLE_OID), "TRIGGER");
    if (entry == NULL)
        return TRUE;
    g_autofree char *qualified = pg_qualified(schema, table);
    g_autofree char *quoted = pg_name(name);
    const char *text = pg_text(result, row, TRG_TEXT);
    if (text == NULL && !is_clone)
        reader->changed = TRUE;
    if (text != NULL)
        pg_add_statement(reader, entry, "%s", text);
    const char *state = pg_enable_word(pg_text(result, row, TRG_ENABLED)[0]);
    if (is_clone ? pg_flag(result, row, TRG_DIFFERS) : state != NULL) {
        gboolean is_foreign = pg_text(result, row, TRG_TABLE_KIND)[0] == 'f';
        pg_add_statement(reader, entry, "ALTER %sTABLE %s %s TRIGGER %s",
                         is_foreign ? "FOREIGN " : "", qualified, state != NULL ? state : "ENABLE",
                         quoted);
    }
    Oid constraint = pg_oid(result, row, TRG_CONSTRAINT);
    if (constraint != 0) {
        g_autofree char *alias = g_strdup_printf("CONSTRAINT %s ON %s", quoted, qualified);
        pg_add_alias(reader, PG_CONSTRAINT, constraint, entry, alias);
    }
    if (is_clone) {
        g_autoptr(GPtrArray) above = pg_split_array(pg_text(result, row, TRG_ABOVE));
        for (guint i = 0; i < above->len; i++) {
            Oid oid = (Oid)g_ascii_strtoull(g_ptr_array_index(above, i), NULL, 10);
            pg_add_edge(reader, PG_TRIGGER, spec.oid, PG_TRIGGER, oid);
        }
    }
    return TRUE;
}

/* No statement says which foreign keys are switched off. */
static gboolean
report_disabled(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, PG_CLASS, pg_oid(result, row, 0));
    if (entry == NULL)
        return TRUE;
    g_autofree char *label = bl_object_label(entry->object);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                   "foreign keys of %s are switched off (DISABLE TRIGGER ALL); a snapshot has them "
                   "switched on",
                   label);
    return TRUE;
}

enum { EVT_OID, EVT_NAME, EVT_EVENT, EVT_ENABLED, EVT_TAGS, EVT_SCHEMA, EVT_FUNCTION };

/* They would fire while the rest is loaded: last of all. */
static gboolean
add_event_trigger(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, EVT_NAME);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("EVENT TRIGGER ", quoted, NULL);
    PgEntry *entry = pg_add_global(reader, &pg_kind_event_trigger, PG_EVENT_TRIGGER,
                                   pg_oid(result, row, EVT_OID), name, tag);
    if (entry == NULL)
        return TRUE;
    entry->object->loads_last = TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append_printf(sql, "%s ON ", tag);
    pg_append_name(sql, pg_text(result, row, EVT_EVENT));
    const char *tags = pg_text(result, row, EVT_TAGS);
    if (tags != NULL) {
        g_autoptr(GPtrArray) list = pg_split_array(tags);
        for (guint i = 0; i < list->len; i++) {
            g_string_append(sql, i == 0 ? "\n    WHEN TAG IN (" : ", ");
            pg_append_literal(sql, g_ptr_array_index(list, i));
        }
        g_string_append_c(sql, ')');
    }
    g_string_append(sql, "\n    EXECUTE FUNCTION ");
    pg_append_qualified(sql, pg_text(result, row, EVT_SCHEMA), pg_text(result, row, EVT_FUNCTION));
    pg_add_statement(reader, entry, "%s()", sql->str);
    const char *state = pg_enable_word(pg_text(result, row, EVT_ENABLED)[0]);
    if (state != NULL)
        pg_add_statement(reader, entry, "ALTER %s %s", tag, state);
    if (strcmp(pg_text(result, row, EVT_EVENT), "login") == 0)
        pg_need_version(reader, 17);
    return TRUE;
}

static const PgQuery queries[] = {
    { "triggers", triggers_sql, 0, PG_QUERY_IF(PG_IF_TRIGGER), add_trigger },
    { "disabled foreign keys",
      "SELECT DISTINCT t.tgrelid FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint WHERE "
      "t.tgisinternal AND k.contype = 'f' AND t.tgenabled <> 'O' ORDER BY 1",
      0, PG_QUERY_IF(PG_IF_TRIGGER), report_disabled },
    { "event triggers",
      "SELECT e.oid, e.evtname, e.evtevent, e.evtenabled, e.evttags, n.nspname, p.proname FROM "
      "pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = "
      "p.pronamespace",
      0, PG_QUERY_IF(PG_IF_EVENT_TRIGGER), add_event_trigger },
};

const PgSection pg_section_triggers = { queries, G_N_ELEMENTS(queries), NULL };
