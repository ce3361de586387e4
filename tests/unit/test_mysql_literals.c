/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"

#include <glib.h>

static void
test_hex(void)
{
    static const struct {
        const char *sql;
        const char *mode;
        gboolean all;
        const char *expected;
    } cases[] = {
        { "select _latin1'\xE4' AS `a`", NULL, TRUE, "select _latin1 X'E4' AS `a`" },
        { "select _latin1'\xE4' AS `a`", NULL, FALSE, "select _latin1 X'E4' AS `a`" },
        /* Bytes that happen to be UTF-8. */
        { "select _latin1'\xC3\xA4'", NULL, TRUE, "select _latin1 X'C3A4'" },
        { "select _latin1'\xC3\xA4'", NULL, FALSE, "select _latin1'\xC3\xA4'" },
        { "select _utf8mb4'\xC3\xA4', _utf8'\xC3\xA4'", NULL, TRUE,
          "select _utf8mb4'\xC3\xA4', _utf8'\xC3\xA4'" },
        { "select _utf8mb4'\xE4'", NULL, FALSE, "select _utf8mb4 X'E4'" },
        /* No introducer, or nothing to say with it. */
        { "select '\xC3\xA4', _latin1'plain', a_latin1", NULL, TRUE,
          "select '\xC3\xA4', _latin1'plain', a_latin1" },
        /* Escapes are what they mean. */
        { "select _latin1'\xE4\\'\\\\\\n''\\Z'", NULL, TRUE, "select _latin1 X'E4275C0A271A'" },
        { "select _latin1'\xE4\\', 1", "NO_BACKSLASH_ESCAPES", TRUE, "select _latin1 X'E45C', 1" },
        { "select _latin1 '\xE4'", NULL, TRUE, "select _latin1 X'E4'" },
        { "select _binary'\xFF'", NULL, TRUE, "select _binary X'FF'" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql = my_with_hex_literals(cases[i].sql, cases[i].mode, cases[i].all);
        g_assert_cmpstr(sql, ==, cases[i].expected);
    }
}

static void
test_introducers(void)
{
    g_autofree char *sql = my_with_introducers(
        "select '\xE4' AS `\xE4`,_utf8'\xC3\xA4','plain',concat('a\xF6')", "latin1");
    g_assert_cmpstr(
        sql, ==, "select _latin1 X'E4' AS `\xE4`,_utf8'\xC3\xA4','plain',concat(_latin1 X'61F6')");
}

static void
test_header(void)
{
    static const char sql[] = "CREATE PROCEDURE `p`()\n    COMMENT 'a\\\\b\\nc''d'\nselect 'x\\'";
    g_autofree char *plain = my_with_plain_literals(sql, "NO_BACKSLASH_ESCAPES", 22, 50);
    g_assert_cmpstr(plain, ==, "CREATE PROCEDURE `p`()\n    COMMENT 'a\\b\nc''d'\nselect 'x\\'");
    g_autofree char *same = my_with_plain_literals(sql, "ANSI_QUOTES", 22, 50);
    g_assert_cmpstr(same, ==, sql);
    /* A literal of the body is none of the header's, nor one of the parameters. */
    static const char body[] = "CREATE PROCEDURE `p`()\nselect 1 comment 'a\\\\b'";
    g_autofree char *untouched = my_with_plain_literals(body, "NO_BACKSLASH_ESCAPES", 22, 23);
    g_assert_cmpstr(untouched, ==, body);
    static const char returned[] = "CREATE FUNCTION `f`(a enum('p\\\\q'))\n    RETURNS "
                                   "enum('r\\\\s','t') COMMENT 'u\\\\v'\nreturn 'w\\\\x'";
    g_autofree char *both = my_with_plain_literals(returned, "NO_BACKSLASH_ESCAPES", 35, 80);
    g_assert_cmpstr(both, ==,
                    "CREATE FUNCTION `f`(a enum('p\\\\q'))\n    RETURNS "
                    "enum('r\\s','t') COMMENT 'u\\v'\nreturn 'w\\\\x'");
}

static void
test_string_body(void)
{
    static const struct {
        const char *sql;
        const char *mode;
        const char *expected;
        gboolean removed;
    } cases[] = {
        { "CREATE LIBRARY `l`\n    LANGUAGE JAVASCRIPT\nAS $$ let a = 'it''s\\n'; // \"$x$ $$",
          NULL,
          "CREATE LIBRARY `l`\n    LANGUAGE JAVASCRIPT\nAS ' let a = ''it''''s\\\\n''; // \"$x$ '",
          FALSE },
        { "CREATE LIBRARY `l`\nAS $js$ '\\' $$ \nAS $$ $js$", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES",
          "CREATE LIBRARY `l`\nAS ' ''\\'' $$ \nAS $$ '", FALSE },
        { "CREATE LIBRARY `l`\nAS $$$$", NULL, "CREATE LIBRARY `l`\nAS ''", FALSE },
        /* Only what stands in the list of libraries. */
        { "CREATE FUNCTION `db`(`db` int) RETURNS int\n    COMMENT '\nAS $$ using `db`.'\n"
          "    USING (`db`.`a` AS `b`, `other`.`db`, `db`.`db`)\nAS $$ db.x, `db`.y $$",
          NULL,
          "CREATE FUNCTION `db`(`db` int) RETURNS int\n    COMMENT '\nAS $$ using `db`.'\n"
          "    USING (`a` AS `b`, `other`.`db`, `db`)\nAS ' db.x, `db`.y '",
          TRUE },
        /* SQL. */
        { "CREATE PROCEDURE `p`()\nselect 1\nAS $$", NULL,
          "CREATE PROCEDURE `p`()\nselect 1\nAS $$", FALSE },
        { "CREATE PROCEDURE `p`()\nselect '\nAS $$ $$'", NULL,
          "CREATE PROCEDURE `p`()\nselect '\nAS $$ $$'", FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean removed = FALSE;
        g_autofree char *sql = my_with_string_body(cases[i].sql, cases[i].mode, "db", &removed);
        g_assert_cmpstr(sql, ==, cases[i].expected);
        g_assert_cmpint(removed, ==, cases[i].removed);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mysql-literals/hex/introducers-keep-their-bytes", test_hex);
    g_test_add_func("/mysql-literals/introducers/views-of-old-servers", test_introducers);
    g_test_add_func("/mysql-literals/comment/as-the-mode-reads-it", test_header);
    g_test_add_func("/mysql-literals/body/of-another-language", test_string_body);
    return g_test_run();
}
