/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/acl.h"

#include "common/engine/postgres/postgres.h"

#include <string.h>

/* One aclitem. Owned strings. */
typedef struct {
    char *text;    /* as the server writes it: two are the same when their texts are */
    char *grantee; /* "" is PUBLIC */
    char *grantor;
    char *letters; /* privileges, each perhaps with a "*" behind it */
    guint place;
} Item;

static const struct {
    char letter;
    const char *name;
} privileges[] = {
    { 'r', "SELECT" },    { 'a', "INSERT" },     { 'w', "UPDATE" },  { 'd', "DELETE" },
    { 'D', "TRUNCATE" },  { 'x', "REFERENCES" }, { 't', "TRIGGER" }, { 'm', "MAINTAIN" },
    { 'X', "EXECUTE" },   { 'U', "USAGE" },      { 'C', "CREATE" },  { 'c', "CONNECT" },
    { 'T', "TEMPORARY" },
};

static const struct {
    char kind;
    int since;
    const char *letters; /* what ALL means */
} all_of[] = {
    { 'r', 17, "rawdDxtm" }, { 'r', 0, "rawdDxt" }, { 's', 0, "rwU" }, { 'f', 0, "X" },
    { 'n', 0, "UC" },        { 'T', 0, "U" },       { 'l', 0, "U" },   { 'F', 0, "U" },
    { 'S', 0, "U" },         { 'c', 0, "rawx" },    { 'S', 0, "U" },   { 'L', 0, "rw" },
};

static void
item_free(gpointer data)
{
    Item *item = data;
    g_free(item->text);
    g_free(item->grantee);
    g_free(item->grantor);
    g_free(item->letters);
    g_free(item);
}

/* A role as putid() of acl.c writes it. @return behind it */
static const char *
take_role(const char *p, char **role)
{
    g_autoptr(GString) name = g_string_new(NULL);
    if (*p != '"') {
        gsize len = strcspn(p, "=/");
        g_string_append_len(name, p, (gssize)len);
        p += len;
    } else {
        for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
            if (*p == '"')
                p++;
            g_string_append_c(name, *p);
        }
        p += *p == '"';
    }
    *role = g_string_free(g_steal_pointer(&name), FALSE);
    return p;
}

static Item *
parse_item(const char *text, guint place)
{
    Item *item = g_new0(Item, 1);
    item->text = g_strdup(text);
    item->place = place;
    const char *p = take_role(text, &item->grantee);
    p += *p == '=';
    gsize len = strcspn(p, "/");
    item->letters = g_strndup(p, len);
    p += len;
    p += *p == '/';
    take_role(p, &item->grantor);
    return item;
}

static GPtrArray *
parse_list(const char *acl)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
    if (acl == NULL)
        return items;
    g_autoptr(GPtrArray) texts = pg_split_array(acl);
    for (guint i = 0; i < texts->len; i++)
        g_ptr_array_add(items, parse_item(g_ptr_array_index(texts, i), i));
    return items;
}

static gboolean
holds(const GPtrArray *items, const Item *wanted)
{
    for (guint i = 0; i < items->len; i++) {
        if (strcmp(((const Item *)g_ptr_array_index(items, i))->text, wanted->text) == 0)
            return TRUE;
    }
    return FALSE;
}

static const char *
all_letters(const PgAclSpec *spec)
{
    for (gsize i = 0; i < G_N_ELEMENTS(all_of); i++) {
        if (all_of[i].kind == spec->kind && spec->major >= all_of[i].since)
            return all_of[i].letters;
    }
    return "";
}

static gboolean
has_letter(const char *letters, char letter, gboolean with_option)
{
    const char *found = strchr(letters, letter);
    return found != NULL && (found[1] == '*') == with_option;
}

/* "SELECT, INSERT", or "ALL" where nothing is missing. @return g_free(); NULL for none */
static char *
privilege_list(const PgAclSpec *spec, const char *letters, gboolean with_option)
{
    g_autoptr(GString) list = g_string_new(NULL);
    const char *all = all_letters(spec);
    gsize n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(privileges); i++) {
        if (!has_letter(letters, privileges[i].letter, with_option))
            continue;
        g_string_append_printf(list, "%s%s", n++ > 0 ? ", " : "", privileges[i].name);
        if (spec->column != NULL)
            g_string_append_printf(list, " (%s)", spec->column);
    }
    if (n == 0)
        return NULL;
    if (n == strlen(all))
        return spec->column != NULL ? g_strdup_printf("ALL (%s)", spec->column) : g_strdup("ALL");
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static void
append_grantee(GString *sql, const Item *item)
{
    if (item->grantee[0] == '\0')
        g_string_append(sql, "PUBLIC");
    else
        pg_append_name(sql, item->grantee);
}

static void
add_statement(GPtrArray *statements,
              const PgAclSpec *spec,
              const Item *item,
              const char *list,
              const char *how)
{
    gboolean grants = strcmp(how, "REVOKE") != 0;
    g_autoptr(GString) sql = g_string_new(spec->prefix);
    g_string_append_printf(sql, "%s %s ON %s %s ", grants ? "GRANT" : "REVOKE", list, spec->target,
                           grants ? "TO" : "FROM");
    append_grantee(sql, item);
    if (strcmp(how, "OPTION") == 0)
        g_string_append(sql, " WITH GRANT OPTION");
    g_ptr_array_add(statements, g_string_free(g_steal_pointer(&sql), FALSE));
}

static void
add_revoke(GPtrArray *statements, const PgAclSpec *spec, const Item *item)
{
    g_autoptr(GString) plain = g_string_new(NULL);
    for (const char *p = item->letters; *p != '\0'; p++) {
        if (*p != '*')
            g_string_append_c(plain, *p);
    }
    g_autofree char *list = privilege_list(spec, plain->str, FALSE);
    if (list != NULL)
        add_statement(statements, spec, item, list, "REVOKE");
}

static void
add_grant(GPtrArray *statements, const PgAclSpec *spec, const Item *item)
{
    gboolean by_other = strcmp(item->grantor, spec->owner) != 0;
    g_autofree char *list = privilege_list(spec, item->letters, FALSE);
    g_autofree char *with_option = privilege_list(spec, item->letters, TRUE);
    if (list == NULL && with_option == NULL)
        return;
    if (by_other) {
        GString *set = g_string_new("SET SESSION AUTHORIZATION ");
        pg_append_name(set, item->grantor);
        g_ptr_array_add(statements, g_string_free(set, FALSE));
    }
    if (list != NULL)
        add_statement(statements, spec, item, list, "GRANT");
    if (with_option != NULL)
        add_statement(statements, spec, item, with_option, "OPTION");
    if (by_other)
        g_ptr_array_add(statements, g_strdup("RESET SESSION AUTHORIZATION"));
}

/* By name, for what is revoked. What is granted keeps the server's order: who hands on a grant
 * option must have it first, and the copy's list is to be the same. */
static int
order_items(gconstpointer left, gconstpointer right)
{
    const Item *a = *(const Item *const *)left;
    const Item *b = *(const Item *const *)right;
    int order = strcmp(a->grantee, b->grantee);
    if (order != 0)
        return order;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* The letters of @from that @other has not got in the same way, their stars with them; @n counts
 * them without MAINTAIN, which only newer servers have. */
static char *
difference(const char *from, const char *other, guint *n)
{
    GString *letters = g_string_new(NULL);
    *n = 0;
    for (const char *p = from; *p != '\0'; p++) {
        if (*p == '*')
            continue;
        gboolean with_option = p[1] == '*';
        if (has_letter(other, *p, with_option))
            continue;
        g_string_append_c(letters, *p);
        if (with_option)
            g_string_append_c(letters, '*');
        *n += *p != 'm';
    }
    return g_string_free(letters, FALSE);
}

static Item *
find_counterpart(const GPtrArray *items, const Item *wanted)
{
    for (guint i = 0; i < items->len; i++) {
        Item *item = g_ptr_array_index(items, i);
        if (strcmp(item->grantee, wanted->grantee) == 0 &&
            strcmp(item->grantor, wanted->grantor) == 0)
            return item;
    }
    return NULL;
}

/* Where a role keeps most of what it had, only the difference is said: "all but DELETE" is the same
 * text from every server, and stays it on one that knows more privileges. */
static void
reduce(GPtrArray *before, const GPtrArray *now)
{
    for (guint i = 0; i < before->len; i++) {
        Item *had = g_ptr_array_index(before, i);
        Item *has = find_counterpart(now, had);
        if (has == NULL || strcmp(has->text, had->text) == 0 || strchr(had->letters, '*') != NULL)
            continue;
        g_autoptr(GString) plain = g_string_new(NULL);
        for (const char *p = has->letters; *p != '\0'; p++) {
            if (*p != '*')
                g_string_append_c(plain, *p);
        }
        guint n_lost;
        guint n_all;
        g_autofree char *lost = difference(had->letters, plain->str, &n_lost);
        g_free(difference(had->letters, "", &n_all));
        if (n_lost > n_all - n_lost || n_lost == n_all)
            continue;
        char *gained = difference(has->letters, had->letters, &n_all);
        g_free(has->letters);
        has->letters = gained;
        g_free(had->letters);
        had->letters = g_steal_pointer(&lost);
    }
}

GPtrArray *
pg_acl_statements(const PgAclSpec *spec, const char *acl, const char *base)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) now = parse_list(acl);
    g_autoptr(GPtrArray) before = parse_list(base);
    g_ptr_array_sort(before, order_items);
    reduce(before, now);
    for (guint i = 0; i < before->len; i++) {
        if (!holds(now, g_ptr_array_index(before, i)))
            add_revoke(statements, spec, g_ptr_array_index(before, i));
    }
    /* The owner's own first. */
    for (guint round = 0; round < 2; round++) {
        for (guint i = 0; i < now->len; i++) {
            const Item *item = g_ptr_array_index(now, i);
            gboolean is_owner =
                strcmp(item->grantee, spec->owner) == 0 && strcmp(item->grantor, spec->owner) == 0;
            if (is_owner == (round == 0) && !holds(before, item))
                add_grant(statements, spec, item);
        }
    }
    return statements;
}
