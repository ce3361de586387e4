# A table that is built anew with foreign keys on: DROP TABLE deletes its rows first, and ON DELETE takes rows of other
# tables along. Where such rows would be missed, the file is refused and nothing has changed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db?foreign_keys=on" } } }' >database/connections.json
file=database/migrations/1_rebuild.sql

# try SECTION START TEXT [DOWN]: a database of START, a migration of TEXT.
try() {
    rm -f app.db* start.db
    sqlite3 start.db "$2" >/dev/null || fail "$2"
    cp start.db app.db
    printf -- '-- migrate:up%s\n%s\n-- migrate:down%s\n%s\n' "$1" "$3" "$1" "${4:-}" >"$file"
}

rows() {
    sqlite3 "$1" .dump | grep -v adonis_schema | grep -v sqlite_sequence
}

# refused TEXT LINE: exit 5, TEXT, the place, what to do; every row is there. refused_steps: in steps the rows are there too,
# and the file is taken up at the statement.
refused() {
    run 5 migrate run
    expect_err "$1"
    expect_err "$file:$2:"
    expect_err 'hint: put PRAGMA foreign_keys = OFF before the first statement'
    [ "$(rows start.db)" = "$(rows app.db)" ] || fail "something changed: $1"
    expect_rows app.db 'SELECT count(*) FROM adonis_schema' 0
}

refused_steps() {
    run 5 migrate run
    expect_err "$1"
    expect_err "$file:$2:"
    expect_rows app.db "SELECT state FROM adonis_schema_journal; $3" "failed
$4"
}

done_with() {
    run 0 migrate run
    expect_rows app.db "PRAGMA foreign_key_check; $1" "$2"
}

parent='CREATE TABLE p (id INTEGER PRIMARY KEY, name); INSERT INTO p VALUES (1, 1), (2, 2);'
children='INSERT INTO c VALUES (10, 1), (20, 2), (30, 2), (40, NULL);'
copy='CREATE TABLE p_new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO p_new SELECT * FROM p;'
swap='DROP TABLE p;
ALTER TABLE p_new RENAME TO p;'
cascade="$parent CREATE TABLE c (id, p REFERENCES p (id) ON DELETE CASCADE); $children"

for action in 'CASCADE' 'SET NULL' 'SET DEFAULT'; do
    case $action in
    CASCADE) says='dropping table "p" would delete 3 rows of "c", which refer to it ON DELETE CASCADE' ;;
    *) says='dropping table "p" would change 3 rows of "c", which refer to it' ;;
    esac
    start="$parent CREATE TABLE c (id, p REFERENCES p (id) ON DELETE $action); $children"
    try '' "$start" "$copy
$swap"
    refused "$says" 4
    try ' transaction:false' "$start" "$copy
$swap"
    refused_steps "$says" 4 'SELECT group_concat(id || ifnull(p, 0)) FROM c' '101,202,302,400'
    # As SQLite's manual has it: outside the transaction. The next file has the keys on again.
    for section in '' ' transaction:false'; do
        try "$section" "$start" "PRAGMA foreign_keys = OFF;
$copy
$swap"
        echo '-- migrate:up
CREATE TABLE seen AS SELECT * FROM pragma_foreign_keys;
-- migrate:down' >database/migrations/2_next.sql
        done_with 'SELECT group_concat(id || ifnull(p, 0)) FROM c; SELECT group_concat(name) FROM p; SELECT * FROM seen' '101,202,302,400
1,2
1'
        rm database/migrations/2_next.sql
    done
done

# Without an action the library refuses the drop itself.
for section in '' ' transaction:false'; do
    try "$section" "$parent CREATE TABLE c (id, p REFERENCES p (id)); $children" "$copy
$swap"
    run 4 migrate run
    expect_err "$file:4:1"
    expect_err 'FOREIGN KEY constraint failed'
    expect_err 'hint: rows of another table refer to it; where it is built anew: put PRAGMA foreign_keys = OFF before'
    expect_rows app.db 'SELECT count(*) FROM c; SELECT count(*) FROM p' '4
2'
done

# What the file says inside its transaction is ignored by SQLite, and noticed here.
try ' transaction:false' "$cascade" "BEGIN;
PRAGMA foreign_keys = OFF;
$copy
$swap
COMMIT;"
refused_steps 'would delete 3 rows of "c"' 6 'SELECT count(*) FROM c; SELECT count(*) FROM p' '4
2'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'p_new'" 0

# A table that refers to itself loses the rows of its copy.
try '' 'CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE); INSERT INTO t VALUES (1, NULL), (2, 1), (3, 2);' \
    'CREATE TABLE t_new (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE, more);
INSERT INTO t_new SELECT id, up, 0 FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;'
refused 'dropping table "t" would delete 2 rows of "t_new"' 4
sed -i '2s/^/PRAGMA foreign_keys = OFF;\n/' "$file"
done_with "SELECT group_concat(id || ifnull(up, 0)) FROM t; SELECT \"table\" FROM pragma_foreign_key_list('t')" '10,21,32
t'

# The other order of the same: what refers follows the table to its old name.
try '' "$cascade" 'ALTER TABLE p RENAME TO p_old;
CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO p SELECT * FROM p_old;
DROP TABLE p_old;'
refused 'dropping table "p_old" would delete 3 rows of "c"' 5

# Keys of several columns, keys that name none, names that need quotes, tables without rowid.
try '' 'CREATE TABLE "p ""q" ("a b", c, PRIMARY KEY ("a b", c)) WITHOUT ROWID; INSERT INTO "p ""q" VALUES (1, 2), (3, 4);
CREATE TABLE "c; --" ("x y", z, FOREIGN KEY ("x y", z) REFERENCES "P ""Q" ON DELETE CASCADE);
INSERT INTO "c; --" VALUES (1, 2), (3, NULL), (NULL, 4);' 'CREATE TABLE n ("a b", c, d, PRIMARY KEY ("a b", c)) WITHOUT ROWID;
INSERT INTO n SELECT *, 0 FROM "p ""q";
drop/**/table if exists main.[p "q];
ALTER TABLE n RENAME TO "p ""q";'
refused 'would delete 1 row of "c; --", which refers to it' 4

# The column goes, its rows do not: ON DELETE SET NULL changed nothing that is still there, ON DELETE CASCADE did.
try '' "$parent CREATE TABLE c (id, p REFERENCES p (id) ON DELETE SET NULL); $children" 'DROP TABLE p;
ALTER TABLE c DROP COLUMN p;'
done_with 'SELECT group_concat(id) FROM c' '10,20,30,40'
try '' "$cascade" 'DROP TABLE p;
ALTER TABLE c DROP COLUMN p;'
refused 'would delete 3 rows of "c"' 2
try '' "$cascade" 'ALTER TABLE c DROP COLUMN p;
DROP TABLE p;'
done_with 'SELECT group_concat(id) FROM c' '10,20,30,40'

# Both are dropped in either order; rows that were deleted by the file itself are its own doing.
for text in 'DROP TABLE p; DROP TABLE c;' 'DROP TABLE c; DROP TABLE p;'; do
    try '' "$cascade" "$text"
    done_with "SELECT count(*) FROM sqlite_schema WHERE name IN ('p', 'c')" 0
done
for section in '' ' transaction:false'; do
    try "$section" "$cascade" "DELETE FROM c;
$copy
$swap"
    done_with 'SELECT count(*) FROM c; SELECT count(*) FROM p' '0
2'
done

# Down parts lose no rows either.
try '' 'CREATE TABLE unrelated (x)' 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);' 'DROP TABLE p;'
run 0 migrate run
sqlite3 app.db 'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)'
run 5 migrate rollback
expect_err 'would delete 1 row of "c", which refers to it'
expect_rows app.db 'SELECT * FROM p; SELECT * FROM c; SELECT count(*) FROM adonis_schema' '1
1
1'

# Without the keys nothing follows, and nothing is refused.
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
for section in '' ' transaction:false'; do
    try "$section" "$cascade" "$copy
$swap"
    done_with 'SELECT count(*) FROM c' 4
done
# A file that switches them on at its head has them on.
try '' "$cascade" "PRAGMA foreign_keys = ON;
$copy
$swap"
refused 'would delete 3 rows of "c"' 5
