# What schema-dump can be asked for.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

sqlite3 app.db "
    CREATE TABLE countries (code TEXT PRIMARY KEY, name) WITHOUT ROWID;
    INSERT INTO countries VALUES ('nl', 'Netherlands'), ('be', 'Belgium');
    CREATE TABLE tree (id INTEGER PRIMARY KEY, parent REFERENCES tree (id), other REFERENCES leaf (id));
    CREATE TABLE leaf (id INTEGER PRIMARY KEY, tree REFERENCES tree (id));
    INSERT INTO tree VALUES (2, 1, 1), (1, NULL, NULL); INSERT INTO leaf VALUES (1, 2);
    CREATE TABLE kinds (id INTEGER PRIMARY KEY AUTOINCREMENT, v, g AS (v || '!') STORED);
    INSERT INTO kinds (v) VALUES (NULL), (1), (-9223372036854775808), (0.1), (1e300), (9e999), (-9e999), (x'00ff'), (''), ('it''s
two lines'), (CAST(x'610062' AS TEXT)), ('ä€😀'), (3.0), (1e-320);
    DELETE FROM kinds WHERE id = 2;
    CREATE TABLE tmp_a (x); CREATE INDEX tmp_i ON tmp_a (x); CREATE TRIGGER tmp_t AFTER INSERT ON tmp_a BEGIN SELECT 1; END;"

# Rows: every value comes back, in the order of the key, whatever the foreign keys.
run 0 schema-dump --url sqlite:app.db --path s.sql --data countries --data tree --data leaf --data kinds --exclude 'tmp_*'
run 0 schema-load --url 'sqlite:copy.db?foreign_keys=on' --create --path s.sql --verify
# A digest that cannot be compared is none: loaded, unless --verify wants it compared, which says why it is not.
mkdir other
cp s.sql other/s.sql
# not_comparable FILTER WHY [OPTION]: of the manifest.
not_comparable() {
    jq "$1" s.meta.json >other/s.meta.json
    rm -f o.db
    # shellcheck disable=SC2086 # none or one
    run 5 schema-load --url sqlite:o.db --create --path other/s.sql --verify ${3:-}
    expect_err "the schema cannot be compared: $2"
    expect_err 'hint: load without --verify'
    [ ! -e o.db ] || fail 'it left a database'
    # shellcheck disable=SC2086
    run 0 schema-load --url sqlite:o.db --create --path other/s.sql ${3:-}
    expect_rows o.db 'SELECT count(*) FROM countries' 2
}
not_comparable '.schemaDigest |= sub("^[^:]*"; "sqlite-0")' 'it was made by another kind of server'
not_comparable 'del(.schemaDigest)' 'the snapshot has no schema digest'
not_comparable '.' 'the dump is accepted as modified' --accept-modified
rm -r other
for table in countries tree leaf kinds; do
    expect_rows copy.db "SELECT *, typeof(v) FROM (SELECT *, 0 AS v FROM $table ORDER BY 1)" "$(sqlite3 app.db "SELECT *, typeof(v) FROM (SELECT *, 0 AS v FROM $table ORDER BY 1)")"
done
for expression in 'hex(v)' 'typeof(v)' 'quote(v)' 'g'; do
    expect_rows copy.db "SELECT id, $expression FROM kinds ORDER BY id" "$(sqlite3 app.db "SELECT id, $expression FROM kinds ORDER BY id")"
done
sqlite3 copy.db "INSERT INTO kinds (v) VALUES (0)"
expect_rows copy.db "SELECT max(id) FROM kinds; PRAGMA foreign_key_check" 15
grep -q '"kinds": 13' s.meta.json || fail "no row count in the manifest"
grep -n "'be'" s.sql | head -1 >first
grep -n "'nl'" s.sql | head -1 >second
[ "$(cut -d: -f1 first)" -lt "$(cut -d: -f1 second)" ] || fail "rows are not in the order of their key"
run 2 schema-dump --url sqlite:app.db --path - --data nowhere
expect_err 'no table "nowhere"'
sqlite3 virtual.db 'CREATE VIRTUAL TABLE words USING fts5(word); CREATE VIEW seen AS SELECT 1'
run 7 schema-dump --url sqlite:virtual.db --path - --data words
expect_err 'virtual table words cannot be carried'
run 7 schema-dump --url sqlite:virtual.db --path - --data seen

# Excluded: the table, its index and its trigger, and the manifest says so.
grep -q tmp_ s.sql && fail "tmp_ is in the dump"
grep -q '"tmp_\*"' s.meta.json || fail "the manifest does not name what was excluded"

# --check takes over what the manifest says, and reads like a sentence.
run 0 schema-dump --url sqlite:app.db --path s.sql --check
expect_lines 0
sqlite3 app.db "ALTER TABLE leaf ADD COLUMN extra; DROP TABLE countries; CREATE VIEW fresh AS SELECT 1; PRAGMA user_version = 9"
run 1 schema-dump --url sqlite:app.db --path s.sql --check
expect_out 'table countries: is only in the snapshot'
sqlite3 app.db "CREATE TABLE countries (code TEXT PRIMARY KEY, name) WITHOUT ROWID"
sum=$(cat s.sql s.meta.json | cksum)
run 1 schema-dump --url sqlite:app.db --path s.sql --check
expect_out 'table leaf: differs'
expect_out 'view fresh: is only in the database'
expect_out 'rows countries: is only in the snapshot'
expect_out 'pragma user_version: is only in the database'
expect_no_out 'gate'
expect_no_out 'Digest'
[ "$sum" = "$(cat s.sql s.meta.json | cksum)" ] || fail "--check wrote"
run 1 schema-dump --url sqlite:app.db --path s.sql --check --json
expect_out '"differences":'
python3 -c 'import json; json.load(open("stdout"))' || fail "no JSON"

# gzip: the same bytes each time, and the digest is of the text.
run 0 schema-dump --url sqlite:app.db --path z.sql.gz
cp z.sql.gz first.gz
gzip -dc z.sql.gz >z.sql
run 0 schema-dump --url sqlite:app.db --path plain.sql
expect_same z.sql plain.sql
grep -q "sha256:$(sha256sum <plain.sql | cut -d' ' -f1)" z.meta.json || fail "the digest is not of the text"
rm z.sql.gz z.meta.json
run 0 schema-dump --url sqlite:app.db --path z.sql.gz
expect_same first.gz z.sql.gz
run 0 schema-load --url sqlite:z.db --create --path z.sql.gz --verify

# To stdout, as JSON, and what this engine does not have.
run 0 schema-dump --url sqlite:app.db --path -
expect_out 'CREATE TABLE leaf'
run 0 schema-dump --url sqlite:app.db --format json
python3 - <<'END' || fail "the catalog is not what it should be"
import json
catalog = json.load(open('stdout'))
assert catalog['formatVersion'] == 1 and catalog['engine'] == 'sqlite'
objects = {(o['kind'], o['name']): o for o in catalog['objects']}
assert objects[('table', 'leaf')]['statements'][0].startswith('CREATE TABLE leaf')
assert [p['name'] for p in objects[('table', 'leaf')]['parts'] if p['kind'] == 'column'] == ['id', 'tree', 'extra']
assert objects[('index', 'tmp_i')]['parent'] == 'tmp_a' and objects[('index', 'tmp_i')]['dependsOn'] == ['table tmp_a']
END
for option in '--schema public' --with-owner --with-acl --keep-definer; do
    # shellcheck disable=SC2086 # an option and its value
    run 7 schema-dump --url sqlite:app.db --path - $option
    expect_err "${option%% *}"
done

# The ledger's own batches on request.
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE m (x);\n' >database/migrations/1_m.sql
printf -- '-- migrate:up\nCREATE TABLE n (x);\n' >database/migrations/2_n.sql
run 0 migrate run --create --url sqlite:batches.db
run 0 schema-dump --url sqlite:batches.db --path b.sql --keep-batches
run 0 schema-load --url sqlite:b.db --create --path b.sql
expect_rows b.db "SELECT group_concat(batch) FROM adonis_schema" 1,1
run 0 schema-dump --url sqlite:batches.db --path c.sql
run 0 schema-load --url sqlite:c.db --create --path c.sql
expect_rows c.db "SELECT group_concat(batch) FROM adonis_schema" 1,2

# History order, not the order in which this database applied them.
printf -- '-- migrate:up\nCREATE TABLE l (x);\n' >database/migrations/0_l.sql
run 0 migrate run --url sqlite:batches.db --out-of-order allow
run 0 schema-dump --url sqlite:batches.db --path d.sql
[ "$(grep -o 'migrations/[0-9]_[a-z]' d.sql | sort -u | tr '\n' ' ')" = "$(grep -o 'migrations/[0-9]_[a-z]' d.sql | tr '\n' ' ')" ] ||
    fail "not in history order"

# Another connection's snapshot is not overwritten.
run 5 schema-dump --url sqlite:app.db --connection other --path s.sql
expect_err '"connection" is "sqlite", not "other"'

# A file of no bytes is a database, and perhaps not the one that was meant.
: >nothing.db
run 0 schema-dump --url sqlite:nothing.db --path nothing.sql
expect_err 'warning: database "nothing.db" holds no objects: the snapshot makes nothing'
[ ! -s nothing.db ] || fail "it wrote into the database"

# A check of it says that, and not all that the snapshot holds; where there is no snapshot, that is what is told.
run 1 schema-dump --url sqlite:nothing.db --path d.sql --check
[ "$(cat stdout)" = 'database nothing.db: is empty' ] || fail "more than one line: $(cat stdout)"
expect_err 'nothing was compared: bring the database up first'
expect_no_err 'makes nothing'
run 0 schema-dump --url sqlite:nothing.db --path nothing.sql --check
run 1 schema-dump --url sqlite:nothing.db --path absent.sql --check
expect_no_out 'is empty'
run 0 schema-dump --url sqlite:app.db --path something.sql
expect_no_err 'holds no objects'

# In memory, in WAL mode with a writer, through a URI, read-only.
run 0 schema-dump --url sqlite::memory: --path -
sqlite3 wal.db "PRAGMA journal_mode = WAL; CREATE TABLE w (x)" >/dev/null
sqlite_hold wal.db 'BEGIN IMMEDIATE; CREATE TABLE half (x);'
run 0 schema-dump --url sqlite:wal.db --path -
expect_out 'CREATE TABLE w'
expect_no_out 'half'
sqlite_let_go
run 0 schema-dump --url 'sqlite:file:wal.db?mode=ro' --path -
run 2 schema-dump --url 'sqlite:wal.db?nonsense=1' --path -

# A link to the snapshot stays a link, and what others may not read stays so.
mkdir real
run 0 schema-dump --url sqlite:wal.db --path real/l.sql
chmod 640 real/l.sql
ln -s real/l.sql l.sql
ln -s real/l.meta.json l.meta.json
sqlite3 wal.db 'CREATE TABLE another (x)'
run 0 schema-dump --url sqlite:wal.db --path l.sql
[ -L l.sql ] && grep -q another real/l.sql || fail "the link was replaced"
[ "$(stat -c %a real/l.sql)" = 640 ] || fail "the mode changed"
run 0 schema-dump --url sqlite:wal.db --path real/l.sql --check
# In a folder that is a link: ".." is what lies above the folder that it leads to.
mkdir -p elsewhere/folder
ln -s elsewhere/folder folder
for file in l.sql l.meta.json; do
    cp "real/$file" elsewhere
    ln -s "../$file" "elsewhere/folder/$file"
done
sqlite3 wal.db 'CREATE TABLE one_more (x)'
run 0 schema-dump --url sqlite:wal.db --path folder/l.sql
[ -L folder/l.sql ] && grep -q one_more elsewhere/l.sql && ! grep -q one_more l.sql || fail "the wrong file was written"
run 0 schema-dump --url sqlite:wal.db --path folder/l.sql --check

# A device or a pipe is no file, and is never replaced by one.
mkfifo pipe
run 6 schema-dump --url sqlite:wal.db --path pipe
expect_err 'it is no file'
run 6 schema-dump --url sqlite:wal.db --path pipe --format json
schema-dump --url sqlite:wal.db --path /dev/stdout 2>stderr | cat >stdout
expect_err '"-" for standard output'
[ -p pipe ] && [ ! -s stdout ] && [ ! -e pipe.meta.json ] || fail "the pipe was replaced: $(ls -l pipe*)"

# A snapshot that carried rows does not lose them without a word.
sqlite3 rows.db 'CREATE TABLE r (x); INSERT INTO r VALUES (1)'
run 0 schema-dump --url sqlite:rows.db --path r.sql --data r
run 0 schema-dump --url sqlite:rows.db --path r.sql
expect_err 'carries the rows of "r"'
run 2 schema-dump --url sqlite:rows.db --path - --json
run 2 schema-dump --url sqlite:rows.db --format json --json
run 0 schema-dump --url sqlite:rows.db --format json --json --path rows.json

# JSON takes the place of such JSON only, and follows links to it.
cp wal.db kept.db
run 5 schema-dump --url sqlite:wal.db --format json --path wal.db
expect_err 'is there already and is no schema of ours'
cmp wal.db kept.db || fail 'the database was replaced'
echo '{"objects": {"table": 3}}' >other.json
run 5 schema-dump --url sqlite:wal.db --format json --path other.json
run 0 schema-dump --url sqlite:wal.db --format json --path catalog.json
ln -s catalog.json link.json
sqlite3 wal.db 'CREATE TABLE another (a)'
run 0 schema-dump --url sqlite:wal.db --format json --path link.json
[ -L link.json ] && grep -q another catalog.json || fail 'the link was replaced'

# A time that is none is not passed over: nothing is written.
echo 'CREATE TABLE timed (a);' | sqlite3 timed.db
for epoch in abc 12x -1; do
    run 2 env SOURCE_DATE_EPOCH=$epoch schema-dump --url sqlite:timed.db --path timed.sql
    expect_err "SOURCE_DATE_EPOCH is no time: \"$epoch\""
    [ ! -e timed.sql ] || fail 'a snapshot without its time'
done
run 0 env SOURCE_DATE_EPOCH=0 schema-dump --url sqlite:timed.db --path timed.sql
grep -q '"generatedAt": "1970-01-01T00:00:00.000Z"' timed.meta.json || fail 'another time'
