#!/bin/sh
# Benchmarks on MariaDB against the stock programs, dbmate and AdonisJS Lucid on one machine, by hand; prints one Markdown
# table.
#   sh tests/bench/mysql.sh [--tables "100 1000 10000"] [--runs N] [--only dump,...] [--server mariadb]
# Only ratios count: each one comes from one call of hyperfine, against one private server.
#   --tables LIST    numbers of tables (100 1000 10000)
#   --runs N         runs of each command (5; 10,000 tables: only dumps, once each: with the locks that mariadb-dump
#                    takes by itself it needs most of an hour for the rich ones)
#   --only LIST      of dump, delay, load, migrate, lucid, memory
#   --server KEY     as tests/lib/mysql-server.sh calls them; mariadb-dump dumps only MariaDB
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
sizes='100 1000 10000'
runs=5
only=dump,delay,load,migrate,lucid,memory
server=mariadb
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
need_mysql
need cmd:hyperfine hyperfine
need cmd:python3 python3
need cmd:npm npm
need file:/usr/bin/time time
install_needed

bin=${BL_BIN:-$top/build/release/bin}
[ -n "${BL_BIN:-}" ] || sh tests/lib/build.sh release >&2
shared=${BL_SHARED:-$top/../shared}
work=$top/build/bench-mysql
mkdir -p "$work"
table=$work/table.md
: >"$table"
: >"$work/peaks.md"

# Lucid speaks TCP only.
port=$((20000 + $$ % 20000))
dir=$(mktemp -d /tmp/bl-my-bench.XXXXXX)
slow=$(mktemp -d /tmp/bl-slow.XXXXXX)
export BL_BUILD_DIR="$work"
proxy=
stop() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || :
    sh tests/lib/mysql-server.sh end "$dir"
    rm -rf "$dir" "$slow"
}
trap stop EXIT
trap 'exit 1' INT TERM
BL_MY_KEEP=1 sh tests/lib/mysql-server.sh one "$server" "$dir" --skip-networking=0 --bind-address=127.0.0.1 --port="$port" \
    --innodb-buffer-pool-size=512M

wanted() {
    case ,$only, in *,$1,*) return 0 ;; *) return 1 ;; esac
}
runs_for() {
    if [ "$1" = 10000 ] && [ "$runs" -gt 3 ]; then echo 3; else echo "$runs"; fi
}
client="mariadb --no-defaults -uroot -S $dir/s --default-character-set=utf8mb4"
sql() {
    $client -B -N -e "$1"
}
url() {
    echo "mysql://root@/$1?socket=${2:-$dir}/s"
}

# compare WHAT SIZE RUNS PREPARE OURS PEER-NAME PEER: a row with the ratio of the medians.
compare() {
    echo "measuring: $1, $2: against $6" >&2
    hyperfine --style none --warmup "${warmup:-1}" --runs "$3" --prepare "$4" --export-json "$work/one.json" \
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

# prepare KIND SIZE: the database src and its snapshot.
prepare() {
    echo "preparing $2 $1 tables" >&2
    sql 'DROP DATABASE IF EXISTS src; CREATE DATABASE src CHARACTER SET utf8mb4'
    "$shared/tools/gen-schema" --engine mysql --kind "$1" --tables "$2" >"$work/schema.sql"
    $client --comments src <"$work/schema.sql"
    "$bin/schema-dump" -q --url "$(url src)" --path "$work/snapshot.sql"
}

fresh="$client -e 'DROP DATABASE IF EXISTS new; CREATE DATABASE new CHARACTER SET utf8mb4'"
# As people run it, with the locks that it takes by itself; as Lucid runs it; and without locks.
stock_dump='mariadb-dump --no-defaults -uroot --no-data --routines --events'
lucid_dump='mariadb-dump --no-defaults -uroot --no-data --routines --no-tablespaces --skip-add-locks --skip-comments'
lucid_dump="$lucid_dump --skip-set-charset --tz-utc"
free_dump="$stock_dump --skip-lock-tables"

# dump_peers KIND SIZE: name and command of each, one a line. What takes minutes is run once, and only the stock command.
dump_peers() {
    [ "$1" = flat ] || echo "mariadb-dump|$stock_dump"
    [ "$1" = flat ] || [ "$2" = 10000 ] || echo "mariadb-dump, as Lucid calls it|$lucid_dump"
    [ "$1" = rich ] || echo "mariadb-dump --skip-lock-tables|$free_dump"
}
bench_dump() {
    n=$(runs_for "$1")
    if [ "$1" = 10000 ]; then n=1 warmup=0; else warmup=1; fi
    dump_peers "$2" "$1" >"$work/peers"
    while IFS='|' read -r name command <&3; do
        compare 'schema-dump' "$1 $2" "$n" "rm -f $work/out.*" "$bin/schema-dump -q --url '$(url src)' --path $work/out.sql" \
            "$name" "$command -S $dir/s src >$work/out.stock"
    done 3<"$work/peers"
    warmup=1
}
start_proxy() {
    rm -f "$slow/s" "$work/ready"
    mkfifo "$work/ready"
    # Half a millisecond each way.
    python3 tests/lib/cut-proxy.py "$slow/s" "$dir/s" --delay 0.5 >"$work/ready" &
    proxy=$!
    read -r _ <"$work/ready"
}
bench_delay() {
    [ "$1" != 10000 ] || return 0
    start_proxy
    dump_peers "$2" "$1" | head -n 1 >"$work/peers"
    IFS='|' read -r name command <"$work/peers"
    compare 'schema-dump, 1 ms away' "$1 $2" 3 "rm -f $work/out.*" "$bin/schema-dump -q --url '$(url src "$slow")' --path $work/out.sql" \
        "$name" "$command -S $slow/s src >$work/out.stock"
    load="$bin/schema-load -q --url '$(url new "$slow")' --path $work/snapshot.sql"
    far="mariadb --no-defaults -uroot -S $slow/s --comments new <$work/snapshot.sql"
    compare 'schema-load, 1 ms away' "$1 $2" 3 "$fresh" "$load" 'mariadb, our text' "$far"
    compare 'schema-load --jobs 2, 1 ms away' "$1 $2" 3 "$fresh" "$load --jobs 2" 'mariadb, our text' "$far"
    # What no client can save: the server's own work.
    compare 'mariadb, our text, no network' "$1 $2" 3 "$fresh" "$client --comments new <$work/snapshot.sql" \
        'the same, 1 ms away' "$far"
    kill "$proxy"
    proxy=
}
bench_load() {
    # The server's own time grows with the number: 1,000 tell as much.
    [ "$1" != 10000 ] || return 0
    load="$bin/schema-load -q --url '$(url new)' --path $work/snapshot.sql"
    n=$(runs_for "$1")
    compare 'schema-load' "$1 $2" "$n" "$fresh" "$load" 'mariadb, our text' "$client --comments new <$work/snapshot.sql"
    compare 'schema-load --jobs 2' "$1 $2" "$n" "$fresh" "$load --jobs 2" 'mariadb, our text' "$client --comments new <$work/snapshot.sql"
}

# The program itself: the wrapper that npm puts before it would cost a start of node.
find_dbmate() {
    find "$work/node_modules" -path '*/bin/dbmate' -type f -perm -100 2>/dev/null | head -n 1
}
make_project() {
    rm -rf "$work/run"
    mkdir -p "$work/run/database/migrations"
    "$shared/tools/gen-schema" --engine mysql --tables 300 --migrations "$work/run/database/migrations" >/dev/null
    # Makes it a project of its own: the one above is the example.
    printf '{ "connections": { "mysql": { "url": "%s" } } }' "$(url new)" >"$work/run/database/connections.json"
    ours="cd $work/run && $bin/migrate run -q --no-snapshot --url '$(url new)'"
}
bench_migrate() {
    make_project
    dbmate=$(find_dbmate)
    if [ -z "$dbmate" ]; then
        npm install --silent --no-save --no-audit --no-fund --prefix "$work" dbmate >&2 || :
        dbmate=$(find_dbmate)
    fi
    if [ -n "$dbmate" ]; then
        theirs="cd $work/run && $dbmate --url 'mysql://root@127.0.0.1:$port/new' -d database/migrations --no-dump-schema up"
        compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" dbmate "$theirs"
    else
        echo 'dbmate cannot be installed: left out' >&2
    fi
    cat "$work"/run/database/migrations/*.sql | sed '/^-- migrate:down/,/^-- migrate:up/d' >"$work/run/all.sql"
    compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" 'one mariadb' "$client new <$work/run/all.sql"
}
bench_lucid() {
    make_project
    peer=$work/lucid-peer
    if [ ! -d "$peer/node_modules" ]; then
        rm -rf "$peer"
        cp -R "$shared/tools/lucid-peer" "$peer"
        chmod -R u+w "$peer"
        (cd "$peer" && npm install --silent --no-audit --no-fund) >&2 || {
            rm -rf "$peer"
            echo 'Lucid cannot be installed: left out' >&2
            return 0
        }
    fi
    sql "DROP USER IF EXISTS lucid@'127.0.0.1'; CREATE USER lucid@'127.0.0.1' IDENTIFIED BY 'pw'; GRANT ALL ON *.* TO lucid@'127.0.0.1'"
    drive="node $peer/peer.mjs"
    rm -rf "$work/lucid"
    mkdir -p "$work/lucid"
    $drive gen --n 300 --dir "$work/lucid" >&2
    compare 'migrate run' '300 files' "$runs" "$fresh" "$ours" Lucid \
        "$drive migrate --engine mysql --url mysql://lucid:pw@127.0.0.1:$port/new --dir $work/lucid"
}

for kind in flat rich; do
    for size in $sizes; do
        wanted dump || wanted delay || wanted load || wanted memory || continue
        prepare "$kind" "$size"
        for part in dump delay load; do
            ! wanted "$part" || "bench_$part" "$size" "$kind"
        done
        if wanted memory; then
            peak schema-dump "$size $kind" "$bin/schema-dump -q --url '$(url src)' --path $work/out.sql"
            [ "$size" != 10000 ] || continue
            sh -c "$fresh"
            peak schema-load "$size $kind" "$bin/schema-load -q --url '$(url new)' --path $work/snapshot.sql"
        fi
    done
done
! wanted migrate || bench_migrate
! wanted lucid || bench_lucid

printf '%s (nothing durable), %s processors, medians of %s runs; a ratio under 1 is in our favour.\n\n' "$(sql 'SELECT version()')" "$(nproc)" "$runs"
echo '| what | size | against | ours, ms | theirs, ms | ratio | ratio of CPU time |'
echo '|---|---|---|---|---|---|---|'
cat "$table"
if [ -s "$work/peaks.md" ]; then
    printf '\n| peak memory | tables | MiB |\n|---|---|---|\n'
    cat "$work/peaks.md"
fi
