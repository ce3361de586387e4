/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    D_OID,
    D_SCHEMA,
    D_NAME,
    D_ARRAY,
    D_BASE,
    D_COLLATION_SCHEMA,
    D_COLLATION,
    D_EXPRESSION,
    D_LITERAL,
    D_NOT_NULL,
    D_CONSTRAINTS,
};

/* Constraints in one array: OID, kind, validity, name, definition. NOT NULL has been one of them
 * since 17. */
const char pg_domains_sql[] =
    "SELECT t.oid, n.nspname, t.typname, t.typarray, format_type(t.typbasetype, t.typtypmod), "
    "cn.nspname, c.collname, pg_get_expr(t.typdefaultbin, 0), t.typdefault, t.typnotnull, "
    "array(SELECT u.x FROM pg_constraint k, unnest(ARRAY[k.oid::text, k.contype::text, "
    "k.convalidated::text, k.conname::text, pg_get_constraintdef(k.oid)]) WITH ORDINALITY u(x, i) "
    "WHERE k.contypid = t.oid ORDER BY k.conname, u.i) FROM pg_type t JOIN pg_namespace n ON n.oid = "
    "t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype LEFT JOIN pg_collation c ON c.oid = "
    "t.typcollation AND t.typcollation <> b.typcollation LEFT JOIN pg_namespace cn ON cn.oid = "
    "c.collnamespace WHERE t.typtype = 'd' AND {{ours}} AND t.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_type", "t.oid");

enum { K_OID, K_TYPE, K_VALID, K_NAME, K_TEXT, K_FIELDS };

/* What is kept for pull_check() is one string: the length of the name, a blank, the name, the
 * clause "CONSTRAINT name CHECK (…)". */
static char *
pack_check(const char *name, const char *clause)
{
    return g_strdup_printf("%zu %s%s", strlen(name), name, clause);
}

static char *
unpack_check(const char *packed, const char **clause)
{
    char *end = NULL;
    gsize len = (gsize)g_ascii_strtoull(packed, &end, 10);
    *clause = end + 1 + len;
    return g_strndup(end + 1, len);
}

static void
take_out(PgReader *reader, const BlObject *domain, const char *clause, const char *alter)
{
    GPtrArray *statements = domain->statements;
    g_autofree char *inside = g_strconcat("\n    ", clause, NULL);
    const char *create = g_ptr_array_index(statements, 0);
    const char *found = strstr(create, inside);
    if (found != NULL) {
        g_autofree char *rest =
            g_strdup_printf("%.*s%s", (int)(found - create), create, found + strlen(inside));
        statements->pdata[0] = (gpointer)(guintptr)bl_catalog_string(reader->catalog, rest);
    }
    for (guint i = statements->len - 1; i > 0; i--) {
        if (strcmp(g_ptr_array_index(statements, i), alter) == 0)
            g_ptr_array_remove_index(statements, i);
    }
}

/* A check that needs a function that needs the domain. */
static void
pull_check(PgReader *reader, PgEntry *entry)
{
    BlObject *domain = entry->object;
    const char *clause = NULL;
    g_autofree char *name = unpack_check(entry->data, &clause);
    g_autofree char *qualified = pg_qualified(domain->schema, domain->name);
    g_autofree char *sql = g_strdup_printf("ALTER DOMAIN %s ADD %s", qualified, clause);
    take_out(reader, domain, clause, sql);
    const PgSpec spec = { .kind = &pg_kind_domain_constraint,
                          .schema = domain->schema,
                          .name = name,
                          .parent = domain->name };
    entry->object = pg_add_object(reader, &spec);
    entry->is_alias = FALSE;
    bl_object_add_statement(reader->catalog, entry->object, sql);
    bl_object_add_dependency(entry->object, domain);
}

static PgEntry *
add_constraint(PgReader *reader, const PgEntry *domain, const char *const *field)
{
    g_autofree char *quoted = pg_name(field[K_NAME]);
    g_autofree char *qualified = pg_qualified(domain->object->schema, domain->object->name);
    g_autofree char *tag = g_strdup_printf("CONSTRAINT %s ON DOMAIN %s", quoted, qualified);
    Oid oid = (Oid)g_ascii_strtoull(field[K_OID], NULL, 10);
    pg_add_part(reader, domain, "constraint", field[K_NAME], field[K_TEXT]);
    return pg_add_alias(reader, PG_CONSTRAINT, oid, domain, tag);
}

/* Checks go into CREATE DOMAIN; that NOT VALID can be said only behind it. */
static void
add_check(PgReader *reader,
          const PgEntry *domain,
          const char *const *field,
          GString *sql,
          GPtrArray *later)
{
    PgEntry *entry = add_constraint(reader, domain, field);
    g_autofree char *quoted = pg_name(field[K_NAME]);
    g_autofree char *clause = g_strdup_printf("CONSTRAINT %s %s", quoted, field[K_TEXT]);
    g_autofree char *packed = pack_check(field[K_NAME], clause);
    entry->data = (gpointer)(guintptr)bl_catalog_string(reader->catalog, packed);
    entry->pull = pull_check;
    entry->pull_cost = PG_PULL_CHECK;
    if (strcmp(field[K_VALID], "true") == 0)
        g_string_append_printf(sql, "\n    %s", clause);
    else
        g_ptr_array_add(later, g_steal_pointer(&clause));
}

/* @param name of the constraint; NULL: of the usual kind, or the server keeps none (to 16) */
static void
append_not_null(GString *sql, const char *domain, const char *name)
{
    g_autofree char *usual = g_strconcat(domain, "_not_null", NULL);
    if (name != NULL && strcmp(name, usual) != 0) {
        g_string_append(sql, " CONSTRAINT ");
        pg_append_name(sql, name);
    }
    g_string_append(sql, " NOT NULL");
}

/* @return what stands between CREATE DOMAIN and its constraints */
static GString *
start_domain(const PGresult *result, int row, const char *qualified)
{
    const char *value = pg_text(result, row, D_EXPRESSION);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE DOMAIN %s AS %s", qualified, pg_text(result, row, D_BASE));
    if (pg_text(result, row, D_COLLATION) != NULL) {
        g_string_append(sql, " COLLATE ");
        pg_append_outer(sql, pg_text(result, row, D_COLLATION_SCHEMA),
                        pg_text(result, row, D_COLLATION));
    }
    if (value != NULL) {
        g_string_append_printf(sql, " DEFAULT %s", value);
    } else if (pg_text(result, row, D_LITERAL) != NULL) {
        g_string_append(sql, " DEFAULT ");
        pg_append_literal(sql, pg_text(result, row, D_LITERAL));
    }
    return sql;
}

static void
add_constraints(
    PgReader *reader, const PgEntry *entry, const PGresult *result, int row, GString *sql)
{
    const BlObject *domain = entry->object;
    g_autofree char *qualified = pg_qualified(domain->schema, domain->name);
    g_autoptr(GPtrArray) fields = pg_split_array(pg_text(result, row, D_CONSTRAINTS));
    g_autoptr(GPtrArray) later = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) checks = g_string_new(NULL);
    const char *not_null = NULL;
    for (guint i = 0; i + K_FIELDS <= fields->len; i += K_FIELDS) {
        const char *const *field = (const char *const *)fields->pdata + i;
        if (field[K_TYPE][0] == 'n') {
            not_null = field[K_NAME];
            add_constraint(reader, entry, field);
        } else {
            add_check(reader, entry, field, checks, later);
        }
    }
    if (pg_flag(result, row, D_NOT_NULL))
        append_not_null(sql, domain->name, not_null);
    pg_add_statement(reader, entry, "%s%s", sql->str, checks->str);
    for (guint i = 0; i < later->len; i++) {
        pg_add_statement(reader, entry, "ALTER DOMAIN %s ADD %s", qualified,
                         (const char *)g_ptr_array_index(later, i));
    }
}

gboolean
pg_add_domain(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_add_type(reader, result, row, &pg_kind_domain);
    if (entry == NULL)
        return TRUE;
    g_autofree char *qualified =
        pg_qualified(pg_text(result, row, D_SCHEMA), pg_text(result, row, D_NAME));
    g_autoptr(GString) sql = start_domain(result, row, qualified);
    add_constraints(reader, entry, result, row, sql);
    return TRUE;
}
