/* SPDX-License-Identifier: MIT */
/*
 * The settings of a session: what a script changed of them is put back, and what reading a schema
 * wants is set for as long as that takes. Asking for them and setting them waits for the next
 * statement, with which it goes in one message.
 */
#include "common/engine/mysql/session.h"

#include <string.h>

/* Differs by itself, or cannot be set back. */
static const char *const volatile_variables[] = {
    "timestamp",          "rand_seed1",        "rand_seed2",
    "last_insert_id",     "identity",          "insert_id",
    "pseudo_thread_id",   "error_count",       "warning_count",
    "in_transaction",     "gtid_seq_no",       "last_gtid",
    "gtid_domain_id",     "server_id",         "character_set_database",
    "collation_database", "statement_id",      "gtid_binlog_pos",
    "gtid_binlog_state",  "gtid_current_pos",  "gtid_slave_pos",
    "gtid_executed",      "pseudo_slave_mode", "pseudo_replica_mode",
};

static gboolean
is_volatile(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(volatile_variables); i++) {
        if (strcmp(name, volatile_variables[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static GHashTable *
variables_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
note_variable(GHashTable *variables, const char *name, const char *value)
{
    if (name != NULL && !is_volatile(name))
        g_hash_table_insert(variables, g_strdup(name), g_strdup(value != NULL ? value : ""));
}

void
my_take_variables(MySession *session, MYSQL_RES *result)
{
    MYSQL_ROW row;
    while ((row = my.mysql_fetch_row(result)) != NULL) {
        if (session->variables != NULL && my.mysql_num_fields(result) >= 2)
            note_variable(session->variables, row[0], row[1]);
    }
}

/* Nobody puts those of a session beside another one back. */
void
my_keep_settings(MySession *session)
{
    session->is_reset = FALSE;
    if (session->variables != NULL)
        return;
    session->variables = variables_new();
    session->late_variables = session->beside == NULL;
}

static gboolean
is_number(const char *text)
{
    gsize len = strspn(text, "-0123456789.");
    return len > 0 && text[len] == '\0' && g_ascii_isdigit(text[len - 1]);
}

static char *
set_sql(const char *name, const char *value)
{
    if (value[0] == '\0' && g_str_has_prefix(name, "character_set_"))
        return g_strdup_printf("SET SESSION %s = NULL", name);
    g_autofree char *literal = is_number(value) ? g_strdup(value) : my_literal(value);
    return g_strdup_printf("SET SESSION %s = %s", name, literal);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A charset sets its collation too, and is set before it.
 * @return what sets back what differs, a statement each, g_ptr_array_unref() */
static GPtrArray *
list_changed(const MySession *session, GHashTable *now)
{
    GHashTableIter iter;
    void *name;
    void *value;
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_iter_init(&iter, session->variables);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const char *changed = g_hash_table_lookup(now, name);
        if (changed != NULL && strcmp(changed, value) != 0)
            g_ptr_array_add(statements, set_sql(name, value));
    }
    g_ptr_array_sort(statements, compare_texts);
    return statements;
}

/* All in one message, or, when one of them fails, each by itself: what is not the session's differs
 * because somebody changed it for the whole server.
 * @return TRUE when nothing differs any more */
static gboolean
put_back(MySession *session, GHashTable *now)
{
    g_autoptr(GPtrArray) statements = list_changed(session, now);
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < statements->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? "; " : "",
                               (const char *)g_ptr_array_index(statements, i));
    if (statements->len == 0 ||
        (all->len < session->max_packet / 2 && my_run_quietly(session, all->str)))
        return TRUE;
    for (guint i = 0; i < statements->len; i++)
        my_run_anyway(session, g_ptr_array_index(statements, i));
    return FALSE;
}

static gboolean
take_variable(const MyRow *row, void *data, GError **error)
{
    (void)error;
    if (row->n >= 2)
        note_variable(data, row->values[0], row->values[1]);
    return TRUE;
}

/* What is put back whatever it is, and the question what else there is, whose answer a limit would
 * cut off. @return g_free(); NULL: nothing was changed */
static char *
reset_sql(const MySession *session)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (session->changed_tables)
        g_string_append(sql, "UNLOCK TABLES; ");
    my_append_traces(session, session->traces, sql);
    my_append_traces(session, session->latent, sql);
    if (session->changed_database) {
        g_string_append(sql, "USE ");
        my_append_name(sql, session->database);
        g_string_append(sql, "; ");
    }
    if (session->variables != NULL)
        g_string_append(sql, MY_OWN_TIME ", SESSION sql_select_limit = " MY_NO_LIMIT
                                         "; SHOW SESSION VARIABLES");
    return sql->len > 0 ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
}

/* mysql_reset_connection() would release the lock. */
gboolean
my_reset_settings(BlSession *base, GError **error)
{
    MySession *session = (MySession *)base;
    session->ansi_quotes = FALSE;
    my_watch_set_timeout(session->watch, 0);
    /* Nothing was sent since they were to be kept. */
    if (session->late_variables && session->n_put_off == 0) {
        g_clear_pointer(&session->variables, g_hash_table_unref);
        session->late_variables = FALSE;
    }
    g_autofree char *sql = session->is_reset ? NULL : reset_sql(session);
    if (sql == NULL)
        return TRUE;
    g_autoptr(GHashTable) now = variables_new();
    if (!my_run_all(session, sql, take_variable, now, NULL, error))
        return FALSE;
    session->changed_tables = FALSE;
    session->changed_database = FALSE;
    g_clear_pointer(&session->traces, my_traces_free);
    session->is_reset = session->variables == NULL || put_back(session, now);
    return TRUE;
}

gboolean
my_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error)
{
    MySession *session = (MySession *)base;
    if (statement_ms > 0)
        my_watch_set_timeout(session->watch, statement_ms);
    if (lock_ms == 0)
        return TRUE;
    /* Whole seconds, at least one. */
    guint seconds = (lock_ms + 999) / 1000;
    g_autofree char *sql = g_strdup_printf(
        "SET SESSION lock_wait_timeout = %u, innodb_lock_wait_timeout = %u", seconds, seconds);
    my_keep_settings(session);
    return my_run(session, sql, error);
}

/* What enters it. */
#define READING_STATEMENTS 2

/* The variables that reading sets, and to what; names in user variables keep what was there. */
static const struct {
    const char *name;
    const char *value;
    guint mysql_from; /* MySQL has it from this version on; 0: always */
    gboolean in_mariadb;
} reading[] = {
    { "character_set_client", "utf8mb4", 0, TRUE },
    { "collation_connection", MY_COLLATION, 0, TRUE },
    { "character_set_results", "NULL", 0, TRUE },
    { "time_zone", "'+00:00'", 0, TRUE },
    { "sql_quote_show_create", "1", 0, TRUE },
    { "group_concat_max_len", "1048576", 0, TRUE },
    { "sql_select_limit", MY_NO_LIMIT, 0, TRUE },
    { "max_statement_time", "0", G_MAXUINT, TRUE },
    { "max_execution_time", "0", 50708, FALSE },
    { "show_gipk_in_create_table_and_information_schema", "ON", 80030, FALSE },
};

static gboolean
has_variable(const MySession *session, gsize i)
{
    return session->is_mariadb ? reading[i].in_mariadb : session->version >= reading[i].mysql_from;
}

gboolean
my_enter_reading(MySession *session, GError **error)
{
    if (session->depth > 0) {
        session->depth++;
        return TRUE;
    }
    g_autoptr(GString) keep = g_string_new("SET @baseline_reading_mode = @@SESSION.sql_mode");
    g_autoptr(GString) set = g_string_new("; SET SESSION sql_mode = '" MY_SQL_MODE);
    g_string_append(set, session->is_mariadb ? ",IGNORE_BAD_TABLE_OPTIONS'" : "'");
    for (gsize i = 0; i < G_N_ELEMENTS(reading); i++) {
        if (!has_variable(session, i))
            continue;
        g_string_append_printf(keep, ", @baseline_reading_%u = @@SESSION.%s", (guint)i,
                               reading[i].name);
        g_string_append_printf(set, ", SESSION %s = %s", reading[i].name, reading[i].value);
    }
    g_string_append(keep, set->str);
    gsize at = session->put_off != NULL ? session->put_off->len : 0;
    session->late_reading = my_put_off(session, keep->str, READING_STATEMENTS);
    session->late_reading_at = at;
    if (session->late_reading)
        bl_report_statement(session->base.reporter, keep->str, -1, g_get_monotonic_time());
    else if (!my_run(session, keep->str, error))
        return FALSE;
    session->depth = 1;
    return TRUE;
}

/* Nothing was sent since it was to be entered. */
static void
forget_reading(MySession *session)
{
    g_string_truncate(session->put_off, session->late_reading_at);
    session->n_put_off -= READING_STATEMENTS;
    session->late_reading = FALSE;
}

/* @param first what goes before it in the same message; "": nothing */
static void
leave_reading(MySession *session, const char *first)
{
    g_autoptr(GString) sql = g_string_new(first);
    g_string_append(sql, "SET SESSION sql_mode = @baseline_reading_mode");
    for (gsize i = 0; i < G_N_ELEMENTS(reading); i++) {
        if (has_variable(session, i))
            g_string_append_printf(sql, ", SESSION %s = @baseline_reading_%u", reading[i].name,
                                   (guint)i);
    }
    my_run_anyway(session, sql->str);
}

void
my_leave_reading(MySession *session)
{
    if (session->depth == 0 || --session->depth > 0)
        return;
    if (session->late_reading)
        forget_reading(session);
    else
        leave_reading(session, "");
}

void
my_end_reading(MySession *session)
{
    gboolean is_begun = session->late_begin == NULL;
    if (session->depth == 1 && !session->late_reading && is_begun) {
        session->depth = 0;
        leave_reading(session, "ROLLBACK; ");
        return;
    }
    my_leave_reading(session);
    my_rollback(&session->base);
}
