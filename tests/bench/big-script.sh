#!/bin/sh
# Loads a script of about 1 GB, by hand: the peak memory has to stay that of one statement.
#   sh tests/bench/big-script.sh [MEGABYTES]
# BL_BIN: where the tools are (build/release/bin).
set -eu

cd "$(dirname "$0")/../.."
bin=${BL_BIN:-$PWD/build/release/bin}
megabytes=${1:-1024}
work=$PWD/build/bench/big
rm -rf "$work"
mkdir -p "$work"
cd "$work"
mkdir database
echo '{ "connections": { "sqlite": { "url": "sqlite:app.sqlite3" } } }' >database/connections.json

# Rows of 1,717 bytes that delete themselves by a trigger, so that the database stays small.
{
    echo 'CREATE TABLE t (body TEXT NOT NULL);'
    echo 'CREATE TRIGGER t_empty AFTER INSERT ON t BEGIN DELETE FROM t; END;'
    # What looks like an end or a comment, inside a literal.
    awk -v n="$((megabytes * 1024 * 1024 / 1717))" -v quote="'" 'BEGIN {
        body = sprintf("%120s", "")
        gsub(/ /, "x;--y/*", body)
        for (i = 0; i < n; i++)
            print "INSERT INTO t (body) VALUES (" quote body body "z" quote ");"
    }'
} >big.sql
ls -l big.sql
/usr/bin/time -f 'peak memory %M KiB, %e s' \
    "$bin/schema-load" --create --ephemeral --url sqlite:big.sqlite3 --path big.sql
