#!/bin/sh
# cppcheck over the product.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

# unknownMacro, unusedStructMember: cppcheck sees neither GLib's headers nor who else uses a struct.
# returnDanglingLifetime: every call by pointer counts as one that keeps its arguments.
check() {
    # shellcheck disable=SC2046 # one word a file
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -j 2 \
        --library=gtk --library=posix --library=sqlite3 --library=zlib \
        --suppress=unknownMacro --suppress=unusedStructMember \
        --suppress=returnDanglingLifetime \
        --template='{file}:{line}: {severity}: {message} [{id}]' --error-exitcode=1 \
        -I . $(product_files | grep '\.c$') 2>&1
}

self_test() {
    seed common/base/a.c 'int f(void);' 'int f(void) { int a[2] = { 1, 2 }; return a[2]; }'
    finds common/base/a.c:2:
}

lint_main "$@"
