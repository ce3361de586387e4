#!/bin/sh
# A product that cannot be written is an error (6), not a silence and not a signal.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

for words in 'migrate --help' 'schema-dump --version' 'migrate run --help'; do
    code=0
    # shellcheck disable=SC2086 # words
    $words >/dev/full 2>err || code=$?
    [ "$code" = 6 ] || fail "full disk: exit $code: $words"
    grep -q 'cannot write standard output: No space left on device' err || fail "$(cat err)"
    code=0
    # shellcheck disable=SC2086 # words
    $words >&- 2>err || code=$?
    [ "$code" = 6 ] || fail "closed: exit $code: $words"
    # shellcheck disable=SC2086 # words
    { { $words 2>err; echo $? >code; } | :; } || true
    case $(cat code) in
    0 | 6) ;; # 0: the pipe took all before its reader ended
    *) fail "pipe: exit $(cat code): $words" ;;
    esac
done
# An error of the command itself is worth more.
code=0
migrate elephant --json >/dev/full 2>err || code=$?
[ "$code" = 2 ] || fail "exit $code"
