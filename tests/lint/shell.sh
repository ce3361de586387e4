#!/bin/sh
# Every shell script passes shellcheck.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

# SC2016: a dollar in single quotes is awk's or the test's own text. SC2015: "a && b || fail" is meant.
# SC2012: ls of names that a test has made. SC2119: functions with optional arguments.
shell_check() {
    shellcheck --external-sources --format=gcc --exclude=SC2012,SC2015,SC2016,SC2119 "$@"
}

scripts() {
    find tests database dump load squash -path '*/node_modules' -prune -o \
        -name "$1" -type f -print | LC_ALL=C sort
}

check() {
    status=0
    # shellcheck disable=SC2046 # one word a file
    shell_check --shell=sh $(scripts '*.sh') || status=1
    # shellcheck disable=SC2046
    shell_check --shell=bash .ci/run $(scripts '*.bash') || status=1
    return "$status"
}

self_test() {
    mkdir database .ci dump load squash
    seed tests/a.sh '#!/bin/sh' 'rm -rf $1/x'
    seed .ci/run '#!/bin/bash' 'echo `ls`'
    finds tests/a.sh:2: .ci/run:2:
}

lint_main "$@"
