# shellcheck shell=sh
# Round trips on MySQL and MariaDB. Source it after mysql.sh.

: "${my_servers:=}" "${my_test:=}" "${my_key:=}" "${my_dir:=}" "${my_compare:=}"
corpus=$BL_SHARED/corpus
[ -d "$corpus" ] || skip "no corpus at $corpus"
torture=$BL_SOURCE_DIR/tests/roundtrip/torture

# every_server COMMAND...: runs it on each server; says which are not there. One that fails does not hide the next.
every_server() {
    every_failed=
    for every_key in $my_servers; do
        (
            trap - EXIT
            my_server "$every_key"
            "$@"
        ) || every_failed="$every_failed $every_key"
    done
    [ -z "${my_absent:-}" ] || echo "skipped: $(echo "$my_absent" | wc -w) servers cannot be had: $my_absent" >&2
    [ -z "$every_failed" ] || fail "$*:$every_failed"
}

# torture_parts: the files that the server understands.
torture_parts() {
    case $my_key in
    mariadb*) echo portable newer mariadb ;;
    mysql9) echo portable newer mysql ;;
    mysql56) echo portable mysql56 ;;
    esac
}

# torture WORD [PART...]: the database WORD from the parts (default: all that the server understands). The database
# "other" is what they refer to.
torture() {
    torture_word=$1
    shift
    [ $# -gt 0 ] || {
        # shellcheck disable=SC2046 # words
        set -- $(torture_parts)
    }
    if [ -z "$(my_client -e "SHOW DATABASES LIKE '$(my_name other | sed 's/_/\\_/g')'")" ]; then
        my_create other
        my_sql other 'CREATE TABLE far (id int PRIMARY KEY) ENGINE=InnoDB'
        case $my_key in mariadb*) my_sql other 'CREATE SEQUENCE far_numbers' ;; esac
    fi
    my_create "$torture_word"
    for torture_part in "$@"; do
        sed "s/@DB@/$(my_name "$torture_word")/g; s/@OTHER@/$(my_name other)/g" "$torture/$torture_part.sql" >torture.sql
        my_file "$torture_word" torture.sql
    done
}

# from_schema WORD FILE: from a schema file of the corpus.
from_schema() {
    my_create "$1"
    my_file "$1" "$corpus/schemas/$2"
}

# replay WORD: runs the scripts that are named on stdin in the order of their lines, each as a client of its own does.
replay() {
    my_create "$1"
    while read -r file; do
        mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=utf8mb4 --comments -D "$(my_name "$1")" <"$file" >client.out 2>&1 || {
            cat client.out >&2
            fail "$my_key: $file"
        }
    done
}

# up_parts FOLDER MARKER-UP MARKER-DOWN: files with both directions, cut; prints their names in order.
up_parts() {
    mkdir -p up
    for file in "$1"/*.sql; do
        awk -v up="$2" -v down="$3" 'index($0, up) { on = 1; next } index($0, down) { on = 0 } on' "$file" >"up/$(basename "$file")"
        echo "up/$(basename "$file")"
    done | sort
}

# More options of the judge, with the reason where they are set.
trip_judge=

# trip WORD FILE MODE: dump, load under another name, dump again: the same bytes; the copy is the same, also as the stock
# client makes it. MODE is "definers" (they are kept) or "plain".
trip() {
    trip_source=$1
    trip_file=$2
    trip_options='' trip_ignore=--ignore-definer
    [ "$3" != definers ] || trip_options=--keep-definer trip_ignore=
    # shellcheck disable=SC2086 # words
    run 0 schema-dump --url "$(my_url "$trip_source")" --path "$trip_file-a.sql" $trip_options
    grep -a '/\*!' "$trip_file-a.sql" >version.comments && [ -z "${trip_comments_allowed:-}" ] &&
        fail "$my_key: version comments in the dump: $(head -n 2 version.comments)"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path "$trip_file-a.sql" --verify
    # shellcheck disable=SC2086
    run 0 schema-dump --url "$(my_url copy)" --path "$trip_file-b.sql" $trip_options
    expect_same "$trip_file-a.sql" "$trip_file-b.sql"
    # shellcheck disable=SC2086
    expect_my_same "$trip_source" copy $trip_ignore $trip_judge
    # The stock client discards nothing and says nothing.
    my_create stock
    my_file stock "$trip_file-a.sql"
    [ ! -s client.out ] || fail "$my_key: the stock client says: $(head -n 3 client.out)"
    # shellcheck disable=SC2086
    expect_my_same "$trip_source" stock $trip_ignore $trip_judge
    [ ! -e injected ] || fail "$my_key: a name broke out of the dump"
    my_drop stock
}

# fingerprint WORD: all that the server tells about a database without being asked for a text.
fingerprint() {
    for facts in "SCHEMATA schema_name" "TABLES table_schema" "COLUMNS table_schema" "VIEWS table_schema" "ROUTINES routine_schema" \
        "PARAMETERS specific_schema" "TRIGGERS trigger_schema" "EVENTS event_schema" "PARTITIONS table_schema" "STATISTICS table_schema" \
        "KEY_COLUMN_USAGE table_schema" "REFERENTIAL_CONSTRAINTS constraint_schema" "TABLE_CONSTRAINTS table_schema"; do
        columns=$(my_client -e "SELECT group_concat(concat('\`', column_name, '\`') ORDER BY column_name) FROM information_schema.columns
            WHERE table_schema = 'information_schema' AND table_name = '${facts% *}'
            AND column_name NOT IN ('TABLE_ROWS', 'AVG_ROW_LENGTH', 'DATA_LENGTH', 'INDEX_LENGTH', 'MAX_INDEX_LENGTH', 'MAX_DATA_LENGTH', 'DATA_FREE',
                'CREATE_TIME', 'UPDATE_TIME', 'CHECK_TIME', 'CHECKSUM', 'CARDINALITY', 'LAST_EXECUTED', 'TEMPORARY')")
        echo "-- ${facts% *}"
        my_client -e "SET SESSION group_concat_max_len = 100000; SELECT $columns FROM information_schema.${facts% *} WHERE ${facts#* } = '$(my_name "$1")'" |
            LC_ALL=C sort
    done
}

# round_trip WORD: both modes; a dump that is not changed is not written; the source is what it was.
round_trip() {
    fingerprint "$1" >before
    [ "$(wc -c <before)" -gt 1000 ] || fail "no fingerprint: $(cat before)"
    trip "$1" "$1-definers" definers
    trip "$1" "$1-plain" plain
    stamp=$(stat -c '%Y %i' "$1-plain-a.sql" "$1-plain-a.meta.json")
    run 0 schema-dump --url "$(my_url "$1")" --path "$1-plain-a.sql"
    [ "$stamp" = "$(stat -c '%Y %i' "$1-plain-a.sql" "$1-plain-a.meta.json")" ] || fail "$my_key: an unchanged dump was written again"
    run 0 schema-dump --url "$(my_url "$1")" --path "$1-plain-a.sql" --check
    expect_lines 0
    fingerprint "$1" >after
    expect_same before after
    my_drop "$1"
    my_drop copy
}
