# Odd schemas, one after the other: dump, load, dump again, with and without the rows of every table, with our loader and the stock
# client; a migration on top of each, taken back; wiped.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE zz_new (a);\nCREATE INDEX zz_index ON zz_new (a);\n-- migrate:down\nDROP TABLE zz_new;\n' >database/migrations/1_z.sql

not_ours="name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT GLOB 'adonis_schema' AND tbl_name NOT IN ('adonis_schema_versions', 'adonis_schema_journal')"

# schema DB: everything in it, in the order of its making.
schema() {
    sqlite3 "$1" "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE $not_ours ORDER BY rowid"
}

# Ordinary tables with rows to carry, one a line.
tables() {
    sqlite3 "$1" "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND instr(name, char(10)) = 0 ORDER BY name"
}

# rows DB: all values with their types, to the last bit.
rows() {
    tables "$1" >list
    while IFS= read -r table; do
        name=$(printf %s "$table" | sed "s/'/''/g")
        echo "-- $table"
        # Numbers as text have 15 digits, which is too few; the comparison is of all 64 bits.
        sqlite3 "$1" "SELECT 'SELECT ' || group_concat('typeof(' || q || ') || hex(CAST(' || q || ' AS BLOB)) || CASE typeof(' || q ||
                ') WHEN ''real'' THEN printf(''%!.20e'', ' || q || ') ELSE '''' END', ', ') || ' FROM \"' || replace('$name', '\"', '\"\"') || '\";'
            FROM (SELECT '\"' || replace(name, '\"', '\"\"') || '\"' AS q FROM pragma_table_xinfo('$name') LIMIT 500)" >query
        sqlite3 "$1" <query | LC_ALL=C sort
    done <list
}

# carry DB: its schema, then its rows.
carry() {
    db=$1 what=$(basename "$1" .db)
    round_trip "$PWD/$db"
    rows "$db" >rows.source
    set --
    while IFS= read -r table; do
        set -- "$@" "--data=$table"
    done <list
    [ $# -gt 0 ] || return 0
    run 0 schema-dump --url "sqlite:$db" --path "$what-rows.sql" "$@"
    run 0 schema-load --url "sqlite:$what-rows.db" --create --path "$what-rows.sql" --verify
    rows "$what-rows.db" >rows.copy
    expect_same rows.source rows.copy
    run 0 schema-dump --url "sqlite:$what-rows.db" --path "$what-again.sql" "$@"
    expect_same "$what-rows.sql" "$what-again.sql"
    sqlite3 "$what-rows-stock.db" <"$what-rows.sql" >stock 2>&1 || fail "$what: the stock program cannot load the rows: $(cat stock)"
    [ ! -s stock ] || fail "$what: the stock program says: $(cat stock)"
    rows "$what-rows-stock.db" >rows.copy
    expect_same rows.source rows.copy
}

# A migration on top, and back; a bootstrap from the snapshot with it; then everything goes.
migrate_on() {
    cp "$1" live.db
    schema live.db >schema.before
    run 0 migrate run --url sqlite:live.db
    run 0 schema-dump --url sqlite:live.db --path with.sql
    run 0 migrate run --create --url sqlite:bootstrapped.db --schema-path with.sql
    expect_err 'restored'
    expect_rows bootstrapped.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'zz_new'; SELECT count(*) FROM adonis_schema" '2
1'
    run 0 migrate rollback --url sqlite:live.db
    schema live.db >schema.after
    expect_same schema.before schema.after
    run 0 migrate wipe --force --url sqlite:live.db
    expect_rows live.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'" 0
    rm -f live.db* bootstrapped.db* with.*
}

LC_ALL=C awk '/^-- case /{ file = $3 ".part"; next } file { print >file }' "$BL_SOURCE_DIR/tests/roundtrip/odd-sqlite.sql"
printf 'CREATE TABLE "bell \007 escape \033[31m" ("\302\205\342\200\256\357\273\277" DEFAULT "\357\273\277");
CREATE TABLE "\360\237\221\251\342\200\215\360\237\232\200" (a);
INSERT INTO "bell \007 escape \033[31m" VALUES (1);\n' >controls.part
{
    printf 'CREATE TABLE wide (c0 INTEGER PRIMARY KEY'
    awk 'BEGIN { for (i = 1; i < 2000; i++) printf ", c%d INT DEFAULT %d", i, i }'
    echo '); CREATE INDEX last ON wide (c1999); INSERT INTO wide (c0) VALUES (7);'
    # As deep as the library lets it be.
    printf 'CREATE TABLE deep (a CHECK ('
    awk 'BEGIN { for (i = 0; i < 90; i++) printf "("; printf "a"; for (i = 0; i < 90; i++) printf ")" }'
    echo ')); CREATE VIEW v0 AS SELECT 1 AS a;'
    awk 'BEGIN { for (i = 1; i < 60; i++) printf "CREATE VIEW v%d AS SELECT a FROM v%d;\n", i, i - 1 }'
} >large.part
[ "$(find . -name '*.part' | wc -l)" = 32 ] || fail "not 32 cases: $(echo ./*.part)"
for part in *.part; do
    odd=${part%.part}
    sqlite3 -bail "$odd.db" <"$part" >/dev/null || fail "$odd cannot be made"
    before=$(cksum <"$odd.db")
    carry "$odd.db"
    migrate_on "$odd.db"
    [ "$before" = "$(cksum <"$odd.db")" ] || fail "$odd: the source changed"
done

rows rows.db >rows.source
[ "$(grep -c '^null' rows.source)" -gt 4 ] && [ "$(grep -c real rows.source)" -gt 20 ] && [ "$(wc -l <rows.source)" -gt 100 ] ||
    fail "the comparison of rows sees too little: $(wc -l <rows.source) lines"

# Texts that end in a comment, which the library lets stay open.
sqlite3 comments.db 'CREATE TABLE a (x) -- c
 WITHOUT /* x */ ROWID /* open' 2>/dev/null && fail "a key is needed"
sqlite3 comments.db 'CREATE TABLE a (x PRIMARY KEY) -- c
 WITHOUT /* x */ ROWID /* open'
sqlite3 comments.db 'CREATE INDEX i ON a (x)-- a line'
sqlite3 comments.db 'CREATE VIEW v AS SELECT 1 /* "open'
sqlite3 comments.db 'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END /* ''open'
run 0 schema-dump --url sqlite:comments.db --path comments.sql
run 0 schema-load --url sqlite:comments-copy.db --create --path comments.sql --verify
run 0 schema-dump --url sqlite:comments-copy.db --path comments-again.sql
expect_same comments.sql comments-again.sql
sqlite3 -bail comments-stock.db <comments.sql || fail "the stock program cannot load what ends in comments"
for copy in comments-copy.db comments-stock.db; do
    expect_rows "$copy" "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name); SELECT sql FROM sqlite_schema WHERE name = 'v'" \
        'a,i,t,v
CREATE VIEW v AS SELECT 1 /* "open*/'
done
run 0 schema-dump --url sqlite:comments-copy.db --path comments.sql --check
