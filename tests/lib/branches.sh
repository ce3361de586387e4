#!/bin/sh
# Whether a unit test takes every branch of a source that was compiled with --coverage.
#   branches.sh PROGRAM OBJECT SOURCE
# PROGRAM: the test; OBJECT: of the source, its .gcno beside it; SOURCE: to show the lines from.
set -eu

program=$1 object=$2 source=$3
command -v gcov >/dev/null || {
    echo 'skipped: there is no gcov' >&2
    exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/baseline-branches.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The counts of this run alone, and not in the build's folder.
GCOV_PREFIX=$work GCOV_PREFIX_STRIP=99 "$program" --tap >"$work/tap"
name=$(basename "$object" .o)
cp "${object%.o}.gcno" "$work"
cd "$work"
[ -f "$name.gcda" ] || {
    echo "$program leaves no counts" >&2
    exit 1
}
gcov -b -c -o . "$name.gcda" >summary

# A branch that is never reached says so instead of a count.
awk -F: '
    /^ *[-0-9#=]+\*?: *[0-9]+:/ { line = $2 + 0; text = $0; sub(/^[^:]*:[^:]*:/, "", text) }
    /^branch/ {
        n++
        if (/taken 0( |$)/ || /never executed/) { print FILENAME ":" line ": a branch that no case takes:" text; bad++ }
    }
    END { if (n == 0) { print "no branches in " FILENAME; exit 1 }
        if (!bad) print n " branches, all taken"
        exit bad > 0 }
' "$(basename "$source").gcov"
