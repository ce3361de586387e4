#!/bin/sh
# --version: one line on stdout, the same number in all tools.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

for tool in schema-dump schema-load migrate; do
    run 0 "$tool" --version
    expect_lines 1
    grep -Eqx "$tool [0-9]+\.[0-9]+\.[0-9]+" stdout || fail "$(cat stdout)"
    cut -d' ' -f2 stdout >>numbers
    run 0 "$tool" -q --version --no-such-option
done
[ "$(sort -u numbers | wc -l)" -eq 1 ] || fail 'the tools have different versions'
