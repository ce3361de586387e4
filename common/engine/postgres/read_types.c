/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

/* The first columns of every query of types. */
enum { T_OID, T_SCHEMA, T_NAME, T_ARRAY, T_FIRST };

#define TYPE_COLUMNS "SELECT t.oid, n.nspname, t.typname, t.typarray, "
#define TYPE_SOURCE  " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
#define TYPE_IS_OURS "{{ours}} AND t.oid >= 16384 AND " PG_NO_MEMBER("pg_type", "t.oid")

static const char enums_sql[] =
    TYPE_COLUMNS "array(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY "
                 "e.enumsortorder)" TYPE_SOURCE "WHERE t.typtype = 'e' AND " TYPE_IS_OURS;

/* Attributes in one array: name, type, collation where it is not the type's. */
static const char composites_sql[] = TYPE_COLUMNS
    "t.typrelid, array(SELECT u.x FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid LEFT JOIN "
    "pg_collation c ON c.oid = a.attcollation AND a.attcollation <> b.typcollation LEFT JOIN "
    "pg_namespace cn ON cn.oid = c.collnamespace, unnest(ARRAY[a.attname::text, "
    "format_type(a.atttypid, a.atttypmod), cn.nspname::text, c.collname::text]) WITH ORDINALITY u(x, "
    "i) WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum, "
    "u.i)" TYPE_SOURCE
    "JOIN pg_class r ON r.oid = t.typrelid AND r.relkind = 'c' WHERE t.typtype = "
    "'c' AND " TYPE_IS_OURS;

enum {
    R_SUBTYPE = T_FIRST,
    R_CLASS_SCHEMA,
    R_CLASS,
    R_COLLATION_SCHEMA,
    R_COLLATION,
    R_CANONICAL,
    R_DIFF,
    R_MULTI,
    R_MULTI_ARRAY,
    R_MULTI_SCHEMA,
    R_MULTI_NAME,
};

static const char ranges_sql[] = TYPE_COLUMNS
    "format_type(r.rngsubtype, NULL), on_.nspname, o.opcname, cn.nspname, c.collname, "
    "r.rngcanonical, r.rngsubdiff, {{14|m.oid, m.typarray, mn.nspname, m.typname|NULL, NULL, NULL, "
    "NULL}}" TYPE_SOURCE "JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type b ON b.oid = "
    "r.rngsubtype LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc AND NOT o.opcdefault LEFT JOIN "
    "pg_namespace on_ ON on_.oid = o.opcnamespace LEFT JOIN pg_collation c ON c.oid = "
    "r.rngcollation AND r.rngcollation <> b.typcollation LEFT JOIN pg_namespace cn ON cn.oid = "
    "c.collnamespace {{14|LEFT JOIN pg_type m ON m.oid = r.rngmultitypid LEFT JOIN pg_namespace mn "
    "ON mn.oid = m.typnamespace|}} WHERE " TYPE_IS_OURS;

/* What the server makes with a type: the constructors of a range. */
static const char makers_sql[] =
    "SELECT p.oid, d.refobjid, n.nspname, p.proname, oidvectortypes(p.proargtypes), p.proowner FROM pg_depend d "
    "JOIN pg_proc p ON p.oid = d.objid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {{ours}} "
    "AND d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'";

enum {
    B_DEFINED = T_FIRST,
    B_INPUT,
    B_OUTPUT,
    B_RECEIVE,
    B_SEND,
    B_MODIFIER_INPUT,
    B_MODIFIER_OUTPUT,
    B_ANALYZE,
    B_SUBSCRIPT,
    B_LENGTH,
    B_BY_VALUE,
    B_ALIGNMENT,
    B_STORAGE,
    B_CATEGORY,
    B_PREFERRED,
    B_DEFAULT,
    B_ELEMENT,
    B_DELIMITER,
    B_COLLATABLE,
};

/* Shells too. An array is known by its element, which names it. */
static const char bases_sql[] = TYPE_COLUMNS
    "t.typisdefined, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, "
    "t.typanalyze, {{14|t.typsubscript|NULL}}, t.typlen, t.typbyval, t.typalign, t.typstorage, "
    "t.typcategory, t.typispreferred, t.typdefault, format_type(nullif(t.typelem, 0), NULL), "
    "t.typdelim, t.typcollation <> 0" TYPE_SOURCE "WHERE t.typtype IN ('b', 'p') AND NOT EXISTS "
    "(SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid) AND " TYPE_IS_OURS;

PgEntry *
pg_add_type(PgReader *reader, const PGresult *result, int row, const BlKind *kind)
{
    const char *schema = pg_text(result, row, T_SCHEMA);
    const char *name = pg_text(result, row, T_NAME);
    g_autofree char *qualified = pg_qualified(schema, name);
    const char *word = kind == &pg_kind_domain ? "DOMAIN" : "TYPE";
    g_autofree char *tag = g_strdup_printf("%s %s", word, qualified);
    const PgSpec spec = { .kind = kind,
                          .class_id = PG_TYPE,
                          .oid = pg_oid(result, row, T_OID),
                          .schema = schema,
                          .name = name,
                          .tag = tag,
                          .grant_tag = tag };
    PgEntry *entry = pg_add(reader, &spec);
    Oid array = pg_oid(result, row, T_ARRAY);
    if (entry != NULL && array != 0) {
        g_autofree char *array_tag = g_strdup_printf("TYPE %s[]", qualified);
        pg_add_alias(reader, PG_TYPE, array, entry, array_tag);
    }
    return entry;
}

/* The object that stands ahead of the type's functions. */
static void
add_shell(PgReader *reader, PgEntry *type)
{
    const BlObject *object = type->object;
    g_autofree char *qualified = pg_qualified(object->schema, object->name);
    BlObject *shell =
        bl_catalog_add(reader->catalog, &pg_kind_shell_type, object->schema, object->name);
    g_autofree char *sql = g_strconcat("CREATE TYPE ", qualified, NULL);
    bl_object_add_statement(reader->catalog, shell, sql);
    type->shell = shell;
}

static char *
name_of(const PGresult *result, int row)
{
    return pg_qualified(pg_text(result, row, T_SCHEMA), pg_text(result, row, T_NAME));
}

void
pg_add_part(PgReader *reader,
            const PgEntry *entry,
            const char *kind,
            const char *name,
            const char *definition)
{
    if (reader->options->with_parts)
        bl_object_add_part(reader->catalog, entry->object, kind, name, definition);
}

static gboolean
add_enum(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_add_type(reader, result, row, &pg_kind_type);
    if (entry == NULL)
        return TRUE;
    g_autofree char *name = name_of(result, row);
    g_autoptr(GPtrArray) labels = pg_split_array(pg_text(result, row, T_FIRST));
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < labels->len; i++) {
        const char *label = g_ptr_array_index(labels, i);
        g_autoptr(GString) literal = g_string_new(NULL);
        pg_append_literal(literal, label);
        pg_clause(list, "%s", literal->str);
        pg_add_part(reader, entry, "label", label, literal->str);
    }
    pg_add_statement(reader, entry, "CREATE TYPE %s AS ENUM (%s%s%s)", name,
                     list->len > 0 ? "\n" : "", list->str, list->len > 0 ? "\n" : "");
    return TRUE;
}

static gboolean
add_composite(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    enum { NAME, TYPE, COLLATION_SCHEMA, COLLATION, N_FIELDS };
    const PgEntry *entry = pg_add_type(reader, result, row, &pg_kind_type);
    if (entry == NULL)
        return TRUE;
    g_autofree char *name = name_of(result, row);
    /* Comments on attributes stand there. */
    pg_add_alias(reader, PG_CLASS, pg_oid(result, row, T_FIRST), entry, entry->tag);
    g_autoptr(GPtrArray) fields = pg_split_array(pg_text(result, row, T_FIRST + 1));
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i + N_FIELDS <= fields->len; i += N_FIELDS) {
        const char *const *field = (const char *const *)fields->pdata + i;
        g_autofree char *quoted = pg_name(field[NAME]);
        g_autoptr(GString) type = g_string_new(field[TYPE]);
        if (field[COLLATION] != NULL) {
            g_string_append(type, " COLLATE ");
            pg_append_outer(type, field[COLLATION_SCHEMA], field[COLLATION]);
        }
        pg_clause(list, "%s %s", quoted, type->str);
        pg_add_part(reader, entry, "attribute", field[NAME], type->str);
    }
    pg_add_statement(reader, entry, "CREATE TYPE %s AS (%s%s%s)", name, list->len > 0 ? "\n" : "",
                     list->str, list->len > 0 ? "\n" : "");
    return TRUE;
}

/* Longest name, and of it what "_multirange" leaves. */
enum { NAME_BYTES = 63, NAME_ROOM = NAME_BYTES - 11 };

/* The name that the server gives: makeMultirangeTypeName() of typecmds.c of PostgreSQL. */
static char *
default_multirange(const char *range)
{
    const char *word = strstr(range, "range");
    char *name = word == NULL ? g_strdup_printf("%.*s_multirange", NAME_ROOM, range)
                              : g_strdup_printf("%.*smulti%s", (int)(word - range), range, word);
    gsize len = strlen(name);
    if (len <= NAME_BYTES)
        return name;
    /* No character is cut in the middle. */
    len = NAME_BYTES;
    while (len > 0 && ((guchar)name[len] & 0xC0) == 0x80)
        len--;
    name[len] = '\0';
    return name;
}

static void
clause_multirange(PgReader *reader, GString *list, const PGresult *result, int row)
{
    const char *schema = pg_text(result, row, R_MULTI_SCHEMA);
    const char *name = pg_text(result, row, R_MULTI_NAME);
    if (name == NULL)
        return;
    g_autofree char *usual = default_multirange(pg_text(result, row, T_NAME));
    if (strcmp(name, usual) == 0 && strcmp(schema, pg_text(result, row, T_SCHEMA)) == 0)
        return;
    g_autofree char *qualified = pg_qualified(schema, name);
    pg_clause(list, "MULTIRANGE_TYPE_NAME = %s", qualified);
    pg_need_version(reader, 14);
}

static void
add_multirange(PgReader *reader, const PgEntry *entry, const PGresult *result, int row)
{
    if (pg_text(result, row, R_MULTI) == NULL)
        return;
    g_autofree char *qualified =
        pg_qualified(pg_text(result, row, R_MULTI_SCHEMA), pg_text(result, row, R_MULTI_NAME));
    g_autofree char *tag = g_strconcat("TYPE ", qualified, NULL);
    g_autofree char *array_tag = g_strconcat(tag, "[]", NULL);
    PgEntry *multi = pg_add_alias(reader, PG_TYPE, pg_oid(result, row, R_MULTI), entry, tag);
    multi->owner_tag = multi->tag;
    /* From 17 on it has the rights of its range. */
    if (reader->version < 170000)
        multi->grant_tag = multi->tag;
    pg_add_alias(reader, PG_TYPE, pg_oid(result, row, R_MULTI_ARRAY), entry, array_tag);
}

static gboolean
add_range(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgEntry *entry = pg_add_type(reader, result, row, &pg_kind_type);
    if (entry == NULL)
        return TRUE;
    g_autofree char *name = name_of(result, row);
    g_autoptr(GString) list = g_string_new(NULL);
    pg_clause(list, "SUBTYPE = %s", pg_text(result, row, R_SUBTYPE));
    if (pg_text(result, row, R_CLASS) != NULL) {
        pg_clause(list, "SUBTYPE_OPCLASS = ");
        pg_append_outer(list, pg_text(result, row, R_CLASS_SCHEMA), pg_text(result, row, R_CLASS));
    }
    if (pg_text(result, row, R_COLLATION) != NULL) {
        pg_clause(list, "COLLATION = ");
        pg_append_outer(list, pg_text(result, row, R_COLLATION_SCHEMA),
                        pg_text(result, row, R_COLLATION));
    }
    pg_clause_reg(list, "CANONICAL", pg_text(result, row, R_CANONICAL));
    pg_clause_reg(list, "SUBTYPE_DIFF", pg_text(result, row, R_DIFF));
    clause_multirange(reader, list, result, row);
    pg_add_statement(reader, entry, "CREATE TYPE %s AS RANGE (\n%s\n)", name, list->str);
    add_multirange(reader, entry, result, row);
    if (pg_has_function(pg_text(result, row, R_CANONICAL)))
        add_shell(reader, entry);
    return TRUE;
}

static gboolean
add_maker(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *type = pg_find(reader, PG_TYPE, pg_oid(result, row, 1));
    if (type == NULL)
        return TRUE;
    g_autofree char *qualified = pg_qualified(pg_text(result, row, 2), pg_text(result, row, 3));
    g_autofree char *tag = g_strdup_printf("FUNCTION %s(%s)", qualified, pg_text(result, row, 4));
    PgEntry *maker = pg_add_alias(reader, PG_PROC, pg_oid(result, row, 0), type, tag);
    maker->grant_tag = maker->tag;
    /* Whoever makes the type, they are that one's. */
    if (pg_oid(result, row, 5) != PG_FIRST_SUPERUSER)
        maker->owner_tag = maker->tag;
    return TRUE;
}

static const char *
alignment_name(char alignment)
{
    return alignment == 'c' ? "char" : alignment == 's' ? "int2" : "double";
}

static const char *
storage_name(char storage)
{
    return storage == 'e' ? "external" : storage == 'x' ? "extended" : "main";
}

/* A type of fixed length that has elements is read by them, when nothing else is said. */
static gboolean
has_elements(const PGresult *result, int row)
{
    return pg_text(result, row, B_ELEMENT) != NULL && pg_number(result, row, B_LENGTH, -1) > 0;
}

static void
clause_base_functions(GString *list, const PGresult *result, int row)
{
    static const char *const keys[] = { "INPUT",     "OUTPUT",     "RECEIVE", "SEND",
                                        "TYPMOD_IN", "TYPMOD_OUT", "ANALYZE", "SUBSCRIPT" };
    for (int i = 0; i < (int)G_N_ELEMENTS(keys); i++) {
        const char *function = pg_text(result, row, B_INPUT + i);
        /* 13 has no word for it. */
        if (!has_elements(result, row) || g_strcmp0(function, "raw_array_subscript_handler") != 0)
            pg_clause_reg(list, keys[i], function);
    }
}

/* What is not as it is for a type that says nothing about it. */
static void
clause_base_layout(GString *list, const PGresult *result, int row)
{
    gint64 len = pg_number(result, row, B_LENGTH, -1);
    char alignment = pg_text(result, row, B_ALIGNMENT)[0];
    char storage = pg_text(result, row, B_STORAGE)[0];
    if (len != -1)
        pg_clause(list, "INTERNALLENGTH = %d", (int)len);
    if (pg_flag(result, row, B_BY_VALUE))
        pg_clause(list, "PASSEDBYVALUE");
    if (alignment != 'i')
        pg_clause(list, "ALIGNMENT = %s", alignment_name(alignment));
    if (storage != 'p')
        pg_clause(list, "STORAGE = %s", storage_name(storage));
}

static void
clause_base_use(GString *list, const PGresult *result, int row)
{
    const char *element = pg_text(result, row, B_ELEMENT);
    if (strcmp(pg_text(result, row, B_CATEGORY), "U") != 0)
        pg_clause_literal(list, "CATEGORY", pg_text(result, row, B_CATEGORY));
    if (pg_flag(result, row, B_PREFERRED))
        pg_clause(list, "PREFERRED = true");
    pg_clause_literal(list, "DEFAULT", pg_text(result, row, B_DEFAULT));
    if (element != NULL)
        pg_clause(list, "ELEMENT = %s", element);
    if (strcmp(pg_text(result, row, B_DELIMITER), ",") != 0)
        pg_clause_literal(list, "DELIMITER", pg_text(result, row, B_DELIMITER));
    if (pg_flag(result, row, B_COLLATABLE))
        pg_clause(list, "COLLATABLE = true");
}

static gboolean
add_base(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    gboolean is_defined = pg_flag(result, row, B_DEFINED);
    PgEntry *entry =
        pg_add_type(reader, result, row, is_defined ? &pg_kind_type : &pg_kind_shell_type);
    if (entry == NULL)
        return TRUE;
    g_autofree char *name = name_of(result, row);
    if (!is_defined) {
        pg_add_statement(reader, entry, "CREATE TYPE %s", name);
        return TRUE;
    }
    g_autoptr(GString) list = g_string_new(NULL);
    clause_base_functions(list, result, row);
    clause_base_layout(list, result, row);
    clause_base_use(list, result, row);
    pg_add_statement(reader, entry, "CREATE TYPE %s (\n%s\n)", name, list->str);
    if (has_elements(result, row) && g_strcmp0(pg_text(result, row, B_SUBSCRIPT), "-") == 0)
        pg_add_statement(reader, entry, "ALTER TYPE %s SET (SUBSCRIPT = NONE)", name);
    add_shell(reader, entry);
    return TRUE;
}

static const PgQuery queries[] = {
    { "enums", enums_sql, 0, 0, add_enum },
    { "composite types", composites_sql, 0, 0, add_composite },
    { "ranges", ranges_sql, 0, PG_QUERY_IF(PG_IF_RANGE), add_range },
    { "constructors of ranges", makers_sql, 0, PG_QUERY_IF(PG_IF_RANGE), add_maker },
    { "base types", bases_sql, 0, 0, add_base },
    { "domains", pg_domains_sql, 0, 0, pg_add_domain },
};

const PgSection pg_section_types = { queries, G_N_ELEMENTS(queries), NULL };
