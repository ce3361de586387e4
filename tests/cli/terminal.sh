#!/bin/sh
# On a terminal there are colours, unless they are not wanted, and in production a question.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

command -v script >/dev/null || skip 'no script(1)'
escape=$(printf '\033')

# on_terminal CODE COMMAND: runs it on a terminal of its own; what it prints is left in ./stdout.
on_terminal() {
    code=0
    script -qec "$2" /dev/null >stdout 2>&1 || code=$?
    [ "$code" = "$1" ] && return 0
    cat stdout >&2
    fail "exit $code, not $1: $2"
}

TERM=xterm
export TERM
on_terminal 2 'migrate status' </dev/null
expect_out "migrate: ${escape}[1;31merror:${escape}[0m no database is named"
for plain in 'NO_COLOR=1 migrate status' 'TERM=dumb migrate status' 'migrate status --no-color'; do
    on_terminal 2 "$plain" </dev/null
    expect_out 'migrate: error: no database is named'
    expect_no_out "$escape"
done
on_terminal 2 'NO_COLOR= migrate status' </dev/null
expect_out "${escape}[1;31merror:"

# Without a terminal there is nothing to ask, and nothing is made.
APP_ENV=production
export APP_ENV
mkdir -p database/migrations
echo '-- migrate:up' >database/migrations/1_a.sql
run 5 migrate run --create --url sqlite:app.sqlite3
expect_err 'will not migrate "sqlite" in production'
expect_err '--force'
[ ! -e app.sqlite3 ] || fail 'a database was made'

echo n | on_terminal 5 'migrate run --create --url sqlite:app.sqlite3' || exit 1
expect_out 'migrate "sqlite" in production? [y/N]'
expect_out 'nothing was done'
[ ! -e app.sqlite3 ] || fail 'a database was made'
echo | on_terminal 5 'migrate run --create --url sqlite:app.sqlite3' || exit 1
echo y | on_terminal 0 'migrate run --create --url sqlite:app.sqlite3' || exit 1
[ -e app.sqlite3 ] || fail 'no database was made'
run 0 migrate run --force --url sqlite:app.sqlite3
