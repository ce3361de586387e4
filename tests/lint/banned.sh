#!/bin/sh
# Calls that the product does not make, and engines' names where generic code is.
# A line that must has "lint-allow: NAME" and the reason in a comment ("lint-allow: engine" for a name).
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

# NAMES FILES WHY: no call of NAMES but in files that match FILES ("-": nowhere).
rules() {
    cat <<'RULES'
strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|strncat - unbounded or easy to get wrong: use GLib
atoi|atol|atoll|atof|strtol|strtoul - hides errors: g_ascii_string_to_signed and its kin
malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf - GLib allocates; a foreign library's memory is freed in its wrapper
alloca|g_alloca|g_newa - the size comes from outside
system|popen|execlp?|execve?|execvpe?|fork|vfork|posix_spawnp?|g_spawn_[a-z_]+ - no client programs
setlocale|g_utf8_collate|g_utf8_collate_key - output does not depend on the language
g_log|g_message|g_warning|g_critical|g_debug|g_info - talk goes to the reporter
g_return_if_fail|g_return_val_if_fail - logs and carries on: errors are GError
exit|quick_exit ^(common/cli/|(dump|load|squash)/main[.]c) only the tools end the process
printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|fputc|putc|perror|g_print|g_printerr ^(common/cli/|(dump|load|squash)/main[.]c) only the tools print
RULES
}

# Files that may name engines in code.
namers='^common/engine/[^/]+/|^common/engine/registry[.][ch]$|^common/sql/dialect[.][ch]$'

calls() {
    rules | awk -F: '
        NR == FNR {
            space = index($0, " ")
            names[NR] = "^(" substr($0, 1, space - 1) ")$"
            rest = substr($0, space + 1)
            space = index(rest, " ")
            files[NR] = substr(rest, 1, space - 1)
            why[NR] = substr(rest, space + 1)
            n = NR
            next
        }

        function judge(place, name,    i) {
            for (i = 1; i <= n; i++)
                if (name ~ names[i] && (files[i] == "-" || $1 !~ files[i]))
                    print place name "(): " why[i]
        }

        {
            place = $1 ":" $2 ":"
            text = substr($0, length(place) + 1)
            allowed = match(text, /@allow [a-z_]+@/) ? substr(text, RSTART + 7, RLENGTH - 8) : ""
            while (match(text, /(^|[^A-Za-z0-9_>.])[a-z_][a-z0-9_]*[ \t]*[(]/)) {
                name = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                gsub(/[^a-z0-9_]/, "", name)
                if (name != allowed)
                    judge(place " ", name)
            }
        }' - "$1"
}

words() {
    awk -F: '
        {
            place = $1 ":" $2 ": "
            text = substr($0, length(place))
        }
        text ~ /(^|[^A-Za-z0-9_])goto[ \t]/ {
            print place "goto: return early, g_autoptr cleans up"
        }
        text ~ /#[ \t]*include[ \t]*<(gio|glib-object|gobject)/ {
            print place "GIO and GObject are not used"
        }' "$1"
}

engines() {
    awk -F: -v namers="$namers" '
        $1 !~ namers && tolower($0) ~ /sqlite|postgres|mysql|mariadb|libpq/ && !/@allow engine@/ {
            print $1 ":" $2 ": names an engine: generic code asks a capability"
        }' "$1"
}

heads() {
    awk '
        FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
            print FILENAME ":1: the first line is not the SPDX line"
        }
        /(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/ {
            print FILENAME ":" FNR ": left open"
        }' "$@"
}

check() {
    scan=$(mktemp -d)
    # shellcheck disable=SC2046 # one word a file
    set -- $(product_files)
    awk -v strings=0 -f "$root/tests/lib/strip.awk" "$@" >"$scan/bare"
    awk -v strings=1 -f "$root/tests/lib/strip.awk" "$@" >"$scan/code"
    {
        calls "$scan/bare"
        words "$scan/bare"
        engines "$scan/code"
        heads "$@"
    } | LC_ALL=C sort -t: -k1,1 -k2,2n | uniq >"$scan/report"
    cat "$scan/report"
    status=0
    [ ! -s "$scan/report" ] || status=1
    rm -rf "$scan"
    return "$status"
}

self_test() {
    spdx='/* SPDX-License-Identifier: MIT */'
    seed common/base/a.c "$spdx" 'strcpy(a, b); /* bad' 'strcpy( */ x->free(y);' 'free (p);' \
        'free(q); /* lint-allow: free: jansson has made it */' 'const char *s = "exit(1)";' \
        'goto out;' 'bl_thing_free(x); // strcpy(' 'system("ls");'
    seed common/engine/engine.c "$spdx" '/* SQLite is named in a comment */' \
        'if (strcmp(name, "sqlite") == 0)' '    f("a//b", "MySQL");' \
        'g("postgres"); /* lint-allow: engine: an example */'
    seed common/engine/lite/lite.c "$spdx" 'sqlite3_open(p);' 'g_spawn_sync(a);'
    seed common/cli/cli.c "$spdx" 'exit(2);' 'fprintf(stderr, "x");'
    seed dump/main.c "$spdx" 'printf("x");'
    seed dump/dumper.c 'exit(3);' 'fprintf(stderr, "x"); /* TODO more */' '#include <gio/gio.h>'
    finds_only common/base/a.c:2: common/base/a.c:4: common/base/a.c:7: common/base/a.c:9: \
        common/engine/engine.c:3: common/engine/engine.c:4: common/engine/lite/lite.c:3: \
        'dump/dumper.c:1: exit()' 'dump/dumper.c:1: the first' 'dump/dumper.c:2: fprintf' \
        'dump/dumper.c:2: left open' dump/dumper.c:3:
}

lint_main "$@"
