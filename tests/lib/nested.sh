#!/bin/sh
# Runs the tests with one label of another preset's build.
#   nested.sh PRESET LABEL [NAME-PATTERN]
set -eu

cd "$(dirname "$0")/../.."
exec ctest --test-dir "build/$1" -L "^$2\$" -R "${3:-.}" --output-on-failure --no-tests=error -j 2
