/* SPDX-License-Identifier: MIT */
/*
 * The settings of the session that loads, whatever client it is, and the way back. Every server
 * from MySQL 5.6 and MariaDB 10.2 on knows all of them.
 *
 * Every statement that makes an object commits by itself, so that a load that fails cannot be taken
 * back. But the ledger, which says that it is whole, comes last and in a transaction: the gate at
 * the end counts what came to be, and takes the rows of the ledger back when something is missing,
 * for a client that goes on after an error; its last statement fails then, and says so. The loader
 * has no need of that; its mark is its own business.
 */
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/session.h"

/* What the server quotes when nothing was recorded: it takes no other message from a plain script,
 * and cuts it at 80 bytes. */
#define NOT_WHOLE "baseline: nothing is recorded: an error above, or a merged file: dump again"

static const struct {
    const char *name;
    const char *value; /* NULL: another statement sets it */
} settings[] = {
    { "character_set_client", NULL }, { "character_set_results", NULL },
    { "collation_connection", NULL }, { "sql_mode", "'" MY_SQL_MODE "'" },
    { "time_zone", "'+00:00'" },      { "foreign_key_checks", "0" },
    { "unique_checks", "0" },
};

/* Where the server lists the objects that count. */
static const char counted[] =
    "(SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()) + "
    "(SELECT count(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() "
    "AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE', 'PACKAGE', 'PACKAGE BODY')) + "
    "(SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()) + "
    "(SELECT count(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE())";

static guint
count_objects(const BlCatalog *catalog, const BlFrame *frame)
{
    guint n = 2 + frame->n_peers;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlKind *kind = ((const BlObject *)g_ptr_array_index(catalog->objects, i))->kind;
        n += kind->is_setting || kind == &my_kind_library ? 0 : 1;
    }
    return n;
}

static void
append_row_check(GString *tail, const char *table, guint64 rows)
{
    g_autofree char *name = my_name(table);
    g_string_append_printf(tail, " AND (SELECT count(*) FROM %s) = %" G_GUINT64_FORMAT, name, rows);
}

static void
append_gate(GString *tail, const BlCatalog *catalog, const BlFrame *frame)
{
    g_string_append_printf(tail, "SET " MY_GATE "_passed = %s - " MY_GATE " = %u", counted,
                           count_objects(catalog, frame));
    append_row_check(tail, frame->ledger, frame->ledger_rows);
    append_row_check(tail, frame->versions, 1);
    for (guint i = 0; i < frame->n_data; i++)
        append_row_check(tail, frame->data_tables[i], frame->data_rows[i]);
    g_string_append(tail, ";\n"
                          "SET " MY_GATE " = IF(" MY_GATE "_passed, 'COMMIT', 'ROLLBACK');\n"
                          "PREPARE baseline_gate FROM " MY_GATE ";\n"
                          "EXECUTE baseline_gate;\n"
                          "DEALLOCATE PREPARE baseline_gate;\n"
                          "SET autocommit = @baseline_autocommit;\n");
}

void
my_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    const char *separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_string_append_printf(head, "%s@baseline_%s = @@%s", separator, settings[i].name,
                               settings[i].name);
        separator = ", ";
    }
    g_string_append(head, ";\nSET NAMES utf8mb4 COLLATE " MY_COLLATION ";\n");
    separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (settings[i].value == NULL)
            continue;
        g_string_append_printf(head, "%s%s = %s", separator, settings[i].name, settings[i].value);
        separator = ", ";
    }
    g_string_append(head, ";\n");
    gboolean has_loose_keys = bl_catalog_has_fact(catalog, MY_FACT_LOOSE_KEYS);
    if (has_loose_keys) {
        g_string_append(head, "SET @baseline_" MY_STRICT_KEYS " = @@" MY_STRICT_KEYS ";\n"
                              "SET " MY_STRICT_KEYS " = 0;\n");
    }
    if (frame->ledger != NULL) {
        g_string_append_printf(head,
                               "SET @baseline_autocommit = @@autocommit;\n"
                               "SET autocommit = 0;\n"
                               "SET " MY_GATE "_passed = 0, " MY_GATE " = %s;\n",
                               counted);
    }

    g_string_append(tail, "-- gate\n");
    if (frame->ledger != NULL)
        append_gate(tail, catalog, frame);
    if (has_loose_keys)
        g_string_append(tail, "SET " MY_STRICT_KEYS " = @baseline_" MY_STRICT_KEYS ";\n");
    separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_string_append_printf(tail, "%s%s = @baseline_%s", separator, settings[i].name,
                               settings[i].name);
        separator = ", ";
    }
    g_string_append(tail, ";\n");
    if (frame->ledger != NULL) {
        g_string_append(tail, "SET " MY_GATE " = IF(" MY_GATE "_passed, 'DO 0', '" NOT_WHOLE "');\n"
                              "PREPARE baseline_gate FROM " MY_GATE ";\n"
                              "DEALLOCATE PREPARE baseline_gate;\n");
    }
}
