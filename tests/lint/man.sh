#!/bin/sh
# mandoc's lint over the man pages, which every tool must have.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

check() {
    status=0
    for tool in dump/schema-dump load/schema-load squash/migrate; do
        if [ ! -f "$tool.1" ]; then
            echo "$tool.1:1: there is no man page"
            status=1
        else
            said=$(mandoc -T lint -W warning "$tool.1") || status=1
            [ -z "$said" ] || echo "$said" | sed 's/^mandoc: //'
        fi
    done
    return "$status"
}

self_test() {
    seed dump/schema-dump.1 '.Dd November 21, 2026' '.Dt SCHEMA-DUMP 1' '.Os' '.Sh NAME' '.Xx bad'
    finds dump/schema-dump.1:5: load/schema-load.1:1:
}

lint_main "$@"
