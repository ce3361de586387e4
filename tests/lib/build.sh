#!/bin/sh
# Configures and builds one preset below build/.
#   build.sh PRESET
set -eu

cd "$(dirname "$0")/../.."
cmake --preset "$1" >/dev/null
cmake --build --preset "$1"
