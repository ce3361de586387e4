# What one server has and another has not, one thing at a time: a load lists it before anything is made, and says what --map
# puts in its place.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# one FROM TO EXITS TEXT SQL: what FROM made of SQL, loaded into TO. EXITS: without and with --map. TEXT: what is said last.
one() {
    my_server "$1"
    my_create src
    my_sql src "SET SESSION sql_mode = ''; $5" >ignored
    run 0 schema-dump --url "$(my_url src)" --path s.sql
    my_server "$2"
    my_create copy
    code=0
    for exit in $3; do
        map=--map
        [ "$code" != 0 ] || map=
        code=$exit
        # shellcheck disable=SC2086
        run "$exit" schema-load --url "$(my_url copy)" --path s.sql $map
        [ "$exit" = 0 ] || expect_my_empty copy
    done
    grep -qF -e "$4" stderr || fail "$1 to $2: not \"$4\" of $5: $(cat stderr)"
    seen=$((seen + 1))
}

# each FROM TO: stdin has a case a line: EXITS|TEXT|SQL.
each() {
    my_has "$1" && my_has "$2" || {
        echo "skipped: 1 server cannot be had: $1 or $2" >&2
        return 0
    }
    seen=0
    while IFS='|' read -r exits text sql; do
        one "$1" "$2" "$exits" "$text" "$sql"
    done
    [ "$seen" -gt 5 ] || fail "$1 to $2: $seen cases"
}

each mariadb mysql9 <<'SQL'
7 7|cannot make table "docs": BLOB/TEXT column 'a' used in key specification without a key length|CREATE TABLE docs (a text, UNIQUE KEY (a))
7 7|key was too long|CREATE TABLE t (a varchar(4000) CHARACTER SET utf8mb4, UNIQUE KEY (a))
7 7|Too big scale 38|CREATE TABLE t (a decimal(38,38))
7 7|foreign key "c_ibfk_1" of table "c": what it refers to in "p" is no whole unique key|CREATE TABLE p (a int, KEY (a)); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))
7 7|"f" of table "a": what it refers to in "P" is no whole|CREATE TABLE P (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE a (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES P (a))
7 7|restrict_fk_on_non_standard_key=0|CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b), KEY (b, a), FOREIGN KEY (c, a) REFERENCES t (b, a))
0|loaded|CREATE TABLE z (a int, b int, c int, UNIQUE KEY (a, b), KEY (c)); CREATE TABLE c (a int, b int, FOREIGN KEY (b, a) REFERENCES z (a, b)); SET foreign_key_checks = 0; CREATE TABLE d (a int, FOREIGN KEY (a) REFERENCES nowhere (a))
7 7|table "c": a column of it is computed|CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE c (a int, b int AS (a + 1) VIRTUAL, FOREIGN KEY (b) REFERENCES p (a))
0|loaded|CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE c (a int, b int AS (a + 1) STORED, d int AS (a) VIRTUAL, FOREIGN KEY (b) REFERENCES p (a))
7 7|Invalid display width|CREATE TABLE t (a year(2))
7 7|Incorrect column specifier|CREATE TABLE t (a double AUTO_INCREMENT PRIMARY KEY)
7 7|doesn't support descending indexes|CREATE TABLE t (a int, KEY (a DESC)) ENGINE=MyISAM
7 7|UUID|CREATE TABLE t (u uuid)
7 7|INET6|CREATE TABLE t (u inet6, KEY (u))
7 7|INET4|CREATE TABLE t (u inet4)
7 7|CREATE SEQUENCE|CREATE SEQUENCE s
7 7|WITH SYSTEM VERSIONING|CREATE TABLE t (a int) WITH SYSTEM VERSIONING
7 7|PERIOD FOR|CREATE TABLE t (s date, e date, PERIOD FOR p (s, e))
7 7|COMPRESSED|CREATE TABLE t (a text COMPRESSED)
7 7|PAGE_COMPRESSED|CREATE TABLE t (a int) PAGE_COMPRESSED=1
7 7|ENCRYPTED|CREATE TABLE t (a int) ENCRYPTED=NO
7 7|Aria is not known|CREATE TABLE t (a int) ENGINE=Aria
7 7|a table of MyISAM with partitions|CREATE TABLE t (a int) ENGINE=MyISAM PARTITION BY HASH (a) PARTITIONS 2
7 7|utf8mb4_uca1400_swedish_as_ci|CREATE TABLE t (a varchar(9) COLLATE utf8mb4_uca1400_swedish_as_ci)
7 0|utf8mb4_0900_ai_ci instead of utf8mb4_uca1400_ai_ci|CREATE TABLE t (a varchar(9) COLLATE utf8mb4_uca1400_ai_ci)
7 0|INVISIBLE instead of IGNORED|CREATE TABLE t (a int, KEY (a) IGNORED)
7 0|default without parentheses|CREATE TABLE t (j json DEFAULT '{}')
7 0|default without parentheses|CREATE TABLE t (a text DEFAULT 'it''s', b blob DEFAULT 'x', c tinytext DEFAULT NULL, d int DEFAULT 5)
7 0|default without parentheses|CREATE TABLE t (j json DEFAULT json_object(), a char(36) DEFAULT uuid())
7 0|the name of a check that another table has left out|CREATE TABLE t (a int, CONSTRAINT x CHECK (a > 1)); CREATE TABLE u (a int, CONSTRAINT X CHECK (a > 2), CONSTRAINT y CHECK (a > 3))
0|loaded|CREATE TABLE t (a int CHECK (a > 0), b int INVISIBLE DEFAULT 4, KEY k (a DESC), p point NOT NULL, SPATIAL KEY (p))
0|loaded|CREATE TABLE t (a int DEFAULT (1 + 1), b int GENERATED ALWAYS AS (a + 1) STORED, c varchar(9) AS (concat(a, 'x')) VIRTUAL)
7 7|function json_detailed is not known|CREATE TABLE t (a int); CREATE VIEW v AS SELECT json_detailed('{}') AS a, count(0) AS n FROM t WHERE a IN (1, 2)
7 7|function natural_sort_key is not known|CREATE VIEW v AS SELECT natural_sort_key('x') AS b
0|loaded|CREATE FUNCTION json_detailed2(a int) RETURNS int DETERMINISTIC RETURN a; CREATE VIEW v AS SELECT json_detailed2(1) AS a, sha2('a', 256) AS b, cast(1 AS char) AS c
7 7|`global_status` is not known|CREATE TABLE t (a int); CREATE VIEW v AS SELECT g.variable_name FROM t JOIN information_schema.global_status g
7 7|`processlist`.`TIME_MS` is not known|CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT time_ms FROM information_schema.processlist)
0|loaded|CREATE TABLE t (a date, b text); CREATE VIEW v AS SELECT extract(year FROM t.a) AS y, trim(both 'x' FROM t.b) AS x, p.id FROM (t JOIN information_schema.processlist p) ORDER BY p.id
0|loaded|CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT coalesce(n) AS n FROM r
7 7|cannot read "uuid)|CREATE FUNCTION f(a uuid) RETURNS int DETERMINISTIC RETURN 1
7 7|cannot make table "t": Table storage engine 'MyISAM' does not support|CREATE TABLE t (a int, b int AS (a + 1) VIRTUAL, KEY (b)) ENGINE=MyISAM
7 7|cannot make table "t": The used table type doesn't support FULLTEXT|CREATE TABLE t (a int, b text, FULLTEXT KEY (b)) PARTITION BY HASH (a)
7 7|line 15: MySQL 9.7 cannot make table "u"|CREATE TABLE t (a int); CREATE TABLE u (a int, b text, FULLTEXT KEY (b)) PARTITION BY HASH (a); CREATE VIEW v AS SELECT a FROM u
0|loaded|CREATE TABLE t (a int); CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO t VALUES (1); CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2; CREATE PROCEDURE p() SELECT a FROM t
SQL
for to in mariadb mariadb11; do
    each mysql9 $to <<'SQL'
7 7|an index on an expression|CREATE TABLE t (a int, KEY ((a + 1)))
7 7|an index on an expression|CREATE TABLE t (j json, KEY k ((cast(j->'$.a' AS unsigned array))))
7 7|SRID|CREATE TABLE t (p point NOT NULL SRID 4326, SPATIAL KEY (p))
7 7|COMPRESSION|CREATE TABLE t (a int) COMPRESSION='zlib'
7 7|gb18030|CREATE TABLE t (a varchar(9)) CHARSET=gb18030
7 7|ngram|CREATE TABLE t (a varchar(9), FULLTEXT KEY (a) WITH PARSER ngram)
7 7|UUID_TO_BIN|CREATE TABLE t (u binary(16) DEFAULT (uuid_to_bin(uuid())))
7 7|REGEXP_LIKE|CREATE VIEW v AS SELECT regexp_like('a', 'b') AS a
7 7|function statement_digest is not known|CREATE VIEW v AS SELECT statement_digest('SELECT 1') AS d
7 7|Invisible column `b` must have a default value|CREATE TABLE t (a int, b int NOT NULL INVISIBLE)
7 0|IGNORED instead of INVISIBLE|CREATE TABLE t (a int, KEY (a) INVISIBLE)
7 0|NOT ENFORCED left out|CREATE TABLE t (a int, CHECK (a > 0) NOT ENFORCED)
7 7|cannot make view "v": CHECK OPTION on non-updatable view `r_mysql_flavours__copy`.`v`|CREATE TABLE t (a int); CREATE VIEW v AS SELECT a, rand() AS r FROM t WITH CHECK OPTION; CREATE VIEW w AS SELECT a FROM v
7 0|STORED instead of STORED NOT NULL|CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED NOT NULL)
SQL
done
each mysql9 mariadb <<'SQL'
7 7|`RESOURCE_GROUPS` is not known|CREATE VIEW v AS SELECT k.resource_group_name FROM information_schema.resource_groups k
0|loaded|CREATE VIEW v AS SELECT p.table_name, 1 AS n FROM information_schema.tables p GROUP BY p.table_name ORDER BY p.table_name COLLATE utf8mb3_bin
7 7|VECTOR|CREATE TABLE t (v vector(3))
7 0|utf8mb4_uca1400_ai_ci instead of utf8mb4_0900_ai_ci|CREATE TABLE t (a varchar(9)) COLLATE=utf8mb4_0900_ai_ci
7 0|utf8mb4_bin instead of utf8mb4_0900_bin|CREATE TABLE t (a varchar(9) COLLATE utf8mb4_0900_bin)
0|loaded|CREATE TABLE t (j json NOT NULL, k json DEFAULT (json_array()), a int INVISIBLE, KEY k (a DESC), t text DEFAULT ('x')) COLLATE=utf8mb4_bin
7 7|cannot read "((|CREATE TABLE t (a int, UNIQUE KEY k (a, (a + 1) DESC))
7 7|LATERAL|CREATE TABLE b (a int); CREATE VIEW v AS SELECT l.* FROM b, LATERAL (SELECT b.a AS z) AS l
SQL
each mariadb11 mariadb <<'SQL'
7 7|VECTOR|CREATE TABLE t (v vector(3) NOT NULL, VECTOR KEY (v))
7 7|Invalid default value for 'a'|CREATE TABLE t (a timestamp DEFAULT '2100-01-01 00:00:00')
7 7|function uuid_v7 is not known|CREATE VIEW v AS SELECT uuid_v7() AS a
7 7|function kdf is not known|CREATE VIEW v AS SELECT kdf('a', 'b', 1) AS a
0|loaded|CREATE TABLE t (u uuid DEFAULT uuid(), i inet4, k int INVISIBLE DEFAULT 3, KEY (i) IGNORED) WITH SYSTEM VERSIONING
0|loaded|CREATE SEQUENCE s; CREATE TABLE t (a varchar(9) COLLATE utf8mb4_uca1400_ai_ci, b text, UNIQUE KEY (b))
SQL

# An account that may have no scratch database is told while it loads, which is undone; and none is left of one that may.
if my_has mysql9; then
    my_server mariadb
    my_create src
    my_sql src 'CREATE TABLE p (a int); CREATE TABLE t (a int, b text, FULLTEXT KEY (b)) PARTITION BY HASH (a)' >ignored
    run 0 schema-dump --url "$(my_url src)" --path s.sql
    my_own mysql9 flavours
    my_create copy
    run 7 schema-load --url "$(my_url copy)" --path s.sql --map
    my_client -e "SHOW DATABASES LIKE 'baseline%'" >left
    [ ! -s left ] || fail "left: $(cat left)"
    account=$(my_user poor "ALL ON \`$(my_name copy)\`.*")
    run 4 schema-load --url "$(my_url copy "$account")" --path s.sql --map
    expect_err FULLTEXT
    expect_my_empty copy
fi
