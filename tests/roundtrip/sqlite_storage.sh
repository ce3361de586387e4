# The pragmas that belong to a schema come along.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

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
