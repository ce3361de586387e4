/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/table_text.h"

#include <string.h>

static const MyTextSource mariadb = { "shop", TRUE, FALSE, 101119, NULL };
static const MyTextSource mysql = { "shop", FALSE, FALSE, 90704, NULL };
static const MyTextSource old_mysql = { "shop", FALSE, FALSE, 50624, NULL };

typedef struct {
    const char *name;
    const MyTextSource *source;
    const char *sql;
    const char *expected; /* NULL: as it is */
} TextCase;

static const TextCase texts[] = {
    { "counter-goes", &mariadb,
      "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n) "
      "ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4",
      "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" },
    { "counter-that-may-be-null", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) NOT NULL,\n  `f` tinyint(4) AUTO_INCREMENT COMMENT "
      "'AUTO_INCREMENT',\n  KEY `f` (`f`)\n) ENGINE=InnoDB AUTO_INCREMENT=2",
      "CREATE TABLE `t` (\n  `a` int(11) NOT NULL,\n  `f` tinyint(4) AUTO_INCREMENT NULL COMMENT "
      "'AUTO_INCREMENT',\n  KEY `f` (`f`)\n) ENGINE=InnoDB" },
    { "counter-at-the-end", &mysql,
      "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB AUTO_INCREMENT=2",
      "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB" },
    { "words-of-comments-stay", &mariadb,
      "CREATE TABLE `t` (\n  `a` varchar(40) DEFAULT ') AUTO_INCREMENT=5' COMMENT 'it''s \\\\) "
      "AUTO_INCREMENT=7'\n) ENGINE=InnoDB COMMENT=' AUTO_INCREMENT=9 '",
      NULL },
    { "names-stay", &mariadb,
      "CREATE TABLE `) ENGINE=InnoDB AUTO_INCREMENT=5` (\n  `\n) AUTO_INCREMENT=5` int(11)\n) "
      "ENGINE=InnoDB",
      NULL },
    { "partition-comments-stay", &mariadb,
      "CREATE TABLE `t` (\n  `id` int(11) NOT NULL\n) ENGINE=InnoDB\n PARTITION BY RANGE "
      "(`id`)\n(PARTITION `p0` VALUES LESS THAN (10) COMMENT = 'AUTO_INCREMENT=4' ENGINE = "
      "InnoDB,\n PARTITION `p1` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)",
      NULL },
    { "partitions-unwrapped", &mysql,
      "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB\n/*!50100 PARTITION BY HASH (`id`)\n"
      "PARTITIONS 4 */",
      "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB\nPARTITION BY HASH (`id`)\nPARTITIONS 4" },
    { "invisible-unwrapped", &mysql,
      "CREATE TABLE `t` (\n  `id` int /*!80023 INVISIBLE */,\n  KEY `k` (`id`) /*!80000 INVISIBLE "
      "*/,\n  CONSTRAINT `c` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */\n) ENGINE=InnoDB",
      "CREATE TABLE `t` (\n  `id` int INVISIBLE,\n  KEY `k` (`id`) INVISIBLE,\n  CONSTRAINT `c` "
      "CHECK ((`id` > 0)) NOT ENFORCED\n) ENGINE=InnoDB" },
    { "storage-unwrapped", &mysql,
      "CREATE TABLE `t` (\n  `id` int(11) /*!50606 STORAGE MEMORY */ /*!50606 COLUMN_FORMAT FIXED */ "
      "DEFAULT NULL\n) /*!50100 TABLESPACE `x` STORAGE DISK */ ENGINE=ndbcluster",
      "CREATE TABLE `t` (\n  `id` int(11) STORAGE MEMORY COLUMN_FORMAT FIXED DEFAULT NULL\n) "
      "TABLESPACE `x` STORAGE DISK ENGINE=ndbcluster" },
    { "mariadb-marks-unwrapped", &mariadb,
      "CREATE TABLE `t` (\n  `x` varchar(50) /*M!100301 COMPRESSED*/ DEFAULT NULL\n) ENGINE=InnoDB",
      "CREATE TABLE `t` (\n  `x` varchar(50) COMPRESSED DEFAULT NULL\n) ENGINE=InnoDB" },
    { "marks-in-strings-stay", &mysql,
      "CREATE TABLE `t` (\n  `x` int DEFAULT NULL COMMENT '/*!50100 x */ '\n) ENGINE=InnoDB",
      NULL },
    { "bytes-become-hex", &mariadb,
      "CREATE TABLE `t` (\n  `x` varbinary(9) DEFAULT '\xff\\0a''\\\\\\n'\n) ENGINE=InnoDB",
      "CREATE TABLE `t` (\n  `x` varbinary(9) DEFAULT x'ff0061275c0a'\n) ENGINE=InnoDB" },
    { "introducers-stay", &mariadb,
      "CREATE TABLE `t` (\n  `x` int(11) GENERATED ALWAYS AS (_latin1'\xe4' = 'a') VIRTUAL\n) "
      "ENGINE=InnoDB",
      "CREATE TABLE `t` (\n  `x` int(11) GENERATED ALWAYS AS (_latin1 x'e4' = 'a') VIRTUAL\n) "
      "ENGINE=InnoDB" },
    { "inherited-collation-goes", &mysql,
      "CREATE TABLE `t` (\n  `a` varchar(5) COLLATE utf8mb4_swedish_ci DEFAULT 'COLLATE x',\n  `b` "
      "varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci DEFAULT NULL,\n  `c` text COLLATE "
      "utf8mb4_swedish_ci,\n  `g` int GENERATED ALWAYS AS ((`a` collate utf8mb4_bin)) VIRTUAL\n) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci",
      "CREATE TABLE `t` (\n  `a` varchar(5) DEFAULT 'COLLATE x',\n  `b` "
      "varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci DEFAULT NULL,\n  `c` text,\n  `g` "
      "int GENERATED ALWAYS AS ((`a` collate utf8mb4_bin)) VIRTUAL\n) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci" },
    { "old-collation-stays", &old_mysql,
      "CREATE TABLE `t` (\n  `a` varchar(5) COLLATE utf8mb4_swedish_ci DEFAULT NULL\n) ENGINE=InnoDB "
      "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci",
      NULL },
    { "text-stays", &mariadb,
      "CREATE TABLE `t` (\n  `x` binary(4) DEFAULT 'ab\\0\\0',\n  `y` varchar(3) DEFAULT 'é'\n) "
      "ENGINE=InnoDB",
      NULL },
    { "union-stays", &mariadb,
      "CREATE TABLE `mg` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=MRG_MyISAM INSERT_METHOD=LAST "
      "UNION=(`m1`,`m2`)",
      NULL },
    { "sequence", &mariadb,
      "CREATE SEQUENCE `s` start with 5 minvalue 1 maxvalue 99 increment by 3 cache 10 cycle "
      "ENGINE=InnoDB",
      NULL },
};

static void
test_text(gconstpointer data)
{
    const TextCase *c = data;
    g_auto(MyTableText) text = { 0 };
    g_assert_true(my_table_text_read(&text, c->sql, strlen(c->sql), c->source));
    g_assert_cmpstr(text.sql, ==, c->expected != NULL ? c->expected : c->sql);
}

static const TextCase no_defaults[] = {
    { "dropped", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  `b``,` enum('x,)') COMMENT 'DEFAULT',\n  `c` timestamp "
      "NULL\n) ENGINE=InnoDB",
      "`a` `b``,` `c`" },
    { "none-to-drop", &mysql,
      "CREATE TABLE `t` (\n  `a` int DEFAULT NULL,\n  `b` int NOT NULL,\n  `c` mediumtext COLLATE "
      "utf8mb4_bin,\n  `d` tinyblob,\n  `e` int GENERATED ALWAYS AS (`a`) VIRTUAL,\n  PRIMARY KEY "
      "(`b`),\n  KEY `k` (`a`,`e`),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `x` (`y`)\n) "
      "ENGINE=InnoDB",
      NULL },
    { "made-by-select", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL,\n  `b` date COMMENT 'DEFAULT',\n  `c` text\n) "
      "ENGINE=InnoDB",
      "`b` `c`" },
    { "counter-has-none", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) AUTO_INCREMENT,\n  `b` int(11) GENERATED ALWAYS AS (1) "
      "VIRTUAL,\n  KEY `k` (`a`)\n) ENGINE=InnoDB",
      NULL },
};

static void
test_no_defaults(gconstpointer data)
{
    const TextCase *c = data;
    g_auto(MyTableText) text = { 0 };
    g_assert_true(my_table_text_read(&text, c->sql, strlen(c->sql), c->source));
    g_autoptr(GString) found = g_string_new(NULL);
    for (guint i = 0; text.no_defaults != NULL && i < text.no_defaults->len; i++)
        g_string_append_printf(found, "%s%s", i > 0 ? " " : "",
                               (const char *)g_ptr_array_index(text.no_defaults, i));
    g_assert_cmpstr(text.no_defaults != NULL ? found->str : NULL, ==, c->expected);
}

static void
test_select_no_defaults(void)
{
    static const char *const columns[] = { "`b`", "`d,`" };
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        g_ptr_array_add(list, (gpointer)(guintptr)columns[i]);
    g_autofree char *before = NULL;
    g_autofree char *behind = NULL;
    g_autofree char *made = my_select_no_defaults(
        "CREATE TABLE `t` (\n  `a` decimal(5,2) NOT NULL,\n  `b` enum('),') COMMENT '`d,`',\n  `d,` "
        "text,\n  KEY `b` (`b`),\n  CHECK (`b` <> '')\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
        "COLLATE=utf8mb4_bin COMMENT='x'\n PARTITION BY KEY (`a`)",
        list, &before, &behind);
    g_assert_cmpstr(
        before, ==,
        "CREATE TEMPORARY TABLE `baseline_columns` (\n  `b` enum('),') COMMENT '`d,`' NOT "
        "NULL,\n  `d,` text NOT NULL\n) CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
    g_assert_cmpstr(
        made, ==,
        "CREATE TABLE `t` (\n  `a` decimal(5,2) NOT NULL,\n  KEY `b` (`b`),\n  CHECK (`b` "
        "<> '')\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='x'\n "
        "PARTITION BY KEY (`a`)\nSELECT NULL AS `a`, `b`, `d,`\nFROM (SELECT 0 AS "
        "`baseline_none`) AS `baseline_one` LEFT JOIN `baseline_columns` ON TRUE WHERE "
        "FALSE");
    g_assert_cmpstr(behind, ==, "DROP TEMPORARY TABLE `baseline_columns`");
    g_auto(GStrv) again = g_new0(char *, 3);
    g_autofree char *only = my_select_no_defaults(
        "CREATE TABLE `t` (\n  `b` int(11)\n) ENGINE=Aria", list, &again[0], &again[1]);
    g_assert_true(g_str_has_prefix(only, "CREATE TABLE `t`  ENGINE=Aria\nSELECT `b`\n"));
}

static void
test_drop_defaults(void)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_ptr_array_add(list, (gpointer)(guintptr) "`a`");
    g_ptr_array_add(list, (gpointer)(guintptr) "`b``,`");
    g_autofree char *sql = my_drop_defaults("`t`", list);
    g_assert_cmpstr(
        sql, ==, "ALTER TABLE `t` ALTER COLUMN `a` DROP DEFAULT, ALTER COLUMN `b``,` DROP DEFAULT");
}

static const TextCase key_orders[] = {
    { "late-keys-go-behind", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL,\n  `b` int(11) NOT NULL,\n  `c,` enum('x,') NOT "
      "NULL,\n  PRIMARY KEY (`b`),\n  UNIQUE KEY `k1` (`a`),\n  UNIQUE KEY `k2` (`b`,`a`),\n  UNIQUE "
      "KEY `k3` (`b`,`c,`),\n  UNIQUE KEY `k4` (`c,`(3)) COMMENT 'a,b',\n  KEY `k5` (`a`)\n) "
      "ENGINE=InnoDB",
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL,\n  `b` int(11) NOT NULL,\n  `c,` enum('x,') NOT "
      "NULL,\n  PRIMARY KEY (`b`),\n  UNIQUE KEY `k3` (`b`,`c,`),\n  UNIQUE KEY `k4` (`c,`(3)) COMMENT "
      "'a,b',\n  UNIQUE KEY `k1` (`a`),\n  UNIQUE KEY `k2` (`b`,`a`),\n  KEY `k5` (`a`)\n) "
      "ENGINE=InnoDB" },
    { "in-order", &mysql,
      "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` int NOT NULL,\n  UNIQUE KEY `k2` (`b`),\n  "
      "UNIQUE KEY `k1` (`a`),\n  UNIQUE KEY `k0` ((abs(`a`))),\n  KEY `c` (`b`)\n) ENGINE=InnoDB",
      NULL },
    { "parts-that-are-no-columns", &mysql,
      "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  UNIQUE KEY `k0` (`a` DESC,(abs(`a`))),\n  UNIQUE KEY "
      "`k1` (`a`) USING HASH\n) ENGINE=InnoDB",
      NULL },
    { "without-keys", &mysql, "CREATE TABLE `t` (\n  `a` int NOT NULL\n) ENGINE=InnoDB", NULL },
};

/* What MySQL shows of NOT (a OR b) AND c, and what it shows of a copy of that. */
static const TextCase check_cases[] = {
    { "and-in-and", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c and ((` CHECK ((((`a` <> 1) and (`a` = 2)) and "
      "(`a` < 5)))\n)",
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c and ((` CHECK (((`a` <> 1) and (`a` = 2) and "
      "(`a` < 5)))\n)" },
    { "deeper", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK (((`a` < 5) xor ((`a` > 1) or (((`a` = 2) "
      "or (`a` = 3)) or (`a` = 4)))))\n)",
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK (((`a` < 5) xor ((`a` > 1) or (`a` = 2) "
      "or (`a` = 3) or (`a` = 4))))\n)" },
    { "or-in-and", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK ((((`a` <> 1) or (`a` = 2)) and (`a` < "
      "5)))\n)",
      NULL },
    { "between", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK (((`a` between ((`a` > 1) and (`a` < 3)) "
      "and 2) and (`a` between 1 and 10)))\n)",
      NULL },
    { "arguments", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK (if(((`a` > 1) and (`a` < 3)),(0 <> "
      "((`a` > 1) and (`a` < 3))),abs(((`a` > 1) and true))))\n)",
      NULL },
    { "no-check", &mysql, "CREATE TABLE `t` (\n  `a` int COMMENT ' CHECK (((a and b) and c))'\n)",
      NULL },
};

static void
test_flat_check(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree char *flat = my_with_flat_checks(c->sql);
    g_assert_cmpstr(flat, ==, c->expected != NULL ? c->expected : c->sql);
}

static void
test_key_order(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree char *sorted = my_with_sorted_keys(c->sql);
    g_assert_cmpstr(sorted, ==, c->expected != NULL ? c->expected : c->sql);
}

/* The charset that a table had once. */
static void
test_charset(void)
{
    g_autoptr(GHashTable) defaults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(defaults, g_strdup("latin1"), g_strdup("latin1_swedish_ci"));
    const MyTextSource source = { "shop", FALSE, FALSE, 90704, defaults };
    static const char sql[] =
        "CREATE TABLE `t` (\n  `a` varchar(5) CHARACTER SET latin1 DEFAULT 'CHARACTER SET x',\n  `b` "
        "text CHARACTER SET latin1 COLLATE latin1_bin,\n  `c` text CHARACTER SET latin1,\n  `d` text "
        "CHARACTER SET other\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
    g_auto(MyTableText) text = { 0 };
    g_assert_true(my_table_text_read(&text, sql, strlen(sql), &source));
    g_assert_cmpstr(text.sql, ==,
                    "CREATE TABLE `t` (\n  `a` varchar(5) CHARACTER SET latin1 COLLATE "
                    "latin1_swedish_ci DEFAULT 'CHARACTER SET x',\n  `b` text CHARACTER SET latin1 "
                    "COLLATE latin1_bin,\n  `c` text CHARACTER SET latin1 COLLATE "
                    "latin1_swedish_ci,\n  `d` text CHARACTER SET other\n) ENGINE=InnoDB DEFAULT "
                    "CHARSET=utf8mb4");
}

typedef struct {
    const char *name;
    const MyTextSource *source;
    const char *sql;
    const char *facts; /* letters of those that hold, in the order of facts_of() */
    guint version;
} FactCase;

static const FactCase facts[] = {
    { "plain", &mariadb, "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=InnoDB", "", 0 },
    { "unknown-option", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=InnoDB /* `FOO`='bar' */", "c", 0 },
    { "temporary", &mysql, "CREATE TEMPORARY TABLE `t` (\n  `a` int\n) ENGINE=InnoDB", "t", 0 },
    { "own-sequence", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT nextval(`shop`.`s`)\n) ENGINE=InnoDB", "o",
      100300 },
    { "own-name-in-string", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL COMMENT '`shop`.`s`'\n) ENGINE=InnoDB", "",
      0 },
    { "key-to-another-database", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `oth`.`x` "
      "(`id`)\n) ENGINE=InnoDB",
      "x", 0 },
    { "own-name-folded", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `Shop`.`x` "
      "(`id`)\n) ENGINE=InnoDB",
      "x", 0 },
    { "directory", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=MyISAM DATA DIRECTORY='/x/' INDEX "
      "DIRECTORY='/y/'",
      "d", 0 },
    { "directory-of-partition", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB\n PARTITION BY RANGE (`a`)\n(PARTITION "
      "`p0` VALUES LESS THAN (10) DATA DIRECTORY = '/x' ENGINE = InnoDB)",
      "d", 0 },
    { "password-in-url", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=FEDERATED CONNECTION='mysql://u:p@h:1/d/t'", "p",
      0 },
    { "no-password-in-url", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=FEDERATED CONNECTION='mysql://u@h:1/d/t'", "",
      0 },
    { "password-of-spider", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=SPIDER COMMENT='host \"h\", password \"p\"'",
      "p", 0 },
    { "word-password-of-others", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB COMMENT='holds no password'", "", 0 },
    { "loose-block-size", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=8", "l",
      0 },
    { "block-size", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
      "", 0 },
    { "fixed-myisam", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=MyISAM ROW_FORMAT=FIXED", "", 0 },
    { "versioned", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL WITHOUT SYSTEM VERSIONING\n) ENGINE=InnoDB "
      "WITH SYSTEM VERSIONING",
      "", 100303 },
    { "overlaps", &mariadb,
      "CREATE TABLE `t` (\n  `s` date NOT NULL,\n  PERIOD FOR `p` (`s`, `e`),\n  UNIQUE KEY `k` "
      "(`id`,`p` WITHOUT OVERLAPS)\n) ENGINE=InnoDB",
      "", 100503 },
    { "default-expression", &mariadb,
      "CREATE TABLE `t` (\n  `a` varchar(36) DEFAULT uuid()\n) ENGINE=InnoDB", "", 100201 },
    { "default-literal", &mysql,
      "CREATE TABLE `t` (\n  `a` binary(3) DEFAULT _binary 'a',\n  `b` bit(1) DEFAULT b'1',\n  `c` "
      "timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP\n) ENGINE=InnoDB",
      "", 0 },
    { "collation-0900", &mysql,
      "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
      "COLLATE=utf8mb4_0900_ai_ci",
      "", 80000 },
    { "collation-uca1400", &mariadb,
      "CREATE TABLE `t` (\n  `a` varchar(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci\n) "
      "ENGINE=InnoDB",
      "", 101001 },
    { "not-enforced", &mysql,
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED "
      "*/\n) ENGINE=InnoDB",
      "", 80016 },
    { "lost-bytes", &mariadb,
      "CREATE TABLE `t` (\n  `a` enum('x','?') CHARACTER SET binary NOT NULL\n) ENGINE=InnoDB", "b",
      0 },
    { "lost-bytes-by-default", &mariadb,
      "CREATE TABLE `t` (\n  `a` set('a?') DEFAULT NULL,\n  `b` int(11)\n) ENGINE=InnoDB DEFAULT "
      "CHARSET=binary",
      "b", 0 },
    { "no-lost-bytes", &mariadb,
      "CREATE TABLE `t` (\n  `a` enum('?') CHARACTER SET latin1,\n  `b` enum('x') DEFAULT '?',\n  `c` "
      "set('?'),\n  `d` char(1) CHARACTER SET binary COMMENT '?'\n) ENGINE=InnoDB DEFAULT "
      "CHARSET=utf8mb4",
      "", 0 },
    { "mysql-gives-the-bytes", &mysql,
      "CREATE TABLE `t` (\n  `a` enum('?') CHARACTER SET binary\n) ENGINE=InnoDB", "", 0 },
    { "row-format-is-no-column", &mariadb,
      "CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB ROW_FORMAT=COMPRESSED", "", 0 },
};

static char *
facts_of(const MyTableText *text)
{
    GString *out = g_string_new(NULL);
    const struct {
        gboolean holds;
        char letter;
    } all[] = {
        { text->is_temporary, 't' },   { text->has_comment, 'c' },    { text->has_own_name, 'o' },
        { text->has_other_name, 'x' }, { text->has_directory, 'd' },  { text->has_password, 'p' },
        { text->is_loose, 'l' },       { text->has_lost_bytes, 'b' },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i].holds)
            g_string_append_c(out, all[i].letter);
    }
    return g_string_free(out, FALSE);
}

static void
test_facts(gconstpointer data)
{
    const FactCase *c = data;
    g_auto(MyTableText) text = { 0 };
    g_assert_true(my_table_text_read(&text, c->sql, strlen(c->sql), c->source));
    g_autofree char *found = facts_of(&text);
    g_assert_cmpstr(found, ==, c->facts);
    g_assert_cmpuint(text.version, ==, c->version);
}

static void
test_incomplete(void)
{
    static const char *const broken[] = { "CREATE TABLE `t` (\n  `a` int", "CREATE TABLE `t",
                                          "CREATE TABLE `t` (`a` int COMMENT 'x" };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_auto(MyTableText) text = { 0 };
        g_assert_false(my_table_text_read(&text, broken[i], strlen(broken[i]), &mariadb));
    }
}

static void
test_comments(void)
{
    g_autofree char *sql = my_without_comments(
        "CREATE TABLE `t` (\n  `a` datetime /* mariadb-5.3 */ DEFAULT '/* x */'\n)");
    g_assert_cmpstr(sql, ==, "CREATE TABLE `t` (\n  `a` datetime DEFAULT '/* x */'\n)");
}

static void
test_version_text(void)
{
    static const struct {
        guint version;
        const char *text;
    } cases[] = { { 100300, "10.3" }, { 80016, "8.0.16" }, { 50600, "5.6" }, { 90000, "9.0" } };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = my_version_text(cases[i].version);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
test_query_version(void)
{
    static const struct {
        const char *sql;
        gboolean is_mariadb;
        guint version;
    } cases[] = {
        { "CREATE VIEW `v` AS select 1 AS `over`,'with (' AS `x`", FALSE, 0 },
        { "CREATE VIEW `v` AS select row_number() OVER (ORDER BY `a` ) AS `r` from `t`", FALSE,
          80001 },
        { "CREATE VIEW `v` AS with `x` as (select 1 AS `1`)select 1 AS `1` from `x`", FALSE,
          80001 },
        { "CREATE VIEW `v` AS with `x` as (select 1 AS `1`)select 1 AS `1` from `x`", TRUE,
          100201 },
        { "CREATE VIEW `v` AS select nextval(`s`) AS `n`", TRUE, 100300 },
        { "CREATE VIEW `v` AS select `a` from `t` except select `b` from `t`", FALSE, 80031 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(my_query_version(cases[i].sql, cases[i].is_mariadb), ==, cases[i].version);
}

static void
test_parts(void)
{
    static const BlKind kind = { "table", 40, TRUE, FALSE, FALSE };
    static const char sql[] =
        "CREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  `a,b` decimal(10,2) DEFAULT ((1) + 2),\n"
        "  PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`id`,`a,b`),\n  KEY `k` (`a,b`),\n"
        "  CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `x` (`id`),\n  CONSTRAINT `c` CHECK (`id` > "
        "0),\n  PERIOD FOR SYSTEM_TIME (`s`, `e`)\n) ENGINE=InnoDB COMMENT='PARTITION'\n PARTITION BY "
        "HASH (`id`)\nPARTITIONS 4";
    static const char *const expected[][3] = {
        { "column", "id", "int(11) NOT NULL" },
        { "column", "a,b", "decimal(10,2) DEFAULT ((1) + 2)" },
        { "constraint", "PRIMARY", "PRIMARY KEY (`id`)" },
        { "index", "u", "UNIQUE KEY `u` (`id`,`a,b`)" },
        { "index", "k", "KEY `k` (`a,b`)" },
        { "constraint", "f", "CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `x` (`id`)" },
        { "constraint", "c", "CONSTRAINT `c` CHECK (`id` > 0)" },
        { "period", "SYSTEM_TIME", "PERIOD FOR SYSTEM_TIME (`s`, `e`)" },
        { "option", "options", "ENGINE=InnoDB COMMENT='PARTITION'" },
        { "option", "partitions", "PARTITION BY HASH (`id`) PARTITIONS 4" },
    };
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_mysql, "test");
    BlObject *object = bl_catalog_add(catalog, &kind, NULL, "t");
    my_add_table_parts(catalog, object, sql);
    g_assert_cmpuint(object->parts->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < object->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(object->parts, i);
        g_assert_cmpstr(part->kind, ==, expected[i][0]);
        g_assert_cmpstr(part->name, ==, expected[i][1]);
        g_assert_cmpstr(part->definition, ==, expected[i][2]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_table/text/%s", texts[i].name);
        g_test_add_data_func(path, &texts[i], test_text);
    }
    g_test_add_func("/mysql_table/charset", test_charset);
    for (gsize i = 0; i < G_N_ELEMENTS(key_orders); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_table/key_order/%s", key_orders[i].name);
        g_test_add_data_func(path, &key_orders[i], test_key_order);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(check_cases); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_table/flat_check/%s", check_cases[i].name);
        g_test_add_data_func(path, &check_cases[i], test_flat_check);
    }
    g_test_add_func("/mysql_table/select-no-defaults", test_select_no_defaults);
    g_test_add_func("/mysql_table/drop-defaults", test_drop_defaults);
    for (gsize i = 0; i < G_N_ELEMENTS(no_defaults); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_table/no_defaults/%s", no_defaults[i].name);
        g_test_add_data_func(path, &no_defaults[i], test_no_defaults);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
        g_autofree char *path = g_strdup_printf("/mysql_table/facts/%s", facts[i].name);
        g_test_add_data_func(path, &facts[i], test_facts);
    }
    g_test_add_func("/mysql_table/text/incomplete", test_incomplete);
    g_test_add_func("/mysql_table/comments", test_comments);
    g_test_add_func("/mysql_table/version-text", test_version_text);
    g_test_add_func("/mysql_table/query-version", test_query_version);
    g_test_add_func("/mysql_table/parts", test_parts);
    return g_test_run();
}
