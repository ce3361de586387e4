#!/bin/sh
# Spelling of code, comments and documents.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

check() {
    codespell --quiet-level=2 --ignore-words="$root/tests/lint/codespell.words" \
        --skip='./build*,./.git,*/node_modules,./tests/cases,./tests/fuzz/corpus,*.words' .
}

self_test() {
    seed README.md 'A good line.' 'This is t''eh fault.'
    finds README.md:2:
}

lint_main "$@"
