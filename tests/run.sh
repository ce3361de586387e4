#!/bin/sh
# Installs what is missing, builds, and runs every test and check. The last output is ctest's summary.
#   sh tests/run.sh [CTEST-OPTION...]     for example: sh tests/run.sh -L unit
set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tests/lib/packages.sh
. tests/lib/packages.sh
need_build
need_tests
install_needed

cmake --preset dev
cmake --build --preset dev

# A skipped test is a hole in a run that is to show everything. Without the corpus beside the
# checkout the tests that need it are skipped.
if [ "${CI:-}" = true ] && [ -d ../shared ]; then
    BL_REQUIRE=1
    export BL_REQUIRE
fi
# Servers that move are tried there too; where they cannot be had, the tests say so and pass.
if [ "${CI:-}" = true ]; then
    BL_MY_NEWEST=${BL_MY_NEWEST:-1}
    export BL_MY_NEWEST
fi
exec ctest --test-dir build --output-on-failure --no-tests=error -j 2 "$@"
