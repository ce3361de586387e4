# A load into SQLite is one transaction, so that there is nothing to undo; with a mark all the same, rows of virtual tables count.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

cat >s.sql <<'END'
CREATE TABLE t (id INTEGER PRIMARY KEY, named TEXT);
CREATE VIRTUAL TABLE words USING fts5(text);
CREATE INDEX by_name ON t (named);
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE VIEW v AS SELECT named FROM t;
END
begin() {
    rm -f x.db*
    run 0 schema-load --url sqlite:x.db --create --path s.sql
    sqlite3 x.db "CREATE TABLE adonis_schema_journal (id integer not null primary key autoincrement, ledger_id integer, name varchar(255) not null,
        raw_digest varchar(80), token_digest varchar(80), direction varchar(4) not null default 'up', state varchar(16) not null, statement integer not null
        default 0, message text, duration_ms integer, applied_by varchar(255), started_at datetime default CURRENT_TIMESTAMP);
        INSERT INTO adonis_schema_journal (name, raw_digest, direction, state) VALUES ('s.sql', 'sha256:$(sha256sum s.sql | cut -d ' ' -f 1)', 'load', 'running'); $1"
}
stays() {
    begin "$2"
    run 5 schema-load --url sqlite:x.db --path s.sql --undo
    expect_err "nothing was dropped: $1"
    expect_rows x.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'words', 'v', 'g', 'by_name')" 5
}
sqlite3 none.db VACUUM
run 2 schema-load --url sqlite:none.db --create --path s.sql --undo
expect_err 'exclude each other'
run 0 schema-load --url sqlite:none.db --path s.sql --undo
expect_err 'nothing to undo'
stays 'virtual table "words" holds rows' "INSERT INTO words VALUES ('mine')"
expect_rows x.db 'SELECT text FROM words' mine
stays 'virtual table "named" is not in the snapshot' "CREATE VIRTUAL TABLE named USING fts5(a)"
stays 'table "named" is not' 'CREATE TABLE named (x)'
stays 'view "id" is not' 'CREATE VIEW id AS SELECT 1'
stays 'trigger "named" is not' 'CREATE TRIGGER named AFTER DELETE ON t BEGIN SELECT 1; END'
stays 'table "t" holds rows' 'INSERT INTO t VALUES (1, 1)'
begin ''
run 0 schema-load --url sqlite:x.db --path s.sql --undo
expect_rows x.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'" 0
