/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/failure.h"

#include <string.h>

static void
test_one_line(void)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        { "", "" },
        { "plain text", "plain text" },
        { "two\nlines\n", "two lines" },
        { "a\r\n\tb", "a b" },
        { "\n\nlead", "lead" },
        { "kept  blanks", "kept  blanks" },
        { "ümlaut", "ümlaut" },
        { "cut \xc3", "cut \xef\xbf\xbd" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = bl_one_line(cases[i].text);
        g_assert_cmpstr(line, ==, cases[i].line);
    }
}

static void
test_commit(void)
{
    g_autoptr(GError) error = NULL;
    GError *why = g_error_new_literal(BL_ERROR, BL_ERROR_CONNECT, "server closed the connection");
    g_assert_false(bl_fail_commit(why, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
    g_assert_nonnull(strstr(error->message, "during COMMIT"));
    g_assert_cmpstr(bl_error_info(error)->detail, ==, "server closed the connection");
    g_assert_false(bl_fail_commit(g_error_new_literal(BL_ERROR, BL_ERROR_CONNECT, "x"), NULL));
}

static void
test_client_line(void)
{
    g_autoptr(GError) error = NULL;
    const char text[] = "\\connect other\n";
    const BlItem item = { .text = text, .len = strlen(text), .line = 7, .column = 3 };
    g_assert_false(bl_fail_item("a.sql", &item, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpstr(error->message, ==, "\"\\connect other\" is a command of a client program");
    const BlErrorInfo *info = bl_error_info(error);
    g_assert_cmpstr(info->file, ==, "a.sql");
    g_assert_cmpuint(info->line, ==, 7);
    g_assert_cmpuint(info->column, ==, 3);
}

static void
test_refused_item(void)
{
    g_autoptr(GError) error = NULL;
    GError *why = NULL;
    const BlItem item = { .text = "DROP TABLE t", .len = 12, .line = 2, .column = 1 };
    bl_error_set(&why, BL_ERROR_CONFLICT, NULL, "it drops a table");
    g_assert_false(bl_fail_item("a.sql", &item, why, &error));
    g_assert_cmpstr(error->message, ==, "it drops a table");
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
}

static void
test_clone(void)
{
    static const struct {
        BlCloneObstacle obstacle;
        const char *message, *hint;
    } cases[] = {
        { BL_CLONE_ITSELF, "cannot make database \"a\": it is the database itself",
          "give the copy another name" },
        { BL_CLONE_THERE, "cannot make database \"a\": it is there already",
          "drop it, or replace a copy of ours with --recreate" },
        { BL_CLONE_NOT_OURS, "cannot make database \"a\": what is there is no copy of ours",
          "drop it yourself, or choose another name" },
        { BL_CLONE_USED, "cannot make database \"a\": it is in use",
          "end the programs that use it" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(bl_fail_clone_place("a", cases[i].obstacle, "drop", &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpstr(bl_error_info(error)->hint, ==, cases[i].hint);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure/one-line", test_one_line);
    g_test_add_func("/failure/commit", test_commit);
    g_test_add_func("/failure/client-line", test_client_line);
    g_test_add_func("/failure/refused-item", test_refused_item);
    g_test_add_func("/failure/clone", test_clone);
    return g_test_run();
}
