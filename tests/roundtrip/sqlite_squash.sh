# The squash of every shared history of SQLite: proved, loaded, resumed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-history.sh"

here=$PWD
compare=$BL_SHARED/tools/lite-compare

begin() {
    cd "$here" || exit 1
    history_project "$1" "$2" "$3" sqlite:app.db "${4:-}"
    : >app.db
    run 0 migrate run --compact-output
    cp app.db live.db
}

reopen() {
    rm app.db
    : >app.db
}

# The ledger and its clock are not the schema's.
judge() {
    # shellcheck disable=SC2086 # options
    run 0 schema-dump --path after.sql $data
    same_dump "$1"
    "$compare" --exact live.db app.db >differences 2>&1 || {
        grep -v adonis_schema differences >left || :
        [ ! -s left ] || fail "$1: $(head -5 left)"
    }
}

begin gophish gophish/sqlite3 goose
data=''
refused_out=$(migrate squash --archive old 2>&1) && fail "rows would get lost"
case $refused_out in
*'table roles: 2 rows'*) ;;
*) fail "the roles are not named: $refused_out" ;;
esac
data='--data roles --data permissions --data role_permissions'
# shellcheck disable=SC2086 # options
squash_history 25 $data

begin ncps ncps/sqlite dbmate
data=''
squash_history 14

komga_values=', "placeholders": { "library-file-hashing": "true", "library-scan-startup": "false",
    "delete-empty-collections": "true", "delete-empty-read-lists": "true" }'
begin komga komga flyway "$komga_values"
data='--data SERVER_SETTINGS'
# shellcheck disable=SC2086 # options
squash_history 86 $data
