# Rows in a proof that are hard to compare or to carry: keys that a random function made, tables without a key, rows that no
# snapshot carries.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

# begin SQL...: a project whose further migrations are these.
begin() {
    project
    number=3
    for statements in "$@"; do
        number=$((number + 1))
        write ${number}_more "$statements"
    done
    run 0 migrate run
    commit_all
}

# bootstrapped: a new database from the snapshot is app.db, the old one live.db.
bootstrapped() {
    files 0
    mv app.db live.db
    run 0 migrate run --create
}

# same_rows SQL: both databases answer the same.
same_rows() {
    expect_rows app.db "$1" "$(sqlite3 -batch -noheader live.db "$1")"
}

# The same rows in three migrations; the next number does not collide.
begin "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT, v text UNIQUE); INSERT INTO a (v) VALUES ('x'), ('y'), ('z');" \
    "UPDATE a SET v = v || '1'; DELETE FROM a WHERE id = 3;" \
    "UPDATE a SET v = v || '2' WHERE id = 1; INSERT INTO a (v) VALUES ('n'); DELETE FROM a WHERE v = 'n';"
run 0 migrate squash --data a
bootstrapped
same_rows 'SELECT * FROM a'
expect_rows app.db "INSERT INTO a (v) VALUES ('next') RETURNING id > 2" 1

# Keys from a random function, by a default and by value, and what refers to them: presence is compared, and the rest.
begin "CREATE TABLE u (id text PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))), n); INSERT INTO u (n) VALUES (1), (2);
CREATE TABLE v (id text PRIMARY KEY, n); INSERT INTO v SELECT lower(hex(randomblob(16))), n FROM u;
CREATE TABLE w (v text REFERENCES v (id), word text); INSERT INTO w SELECT id, 'word ' || n FROM v;"
run 0 migrate squash --data u --data v --data w
for column in u.id v.id w.v; do
    expect_err "it comes from a clock or a random function: $column"
done
expect_no_err 'function: w.word'
bootstrapped
same_rows 'SELECT * FROM u ORDER BY id'
same_rows 'SELECT * FROM w JOIN v ON v.id = w.v ORDER BY 1'
# A value beside such a key still counts, and so does the number of rows.
for change in 'UPDATE v SET n = 3 WHERE n = 2' "INSERT INTO v VALUES ('x', 1)" 'DELETE FROM v WHERE n = 1' \
    "UPDATE w SET word = 'other' WHERE word = 'word 1'"; do
    begin "CREATE TABLE v (id text PRIMARY KEY, n); INSERT INTO v VALUES (lower(hex(randomblob(16))), 1), (lower(hex(randomblob(16))), 2);
CREATE TABLE w (v text, word text); INSERT INTO w SELECT id, 'word ' || n FROM v;"
    sqlite3 app.db "$change"
    if [ "${change#INSERT}" = "$change" ]; then
        refused 'carried rows are not those that the migrations put there' migrate squash --data v --data w
    else
        # Rows that the database has more are its own.
        run 0 migrate squash --data v --data w
    fi
done

# Rows without a key, some of them equal; references to themselves and in a circle; values at the limits.
begin "CREATE TABLE d (a, b); INSERT INTO d VALUES (1, 2), (1, 2), (NULL, NULL), (NULL, NULL), ('1', 2.0);" \
    "CREATE TABLE s (id integer PRIMARY KEY, p integer REFERENCES s (id)); INSERT INTO s VALUES (1, NULL), (2, 1); UPDATE s SET p = 2 WHERE id = 1;" \
    "CREATE TABLE x (id integer PRIMARY KEY, y integer REFERENCES y (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE y (id integer PRIMARY KEY, x integer NOT NULL REFERENCES x (id)); INSERT INTO x VALUES (1, 1); INSERT INTO y VALUES (1, 1);" \
    "CREATE TABLE l (a, b real, c blob, d text, e integer, g AS (e + 1) STORED, h AS (e * 2)); INSERT INTO l (a, b, c, d, e) VALUES
(9e999, -9e999, x'00ff', 'a' || char(0) || 'b', 9223372036854775806), (NULL, 0.1, zeroblob(3), char(13, 10), -9223372036854775808),
(1e-320, -0.0, x'', '', 0), ('9e999', 3.0, 'text', x'41', '12x');" \
    "CREATE TABLE r (k text PRIMARY KEY, v any, b blob, r real) STRICT, WITHOUT ROWID; INSERT INTO r VALUES ('a', 1, x'00', 1), ('b', 'x', NULL, 1e300), ('c', 1.0, NULL, 0.1);"
run 0 migrate squash --data d --data s --data x --data y --data l --data r
expect_no_err 'random function'
bootstrapped
for table in d s x y r; do
    same_rows "SELECT * FROM $table ORDER BY 1, 2"
done
same_rows "SELECT quote(a), quote(b), quote(c), hex(d), quote(e), typeof(a), typeof(b), typeof(c), typeof(d), typeof(e), g, h FROM l ORDER BY typeof(a), e"
same_rows 'SELECT typeof(a), typeof(b) FROM d ORDER BY 1, 2'

# Rows that a full-text or other virtual table keeps for itself: named, and lost only when somebody says so.
begin "CREATE VIRTUAL TABLE own USING fts5(title); INSERT INTO own VALUES ('hello world'), ('bye');
CREATE VIRTUAL TABLE older USING fts4(title); INSERT INTO older VALUES ('hello');
CREATE VIRTUAL TABLE blank USING fts5(title);
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1); INSERT INTO place VALUES (1, 0, 1);
CREATE VIRTUAL TABLE words USING fts5vocab('own', 'row');
CREATE TABLE docs (id integer PRIMARY KEY, body text); CREATE VIRTUAL TABLE search USING fts5(body, content='docs', content_rowid='id');
CREATE TRIGGER docs_add AFTER INSERT ON docs BEGIN INSERT INTO search (rowid, body) VALUES (new.id, new.body); END;
INSERT INTO docs VALUES (1, 'hello world');
CREATE VIRTUAL TABLE bare USING fts5(body, content=''); INSERT INTO bare (rowid, body) VALUES (1, 'hello');"
refused '6 rows of 5 tables that migrations put there would get lost' migrate squash --data docs
for line in 'own: 2 rows' 'older: 1 row' 'place: 1 row' 'search: 1 row' 'bare: 1 row'; do
    expect_err "virtual table $line put there by migrations, which no snapshot can carry"
done
expect_err 'let a seeder or a younger migration put them there'
run 5 migrate squash --data docs --json
[ "$(grep -c '"rows": ' stdout)" = 5 ] || fail "not 5 tables in the document: $(cat stdout)"
run 7 migrate squash --data docs --data own --discard-data
expect_err 'virtual table own cannot be carried'
files 4
run 0 migrate squash --data docs --discard-data
grep -q '"virtual table own":2' database/schema/sqlite-schema.meta.json || fail 'the manifest does not say what was discarded'
bootstrapped
sqlite3 app.db "INSERT INTO search (search) VALUES ('rebuild')"
same_rows "SELECT rowid FROM search WHERE search MATCH 'hello'"

# What a squash carries is in no file any more: every later dump carries it, until the table goes.
begin "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');"
run 0 migrate squash --data roles
commit_all
write 5_next 'CREATE TABLE next (a);' 'DROP TABLE next;'
run 0 migrate run
run 0 schema-dump
run 0 schema-dump --check
mv app.db live.db
run 0 migrate run --create
same_rows 'SELECT * FROM roles'
commit_all
run 0 migrate squash
files 0
mv app.db live.db
run 0 migrate run --create
same_rows 'SELECT * FROM roles'
write 6_gone 'DROP TABLE roles;'
run 0 migrate run
commit_all
refused 'the old snapshot carries the rows of "roles", a table that is not in this one' schema-dump
refused 'the old snapshot carries the rows of "roles"' migrate squash --no-proof
run 0 migrate squash
files 0
grep -q roles database/schema/sqlite-schema.sql && fail 'the table is still there'
# Of a table whose rows are still in the files only a word is said.
begin "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');"
run 0 schema-dump --data roles
run 0 schema-dump
expect_err 'the old snapshot carries the rows of "roles", this one does not'

# A dump between two squashes that git has not got: nothing proves what it took, and its rows would go unnamed.
begin "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin'), (2, 'user');"
run 0 migrate squash --keep 1
cp database/schema/sqlite-schema.sql database/schema/sqlite-schema.meta.json ..
run 0 schema-dump
refused '"database/migrations/4_more.sql" cannot be replayed' migrate squash
refused '"database/migrations/4_more.sql" cannot be replayed' schema-dump --prune
run 5 migrate squash --dry-run
# The dump of another tool proves no more: its manifest has names and nothing else.
cp -R . ../other
(
    cd ../other || exit 1
    jq '{version, connection, dialect, dumpPath, generatedAt, schemaTableName, schemaVersionsTableName, squashedMigrationNames}' \
        database/schema/sqlite-schema.meta.json >../bare.json || fail 'no jq'
    mv ../bare.json database/schema/sqlite-schema.meta.json
    refused '"database/migrations/4_more.sql" cannot be replayed' migrate squash
) || exit 1
# The files back, or the snapshot: everything is replayed, and named.
cp -R . ../again
git checkout -q -- database/migrations
refused '2 rows of 1 table that migrations put there would get lost' migrate squash
cd ../again || fail "no folder"
cp ../sqlite-schema.sql ../sqlite-schema.meta.json database/schema
refused '2 rows of 1 table that migrations put there would get lost' migrate squash
run 0 migrate squash --data roles
files 0

# What a squash carries stays carried when its table gets another name.
begin "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin'), (2, 'user');"
run 0 migrate squash --data roles
commit_all
write 5_rename 'ALTER TABLE roles RENAME TO parts;' 'ALTER TABLE parts RENAME TO roles;'
run 0 migrate run
commit_all
refused 'the old snapshot carries the rows of "roles", a table that is not in this one' schema-dump
expect_err '--data NEW'
refused '2 rows of 1 table that migrations put there would get lost' migrate squash
cp -R . ../discarded
run 0 schema-dump --data parts
commit_all
run 0 schema-dump
run 0 migrate squash
bootstrapped
same_rows 'SELECT * FROM parts'
cd ../discarded || fail "no folder"
run 0 schema-dump --discard-data
run 0 schema-dump

# Files that stay must put the same rows into a new database, but for what a clock or a random function gives.
begin "CREATE TABLE big (id integer PRIMARY KEY AUTOINCREMENT, n); INSERT INTO big (n) VALUES (1), (2), (3); DELETE FROM big;" \
    "INSERT INTO big (n) VALUES (4); CREATE TABLE copy AS SELECT id, n FROM big;" \
    "CREATE TABLE u (id text PRIMARY KEY, n); INSERT INTO u VALUES (lower(hex(randomblob(16))), 1); CREATE TABLE v AS SELECT id AS word, n FROM u;"
refused 'the files that stay do not give on the new snapshot what they give behind the older files: 2 differences' migrate squash --until 4_more
expect_err 'resumed: rows big: 1 of the replay are not in a new database, 1 there are not in the replay'
expect_err 'resumed: rows copy: '
expect_no_err 'resumed: rows v'
cp -R . ../taken
run 0 migrate squash --until 5_more --data big --data copy
cd ../taken || fail "no folder"
run 0 migrate squash --until 4_more --discard-data
expect_err 'resumed: rows copy: '

# A primary key may be NULL many times: such rows are not compared crosswise, which looked like a clock's.
begin "CREATE TABLE kv (k text PRIMARY KEY, v); INSERT INTO kv VALUES ('a', 1), (NULL, 2), (NULL, 3);"
cp -R . ../same
sqlite3 app.db "UPDATE kv SET v = 99 WHERE k = 'a'"
refused "rows kv: 1 of the replay is not in the snapshot (k = 'a', v = 1)" migrate squash --data kv
expect_no_err 'not compared'
cd ../same || fail "no folder"
run 0 migrate squash --data kv
expect_no_err 'not compared'
bootstrapped
same_rows 'SELECT k, v FROM kv ORDER BY v'

# Rows that the database holds and no new one takes: which, and what to do.
begin 'CREATE TABLE parts (id integer PRIMARY KEY, n integer CONSTRAINT positive CHECK (n > 0));'
sqlite3 app.db 'PRAGMA ignore_check_constraints = 1; INSERT INTO parts VALUES (1, 5), (2, -5)'
refused 'the rows of table "parts" (2) cannot be carried, a new database refuses them' migrate squash --data parts --data-from live
expect_err 'CHECK constraint failed: positive'
expect_err 'VALUES (2, -5)'
expect_err 'mend those rows in the database'
