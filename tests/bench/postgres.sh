#!/bin/sh
# Benchmarks on PostgreSQL against the stock programs on one machine, by hand; prints one Markdown table.
#   sh tests/bench/postgres.sh [--tables "100 1000 10000"] [--runs N] [--only dump,...] [--server 15] [--flush] [--flush-ms N]
# Only ratios count: each is the median of those of pairs of runs, against one private server. Its data is in memory: a file
# system that has just removed a database is slow in making the next one, and it is not what is measured here.
#   --tables LIST    numbers of tables (100 1000 10000)
#   --runs N         runs of each command (5; 10,000 tables: at most 3)
#   --only LIST      of dump, delay, load, clone, migrate, lucid, memory
#   --server VERSION 15, 16, 17 or 18; the stock pg_dump 15 dumps only 15
#   --flush          a server on the disk that flushes, as it is installed
#   --flush-ms N     the same, each flush N milliseconds longer
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
sizes='100 1000 10000'
runs=5
only=dump,delay,load,clone,migrate,lucid,memory
server=15
flush=0
flush_ms=
while [ $# -gt 0 ]; do
    case $1 in
    --tables) sizes=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --only) only=$2 && shift ;;
    --server) server=$2 && shift ;;
    --flush) flush=1 ;;
    --flush-ms) flush=1 flush_ms=$2 && shift ;;
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
need cmd:python3 python3
need cmd:npm npm
need file:/usr/bin/time time
install_needed

bin=${BL_BIN:-$top/build/release/bin}
[ -n "${BL_BIN:-}" ] || sh tests/lib/build.sh release >&2
generate=${BL_SHARED:-$top/../shared}/tools/gen-schema
work=${BL_BUILD_DIR:-$top/build}/bench-postgres
data=$work
mkdir -p "$work"
table=$work/table.md
: >"$table"
: >"$work/peaks.md"

proxy=
stop() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || :
    BL_BUILD_DIR=$data sh tests/lib/postgres-server.sh stop
    [ "$data" = "$work" ] || rm -rf "$data"
}
trap stop EXIT
trap 'exit 1' INT TERM
if [ "$flush" = 0 ] && [ -w /dev/shm ]; then
    data=$(mktemp -d /dev/shm/bl-bench.XXXXXX)
    chmod 755 "$data"
fi
slow=
if [ -n "$flush_ms" ]; then
    slow=$work/slow_flush.so
    cc -O2 -shared -fPIC -o "$slow" tests/bench/slow_flush.c -ldl
fi
LD_PRELOAD=$slow BL_FLUSH_MS=$flush_ms BL_BUILD_DIR=$data BL_PG_VERSIONS=$server BL_PG_KEEP=1 BL_PG_PACKAGES=${BL_PG_PACKAGES:-$work/packages} \
    sh tests/lib/postgres-server.sh start
pg_host=''
# shellcheck source=/dev/null
. "$data/postgres/servers.sh"
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
[ "$flush" = 0 ] || for setting in fsync full_page_writes synchronous_commit; do
    sql -c "ALTER SYSTEM SET $setting = on" -c 'SELECT pg_reload_conf()' >&2
done

# compare WHAT SIZE RUNS PREPARE OURS PEER-NAME PEER: a row with the median of the ratios. The two take turns, so that
# what else the machine does meets both.
compare() {
    echo "measuring: $1, $2: against $6" >&2
    python3 - "$@" >>"$table" <<'PY' || echo "| $1 | $2 | $6 | failed | | | |" >>"$table"
import os
import statistics
import subprocess
import sys
import time

what, size, runs, prepare, ours, peer, theirs = sys.argv[1:]


def measure(command):
    subprocess.run(["sh", "-c", prepare], stdout=subprocess.DEVNULL, check=True)
    before = time.monotonic()
    child = subprocess.Popen(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    took = time.monotonic() - before
    if status != 0:
        sys.exit("exit status %d: %s\n%s" % (status, command, said.decode()))
    return took, max(used.ru_utime + used.ru_stime, 1e-6)


pairs = [(measure(ours), measure(theirs)) for _ in range(int(runs) + 1)][1:]
middle = statistics.median
print("| %s | %s | %s | %.1f | %.1f | %.3g | %.3g |" % (
    what, size, peer, middle(a[0] for a, b in pairs) * 1000, middle(b[0] for a, b in pairs) * 1000,
    middle(a[0] / b[0] for a, b in pairs), middle(a[1] / b[1] for a, b in pairs)))
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
# The template is there after the first one, as it is on a machine that tests many times a day. A copy of 10,000 tables is 600 MB.
bench_clone() {
    [ "$1" != 10000 ] || return 0
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

# AdonisJS Lucid from npm, by the driver beside the corpus, and the same SQL as files of ours.
bench_lucid() {
    peer=$work/lucid
    mkdir -p "$peer"
    cp "$(dirname "$generate")/lucid-peer/"*.mjs "$(dirname "$generate")/lucid-peer/package.json" "$peer/"
    [ -d "$peer/node_modules" ] || npm install --silent --no-audit --no-fund --prefix "$peer" >&2 || {
        rm -rf "$peer/node_modules"
        echo 'Lucid cannot be installed: left out' >&2
        return 0
    }
    rm -rf "$work/lucid-run" "$work/same"
    mkdir -p "$work/lucid-run" "$work/same/database/migrations"
    node "$peer/peer.mjs" gen --n 300 --dir "$work/lucid-run" >/dev/null
    to="--engine postgres --url 'postgres://postgres@localhost:$port/new?host=$pg_host' --dir $work/lucid-run"
    sh -c "$fresh"
    # Into a file: node ends before a pipe has taken all of it.
    sh -c "node $peer/peer.mjs migrate $to --dry-run" >"$work/lucid.out"
    tail -n 1 "$work/lucid.out" >"$work/lucid.json"
    python3 - "$work/lucid.json" "$work/same/database/migrations" <<'PY'
import json
import os
import sys

for file in json.load(open(sys.argv[1]))["files"]:
    with open(os.path.join(sys.argv[2], os.path.basename(file["name"]) + ".sql"), "w") as out:
        out.write("-- migrate:up\n" + ";\n".join(file["queries"]) + ";\n")
PY
    printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(url new)" >"$work/same/database/connections.json"
    ours="cd $work/same && $bin/migrate run -q --no-snapshot --url '$(url new)'"
    compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" 'Lucid, with the start of node' "node $peer/peer.mjs migrate $to"
    compare 'migrate run --ephemeral' '300 files' "$runs" "$fresh" "$ours --ephemeral" 'Lucid, with the start of node' \
        "node $peer/peer.mjs migrate $to"
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
! wanted lucid || bench_lucid

kept=$([ "$flush" = 1 ] && echo "that flushes${flush_ms:+, $flush_ms ms longer}" || echo 'in memory')
printf 'PostgreSQL %s %s, %s processors, medians of %s runs; a ratio under 1 is in our favour.\n\n' "$server" "$kept" "$(nproc)" "$runs"
echo '| what | size | against | ours, ms | theirs, ms | ratio | ratio of CPU time |'
echo '|---|---|---|---|---|---|---|'
cat "$table"
if [ -s "$work/peaks.md" ]; then
    printf '\n| peak memory | tables | MiB |\n|---|---|---|\n'
    cat "$work/peaks.md"
fi
