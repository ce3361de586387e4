#!/bin/sh
# Replays the corpus of a fuzz target, or searches for a while with libFuzzer.
#   fuzz.sh PROGRAM NAME replay|search
# BL_FUZZ_SECONDS: how long to search (10).
set -eu

program=$1
name=$2
mode=$3

# The corpus, and for the script reader the cases of its unit test.
set --
for folder in "$BL_SOURCE_DIR/tests/fuzz/corpus/$name" "$BL_SOURCE_DIR/tests/cases/split/${name#script_}"; do
    [ ! -d "$folder" ] || set -- "$@" "$folder"
done
if [ $# = 0 ]; then
    echo "no corpus for $name" >&2
    exit 1
fi
if [ "$mode" = replay ]; then
    exec find "$@" -type f -exec "$program" {} +
fi

found=$BL_BUILD_DIR/fuzz-found/$name
mkdir -p "$found"
exec "$program" -max_total_time="${BL_FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$found/crash-" "$found" "$@"
