# Carried rows come back as they were, to the byte.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

rows_top=$PWD
# begin SQL: a project whose only migration is this, and which was run.
begin() {
    rm -rf "${rows_top:?}/project"
    mkdir -p "$rows_top/project/database/migrations"
    cd "$rows_top/project" || exit 1
    printf 'stdout\nstderr\nold/\nsql.*\n' >.gitignore
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    write 1_all "$1"
    my_create app
    run 0 migrate run
    commit_all
}

# same_rows SQL: a new database from the snapshot answers what the old one did.
same_rows() {
    before=$(my_sql app "$1")
    my_create app
    run 0 migrate run
    expect_my app "$1" "$before"
}

for key in $my_servers; do
    my_server "$key"

    # Bytes that UTF-8 gives back as others, beside some that it does not.
    begin "CREATE TABLE k (id int PRIMARY KEY, v varchar(10) CHARACTER SET sjis, w varchar(10) CHARACTER SET cp932,
a varchar(9) CHARACTER SET cp1251, b text CHARACTER SET big5, u varchar(9) CHARACTER SET ujis, h varchar(9) CHARACTER SET hp8,
l varchar(9) CHARACTER SET latin1);
INSERT INTO k VALUES (1, x'5c', x'fa54', x'98', x'a15a', x'8fa2b7', x'ff', x'e481'), (2, 'a''b', '', 'я', NULL, 'a', 'a', 'ä');
CREATE TABLE bytes (k varchar(9) CHARACTER SET sjis COLLATE sjis_bin, n int, PRIMARY KEY (k, n));
INSERT INTO bytes VALUES (x'815f', 1), (x'5c', 1);"
    run 0 migrate squash --data k --data bytes
    grep -qF "_sjis x'5C', _cp932 x'FA54', _cp1251 x'98'," database/schema/mysql-schema.sql || fail "$key: not as bytes"
    grep -qF "VALUES (2, 'a''b', '', 'я', NULL, 'a', " database/schema/mysql-schema.sql || fail "$key: not as text"
    same_rows 'SELECT id, hex(v), hex(w), hex(a), hex(b), hex(u), hex(h), hex(l) FROM k ORDER BY id; SELECT hex(k) FROM bytes ORDER BY 1'
    expect_my app 'SELECT hex(v), hex(w), hex(a) FROM k WHERE id = 1' '5C|FA54|98'
    # As a change to the other code is none that the proof takes for the same.
    begin "CREATE TABLE k (id int PRIMARY KEY, v varchar(10) CHARACTER SET sjis); INSERT INTO k VALUES (1, x'5c');"
    my_sql app "UPDATE k SET v = x'815f'"
    refused 'carried rows are not those that the migrations put there' migrate squash --data k

    # What no list of values has reads as an empty one that is in the list.
    begin "SET sql_mode = ''; CREATE TABLE e (id int PRIMARY KEY, e enum('', 'x'), s set('', 'x', 'y'), f enum('a', 'b'));
INSERT INTO e VALUES (1, 0, 0, 0), (2, 1, 1, 1), (3, 2, 2, 2), (4, 2, 3, NULL), (5, NULL, NULL, 1), (6, 1, 7, 1);"
    run 0 migrate squash --data e
    same_rows 'SELECT id, e + 0, s + 0, f + 0 FROM e ORDER BY id'

    # A zero with a sign, where the server keeps it.
    begin "CREATE TABLE z (id int PRIMARY KEY, d double, f float, p double(6, 2));
INSERT INTO z VALUES (1, -0e0, -0e0, -0e0), (2, '-0', '-0', '-0'), (3, 0, -1.5, -0.01), (4, 1e-320, -3e38, 1);"
    run 0 migrate squash --data z
    same_rows 'SELECT id, d, f, f * 1e0, p FROM z ORDER BY id'

    # What becomes NULL where it is too long for a packet is refused.
    case $key in mariadb*)
        begin 'CREATE TABLE long_ones (id int PRIMARY KEY, b longblob);'
        write 2_row "INSERT INTO long_ones VALUES (1, repeat('a', 9000000));"
        run 0 migrate run
        commit_all
        run 7 migrate squash --data long_ones
        expect_err 'a value in column `b` of table `long_ones` is longer than the server can write it'
        ;;
    esac

    # Names that differ in case only.
    begin 'CREATE TABLE ns (id int PRIMARY KEY, a int); CREATE TABLE Ns (id int PRIMARY KEY, b int, c int);
INSERT INTO ns VALUES (1, 2); INSERT INTO Ns VALUES (1, 2, 3);
CREATE VIEW vw AS SELECT 1 AS a; CREATE VIEW Vw AS SELECT 2 AS b;'
    run 0 migrate squash --data ns --data Ns
    same_rows 'SELECT * FROM ns, Ns, vw, Vw'
done
