#!/bin/sh
# Builds the programs with each engine alone: nothing outside an engine's folder needs it, and the others
# are refused by name.
set -eu

cd "$(dirname "$0")/../.."
for engine in SQLITE POSTGRES MYSQL; do
    build=$PWD/build/only-$engine
    left_out=
    for other in SQLITE POSTGRES MYSQL; do
        [ "$other" = "$engine" ] || left_out="$left_out -DBL_WITH_$other=OFF"
    done
    # shellcheck disable=SC2086 # options are words
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DBL_WERROR=ON -DBL_TESTS=OFF $left_out >/dev/null
    cmake --build "$build" >"$build/build.log" || {
        tail -n 40 "$build/build.log" >&2
        exit 1
    }

    # Nothing listens there, and the file is not there: 3 is the engine's own answer.
    for url in sqlite:no/such.sqlite3 postgres://127.0.0.1:1/none mysql://127.0.0.1:1/none; do
        case $engine:$url in
        SQLITE:sqlite:* | POSTGRES:postgres:* | MYSQL:mysql:*) expected=3 ;;
        *) expected=2 ;;
        esac
        code=0
        said=$("$build/bin/migrate" status --url "$url" 2>&1) || code=$?
        if [ "$code" -ne "$expected" ] || { [ "$code" -eq 2 ] && [ "${said#*no engine for URL scheme}" = "$said" ]; }; then
            echo "only $engine, $url: exit $code, expected $expected: $said" >&2
            exit 1
        fi
    done
    if [ "$engine" != SQLITE ] && readelf -d "$build"/bin/* | grep 'NEEDED.*sqlite'; then
        echo "only $engine: linked with SQLite all the same" >&2
        exit 1
    fi
done
