#!/bin/sh
# What a long history costs: status over N files and N ledger rows, by hand; prints one Markdown table.
#   sh tests/bench/status.sh [N...]      (25000 50000 100000)
# At 100,000 status takes less than 2 s and 300 MB, and the cost in processor time, which a busy machine changes least, is
# linear; exit status 1 when it is not. Files are read by several threads.
# BL_BIN: where the tools are (build/release/bin).
set -eu

cd "$(dirname "$0")/../.."
top=$PWD
bin=${BL_BIN:-$top/build/release/bin}
[ -x "$bin/migrate" ] || sh tests/lib/build.sh release >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/baseline-status.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 25000 50000 100000

# history N CONVENTION: N files of three lines, all applied but the last.
history() {
    python3 - "$work" "$1" "$2" <<'PYTHON'
import hashlib, os, sqlite3, sys
work, n, convention = sys.argv[1], int(sys.argv[2]), sys.argv[3]
folder = work + "/database/migrations"
os.makedirs(folder)
with open(work + "/database/connections.json", "w") as file:
    file.write('{ "connections": { "app": { "url": "sqlite:app.db", "migrations": { "convention": "%s" } } } }' % convention)
db = sqlite3.connect(work + "/app.db")
db.execute("CREATE TABLE adonis_schema (id integer not null primary key autoincrement, name varchar(255) not null, batch integer not null, migration_time datetime default CURRENT_TIMESTAMP)")
db.execute("CREATE TABLE adonis_schema_versions (version integer, primary key (version))")
db.execute("INSERT INTO adonis_schema_versions VALUES (2)")
db.execute("CREATE TABLE schema_migrations (version varchar(128) primary key)")
for i in range(1, n + 1):
    name = "%d_create_table_%d" % (1700000000000 + i, i)
    with open(folder + "/" + name + ".sql", "w") as file:
        file.write("-- migrate:up\nCREATE TABLE t%d (id integer PRIMARY KEY, name varchar(120) NOT NULL);\n-- migrate:down\nDROP TABLE t%d;\n" % (i, i))
    if i < n:
        db.execute("INSERT INTO adonis_schema (name, batch) VALUES (?, ?)", ("database/migrations/" + name, i))
        db.execute("INSERT INTO schema_migrations VALUES (?)", (str(1700000000000 + i),))
db.commit()
PYTHON
}

# measure N CONVENTION COMMAND...: seconds, those of the processors, and megabytes: the best of five.
measure() {
    n=$1 name=$2
    shift 2
    best='' least=''
    for _ in 1 2 3 4 5; do
        (cd "$work" && /usr/bin/time -f '%e %U %S %M' -o time.txt "$bin/migrate" "$@" >out.txt 2>err.txt) || {
            cat "$work/err.txt" >&2
            exit 1
        }
        read -r seconds user system kilobytes <"$work/time.txt"
        best=$(echo "${best:-999} $seconds" | awk '{ print $1 < $2 ? $1 : $2 }')
        least=$(echo "${least:-999} $user $system" | awk '{ print $1 < $2 + $3 ? $1 : $2 + $3 }')
    done
    echo "| $n | $name | $* | $best | $least | $((kilobytes / 1024)) |"
    echo "$n $best $least $kilobytes $name $*" >>"$work/all.txt"
}

echo '| files | convention | migrate | s | processor s | MB |'
echo '|---|---|---|---|---|---|'
for n in "$@"; do
    for convention in baseline dbmate; do
        rm -rf "$work/database" "$work/app.db"
        history "$n" "$convention"
        # Every row gets its digests, as after a run of ours.
        (cd "$work" && "$bin/migrate" adopt --from lucid -q >/dev/null) || exit 1
        measure "$n" "$convention" status
        measure "$n" "$convention" status --json
        measure "$n" "$convention" run --dry-run
        # What a snapshot holds is looked up for every file and every row.
        (cd "$work" && "$bin/schema-dump" -q) || exit 1
        measure "$n" "$convention+snapshot" status
    done
done

awk '$1 == 100000 && $6 == "status" && ($2 >= 2 || $4 >= 300 * 1024) { print "too much: " $0; bad = 1 }
    $6 == "status" { per = $3 / $1; key = $5 " " $7
        if (key in first && per > 1.5 * first[key]) { print "not linear: " $0; bad = 1 }
        if (!(key in first)) first[key] = per }
    END { exit bad }' "$work/all.txt" >&2
