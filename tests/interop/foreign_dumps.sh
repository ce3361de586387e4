# Dumps that the stock program wrote: .dump, .schema, .schema --indent.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

sqlite3 source.db "
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT 'x  y');
    INSERT INTO users (name) VALUES ('Ann'), ('it''s; not'), ('-- Bob');
    CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
    INSERT INTO posts VALUES (7, 1);
    CREATE VIEW v AS SELECT name FROM users;
    CREATE TRIGGER t AFTER INSERT ON posts BEGIN UPDATE users SET name = 'a;b' WHERE id = NEW.user_id; END;
    CREATE VIRTUAL TABLE notes USING fts5 (body);
    INSERT INTO notes VALUES ('hello world');
    CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1);
    INSERT INTO boxes VALUES (1, 0, 2);
    PRAGMA user_version = 3;"
sqlite3 source.db .dump >dump.sql
run 0 schema-load --url sqlite:dump.db --create --path dump.sql
expect_err 'has no manifest'
"$compare" --check source.db dump.db >differences || {
    # .dump itself forgets user_version.
    [ "$(grep -c '^differing' differences)" = 1 ] && grep -q 'pragma user_version' differences ||
        fail "$(cat differences)"
}
expect_rows dump.db "SELECT group_concat(name, '|') FROM users; SELECT body FROM notes WHERE notes MATCH 'world'" "Ann|it's; not|-- Bob
hello world"
expect_rows dump.db "PRAGMA integrity_check" ok

sqlite3 plain.db "CREATE TABLE a (x DEFAULT 'p  q'); CREATE INDEX i ON a (x); CREATE VIEW v AS SELECT x FROM a;"
sqlite3 plain.db .schema >schema.sql
run 0 schema-load --url sqlite:schema.db --create --path schema.sql
"$compare" --no-shadow plain.db schema.db | grep -q 'missing 0  extra 0' || fail ".schema was not loaded whole"

# A dump that says itself that it failed.
printf 'BEGIN TRANSACTION;\nCREATE TABLE a (b);\nROLLBACK; -- due to errors\n' >failed.sql
run 5 schema-load --url sqlite:failed.db --create --path failed.sql
[ ! -e failed.db ] || fail "a refused load left a database"

# What reaches outside is refused, with its line.
for bad in "ATTACH 'other.db' AS o;" '.shell touch pwned' "VACUUM INTO 'copy.db';"; do
    printf 'CREATE TABLE a (b);\n%s\n' "$bad" >bad.sql
    run 5 schema-load --url sqlite:bad.db --create --path bad.sql
    expect_err 'bad.sql:2:1'
    [ ! -e bad.db ] || fail "a refused load left a database: $bad"
    [ ! -e pwned ] && [ ! -e other.db ] && [ ! -e copy.db ] || fail "it was run: $bad"
done

# What is no SQL here is no command either.
printf '\\! touch pwned\n' >bad.sql
run 4 schema-load --url sqlite:bad.db --create --path bad.sql
[ ! -e pwned ] || fail "it was run"
