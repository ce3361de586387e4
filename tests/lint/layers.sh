#!/bin/sh
# Who may include whom: base <- sql <- schema <- engine <- snapshot <- project <- cli inside common/;
# common <- dump, load <- squash; dump and load never each other; an engine's internal header only in
# its folder. The three main.c stand above. Includes are written from the root of the tree.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

check() {
    product_files | xargs awk '
        BEGIN {
            n = split("base sql schema engine snapshot project cli", layers, " ")
            for (i = 1; i <= n; i++)
                rank["common/" layers[i]] = i
            rank["dump"] = n + 1
            rank["load"] = n + 1
            rank["squash"] = n + 2
        }

        function layer(path,    parts) {
            split(path, parts, "/")
            return parts[1] == "common" ? parts[1] "/" parts[2] : parts[1]
        }

        # "common/engine/x" for files in an engine folder, else empty.
        function engine(path,    parts) {
            return split(path, parts, "/") > 3 && layer(path) == "common/engine" ? \
                parts[1] "/" parts[2] "/" parts[3] : ""
        }

        function report(what) {
            print FILENAME ":" FNR ": " what
            bad = 1
        }

        FNR == 1 {
            own = layer(FILENAME)
            above = FILENAME ~ /^(dump|load|squash)\/main\.c$/
        }

        /^[ \t]*#[ \t]*include[ \t]*"/ {
            split($0, quoted, "\"")
            target = quoted[2]
            other = layer(target)
            if (!(other in rank)) {
                report("\"" target "\" is not written from the root of the tree")
                next
            }
            if (engine(target) != "" && engine(target) != engine(FILENAME))
                report("\"" target "\" is internal to " engine(target))
            else if (!above && own != other && rank[other] >= rank[own])
                report(own " may not include \"" target "\"")
        }

        END {
            exit bad
        }'
}

self_test() {
    seed common/base/a.c '#include "common/base/a.h"' '#include "common/sql/lexer.h"'
    seed common/snapshot/b.c '#include "common/engine/engine.h"' '#include "common/project/project.h"'
    seed common/engine/registry.c '#include "common/engine/lite/lite.h"'
    seed common/engine/lite/lite.c '#include "common/engine/lite/lite.h"' '#include "common/base/a.h"'
    seed dump/d.c '#include "load/l.h"' '#include "common/cli/cli.h"'
    seed load/l.c '#include "dump/d.h"' '#include "squash/s.h"'
    seed squash/s.c '#include "dump/d.h"' '#include "s.h"'
    seed dump/main.c '#include "squash/s.h"'
    finds_only common/base/a.c:2: common/snapshot/b.c:2: common/engine/registry.c:1: dump/d.c:1: \
        load/l.c:1: load/l.c:2: squash/s.c:2:
}

lint_main "$@"
