#!/bin/sh
# Benchmarks against the stock programs on one machine, by hand; prints one Markdown table.
#   sh tests/bench/run.sh [--tables "100 1000"] [--runs N] [--slow] [--only load,...]
# Only ratios count: each one comes from one call of hyperfine, which runs the two in turn, so that
# what disturbs the machine disturbs both. All files are below build/bench, so
# put build/ on the disk that is to be measured.
#   --tables LIST  numbers of tables (100 1000 10000)
#   --runs N       runs of each command (5; 10,000 tables: at most 2)
#   --slow         the 10,000 tables statement by statement too: that takes minutes
#   --only LIST    of dump, load, clones, migrate, start, memory
# BL_BIN: where the tools are (build/release/bin, built when missing).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
sizes='100 1000 10000'
runs=5
slow=no
only=dump,load,clones,migrate,start,memory
while [ $# -gt 0 ]; do
    case $1 in
    --tables) sizes=$2 && shift ;;
    --runs) runs=$2 && shift ;;
    --slow) slow=yes ;;
    --only) only=$2 && shift ;;
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
need cmd:hyperfine hyperfine
need cmd:sqlite3 sqlite3
need cmd:python3 python3
need cmd:strace strace
need cmd:npm npm
need file:/usr/bin/time time
install_needed

bin=${BL_BIN:-$top/build/release/bin}
[ -n "${BL_BIN:-}" ] || sh tests/lib/build.sh release >&2
generate=${BL_SHARED:-$top/../shared}/tools/gen-schema
work=$top/build/bench
mkdir -p "$work"
table=$work/table.md
: >"$table"

wanted() {
    case ,$only, in *,$1,*) return 0 ;; *) return 1 ;; esac
}

runs_for() {
    if [ "$1" -ge 10000 ] && [ "$runs" -gt 2 ]; then
        echo 2
    else
        echo "$runs"
    fi
}

# compare WHAT SIZE RUNS PREPARE OURS PEER-NAME PEER: a row with the ratio of the medians.
compare() {
    echo "measuring: $1, $2: against $6" >&2
    what=$1 size=$2 peer=$6 left=$3 prepare=$4 ours_once=$5 theirs_once=$7
    # One more of each, which is thrown away: the first finds cold caches.
    set -- "$ours_once" "$theirs_once"
    while [ "$left" -gt 0 ]; do
        set -- "$@" "$ours_once" "$theirs_once"
        left=$((left - 1))
    done
    hyperfine --style none --runs 1 --prepare "$prepare" --export-json "$work/one.json" \
        "$@" >"$work/hyperfine.log" 2>&1 || {
        cat "$work/hyperfine.log" >&2
        echo "| $what | $size | $peer | failed | | | |" >>"$table"
        return 0
    }
    python3 - "$work/one.json" "$what" "$size" "$peer" >>"$table" <<'PY'
import json
import statistics
import sys

path, what, size, peer = sys.argv[1:]
runs = json.load(open(path))["results"][2:]
time, cpu = ([[statistics.median(map(take, runs[side::2])) for side in (0, 1)] for take in (
    lambda run: run["mean"], lambda run: max(run["user"] + run["system"], 1e-6))])
print("| %s | %s | %s | %.1f | %.1f | %.3g | %.3g |" % (
    what, size, peer, time[0] * 1000, time[1] * 1000, time[0] / time[1], cpu[0] / cpu[1]))
PY
}

# The text that Lucid writes: .schema --indent without SQLite's own tables, then the ledger's rows.
lucid_text() {
    sqlite3 "$1" '.schema --indent' | grep -v '^CREATE TABLE sqlite_'
    sqlite3 "$1" "SELECT 'insert into \`adonis_schema\` (\`batch\`, \`id\`, \`migration_time\`, \`name\`) values ('
        || batch || ', ' || id || ', ' || quote(migration_time) || ', ' || quote(name) || ');'
        FROM adonis_schema ORDER BY id"
    echo 'insert into `adonis_schema_versions` (`version`) values (2);'
}

ledger='CREATE TABLE `adonis_schema` (`id` integer not null primary key autoincrement,
    `name` varchar(255) not null, `batch` integer not null,
    `migration_time` datetime default CURRENT_TIMESTAMP);
CREATE TABLE `adonis_schema_versions` (`version` integer, primary key (`version`));
INSERT INTO adonis_schema_versions VALUES (2);'

# Makes $1 a project of its own: the one above is the example.
make_project() {
    mkdir -p "$1/database"
    echo '{ "connections": { "sqlite": { "url": "sqlite:app.sqlite3" } } }' >"$1/database/connections.json"
}

# A database of $1 tables with a ledger of 300 rows, its snapshot and Lucid's text, and one without a
# ledger, made once.
prepare_size() {
    here=$work/$1
    [ ! -f "$here/done" ] || return 0
    echo "preparing $1 tables" >&2
    rm -rf "$here"
    make_project "$here"
    {
        echo 'BEGIN;'
        "$generate" --engine sqlite --tables "$1"
        echo 'COMMIT;'
    } | sqlite3 -bail "$here/plain.sqlite3"
    {
        echo 'BEGIN;'
        echo "$ledger"
        echo "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO adonis_schema (name, batch) SELECT printf('database/migrations/%04d_step', i), 1 FROM n;"
        "$generate" --engine sqlite --tables "$1"
        echo 'COMMIT;'
    } >"$here/source.sql"
    sqlite3 -bail "$here/source.sqlite3" <"$here/source.sql"
    lucid_text "$here/source.sqlite3" >"$here/lucid.sql"
    {
        echo 'BEGIN;'
        cat "$here/lucid.sql"
        echo 'COMMIT;'
    } >"$here/lucid-tx.sql"
    (cd "$here" && "$bin/schema-dump" --url sqlite:source.sqlite3 --path snapshot.sql >&2)
    : >"$here/done"
}

# Like with like: .schema writes no rows and flushes nothing, a dump writes the ledger's lines, and
# two files that are flushed.
bench_dump() {
    clean="rm -f $here/out.sql $here/out.meta.json"
    lines="SELECT 'INSERT INTO adonis_schema (name, batch) SELECT ' || quote(name) || ', ' || batch || ';'
        FROM adonis_schema ORDER BY id"
    compare 'schema-dump --path -, no ledger' "$1" "$2" "$clean" \
        "cd $here && $bin/schema-dump -q --url sqlite:plain.sqlite3 --path - > $here/out.sql" \
        'sqlite3 .schema' "sqlite3 $here/plain.sqlite3 .schema > $here/out.sql"
    compare 'schema-dump --path -, ledger of 300 rows' "$1" "$2" "$clean" \
        "cd $here && $bin/schema-dump -q --url sqlite:source.sqlite3 --path - > $here/out.sql" \
        'sqlite3 .schema and a SELECT of the 300 lines' \
        "sqlite3 $here/source.sqlite3 .schema \"$lines\" > $here/out.sql"
    compare 'schema-dump, two files flushed to disk' "$1" "$2" "$clean" \
        "cd $here && $bin/schema-dump -q --url sqlite:plain.sqlite3 --path out.sql" \
        'sqlite3 .schema, sync of its file' \
        "sqlite3 $here/plain.sqlite3 .schema > $here/out.sql && sync $here/out.sql"
    compare 'schema-dump, two files flushed to disk' "$1" "$2" "$clean" \
        "cd $here && $bin/schema-dump -q --url sqlite:plain.sqlite3 --path out.sql" \
        'sqlite3 .schema' "sqlite3 $here/plain.sqlite3 .schema > $here/out.sql"
}

bench_load() {
    clean="rm -f $here/new.sqlite3*"
    ours="cd $here && $bin/schema-load -q --create --url sqlite:new.sqlite3 --path snapshot.sql"
    if [ "$1" -lt 10000 ] || [ "$slow" = yes ]; then
        compare 'schema-load' "$1" "$2" "$clean" "$ours" \
            'sqlite3 < Lucid text' "sqlite3 $here/new.sqlite3 < $here/lucid.sql"
    fi
    compare 'schema-load' "$1" "$2" "$clean" "$ours" \
        'the same in one transaction' "sqlite3 $here/new.sqlite3 < $here/lucid-tx.sql"
    compare 'schema-load --ephemeral' "$1" "$2" "$clean" "$ours --ephemeral" \
        'the same in one transaction' "sqlite3 $here/new.sqlite3 < $here/lucid-tx.sql"
}

bench_clones() {
    load="cd $here && $bin/schema-load -q --create --url sqlite:new.sqlite3 --path snapshot.sql"
    copies='for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do cp new.sqlite3 new_$i.sqlite3; done'
    clean="rm -f $here/new*"
    # Like with like: a clone is flushed to the disk, a copy by cp is not.
    compare 'schema-load --clones 20' "$1" "$2" "$clean" "$load --clones 20" \
        'schema-load, cp 20 times, sync of the copies' "$load && $copies && sync new_*"
    compare 'schema-load --clones 20 --ephemeral' "$1" "$2" "$clean" "$load --clones 20 --ephemeral" \
        'schema-load --ephemeral, cp 20 times' "$load --ephemeral && $copies"
    compare 'schema-load --clones 20' "$1" "$2" "$clean" "$load --clones 20" \
        'schema-load, cp 20 times, nothing of it flushed' "$load && $copies"
}

# fsyncs NAME COMMAND: how often the command flushes to the disk.
fsyncs() {
    rm -f "$work"/run/*.sqlite3* "$work"/run/*-lock
    sh -c "cd $work/run && exec strace -f -qq -c -e trace=fsync,fdatasync -o $work/strace.txt $2" \
        >/dev/null 2>&1 || :
    awk -v name="$1" '$NF ~ /^(fsync|fdatasync)$/ { n += $4 } END { print "| " name " | " n + 0 " |" }' \
        "$work/strace.txt" >>"$work/fsyncs.md"
}

find_dbmate() {
    find "$work/node_modules" -path '*/bin/dbmate' -type f -perm -100 2>/dev/null | head -n 1
}

bench_migrate() {
    rm -rf "$work/run"
    make_project "$work/run"
    "$generate" --engine sqlite --tables 300 --migrations "$work/run/database/migrations" >/dev/null
    mkdir "$work/run/up"
    for file in "$work"/run/database/migrations/*.sql; do
        name=$(basename "$file" .sql)
        {
            echo 'BEGIN;'
            sed '/^-- migrate:down/,$d' "$file"
            echo "INSERT INTO adonis_schema (name, batch) VALUES ('database/migrations/$name', 1); COMMIT;"
        } >"$work/run/up/$name.sql"
    done
    echo "$ledger" >"$work/run/ledger.sql"
    cat >"$work/run/loop.sh" <<'LOOP'
sqlite3 loop.sqlite3 <ledger.sql
for file in up/*.sql; do
    sqlite3 -bail loop.sqlite3 <"$file" || exit 1
done
LOOP
    # The program itself: the wrapper that npm puts before it would cost a start of node.
    dbmate=$(find_dbmate)
    if [ -z "$dbmate" ]; then
        npm install --silent --no-save --no-audit --no-fund --prefix "$work" dbmate >&2 || :
        dbmate=$(find_dbmate)
    fi

    clean="rm -f $work/run/*.sqlite3* $work/run/*-lock"
    ours="$bin/migrate run -q --create --no-snapshot --url sqlite:ours.sqlite3"
    compare 'migrate run' '300 files' "$runs" "$clean" "cd $work/run && $ours" \
        'loop of sqlite3' "cd $work/run && sh loop.sh"
    compare 'migrate run --ephemeral' '300 files' "$runs" "$clean" "cd $work/run && $ours --ephemeral" \
        'loop of sqlite3' "cd $work/run && sh loop.sh"
    : >"$work/fsyncs.md"
    fsyncs 'migrate run' "$ours"
    fsyncs 'migrate run --ephemeral' "$ours --ephemeral"
    fsyncs 'loop of sqlite3' 'sh loop.sh'
    if [ -z "$dbmate" ]; then
        echo 'dbmate cannot be installed: left out' >&2
    else
        dbmate="$dbmate --url sqlite:dbmate.sqlite3 -d database/migrations --no-dump-schema up"
        # dbmate's driver sets synchronous=normal, which flushes less than SQLite's default.
        normal="$bin/migrate run -q --create --no-snapshot --url 'sqlite:ours.sqlite3?synchronous=normal'"
        compare 'migrate run, synchronous=normal' '300 files' "$runs" "$clean" "cd $work/run && $normal" \
            'dbmate' "cd $work/run && $dbmate"
        compare 'migrate run' '300 files' "$runs" "$clean" "cd $work/run && $ours" \
            'dbmate' "cd $work/run && $dbmate"
        compare 'migrate run --ephemeral' '300 files' "$runs" "$clean" \
            "cd $work/run && $ours --ephemeral" 'dbmate' "cd $work/run && $dbmate"
        fsyncs 'migrate run, synchronous=normal' "$normal"
        fsyncs 'dbmate' "$dbmate"
    fi
}

bench_start() {
    make_project "$work/start"
    for program in nothing opens; do
        # shellcheck disable=SC2046 # flags are words
        cc -O2 -o "$work/start/$program" "tests/bench/$program.c" -Wl,--no-as-needed \
            $(pkg-config --libs glib-2.0 sqlite3 jansson zlib)
    done
    # What SQLite alone costs as a shared library; an optimised program has it inside, as GLib and jansson.
    cc -O2 -o "$work/start/least" tests/bench/nothing.c -Wl,--no-as-needed -lsqlite3 -lm
    rm -f "$work"/start/*.sqlite3*
    (cd "$work/start" && "$bin/migrate" run -q --create --url sqlite:app.sqlite3 >&2)
    compare 'migrate status' 'start-up' $((runs * 20)) true \
        "cd $work/start && $bin/migrate status -q --url sqlite:app.sqlite3" \
        'a program that does nothing' "cd $work/start && ./nothing"
    compare 'migrate status' 'start-up' $((runs * 20)) true \
        "cd $work/start && $bin/migrate status -q --url sqlite:app.sqlite3" \
        'the same with SQLite alone' "cd $work/start && ./least"
    compare 'migrate status' 'start-up' $((runs * 20)) true \
        "cd $work/start && $bin/migrate status -q --url sqlite:app.sqlite3" \
        'a program that opens the database and asks for the ledger' "cd $work/start && ./opens"
    compare 'migrate --version' 'start-up' $((runs * 20)) true \
        "cd $work/start && $bin/migrate --version" \
        'a program that does nothing' "cd $work/start && ./nothing"
}

# peak NAME SIZE COMMAND: the largest resident size in MiB.
peak() {
    rm -f "$here"/new*.sqlite3* "$here"/out.*
    sh -c "cd $here && exec /usr/bin/time -o $work/time.txt -f %M $3" >/dev/null 2>&1 || :
    awk -v name="$1" -v size="$2" 'END { printf "| %s | %s | %.1f |\n", name, size, $1 / 1024 }' \
        "$work/time.txt" >>"$work/peaks.md"
}

bench_memory() {
    peak 'schema-dump' "$1" "$bin/schema-dump -q --url sqlite:source.sqlite3 --path out.sql"
    peak 'sqlite3 .schema' "$1" 'sqlite3 source.sqlite3 .schema'
    peak 'schema-load' "$1" "$bin/schema-load -q --create --url sqlite:new.sqlite3 --path snapshot.sql"
    peak 'sqlite3, one transaction' "$1" 'sqlite3 new.sqlite3 ".read lucid-tx.sql"'
}

: >"$work/fsyncs.md"
: >"$work/peaks.md"
for size in $sizes; do
    here=$work/$size
    wanted dump || wanted load || wanted clones || wanted memory || continue
    prepare_size "$size"
    n=$(runs_for "$size")
    for part in dump load clones; do
        wanted "$part" && "bench_$part" "$size" "$n"
    done
    wanted memory && bench_memory "$size"
done
wanted migrate && bench_migrate
wanted start && bench_start

printf 'SQLite %s, %s processors, medians of %s runs; a ratio under 1 is in our favour.\n\n' \
    "$(sqlite3 --version | cut -d' ' -f1)" "$(nproc)" "$runs"
echo '| what | size | against | ours, ms | theirs, ms | ratio | ratio of CPU time |'
echo '|---|---|---|---|---|---|---|'
cat "$table"
if [ -s "$work/fsyncs.md" ]; then
    printf '\n| 300 migrations | flushes to disk |\n|---|---|\n'
    cat "$work/fsyncs.md"
fi
if [ -s "$work/peaks.md" ]; then
    printf '\n| peak memory | tables | MiB |\n|---|---|---|\n'
    cat "$work/peaks.md"
fi
