# The squash of every shared history of PostgreSQL: proved, loaded, resumed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-history.sh"

: "${pg_catalog:=}" "${pg_host:=}" "${pg_version:=}"
here=$PWD

begin() {
    cd "$here" || exit 1
    word=$1
    pg_create "$word"
    history_project "$1" "$2" "$3" "$(pg_url "$word")"
    run 0 migrate run --compact-output
    "$pg_catalog" "$(pg_info "$word")" >live.txt || fail "cannot read $word"
}

reopen() {
    pg_create "$word"
}

judge() {
    # shellcheck disable=SC2086 # options
    run 0 schema-dump --path after.sql $data
    same_dump "$word, $1"
    "$pg_catalog" "$(pg_info "$word")" >copy.txt || fail "cannot read $word"
    diff live.txt copy.txt | head -20 >differences
    [ ! -s differences ] || fail "$word, $1: $(cat differences)"
}

data=''
begin ncps ncps/postgres dbmate
squash_history 8
begin authelia authelia/postgres versioned
squash_history 26

# Two tables hold rows after the replay.
for history in 'minder minder golang-migrate 117' 'crates crates.io diesel 285'; do
    # shellcheck disable=SC2086 # words
    set -- $history
    begin "$1" "$2" "$3"
    code=0
    migrate squash --archive old >stdout 2>stderr || code=$?
    [ "$code" = 5 ] || fail "$1: exit $code: $(cat stderr)"
    expect_err 'of 2 tables that migrations put there would get lost'
    data=$(sed -n 's/^warning: table \([^ :]*\): .*/--data \1/p' stderr | tr '\n' ' ')
    # shellcheck disable=SC2086 # options
    squash_history "$4" $data
done

data=''
begin trigger trigger.dev prisma
squash_history 820
