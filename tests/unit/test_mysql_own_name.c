/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/reader.h"

#include <glib.h>

/* The texts are those of SHOW CREATE on MariaDB 10.11, in the database "src". */
static void
test_without(void)
{
    static const struct {
        const char *sql;
        const char *without;
    } cases[] = {
        /* A view over another database has every name qualified. */
        { "VIEW `v` AS select `src`.`t`.`id` AS `id`,`oth`.`x`.`a` AS `a` from (`src`.`t` join `oth`.`x`)",
          "VIEW `v` AS select `t`.`id` AS `id`,`oth`.`x`.`a` AS `a` from (`t` join `oth`.`x`)" },
        /* A table named like its database. */
        { "VIEW `v` AS select `src`.`src`.`src` AS `src`,`src`.`src`.`a` AS `a` from (`src`.`src` join `oth`.`x`)",
          "VIEW `v` AS select `src`.`src` AS `src`,`src`.`a` AS `a` from (`src` join `oth`.`x`)" },
        { "VIEW `v` AS select `src`.`src` AS `src`,`src`.`a` AS `a` from `src`",
          "VIEW `v` AS select `src`.`src` AS `src`,`src`.`a` AS `a` from `src`" },
        /* An alias like it. */
        { "VIEW `v` AS select `src`.`id` AS `id`,`src`.`c` AS `src.y` from `t` `src` where `src`.`c` = 'src.t'",
          "VIEW `v` AS select `src`.`id` AS `id`,`src`.`c` AS `src.y` from `t` `src` where `src`.`c` = 'src.t'" },
        { "VIEW `v` AS select `src`.`a` AS `a` from (`oth`.`x` `src` join `src`.`t`)",
          "VIEW `v` AS select `src`.`a` AS `a` from (`oth`.`x` `src` join `t`)" },
        { "VIEW `v` AS select `src`.`id` AS `id` from ((select `src`.`t`.`id` AS `id` from `src`.`t`) `src` join `oth`.`x`)",
          "VIEW `v` AS select `src`.`id` AS `id` from ((select `t`.`id` AS `id` from `t`) `src` join `oth`.`x`)" },
        /* Sequences and functions. */
        { "VIEW `v` AS select nextval(`src`.`s`) AS `n`,`src`.`f`(1) AS `src.f(1)`",
          "VIEW `v` AS select nextval(`s`) AS `n`,`f`(1) AS `src.f(1)`" },
        { "CREATE TABLE `ts` (\n  `id` bigint(20) DEFAULT nextval(`src`.`s`),\n  `b` bigint(20) DEFAULT (lastval(`src`.`s`) + 1)\n)",
          "CREATE TABLE `ts` (\n  `id` bigint(20) DEFAULT nextval(`s`),\n  `b` bigint(20) DEFAULT (lastval(`s`) + 1)\n)" },
        { "select NEXT VALUE FOR `src`.`s`", "select NEXT VALUE FOR `s`" },
        /* The definer is missing: columns are qualified, tables are not. */
        { "VIEW `v` AS select `src`.`t`.`id` AS `id` from `t` where `src`.`t`.`id` in (select `src`.`src`.`a` from `src`)",
          "VIEW `v` AS select `t`.`id` AS `id` from `t` where `t`.`id` in (select `src`.`a` from `src`)" },
        { "VIEW `v` AS with cte as (select `src`.`t`.`id` AS `id` from `src`.`t`)select `cte`.`id` AS `id` from (`cte` join `oth`.`x`)",
          "VIEW `v` AS with cte as (select `t`.`id` AS `id` from `t`)select `cte`.`id` AS `id` from (`cte` join `oth`.`x`)" },
        /* Not every FROM starts a list of tables, not every comma goes on with one. */
        { "VIEW `v` AS select extract(year from `src`.`d`) AS `y`,`src`.`d` AS `d` from (`src`.`t` `src` left join `oth`.`x` on(`src`.`id` = `oth`.`x`.`a`))",
          "VIEW `v` AS select extract(year from `src`.`d`) AS `y`,`src`.`d` AS `d` from (`t` `src` left join `oth`.`x` on(`src`.`id` = `oth`.`x`.`a`))" },
        { "VIEW `v` AS select `src`.`a` AS `a` from `t` `src` order by `src`.`a`,`src`.`b` limit 1",
          "VIEW `v` AS select `src`.`a` AS `a` from `t` `src` order by `src`.`a`,`src`.`b` limit 1" },
        /* Strings, comments and names are no code. */
        { "VIEW `v` AS select '`src`.`t`' AS `from src.t`,\"from `src`.`t`\" /* from `src`.`t` */ from `t`",
          "VIEW `v` AS select '`src`.`t`' AS `from src.t`,\"from `src`.`t`\" /* from `src`.`t` */ from `t`" },
        { "select 1 from src . t", "select 1 from t" },
        { "select 1 from src/* a */./* b */t", "select 1 from /* a *//* b */t" },
        { "select 1 from `src`.`t` union select 2 from `src`.`u`",
          "select 1 from `t` union select 2 from `u`" },
        { "select 1 from `srcs`.`t`,`SRC`.`t`", "select 1 from `srcs`.`t`,`SRC`.`t`" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean removed = FALSE;
        g_autofree char *without = my_without_own_name(cases[i].sql, "src", &removed);
        g_assert_cmpstr(without, ==, cases[i].without);
        g_assert_cmpint(removed, ==, g_strcmp0(cases[i].sql, cases[i].without) != 0);
    }
}

static void
test_odd_names(void)
{
    g_autofree char *quoted = my_without_own_name("select 1 from `a``b`.`t`,`a`.`t`", "a`b", NULL);
    g_assert_cmpstr(quoted, ==, "select 1 from `t`,`a`.`t`");
    g_autofree char *dotted = my_without_own_name("select 1 from `a.b`.`t`,`a`.`b`", "a.b", NULL);
    g_assert_cmpstr(dotted, ==, "select 1 from `t`,`a`.`b`");
    g_autofree char *word = my_without_own_name("select 1 from `from`.`t`", "from", NULL);
    g_assert_cmpstr(word, ==, "select 1 from `t`");
}

static void
test_ambiguous(void)
{
    static const struct {
        const char *sql;
        const char *table;
    } cases[] = {
        { "select 1 from (`src`.`t` join `oth`.`t`)", "t" },
        { "select 1 from (`src`.`t` join `oth`.`x` `t`)", "t" },
        { "select 1 from (`src`.`t` `a` join `oth`.`t`)", NULL },
        { "select 1 from (`src`.`t` join `oth`.`t` `b`)", NULL },
        { "select 1 from (`src`.`t` PARTITION (`p0`) `b` join `oth`.`t`)", NULL },
        { "select 1 from `src`.`t` union all select 2 from `oth`.`t`", NULL },
        { "select 1 from `src`.`t` where exists(select 1 from `oth`.`t`)", "t" },
        { "select (select 1 from `src`.`t`) AS `a`,(select 2 from `oth`.`t`) AS `b`", NULL },
        { "select 1 from (`src`.`t` join (select 1 from `oth`.`t`) `d`)", NULL },
        { "with c as (select 1 from `src`.`t`)select 1 from `oth`.`t`", NULL },
        { "select 1 from `src`.`t`", NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *table = my_ambiguous_table(cases[i].sql, "src");
        g_assert_cmpstr(table, ==, cases[i].table);
    }
}

static void
test_aliases(void)
{
    static const struct {
        const char *sql;
        const char *expected; /* NULL: as it is */
    } cases[] = {
        { "select `src`.`t`.`a` AS `a`,`oth`.`t`.`t` AS `t` from (`src`.`t` join `oth`.`t`)",
          "select `t_1`.`a` AS `a`,`oth`.`t`.`t` AS `t` from (`src`.`t` `t_1` join `oth`.`t`)" },
        /* As MySQL writes it. */
        { "select `t`.`a` AS `t_1` from (`t` join `oth`.`t` on((`t`.`a` = `oth`.`t`.`a`)))",
          "select `t_2`.`a` AS `t_1` from (`t` `t_2` join `oth`.`t` on((`t_2`.`a` = "
          "`oth`.`t`.`a`)))" },
        { "select 1 from (`src`.`t` PARTITION (`p0`) join `oth`.`t`)",
          "select 1 from (`src`.`t` PARTITION (`p0`) `t_1` join `oth`.`t`)" },
        { "select 1 from (`src`.`t` join `oth`.`t` join `src`.`u` join `oth`.`u`)",
          "select 1 from (`src`.`t` `t_1` join `oth`.`t` join `src`.`u` `u_1` join `oth`.`u`)" },
        /* A function, a string and a column of that name are none. */
        { "select `src`.`t`(`oth`.`x`.`t`,'`src`.`t`.`a`') from (`src`.`t` join `oth`.`t`)",
          "select `src`.`t`(`oth`.`x`.`t`,'`src`.`t`.`a`') from (`src`.`t` `t_1` join "
          "`oth`.`t`)" },
        /* What the name means cannot be told. */
        { "select `t`.`a` from (`t` join `oth`.`x` `t`)", NULL },
        { "select `t`.`a` from (`t` join `oth`.`t` join (select 1 AS `a`) `t`)", NULL },
        { "select `t`.`a` from `t`", NULL },
        { "select `src`.`t`.`a` from (`src`.`t` join `oth`.`u`)", NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql = my_with_aliases(cases[i].sql, "src");
        g_assert_cmpstr(sql, ==, cases[i].expected != NULL ? cases[i].expected : cases[i].sql);
    }
}

static void
test_bodies(void)
{
    g_assert_true(my_body_has_own_name("begin select * from src.t; end", NULL, "src"));
    g_assert_true(my_body_has_own_name("begin call `src` . `p`(); end", NULL, "src"));
    g_assert_true(my_body_has_own_name("begin call \"src\".p(); end", "ANSI_QUOTES", "src"));
    g_assert_false(my_body_has_own_name("begin call \"src\".p(); end", NULL, "src"));
    g_assert_false(my_body_has_own_name("begin select 'src.t'; -- src.t\nend", NULL, "src"));
    g_assert_false(my_body_has_own_name("begin select new.src; end", NULL, "src"));
    g_assert_false(my_body_has_own_name("begin select a.src.b; end", NULL, "src"));
    g_assert_true(my_body_has_own_name("begin select '\\'; select 'a' from src.t; end",
                                       "NO_BACKSLASH_ESCAPES", "src"));
}

static void
expect_names(const GPtrArray *names, const char *const *expected)
{
    guint n = 0;
    for (; expected[n] != NULL; n++) {
        g_assert_cmpuint(n, <, names->len);
        g_assert_cmpstr(g_ptr_array_index(names, n), ==, expected[n]);
    }
    g_assert_cmpuint(n, ==, names->len);
}

static void
test_text_names(void)
{
    static const char *const names[] = { "t", "f", "oth", "u", "a", NULL };
    static const char *const other_names[] = { "oth", NULL };
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) found = my_text_names(
        "select `t`.`c`,`f`(`t`.`c`) from (`t` join `oth`.`x`) where exists(select `u`.`a` from `u` `a`)",
        "src", others);
    expect_names(found, names);
    expect_names(others, other_names);

    static const char *const own_names[] = { "src", "t", NULL };
    g_autoptr(GPtrArray) own = my_text_names("select `src`.`t`.`c` from `src`.`t`", "src", NULL);
    expect_names(own, own_names);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mysql-own-name/without/views-and-defaults", test_without);
    g_test_add_func("/mysql-own-name/without/odd-names", test_odd_names);
    g_test_add_func("/mysql-own-name/ambiguous/only-in-one-scope", test_ambiguous);
    g_test_add_func("/mysql-own-name/ambiguous/an-alias-tells", test_aliases);
    g_test_add_func("/mysql-own-name/body/by-its-own-mode", test_bodies);
    g_test_add_func("/mysql-own-name/text-names/candidates-and-others", test_text_names);
    return g_test_run();
}
