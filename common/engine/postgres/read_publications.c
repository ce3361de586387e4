/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    PUB_OID,
    PUB_NAME,
    PUB_ALL_TABLES,
    PUB_INSERT,
    PUB_UPDATE,
    PUB_DELETE,
    PUB_TRUNCATE,
    PUB_VIA_ROOT,
    PUB_GENERATED,
};

static void
append_publish(GString *sql, const PGresult *result, int row)
{
    static const struct {
        int column;
        const char *word;
    } actions[] = {
        { PUB_INSERT, "insert" },
        { PUB_UPDATE, "update" },
        { PUB_DELETE, "delete" },
        { PUB_TRUNCATE, "truncate" },
    };
    guint n = 0;
    g_string_append(sql, " WITH (publish = '");
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (pg_flag(result, row, actions[i].column))
            g_string_append_printf(sql, "%s%s", n++ > 0 ? ", " : "", actions[i].word);
    }
    g_string_append_c(sql, '\'');
}

static gboolean
add_publication(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, PUB_NAME);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("PUBLICATION ", quoted, NULL);
    PgEntry *entry = pg_add_global(reader, &pg_kind_publication, PG_PUBLICATION,
                                   pg_oid(result, row, PUB_OID), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, tag);
    if (pg_flag(result, row, PUB_ALL_TABLES))
        g_string_append(sql, " FOR ALL TABLES");
    append_publish(sql, result, row);
    if (pg_flag(result, row, PUB_VIA_ROOT))
        g_string_append(sql, ", publish_via_partition_root = true");
    if (pg_text(result, row, PUB_GENERATED)[0] == 's') {
        g_string_append(sql, ", publish_generated_columns = stored");
        pg_need_version(reader, 18);
    }
    pg_add_statement(reader, entry, "%s)", sql->str);
    return TRUE;
}

/* It is in the snapshot, or comes with an extension. */
static gboolean
will_be_there(const PgReader *reader, Oid class_id, Oid oid)
{
    guint64 key = pg_key(class_id, oid);
    return pg_find(reader, class_id, oid) != NULL || g_hash_table_contains(reader->members, &key);
}

enum { MEM_OID, MEM_PUBLICATION, MEM_SCHEMA, MEM_TABLE, MEM_TABLE_OID, MEM_COLUMNS, MEM_WHERE };

static gboolean
add_table(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgEntry *entry = pg_find(reader, PG_PUBLICATION, pg_oid(result, row, MEM_PUBLICATION));
    if (entry == NULL || !will_be_there(reader, PG_CLASS, pg_oid(result, row, MEM_TABLE_OID)))
        return TRUE;
    g_autofree char *table =
        pg_qualified(pg_text(result, row, MEM_SCHEMA), pg_text(result, row, MEM_TABLE));
    g_autoptr(GString) sql = g_string_new("ALTER ");
    g_string_append_printf(sql, "%s ADD TABLE ONLY %s", entry->tag, table);
    const char *columns = pg_text(result, row, MEM_COLUMNS);
    if (columns != NULL) {
        g_autoptr(GPtrArray) names = pg_split_array(columns);
        for (guint i = 0; i < names->len; i++) {
            g_string_append(sql, i == 0 ? " (" : ", ");
            pg_append_name(sql, g_ptr_array_index(names, i));
        }
        g_string_append_c(sql, ')');
        pg_need_version(reader, 15);
    }
    const char *where = pg_text(result, row, MEM_WHERE);
    if (where != NULL) {
        g_string_append_printf(sql, " WHERE (%s)", where);
        pg_need_version(reader, 15);
    }
    pg_add_tail(reader, entry, PG_TAIL_SETTING, table, sql->str);
    pg_add_alias(reader, PG_PUBLICATION_REL, pg_oid(result, row, MEM_OID), entry, NULL);
    pg_add_edge(reader, PG_PUBLICATION, entry->oid, PG_CLASS, pg_oid(result, row, MEM_TABLE_OID));
    return TRUE;
}

static gboolean
add_schema(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgEntry *entry = pg_find(reader, PG_PUBLICATION, pg_oid(result, row, 1));
    const char *schema = pg_text(result, row, 2);
    if (entry == NULL || !will_be_there(reader, PG_NAMESPACE, pg_oid(result, row, 3)))
        return TRUE;
    g_autofree char *quoted = pg_name(schema);
    g_autofree char *sql = g_strdup_printf("ALTER %s ADD TABLES IN SCHEMA %s", entry->tag, quoted);
    pg_add_tail(reader, entry, PG_TAIL_SETTING, quoted, sql);
    pg_add_alias(reader, PG_PUBLICATION_NAMESPACE, pg_oid(result, row, 0), entry, NULL);
    pg_add_edge(reader, PG_PUBLICATION, entry->oid, PG_NAMESPACE, pg_oid(result, row, 3));
    pg_need_version(reader, 15);
    return TRUE;
}

enum {
    SUB_OID,
    SUB_NAME,
    SUB_CONNINFO,
    SUB_SLOT,
    SUB_SYNC,
    SUB_PUBLICATIONS,
    SUB_BINARY,
    SUB_STREAM,
    SUB_TWO_PHASE,
    SUB_DISABLE,
    SUB_PASSWORD_REQUIRED,
    SUB_RUN_AS_OWNER,
    SUB_ORIGIN,
    SUB_FAILOVER,
};

/* Who is no superuser sees that there is one, not where it goes. */
static const char subscriptions_sql[] =
    "SELECT {{superuser14|oid|0}}, subname, {{superuser|subconninfo|NULL}}, subslotname, "
    "{{superuser14|subsynccommit|'off'}}, "
    "subpublications, {{14|subbinary|false}}, {{14|substream|NULL}}, "
    "{{15|subtwophasestate|'d'}}, {{15|subdisableonerr|false}}, {{16|subpasswordrequired|true}}, "
    "{{16|subrunasowner|false}}, {{16|suborigin|'any'}}, {{17|subfailover|false}} FROM pg_subscription "
    "WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";

static gboolean
is_secret(const PQconninfoOption *option)
{
    return option->dispchar[0] == '*' || strstr(option->keyword, "password") != NULL ||
           strstr(option->keyword, "secret") != NULL || g_str_has_prefix(option->keyword, "scram_");
}

static void
append_setting(GString *out, const PQconninfoOption *option)
{
    g_string_append_printf(out, "%s%s=", out->len > 0 ? " " : "", option->keyword);
    if (option->val[0] != '\0' && strpbrk(option->val, " \t\r\n\f\v'\\") == NULL) {
        g_string_append(out, option->val);
        return;
    }
    g_string_append_c(out, '\'');
    for (const char *p = option->val; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '\'');
}

/* The connection string; as it stands where it holds no secret, else anew, without them.
 * @return g_free(); NULL: this libpq does not know all that is in it */
static char *
without_secrets(const char *conninfo, gboolean *had_secrets)
{
    PQconninfoOption *options = pq.PQconninfoParse(conninfo, NULL);
    if (options == NULL)
        return NULL;
    *had_secrets = FALSE;
    GString *out = g_string_new(NULL);
    for (PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val == NULL)
            continue;
        if (is_secret(option))
            *had_secrets = TRUE;
        else
            append_setting(out, option);
    }
    pq.PQconninfoFree(options);
    if (!*had_secrets)
        g_string_assign(out, conninfo);
    return g_string_free(out, FALSE);
}

/* Always said: what it is by itself changed with 18. */
static void
append_streaming(GString *sql, PgReader *reader, const char *stream)
{
    if (stream == NULL)
        return;
    gboolean is_parallel = stream[0] == 'p';
    const char *word = is_parallel ? "parallel" : stream[0] == 't' ? "on" : "off";
    g_string_append_printf(sql, ", streaming = %s", word);
    pg_need_version(reader, is_parallel ? 16 : 14);
}

static void
append_subscription_options(GString *sql, PgReader *reader, const PGresult *result, int row)
{
    g_string_append(sql, " WITH (connect = false, slot_name = ");
    const char *slot = pg_text(result, row, SUB_SLOT);
    if (slot == NULL)
        g_string_append(sql, "NONE");
    else
        pg_append_literal(sql, slot);
    const char *sync = pg_text(result, row, SUB_SYNC);
    if (strcmp(sync, "off") != 0) {
        g_string_append(sql, ", synchronous_commit = ");
        pg_append_literal(sql, sync);
    }
    static const struct {
        int column;
        char usual;
        char letter;
        const char *text;
        guint since;
    } flags[] = {
        { SUB_BINARY, 'f', 't', "binary = true", 14 },
        { SUB_TWO_PHASE, 'd', 0, "two_phase = on", 15 },
        { SUB_DISABLE, 'f', 't', "disable_on_error = true", 15 },
        { SUB_PASSWORD_REQUIRED, 't', 'f', "password_required = false", 16 },
        { SUB_RUN_AS_OWNER, 'f', 't', "run_as_owner = true", 16 },
        { SUB_ORIGIN, 'a', 'n', "origin = none", 16 },
        { SUB_FAILOVER, 'f', 't', "failover = true", 17 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        const char *value = pg_text(result, row, flags[i].column);
        if (value == NULL || value[0] == flags[i].usual)
            continue;
        g_string_append_printf(sql, ", %s", flags[i].text);
        pg_need_version(reader, flags[i].since);
    }
    append_streaming(sql, reader, pg_text(result, row, SUB_STREAM));
    g_string_append_c(sql, ')');
}

static void
report_secret(PgReader *reader, const PgEntry *entry)
{
    g_autofree char *label = bl_object_label(entry->object);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                   "the password in the connection string of %s is left out", label);
}

static gboolean
add_subscription(PgReader *reader, const PGresult *result, int row, GError **error)
{
    const char *name = pg_text(result, row, SUB_NAME);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("SUBSCRIPTION ", quoted, NULL);
    if (!pg_is_ours(reader, PG_SUBSCRIPTION, pg_oid(result, row, SUB_OID), NULL, name, NULL))
        return TRUE;
    const char *conninfo = pg_text(result, row, SUB_CONNINFO);
    gboolean had_secrets = FALSE;
    g_autofree char *shown = conninfo != NULL ? without_secrets(conninfo, &had_secrets) : NULL;
    if (shown == NULL) {
        g_autofree char *label = g_strconcat("subscription ", name, NULL);
        return pg_unsupported(reader, label,
                              conninfo == NULL ? "only a superuser may read its connection string"
                                               : "its connection string is newer than libpq",
                              error);
    }
    PgEntry *entry = pg_add_global(reader, &pg_kind_subscription, PG_SUBSCRIPTION,
                                   pg_oid(result, row, SUB_OID), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append_printf(sql, "%s CONNECTION ", tag);
    pg_append_literal(sql, shown);
    g_string_append(sql, " PUBLICATION ");
    g_autoptr(GPtrArray) list = pg_split_array(pg_text(result, row, SUB_PUBLICATIONS));
    for (guint i = 0; i < list->len; i++) {
        g_string_append(sql, i > 0 ? ", " : "");
        pg_append_name(sql, g_ptr_array_index(list, i));
    }
    append_subscription_options(sql, reader, result, row);
    pg_add_statement(reader, entry, "%s", sql->str);
    if (had_secrets)
        report_secret(reader, entry);
    return TRUE;
}

static const PgQuery queries[] = {
    { "publications",
      "SELECT oid, pubname, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, "
      "{{18|pubgencols|'n'}} FROM pg_publication",
      0, PG_QUERY_IF(PG_IF_PUBLICATION), add_publication },
    { "tables of publications",
      "SELECT r.oid, r.prpubid, n.nspname, c.relname, c.oid, {{15|CASE WHEN r.prattrs IS NOT NULL THEN "
      "array(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY "
      "(r.prattrs::int2[]) ORDER BY a.attnum) END|NULL}}, {{15|pg_get_expr(r.prqual, r.prrelid)|NULL}} "
      "FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = "
      "c.relnamespace",
      0, PG_QUERY_IF(PG_IF_PUBLICATION), add_table },
    { "schemas of publications",
      "SELECT p.oid, p.pnpubid, n.nspname, n.oid FROM pg_publication_namespace p JOIN pg_namespace n ON "
      "n.oid = p.pnnspid",
      15, PG_QUERY_IF(PG_IF_PUBLICATION), add_schema },
    { "subscriptions", subscriptions_sql, 0, PG_QUERY_IF(PG_IF_SUBSCRIPTION), add_subscription },
};

const PgSection pg_section_publications = { queries, G_N_ELEMENTS(queries), NULL };
