# shellcheck shell=sh
# Round trips on PostgreSQL. Source it after postgres.sh.

: "${pg_versions:=}" "${pg_newest:=}"
corpus=$BL_SHARED/corpus
[ -d "$corpus" ] || skip "no corpus at $corpus"
zoo=$BL_SOURCE_DIR/tests/roundtrip/zoo

# from_zoo WORD NAME [VERSION]: the database WORD from zoo/NAME.sql and what newer servers brought, up to the
# server's own version or VERSION.
from_zoo() {
    pg_create "$1"
    pg_file "$1" "$zoo/$2.sql"
    for pg_news in 16 17 18; do
        [ "$pg_news" -le "${3:-$pg_version}" ] && [ -f "$zoo/$2-$pg_news.sql" ] || continue
        pg_file "$1" "$zoo/$2-$pg_news.sql"
    done
}

# zoo_names: the animals, without those of newer servers.
zoo_names() {
    for file in "$zoo"/*.sql; do
        basename "$file" .sql
    done | grep -v -- '-1[0-9]$'
}

# from_schema WORD FILE: from a schema file of the corpus.
from_schema() {
    pg_create "$1"
    pg_file "$1" "$corpus/schemas/$2"
}

# The histories in the order of their tools. What a script sets does not reach the next one.
# replay WORD: runs the scripts that are named on stdin.
replay() {
    pg_create "$1"
    while read -r file; do
        # A script need not end with a semicolon, nor with the end of a line.
        cat "$file"
        printf '\n;\nRESET ALL;\n'
    done >replay.sql
    pg_file "$1" replay.sql
}

from_prisma() {
    for folder in "$2"/*/; do
        echo "${folder}migration.sql"
    done | sort | replay "$1"
}

# Diesel's order is that of the versions without their dashes.
from_diesel() {
    for folder in "$2"/*/; do
        name=$(basename "$folder")
        echo "$(echo "${name%%_*}" | tr -d -) ${folder}up.sql"
    done | sort | cut -d' ' -f2- | replay "$1"
}

from_numbered() {
    for file in "$2"/*.up.sql; do
        echo "$file"
    done | sort -V | replay "$1"
}

from_dbmate() {
    mkdir -p up
    for file in "$2"/*.sql; do
        sed -n '/^-- migrate:up/,/^-- migrate:down/p' "$file" >"up/$(basename "$file")"
        echo "up/$(basename "$file")"
    done | sort | replay "$1"
}

# headings FILE: the objects of a snapshot, in their order.
headings() {
    grep -E '^-- [a-z]' "$1"
}

# trip WORD FILE OPTION...: dump, load, dump again: the same bytes; the copy is the same, and with owners and grants also
# as psql makes it. The options are those of the judge: --no-owner --no-acl, or none.
trip() {
    trip_source=$1
    trip_file=$2
    shift 2
    trip_with='--with-owner --with-acl'
    [ $# = 0 ] || trip_with=
    # shellcheck disable=SC2086 # words
    run 0 schema-dump --url "$(pg_url "$trip_source")" --path "$trip_file-a.sql" $trip_with
    python3 "$BL_SOURCE_DIR/tests/lib/pg-deparse" "$(pg_info "$trip_source")" "$trip_file-a.sql" >deparse.out ||
        fail "the server's text is another one: $(head -n 3 deparse.out)"
    pg_create copy
    run 0 schema-load --url "$(pg_url copy)" --path "$trip_file-a.sql" --verify
    # shellcheck disable=SC2086
    run 0 schema-dump --url "$(pg_url copy)" --path "$trip_file-b.sql" $trip_with
    expect_same "$trip_file-a.sql" "$trip_file-b.sql"
    expect_pg_same "$trip_source" copy "$@"
    [ $# = 0 ] || return 0
    pg_create stock
    pg_file stock "$trip_file-a.sql" -1
    # The text has a transaction of its own: psql's COMMIT, which -1 adds, finds none.
    [ ! -s psql.out ] || grep -vE '^psql:.*(NOTICE|WARNING):|^WARNING:  there is no transaction in progress$|^(DETAIL|HINT):|^$' \
        psql.out >psql.err || :
    [ ! -s psql.err ] || fail "psql says: $(head -n 3 psql.err)"
    expect_pg_same "$trip_source" stock "$@"
    pg_drop stock
}

# round_trip WORD: with owners and grants; on the oldest and the newest server also without them, and unchanged; and what
# 15 wrote on the newest.
round_trip() {
    trip "$1" "$1-full"
    case $pg_version in
    16 | 17)
        pg_drop "$1"
        pg_drop copy
        return 0
        ;;
    esac
    trip "$1" "$1-plain" --no-owner --no-acl
    stamp=$(stat -c '%Y %i' "$1-plain-a.sql" "$1-plain-a.meta.json")
    run 0 schema-dump --url "$(pg_url "$1")" --path "$1-plain-a.sql"
    [ "$stamp" = "$(stat -c '%Y %i' "$1-plain-a.sql" "$1-plain-a.meta.json")" ] || fail "an unchanged dump was written again"
    run 0 schema-dump --url "$(pg_url "$1")" --path "$1-plain-a.sql" --check
    expect_lines 0
    if [ "$pg_version" = 15 ] && [ "$pg_newest" != 15 ]; then
        pg_server "$pg_newest"
        pg_create newer
        run 0 schema-load --url "$(pg_url newer)" --path "$1-full-a.sql"
        run 0 schema-dump --url "$(pg_url newer)" --path newer.sql --with-owner --with-acl
        # The text of a view is the server's; the objects and their order are the same.
        headings "$1-full-a.sql" >objects
        headings newer.sql >objects.newer
        expect_same objects objects.newer
        pg_drop newer
        pg_server 15
    fi
    pg_drop "$1"
    pg_drop copy
}

# round_trip_everywhere BUILDER WORD ARGUMENT: on the oldest and the newest server.
round_trip_everywhere() {
    for version in "${pg_versions%% *}" "$pg_newest"; do
        pg_server "$version"
        "$@"
        round_trip "$2"
        [ "${pg_versions%% *}" != "$pg_newest" ] || break
    done
}

# round_trip_zoo: every animal, on the server that was chosen; one that fails does not hide the next.
round_trip_zoo() {
    zoo_failed=
    for animal in $(zoo_names); do
        (from_zoo "$animal" "$animal" && round_trip "$animal") || zoo_failed="$zoo_failed $animal"
    done
    [ -z "$zoo_failed" ] || fail "PostgreSQL $pg_version:$zoo_failed"
}
