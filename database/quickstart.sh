#!/bin/sh
# From a fresh clone to a migrated database, a snapshot of it and a second database made from the
# snapshot. Everything happens below build/; running it again starts afresh.
#   sh database/quickstart.sh
# BL_BIN=DIR: use the tools in DIR instead of building them.
set -eu

cd "$(dirname "$0")/.."
top=$PWD

if [ -z "${BL_BIN:-}" ]; then
    # shellcheck source=tests/lib/packages.sh
    . tests/lib/packages.sh
    need_build
    install_needed
    if [ ! -f build/CMakeCache.txt ]; then
        cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release
    fi
    cmake --build build
    BL_BIN=$top/build/bin
fi
PATH=$BL_BIN:$PATH
export PATH
unset DATABASE_URL APP_DATABASE APP_ENV NODE_ENV RAILS_ENV

rm -rf build/quickstart
mkdir -p build/quickstart
cp -R database build/quickstart/
cd build/quickstart

step() {
    printf '\n# %s\n' "$1"
    shift
    printf '$ %s\n' "$*"
    "$@"
}

step 'Make the database and run every migration.' \
    migrate run --create
step 'What has run?' \
    migrate status
step 'Write the schema down: database/schema/sqlite-schema.sql and its manifest.' \
    schema-dump
step 'A second database, from the snapshot instead of from the migrations.' \
    schema-load --create --url sqlite:tmp/second.sqlite3
step 'A colleague adds a migration.' \
    cp database/pending/1725181200000_create_tags_table.sql database/migrations/
step 'Both databases need only that one.' \
    migrate run
step 'The one that came from the snapshot, too.' \
    migrate run --url sqlite:tmp/second.sqlite3
step 'Where are we?' \
    migrate status

printf '\nThe databases and the snapshot are in %s\n' "build/quickstart"
