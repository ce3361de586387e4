/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

static const char parsers_sql[] =
    "SELECT p.oid, n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prsheadline, "
    "p.prslextype FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE {{ours}} "
    "AND p.oid >= 16384 AND " PG_NO_MEMBER("pg_ts_parser", "p.oid");

static const char templates_sql[] =
    "SELECT t.oid, n.nspname, t.tmplname, t.tmplinit, t.tmpllexize FROM pg_ts_template t JOIN "
    "pg_namespace n ON n.oid = t.tmplnamespace WHERE {{ours}} AND t.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_ts_template", "t.oid");

static const char dictionaries_sql[] =
    "SELECT d.oid, n.nspname, d.dictname, tn.nspname, t.tmplname, d.dictinitoption FROM pg_ts_dict d "
    "JOIN pg_namespace n ON n.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate "
    "JOIN pg_namespace tn ON tn.oid = t.tmplnamespace WHERE {{ours}} AND d.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_ts_dict", "d.oid");

static const char configurations_sql[] =
    "SELECT c.oid, n.nspname, c.cfgname, pn.nspname, p.prsname FROM pg_ts_config c JOIN pg_namespace "
    "n ON n.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON "
    "pn.oid = p.prsnamespace WHERE {{ours}} AND c.oid >= 16384 AND " PG_NO_MEMBER("pg_ts_config",
                                                                                  "c.oid");

/* Tokens that go to the same dictionaries, as one row: their names, then the dictionaries. */
static const char mappings_sql[] =
    "WITH tokens AS (SELECT c.oid, t.alias COLLATE \"C\" AS alias, array(SELECT "
    "m.mapdict::regdictionary::text FROM pg_ts_config_map m WHERE m.mapcfg = c.oid AND m.maptokentype "
    "= t.tokid ORDER BY m.mapseqno) AS dicts FROM pg_ts_config c JOIN pg_namespace n ON n.oid = "
    "c.cfgnamespace, ts_token_type(c.cfgparser) t WHERE {{ours}} AND c.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_ts_config",
        "c.oid") ") SELECT oid, array_agg(alias ORDER BY alias), dicts FROM tokens WHERE cardinality(dicts) > 0 "
                 "GROUP BY oid, dicts ORDER BY oid, min(alias)";

/* Columns 0 to 2 of the queries above. @param qualified out: its name in SQL */
static const PgEntry *
add_object(PgReader *reader,
           const PGresult *result,
           int row,
           const BlKind *kind,
           Oid class_id,
           char **qualified)
{
    const char *schema = pg_text(result, row, 1);
    const char *name = pg_text(result, row, 2);
    *qualified = pg_qualified(schema, name);
    g_autofree char *upper = g_ascii_strup(kind->name, -1);
    g_autofree char *tag = g_strdup_printf("%s %s", upper, *qualified);
    const PgSpec spec = { .kind = kind,
                          .class_id = class_id,
                          .oid = pg_oid(result, row, 0),
                          .schema = schema,
                          .name = name,
                          .tag = tag };
    return pg_add(reader, &spec);
}

static void
clause_object(GString *list, const char *key, const char *schema, const char *name)
{
    pg_clause(list, "%s = ", key);
    pg_append_outer(list, schema, name);
}

static gboolean
add_parser(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    static const char *const keys[] = { "START", "GETTOKEN", "END", "HEADLINE", "LEXTYPES" };
    g_autofree char *name = NULL;
    const PgEntry *entry =
        add_object(reader, result, row, &pg_kind_search_parser, PG_TS_PARSER, &name);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = g_string_new(NULL);
    for (int i = 0; i < (int)G_N_ELEMENTS(keys); i++)
        pg_clause_reg(list, keys[i], pg_text(result, row, 3 + i));
    pg_add_statement(reader, entry, "CREATE TEXT SEARCH PARSER %s (\n%s\n)", name, list->str);
    return TRUE;
}

static gboolean
add_template(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autofree char *name = NULL;
    const PgEntry *entry =
        add_object(reader, result, row, &pg_kind_search_template, PG_TS_TEMPLATE, &name);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = g_string_new(NULL);
    pg_clause_reg(list, "INIT", pg_text(result, row, 3));
    pg_clause_reg(list, "LEXIZE", pg_text(result, row, 4));
    pg_add_statement(reader, entry, "CREATE TEXT SEARCH TEMPLATE %s (\n%s\n)", name, list->str);
    return TRUE;
}

static gboolean
add_dictionary(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autofree char *name = NULL;
    const PgEntry *entry =
        add_object(reader, result, row, &pg_kind_search_dictionary, PG_TS_DICT, &name);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = g_string_new(NULL);
    clause_object(list, "TEMPLATE", pg_text(result, row, 3), pg_text(result, row, 4));
    /* The server keeps the options as text that is ready for use. */
    const char *options = pg_text(result, row, 5);
    if (options != NULL && options[0] != '\0')
        pg_clause(list, "%s", options);
    pg_add_statement(reader, entry, "CREATE TEXT SEARCH DICTIONARY %s (\n%s\n)", name, list->str);
    return TRUE;
}

static gboolean
add_configuration(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autofree char *name = NULL;
    const PgEntry *entry =
        add_object(reader, result, row, &pg_kind_search_configuration, PG_TS_CONFIG, &name);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = g_string_new(NULL);
    clause_object(list, "PARSER", pg_text(result, row, 3), pg_text(result, row, 4));
    pg_add_statement(reader, entry, "CREATE TEXT SEARCH CONFIGURATION %s (\n%s\n)", name,
                     list->str);
    return TRUE;
}

static char *
join_names(const char *array, char *(*name)(const char *text))
{
    g_autoptr(GPtrArray) elements = pg_split_array(array);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < elements->len; i++) {
        g_autofree char *text = name(g_ptr_array_index(elements, i));
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", text);
    }
    return g_string_free(out, FALSE);
}

static gboolean
add_mapping(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, PG_TS_CONFIG, pg_oid(result, row, 0));
    if (entry == NULL)
        return TRUE;
    g_autofree char *tokens = join_names(pg_text(result, row, 1), pg_name);
    g_autofree char *dictionaries = join_names(pg_text(result, row, 2), pg_reg_name);
    pg_add_statement(reader, entry, "ALTER %s ADD MAPPING FOR %s WITH %s", entry->tag, tokens,
                     dictionaries);
    return TRUE;
}

static const PgQuery queries[] = {
    { "text search parsers", parsers_sql, 0, PG_QUERY_IF(PG_IF_PARSER), add_parser },
    { "text search templates", templates_sql, 0, PG_QUERY_IF(PG_IF_TEMPLATE), add_template },
    { "text search dictionaries", dictionaries_sql, 0, PG_QUERY_IF(PG_IF_DICTIONARY),
      add_dictionary },
    { "text search configurations", configurations_sql, 0, PG_QUERY_IF(PG_IF_CONFIGURATION),
      add_configuration },
    { "text search mappings", mappings_sql, 0, PG_QUERY_IF(PG_IF_CONFIGURATION), add_mapping },
};

const PgSection pg_section_search = { queries, G_N_ELEMENTS(queries), NULL };
