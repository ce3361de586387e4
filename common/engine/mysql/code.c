/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"

#include "common/base/error.h"
#include "common/engine/mysql/table_text.h"
#include "common/sql/quote.h"

#include <string.h>

/* A row of SHOW CREATE, kept. */
typedef struct {
    MyItem *item;
    const MyCodeSort *sort;
    char *sql;
    char *sql_mode, *client, *connection, *database, *time_zone;
} MyLate;

static void
late_free(gpointer data)
{
    MyLate *late = data;
    g_free(late->sql);
    g_free(late->sql_mode);
    g_free(late->client);
    g_free(late->connection);
    g_free(late->database);
    g_free(late->time_zone);
    g_free(late);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyLate, late_free)

static char *
copy_value(const MyRow *row, int column)
{
    return column >= 0 && (guint)column < row->n ? g_strdup(row->values[column]) : NULL;
}

static MyLate *
copy_row(MyItem *item, const MyRow *row, const MyCodeSort *sort)
{
    MyLate *late = g_new0(MyLate, 1);
    late->item = item;
    late->sort = sort;
    late->sql = copy_value(row, sort->sql);
    late->sql_mode = copy_value(row, sort->sql_mode);
    late->client = copy_value(row, sort->client);
    late->connection = copy_value(row, sort->connection);
    late->database = copy_value(row, sort->database);
    late->time_zone = copy_value(row, sort->time_zone);
    return late;
}

static gboolean
is_ascii(const char *text)
{
    while (*text != 0 && (guchar)*text < 0x80)
        text++;
    return *text == 0;
}

/* Bytes of a client that said "binary" are what they look like. */
static gboolean
is_utf8(const char *charset)
{
    return charset == NULL || g_str_has_prefix(charset, "utf8") || strcmp(charset, "binary") == 0;
}

static gboolean
needs_recoding(const MyLate *late)
{
    return !is_utf8(late->client) && !is_ascii(late->sql);
}

gboolean
my_leave_out(MyReader *reader, MyItem *item, const char *why, gboolean broken, GError **error)
{
    const char *kind = item->sort->kind->name;
    if (!broken) {
        (void)my_unsupported(reader, kind, item->name, why, error);
        return FALSE;
    }
    g_autofree char *name = bl_quote_comment(item->name);
    g_autofree char *label = g_strconcat(kind, " ", name, NULL);
    if (reader->options->skip_broken) {
        bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "%s is left out: %s",
                       label, why);
        if (reader->options->skipped != NULL)
            g_ptr_array_add(reader->options->skipped, g_steal_pointer(&label));
        return FALSE;
    }
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "mend it or drop it, or leave it out: schema-dump --skip-broken",
                 "%s \"%s\" cannot be created again: %s", kind, name, why);
    if (error != NULL)
        bl_error_set_object(*error, label);
    return FALSE;
}

/* @bytes in UTF-8. The way back must give the same bytes: a byte that the charset does not have
 * becomes a question mark. @return g_free(); NULL without @error: not valid */
static char *
recode(MySession *session, const char *charset, const char *bytes, gsize len, GError **error)
{
    g_autoptr(GString) hex = g_string_sized_new(2 * len + 1);
    for (gsize i = 0; i < len; i++)
        g_string_append_printf(hex, "%02x", (guint)(guchar)bytes[i]);
    if (strspn(charset, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(charset))
        return NULL;
    g_autofree char *sql =
        g_strdup_printf("SELECT IF(CAST(CONVERT(t.u USING %s) AS BINARY) = t.b, t.u, NULL) "
                        "FROM (SELECT CONVERT(_%s x'%s' USING utf8mb4) AS u, x'%s' AS b) t",
                        charset, charset, hex->str, hex->str);
    return my_select_text(session, sql, error);
}

static void
find_all(const MyTokens *tokens, MySpans *spans)
{
    static const char *const sorts[] = { "view", "package" };
    spans->n = 1;
    spans->pairs[0][0] = tokens->len;
    spans->pairs[0][1] = tokens->len;
    for (gsize i = 0; i < G_N_ELEMENTS(sorts); i++) {
        guint found = my_tokens_find(tokens, 0, sorts[i]);
        if (found < tokens->all->len)
            spans->pairs[0][0] = MIN(spans->pairs[0][0], my_token(tokens, found)->start);
    }
}

/* The parts of the text that are in the client charset of its creation. @return gsize[2] */
static GArray *
find_pairs(const MySession *session, const MyLate *late)
{
    GArray *pairs = g_array_new(FALSE, FALSE, 2 * sizeof(gsize));
    MySpans spans = { .names_are_utf8 = !session->is_mariadb && session->version >= 80000 };
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, late->sql, late->sql_mode);
    (late->sort->find_spans != NULL ? late->sort->find_spans : find_all)(&tokens, &spans);
    for (guint i = 0; i < spans.n; i++)
        my_skip_utf8_literals(&tokens, spans.pairs[i][0], spans.pairs[i][1], pairs);
    return pairs;
}

/* Replaces @late->sql by the same text in UTF-8. FALSE without @error: it cannot be */
static gboolean
recode_late(MyReader *reader, MyLate *late, GError **error)
{
    g_autoptr(GArray) pairs = find_pairs(reader->session, late);
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < pairs->len; i++) {
        const gsize *pair = (const gsize *)(const void *)pairs->data + (gsize)2 * i;
        g_autofree char *text =
            recode(reader->session, late->client, late->sql + pair[0], pair[1] - pair[0], error);
        if (text == NULL)
            return FALSE;
        g_string_append_len(out, late->sql + from, (gssize)(pair[0] - from));
        g_string_append(out, text);
        from = pair[1];
    }
    g_string_append(out, late->sql + from);
    g_free(late->sql);
    late->sql = g_string_free(g_steal_pointer(&out), FALSE);
    my_note_more(reader, "clientCharset", late->item->sort->kind->name, late->item->name,
                 late->client);
    g_free(late->client);
    late->client = g_strdup("utf8mb4");
    return TRUE;
}

/* Literals that cannot stand in a text in UTF-8 as they are. The server writes views itself, the
 * bodies are their authors'. */
static void
mark_literals(const MySession *session, MyLate *late)
{
    if (is_ascii(late->sql))
        return;
    char *sql = my_with_hex_literals(late->sql, late->sql_mode,
                                     late->sort->is_server_text || needs_recoding(late));
    g_free(late->sql);
    late->sql = sql;
    /* MySQL before 8 keeps the literals of a view in the charset of the connection and reads them
     * in that of the client: they must be the same, or no literals. */
    gboolean loses_literals = !session->is_mariadb && session->version < 80000 &&
                              late->sort->is_server_text && needs_recoding(late);
    g_autofree char *prefix = g_strconcat(late->client, "_", NULL);
    if (!loses_literals || late->connection == NULL || !g_str_has_prefix(late->connection, prefix))
        return;
    sql = my_with_introducers(late->sql, late->client);
    g_free(late->sql);
    late->sql = sql;
}

/* @return FALSE with @error set, or without: left out */
static gboolean
build_late(MyReader *reader, MyLate *late, const MyEventFacts *facts, GError **error)
{
    GError *problem = NULL;
    mark_literals(reader->session, late);
    if (needs_recoding(late) && !recode_late(reader, late, &problem)) {
        if (problem == NULL) {
            return my_leave_out(reader, late->item,
                                "its text is not valid in the charset that it was written in",
                                FALSE, error);
        }
        g_propagate_error(error, problem);
        return FALSE;
    }
    gboolean is_valid = g_utf8_validate(late->sql, -1, NULL);
    if (!is_valid && late->item->sort == &my_sort_view) {
        /* The server wrote it: _latin1'…' holds the bytes of that charset. */
        char *valid = my_with_hex_strings(late->sql);
        g_free(late->sql);
        late->sql = valid;
        is_valid = g_utf8_validate(late->sql, -1, NULL);
    }
    if (!is_valid)
        return my_leave_out(reader, late->item, "its text is not valid UTF-8", FALSE, error);
    const MyCode code = {
        .sql = late->sql,
        .settings = { late->sql_mode, late->client, late->connection, late->database,
                      late->time_zone },
        .is_implicit = facts != NULL && g_hash_table_contains(facts->implicit, late->item->name),
        .is_over = facts != NULL && g_hash_table_contains(facts->over, late->item->name),
    };
    return late->sort->build(reader, late->item, &code, error);
}

/* The same; what is left out is no failure. */
static gboolean
finish_late(MyReader *reader, MyLate *late, const MyEventFacts *facts, GError **error)
{
    GError *problem = NULL;
    if (build_late(reader, late, facts, &problem) || problem == NULL)
        return TRUE;
    g_propagate_error(error, problem);
    return FALSE;
}

/* What shows the bodies of others. */
static const char *
routine_right(const MySession *session)
{
    if (session->is_mariadb && session->version >= 110300)
        return "SHOW CREATE ROUTINE on the database";
    if (!session->is_mariadb && session->version >= 80020)
        return "SHOW_ROUTINE";
    return "SELECT on mysql.proc";
}

gboolean
my_render_code(
    MyReader *reader, MyItem *item, const MyRow *row, const MyCodeSort *sort, GError **error)
{
    g_autoptr(MyLate) late = copy_row(item, row, sort);
    if (late->sql == NULL || *late->sql == '\0') {
        const char *right = sort->right != NULL ? sort->right : routine_right(reader->session);
        g_autofree char *why =
            g_strdup_printf("this account may not see its text: it needs %s", right);
        return my_unsupported(reader, item->sort->kind->name, item->name, why, error);
    }
    if (strlen(late->sql) != row->lens[sort->sql])
        return my_unsupported(reader, item->sort->kind->name, item->name,
                              "there is a NUL byte in its text", error);
    if (!sort->waits && !needs_recoding(late))
        return finish_late(reader, late, NULL, error);
    if (reader->late == NULL)
        reader->late = g_ptr_array_new_with_free_func(late_free);
    g_ptr_array_add(reader->late, g_steal_pointer(&late));
    return TRUE;
}

static gboolean
finish_all(MyReader *reader, GError **error)
{
    g_auto(MyEventFacts) facts = { 0 };
    if (!my_read_event_facts(reader, &facts, error))
        return FALSE;
    for (guint i = 0; i < reader->late->len; i++) {
        if (!finish_late(reader, g_ptr_array_index(reader->late, i), &facts, error))
            return FALSE;
    }
    return TRUE;
}

/* What of the server decides how the statements of an application are read. */
static void
note_server(MyReader *reader)
{
    const char *mode = reader->session->global_mode;
    g_autofree char *names_case = g_strdup_printf("%d", reader->session->names_case);
    bl_catalog_set_fact(reader->catalog, "sqlMode", mode != NULL ? mode : "");
    bl_catalog_set_fact(reader->catalog, "lowerCaseTableNames", names_case);
}

gboolean
my_finish_items(MyReader *reader, GError **error)
{
    note_server(reader);
    gboolean ok = reader->late == NULL || finish_all(reader, error);
    g_clear_pointer(&reader->late, g_ptr_array_unref);
    return ok && my_check_views(reader, error) && my_check_triggers(reader, error);
}

char *
my_code_text(MyReader *reader, const char *sql)
{
    g_autofree char *definer = NULL;
    g_autofree char *without = my_without_definer(sql, &definer);
    if (definer != NULL)
        my_note_definer(reader, definer);
    return reader->options->keep_definer ? g_strdup(sql) : g_steal_pointer(&without);
}

/* Whether what stands before a function is no database: a package, or MariaDB's word for the
 * built-in functions of a mode. */
static gboolean
is_package(const MyReader *reader, const char *name)
{
    static const char *const built_in[] = { "mariadb_schema", "oracle_schema", "maxdb_schema",
                                            NULL };
    if (g_strv_contains(built_in, name))
        return TRUE;
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort == &my_sort_package && g_ascii_strcasecmp(item->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

void
my_note_names(MyReader *reader, MyItem *item, const char *sql, const char *sql_mode)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    g_clear_pointer(&item->names, g_ptr_array_unref);
    item->names = my_body_names(sql, sql_mode, reader->session->database, others);
    for (guint i = 0; i < others->len; i++) {
        const char *other = g_ptr_array_index(others, i);
        if (!is_package(reader, other))
            my_note_more(reader, "crossDatabase", item->sort->kind->name, item->name, other);
    }
}

void
my_note_body(MyReader *reader, MyItem *item, const char *sql, const char *sql_mode)
{
    my_note_names(reader, item, sql, sql_mode);
    if (my_body_has_own_name(sql, sql_mode, reader->session->database))
        my_note_object(reader, "ownName", item->sort->kind->name, item->name);
}

/* The text of a literal with backslash escapes, as one without. */
static void
append_plain_literal(GString *out, const char *literal, gsize len)
{
    g_string_append_c(out, '\'');
    for (gsize i = 1; i + 1 < len; i++) {
        char c = literal[i];
        if (c == '\\' && i + 2 < len) {
            static const char escapes[] = "nrtbZ";
            static const char meant[] = "\n\r\t\b\032";
            c = literal[++i];
            const char *known = strchr(escapes, c);
            c = known != NULL ? meant[known - escapes] : c;
            if (c == '\'')
                g_string_append_c(out, '\'');
        }
        g_string_append_c(out, c);
    }
    g_string_append_c(out, '\'');
}

char *
my_with_plain_literals(const char *sql, const char *sql_mode, gsize from, gsize body)
{
    if (!my_mode_has(sql_mode, "NO_BACKSLASH_ESCAPES"))
        return g_strdup(sql);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    GString *out = g_string_new(NULL);
    gsize copied = 0;
    for (guint i = 0; i < tokens.all->len; i++) {
        const BlToken *literal = my_token(&tokens, i);
        if (literal->kind != BL_TOKEN_STRING || literal->start < from || literal->start >= body)
            continue;
        g_string_append_len(out, sql + copied, (gssize)(literal->start - copied));
        append_plain_literal(out, sql + literal->start, literal->len);
        copied = literal->start + literal->len;
    }
    g_string_append(out, sql + copied);
    return g_string_free(out, FALSE);
}

BlObject *
my_code_object(MyReader *reader, MyItem *item)
{
    if (item->object == NULL)
        item->object = bl_catalog_add(reader->catalog, item->sort->kind, NULL, item->name);
    return item->object;
}
