#!/bin/sh
# --help, the man page and the completion of every tool and command name the same options, with the same letters,
# values and choices, and the same commands. --help is made from the tables that are parsed, so it is the truth.
set -eu
# shellcheck source=tests/lib/lint.sh
. "$(dirname "$0")/../lib/lint.sh"

bin=${BL_BIN:-$root/build/bin}

# Labels of --help: "-c, --connection NAME", "--wait[=SECONDS]", "--format sql|json".
help_labels() {
    "$@" --help | awk '/^ +(-., )?--[a-z]/ { sub(/^ +/, ""); sub(/  .*/, ""); print }'
}

help_commands() {
    "$1" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }'
}

# The labels of a man page for COMMAND: of its subsection, of the subsections that it refers to, and of those for all.
# Without COMMAND: of all subsections but those of commands. What comes first hides what has the same name later.
man_labels() {
    awk -v command="$2" '
        function label(line) {
            sub(/^\.It /, "", line)
            gsub(/Fl /, "-", line)
            gsub(/ , /, ", ", line)
            if (sub(/ Ns Op = Ns Ar /, "[=", line))
                line = line "]"
            gsub(/(Ar|Cm) /, "", line)
            gsub(/ \| /, "|", line)
            return line
        }
        function show(section,    i, name) {
            for (i = 1; i <= n[section]; i++) {
                name = labels[section, i]
                sub(/^-., /, "", name)
                sub(/[^-a-z].*/, "", name)
                if (!(name in seen))
                    print labels[section, i]
                seen[name] = 1
            }
        }
        /^\.Sh / { section = "" }
        /^\.Ss / { section = substr($0, 5); sections[++n_sections] = section }
        /^\.Sx / { refers[section] = refers[section] "\n" substr($0, 5) }
        /^\.It Fl / && section != "" { labels[section, ++n[section]] = label($0) }
        END {
            if (command != "")
                show(command)
            for (i = 1; i <= n_sections; i++) {
                name = sections[i]
                is_shared = name ~ /^(Connection|Output) / || \
                    (command == "" && name ~ / options$/)
                if (is_shared || index(refers[command] "\n", "\n" name "\n") > 0)
                    show(name)
            }
        }' "$1"
}

# Commands have a subsection each, with one word.
man_commands() {
    awk '/^\.Sh / { on = $2 == "COMMANDS" } on && NF == 2 && /^\.Ss / { print $2 }' "$1"
}

# completes FILE FUNCTION WORD...: what the last word can become.
completes() {
    # shellcheck disable=SC2016 # the dollars are for bash
    bash -c '
        . "$1"
        complete_with=$2
        shift 2
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        "$complete_with"
        printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$@"
}

# compare FILE WHAT EXPECTED FOUND: two lists, one a line.
compare() {
    LC_ALL=C sort -u "$3" >"$lists/expected"
    LC_ALL=C sort -u "$4" | sed '/^$/d' >"$lists/found"
    LC_ALL=C comm -23 "$lists/expected" "$lists/found" | sed "s|^|$1:1: $2 lacks: |"
    LC_ALL=C comm -13 "$lists/expected" "$lists/found" | sed "s|^|$1:1: $2, but not --help, has: |"
}

# check_options FOLDER TOOL FUNCTION [COMMAND]
check_options() {
    folder=$1
    tool=$2
    function=$3
    command=${4:-}
    what=$tool${command:+ $command}
    help_labels "$bin/$tool" ${command:+"$command"} >"$lists/help"
    man_labels "$folder/$tool.1" "$command" >"$lists/man"
    compare "$folder/$tool.1" "$what" "$lists/help" "$lists/man"

    # -c, --connection NAME -> -c and --connection
    sed 's/\[=.*//; s/, /\n/' "$lists/help" | sed 's/ .*//' >"$lists/names"
    completes "$folder/$tool.bash" "$function" "$tool" ${command:+"$command"} - >"$lists/words"
    compare "$folder/$tool.bash" "$what" "$lists/names" "$lists/words"

    grep '|' "$lists/help" >"$lists/choices" || return 0
    while read -r option choices; do
        echo "$choices" | tr '|' '\n' >"$lists/names"
        completes "$folder/$tool.bash" "$function" "$tool" ${command:+"$command"} "$option" '' \
            >"$lists/words" </dev/null
        compare "$folder/$tool.bash" "$what $option" "$lists/names" "$lists/words"
    done <"$lists/choices"
}

check_commands() {
    help_commands "$bin/migrate" >"$lists/commands"
    man_commands squash/migrate.1 >"$lists/man"
    compare squash/migrate.1 migrate "$lists/commands" "$lists/man"
    completes squash/migrate.bash _migrate migrate '' >"$lists/words"
    compare squash/migrate.bash migrate "$lists/commands" "$lists/words"
}

check() {
    for tool in schema-dump schema-load migrate; do
        [ -x "$bin/$tool" ] && continue
        echo "$bin/$tool: not built" >&2
        return 1
    done
    lists=$(mktemp -d)
    {
        check_options dump schema-dump _schema_dump
        check_options load schema-load _schema_load
        check_commands
        check_options squash migrate _migrate
        while read -r name; do
            check_options squash migrate _migrate "$name"
        done <"$lists/commands"
    } >"$lists/report"
    cat "$lists/report"
    status=0
    [ ! -s "$lists/report" ] || status=1
    rm -rf "$lists"
    return "$status"
}

# A tool that prints a help of its own.
seed_tool() {
    seed "bin/$1" '#!/bin/sh' 'cat <<END' 'Usage: x' '' "$2" 'Output options:' \
        '  -q, --quiet           be quiet' 'END'
    chmod +x "bin/$1"
}

seed_completion() {
    seed "$1" "$2() { COMPREPLY=(-q --quiet ${3:-}); }"
}

# shellcheck disable=SC2016 # the dollars are of the seeded scripts
self_test() {
    bin=$PWD/bin
    seed_tool schema-dump '      --path FILE   where'
    seed_tool schema-load '      --wait[=SECONDS]  how long'
    seed bin/migrate '#!/bin/sh' 'echo "Usage: x"' \
        'case $1 in --help) printf "\nCommands:\n  run  goes\n\n" ;; *) echo "      --mode a|b  how" ;; esac' \
        'echo "  -q, --quiet   be quiet"'
    chmod +x bin/migrate
    quiet='.It Fl q , Fl -quiet'
    seed dump/schema-dump.1 '.Ss Dump options' '.It Fl -path Ar FOLDER' '.Ss Output options' "$quiet"
    seed load/schema-load.1 '.Ss Load options' '.It Fl -wait Ns Op = Ns Ar SECONDS' '.Ss Output options' "$quiet"
    seed squash/migrate.1 '.Sh COMMANDS' '.Ss run' '.Sx More options' '.Ss walk' '.It Fl -far' '.Ss More options' \
        '.It Fl -mode Cm a | b' '.Ss Output options' "$quiet"
    seed_completion dump/schema-dump.bash _schema_dump --path
    seed_completion load/schema-load.bash _schema_load
    seed squash/migrate.bash '_migrate() {' 'COMPREPLY=(-q --quiet)' \
        'case "${COMP_WORDS[*]}" in *"--mode "*) COMPREPLY=(a) ;; *"run -") COMPREPLY+=(--mode) ;;' \
        '"migrate ") COMPREPLY=(run) ;; esac' '}'
    finds_only 'dump/schema-dump.1:1: schema-dump lacks: --path FILE' \
        'dump/schema-dump.1:1: schema-dump, but not --help, has: --path FOLDER' \
        'load/schema-load.bash:1: schema-load lacks: --wait' \
        'squash/migrate.1:1: migrate, but not --help, has: walk' \
        'squash/migrate.1:1: migrate, but not --help, has: --mode a|b' \
        'squash/migrate.bash:1: migrate run --mode lacks: b'
}

lint_main "$@"
