# shellcheck shell=sh
# The private PostgreSQL servers. Source it after check.sh; the test needs the fixture "postgres"
# (tests/CMakeLists.txt gives it to every script whose name begins with "postgres").
#   $pg_versions     which servers there are: "15 16 17 18"
#   $pg_host         the folder of their sockets; the port is 54VERSION
# Roles on each: postgres (superuser), bl_owner (may make databases), bl_limited (may nothing),
# bl_reader and the odd one in $pg_odd_role, which cannot log in.
# Databases of a test are named TEST__SOMETHING and are dropped when the script ends.
# TEST begins with the first letter of its folder: cli/ and roundtrip/ have scripts of one name, and run at the same time.

[ -f "$BL_BUILD_DIR/postgres/servers.sh" ] || fail "no servers: sh tests/lib/postgres-server.sh start"
pg_host='' pg_versions=''
# shellcheck source=/dev/null
. "$BL_BUILD_DIR/postgres/servers.sh"

pg_test=$(basename "$(dirname "$0")" | cut -c 1)_$(basename "$0" .sh)
pg_catalog=$BL_SOURCE_DIR/tests/lib/pg-catalog
# shellcheck disable=SC2034 # for the scripts
pg_newest=${pg_versions##* }
# shellcheck disable=SC2034
pg_odd_role='bl odd "role" '"'x' \\ é"

# pg_server VERSION: the one that the functions below speak to.
pg_server() {
    case " $pg_versions " in
    *" $1 "*) pg_version=$1 ;;
    *) fail "no PostgreSQL $1 among $pg_versions" ;;
    esac
}
pg_server "${pg_versions%% *}"

# pg_name WORD: the name of this test's database WORD.
pg_name() {
    echo "${pg_test}__$1"
}

# pg_info WORD [ROLE], pg_url WORD [ROLE]: its connection string, its URL.
pg_info() {
    echo "host=$pg_host port=54$pg_version user=${2:-postgres} dbname=${pg_test}__$1"
}

pg_url() {
    echo "postgresql://${2:-postgres}@/${pg_test}__$1?host=$pg_host&port=54$pg_version"
}

# pg_admin SQL: runs it in the database "postgres".
pg_admin() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "host=$pg_host port=54$pg_version user=postgres dbname=postgres" \
        -c "$1" || fail "psql: $1"
}

# pg_drop WORD: drops the database, if there is one. Subscriptions hold a database, so they go first, without their
# slots, which nobody has.
pg_drop() {
    pg_drop_database "${pg_test}__$1" || fail "cannot drop $1"
}

pg_drop_database() {
    pg_to_drop="host=$pg_host port=54$pg_version user=postgres dbname=$1"
    psql -X -q -A -t -d "$pg_to_drop" -c "SELECT format('ALTER SUBSCRIPTION %I DISABLE; ALTER SUBSCRIPTION %I SET (slot_name = NONE); DROP SUBSCRIPTION %I;',
        subname, subname, subname) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())" 2>/dev/null |
        psql -X -q -d "$pg_to_drop" >/dev/null 2>&1
    PGOPTIONS='-c client_min_messages=error' psql -X -q -d "host=$pg_host port=54$pg_version user=postgres dbname=postgres" \
        -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"
}

# pg_create WORD [OWNER]: a new, empty database.
pg_create() {
    pg_drop "$1"
    pg_admin "CREATE DATABASE \"${pg_test}__$1\" TEMPLATE template0 OWNER ${2:-postgres}"
}

# pg_sql WORD SQL [ROLE]: what the database answers, columns separated by |.
pg_sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$(pg_info "$1" "${3:-}")" -c "$2" || fail "psql $1: $2"
}

# pg_file WORD FILE [PSQL-OPTION...]: runs a script with the stock program.
pg_file() {
    pg_target=$1
    pg_script=$2
    shift 2
    psql -X -q -v ON_ERROR_STOP=1 "$@" -d "$(pg_info "$pg_target")" -f "$pg_script" >psql.out 2>&1 || {
        tail -n 5 psql.out >&2
        fail "PostgreSQL $pg_version: psql -f $pg_script"
    }
}

# expect_pg WORD SQL TEXT: the answer is TEXT.
expect_pg() {
    rows=$(pg_sql "$1" "$2")
    [ "$rows" = "$3" ] || fail "$2: got \"$rows\", not \"$3\""
}

# expect_pg_empty WORD: nothing in it but what every new database has.
expect_pg_empty() {
    expect_pg "$1" "SELECT (SELECT count(*) FROM pg_class WHERE oid >= 16384) + (SELECT count(*) FROM pg_proc WHERE oid >= 16384)
        + (SELECT count(*) FROM pg_type WHERE oid >= 16384) + (SELECT count(*) FROM pg_namespace WHERE oid >= 16384 AND nspname NOT LIKE 'pg\\_%')" 0
}

# pg_hold WORD SQL: another session runs it and stays, with what it locked, until pg_let_go.
pg_hold() {
    rm -f pg.hold pg.held
    mkfifo pg.hold
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$(pg_info "$1")" <pg.hold >pg.held 2>&1 &
    pg_holder=$!
    exec 7>pg.hold
    printf "%s;\nSELECT 'done';\n" "$2" >&7
    wait_until grep -qsx 'done' pg.held
}
pg_let_go() {
    # What was started meanwhile holds the pipe open.
    echo '\q' >&7
    exec 7>&-
    wait "$pg_holder"
}

# pg_is WORD SQL: the answer is t.
pg_is() {
    [ "$(pg_sql "$1" "$2")" = t ]
}

# pg_tables WORD: how many of the tables t0, t1, ... there are.
pg_tables() {
    pg_sql "$1" "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]'"
}

# pg_stop_at PID WORD N: waits until the process has made N of these tables and leaves it stopped, so that it stays in
# the middle of its work however slow the machine is; kill -CONT lets it go on.
pg_stop_at() {
    until grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; do
        kill -STOP "$1"
        [ "$(pg_tables "$2")" -lt "$3" ] || return 0
        kill -CONT "$1"
        sleep 0.02
    done
    fail "it ended before $2 had $3 tables"
}

# pg_wait_alone WORD: waits until nobody else is in the database.
pg_wait_alone() {
    wait_until pg_is "$1" 'SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
}

# pg_drop_journal WORD...: the journal records what ran here; no snapshot carries it, so it is no part of a comparison.
pg_drop_journal() {
    for pg_word in "$@"; do
        PGOPTIONS='-c client_min_messages=error' pg_sql "$pg_word" 'DROP TABLE IF EXISTS adonis_schema_journal'
    done
}

# Every database of this test, the clones and scratch databases that it led to included.
pg_clean_up() {
    for pg_version in $pg_versions; do
        pg_server_info="host=$pg_host port=54$pg_version user=postgres dbname=postgres"
        psql -X -q -A -t -d "$pg_server_info" -c "SELECT datname, datistemplate FROM pg_database WHERE starts_with(datname, '${pg_test}__')" 2>/dev/null |
            while IFS='|' read -r pg_left_over pg_is_template; do
                [ "$pg_is_template" = f ] || psql -X -q -d "$pg_server_info" -c "ALTER DATABASE \"$pg_left_over\" IS_TEMPLATE false" >/dev/null 2>&1
                pg_drop_database "$pg_left_over" >/dev/null 2>&1 </dev/null
            done
    done
}
trap pg_clean_up EXIT
trap 'exit 1' INT TERM

# expect_pg_same A B [OPTION...]: two databases hold the same, catalog row by catalog row.
# On 15 the stock pg_dump is asked too, where the shared tools are.
expect_pg_same() {
    pg_left=$(pg_info "$1")
    pg_right=$(pg_info "$2")
    pg_what="PostgreSQL $pg_version: $2 is not as $1"
    shift 2
    "$pg_catalog" "$@" --compare "$pg_left" "$pg_right" >differences || {
        head -n 60 differences >&2
        fail "$pg_what"
    }
    [ "$pg_version" = 15 ] && [ -x "${BL_SHARED:-}/tools/pg-compare" ] || return 0
    pg_options=
    for option in "$@"; do
        pg_options="$pg_options --ignore-${option#--no-}"
    done
    # shellcheck disable=SC2086 # words
    "$BL_SHARED/tools/pg-compare" --show $pg_options "$pg_left" "$pg_right" >differences || {
        # Also without owners pg_dump mentions a schema "public" that is another's, without a word of SQL.
        [ -n "$pg_options" ] && [ "$(grep -E '^(missing|extra|differs) ' differences)" = 'missing  SCHEMA public' ] && return 0
        head -n 60 differences >&2
        fail "$pg_what"
    }
}
