#!/bin/sh
# Bootstraps from a snapshot against a replay of the files, AdonisJS Lucid's bootstrap and dbmate's load; and what a squash with
# its proof costs against a replay. By hand; prints one Markdown table.
#   sh tests/bench/bootstrap.sh [--engines "sqlite postgres mysql"] [--sizes "300 1000"] [--runs N] [--only LIST] [--no-flush]
# Only ratios count: each is the median of those of pairs of runs that take turns. Files of databases are below
# build/bench-bootstrap; the servers flush to the disk as they do when they are installed.
#   --no-flush    the servers flush nothing, their data is in memory
#   --only LIST   of histories, replay, lucid, dbmate, proof
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
engines='sqlite postgres mysql'
sizes='300 1000'
runs=5
only=histories,replay,lucid,dbmate,proof
flush=1
while [ $# -gt 0 ]; do
    case $1 in
    --engines) engines=$2 && shift ;;
    --sizes) sizes=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --only) only=$2 && shift ;;
    --no-flush) flush=0 ;;
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
need cmd:python3 python3
need cmd:npm npm
need cmd:sqlite3 sqlite3
install_needed

work=${BL_BUILD_DIR:-$top/build}/bench-bootstrap
mkdir -p "$work"
export BIN="${BL_BIN:-$top/build/release/bin}" SHARED="${BL_SHARED:-$top/../shared}"
[ -n "${BL_BIN:-}" ] || sh tests/lib/build.sh release >&2
for peer in lucid dbmate; do
    BL_SHARED=$SHARED BL_BUILD_DIR=$work sh "tests/lib/$peer.sh" install >&2 || echo "$peer cannot be installed: left out" >&2
done
PEER=$work/lucid/peer DBMATE=$work/dbmate/dbmate
[ -x "$PEER" ] || PEER=
[ -x "$DBMATE" ] || DBMATE=
export PEER DBMATE

dir=
data=$work
stop() {
    [ ! -d "$data/postgres" ] || BL_BUILD_DIR=$data sh tests/lib/postgres-server.sh stop
    [ "$data" = "$work" ] || rm -rf "$data"
    [ -z "$dir" ] || sh tests/lib/mysql-server.sh end "$dir"
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

measure() {
    tests/lib/bench-bootstrap "$1" "$work" "$runs" "$sizes" "$only"
}

{
    echo "$(nproc) processors, medians of $runs pairs; a ratio under 1 is in our favour."
    echo
    echo '| engine | what | history | against | ours, ms | theirs, ms | ratio | goal |'
    echo '|---|---|---|---|---|---|---|---|'
} >"$work/table.md"
for engine in $engines; do
    case $engine in
    postgres)
        if [ "$flush" = 0 ] && [ -w /dev/shm ]; then
            data=$(mktemp -d /dev/shm/bl-bench.XXXXXX)
            chmod 755 "$data"
        fi
        BL_BUILD_DIR=$data BL_PG_VERSIONS=15 BL_PG_KEEP=1 sh tests/lib/postgres-server.sh start >&2
        pg_host=''
        # shellcheck source=/dev/null
        . "$data/postgres/servers.sh"
        export HOST="$pg_host" PORT=5415
        [ "$flush" = 0 ] || for setting in fsync full_page_writes synchronous_commit; do
            psql -X -q -h "$HOST" -p 5415 -U postgres -c "ALTER SYSTEM SET $setting = on" -c 'SELECT pg_reload_conf()' postgres >&2
        done
        ;;
    mysql)
        place=/tmp
        [ "$flush" = 1 ] || [ ! -w /dev/shm ] || place=/dev/shm
        dir=$(mktemp -d "$place/bl-my-bench.XXXXXX")
        BL_MY_DURABLE=$flush BL_MY_KEEP=1 sh tests/lib/mysql-server.sh one mariadb "$dir" \
            --innodb-flush-log-at-trx-commit=$((flush == 1 ? 1 : 2)) --innodb-buffer-pool-size=512M --table-open-cache=4000 >&2
        export HOST="$dir"
        ;;
    esac
    measure "$engine" >>"$work/table.md"
done
cat "$work/table.md"
