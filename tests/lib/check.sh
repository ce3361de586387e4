# shellcheck shell=sh
# What test scripts share. Source it first:  . "$BL_SOURCE_DIR/tests/lib/check.sh"
# The tools under test come first on PATH; the working directory is empty and the script's own.

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*" >&2
    exit 77
}

# needs_shared FILE: the test needs it of what lies beside the checkout, and is skipped where that is not.
needs_shared() {
    [ -e "${BL_SHARED:-}/$1" ] || skip "no $1 beside the checkout"
}

# gen_schema OPTION...: the generator of large schemas.
gen_schema() {
    needs_shared tools/gen-schema
    "$BL_SHARED/tools/gen-schema" "$@"
}

# run CODE COMMAND...: must exit with CODE; its output is left in ./stdout and ./stderr.
run() {
    expected=$1
    shift
    code=0
    "$@" >stdout 2>stderr || code=$?
    if [ "$code" = "$expected" ]; then
        if [ "$code" != 0 ] && grep -q '^  hint: .* --[a-z]' stderr; then
            read_help
            check_hint "$@" || exit 1
        fi
        return 0
    fi
    cat stdout stderr >&2
    fail "exit $code, not $expected: $*"
}

# read_help: every --help into $all_help, each line behind its "TOOL COMMAND:"; asked for once, a process
# of a build with sanitizers is slow to start.
read_help() {
    [ -z "${all_help:-}" ] || return 0
    commands_of_migrate=$(migrate --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p')
    all_help=$(
        for tool in schema-dump schema-load; do
            "$tool" --help | sed "s/^/$tool :/"
        done
        for command in $commands_of_migrate; do
            migrate "$command" --help | sed "s/^/migrate $command:/"
        done
    )
}

# has_option OPTION TOOL [COMMAND]: its --help lists it; of a tool without COMMAND that of any.
has_option() {
    echo "$all_help" | grep -e "^$2 ${3:-[a-z]*}: .*$1\([] =[]\|$\)" >/dev/null
}

# check_hint COMMAND...: an option in a hint of the last run is one of the tool that stands beside it, or of COMMAND.
check_hint() (
    clauses=$(grep '^  hint: .* --[a-z]' stderr | sed 's/[;,]/\n/g')
    ran=$(sed -n 's/^\([a-z-]*\): error: .*/\1/p' stderr | tail -n 1)
    command=
    for word; do
        [ "$ran" = migrate ] && [ -z "$command" ] && echo "$commands_of_migrate" | grep -x -e "$word" >/dev/null && command=$word
    done
    echo "$clauses" | while read -r clause; do
        tools=$(echo "$clause" | grep -woE 'migrate|schema-dump|schema-load|pg_dump|git' | sort -u)
        for option in $(echo "$clause" | grep -oE -e '--[a-z][a-z-]*' | sort -u); do
            found=
            for tool in $tools; do
                case $tool in pg_dump | git) found=1 ;; esac
                [ -n "$found" ] || ! has_option "$option" "$tool" || found=1
            done
            [ -n "$tools" ] || ! has_option "$option" "$ran" "$command" || found=1
            [ -n "$found" ] || fail "no such option for who reads the hint: $option: $*: $clause"
        done
    done
)

# expect_out TEXT, expect_err TEXT: the last run said TEXT there, letter by letter.
expect_out() {
    grep -qF -e "$1" stdout && return 0
    cat stdout >&2
    fail "stdout lacks: $1"
}

expect_err() {
    grep -qF -e "$1" stderr && return 0
    cat stderr >&2
    fail "stderr lacks: $1"
}

# expect_no_out TEXT, expect_no_err TEXT: it did not.
expect_no_out() {
    grep -qF -e "$1" stdout && fail "stdout has: $1"
    return 0
}

expect_no_err() {
    grep -qF -e "$1" stderr && fail "stderr has: $1"
    return 0
}

# expect_lines N: the last run printed N lines on stdout.
expect_lines() {
    [ "$(wc -l <stdout)" -eq "$1" ] || fail "$(wc -l <stdout) lines, not $1"
}

# expect_same A B: two files with the same bytes.
expect_same() {
    cmp -s "$1" "$2" && return 0
    diff -u "$1" "$2" >&2
    fail "$1 and $2 differ"
}

# expect_rows DATABASE SQL TEXT: what the stock program answers, columns separated by |.
expect_rows() {
    rows=$(sqlite3 -batch -noheader "$1" "$2") || fail "sqlite3 $1: $2"
    [ "$rows" = "$3" ] || fail "$2: got \"$rows\", not \"$3\""
}

# copy_example [DIR]: the example project, ready to run.
copy_example() {
    mkdir -p "${1:-.}"
    cp -R "$BL_SOURCE_DIR/database" "${1:-.}/database"
}

# wait_until COMMAND...: until it succeeds. Three minutes, for a machine that is busy; then the test fails.
wait_until() {
    wait_tries=1800
    until "$@" >/dev/null; do
        wait_tries=$((wait_tries - 1))
        [ "$wait_tries" -gt 0 ] || fail "waited in vain for: $*"
        sleep 0.1
    done
}

# free_port: a TCP port of this machine that nobody listens on. Somebody may take it before it is used: try again then.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# sqlite_hold FILE SQL: the stock program runs it and stays, with what it locked, until sqlite_let_go.
sqlite_hold() {
    rm -f sqlite.held sqlite.hold
    mkfifo sqlite.hold
    {
        printf '%s\n.system touch sqlite.held\n' "$2"
        timeout 300 cat sqlite.hold
    } | sqlite3 "$1" >/dev/null &
    sqlite_holder=$!
    wait_until [ -e sqlite.held ]
}
sqlite_let_go() {
    : >sqlite.hold
    wait "$sqlite_holder"
}
