#!/bin/sh
# --json: one document on stdout, also when the words are wrong.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

for words in 'schema-dump --json --no-such-option' 'schema-load --clones x --json' 'migrate --json' \
    'migrate elephant --json' 'migrate run --json --to' 'migrate status --json'; do
    # shellcheck disable=SC2086 # words
    run 2 $words
    expect_out '"status": "error"'
    expect_out '"code": "usage"'
    expect_out '"connection": null'
    expect_out '"durationMs": '
    [ "$(head -n 1 stdout)" = '{' ] || fail "stdout does not start with the document: $words"
    [ "$(tail -n 1 stdout)" = '}' ] || fail "stdout does not end with the document: $words"
done

# Behind "--" it is no option.
run 2 migrate status -- --json
expect_lines 0
