/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/tokens.h"

#include <glib.h>

static void
test_without_definer(void)
{
    static const struct {
        const char *sql;
        const char *without;
        const char *definer;
    } cases[] = {
        { "CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nselect 1",
          "CREATE PROCEDURE `p`()\nselect 1", "root@localhost" },
        { "CREATE ALGORITHM=UNDEFINED DEFINER=`we``ird`@`%.ho'st` SQL SECURITY INVOKER VIEW `v` AS select 1",
          "CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `v` AS select 1",
          "we`ird@%.ho'st" },
        { "CREATE DEFINER = 'u' @ 'h' EVENT e DO SELECT 1", "CREATE EVENT e DO SELECT 1", "u@h" },
        { "CREATE DEFINER='it''s'@'h' EVENT e DO SELECT 1", "CREATE EVENT e DO SELECT 1",
          "it's@h" },
        { "CREATE DEFINER=u@h.example.com TRIGGER t", "CREATE TRIGGER t", "u@h.example.com" },
        { "CREATE DEFINER=u@192.168.0.1 TRIGGER t", "CREATE TRIGGER t", "u@192.168.0.1" },
        { "create definer=\"root\"@\"localhost\" PACKAGE \"pk\" as end",
          "create PACKAGE \"pk\" as end", "root@localhost" },
        { "CREATE DEFINER=CURRENT_USER TRIGGER t", "CREATE TRIGGER t", "CURRENT_USER" },
        { "CREATE DEFINER=CURRENT_USER() TRIGGER t", "CREATE TRIGGER t", "CURRENT_USER" },
        { "CREATE DEFINER=current_role FUNCTION f()", "CREATE FUNCTION f()", "current_role" },
        { "CREATE DEFINER=`a_role` FUNCTION f()", "CREATE FUNCTION f()", "a_role" },
        { "CREATE DEFINER=`a`@`` FUNCTION f()", "CREATE FUNCTION f()", "a@" },
        { "CREATE DEFINER=/* who */`a`@`b`/* what */FUNCTION f()", "CREATE FUNCTION f()", "a@b" },
        { "CREATE OR REPLACE DEFINER=a@b AGGREGATE FUNCTION f()",
          "CREATE OR REPLACE AGGREGATE FUNCTION f()", "a@b" },
        { "CREATE VIEW v AS select definer=1 from t", "CREATE VIEW v AS select definer=1 from t",
          NULL },
        { "CREATE PROCEDURE p() begin /* DEFINER=a@b */ end",
          "CREATE PROCEDURE p() begin /* DEFINER=a@b */ end", NULL },
        { "CREATE DEFINER=`x` VIEW`v` AS select 'DEFINER=`a`@`b`'",
          "CREATE VIEW`v` AS select 'DEFINER=`a`@`b`'", "x" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *definer = NULL;
        g_autofree char *without = my_without_definer(cases[i].sql, &definer);
        g_assert_cmpstr(without, ==, cases[i].without);
        g_assert_cmpstr(definer, ==, cases[i].definer);
    }
}

static void
test_modes(void)
{
    g_assert_true(my_mode_has("A,ANSI_QUOTES,B", "ansi_quotes"));
    g_assert_true(my_mode_has("ANSI_QUOTES", "ANSI_QUOTES"));
    g_assert_false(my_mode_has("NO_ANSI_QUOTES,ANSI_QUOTES_NOT", "ANSI_QUOTES"));
    g_assert_false(my_mode_has("", "ANSI_QUOTES"));
    g_assert_false(my_mode_has(NULL, "ANSI_QUOTES"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mysql-definer/without/all-spellings", test_without_definer);
    g_test_add_func("/mysql-definer/mode-has/whole-names-only", test_modes);
    return g_test_run();
}
