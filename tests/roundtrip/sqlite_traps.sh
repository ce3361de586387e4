# Schemas that this library cannot take as they are: what is said, with which exit code, and that nothing has changed. Those that it
# can be lent something for go through whole.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE zz (a);\n-- migrate:down\nDROP TABLE zz;\n' >database/migrations/1_z.sql

# by_hand NAME SQL EDIT: a database whose schema table was edited.
by_hand() {
    sqlite3 "$1.db" "$2; PRAGMA writable_schema = ON; $3" || fail "$1"
    cp "$1.db" before.db
}

# Nothing but the dump is refused: a table that cannot be described does not keep a migration from running.
unsupported() {
    name=$1
    run 5 schema-dump --url "sqlite:$name.db" --path "$name.sql"
    expect_err "$2"
    expect_err 'hint: '
    expect_err '--skip-unsupported'
    [ -z "$(find . -name "$name.sql" -o -name "$name.meta.json")" ] || fail "$name: a refused dump wrote something"
    run 0 schema-dump --url "sqlite:$name.db" --path "$name.sql" --skip-unsupported
    expect_err "is left out: $3"
    run 0 schema-load --url "sqlite:$name-copy.db" --create --path "$name.sql" --verify
    expect_rows "$name-copy.db" "SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('a', 'x')" a
    run 7 migrate wipe --force --url "sqlite:$name.db"
    expect_err 'cannot be dropped'
    expect_err '"ignore"'
    expect_same before.db "$name.db"
    run 0 migrate run --url "sqlite:$name.db"
    expect_rows "$name.db" 'SELECT count(*) FROM adonis_schema' 1
}

# A module, a tokenizer: in a program of its own.
by_hand module 'CREATE TABLE a (x)' "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE VIRTUAL TABLE x USING nomodule(a)')"
unsupported module 'virtual table x cannot be described: no such module: nomodule' 'no such module: nomodule'
by_hand tokenizer 'CREATE TABLE a (x); CREATE VIRTUAL TABLE x USING fts5(a)' "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE x USING fts5(a, tokenize=''nope'')' WHERE name = 'x'"
unsupported tokenizer 'virtual table x cannot be described: no such tokenizer: nope' 'no such tokenizer: nope'
by_hand tokenizer4 'CREATE TABLE a (x); CREATE VIRTUAL TABLE x USING fts4(a)' "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE x USING fts4(a, tokenize=nope)' WHERE name = 'x'"
unsupported tokenizer4 'virtual table x cannot be described: unknown tokenizer: nope' 'unknown tokenizer: nope'

# Text that no file can hold is not cut in silence.
by_hand nul 'CREATE TABLE a (x); CREATE VIEW x AS SELECT 1' "UPDATE sqlite_schema SET sql = sql || char(0) || 'tail' WHERE name = 'x'"
unsupported nul 'view x cannot be described: its text in the schema holds a NUL byte' 'its text in the schema holds a NUL byte'
by_hand utf8 "CREATE TABLE a (x); CREATE VIEW x AS SELECT 'zz'" "UPDATE sqlite_schema SET sql = replace(sql, 'zz', CAST(x'ff' AS TEXT)) WHERE name = 'x'"
unsupported utf8 'view x cannot be described: its text in the schema is not valid UTF-8' 'its text in the schema is not valid UTF-8'
by_hand nulname 'CREATE TABLE a (x); CREATE TABLE x (x)' "UPDATE sqlite_schema SET name = 'x' || char(0) || 'y', tbl_name = 'x' || char(0) || 'y' WHERE name = 'x'"
unsupported nulname 'table x cannot be described: its text in the schema holds a NUL byte' 'its text in the schema holds a NUL byte'

# Collations and functions of the program that made the schema are lent for as long as it is made, and each is named.
by_hand lent "CREATE TABLE a (x TEXT COLLATE NOCASE UNIQUE CHECK (lower(x) <> 'y'), g AS (upper(x)));
    CREATE INDEX i ON a (x COLLATE RTRIM); CREATE INDEX i2 ON a (length(x)) WHERE trim(x) > 1;
    CREATE VIEW v AS SELECT hex(x) FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT abs(new.x); END" \
    "UPDATE sqlite_schema SET sql = replace(replace(replace(replace(replace(replace(replace(replace(sql, 'NOCASE', 'GERMAN'), 'RTRIM', '\"fr ench\"'),
    'lower', 'f_check'), 'upper', 'f_column'), 'length', 'f_index'), 'trim', 'f_where'), 'hex', 'f_view'), 'abs', 'f_trigger')"
run 0 schema-dump --url sqlite:lent.db --path lent.sql
expect_err 'warning: view v does not work'
run 0 schema-load --url sqlite:lent-copy.db --create --path lent.sql --verify
for what in 'collation "GERMAN"' 'collation "fr ench"' 'function "f_check"' 'function "f_column"' 'function "f_index"' 'function "f_where"'; do
    expect_err "warning: $what is not in this SQLite library: the schema was created without it"
done
run 0 schema-dump --url sqlite:lent-copy.db --path lent-again.sql
expect_same lent.sql lent-again.sql
"$compare" --exact lent.db lent-copy.db || fail "the schema that was lent something differs"
run 0 migrate run --url sqlite:lent.db
# Rows would call what is only lent.
sqlite3 rows.db 'CREATE TABLE a (x); INSERT INTO a VALUES (1)'
{ sqlite3 rows.db .dump | sed 's/(x)/(x CHECK (f_check(x)))/'; } >rows.sql
run 4 schema-load --url sqlite:rows-copy.db --create --path rows.sql
expect_err 'rows.sql:4:1'
expect_err 'f_check'
[ ! -e rows-copy.db ] || fail "it left a database"
# A migration gets nothing lent.
printf -- '-- migrate:up\nCREATE TABLE b (x);\nCREATE INDEX i3 ON b (f_index(x));\n-- migrate:down\n' >database/migrations/2_f.sql
cp rows.db before.db
run 4 migrate run --url sqlite:rows.db
expect_err 'database/migrations/2_f.sql:3:'
expect_err 'no such function: f_index'
expect_rows rows.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('b', 'i3')" 0
rm database/migrations/2_f.sql

# unreadable NAME CODE TEXT: all tools say it, and the file stays as it is.
unreadable() {
    [ -d "$1.db" ] || cp "$1.db" before.db
    for command in "schema-dump --path $1.sql" 'migrate status' 'migrate run' 'migrate wipe --force' "schema-load --path lent.sql"; do
        # shellcheck disable=SC2086 # words
        run "$2" $command --url "sqlite:$1.db"
        expect_err "$3"
        expect_err 'hint: '
    done
    [ ! -e "$1.sql" ] || fail "$1: a dump was written"
    [ -d "$1.db" ] || expect_same before.db "$1.db"
}

by_hand syntax 'CREATE TABLE a (x); CREATE TABLE b (y)' "UPDATE sqlite_schema SET sql = 'CREATE TABLE a (x) FANCY NEW' WHERE name = 'a'"
unreadable syntax 7 'malformed database schema (a) - near "NEW": syntax error'
by_hand view 'CREATE TABLE b (y); CREATE VIEW a AS SELECT 1' "UPDATE sqlite_schema SET sql = 'CREATE VIEW a AS FROM b |> SELECT 1' WHERE name = 'a'"
unreadable view 7 'malformed database schema (a)'
by_hand kind 'CREATE TABLE a (x)' "INSERT INTO sqlite_schema VALUES ('macro', 'm', 'm', 0, 'CREATE MACRO m')"
unreadable kind 7 'malformed database schema (m)'
by_hand orphan 'CREATE TABLE a (x); CREATE INDEX i ON a (x)' "DELETE FROM sqlite_schema WHERE name = 'a'"
unreadable orphan 7 'malformed database schema (i)'
# bytes NAME OFFSET TEXT: a table, and bytes of the file's header.
bytes() {
    sqlite3 "$1.db" 'CREATE TABLE a (x)'
    # shellcheck disable=SC2059 # escapes
    printf "$3" | dd of="$1.db" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
bytes format 44 '\000\000\000\005'
unreadable format 7 'has a schema format that SQLite'
bytes version 18 '\003\003'
unreadable version 7 'does not know the format of the file, or its header is damaged'
bytes magic 0 'sqlite'
unreadable magic 3 'the file is no SQLite database, or is encrypted'
head -c 8192 /dev/urandom >random.db
unreadable random 3 'the file is no SQLite database, or is encrypted'
mkdir folder.db
unreadable folder 3 'it is a folder'

# What the stock client writes about the torture file, loaded as a foreign dump.
sqlite3 torture.db <"$BL_SOURCE_DIR/tests/roundtrip/torture-sqlite.sql" >/dev/null
sqlite3 torture.db .dump >dump.sql
run 0 schema-load --url sqlite:dump.db --create --path dump.sql
"$compare" torture.db dump.db >differences
[ "$(grep '^differing' differences)" = 'differing: pragma application_id  [value]
differing: pragma user_version  [value]' ] || { cat differences >&2 && fail "its .dump loads differently"; }
sqlite3 torture.db .schema >schema.sql
run 0 schema-load --url sqlite:schema.db --create --path schema.sql
grep -q sqlite_sequence schema.sql || fail "no table of the library in .schema"
# It adds comments to views and IF NOT EXISTS to names: no object is missing, no table differs.
"$compare" torture.db schema.db >differences
grep -q '^missing 0  extra 0' differences || { cat differences >&2 && fail "its .schema loads differently"; }
grep '^differing: ' differences | grep -v '^differing: view \|^differing: pragma ' >&2 && fail "its .schema loads differently"
exit 0
