# Views over tables of one name in two databases: without its own database's name, a table is told by an alias.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

one() {
    my_create far
    my_sql far "CREATE TABLE t (a int, b int); CREATE TABLE u (a int, b int); CREATE TABLE p (a int, b int);
        INSERT INTO t VALUES (1, 5), (2, 6), (3, 7); INSERT INTO u VALUES (1, 50); INSERT INTO p VALUES (1, 500)"
    my_create src
    src=$(my_quoted src) far=$(my_quoted far)
    cat >views.sql <<SQL
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, b int);
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
CREATE VIEW both_t AS SELECT $src.t.a, $far.t.b AS t_1 FROM $src.t JOIN $far.t ON $src.t.a = $far.t.a WHERE $src.t.b > 1 ORDER BY $src.t.b;
CREATE VIEW both_tu AS SELECT $src.t.a, $far.t.b, $src.u.b AS c FROM $src.t JOIN $far.t ON $src.t.a = $far.t.a
    LEFT JOIN ($src.u JOIN $far.u USING (a)) ON $src.u.a = $src.t.a;
CREATE VIEW inside AS SELECT $src.t.a, 1 AS n FROM $src.t WHERE EXISTS (SELECT 1 FROM $far.t WHERE $far.t.a = $src.t.a) AND a IN (SELECT b FROM $src.t WHERE $src.t.b > 1);
CREATE VIEW parts AS SELECT $src.p.a, $far.p.b FROM $src.p PARTITION (p0) JOIN $far.p ON $src.p.a = $far.p.a;
CREATE VIEW either AS SELECT $src.t.a, 'own' AS w FROM $src.t UNION SELECT $far.t.a, 'far' FROM $far.t;
SQL
    my_file src views.sql
    fill='INSERT INTO t VALUES (1, 2), (2, 3); INSERT INTO u VALUES (1, 9); INSERT INTO p VALUES (1, 1), (11, 1)'
    rows='SELECT * FROM both_t ORDER BY 1; SELECT * FROM both_tu ORDER BY 1; SELECT * FROM inside; SELECT * FROM parts; SELECT * FROM either ORDER BY 2, 1'
    my_sql src "$fill"
    my_sql src "$rows" >expected.rows
    [ "$(wc -l <expected.rows)" = 11 ] || fail "$my_key: rows: $(cat expected.rows)"
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    grep -qa "$(my_name src)" a.sql && fail "$my_key: the source is named: $(grep -a "$(my_name src)" a.sql)"
    grep -q '"view both_t"' a.meta.json || fail "$my_key: the manifest does not say that a view was changed"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path b.sql
    expect_same a.sql b.sql
    my_drop src
    my_sql copy "$fill"
    my_sql copy "$rows" >actual.rows
    expect_same expected.rows actual.rows
    my_drop copy
    my_drop far
    rm -f a.* b.*
}
every_server one

# What a function returns: the server names the database of the table whatever its author wrote.
if my_has mariadb11; then
    my_server mariadb11
    my_create src
    cat >functions.sql <<SQL
CREATE TABLE t (a int, b varchar(10));
CREATE FUNCTION of_column() RETURNS TYPE OF t.a DETERMINISTIC COMMENT '$(my_quoted src).t' RETURN 1;
CREATE FUNCTION of_row(x ROW TYPE OF t) RETURNS ROW TYPE OF $(my_quoted src).t RETURN x;
CREATE FUNCTION of_fields() RETURNS ROW(a int, b varchar(3)) RETURN ROW(1, 'a');
SET sql_mode = 'ORACLE';
CREATE FUNCTION oracle_row RETURN t%ROWTYPE AS BEGIN RETURN NULL; END;
SQL
    sed -i '1i DELIMITER $$' functions.sql
    sed -i 's/;$/$$/' functions.sql
    my_file src functions.sql
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    grep -a '^CREATE FUNCTION' a.sql | grep -a "$(my_name src)" && fail "the source is named"
    grep -q '"lowestVersion": "11.7"' a.meta.json || fail "$(grep lowestVersion a.meta.json)"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    expect_my copy "SELECT count(*) FROM mysql.proc WHERE db = DATABASE() AND returns LIKE '%$(my_name copy)%'" 3
fi

# A function of the database that is called like one of the server's: the copy calls its own one.
shadowed() {
    my_create src
    # One of the server's own that takes any number of arguments; MySQL 5.6 has none.
    any=json_array
    [ "$my_key" != mysql56 ] || any=concat
    my_sql src "CREATE FUNCTION $(my_quoted src).abs(a int) RETURNS int DETERMINISTIC RETURN 700 + a;
        CREATE FUNCTION $(my_quoted src).concat_ws(a int) RETURNS int DETERMINISTIC RETURN 800 + a;
        CREATE FUNCTION $(my_quoted src).uuid() RETURNS int DETERMINISTIC RETURN 900; CREATE FUNCTION plain() RETURNS int DETERMINISTIC RETURN 5;
        CREATE FUNCTION $(my_quoted src).$any(a int) RETURNS int DETERMINISTIC RETURN a + 1;
        CREATE FUNCTION $(my_quoted src).now() RETURNS int DETERMINISTIC RETURN 6;
        CREATE VIEW v AS SELECT $(my_quoted src).abs(-1) AS a, abs(-1) AS b, $(my_quoted src).concat_ws(1) AS c, $(my_quoted src).uuid() AS d, plain() AS e, \`now\`() AS f, 'it''s \\\\ %' AS g, $(my_quoted src).$any(7) AS h;
        CREATE VIEW far AS SELECT $(my_quoted src).abs(v.e) AS a, plain() AS b, v.c FROM v, information_schema.schemata AS s WHERE s.schema_name = 'mysql'"
    expect_my src 'SELECT * FROM v' '699|1|801|900|5|6|it'"'"'s \ %|8'
    round_trip src
    my_admin "DROP DATABASE IF EXISTS \`${my_test}__c\`\`py\`"
    run 0 schema-load --create --url "mysql://root@/${my_test}__c%60py?socket=$my_dir/s" --path src-plain-a.sql --verify
    rows=$(my_client -D "${my_test}__c\`py" -e 'SELECT concat_ws("|", a, b, c, d, h) FROM v; SELECT concat_ws("|", a, b, c) FROM far' | tr '\n' ' ')
    [ "$rows" = '699|1|801|900|8 705|5|801 ' ] || fail "$my_key: $rows"
}
every_server shadowed
