# shellcheck shell=sh
# Building real databases for the SQLite tests. Source it after check.sh.

corpus=$BL_SHARED/corpus
compare=$BL_SHARED/tools/lite-compare
[ -d "$corpus" ] || skip "no corpus at $corpus"

# from_schema DB FILE: a database from a schema file of the corpus.
from_schema() {
    sqlite3 -bail "$1" <"$2" >/dev/null || fail "building $1"
}

# The histories in the order and by the transaction rules of their tools, with the stock program.
# from_dbmate DB DIR, from_goose DB DIR, from_flyway DB DIR
from_dbmate() {
    for file in "$2"/*.sql; do
        sed -n '/^-- migrate:up/,/^-- migrate:down/p' "$file" | sqlite3 -bail "$1" || fail "$file"
    done
}

from_goose() {
    for file in "$2"/*.sql; do
        sed -n '/^-- +goose Up/,/^-- +goose Down/p' "$file" | sqlite3 -bail "$1" || fail "$file"
    done
}

from_flyway() {
    for file in "$2"/V*.sql; do
        sed -e 's/\${library-file-hashing}/true/' -e 's/\${library-scan-startup}/false/' \
            -e 's/\${delete-empty-collections}/true/' -e 's/\${delete-empty-read-lists}/true/' "$file" |
            sqlite3 -bail "$1" >/dev/null || fail "$file"
    done
}

# round_trip DB: dump A, load A, dump B: A and B are equal bytes, the copy is identical, also as the
# stock program makes it, and a second dump touches neither file.
round_trip() {
    name=$(basename "$1" .db)
    run 0 schema-dump --url "sqlite:$1" --path "$name-a.sql"
    run 0 schema-load --url "sqlite:$name-copy.db" --create --path "$name-a.sql" --verify
    expect_no_err 'is not in this SQLite library'
    run 0 schema-dump --url "sqlite:$name-copy.db" --path "$name-b.sql"
    expect_same "$name-a.sql" "$name-b.sql"
    "$compare" --exact --storage --check "$1" "$name-copy.db" >differences || {
        cat differences >&2
        fail "$name: the copy differs"
    }
    sqlite3 "$name-stock.db" <"$name-a.sql" >stock 2>&1 || fail "$name: the stock program cannot load it: $(cat stock)"
    [ ! -s stock ] || fail "$name: the stock program says: $(cat stock)"
    "$compare" --exact --storage "$1" "$name-stock.db" >differences || {
        cat differences >&2
        fail "$name: the copy of the stock program differs"
    }
    stamp=$(stat -c '%Y %i' "$name-a.sql" "$name-a.meta.json")
    run 0 schema-dump --url "sqlite:$1" --path "$name-a.sql"
    [ "$stamp" = "$(stat -c '%Y %i' "$name-a.sql" "$name-a.meta.json")" ] || fail "$name: an unchanged dump was written again"
    run 0 schema-dump --url "sqlite:$1" --path "$name-a.sql" --check
    expect_lines 0
}
