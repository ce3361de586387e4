# The pragmas that belong to a schema come along.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

# An empty database that was made otherwise cannot take them: that is said, and it stays as it is.
sqlite3 made.db "PRAGMA encoding = 'UTF-16le'; PRAGMA auto_vacuum = 1; CREATE TABLE t (a)"
run 0 schema-dump --url sqlite:made.db --path made.sql
sqlite3 other.db VACUUM
cp other.db before.db
run 5 schema-load --url sqlite:other.db --path made.sql
expect_err 'the database was made without what the snapshot begins with: PRAGMA '
expect_err 'hint: nothing was loaded; load into a new database'
expect_same before.db other.db
: >new.db
run 0 schema-load --url sqlite:new.db --path made.sql --verify

for encoding in UTF-8 UTF-16le UTF-16be; do
    for page_size in 512 4096 65536; do
        for auto_vacuum in 0 1 2; do
            db=$PWD/s-$encoding-$page_size-$auto_vacuum.db
            sqlite3 "$db" "PRAGMA encoding = '$encoding'; PRAGMA page_size = $page_size; PRAGMA auto_vacuum = $auto_vacuum;
                CREATE TABLE t (a TEXT PRIMARY KEY, b DEFAULT 'ä  ö'); CREATE INDEX i ON t (b);
                PRAGMA user_version = -42; PRAGMA application_id = 252006675;"
            round_trip "$db"
            expect_rows "$(basename "$db" .db)-copy.db" "PRAGMA user_version; PRAGMA application_id" "-42
252006675"
        done
    done
done
