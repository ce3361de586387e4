/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/features.h"

#include <glib.h>

#include <string.h>

typedef struct {
    const char *what;
    gboolean is_mariadb;
    guint version;
    const char *sql;
    const char *mapped;  /* with --map; NULL: as it is */
    const char *problem; /* a part of the first problem without --map; NULL: none */
    gboolean stays;      /* the problem stays with --map */
} Case;

static const Case cases[] = {
    { "a known collation", TRUE, 101119, "CREATE TABLE t (a int) COLLATE=utf8mb4_general_ci", NULL,
      NULL, FALSE },
    { "MySQL 8's collation on MariaDB 10.11", TRUE, 101119,
      "CREATE TABLE t (a int) COLLATE=utf8mb4_0900_ai_ci",
      "CREATE TABLE t (a int) COLLATE=utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci", FALSE },
    { "a language's own", TRUE, 101119, "CREATE TABLE t (a char(9) COLLATE utf8mb4_sv_0900_ai_ci)",
      "CREATE TABLE t (a char(9) COLLATE utf8mb4_uca1400_ai_ci)", "utf8mb4_sv_0900_ai_ci", FALSE },
    { "the old name of UTF-8 is no replacement", FALSE, 50624,
      "CREATE TABLE t (a int) CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci",
      "CREATE TABLE t (a int) CHARSET=utf8 COLLATE=utf8_general_ci", NULL, FALSE },
    { "in a string", TRUE, 101119,
      "CREATE TABLE t (a int COMMENT 'COLLATE utf8mb4_0900_ai_ci INVISIBLE')", NULL, NULL, FALSE },
    { "in a column's name", TRUE, 101119, "CREATE TABLE t (`srid` int, `not` int, `enforced` int)",
      NULL, NULL, FALSE },
    { "an invisible index", TRUE, 101119,
      "CREATE TABLE t (a int(11) INVISIBLE, KEY k (a) INVISIBLE)",
      "CREATE TABLE t (a int(11) INVISIBLE, KEY k (a) IGNORED)", "INVISIBLE", FALSE },
    { "an ignored index", FALSE, 90704, "CREATE TABLE t (a int, UNIQUE KEY k (a,b(3)) IGNORED)",
      "CREATE TABLE t (a int, UNIQUE KEY k (a,b(3)) INVISIBLE)", "IGNORED", FALSE },
    { "a generated column", TRUE, 101119,
      "CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED NOT NULL)",
      "CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED)", "STORED NOT NULL", FALSE },
    { "an index on an expression", TRUE, 110809, "CREATE TABLE t (a int, KEY `k` ((a + 1)))", NULL,
      "an index on an expression", TRUE },
    { "the same on MySQL 9", FALSE, 90704, "CREATE TABLE t (a int, KEY `k` ((a + 1)))", NULL, NULL,
      FALSE },
    { "a sequence", FALSE, 90704, "CREATE SEQUENCE s START WITH 1", NULL, "CREATE SEQUENCE", TRUE },
    { "a default that asks one", FALSE, 90704, "CREATE TABLE t (a int DEFAULT nextval(`s`))", NULL,
      "NEXTVAL", TRUE },
    { "a default without parentheses", FALSE, 90704,
      "CREATE TABLE t (a char(36) DEFAULT uuid(), b int)",
      "CREATE TABLE t (a char(36) DEFAULT (uuid()), b int)", "default", FALSE },
    { "the time needs none", FALSE, 90704,
      "CREATE TABLE t (a datetime DEFAULT current_timestamp())", NULL, NULL, FALSE },
    { "system versioning", FALSE, 90704, "CREATE TABLE t (a int) WITH SYSTEM VERSIONING", NULL,
      "WITH SYSTEM VERSIONING", TRUE },
    { "a mode that is gone", FALSE, 90704,
      "SET sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER'",
      "SET sql_mode = 'STRICT_TRANS_TABLES'", "NO_AUTO_CREATE_USER", FALSE },
    { "a mode that is a language", FALSE, 90704, "SET sql_mode = 'PIPES_AS_CONCAT,ORACLE'", NULL,
      "ORACLE", TRUE },
    { "an engine", TRUE, 101119, "CREATE TABLE t (a int) ENGINE=Federated", NULL, "Federated",
      TRUE },
    { "a body is the author's", FALSE, 90704,
      "CREATE PROCEDURE p() BEGIN SELECT UUID_TO_BIN('x'); END", NULL, NULL, FALSE },
    { "a list of charsets", TRUE, 101119,
      "CREATE PROCEDURE p() BEGIN SHOW CHARSET LIKE 'x'; SHOW CHARACTER SET WHERE 1; END", NULL,
      NULL, FALSE },
    { "variables with such names", TRUE, 101119,
      "CREATE FUNCTION f(charset int) RETURNS int BEGIN DECLARE names varchar(9); DECLARE "
      "collation_connection int; SET names = far; SELECT collation_server FROM t; RETURN 1; END",
      NULL, NULL, FALSE },
    { "columns with such names", TRUE, 101119,
      "CREATE TABLE t (charset varchar(9), names varchar(9), srid int, ip inet6, inet4 int)", NULL,
      NULL, FALSE },
    { "a function with the name of an attribute", TRUE, 101119,
      "CREATE TABLE t (a geometry, b int DEFAULT srid(`a`), c int AS (srid(`a`)))", NULL, NULL,
      FALSE },
    { "that attribute", TRUE, 101119, "CREATE TABLE t (a geometry NOT NULL SRID 4326)", NULL,
      "SRID", TRUE },
    { "columns with the names of types", FALSE, 90704, "CREATE TABLE t (inet6 int, ignored int)",
      NULL, NULL, FALSE },
    { "a charset of another flavour", TRUE, 101119, "CREATE TABLE t (a int) CHARSET=gb18030", NULL,
      "gb18030", TRUE },
    { "a charset of a session", TRUE, 101119, "SET NAMES gb18030", NULL, "gb18030", TRUE },
    { "an old name in a body", TRUE, 101119,
      "CREATE PROCEDURE p() BEGIN DECLARE a char CHARACTER SET utf8 COLLATE utf8_general_ci; END",
      NULL, NULL, FALSE },
    { "a collation in a body", TRUE, 101119,
      "CREATE PROCEDURE p() SELECT 'a' COLLATE utf8mb4_0900_ai_ci",
      "CREATE PROCEDURE p() SELECT 'a' COLLATE utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci",
      FALSE },
    { "modes that MySQL shows", FALSE, 90704, "SET sql_mode = 'NOT_USED,INTERPRET_UTF8_AS_UTF8MB4'",
      NULL, NULL, FALSE },
    { "checks of long ago", FALSE, 50624, "CREATE TABLE t (a int, CHECK (a > 0))", NULL, "CHECK (",
      TRUE },
    { "a restriction that the server has not", TRUE, 101119,
      "SET restrict_fk_on_non_standard_key = 0", "DO 0", NULL, FALSE },
    { "the same of an older MySQL", FALSE, 80042,
      "SET @baseline_x = @@restrict_fk_on_non_standard_key", "DO 0", NULL, FALSE },
    { "a name that MariaDB gave", FALSE, 90704,
      "CREATE TABLE t (a int, CONSTRAINT `CONSTRAINT_1` CHECK (a > 0), CONSTRAINT `c` CHECK (a < 9))",
      "CREATE TABLE t (a int,  CHECK (a > 0), CONSTRAINT `c` CHECK (a < 9))", "name of a check",
      FALSE },
    { "a mode that MySQL never had", FALSE, 90704, "SET sql_mode = 'TIME_ROUND_FRACTIONAL'",
      "SET sql_mode = ''", "TIME_ROUND_FRACTIONAL", FALSE },
    { "a sequence in a view", FALSE, 90704, "CREATE VIEW v AS SELECT nextval(`s`) AS `n`", NULL,
      "NEXTVAL", TRUE },
    { "not enforced", TRUE, 101119, "CREATE TABLE t (a int, CHECK (a > 0) NOT ENFORCED)",
      "CREATE TABLE t (a int, CHECK (a > 0) )", "NOT ENFORCED", FALSE },
};

static void
add_all(GHashTable *set, const char *names)
{
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    for (gsize i = 0; list[i] != NULL; i++)
        g_hash_table_add(set, g_strdup(list[i]));
}

static MyFeatures *
features_of(const Case *c)
{
    MyFeatures *features = my_features_new(c->is_mariadb, c->version);
    gboolean is_old = !c->is_mariadb && c->version < 80000;
    add_all(features->charsets, is_old ? "latin1 utf8 utf8mb4" : "latin1 utf8mb3 utf8mb4");
    add_all(features->engines, "innodb myisam memory");
    add_all(features->collations, "utf8mb4_general_ci utf8mb4_unicode_520_ci utf8mb4_bin");
    add_all(features->collations, is_old ? "utf8_general_ci" : "utf8mb3_general_ci");
    if (c->is_mariadb)
        add_all(features->collations, "utf8mb4_uca1400_ai_ci uca1400_ai_ci");
    else if (!is_old)
        add_all(features->collations, "utf8mb4_0900_ai_ci");
    return features;
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    MySession session = { .is_mariadb = c->is_mariadb, .version = c->version };
    g_autoptr(MyFeatures) features = features_of(c);
    session.features = features;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_free(my_translate(&session.base, c->sql, strlen(c->sql), FALSE, notes, problems));
    g_assert_cmpuint(notes->len, ==, 0);
    g_assert_cmpuint(problems->len, ==, c->problem != NULL ? 1 : 0);
    if (c->problem != NULL)
        g_assert_nonnull(strstr(g_ptr_array_index(problems, 0), c->problem));

    g_ptr_array_set_size(problems, 0);
    g_autofree char *mapped =
        my_translate(&session.base, c->sql, strlen(c->sql), TRUE, notes, problems);
    g_assert_cmpstr(mapped, ==, c->mapped);
    g_assert_cmpuint(problems->len, ==, c->stays ? 1 : 0);
    g_assert_cmpuint(notes->len, ==, c->problem != NULL && !c->stays ? 1 : 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/mysql-map/%s", cases[i].what);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
