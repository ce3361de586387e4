#!/bin/sh
# Every C file of the tree is named in CMake, and every unit test and fuzz target in its list.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

# listed WORD FILE: WORD stands alone in a line or between blanks of FILE.
listed() {
    awk -v word="$1" '
        {
            sub(/#.*/, "")
            gsub(/[()]/, " ")
            for (i = 1; i <= NF; i++)
                if ($i == word)
                    found = 1
        }
        END {
            exit !found
        }' "$2"
}

check() {
    status=0
    for file in $(product_files | grep '\.c$'); do
        listed "$file" CMakeLists.txt && continue
        echo "$file:1: not named in CMakeLists.txt"
        status=1
    done
    for file in $(test_files | grep -E '^tests/(unit/test|fault/test|fuzz/fuzz)_.*\.c$'); do
        name=$(basename "$file" .c)
        listed "${name#*_}" tests/CMakeLists.txt && continue
        listed "${file#tests/}" tests/CMakeLists.txt && continue
        echo "$file:1: not named in tests/CMakeLists.txt"
        status=1
    done
    return "$status"
}

self_test() {
    seed CMakeLists.txt 'add_library(x' '    common/base/a.c' '    dump/main.c)' '# common/base/b.c'
    seed common/base/a.c ''
    seed common/base/b.c ''
    seed dump/main.c ''
    seed tests/CMakeLists.txt 'set(units' '    url)'
    seed tests/unit/test_url.c ''
    seed tests/unit/test_file.c ''
    seed tests/fuzz/fuzz_script.c ''
    finds_only common/base/b.c:1: tests/unit/test_file.c:1: tests/fuzz/fuzz_script.c:1:
}

lint_main "$@"
