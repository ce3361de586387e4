#!/bin/sh
# Benchmarks on PostgreSQL against the stock programs on one machine, by hand; prints one Markdown table.
#   sh tests/bench/postgres.sh [--tables "100 1000 10000"] [--runs N] [--only dump,...] [--server 15]
# Only ratios count: each one comes from one call of hyperfine, against one private server.
#   --tables LIST    numbers of tables (100 1000 10000)
#   --runs N         runs of each command (5; 10,000 tables: at most 3)
#   --only LIST      of dump, delay, load, clone, migrate, memory
#   --server VERSION 15, 16, 17 or 18; the stock pg_dump 15 dumps only 15
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
sizes='100 1000 10000'
runs=5
only=dump,delay,load,clone,migrate,memory
server=15
while [ $# -gt 0 ]; do
    case $1 in
    --tables) sizes=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --only) only=$2 && shift ;;
    --server) server=$2 && shift ;;
    *)
        echo "unknown option: $1" >&2
        exit 2
        ;;
    esac
    shift
done

# shellcheck source=tests/lib/packages.sh
. tests/lib/packages.sh
need_build
need_postgres
need cmd:hyperfine hyperfine
need cmd:python3 python3
need cmd:npm npm
need file:/usr/bin/time time
install_needed

bin=${BL_BIN:-$top/build/release/bin}
[ -n "${BL_BIN:-}" ] || sh tests/lib/build.sh release >&2
generate=${BL_SHARED:-$top/../shared}/tools/gen-schema
work=$top/build/bench-postgres
mkdir -p "$work"
table=$work/table.md
: >"$table"
: >"$work/peaks.md"

BL_BUILD_DIR=$work BL_PG_VERSIONS=$server BL_PG_KEEP=1 sh tests/lib/postgres-server.sh start
proxy=
stop() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || :
    BL_BUILD_DIR=$work sh tests/lib/postgres-server.sh stop
}
trap stop EXIT
trap 'exit 1' INT TERM
pg_host=''
# shellcheck source=/dev/null
. "$work/postgres/servers.sh"
port=54$server

wanted() {
    case ,$only, in *,$1,*) return 0 ;; *) return 1 ;; esac
}
runs_for() {
    if [ "$1" = 10000 ] && [ "$runs" -gt 3 ]; then echo 3; else echo "$runs"; fi
}
info() {
    echo "host=${2:-$pg_host} port=$port user=postgres dbname=$1"
}
url() {
    echo "postgresql://postgres@/$1?host=${2:-$pg_host}&port=$port"
}
sql() {
    psql -X -q -d "$(info postgres)" "$@"
}

# compare WHAT SIZE RUNS PREPARE OURS PEER-NAME PEER: a row with the ratio of the medians.
compare() {
    echo "measuring: $1, $2: against $6" >&2
    hyperfine --style none --warmup 1 --runs "$3" --prepare "$4" --export-json "$work/one.json" \
        "$5" "$7" >"$work/hyperfine.log" 2>&1 || {
        cat "$work/hyperfine.log" >&2
        echo "| $1 | $2 | $6 | failed | | | |" >>"$table"
        return 0
    }
    python3 - "$work/one.json" "$1" "$2" "$6" >>"$table" <<'PY'
import json
import sys

path, what, size, peer = sys.argv[1:]
ours, theirs = json.load(open(path))["results"]
cpu = [max(r["user"] + r["system"], 1e-6) for r in (ours, theirs)]
print("| %s | %s | %s | %.1f | %.1f | %.3g | %.3g |" % (
    what, size, peer, ours["median"] * 1000, theirs["median"] * 1000,
    ours["median"] / theirs["median"], cpu[0] / cpu[1]))
PY
}

# peak NAME SIZE COMMAND: the largest resident size in MiB.
peak() {
    sh -c "exec /usr/bin/time -o $work/time.txt -f %M $3" >/dev/null 2>&1 || :
    awk -v name="$1" -v size="$2" 'END { printf "| %s | %s | %.1f |\n", name, size, $1 / 1024 }' "$work/time.txt" >>"$work/peaks.md"
}

# prepare KIND SIZE: the database src, its snapshot and pg_dump's text. gen-schema's tables come in parts, so that one
# transaction need not hold them all.
prepare() {
    echo "preparing $2 $1 tables" >&2
    sql -c 'DROP DATABASE IF EXISTS src' -c 'CREATE DATABASE src TEMPLATE template0' 2>/dev/null
    "$generate" --engine postgres --kind "$1" --tables "$2" >"$work/schema.sql"
    psql -X -q -d "$(info src)" -f "$work/schema.sql" >/dev/null
    "$bin/schema-dump" -q --url "$(url src)" --path "$work/snapshot.sql"
    [ "$server" != 15 ] || pg_dump -s -d "$(info src)" >"$work/pg_dump.sql"
}

fresh="psql -X -q -d '$(info postgres)' -c 'DROP DATABASE IF EXISTS new WITH (FORCE)' -c 'CREATE DATABASE new TEMPLATE template0' 2>/dev/null"

bench_dump() {
    [ "$server" = 15 ] || return 0
    compare 'schema-dump' "$1 $2" "$(runs_for "$1")" "rm -f $work/out.*" \
        "$bin/schema-dump -q --url '$(url src)' --path $work/out.sql" 'pg_dump -s' "pg_dump -s -d '$(info src)' -f $work/out.pg"
}
bench_delay() {
    [ "$server" = 15 ] || return 0
    mkdir -p "$work/slow"
    rm -f "$work/slow/.s.PGSQL.$port" "$work/ready"
    mkfifo "$work/ready"
    slow=$(mktemp -d /tmp/bl-slow.XXXXXX)
    # One millisecond each way is two for a round trip; half of it is what the network is said to have.
    python3 tests/lib/cut-proxy.py "$slow/.s.PGSQL.$port" "$pg_host/.s.PGSQL.$port" --delay 0.5 >"$work/ready" &
    proxy=$!
    read -r _ <"$work/ready"
    compare 'schema-dump, 1 ms away' "$1 $2" 3 "rm -f $work/out.*" \
        "$bin/schema-dump -q --url '$(url src "$slow")' --path $work/out.sql" 'pg_dump -s' "pg_dump -s -d '$(info src "$slow")' -f $work/out.pg"
    kill "$proxy"
    proxy=
    rm -rf "$slow"
}
bench_load() {
    load="$bin/schema-load -q --url '$(url new)' --path $work/snapshot.sql"
    psql="psql -X -q -d '$(info new)' -f"
    n=$(runs_for "$1")
    [ "$server" != 15 ] || compare 'schema-load' "$1 $2" "$n" "$fresh" "$load" "psql -f, pg_dump's text" "$psql $work/pg_dump.sql >/dev/null"
    [ "$server" != 15 ] || compare 'schema-load --jobs 2' "$1 $2" "$n" "$fresh" "$load --jobs 2" "psql -f, pg_dump's text" "$psql $work/pg_dump.sql >/dev/null"
    compare 'schema-load' "$1 $2" "$n" "$fresh" "$load" 'psql -f, our text' "$psql $work/snapshot.sql >/dev/null"
    compare 'schema-load --ephemeral' "$1 $2" "$n" "$fresh" "$load --ephemeral" 'psql -f, our text' "$psql $work/snapshot.sql >/dev/null"
}
# The template is there after the first one, as it is on a machine that tests many times a day.
bench_clone() {
    drop=
    create=
    for n in 1 2 3 4 5 6 7 8 9 10; do
        drop="$drop -c 'DROP DATABASE IF EXISTS new_$n WITH (FORCE)'"
        create="$create -c 'CREATE DATABASE new_$n TEMPLATE bare'"
    done
    drop="psql -X -q -d '$(info postgres)' $drop 2>/dev/null"
    load="$bin/schema-load -q --url '$(url new)' --path $work/snapshot.sql"
    sql -c 'DROP DATABASE IF EXISTS bare WITH (FORCE)' -c 'CREATE DATABASE bare TEMPLATE template0' 2>/dev/null
    "$bin/schema-load" -q --url "$(url bare)" --path "$work/snapshot.sql"
    compare 'schema-load --clones 10' "$1 $2" "$(runs_for "$1")" "$drop; $fresh" "$load --clones 10" \
        'schema-load, 10 times CREATE DATABASE ... TEMPLATE' "$load && psql -X -q -d '$(info postgres)' $create"
}

# The program itself: the wrapper that npm puts before it would cost a start of node.
find_dbmate() {
    find "$work/node_modules" -path '*/bin/dbmate' -type f -perm -100 2>/dev/null | head -n 1
}
bench_migrate() {
    rm -rf "$work/run"
    mkdir -p "$work/run/database/migrations"
    "$generate" --engine postgres --tables 300 --migrations "$work/run/database/migrations" >/dev/null
    # Makes it a project of its own: the one above is the example.
    printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(url new)" >"$work/run/database/connections.json"
    dbmate=$(find_dbmate)
    if [ -z "$dbmate" ]; then
        npm install --silent --no-save --no-audit --no-fund --prefix "$work" dbmate >&2 || :
        dbmate=$(find_dbmate)
    fi
    ours="cd $work/run && $bin/migrate run -q --no-snapshot --url '$(url new)'"
    if [ -n "$dbmate" ]; then
        theirs="cd $work/run && $dbmate --url 'postgres://postgres@/new?host=$pg_host&port=$port&sslmode=disable' -d database/migrations --no-dump-schema up"
        compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" dbmate "$theirs"
        compare 'migrate run --ephemeral' '300 files' "$runs" "$fresh" "$ours --ephemeral" dbmate "$theirs"
    else
        echo 'dbmate cannot be installed: left out' >&2
    fi
    cat "$work"/run/database/migrations/*.sql | sed '/^-- migrate:down/,/^-- migrate:up/d' >"$work/run/all.sql"
    compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" 'one psql' "psql -X -q -d '$(info new)' -f $work/run/all.sql >/dev/null"
}

for kind in flat rich; do
    for size in $sizes; do
        # 1,000 rich tables are enough to see what expressions cost.
        if [ "$kind" = rich ] && [ "$size" != 1000 ]; then continue; fi
        wanted dump || wanted delay || wanted load || wanted clone || wanted memory || continue
        prepare "$kind" "$size"
        for part in dump delay load clone; do
            ! wanted "$part" || "bench_$part" "$size" "$kind"
        done
        if wanted memory; then
            peak schema-dump "$size $kind" "$bin/schema-dump -q --url '$(url src)' --path $work/out.sql"
            [ "$server" != 15 ] || peak 'pg_dump -s' "$size $kind" "pg_dump -s -d '$(info src)' -f $work/out.pg"
            sh -c "$fresh"
            peak schema-load "$size $kind" "$bin/schema-load -q --url '$(url new)' --path $work/snapshot.sql"
        fi
    done
done
! wanted migrate || bench_migrate

printf 'PostgreSQL %s (fsync off), %s processors, medians of %s runs; a ratio under 1 is in our favour.\n\n' "$server" "$(nproc)" "$runs"
echo '| what | size | against | ours, ms | theirs, ms | ratio | ratio of CPU time |'
echo '|---|---|---|---|---|---|---|'
cat "$table"
if [ -s "$work/peaks.md" ]; then
    printf '\n| peak memory | tables | MiB |\n|---|---|---|\n'
    cat "$work/peaks.md"
fi
