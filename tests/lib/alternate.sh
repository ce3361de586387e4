# shellcheck shell=sh
# What the tests share in which dbmate and migrate take turns on one history. $url is the database
# as both call it; lib/check.sh comes first.

: "${url:?}"
dbmate=$BL_BUILD_DIR/dbmate/dbmate
[ -x "$dbmate" ] || skip "dbmate is not installed: sh tests/lib/dbmate.sh install"

# peer ARG...: dbmate on the project's folder; must succeed.
peer() {
    "$dbmate" --url "$url" --migrations-dir db/migrations --no-dump-schema "$@" >peer.out 2>&1 || {
        cat peer.out >&2
        fail "dbmate $*"
    }
}

# expect_both APPLIED PENDING: what each tool says of the history.
expect_both() {
    peer status
    grep -qx "Applied: $1" peer.out || {
        cat peer.out >&2
        fail "dbmate does not say that $1 are applied"
    }
    grep -qx "Pending: $2" peer.out || fail "dbmate does not say that $2 are pending"
    run 0 migrate status
    [ "$(grep -c '^  completed ' stdout)" = "$1" ] || fail "status does not have $1 completed: $(cat stdout)"
    [ "$(grep -c '^  pending ' stdout)" = "$2" ] || fail "status does not have $2 pending: $(cat stdout)"
    expect_no_err disagree
}

# make_history FOLDER: half of the files of a real history in the project, the rest aside.
make_history() {
    mkdir -p db/migrations database later
    cp "$1"/*.sql db/migrations
    n=$(find db/migrations -name '*.sql' | wc -l)
    half=$((n / 2))
    find db/migrations -name '*.sql' | sort | tail -n +$((half + 1)) | while read -r file; do
        mv "$file" later
    done
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "convention": "dbmate", "paths": ["db/migrations"] } } } }\n' \
        "$url" >database/connections.json
}

# take_turns: half by dbmate, adopted, the rest by migrate; then back and forth again.
take_turns() {
    peer up
    run 5 migrate run
    expect_err 'migrate adopt --from dbmate'
    run 5 migrate rollback
    run 0 migrate status
    expect_err 'disagree'
    run 0 migrate adopt --from dbmate --dry-run
    expect_lines "$half"
    run 5 migrate run
    run 0 migrate adopt --from dbmate
    expect_err "adopted $half migration"
    expect_both "$half" 0
    run 0 migrate adopt --from dbmate
    expect_err 'nothing to adopt'

    mv later/*.sql db/migrations
    expect_both "$half" $((n - half))
    run 0 migrate run
    expect_both "$n" 0
    run 0 migrate check

    peer down
    run 5 migrate rollback --step 1
    expect_err 'only in the ledger'
    run 0 migrate adopt --from dbmate
    expect_out 'forget'
    expect_both $((n - 1)) 1
    run 0 migrate rollback --step 1
    expect_both $((n - 2)) 2
    peer up
    run 0 migrate adopt --from dbmate
    expect_both "$n" 0
}

# bootstrap_turn: a snapshot carries dbmate's table; a new database made from it is one of dbmate's.
bootstrap_turn() {
    run 0 schema-dump
    run 0 migrate check
    expect_err 'agree'
}
