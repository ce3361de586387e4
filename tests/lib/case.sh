#!/bin/sh
# Runs one test script in an empty directory and a fixed environment.
#   case.sh SCRIPT.sh
# SCRIPT.stdout, SCRIPT.stderr and SCRIPT.exit beside it, where they exist, are what it must give;
# without SCRIPT.exit it must exit with 0 (77: skipped). UPDATE=1 rewrites the files that exist.
set -u

script=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
base=${script%.sh}
# Not below the build directory: the tools look upwards for a project and would find the example.
work=$(mktemp -d "${TMPDIR:-/tmp}/baseline-$(basename "$base").XXXXXX") || exit 1
mkdir "$work/home" "$work/here"
chmod 755 "$work" # a test may try what another user can do
cd "$work/here" || exit 1

env -i PATH="$BL_BIN:$PATH" HOME="$work/home" TMPDIR="$work" LC_ALL=C TZ=UTC \
    G_SLICE="${G_SLICE:-}" G_DEBUG="${G_DEBUG:-}" \
    ASAN_OPTIONS="${ASAN_OPTIONS:-}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" \
    BL_SOURCE_DIR="$BL_SOURCE_DIR" BL_BUILD_DIR="$BL_BUILD_DIR" BL_BIN="$BL_BIN" \
    BL_SHARED="${BL_SHARED:-}" BL_REQUIRE="${BL_REQUIRE:-}" ${BL_EVERY:+"BL_EVERY=$BL_EVERY"} \
    sh "$script" >"$work/stdout" 2>"$work/stderr" </dev/null
echo $? >"$work/exit"

status=0
for part in stdout stderr exit; do
    [ -f "$base.$part" ] || continue
    cmp -s "$base.$part" "$work/$part" && continue
    if [ "${UPDATE:-}" = 1 ]; then
        cp "$work/$part" "$base.$part"
        echo "rewritten: $base.$part"
        continue
    fi
    echo "$part is not what $(basename "$base").$part says:"
    diff -u "$base.$part" "$work/$part"
    status=1
done
code=$(cat "$work/exit")
if [ ! -f "$base.exit" ] && [ "$code" != 0 ]; then
    status=$code
    [ "$code" = 77 ] || echo "exit status $code"
fi
# The shell goes on behind a word that it does not know.
unknown=$(grep -m 1 '\.sh: [0-9]*: [^:]*: not found$' "$work/stderr") && {
    status=1
    echo "$unknown"
}
if [ "$status" != 0 ]; then
    echo "--- stdout"
    cat "$work/stdout"
    echo "--- stderr"
    cat "$work/stderr"
    echo "--- in $work"
    # A skip is no pass where everything is to be there.
    [ "$status" = 77 ] && [ "${BL_REQUIRE:-}" = 1 ] && status=1
fi
if [ "$status" = 0 ] || [ "$status" = 77 ]; then
    chmod -R u+rwX "$work"
    rm -rf "$work"
fi
exit "$status"
