/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"
#include "common/engine/postgres/relations.h"

#include <string.h>

enum {
    VIEW_OID,
    VIEW_SCHEMA,
    VIEW_NAME,
    VIEW_KIND,
    VIEW_ROWTYPE,
    VIEW_ROWTYPE_ARRAY,
    VIEW_OPTIONS,
    VIEW_TOAST_OPTIONS,
    VIEW_METHOD,
    VIEW_TABLESPACE,
    VIEW_REPLICA,
    VIEW_RULE,
    VIEW_TEXT,
    VIEW_READS_ITSELF,
};

/* CREATE OR REPLACE VIEW can make a view read from itself. pg_depend does not tell: up to 15 the
 * query of every view lists the view twice more, as OLD and NEW. */
static const char views_sql[] =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltype, t.typarray, c.reloptions, " PG_TOAST_OPTIONS
    ", nullif(am.amname, 'heap'), ts.spcname, c.relreplident, r.oid, pg_get_viewdef(c.oid), "
    "split_part(r.ev_action::text, ':relid ' || c.oid || ' ', {{16|2|4}}) <> '' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_rewrite r ON r.ev_class = c.oid AND "
    "r.rulename = '_RETURN' LEFT JOIN pg_type t ON t.oid = c.reltype LEFT JOIN pg_class tc ON tc.oid = "
    "c.reltoastrelid AND tc.reloptions IS NOT NULL LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN "
    "pg_tablespace ts ON ts.oid = c.reltablespace WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384 AND "
    "{{ours}} AND " PG_NO_MEMBER("pg_class", "c.oid");

/* A view until its text is written: a cycle may need a dummy in its place. */
typedef struct {
    char *head;     /* CREATE VIEW or CREATE OR REPLACE VIEW come before it */
    char *name;     /* qualified and quoted */
    char *text;     /* the query */
    GString *dummy; /* columns of the dummy */
    const char *schema, *plain;
    PgEntry *rule; /* that of the query */
    gboolean reads_itself;
} View;

void
pg_view_free(gpointer data)
{
    View *view = data;
    g_free(view->head);
    g_free(view->name);
    g_free(view->text);
    g_string_free(view->dummy, TRUE);
    g_free(view);
}

/* Without the semicolon that the server puts behind it. */
static char *
trimmed(const char *text)
{
    char *copy = g_strdup(text);
    g_strchomp(copy);
    gsize len = strlen(copy);
    if (len > 0 && copy[len - 1] == ';')
        copy[len - 1] = '\0';
    return copy;
}

/* The view's object keeps a dummy with the same columns; the query comes later, as the rule that it
 * is. */
static void
pull_query(PgReader *reader, PgEntry *rule)
{
    View *view = rule->data;
    BlObject *object = rule->object;
    const PgSpec spec = {
        .kind = &pg_kind_rule, .schema = view->schema, .name = "_RETURN", .parent = view->plain
    };
    rule->object = pg_add_object(reader, &spec);
    g_autofree char *real =
        g_strdup_printf("CREATE OR REPLACE VIEW %s%s AS\n%s", view->name, view->head, view->text);
    bl_object_add_statement(reader->catalog, rule->object, real);
    bl_object_add_dependency(rule->object, object);
    g_free(view->text);
    g_free(view->head);
    view->head = g_strdup("");
    view->text = g_strconcat("SELECT", view->dummy->str, NULL);
}

static PgEntry *
add_entry(PgReader *reader, const PGresult *result, int row, gboolean is_view)
{
    const char *schema = pg_text(result, row, VIEW_SCHEMA);
    const char *name = pg_text(result, row, VIEW_NAME);
    g_autofree char *qualified = pg_qualified(schema, name);
    g_autofree char *tag = g_strconcat(is_view ? "VIEW " : "MATERIALIZED VIEW ", qualified, NULL);
    g_autofree char *grant_tag = g_strconcat("TABLE ", qualified, NULL);
    const PgSpec spec = { .kind = is_view ? &pg_kind_view : &pg_kind_materialized_view,
                          .class_id = PG_CLASS,
                          .oid = pg_oid(result, row, VIEW_OID),
                          .schema = schema,
                          .name = name,
                          .tag = tag,
                          .grant_tag = grant_tag };
    PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return NULL;
    pg_add_alias(reader, PG_TYPE, pg_oid(result, row, VIEW_ROWTYPE), entry, NULL);
    pg_add_alias(reader, PG_TYPE, pg_oid(result, row, VIEW_ROWTYPE_ARRAY), entry, NULL);
    return entry;
}

static void
add_materialized(PgReader *reader, const PGresult *result, int row, PgEntry *entry)
{
    g_autofree char *text = trimmed(pg_text(result, row, VIEW_TEXT));
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, entry->tag);
    const char *method = pg_text(result, row, VIEW_METHOD);
    if (method != NULL) {
        g_string_append(sql, " USING ");
        pg_append_name(sql, method);
    }
    pg_append_options(sql, pg_text(result, row, VIEW_OPTIONS),
                      pg_text(result, row, VIEW_TOAST_OPTIONS));
    const char *tablespace = pg_text(result, row, VIEW_TABLESPACE);
    if (tablespace != NULL) {
        g_string_append(sql, " TABLESPACE ");
        pg_append_name(sql, tablespace);
    }
    pg_add_statement(reader, entry, "%s AS\n%s\nWITH NO DATA", sql->str, text);
    char identity = pg_text(result, row, VIEW_REPLICA)[0];
    if (identity == 'n' || identity == 'f')
        pg_add_statement(reader, entry, "ALTER %s REPLICA IDENTITY %s", entry->tag,
                         identity == 'n' ? "NOTHING" : "FULL");
}

static gboolean
add_view(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    gboolean is_view = pg_text(result, row, VIEW_KIND)[0] == 'v';
    PgEntry *entry = add_entry(reader, result, row, is_view);
    if (entry == NULL)
        return TRUE;
    /* It was dropped while we read. */
    if (pg_text(result, row, VIEW_TEXT) == NULL) {
        reader->changed = TRUE;
        return TRUE;
    }
    PgEntry *rule = pg_add_alias(reader, PG_REWRITE, pg_oid(result, row, VIEW_RULE), entry, NULL);
    if (!is_view) {
        add_materialized(reader, result, row, entry);
        return TRUE;
    }
    View *view = g_new0(View, 1);
    g_autoptr(GString) head = g_string_new(NULL);
    pg_append_options(head, pg_text(result, row, VIEW_OPTIONS), NULL);
    view->head = g_string_free(g_steal_pointer(&head), FALSE);
    view->name = g_strdup(pg_behind_words(entry->tag));
    view->text = trimmed(pg_text(result, row, VIEW_TEXT));
    view->dummy = g_string_new(NULL);
    view->schema = entry->object->schema;
    view->plain = entry->object->name;
    g_hash_table_insert(reader->views, GUINT_TO_POINTER(entry->oid), view);
    view->rule = rule;
    view->reads_itself = pg_flag(result, row, VIEW_READS_ITSELF);
    rule->data = view;
    rule->pull = pull_query;
    rule->pull_cost = PG_PULL_VIEW;
    return TRUE;
}

enum {
    VC_VIEW,
    VC_KIND,
    VC_NAME,
    VC_TYPE,
    VC_COLLATION_SCHEMA,
    VC_COLLATION,
    VC_STATISTICS,
    VC_STORAGE,
    VC_COMPRESSION,
    VC_OPTIONS,
    VC_DEFAULT,
    VC_DEFAULT_OID,
};

static const char columns_sql[] =
    "SELECT c.oid, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), nullif(cn.nspname, "
    "'pg_catalog'), co.collname, {{17|a.attstattarget|nullif(a.attstattarget, -1)}}, CASE WHEN "
    "a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN "
    "'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, {{14|CASE a.attcompression WHEN 'p' "
    "THEN 'pglz' WHEN 'l' THEN 'lz4' END|NULL}}, a.attoptions, pg_get_expr(d.adbin, d.adrelid), d.oid FROM "
    "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = "
    "c.relnamespace JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation co ON co.oid = "
    "a.attcollation AND a.attcollation <> t.typcollation LEFT JOIN pg_namespace cn ON cn.oid = "
    "co.collnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE "
    "c.relkind IN ('v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND {{ours}} "
    "ORDER BY c.oid, a.attnum";

static void
add_dummy_column(View *view, const PGresult *result, int row)
{
    g_string_append_printf(view->dummy, "%s\n    NULL::%s", view->dummy->len > 0 ? "," : "",
                           pg_text(result, row, VC_TYPE));
    const char *collation = pg_text(result, row, VC_COLLATION);
    if (collation != NULL) {
        g_string_append(view->dummy, " COLLATE ");
        pg_append_qualified(view->dummy, pg_text(result, row, VC_COLLATION_SCHEMA), collation);
    }
    g_string_append(view->dummy, " AS ");
    pg_append_name(view->dummy, pg_text(result, row, VC_NAME));
}

static void
add_column_settings(PgReader *reader, const PgEntry *entry, const PGresult *result, int row)
{
    g_autofree char *name = pg_name(pg_text(result, row, VC_NAME));
    g_autofree char *head = g_strdup_printf("ALTER %s ALTER COLUMN %s SET", entry->tag, name);
    static const struct {
        int column;
        const char *word;
    } settings[] = {
        { VC_STATISTICS, "STATISTICS" },
        { VC_STORAGE, "STORAGE" },
        { VC_COMPRESSION, "COMPRESSION" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        const char *value = pg_text(result, row, settings[i].column);
        if (value == NULL)
            continue;
        g_autofree char *sql = g_strdup_printf("%s %s %s", head, settings[i].word, value);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    }
    g_autoptr(GString) options = g_string_new(NULL);
    if (pg_append_option_list(options, pg_text(result, row, VC_OPTIONS), "") > 0) {
        g_autofree char *sql = g_strdup_printf("%s (%s)", head, options->str);
        pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
    }
}

/* A default may need what needs the view: then it comes later. */
static void
pull_default(PgReader *reader, PgEntry *entry)
{
    BlObject *view = entry->object;
    const PgSpec spec = {
        .kind = &pg_kind_default, .schema = view->schema, .name = entry->data, .parent = view->name
    };
    entry->object = pg_add_object(reader, &spec);
    bl_object_add_dependency(entry->object, view);
}

/* As a tail, it goes where the entry's object is in the end. */
static void
add_default(PgReader *reader, const PgEntry *owner, const PGresult *result, int row)
{
    const char *value = pg_text(result, row, VC_DEFAULT);
    if (value == NULL)
        return;
    const char *column = bl_catalog_string(reader->catalog, pg_text(result, row, VC_NAME));
    PgEntry *entry =
        pg_add_alias(reader, PG_ATTRDEF, pg_oid(result, row, VC_DEFAULT_OID), owner, NULL);
    entry->data = (gpointer)(guintptr)column;
    entry->pull = pull_default;
    entry->pull_cost = PG_PULL_DEFAULT;
    g_autofree char *name = pg_name(column);
    g_autofree char *sql =
        g_strdup_printf("ALTER %s ALTER COLUMN %s SET DEFAULT %s", owner->tag, name, value);
    pg_add_tail(reader, entry, PG_TAIL_SETTING, "", sql);
}

static gboolean
add_column(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    Oid oid = pg_oid(result, row, VC_VIEW);
    PgEntry *entry = pg_find(reader, PG_CLASS, oid);
    if (entry == NULL)
        return TRUE;
    View *view = g_hash_table_lookup(reader->views, GUINT_TO_POINTER(oid));
    if (view != NULL) {
        add_dummy_column(view, result, row);
        add_default(reader, entry, result, row);
    }
    add_column_settings(reader, entry, result, row);
    if (reader->options->with_parts)
        bl_object_add_part(reader->catalog, entry->object, "column", pg_text(result, row, VC_NAME),
                           pg_text(result, row, VC_TYPE));
    return TRUE;
}

static int
order_views(gconstpointer left, gconstpointer right)
{
    const View *a = *(const View *const *)left;
    const View *b = *(const View *const *)right;
    int order = strcmp(a->schema, b->schema);
    return order != 0 ? order : strcmp(a->plain, b->plain);
}

void
pg_pull_recursive_views(PgReader *reader)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, reader->views);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const View *view = value;
        if (view->reads_itself)
            g_ptr_array_add(found, value);
    }
    g_ptr_array_sort(found, order_views);
    for (guint i = 0; i < found->len; i++) {
        const View *view = g_ptr_array_index(found, i);
        view->rule->pull = NULL;
        pull_query(reader, view->rule);
    }
}

void
pg_render_views(PgReader *reader)
{
    GHashTableIter iter;
    gpointer oid;
    gpointer value;
    g_hash_table_iter_init(&iter, reader->views);
    while (g_hash_table_iter_next(&iter, &oid, &value)) {
        const View *view = value;
        const PgEntry *entry = pg_find(reader, PG_CLASS, GPOINTER_TO_UINT(oid));
        pg_add_statement(reader, entry, "CREATE VIEW %s%s AS\n%s", view->name, view->head,
                         view->text);
    }
}

enum { RULE_OID, RULE_SCHEMA, RULE_TABLE, RULE_TABLE_OID, RULE_NAME, RULE_ENABLED, RULE_TEXT };

static const char rules_sql[] =
    "SELECT r.oid, n.nspname, c.relname, c.oid, r.rulename, r.ev_enabled, pg_get_ruledef(r.oid) FROM "
    "pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE r.oid >= 16384 AND {{ours}} AND NOT (r.rulename = '_RETURN' AND c.relkind IN ('v', 'm')) "
    "AND " PG_NO_MEMBER("pg_class", "c.oid");

/* The name of every view's own rule. Another rule can be given it, but not be made with it. */
#define RETURN_PREFIX "CREATE RULE \"_RETURN\" AS"

static void
add_rule_text(PgReader *reader, const PgEntry *entry, const char *table, const char *text)
{
    if (!g_str_has_prefix(text, RETURN_PREFIX)) {
        pg_add_statement(reader, entry, "%s", text);
        return;
    }
    pg_add_statement(reader, entry, "CREATE RULE baseline_return AS%s",
                     text + strlen(RETURN_PREFIX));
    pg_add_statement(reader, entry, "ALTER RULE baseline_return ON %s RENAME TO \"_RETURN\"",
                     table);
}

static gboolean
add_rule(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, RULE_SCHEMA);
    const char *table = pg_text(result, row, RULE_TABLE);
    const char *name = pg_text(result, row, RULE_NAME);
    const PgSpec spec = { .kind = &pg_kind_rule,
                          .class_id = PG_REWRITE,
                          .oid = pg_oid(result, row, RULE_OID),
                          .schema = schema,
                          .name = name,
                          .parent = table };
    PgEntry *entry = pg_add_on_table(reader, &spec, pg_oid(result, row, RULE_TABLE_OID), "RULE");
    if (entry == NULL)
        return TRUE;
    g_autofree char *qualified = pg_qualified(schema, table);
    g_autofree char *quoted = pg_name(name);
    if (pg_text(result, row, RULE_TEXT) == NULL) {
        reader->changed = TRUE;
        return TRUE;
    }
    g_autofree char *text = trimmed(pg_text(result, row, RULE_TEXT));
    add_rule_text(reader, entry, qualified, text);
    const char *state = pg_enable_word(pg_text(result, row, RULE_ENABLED)[0]);
    if (state != NULL)
        pg_add_statement(reader, entry, "ALTER TABLE %s %s RULE %s", qualified, state, quoted);
    return TRUE;
}

static const PgQuery queries[] = {
    { "views", views_sql, 0, PG_QUERY_IF(PG_IF_RULE), add_view },
    { "columns of views", columns_sql, 0, PG_QUERY_IF(PG_IF_RULE), add_column },
    { "rules", rules_sql, 0, PG_QUERY_IF(PG_IF_RULE), add_rule },
};

const PgSection pg_section_views = { queries, G_N_ELEMENTS(queries), NULL };
