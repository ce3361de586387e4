#!/bin/sh
# Installs the release build into a temporary prefix, then compiles and runs a program there that
# knows nothing but the .pc file.
set -eu

cd "$(dirname "$0")/../.."
prefix=$PWD/build/install-test
rm -rf "$prefix"
cmake --install build/release --prefix "$prefix" >/dev/null

for file in bin/schema-dump bin/schema-load bin/migrate \
    share/man/man1/schema-dump.1 share/man/man1/schema-load.1 share/man/man1/migrate.1 \
    share/bash-completion/completions/schema-dump share/bash-completion/completions/schema-load \
    share/bash-completion/completions/migrate include/baseline/common/base/error.h \
    include/baseline/common/engine/engine.h; do
    if [ ! -s "$prefix/$file" ]; then
        echo "not installed: $file" >&2
        exit 1
    fi
done
inner=$(find "$prefix/include" -path '*/engine/*/*' -o -path '*/common/cli' -o -path '*/common/cli/*' -o -type d -empty)
if [ -n "$inner" ]; then
    echo "installed, but not for others: $inner" >&2
    exit 1
fi
for tool in schema-dump schema-load migrate; do
    "$prefix/bin/$tool" --version
done
# Where the archives are there, no start waits for GLib or SQLite to be found and bound.
inside='glib|jansson'
! grep -q '^BL_ARCHIVE_sqlite3:FILEPATH=/' build/release/CMakeCache.txt || inside="$inside|sqlite3"
if grep -q '^BL_ARCHIVES_LINK:INTERNAL=1' build/release/CMakeCache.txt &&
    readelf -d "$prefix"/bin/* | grep -E "NEEDED.*($inside)"; then
    echo "linked as shared libraries, although the archives are there" >&2
    exit 1
fi

pc=$(find "$prefix" -name baseline.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs baseline)
libdir=$(pkg-config --variable=libdir baseline)

# Every installed header compiles by itself.
(cd "$prefix/include" && find baseline -name '*.h' | LC_ALL=C sort) >"$prefix/headers"
while read -r header; do
    echo "#include <$header>" >"$prefix/one.c"
    # shellcheck disable=SC2086 # flags are words
    cc -std=c17 -Wall -Wextra -Werror -fsyntax-only "$prefix/one.c" $flags
done <"$prefix/headers"
# shellcheck disable=SC2086
cc -std=c17 -Wall -Wextra -Werror -o "$prefix/program" tests/lib/program.c $flags
LD_LIBRARY_PATH=$libdir "$prefix/program"

# Only our own names are visible.
others=$(nm -D --defined-only "$libdir/libbaseline.so" | awk '$3 !~ /^bl_/ { print $3 }')
if [ -n "$others" ]; then
    echo "exported by libbaseline: $others" >&2
    exit 1
fi
