# shellcheck shell=sh
# The frame of a lint check. A check sources this file, defines
#   check      looks at the tree in the working directory, prints FILE:LINE: WHAT, returns 1 if it found something
#   self_test  seeds bad files with "seed" and names what must be found with "finds"
# and ends with: lint_main "$@"

root=$(cd "$(dirname "$0")/../.." && pwd)

# The C files of the product, one a line, in byte order.
product_files() {
    find common dump load squash -name '*.[ch]' 2>/dev/null | LC_ALL=C sort
}

# The C files of the tests.
test_files() {
    find tests -name '*.[ch]' 2>/dev/null | LC_ALL=C sort
}

# seed FILE LINE...: writes a file of the tree under test.
seed() {
    mkdir -p "$(dirname "$1")"
    file=$1
    shift
    printf '%s\n' "$@" >"$file"
}

# finds TEXT...: the check must fail and print every TEXT.
finds() {
    if (check) >found 2>&1; then
        cat found
        echo "self-test: a tree with faults passes" >&2
        exit 1
    fi
    for text; do
        grep -qF -e "$text" found && continue
        cat found
        echo "self-test: not found: $text" >&2
        exit 1
    done
}

# finds_only TEXT...: as finds, and one line for each TEXT is all it prints.
finds_only() {
    finds "$@"
    [ "$(wc -l <found)" -eq $# ] && return 0
    cat found
    echo "self-test: more found than the $# faults" >&2
    exit 1
}

lint_main() {
    if [ "${1:-}" != --self-test ]; then
        cd "$root" || exit 1
        check
        return
    fi
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    cd "$scratch" || exit 1
    self_test
    echo "self-test passed"
}
