# Views that call functions of packages: the server writes its database's name before them, the snapshot does not.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

fill="INSERT INTO t VALUES (1, 'x'), (2, ''), (3, 'x')"
one() {
    my_create src
    cat >packages.sql <<SQL
CREATE TABLE t (a int, b varchar(10));
SET sql_mode = 'ORACLE';
DELIMITER \$\$
CREATE PACKAGE pack AS FUNCTION f RETURN INT; FUNCTION g(x INT) RETURN INT; END\$\$
CREATE PACKAGE BODY pack AS FUNCTION f RETURN INT AS BEGIN RETURN 42; END; FUNCTION g(x INT) RETURN INT AS BEGIN RETURN x; END; END\$\$
DELIMITER ;
SET sql_mode = '';
CREATE FUNCTION plain(x int) RETURNS int DETERMINISTIC RETURN x + 1;
CREATE VIEW calls AS SELECT $(my_quoted src).pack.f() AS x, $(my_quoted src).pack.g(a) AS y, count(*) AS n, plain(a) AS p FROM t
    WHERE a IN (1, 2) AND (b = '' OR b LIKE 'x%') GROUP BY a;
CREATE VIEW a_on_calls AS SELECT x, concat(y, 'a', n) AS c FROM calls;
SQL
    my_file src packages.sql
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    grep -qa "$(my_name src)" a.sql && fail "$my_key: the source is named: $(grep -a "$(my_name src)" a.sql)"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path b.sql
    expect_same a.sql b.sql
    my_create stock
    my_file stock a.sql
    # Nor do they need it.
    my_drop src
    for word in copy stock; do
        my_sql "$word" "$fill"
        expect_my "$word" 'SELECT group_concat(x, c ORDER BY c) FROM a_on_calls' '421a1,422a1'
        my_drop "$word"
    done
    rm -f a.* b.*
}

# mixed: such a call takes the mode ORACLE, in which these functions mean something else: NULL for nothing, NULLs left out.
mixed() {
    my_create src
    sed '/CREATE VIEW/,$d' packages.sql >mixed.sql
    cat >>mixed.sql <<SQL
CREATE VIEW mixed AS SELECT concat(b, NULL) AS c, lpad(b, 0, 'x') AS l, rpad(b, 0, 'x') AS r, ltrim('') AS lt, rtrim('') AS rt, trim(both 'x' FROM b) AS t,
    replace(b, 'x', '') AS re, regexp_replace(b, 'x', '') AS rr, substr(b, 0, 1) AS s, hex(decode(b, 'k')) AS d, length(b) AS n,
    $(my_quoted src).pack.f() AS f FROM t WHERE trim(b) = b;
SQL
    my_file src mixed.sql
    my_sql src "$fill"
    my_sql src 'SELECT * FROM mixed' >expected.rows
    grep -q '^NULL||||||||' expected.rows || fail "$my_key: $(cat expected.rows)"
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    grep -q '"lowestVersion": "10.11.7' a.meta.json || fail "$my_key: $(grep lowestVersion a.meta.json)"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path b.sql
    expect_same a.sql b.sql
    expect_my_same src copy
    my_create stock
    my_file stock a.sql
    my_drop src
    for word in copy stock; do
        my_sql "$word" "$fill"
        my_sql "$word" 'SELECT * FROM mixed' >actual.rows
        expect_same expected.rows actual.rows
        my_drop "$word"
    done
    rm -f a.* b.*
}
my_servers=$(echo " $my_servers " | tr ' ' '\n' | grep '^mariadb' | tr '\n' ' ')
every_server one
every_server mixed
