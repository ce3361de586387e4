#!/bin/sh
# clang-tidy over the product, with the flags of the clang build.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

check() {
    if [ ! -f build/clang/compile_commands.json ]; then
        echo "build/clang/compile_commands.json: not there: cmake --preset clang" >&2
        return 1
    fi
    product_files | grep '\.c$' | xargs -n 1 -P 2 clang-tidy --quiet -p build/clang 2>/dev/null
}

self_test() {
    cp "$root/.clang-tidy" .
    seed common/base/a.c 'int f(int BadName);' 'int f(int BadName) { return BadName; }'
    seed build/clang/compile_commands.json \
        "[{\"directory\": \"$PWD\", \"file\": \"common/base/a.c\", \"command\": \"cc -c common/base/a.c\"}]"
    finds common/base/a.c:2: identifier-naming
}

lint_main "$@"
