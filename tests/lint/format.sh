#!/bin/sh
# Every C file is formatted as .clang-format says.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

check() {
    # shellcheck disable=SC2046 # one word a file
    clang-format --style="file:$root/.clang-format" --dry-run -Werror $(product_files) $(test_files) 2>&1
}

self_test() {
    seed common/base/a.c 'int a;' 'int  b;'
    finds common/base/a.c:2:
}

lint_main "$@"
