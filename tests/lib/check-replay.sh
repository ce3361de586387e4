# shellcheck shell=sh
# migrate check --replay on a server. Source it after check.sh and the server's functions; the test defines
#   sql TEXT      runs statements in the database
#   $url $engine  its URL; the connection's name

: "${url:?}" "${engine:?}"

write() { printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "${3:-}" >"database/migrations/$1.sql"; }

test_replay() {
    mkdir -p database/migrations
    printf '{ "connections": { "%s": { "url": "%s" } } }\n' "$engine" "$url" >database/connections.json
    write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name varchar(20));' 'DROP TABLE users;'
    write 2_posts 'CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id));' 'DROP TABLE posts;'
    run 0 migrate run
    run 0 migrate check --replay
    expect_err '2 migrations replayed'
    run 0 schema-dump
    run 0 migrate check --replay
    run 0 migrate check --offline --replay

    # What the database has more, and has otherwise.
    sql 'ALTER TABLE users ADD COLUMN secret integer'
    sql 'CREATE TABLE stray (x integer)'
    run 1 migrate check --replay
    grep -q '^table .*users: column "secret" is only in the database' stdout || fail "the column: $(cat stdout)"
    grep -q '^table .*stray: is only in the database' stdout || fail "the stray table: $(cat stdout)"
    run 0 schema-dump
    run 0 migrate check
    run 1 migrate check --replay --json
    grep -q '"name": ".*stray"' stdout || fail "the stray table: $(cat stdout)"
    expect_out 'is only in the snapshot'
    run 1 migrate check --offline --replay
    expect_out 'is only in the snapshot'
    expect_no_out 'in the database'
    sql 'ALTER TABLE users DROP COLUMN secret'
    sql 'DROP TABLE stray'
    run 0 schema-dump
    run 0 migrate check --replay

    # A file that runs no more.
    write 2_posts 'CREATE TABLE posts (id integer PRIMARY KEY, user_id nonsense);' 'DROP TABLE posts;'
    run 1 migrate check --replay --json
    expect_out '"kind": "replay"'
    expect_out '"where": "database/migrations/2_posts.sql:2:'
    write 2_posts 'CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id));' 'DROP TABLE posts;'

    # What must not run beside a live database: exit 5, with what was found so far.
    write 3_reach "$1" ''
    cp database/migrations/3_reach.sql kept
    write 3_reach 'SELECT 1;' ''
    run 0 migrate run
    mv kept database/migrations/3_reach.sql
    run 5 migrate check --replay
    expect_out '3_reach: was edited after it was applied'
    expect_err 'migration "database/migrations/3_reach" reaches '
    expect_err 'database/migrations/3_reach.sql:2:1'
    expect_err 'hint: name a server of its own with --scratch-url, or leave --replay out'
    run 5 migrate check --replay --scratch-url "$url"
    expect_err 'on the server of the live one'
    run 0 schema-dump
    run 5 migrate check --offline --replay --scratch-url "$url"
    expect_err 'on the server of the live one'
    write 3_reach 'SELECT 1;' ''
    sed -i 's/"url"/"production": true, "url"/' database/connections.json
    run 5 migrate check --replay
    expect_err 'is production: nothing is replayed beside it'
}
