/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/lists.h"

typedef struct {
    const char *name;
    const char *grants; /* lines of SHOW GRANTS */
    const char *missing;
    gboolean folds;
} RightsCase;

static const RightsCase cases[] = {
    { "nothing", "GRANT USAGE ON *.* TO `u`@`%`", "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE",
      FALSE },
    { "no-lines", "", "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "all", "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION", "", FALSE },
    { "all-of-database",
      "GRANT USAGE ON *.* TO `u`@`%`\nGRANT ALL PRIVILEGES ON `my_shop`.* TO `u`@`%`", "", FALSE },
    { "all-of-another", "GRANT ALL PRIVILEGES ON `other`.* TO `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "all-of-longer-name", "GRANT ALL PRIVILEGES ON `my_shop2`.* TO `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "pattern", "GRANT ALL PRIVILEGES ON `my\\_%`.* TO `u`@`%`", "", FALSE },
    { "pattern-one-character", "GRANT ALL PRIVILEGES ON `m__shop`.* TO `u`@`%`", "", FALSE },
    { "pattern-of-others", "GRANT ALL PRIVILEGES ON `my\\%shop`.* TO `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "case-counts", "GRANT ALL PRIVILEGES ON `MY_shop`.* TO `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "case-folded", "GRANT ALL PRIVILEGES ON `MY_shop`.* TO `u`@`%`", "", TRUE },
    { "each-by-name", "GRANT SELECT, SHOW VIEW, EVENT, TRIGGER, EXECUTE ON `my_shop`.* TO `u`@`%`",
      "", FALSE },
    { "no-trigger", "GRANT SELECT, INSERT, SHOW VIEW, EVENT, EXECUTE ON `my_shop`.* TO `u`@`%`",
      "TRIGGER", FALSE },
    { "no-event", "GRANT SELECT, SHOW VIEW, TRIGGER, CREATE ROUTINE ON `my_shop`.* TO `u`@`%`",
      "EVENT", FALSE },
    { "no-show-view", "GRANT SELECT, EVENT, TRIGGER, ALTER ROUTINE ON `my_shop`.* TO `u`@`%`",
      "SHOW VIEW", FALSE },
    { "no-routines", "GRANT SELECT, SHOW VIEW, EVENT, TRIGGER ON `my_shop`.* TO `u`@`%`", "EXECUTE",
      FALSE },
    { "spread-over-lines",
      "GRANT SELECT ON *.* TO `u`@`%`\nGRANT TRIGGER, EVENT ON `my_shop`.* TO `u`@`%`\n"
      "GRANT SHOW VIEW ON `my%`.* TO `u`@`%`",
      "", FALSE },
    { "routines-by-their-table",
      "GRANT SELECT, SHOW VIEW, EVENT, TRIGGER ON `my_shop`.* TO `u`@`%`\nGRANT SELECT ON "
      "`mysql`.`proc` TO `u`@`%`",
      "", FALSE },
    { "another-system-table",
      "GRANT SELECT, SHOW VIEW, EVENT, TRIGGER ON `my_shop`.* TO `u`@`%`\nGRANT SELECT ON "
      "`mysql`.`user` TO `u`@`%`",
      "EXECUTE", FALSE },
    { "dynamic-right",
      "GRANT SELECT, SHOW VIEW, EVENT, TRIGGER ON `my_shop`.* TO `u`@`%`\nGRANT "
      "BACKUP_ADMIN,SHOW_ROUTINE ON *.* TO `u`@`%`",
      "", FALSE },
    { "only-one-table",
      "GRANT SELECT, SHOW VIEW, TRIGGER ON `my_shop`.`t` TO `u`@`%`\nGRANT EXECUTE ON PROCEDURE "
      "`my_shop`.`p` TO `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "only-columns",
      "GRANT SELECT (`a`, `b`), SHOW VIEW, TRIGGER, EVENT, EXECUTE ON `my_shop`.* TO `u`@`%`",
      "SELECT", FALSE },
    { "role-alone", "GRANT `reader` TO `u`@`%`\nSET DEFAULT ROLE `reader` FOR `u`@`%`",
      "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", FALSE },
    { "role-in-force",
      "GRANT `reader` TO `u`@`%`\nGRANT USAGE ON *.* TO `reader`\nGRANT ALL PRIVILEGES ON "
      "`my_shop`.* TO `reader`",
      "", FALSE },
    { "password-and-proxy",
      "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*94BD' WITH GRANT OPTION\nGRANT "
      "PROXY ON ''@'%' TO 'u'@'%' WITH GRANT OPTION",
      "", FALSE },
    { "revoked-in-part",
      "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON *.* TO `u`@`%`\nREVOKE TRIGGER ON "
      "`my_shop`.* FROM `u`@`%`",
      "TRIGGER", FALSE },
    { "revoked-elsewhere",
      "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON *.* TO `u`@`%`\nREVOKE TRIGGER ON "
      "`other`.* FROM `u`@`%`",
      "", FALSE },
};

static void
test_missing(gconstpointer data)
{
    const RightsCase *c = data;
    g_autoptr(GPtrArray) grants = g_ptr_array_new();
    g_auto(GStrv) lines = g_strsplit(c->grants, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        g_ptr_array_add(grants, lines[i]);
    g_autoptr(GPtrArray) missing = my_missing_rights(grants, "my_shop", c->folds);
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < missing->len; i++) {
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(missing, i));
    }
    g_assert_cmpstr(list->str, ==, c->missing);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_rights/missing/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_missing);
    }
    return g_test_run();
}
