#!/bin/sh
# --help of every tool and command: on stdout, exit 0, at most 80 columns, with usage, an example and the exit codes.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

# commands: the names that "migrate --help" lists.
commands() {
    migrate --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }'
}

check_help() {
    run 0 "$@"
    [ -s stderr ] && fail "stderr is not empty: $*"
    awk 'length > 80 { bad = 1; print } / $/ { bad = 1; print "blank at the end: " $0 } END { exit bad }' \
        stdout || fail "a line of: $*"
    expect_out 'Usage: '
    expect_out 'Connection options:'
    expect_out 'Output options:'
    expect_out 'Exit codes:'
    expect_out '  5 refused to protect data'
}

for tool in schema-dump schema-load; do
    check_help "$tool" --help
    expect_out "Usage: $tool [OPTIONS]"
    expect_out 'Example:'
    expect_out "  $tool "
done
check_help migrate --help
expect_out 'Usage: migrate COMMAND [OPTIONS]'

[ "$(commands | wc -l)" -ge 12 ] || fail 'migrate --help lists fewer than 12 commands'
for command in $(commands); do
    check_help migrate "$command" --help
    expect_out "Usage: migrate $command [OPTIONS]"
    expect_out 'Example:'
    expect_out "  migrate $command"
    cp stdout long
    run 0 migrate "$command" -h
    expect_same stdout long
    run 0 migrate "$command" --help --no-such-option
    expect_same stdout long
done
exit 0
