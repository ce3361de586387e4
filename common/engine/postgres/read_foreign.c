/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"
#include "common/sql/quote.h"

#include <string.h>

/* Options in pairs: name, value, in the order of the names. */
#define OPTION_PAIRS(column)                                                                       \
    "array(SELECT u.x FROM pg_options_to_table(" column                                            \
    ") o, unnest(ARRAY[o.option_name::text, o.option_value]) WITH ORDINALITY u(x, i) ORDER BY "    \
    "o.option_name COLLATE \"C\", u.i)"

/* Options that open doors. They never reach a snapshot. */
static const char *const secret_words[] = { "password",    "passwd",  "passphrase", "passcode",
                                            "secret",      "token",   "credential", "access_key",
                                            "private_key", "api_key", "apikey",     "scram_",
                                            "storage_key" };

/* Whether a password must be given is none. */
static const char *const harmless[] = { "password_required", "use_scram_passthrough" };

static gboolean
is_secret(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++) {
        if (strcmp(lower, harmless[i]) == 0)
            return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(secret_words); i++) {
        if (strstr(lower, secret_words[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
report_secret(PgReader *reader, const PgEntry *entry, const char *name)
{
    g_autofree char *label = bl_object_label(entry->object);
    g_autofree char *shown = bl_quote_comment(name);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                   "option \"%s\" of %s is a secret and is left out", shown, label);
}

/* Appends " OPTIONS (a 'b')" without secrets. */
static void
append_option_clause(GString *sql, PgReader *reader, const PgEntry *entry, const char *pairs)
{
    g_autoptr(GPtrArray) list = pg_split_array(pairs);
    guint n = 0;
    for (guint i = 0; i + 1 < list->len; i += 2) {
        const char *name = g_ptr_array_index(list, i);
        const char *value = g_ptr_array_index(list, i + 1);
        if (is_secret(name)) {
            report_secret(reader, entry, name);
            continue;
        }
        g_string_append(sql, n++ == 0 ? " OPTIONS (" : ", ");
        pg_append_name(sql, name);
        g_string_append_c(sql, ' ');
        pg_append_literal(sql, value != NULL ? value : "");
    }
    if (n > 0)
        g_string_append_c(sql, ')');
}

enum {
    FDW_OID,
    FDW_NAME,
    FDW_HANDLER_SCHEMA,
    FDW_HANDLER,
    FDW_VALIDATOR_SCHEMA,
    FDW_VALIDATOR,
    FDW_OPTIONS,
};

static gboolean
add_wrapper(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, FDW_NAME);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("FOREIGN DATA WRAPPER ", quoted, NULL);
    PgEntry *entry =
        pg_add_global(reader, &pg_kind_fdw, PG_FDW, pg_oid(result, row, FDW_OID), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, tag);
    if (pg_text(result, row, FDW_HANDLER) != NULL) {
        g_string_append(sql, " HANDLER ");
        pg_append_outer(sql, pg_text(result, row, FDW_HANDLER_SCHEMA),
                        pg_text(result, row, FDW_HANDLER));
    }
    if (pg_text(result, row, FDW_VALIDATOR) != NULL) {
        g_string_append(sql, " VALIDATOR ");
        pg_append_outer(sql, pg_text(result, row, FDW_VALIDATOR_SCHEMA),
                        pg_text(result, row, FDW_VALIDATOR));
    }
    append_option_clause(sql, reader, entry, pg_text(result, row, FDW_OPTIONS));
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

enum { SRV_OID, SRV_NAME, SRV_TYPE, SRV_VERSION, SRV_WRAPPER, SRV_OPTIONS };

static gboolean
add_server(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, SRV_NAME);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("SERVER ", quoted, NULL);
    g_autofree char *grant_tag = g_strconcat("FOREIGN SERVER ", quoted, NULL);
    const PgSpec spec = { .kind = &pg_kind_server,
                          .class_id = PG_FOREIGN_SERVER,
                          .oid = pg_oid(result, row, SRV_OID),
                          .name = name,
                          .tag = tag,
                          .grant_tag = grant_tag };
    PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, tag);
    const char *type = pg_text(result, row, SRV_TYPE);
    if (type != NULL) {
        g_string_append(sql, " TYPE ");
        pg_append_literal(sql, type);
    }
    const char *version = pg_text(result, row, SRV_VERSION);
    if (version != NULL) {
        g_string_append(sql, " VERSION ");
        pg_append_literal(sql, version);
    }
    g_string_append(sql, " FOREIGN DATA WRAPPER ");
    pg_append_name(sql, pg_text(result, row, SRV_WRAPPER));
    append_option_clause(sql, reader, entry, pg_text(result, row, SRV_OPTIONS));
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

enum { MAP_OID, MAP_SERVER_OID, MAP_SERVER, MAP_USER, MAP_OPTIONS, MAP_READABLE };

/* The view shows options only to their user, to the server's owner for PUBLIC's, and to superusers;
 * it does not tell what is hidden from what is not there. */
static const char mappings_sql[] =
    "SELECT m.umid, m.srvid, m.srvname, CASE WHEN m.umuser <> 0 THEN m.usename END, " OPTION_PAIRS(
        "m.umoptions") ", {{superuser|true|CASE WHEN m.umuser = 0 THEN pg_has_role(s.srvowner, "
                       "'USAGE') ELSE m.usename = current_user AND (pg_has_role(s.srvowner, "
                       "'USAGE') OR has_server_privilege(s.oid, 'USAGE')) END}} FROM "
                       "pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid";

static gboolean
add_mapping(PgReader *reader, const PGresult *result, int row, GError **error)
{
    if (pg_find(reader, PG_FOREIGN_SERVER, pg_oid(result, row, MAP_SERVER_OID)) == NULL)
        return TRUE;
    const char *server = pg_text(result, row, MAP_SERVER);
    const char *user = pg_text(result, row, MAP_USER);
    g_autofree char *name = g_strdup_printf("%s ON %s", user != NULL ? user : "PUBLIC", server);
    const PgSpec spec = { .kind = &pg_kind_user_mapping,
                          .class_id = PG_USER_MAPPING,
                          .oid = pg_oid(result, row, MAP_OID),
                          .name = name };
    if (!pg_is_ours(reader, spec.class_id, spec.oid, NULL, name, NULL))
        return TRUE;
    if (!pg_flag(result, row, MAP_READABLE)) {
        g_autofree char *label = g_strconcat("user mapping ", name, NULL);
        return pg_unsupported(reader, label, "only its user or a superuser may read its options",
                              error);
    }
    PgEntry *entry = pg_add(reader, &spec);
    g_autoptr(GString) sql = g_string_new("CREATE USER MAPPING FOR ");
    if (user == NULL)
        g_string_append(sql, "PUBLIC");
    else
        pg_append_name(sql, user);
    g_string_append(sql, " SERVER ");
    pg_append_name(sql, server);
    append_option_clause(sql, reader, entry, pg_text(result, row, MAP_OPTIONS));
    pg_add_statement(reader, entry, "%s", sql->str);
    pg_add_edge(reader, PG_USER_MAPPING, spec.oid, PG_FOREIGN_SERVER,
                pg_oid(result, row, MAP_SERVER_OID));
    return TRUE;
}

static const PgQuery queries[] = {
    { "foreign-data wrappers",
      "SELECT f.oid, f.fdwname, hn.nspname, h.proname, vn.nspname, v.proname, " OPTION_PAIRS(
          "f.fdwoptions") " FROM pg_foreign_data_wrapper f LEFT JOIN pg_proc h ON h.oid = f.fdwhandler "
                          "LEFT JOIN pg_namespace hn ON hn.oid = h.pronamespace LEFT JOIN pg_proc v ON "
                          "v.oid = f.fdwvalidator LEFT JOIN pg_namespace vn ON vn.oid = "
                          "v.pronamespace WHERE f.oid >= 16384",
      0, PG_QUERY_IF(PG_IF_WRAPPER), add_wrapper },
    { "foreign servers",
      "SELECT s.oid, s.srvname, s.srvtype, s.srvversion, f.fdwname, " OPTION_PAIRS(
          "s.srvoptions") " FROM pg_foreign_server s JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw",
      0, PG_QUERY_IF(PG_IF_SERVER), add_server },
    { "user mappings", mappings_sql, 0, PG_QUERY_IF(PG_IF_SERVER), add_mapping },
};

const PgSection pg_section_foreign = { queries, G_N_ELEMENTS(queries), NULL };
