# The disk is full from the N-th call on, for every N: exit 6, and the old files and the database are as they were.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

sqlite3 old.db "CREATE TABLE old (a)"
sqlite3 new.db "CREATE TABLE new (a); INSERT INTO new VALUES (1)"
run 0 schema-dump --url sqlite:old.db --path s.sql
sum=$(cat s.sql s.meta.json | cksum)
cp s.sql keep.sql
cp s.meta.json keep.meta.json
count_calls schema-dump --url sqlite:new.db --path other/s.sql
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    code=0
    fail_from $n ENOSPC schema-dump --url sqlite:new.db --path s.sql || code=$?
    [ "$code" = 0 ] && break
    [ "$code" = 6 ] || fail "dump, call $n: exit $code"
    run 0 schema-load --url sqlite:check.db --create --path s.sql
    rm -f check.db
    if [ "$sum" != "$(cat s.sql s.meta.json | cksum)" ]; then
        # Only behind the point of no return, and then all of it.
        grep -q 'CREATE TABLE new' s.sql || fail "dump, call $n: neither the old pair nor the new one"
        cp keep.sql s.sql
        cp keep.meta.json s.meta.json
    fi
done
[ "$n" -gt 3 ] || fail "only $n calls failed"

count_calls schema-load --url sqlite:count.db --create --path keep.sql
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    code=0
    sqlite3 x.db "VACUUM"
    fail_from $n ENOSPC schema-load --url sqlite:x.db --path keep.sql || code=$?
    objects=$(sqlite3 x.db "SELECT count(*) FROM sqlite_schema; PRAGMA integrity_check")
    case $code$objects in
    0*) break ;;
    "60
ok" | "61
ok") ;;
    *) fail "load, call $n: exit $code, $objects" ;;
    esac
    rm -f x.db*
done
[ "$n" -gt 3 ] || fail "only $n calls failed"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
sqlite3 live.db "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)"
cp live.db x.db
count_calls migrate run --url sqlite:x.db
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    rm -f x.db*
    cp live.db x.db
    code=0
    fail_from $n ENOSPC migrate run --url sqlite:x.db || code=$?
    [ "$code" = 0 ] && break
    [ "$code" = 6 ] || fail "run, call $n: exit $code"
    expect_rows x.db "SELECT a FROM mine; PRAGMA integrity_check" "1
ok"
    run 0 migrate run --url sqlite:x.db
    expect_rows x.db "SELECT count(*) FROM adonis_schema" 1
done
[ "$n" -gt 3 ] || fail "only $n calls failed"

# Writing to stdout.
code=0
schema-dump --url sqlite:new.db --path - >/dev/full 2>stderr || code=$?
[ "$code" = 6 ] || fail "dump to /dev/full: exit $code"
expect_err 'o space left on device'

# A small file system, where one can be made.
mkdir small
if mount -t tmpfs -o size=64k tmpfs small 2>/dev/null; then
    trap 'umount "$PWD/small"' EXIT
    cp keep.sql small/s.sql
    cp keep.meta.json small/s.meta.json
    gen_schema --engine sqlite --tables 300 >large.tables
    sqlite3 large.db <large.tables
    run 6 schema-dump --url sqlite:large.db --path small/s.sql
    expect_err 'o space left on device'
    expect_same keep.sql small/s.sql
    expect_same keep.meta.json small/s.meta.json
    [ "$(find small -type f | wc -l)" = 2 ] || fail "leftovers: $(ls small)"
    run 0 schema-dump --url sqlite:large.db --path large.sql
    run 6 schema-load --url sqlite:small/x.db --create --path large.sql
    [ ! -e small/x.db ] || fail "a failed load left a database"
fi
