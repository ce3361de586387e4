/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/base/report.h"

#include <glib.h>

#include <errno.h>
#include <string.h>

static void
test_fields_start_empty(void)
{
    g_autoptr(GError) error = g_error_new_literal(BL_ERROR, BL_ERROR_SQL, "syntax error");
    const BlErrorInfo *info = bl_error_info(error);

    g_assert_nonnull(info);
    g_assert_null(info->file);
    g_assert_cmpuint(info->line, ==, 0);
    g_assert_cmpuint(info->column, ==, 0);
    g_assert_null(info->object);
    g_assert_null(info->sqlstate);
    g_assert_null(info->detail);
    g_assert_null(info->hint);
}

static void
test_other_domain_has_no_info(void)
{
    g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "not there");

    g_assert_null(bl_error_info(error));
    g_assert_null(bl_error_info(NULL));
    bl_error_set_position(error, "a.sql", 1, 2);
    bl_error_set_hint(error, "nothing happens");
    bl_error_set_detail(error, "nothing happens");
    bl_error_set_sqlstate(error, "42601");
    bl_error_set_object(error, "view v");
    bl_error_set_position(NULL, "a.sql", 1, 2);
    bl_error_set_hint(NULL, "nothing happens");
    bl_error_set_detail(NULL, "nothing happens");
    bl_error_set_sqlstate(NULL, "42601");
    bl_error_set_object(NULL, "view v");
    g_assert_cmpstr(error->message, ==, "not there");
}

static GError *
full_error(void)
{
    GError *error = NULL;

    bl_error_set(&error, BL_ERROR_SQL, "look at line 3", "no table \"%s\"", "users");
    bl_error_set_position(error, "0042.sql", 3, 14);
    bl_error_set_object(error, "view v_users");
    bl_error_set_sqlstate(error, "42P01");
    bl_error_set_detail(error, "sqlite3_prepare_v2 gave %d", 1);
    return error;
}

static void
assert_full(const GError *error)
{
    const BlErrorInfo *info = bl_error_info(error);

    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_cmpstr(info->file, ==, "0042.sql");
    g_assert_cmpuint(info->line, ==, 3);
    g_assert_cmpuint(info->column, ==, 14);
    g_assert_cmpstr(info->object, ==, "view v_users");
    g_assert_cmpstr(info->sqlstate, ==, "42P01");
    g_assert_cmpstr(info->detail, ==, "sqlite3_prepare_v2 gave 1");
    g_assert_cmpstr(info->hint, ==, "look at line 3");
}

static void
test_fields_survive_copy_and_prefix(void)
{
    GError *error = full_error();
    g_autoptr(GError) copy = g_error_copy(error);

    assert_full(error);
    g_prefix_error(&error, "applying 0042: ");
    assert_full(error);
    g_assert_cmpstr(error->message, ==, "applying 0042: no table \"users\"");
    g_error_free(error);
    assert_full(copy);
    g_assert_cmpstr(copy->message, ==, "no table \"users\"");
}

static void
test_fields_are_set_once(void)
{
    g_autoptr(GError) error = full_error();

    bl_error_set_position(error, "outer.sql", 1, 1);
    bl_error_set_object(error, "table t");
    bl_error_set_sqlstate(error, "00000");
    bl_error_set_detail(error, "other");
    bl_error_set_hint(error, "other");
    assert_full(error);
}

static void
test_position_without_a_file_counts(void)
{
    g_autoptr(GError) error = g_error_new_literal(BL_ERROR, BL_ERROR_SQL, "syntax error");

    bl_error_set_position(error, NULL, 3, 4);
    bl_error_set_position(error, "outer.sql", 9, 9);
    g_assert_null(bl_error_info(error)->file);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 3);
}

static void
test_set_without_place(void)
{
    bl_error_set(NULL, BL_ERROR_USAGE, "hint", "message %d", 1);
    bl_error_set_errno(NULL, "read", "x", ENOENT);
}

static void
test_set_without_hint(void)
{
    g_autoptr(GError) error = NULL;

    bl_error_set(&error, BL_ERROR_CONFLICT, NULL, "100%% sure");
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpstr(error->message, ==, "100% sure");
    g_assert_null(bl_error_info(error)->hint);
}

static void
test_errno(void)
{
    static const struct {
        int errnum;
        const char *path;
        const char *message;
    } cases[] = {
        { ENOENT, "a/b.sql", "cannot read \"a/b.sql\": no such file or directory" },
        { ENOSPC, "x", "cannot read \"x\": no space left on device" },
        { EISDIR, "x", "cannot read \"x\": is a directory" },
        { EACCES, "x y", "cannot read \"x y\": permission denied" },
        { EACCES, "x\ny", "cannot read \"x\\x0Ay\": permission denied" },
        { EIO, NULL, "cannot read: input/output error" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        bl_error_set_errno(&error, "read", cases[i].path, cases[i].errnum);
        g_assert_error(error, BL_ERROR, BL_ERROR_IO);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_errno_with_bytes_that_are_no_text(void)
{
    g_autoptr(GError) error = NULL;

    bl_error_set_errno(&error, "read", "a\xff", ENOENT);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void
test_exit_code(void)
{
    g_autoptr(GError) ours = g_error_new_literal(BL_ERROR, BL_ERROR_CONNECT, "no server");
    g_autoptr(GError) other = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "not there");

    g_assert_cmpint(bl_error_exit_code(ours), ==, 3);
    g_assert_cmpint(bl_error_exit_code(other), ==, 70);
    g_assert_cmpint(bl_error_exit_code(NULL), ==, 0);
}

static void
test_quark(void)
{
    g_assert_cmpuint(bl_error_quark(), !=, 0);
    g_assert_cmpuint(bl_error_quark(), ==, bl_error_quark());
}

typedef struct {
    guint n;
    BlEventKind kind;
    char *text;
} Seen;

static void
see_event(const BlEvent *event, void *data)
{
    Seen *seen = data;

    seen->n++;
    seen->kind = event->kind;
    g_free(seen->text);
    seen->text = g_strdup(event->text);
}

static void
test_report(void)
{
    Seen seen = { 0 };
    BlReporter reporter = { .event = see_event, .data = &seen };
    BlReporter silent = { 0 };
    BlEvent statement = { .kind = BL_EVENT_STATEMENT, .text = "SELECT 1" };

    bl_report_text(&reporter, BL_EVENT_WARNING, "%d rows in \"%s\"", 3, "t");
    g_assert_cmpint(seen.kind, ==, BL_EVENT_WARNING);
    g_assert_cmpstr(seen.text, ==, "3 rows in \"t\"");
    bl_report(&reporter, &statement);
    g_assert_cmpuint(seen.n, ==, 1);
    reporter.wants_statements = TRUE;
    bl_report(&reporter, &statement);
    g_assert_cmpuint(seen.n, ==, 2);
    g_assert_cmpstr(seen.text, ==, "SELECT 1");
    bl_report_statement(&reporter, "SELECT 2; SELECT 3", strlen("SELECT 2"), 0);
    g_assert_cmpint(seen.kind, ==, BL_EVENT_STATEMENT);
    g_assert_cmpstr(seen.text, ==, "SELECT 2");
    bl_report_statement(&reporter, "SELECT 4", -1, 0);
    g_assert_cmpstr(seen.text, ==, "SELECT 4");
    reporter.wants_statements = FALSE;
    bl_report_statement(&reporter, "SELECT 5", -1, 0);
    bl_report_statement(NULL, "SELECT 6", -1, 0);
    g_assert_cmpuint(seen.n, ==, 4);
    bl_report(NULL, &statement);
    bl_report(&silent, &statement);
    bl_report_text(NULL, BL_EVENT_NOTE, "x");
    bl_report_text(&silent, BL_EVENT_NOTE, "x");
    g_free(seen.text);
}

static void
test_progress(void)
{
    static const struct {
        guint64 before, done;
        guint n;
    } cases[] = {
        { 0, 99, 0 }, { 99, 100, 1 }, { 100, 100, 0 }, { 100, 199, 0 }, { 150, 420, 1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen = { 0 };
        BlReporter reporter = { .event = see_event, .data = &seen };
        bl_report_progress(&reporter, "a.sql", cases[i].before, cases[i].done);
        g_assert_cmpuint(seen.n, ==, cases[i].n);
        if (seen.n > 0)
            g_assert_cmpint(seen.kind, ==, BL_EVENT_PROGRESS);
    }
    bl_report_progress(NULL, "a.sql", 0, 1000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/info/fields-start-empty", test_fields_start_empty);
    g_test_add_func("/error/info/other-domain-has-none", test_other_domain_has_no_info);
    g_test_add_func("/error/info/survives-copy-and-prefix", test_fields_survive_copy_and_prefix);
    g_test_add_func("/error/info/fields-are-set-once", test_fields_are_set_once);
    g_test_add_func("/error/info/position-without-a-file", test_position_without_a_file_counts);
    g_test_add_func("/error/set/without-place", test_set_without_place);
    g_test_add_func("/error/set/without-hint", test_set_without_hint);
    g_test_add_func("/error/errno/messages", test_errno);
    g_test_add_func("/error/errno/bytes-that-are-no-text", test_errno_with_bytes_that_are_no_text);
    g_test_add_func("/error/exit-code/by-domain", test_exit_code);
    g_test_add_func("/error/quark/is-one", test_quark);
    g_test_add_func("/report/event/goes-to-the-reporter", test_report);
    g_test_add_func("/report/progress/every-hundred", test_progress);
    return g_test_run();
}
