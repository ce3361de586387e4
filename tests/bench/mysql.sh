#!/bin/sh
# Benchmarks on MariaDB against the stock programs, dbmate and AdonisJS Lucid on one machine, by hand; prints one Markdown
# table.
#   sh tests/bench/mysql.sh [--tables "100 1000 10000"] [--runs N] [--only dump,...] [--server mariadb]
# Only ratios count: each one is the median of those of pairs that take turns, on one private server.
#   --tables LIST    numbers of tables (100 1000 10000)
#   --runs N         runs of each command (5; 10,000 tables: once each, and nothing over the slow line: with the locks that
#                    mariadb-dump takes by itself it needs hours for the rich ones)
#   --only LIST      of dump, delay, load, stock, migrate, lucid, memory
#   --server KEY     as tests/lib/mysql-server.sh calls them; mariadb-dump dumps only MariaDB
#   --memory         the server's data in memory: a table is a dozen flushes, which no setting of the server turns off
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
sizes='100 1000 10000'
runs=5
only=dump,delay,load,stock,migrate,lucid,memory
server=mariadb
place=/tmp
while [ $# -gt 0 ]; do
    case $1 in
    --tables) sizes=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --only) only=$2 && shift ;;
    --server) server=$2 && shift ;;
    --memory) place=/dev/shm ;;
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
dir=$(mktemp -d "$place/bl-my-bench.XXXXXX")
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

runs_for() {
    if [ "$1" = 10000 ]; then echo 1; else echo "$runs"; fi
}
wanted() {
    case ,$only, in *,$1,*) return 0 ;; *) return 1 ;; esac
}
client="mariadb --no-defaults -uroot -S $dir/s --default-character-set=utf8mb4"
sql() {
    $client -B -N -e "$1"
}
url() {
    echo "mysql://root@/$1?socket=${2:-$dir}/s"
}

# compare WHAT SIZE RUNS PREPARE OURS PEER-NAME PEER: a row with the medians of pairs that take turns. What is run once is not
# warmed up. @N@ in a command and in what prepares it is a number of its own for each run.
compare() {
    echo "measuring: $1, $2: against $6" >&2
    python3 - "$1" "$2" "$6" "$3" "$4" "$5" "$7" "$(cat "$dir/pid")" >>"$table" <<'PY'
import os
import resource
import statistics
import subprocess
import sys
import time

what, size, peer, runs, prepare, ours, theirs, server = sys.argv[1:]


def client():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def serving():
    with open("/proc/%s/stat" % server) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def once(command):
    number = str(time.monotonic_ns())
    subprocess.run(prepare.replace("@N@", number), shell=True, check=True)
    before = client(), serving(), time.monotonic()
    subprocess.run(command.replace("@N@", number), shell=True, check=True, stdout=subprocess.DEVNULL)
    after = time.monotonic()
    return after - before[2], max(client() - before[0], 1e-6), max(serving() - before[1], 1e-2)


warm = 1 if int(runs) > 1 else 0
try:
    pairs = [(once(ours), once(theirs)) for _ in range(int(runs) + warm)][warm:]
except subprocess.CalledProcessError as failed:
    print("| %s | %s | %s | failed: %d | | | | |" % (what, size, peer, failed.returncode))
    sys.exit()
ratios = [statistics.median(a[i] / b[i] for a, b in pairs) for i in range(3)]
times = [statistics.median(pair[i][0] for pair in pairs) * 1000 for i in range(2)]
print("| %s | %s | %s | %.1f | %.1f | %.3g | %.3g | %.3g |" % (what, size, peer, *times, *ratios))
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
# stock_loads HOW SIZE-KIND RUNS PATH: what mariadb-dump wrote, against its own client: our text, and that very text.
stock_loads() {
    client_far="mariadb --no-defaults -uroot -S $4/s --default-character-set=utf8mb4 new <$work/stock.sql"
    compare "schema-load$1" "$2" "$3" "$fresh" "$bin/schema-load -q --url '$(url new "$4")' --path $work/snapshot.sql" \
        "mariadb, mariadb-dump's text" "$client_far"
    compare "schema-load$1, mariadb-dump's text" "$2" "$3" "$fresh" \
        "$bin/schema-load -q --url '$(url new "$4")' --path $work/stock.sql" "mariadb, the same text" "$client_far"
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
    dump_peers "$2" "$1" >"$work/peers"
    while IFS='|' read -r name command <&3; do
        compare 'schema-dump' "$1 $2" "$(runs_for "$1")" "rm -f $work/out.*" "$bin/schema-dump -q --url '$(url src)' --path $work/out.sql" \
            "$name" "$command -S $dir/s src >$work/out.stock"
    done 3<"$work/peers"
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
    for jobs in 1 2 4; do
        compare "schema-load --jobs $jobs, 1 ms away" "$1 $2" 3 "$fresh" "$load --jobs $jobs" 'mariadb, our text' "$far"
    done
    # What no client can save: the server's own work.
    compare 'mariadb, our text, no network' "$1 $2" 3 "$fresh" "$client --comments new <$work/snapshot.sql" \
        'the same, 1 ms away' "$far"
    kill "$proxy"
    proxy=
}
bench_load() {
    into=new
    make=$fresh
    # A server needs longer to drop as many tables than to make them.
    [ "$1" != 10000 ] || into=new_@N@
    [ "$1" != 10000 ] || make="$client -e 'CREATE DATABASE $into CHARACTER SET utf8mb4'"
    load="$bin/schema-load -q --url '$(url "$into")' --path $work/snapshot.sql"
    stock="$client --comments $into <$work/snapshot.sql"
    for jobs in 1 2 4; do
        compare "schema-load --jobs $jobs" "$1 $2" "$(runs_for "$1")" "$make" "$load --jobs $jobs" 'mariadb, our text' "$stock"
    done
}
# What "mariadb < file" is in practice is a file of mariadb-dump.
bench_stock() {
    [ "$1" != 10000 ] || return 0
    $stock_dump --triggers --skip-lock-tables -S "$dir/s" src >"$work/stock.sql"
    stock_loads '' "$1 $2" "$runs" "$dir"
    start_proxy
    stock_loads ', 1 ms away' "$1 $2" 3 "$slow"
    kill "$proxy"
    proxy=
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
        wanted dump || wanted delay || wanted load || wanted stock || wanted memory || continue
        prepare "$kind" "$size"
        for part in dump delay load stock; do
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

printf '%s in %s, %s processors, medians of %s pairs; a ratio under 1 is in our favour.\n\n' "$(sql 'SELECT version()')" "$place" "$(nproc)" "$runs"
echo '| what | size | against | ours, ms | theirs, ms | ratio | of the processor time of the client | of the server |'
echo '|---|---|---|---|---|---|---|---|'
cat "$table"
if [ -s "$work/peaks.md" ]; then
    printf '\n| peak memory | tables | MiB |\n|---|---|---|\n'
    cat "$work/peaks.md"
fi
