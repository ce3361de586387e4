# SIGKILL whenever something is sent to the server, and disks that are full.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

# The disk is full: exit 6, and the old pair stays.
pg_create source
pg_sql source 'CREATE TABLE new (a integer)'
mkdir d
pg_create old
pg_sql old 'CREATE TABLE old (a integer)'
run 0 schema-dump --url "$(pg_url old)" --path d/s.sql
sum=$(cat d/s.sql d/s.meta.json | cksum)
disk_calls=pwrite64,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,link,linkat
count_calls schema-dump --url "$(pg_url source)" --path other/s.sql
n=0
failed=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    code=0
    fail_from $n ENOSPC schema-dump --url "$(pg_url source)" --path d/s.sql || code=$?
    [ "$code" = 0 ] && break
    failed=$((failed + 1))
    [ "$code" = 6 ] || fail "dump, call $n: exit $code: $(cat stderr)"
    [ "$sum" = "$(cat d/s.sql d/s.meta.json | cksum)" ] && continue
    # Behind the manifest's rename there is no way back: the new SQL waits beside it, and the next dump finishes the write.
    grep -q 'CREATE TABLE public.new' d/s.sql || {
        grep -q 'CREATE TABLE public.new' d/s.sql.baseline-new || fail "dump, call $n: neither the old pair nor the new one"
        run 0 schema-dump --url "$(pg_url source)" --path d/s.sql
        grep -q 'CREATE TABLE public.new' d/s.sql || fail "dump, call $n: the next dump does not finish it"
    }
    rm -r d
    run 0 schema-dump --url "$(pg_url old)" --path d/s.sql
done
[ "$failed" -gt 2 ] || fail "only $failed calls failed"
code=0
schema-dump --url "$(pg_url source)" --path - >/dev/full 2>stderr || code=$?
[ "$code" = 6 ] || fail "dump to /dev/full: exit $code"

# SIGKILL at what is sent. What the server does with a statement that it has got is its own affair: wait for it.
mkdir -p database/migrations
for m in 1 2; do
    printf -- '-- migrate:up\nCREATE TABLE m%s (a integer);\nINSERT INTO m%s VALUES (%s);\n' $m $m $m >"database/migrations/${m}_m.sql"
done
state="SELECT string_agg(substr(name, 21), ',' ORDER BY id), (SELECT count(*) FROM m1), (SELECT count(*) FROM m2),
    (SELECT string_agg(state, ',' ORDER BY name) FROM adonis_schema_journal WHERE ledger_id IS NOT NULL) FROM adonis_schema"
disk_calls=sendto
pg_create count
count_calls migrate run --url "$(pg_url count)"
[ "$calls" -gt 5 ] || fail "only $calls calls"
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    pg_create x
    kill_at $n migrate run --url "$(pg_url x)"
    pg_wait_alone x
    run 0 migrate run --url "$(pg_url x)"
    expect_pg x "$state" '1_m,2_m|1|1|applied,applied'
done

pg_create rich
gen_schema --engine postgres --tables 30 --kind rich >rich.sql
pg_file rich rich.sql
run 0 schema-dump --url "$(pg_url rich)" --path rich-dump.sql
pg_create count
count_calls schema-load --url "$(pg_url count)" --path rich-dump.sql
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    pg_create x
    kill_at $n schema-load --url "$(pg_url x)" --path rich-dump.sql
    pg_wait_alone x
    case $(pg_sql x "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t0'") in
    0) run 0 schema-load --url "$(pg_url x)" --path rich-dump.sql ;;
    30) run 5 schema-load --url "$(pg_url x)" --path rich-dump.sql ;;
    *) fail "killed at call $n: half a load" ;;
    esac
done
expect_pg_same rich x --no-owner --no-acl
