/* SPDX-License-Identifier: MIT */
/*
 * A dotted name may be table.column, database.table, database.function or database.table.column:
 * only its place tells. The walk below follows parentheses and FROM clauses to know which names
 * stand where a table is expected; it needs no more grammar than that.
 */
#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

#define NO_SCOPE G_MAXUINT

typedef enum { PLACE_COLUMN, PLACE_TABLE, PLACE_CALL, PLACE_SEQUENCE } Place;

/* a.b.c */
typedef struct {
    guint first; /* its first token */
    guint n;     /* parts */
    Place place;
    guint scope; /* the query that it stands in */
} Name;

/* Between two parentheses. */
typedef struct {
    gboolean is_query;
    gboolean in_from;
    gboolean expects_table;
    guint scope;
} Level;

typedef struct {
    const MyTokens *tokens;
    GArray *names;   /* Name */
    GArray *levels;  /* Level */
    GArray *parents; /* guint: the scope round each scope, NO_SCOPE for none */
} Walk;

typedef enum {
    WORD_NAME,
    WORD_FROM,
    WORD_JOIN,
    WORD_STRAIGHT_JOIN,
    WORD_TABLE, /* a table's or a routine's name follows */
    WORD_ON,
    WORD_CLAUSE, /* ends a FROM clause */
    WORD_UNION,
    WORD_MODIFIER, /* may stand before a table's name */
} WordKind;

static const struct {
    const char *word;
    WordKind kind;
} words[] = {
    { "from", WORD_FROM },
    { "join", WORD_JOIN },
    { "on", WORD_ON },
    { "using", WORD_ON },
    { "where", WORD_CLAUSE },
    { "group", WORD_CLAUSE },
    { "having", WORD_CLAUSE },
    { "order", WORD_CLAUSE },
    { "limit", WORD_CLAUSE },
    { "window", WORD_CLAUSE },
    { "select", WORD_CLAUSE },
    { "set", WORD_CLAUSE },
    { "values", WORD_CLAUSE },
    { "union", WORD_UNION },
    { "except", WORD_UNION },
    { "intersect", WORD_UNION },
    { "minus", WORD_UNION },
    { "straight_join", WORD_STRAIGHT_JOIN },
    { "into", WORD_TABLE },
    { "references", WORD_TABLE },
    { "update", WORD_TABLE },
    { "call", WORD_TABLE },
    { "table", WORD_TABLE },
    { "ignore", WORD_MODIFIER },
    { "low_priority", WORD_MODIFIER },
    { "lateral", WORD_MODIFIER },
    { "if", WORD_MODIFIER },
    { "exists", WORD_MODIFIER },
    { "not", WORD_MODIFIER },
    { "temporary", WORD_MODIFIER },
};

static WordKind
kind_of_word(const MyTokens *tokens, guint i)
{
    if (!my_token_is_kind(tokens, i, BL_TOKEN_WORD))
        return WORD_NAME;
    for (gsize k = 0; k < G_N_ELEMENTS(words); k++) {
        if (my_token_is(tokens, i, words[k].word))
            return words[k].kind;
    }
    return WORD_NAME;
}

static Level *
top_of(const Walk *walk)
{
    return &g_array_index(walk->levels, Level, walk->levels->len - 1);
}

static guint
new_scope(Walk *walk, guint parent)
{
    g_array_append_val(walk->parents, parent);
    return walk->parents->len - 1;
}

static gboolean
starts_query(const MyTokens *tokens, guint i)
{
    return my_token_is(tokens, i, "select") || my_token_is(tokens, i, "with") ||
           my_token_is(tokens, i, "values");
}

/* The parenthesis at @i: a query, a part of a FROM clause, or an expression. */
static void
open_level(Walk *walk, guint i)
{
    Level *top = top_of(walk);
    gboolean is_table = top->expects_table;
    Level level = { .scope = top->scope };
    top->expects_table = FALSE;
    if (starts_query(walk->tokens, i + 1)) {
        /* Neither a derived table nor WITH x AS (…) sees the names round it; a lateral one does. */
        gboolean is_apart = (is_table && !my_token_is(walk->tokens, i - 1, "lateral")) ||
                            (i > 0 && my_token_is(walk->tokens, i - 1, "as"));
        level.is_query = TRUE;
        level.scope = new_scope(walk, is_apart ? NO_SCOPE : top->scope);
    } else {
        level.in_from = is_table;
        level.expects_table = is_table;
    }
    g_array_append_val(walk->levels, level);
}

static void
close_level(Walk *walk)
{
    if (walk->levels->len > 1)
        g_array_set_size(walk->levels, walk->levels->len - 1);
}

static void
take_keyword(Walk *walk, guint i, WordKind kind)
{
    Level *top = top_of(walk);
    switch (kind) {
    case WORD_FROM:
        /* Not that of extract(year from x). */
        top->in_from = top->in_from || top->is_query;
        top->expects_table = top->expects_table || top->is_query;
        break;
    case WORD_JOIN:
        top->in_from = top->expects_table = TRUE;
        break;
    case WORD_STRAIGHT_JOIN:
        /* Also an option of SELECT. */
        top->expects_table = top->in_from;
        break;
    case WORD_TABLE:
        /* ON DUPLICATE KEY UPDATE has columns behind it. */
        top->in_from = FALSE;
        top->expects_table = top->is_query && (i == 0 || !my_token_is(walk->tokens, i - 1, "key"));
        break;
    case WORD_ON:
        top->expects_table = FALSE;
        break;
    case WORD_UNION:
        top->scope = new_scope(walk, g_array_index(walk->parents, guint, top->scope));
        top = top_of(walk);
        top->in_from = top->expects_table = FALSE;
        break;
    case WORD_CLAUSE:
        top->in_from = top->expects_table = FALSE;
        break;
    case WORD_NAME:
    case WORD_MODIFIER:
    default:
        break;
    }
}

/* nextval(x), setval(x, …), NEXT VALUE FOR x */
static gboolean
is_sequence_place(const MyTokens *tokens, guint i)
{
    static const char *const functions[] = { "nextval", "lastval", "setval" };
    if (i < 2)
        return FALSE;
    if (my_token_is(tokens, i - 1, "for"))
        return my_token_is(tokens, i - 2, "value");
    for (gsize k = 0; k < G_N_ELEMENTS(functions); k++) {
        if (my_token_is_kind(tokens, i - 1, BL_TOKEN_OPEN) &&
            my_token_is(tokens, i - 2, functions[k]))
            return TRUE;
    }
    return FALSE;
}

/* The name that starts at token @i. @return the token behind it */
static guint
take_name(Walk *walk, guint i)
{
    const MyTokens *tokens = walk->tokens;
    Level *top = top_of(walk);
    Name name = { .first = i, .n = 1, .scope = top->scope };
    guint next = i + 1;
    while (my_token_is_char(tokens, next, '.') && my_token_is_name(tokens, next + 1)) {
        name.n++;
        next += 2;
    }
    WordKind kind = name.n == 1 ? kind_of_word(tokens, i) : WORD_NAME;
    if (kind != WORD_NAME) {
        take_keyword(walk, i, kind);
        return next;
    }
    if (top->expects_table)
        name.place = PLACE_TABLE;
    else if (is_sequence_place(tokens, i))
        name.place = PLACE_SEQUENCE;
    else if (my_token_is_kind(tokens, next, BL_TOKEN_OPEN))
        name.place = PLACE_CALL;
    top->expects_table = FALSE;
    g_array_append_val(walk->names, name);
    return next;
}

static void
walk_clear(Walk *walk)
{
    g_array_unref(walk->names);
    g_array_unref(walk->levels);
    g_array_unref(walk->parents);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

/* Finds all names of the text. */
static void
walk_init(Walk *walk, const MyTokens *tokens)
{
    walk->tokens = tokens;
    walk->names = g_array_new(FALSE, FALSE, sizeof(Name));
    walk->levels = g_array_new(FALSE, FALSE, sizeof(Level));
    walk->parents = g_array_new(FALSE, FALSE, sizeof(guint));
    Level bottom = { .is_query = TRUE, .scope = new_scope(walk, NO_SCOPE) };
    g_array_append_val(walk->levels, bottom);
    for (guint i = 0; i < tokens->all->len;) {
        BlTokenKind kind = my_token(tokens, i)->kind;
        if (my_token_is_name(tokens, i)) {
            i = take_name(walk, i);
            continue;
        }
        if (kind == BL_TOKEN_OPEN)
            open_level(walk, i);
        else if (kind == BL_TOKEN_CLOSE)
            close_level(walk);
        else if (kind == BL_TOKEN_COMMA)
            top_of(walk)->expects_table = top_of(walk)->in_from;
        else if (kind == BL_TOKEN_SEMICOLON)
            top_of(walk)->in_from = top_of(walk)->expects_table = FALSE;
        i++;
    }
}

/* Whether the name's first part can only be a database. */
static gboolean
has_database(const Name *name)
{
    return name->n > 2 || (name->n == 2 && name->place != PLACE_COLUMN);
}

/* Most texts do not hold the database's name at all. */
static gboolean
may_hold(const char *sql, const char *database)
{
    return strpbrk(database, "`\"") != NULL || strstr(sql, database) != NULL;
}

/* Cuts the qualifier at token @i and the dot behind it; comments in between stay.
 * @param from in and out: what of the text is copied already */
static void
cut_qualifier(const MyTokens *tokens, guint i, gsize *from, GString *out)
{
    gsize start = my_token(tokens, i)->start;
    gsize dot = my_token(tokens, i + 1)->start;
    g_string_append_len(out, tokens->sql + *from, (gssize)(start - *from));
    gsize between = my_token_end(tokens, i);
    while (between < dot && g_ascii_isspace(tokens->sql[between]))
        between++;
    g_string_append_len(out, tokens->sql + between, (gssize)(dot - between));
    *from = dot + 1;
    while (*from < my_token(tokens, i + 2)->start && g_ascii_isspace(tokens->sql[*from]))
        (*from)++;
}

char *
my_without_own_name(const char *sql, const char *database, gboolean *removed)
{
    gboolean found = FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    if (may_hold(sql, database)) {
        g_auto(MyTokens) tokens = { 0 };
        g_auto(Walk) walk = { 0 };
        my_tokens_init(&tokens, sql, NULL);
        walk_init(&walk, &tokens);
        for (guint i = 0; i < walk.names->len; i++) {
            const Name *name = &g_array_index(walk.names, Name, i);
            if (!has_database(name) || !my_token_spells(&tokens, name->first, database))
                continue;
            cut_qualifier(&tokens, name->first, &from, out);
            found = TRUE;
        }
    }
    g_string_append(out, sql + from);
    if (removed != NULL)
        *removed = found;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static guint
last_part(const Name *name)
{
    return name->first + 2 * (name->n - 1);
}

/* The token behind the table at @name and its partitions, where an alias stands if it has one. */
static guint
find_alias(const MyTokens *tokens, const Name *name)
{
    guint next = last_part(name) + 1;
    if (my_token_is(tokens, next, "partition")) {
        while (next < tokens->all->len && !my_token_is_kind(tokens, next, BL_TOKEN_CLOSE))
            next++;
        next++;
    }
    return my_token_is(tokens, next, "as") ? next + 1 : next;
}

static gboolean
has_alias(const MyTokens *tokens, const Name *name)
{
    return my_token_is_kind(tokens, find_alias(tokens, name), BL_TOKEN_IDENTIFIER);
}

/* What columns of the table at @name are qualified with. @return g_free() */
static char *
alias_of(const MyTokens *tokens, const Name *name)
{
    guint i = has_alias(tokens, name) ? find_alias(tokens, name) : last_part(name);
    return bl_token_name(my_token(tokens, i), tokens->sql);
}

static gboolean
sees(const Walk *walk, guint inner, guint outer)
{
    while (inner != NO_SCOPE && inner != outer)
        inner = g_array_index(walk->parents, guint, inner);
    return inner == outer;
}

/* Whether the tables @a (of the own database) and @b (of another one) can only be told apart by
 * their databases. */
static gboolean
are_alike(const Walk *walk, const Name *a, const Name *b)
{
    if (!sees(walk, a->scope, b->scope) && !sees(walk, b->scope, a->scope))
        return FALSE;
    g_autofree char *left = alias_of(walk->tokens, a);
    g_autofree char *right = alias_of(walk->tokens, b);
    return g_ascii_strcasecmp(left, right) == 0;
}

static gboolean
is_own_table(const Walk *walk, const Name *name, const char *database)
{
    return name->place == PLACE_TABLE &&
           (name->n == 1 || my_token_spells(walk->tokens, name->first, database));
}

/* @return a table of the own database that can only be told by it; NULL: there is none */
static const Name *
find_ambiguous(const Walk *walk, const char *database)
{
    for (guint i = 0; i < walk->names->len; i++) {
        const Name *a = &g_array_index(walk->names, Name, i);
        if (!is_own_table(walk, a, database))
            continue;
        for (guint j = 0; j < walk->names->len; j++) {
            const Name *b = &g_array_index(walk->names, Name, j);
            if (b->place == PLACE_TABLE && !is_own_table(walk, b, database) &&
                are_alike(walk, a, b))
                return a;
        }
    }
    return NULL;
}

char *
my_ambiguous_table(const char *sql, const char *database)
{
    g_auto(MyTokens) tokens = { 0 };
    g_auto(Walk) walk = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    walk_init(&walk, &tokens);
    const Name *found = find_ambiguous(&walk, database);
    return found != NULL ? alias_of(&tokens, found) : NULL;
}

/* A name that nothing in the text has: the table's and a number. @return g_free() */
static char *
new_alias(const MyTokens *tokens, const char *table)
{
    for (guint n = 1;; n++) {
        g_autofree char *alias = g_strdup_printf("%s_%u", table, n);
        guint i = 0;
        while (i < tokens->all->len && !my_token_spells(tokens, i, alias))
            i++;
        if (i == tokens->all->len)
            return g_steal_pointer(&alias);
    }
}

static void
append_up_to(GString *out, const MyTokens *tokens, gsize *from, gsize to)
{
    g_string_append_len(out, tokens->sql + *from, (gssize)(to - *from));
    *from = to;
}

/* Whether something else than tables of that name is called @table. */
static gboolean
is_alias(const Walk *walk, const char *table)
{
    const MyTokens *tokens = walk->tokens;
    for (guint i = 0; i < walk->names->len; i++) {
        const Name *name = &g_array_index(walk->names, Name, i);
        if (name->place == PLACE_TABLE && has_alias(tokens, name) &&
            my_token_spells(tokens, find_alias(tokens, name), table))
            return TRUE;
    }
    for (guint i = 1; i < tokens->all->len; i++) {
        if (my_token_is_kind(tokens, i - 1, BL_TOKEN_CLOSE) && my_token_spells(tokens, i, table))
            return TRUE;
    }
    return FALSE;
}

/* How many of the name's parts are @table of the own database, with or without the database; 0:
 * it is another one. */
static guint
parts_of_table(const Walk *walk, const Name *name, const char *database, const char *table)
{
    guint parts = name->place == PLACE_COLUMN ? name->n - 1 : name->n;
    if (parts == 1 && my_token_spells(walk->tokens, name->first, table))
        return 1;
    gboolean is_own = parts == 2 && my_token_spells(walk->tokens, name->first, database) &&
                      my_token_spells(walk->tokens, name->first + 2, table);
    return is_own ? 2 : 0;
}

/* Gives @table of the own database an alias wherever it has none. @return g_free() */
static char *
give_alias(const Walk *walk, const char *database, const char *table)
{
    const MyTokens *tokens = walk->tokens;
    g_autofree char *alias = new_alias(tokens, table);
    g_autofree char *quoted = my_name(alias);
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < walk->names->len; i++) {
        const Name *name = &g_array_index(walk->names, Name, i);
        guint parts = parts_of_table(walk, name, database, table);
        if (parts == 0)
            continue;
        if (name->place == PLACE_TABLE && !has_alias(tokens, name)) {
            append_up_to(out, tokens, &from, my_token_end(tokens, find_alias(tokens, name) - 1));
            g_string_append_printf(out, " %s", quoted);
        } else if (name->place == PLACE_COLUMN) {
            append_up_to(out, tokens, &from, my_token(tokens, name->first)->start);
            g_string_append(out, quoted);
            from = my_token_end(tokens, name->first + 2 * (parts - 1));
        }
    }
    g_string_append(out, tokens->sql + from);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
my_with_aliases(const char *sql, const char *database)
{
    g_autofree char *text = g_strdup(sql);
    for (;;) {
        g_auto(MyTokens) tokens = { 0 };
        g_auto(Walk) walk = { 0 };
        my_tokens_init(&tokens, text, NULL);
        walk_init(&walk, &tokens);
        const Name *found = find_ambiguous(&walk, database);
        g_autofree char *table = found != NULL ? alias_of(&tokens, found) : NULL;
        if (found == NULL || is_alias(&walk, table))
            return g_steal_pointer(&text);
        char *next = give_alias(&walk, database, table);
        g_free(text);
        text = next;
    }
}

/* A call of a function of the server that means something else in the mode ORACLE. As the server
 * writes them, they have no quotes, and no blank before the parenthesis. Found by making a view of
 * each function of MariaDB 10.11 and 11.8 in both modes. */
static gboolean
changes_with_mode(const MyTokens *tokens, const Name *name)
{
    static const char *const changed[] = { "concat",  "decode", "lpad",  "ltrim",  "regexp_replace",
                                           "replace", "rpad",   "rtrim", "substr", "trim" };
    if (name->n > 1 || name->place != PLACE_CALL ||
        !my_token_is_kind(tokens, name->first, BL_TOKEN_WORD))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(changed); i++) {
        if (my_token_is(tokens, name->first, changed[i]))
            return TRUE;
    }
    return FALSE;
}

MyPackageUse
my_package_use(const char *sql, const char *database)
{
    if (!may_hold(sql, database))
        return MY_NO_PACKAGE;
    g_auto(MyTokens) tokens = { 0 };
    g_auto(Walk) walk = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    walk_init(&walk, &tokens);
    gboolean calls = FALSE;
    gboolean changes = FALSE;
    for (guint i = 0; i < walk.names->len; i++) {
        const Name *name = &g_array_index(walk.names, Name, i);
        calls = calls || (name->place == PLACE_CALL && name->n == 3 &&
                          my_token_spells(&tokens, name->first, database));
        changes = changes || changes_with_mode(&tokens, name);
    }
    if (!calls)
        return MY_NO_PACKAGE;
    return changes ? MY_PACKAGE_AND_MORE : MY_PACKAGE_ONLY;
}

char *
my_with_plain_functions(const char *sql)
{
    g_auto(MyTokens) tokens = { 0 };
    g_auto(Walk) walk = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    walk_init(&walk, &tokens);
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < walk.names->len; i++) {
        const Name *name = &g_array_index(walk.names, Name, i);
        if (!changes_with_mode(&tokens, name))
            continue;
        append_up_to(out, &tokens, &from, my_token(&tokens, name->first)->start);
        g_string_append(out, "mariadb_schema.");
    }
    append_up_to(out, &tokens, &from, tokens.len);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
my_body_has_own_name(const char *sql, const char *sql_mode, const char *database)
{
    if (!may_hold(sql, database))
        return FALSE;
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    for (guint i = 0; i < tokens.all->len; i++) {
        gboolean is_first = i == 0 || !my_token_is_char(&tokens, i - 1, '.');
        if (is_first && my_token_is_char(&tokens, i + 1, '.') &&
            my_token_spells(&tokens, i, database))
            return TRUE;
    }
    return FALSE;
}

static void
add_unique(GPtrArray *names, GHashTable *seen, const MyTokens *tokens, guint i)
{
    char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    if (g_hash_table_contains(seen, name)) {
        g_free(name);
        return;
    }
    g_hash_table_add(seen, name);
    g_ptr_array_add(names, name);
}

GPtrArray *
my_body_names(const char *sql, const char *sql_mode, const char *database, GPtrArray *others)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) seen_others = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(MyTokens) tokens = { 0 };
    g_auto(Walk) walk = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    walk_init(&walk, &tokens);
    for (guint i = 0; i < walk.names->len; i++) {
        const Name *name = &g_array_index(walk.names, Name, i);
        gboolean is_own = name->n > 1 && my_token_spells(&tokens, name->first, database);
        if (has_database(name) && !is_own && others != NULL)
            add_unique(others, seen_others, &tokens, name->first);
        add_unique(found, seen, &tokens, name->first);
        if (is_own)
            add_unique(found, seen, &tokens, name->first + 2);
    }
    return found;
}

GPtrArray *
my_text_names(const char *sql, const char *database, GPtrArray *others)
{
    return my_body_names(sql, NULL, database, others);
}

/* WITH x AS (SELECT … */
static gboolean
is_defined_here(const MyTokens *tokens, const Name *name)
{
    guint next = name->first + 1;
    return name->n == 1 && my_token_is(tokens, next, "as") &&
           my_token_is_kind(tokens, next + 1, BL_TOKEN_OPEN) && starts_query(tokens, next + 2);
}

GPtrArray *
my_table_names(const char *sql, const char *database)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) defined = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) defined_names = g_ptr_array_new_with_free_func(g_free);
    g_auto(MyTokens) tokens = { 0 };
    g_auto(Walk) walk = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    walk_init(&walk, &tokens);
    for (guint i = 0; i < walk.names->len; i++) {
        const Name *name = &g_array_index(walk.names, Name, i);
        if (is_defined_here(&tokens, name))
            add_unique(defined_names, defined, &tokens, name->first);
    }
    for (guint i = 0; i < walk.names->len; i++) {
        const Name *name = &g_array_index(walk.names, Name, i);
        gboolean is_own = name->n > 1 && my_token_spells(&tokens, name->first, database);
        if (name->place != PLACE_TABLE || (name->n > 1 && !is_own))
            continue;
        g_autofree char *text = bl_token_name(my_token(&tokens, name->first), sql);
        if (is_own || !g_hash_table_contains(defined, text))
            add_unique(found, seen, &tokens, name->first + (is_own ? 2 : 0));
    }
    return found;
}
