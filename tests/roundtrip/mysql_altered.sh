# What ALTER TABLE leaves and CREATE TABLE cannot say: the copy is the same table, whatever SHOW CREATE says of both.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

one() {
    my_create src
    # The columns keep the charset that their table had.
    my_sql src "CREATE TABLE was_latin (a varchar(5), b text NOT NULL, c enum('ä') COMMENT 'CHARACTER SET latin1',
            d varchar(5) COLLATE latin1_bin) DEFAULT CHARSET=latin1;
        ALTER TABLE was_latin DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
        CREATE TABLE was_general (a varchar(5), b char(3) CHARACTER SET utf8mb4) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
        ALTER TABLE was_general COLLATE utf8mb4_unicode_ci;
        CREATE TABLE keys_later (id int PRIMARY KEY, a int, b int, c int, UNIQUE y (a), UNIQUE x (b), UNIQUE w (a, c), KEY z (c));
        ALTER TABLE keys_later MODIFY b int NOT NULL, MODIFY c int NOT NULL;
        CREATE TABLE nots (a int, b int, CONSTRAINT c CHECK (NOT (a = 1 OR b <> 2) AND a < 5 AND a BETWEEN 1 AND 3),
            CONSTRAINT d CHECK ((NOT (a = 1 AND b <> 2) OR a < 5) IS NOT NULL), CONSTRAINT e CHECK ((NOT (a = 1 OR b <> 2) AND a < 5) XOR b));
        CREATE TABLE made AS SELECT _latin1'a' AS a, _utf8mb4'b' COLLATE utf8mb4_bin AS b" >ignored
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path b.sql
    expect_same a.sql b.sql
    facts="SELECT table_name, column_name, ordinal_position, column_type, is_nullable, column_default, character_set_name, collation_name
        FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 3"
    my_sql src "$facts" >source.facts
    my_sql copy "$facts" >copy.facts
    grep -q 'was_latin|a|1|varchar(5)|YES|NULL|latin1|latin1_swedish_ci' source.facts || fail "$my_key: $(cat source.facts)"
    expect_same source.facts copy.facts
    # The server shows NOT (a OR b) AND c as an AND in an AND, and of a copy of that as one.
    for values in 2,2 1,2 NULL,2 4,2 2,NULL 2,0; do
        for name in src copy; do
            if my_client -e "INSERT INTO nots VALUES ($values)" "$(my_name "$name")" 2>refused; then
                echo "$values: taken"
            else
                sed "s/^[^']*//" refused
            fi >>"$name.taken"
        done
    done
    [ "$my_key" = mysql56 ] || [ "$(grep -c taken src.taken)" -lt 6 ] || fail "$my_key: no check refuses a row"
    expect_same src.taken copy.taken
    rm src.taken copy.taken
}
every_server one

# A column that may be NULL and has no default, not even NULL: only CREATE TABLE … SELECT makes one on MariaDB.
selected() {
    case $my_key in mariadb*) ;; *) return 0 ;; esac
    my_create src
    my_sql src "CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (d date NOT NULL, k int, s varchar(9) COLLATE latin1_bin NOT NULL COMMENT 'it''s', ts timestamp(3) NOT NULL,
            z int(5) unsigned zerofill NOT NULL, j json NOT NULL, g point NOT NULL, e enum('a,','b)') NOT NULL, y year NOT NULL, b bit(3) NOT NULL)
            CHARSET=latin1;
        CREATE TABLE nots (a int, b int, CONSTRAINT c CHECK (NOT (a = 1 OR b <> 2) AND a < 5 AND a BETWEEN 1 AND 3),
            CONSTRAINT d CHECK ((NOT (a = 1 AND b <> 2) OR a < 5) IS NOT NULL), CONSTRAINT e CHECK ((NOT (a = 1 OR b <> 2) AND a < 5) XOR b));
        CREATE TABLE made AS SELECT count(*) AS n, min(d) AS first, d, s FROM t;
        CREATE TABLE all_of_them AS SELECT t.d, t.s, t.ts, t.z, t.j, t.g, t.e, t.y, t.b FROM (SELECT 1) AS o LEFT JOIN t ON TRUE;
        CREATE TABLE around (a int NOT NULL AUTO_INCREMENT PRIMARY KEY, v int GENERATED ALWAYS AS (z + 1) STORED, i int INVISIBLE DEFAULT 3, x int DEFAULT (q + 1),
            at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), KEY (d), CONSTRAINT c CHECK (z > 0), q int,
            CONSTRAINT f FOREIGN KEY (q) REFERENCES p (id) ON DELETE CASCADE) CHARSET=latin1 COMMENT='SELECT' WITH SYSTEM VERSIONING
            SELECT t.z, 1 AS a, t.d, NULL AS q, t.s FROM (SELECT 1) AS o LEFT JOIN t ON TRUE;
        CREATE TABLE parts (k int) PARTITION BY RANGE (k) (PARTITION p0 VALUES LESS THAN (5)) SELECT t.d, 1 AS k FROM (SELECT 1) AS o LEFT JOIN t ON TRUE;
        CREATE TABLE baseline_columns LIKE made" >ignored
    round_trip src
}
every_server selected

# A foreign key that MySQL 8.4 and later take only when they are told to, in a dump that does not tell them: the load says so.
if my_has mysql9; then
    my_server mysql9
    my_create src
    my_sql src "SET restrict_fk_on_non_standard_key = OFF; CREATE TABLE parent (a int, KEY (a));
        CREATE TABLE child (a int, FOREIGN KEY (a) REFERENCES parent (a))"
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    grep -v restrict_fk a.sql >older.sql
    my_create copy
    run 4 schema-load --url "$(my_url copy)" --path older.sql
    expect_err restrict_fk_on_non_standard_key=0
    expect_my_empty copy
    run 0 schema-load --url "$(my_url copy)&restrict_fk_on_non_standard_key=0" --path older.sql
fi

# JSON of MySQL keeps what its text does not say: rows with that are refused, the others come back.
if my_has mysql9; then
    my_server mysql9
    my_create src
    my_sql src "CREATE TABLE odd (a int PRIMARY KEY, j json);
        INSERT INTO odd VALUES (1, '{\"a\": 1.5, \"b\": 1e300, \"c\": 12345678901234567890, \"d\": [-0.0, true, null, 0.1]}'), (2, NULL)"
    run 0 schema-dump --url "$(my_url src)" --path json.sql --data odd
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path json.sql --verify
    my_sql src "SELECT a, j, json_type(j->'\$.c') FROM odd ORDER BY a" >source.json
    my_sql copy "SELECT a, j, json_type(j->'\$.c') FROM odd ORDER BY a" >copy.json
    expect_same source.json copy.json
    for value in 'CAST(1.10 AS DECIMAL(5,2))' "DATE '2020-01-01'" "x'00ff'"; do
        my_sql src "INSERT INTO odd VALUES (3, json_object('a', $value))"
        run 7 schema-dump --url "$(my_url src)" --path odd.sql --data odd
        expect_err 'table "odd": in 1 of its rows column `j` holds values that the text of JSON does not give back'
        [ ! -e odd.sql ] || fail "$value: a file was written"
        my_sql src 'DELETE FROM odd WHERE a = 3'
    done
fi
