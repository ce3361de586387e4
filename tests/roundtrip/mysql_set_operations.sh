# INTERSECT and EXCEPT in views: MySQL adds conditions to their texts each time it makes or shows one; the snapshot stays the same
# from copy to copy, and the rows are the same.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

cat >views.sql <<'SQL'
CREATE TABLE a (id int, x int, y int);
CREATE TABLE n (id int NOT NULL, x int NOT NULL, PRIMARY KEY (id));
CREATE VIEW plain AS SELECT id FROM n INTERSECT SELECT id FROM a;
CREATE VIEW two AS SELECT id, x FROM n EXCEPT SELECT x, y FROM a WHERE id > 1;
CREATE VIEW said AS SELECT id FROM n INTERSECT SELECT DISTINCT x FROM a WHERE x IS NOT NULL AND y = 2;
CREATE VIEW either AS SELECT id, x FROM n INTERSECT SELECT x + 1, abs(y) FROM a WHERE id > 1 OR y IS NULL;
CREATE VIEW grouped AS SELECT id FROM n INTERSECT SELECT max(x) FROM a GROUP BY y HAVING count(*) > 1;
CREATE VIEW inside AS SELECT id FROM n WHERE NOT EXISTS (SELECT id FROM n EXCEPT SELECT x FROM a);
CREATE VIEW nested AS SELECT id, x FROM n INTERSECT SELECT x, (SELECT max(id) FROM n) FROM a WHERE EXISTS (SELECT 1 FROM n EXCEPT SELECT y FROM a);
CREATE VIEW mixed AS (SELECT id FROM a EXCEPT SELECT id FROM n) UNION ALL SELECT x FROM n ORDER BY 1 LIMIT 30;
CREATE VIEW between_and AS SELECT id FROM n INTERSECT SELECT x FROM a WHERE (y IS NOT NULL) BETWEEN (y IS NOT NULL) AND (y IS NOT NULL);
SQL
rows=$(sed -n 's/^CREATE VIEW \([a-z_]*\) .*/SELECT "\1", v.* FROM \1 v ORDER BY 1, 2;/p' views.sql)
fill='INSERT INTO a VALUES (1, 1, 1), (2, 2, 2), (3, NULL, 2), (4, 3, NULL), (NULL, 1, 3), (5, 4, 5), (6, 4, 5); INSERT INTO n VALUES (1, 1), (2, 5), (3, 3), (4, 5), (5, 6)'

one() {
    my_create src
    my_file src views.sql
    my_sql src "$fill"
    my_sql src "$rows" >expected.rows
    [ "$(wc -l <expected.rows)" -gt 9 ] || fail "$my_key: hardly a row: $(cat expected.rows)"
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    # A copy of a copy: what grows, grows again.
    for copy in one two; do
        my_create "$copy"
        run 0 schema-load --url "$(my_url "$copy")" --path a.sql --verify
        run 0 schema-dump --url "$(my_url "$copy")" --path b.sql
        expect_same a.sql b.sql
        my_sql "$copy" "$fill"
        my_sql "$copy" "$rows" >actual.rows
        expect_same expected.rows actual.rows
        mv b.sql a.sql
        mv b.meta.json a.meta.json
        my_drop "$copy"
    done
    my_drop src
    rm -f ./*.json a.sql
}
# MySQL 5.6 has neither.
my_servers=$(echo "$my_servers" | sed 's/ *mysql56//')
every_server one
