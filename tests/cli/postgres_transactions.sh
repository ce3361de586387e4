# Files that cannot or will not run in one transaction.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json
write() {
    printf -- '-- migrate:up%s\n%s\n-- migrate:down%s\n%s\n' "${4:-}" "$2" "${4:-}" "$3" >"database/migrations/$1.sql"
}
write 1_t 'CREATE TABLE t (a integer);' 'DROP TABLE t;'
run 0 migrate run

# CONCURRENTLY and its like are refused with their place, before anything has run.
for statement in 'CREATE INDEX CONCURRENTLY i ON t (a)' 'DROP INDEX CONCURRENTLY IF EXISTS i' 'REINDEX TABLE CONCURRENTLY t' 'VACUUM t' \
    'CREATE UNIQUE INDEX /* so */ concurrently i ON t (a)'; do
    write 2_i "CREATE TABLE before (a integer);
$statement;" 'DROP INDEX i;'
    run 2 migrate run
    expect_err '2_i.sql:3:1'
    expect_err 'transaction:false'
    expect_pg app "SELECT to_regclass('before') IS NULL" t
done
write 2_i 'CREATE INDEX CONCURRENTLY i ON t (a);' 'DROP INDEX CONCURRENTLY i;' ' transaction:false'
run 0 migrate run
expect_pg app "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass" t
run 0 migrate rollback
expect_pg app "SELECT to_regclass('i') IS NULL" t
run 0 migrate run
# More of them in one file, and between other statements.
write 3_more 'ALTER TABLE t ADD COLUMN b integer;
CREATE INDEX CONCURRENTLY j ON t (b);
VACUUM t;
CREATE INDEX CONCURRENTLY k ON t (a, b);' 'DROP INDEX k; DROP INDEX j; ALTER TABLE t DROP COLUMN b;' ' transaction:false'
run 0 migrate run
expect_pg app "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid" 3

# A new value of an enum can be used by the next file.
write 4_enum "CREATE TYPE mood AS ENUM ('low');" 'DROP TYPE mood;'
write 5_value "ALTER TYPE mood ADD VALUE 'high';" 'SELECT 1;'
write 6_use "CREATE TABLE moods (m mood DEFAULT 'high'); INSERT INTO moods VALUES ('high');" 'DROP TABLE moods;'
run 0 migrate run

# BEGIN and COMMIT of one's own need transaction:false, and then hold.
write 7_own 'BEGIN; CREATE TABLE own (a integer); COMMIT;' 'DROP TABLE own;'
run 2 migrate run
expect_err '7_own.sql:2:1'
expect_err 'transaction:false'
write 7_own 'BEGIN;
CREATE TABLE own (a integer);
COMMIT;
BEGIN;
CREATE TABLE own_too (a integer);
INSERT INTO nowhere VALUES (1);
COMMIT;' 'DROP TABLE own;' ' transaction:false'
run 4 migrate run
expect_err '7_own.sql:7:'
expect_pg app "SELECT to_regclass('own') IS NOT NULL, to_regclass('own_too') IS NULL" 't|t'
run 5 migrate run
expect_err 'migrate repair'
run 5 schema-dump
run 0 migrate status
expect_out 'failed'
pg_sql app 'CREATE TABLE nowhere (a integer)'
# What its transaction had done is gone with it: it begins again at its BEGIN.
run 0 migrate repair --resume-at 4
expect_pg app "SELECT to_regclass('own_too') IS NOT NULL, (SELECT count(*) FROM nowhere)" 't|1'
run 0 migrate status --exit-code

# DDL that is not in a transaction is there when it was answered: what fails later resumes behind it.
write 8_half 'CREATE TABLE h (x integer);
INSERT INTO h VALUES (1);
INSERT INTO missing VALUES (1);
INSERT INTO h VALUES (2);' 'DROP TABLE h;' ' transaction:false'
run 4 migrate run
expect_err '8_half.sql:4:'
run 0 migrate repair
expect_out 'statement 3 of 4: INSERT INTO missing'
pg_sql app 'CREATE TABLE missing (x integer)'
run 0 migrate repair --resume-at 3
expect_pg app "SELECT string_agg(x::text, ',' ORDER BY x) FROM h" 1,2
run 0 migrate status --exit-code

# An index that failed half-way is named by the server, and the file says where.
write 9_unique 'INSERT INTO t VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY u ON t (a);' 'SELECT 1;' ' transaction:false'
run 4 migrate run
expect_err '9_unique.sql:3:'
expect_err 'u'
pg_sql app 'DROP INDEX u; DELETE FROM t'
run 0 migrate repair --resume-at 2
run 0 migrate status --exit-code

# Timeouts, in seconds: of a run.
write 91_slow 'SELECT pg_sleep(20);' 'SELECT 1;'
started=$(date +%s)
run 4 migrate run --statement-timeout 1
expect_err '91_slow.sql:2:1'
expect_err 'statement timeout'
[ $(($(date +%s) - started)) -lt 10 ] || fail "the timeout came late"
write 91_slow 'ALTER TABLE t ADD COLUMN late integer;' 'SELECT 1;'
pg_hold app 'BEGIN; LOCK TABLE t'
code=0
migrate run --lock-timeout 1 >stdout 2>stderr || code=$?
pg_let_go
case $code in 4 | 5) ;; *) fail "exit $code for a lock that was not to be had" ;; esac
expect_err 'lock timeout'
run 0 migrate run

# What is one transaction goes out together, each statement with its own place and its own time; and COMMIT with what puts the
# settings back. Who asks for the statements gets each by itself.
pg_sql app "CREATE TABLE at_commit (message text); CREATE TABLE deferred (a integer);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.at_commit VALUES (current_query()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER note AFTER INSERT ON deferred INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()"
together='SET search_path = nowhere;
INSERT INTO public.deferred VALUES (1);
CREATE TABLE public.seen AS SELECT current_query() AS message;
SELECT pg_sleep(1.2);
SELECT pg_sleep(1.2);'
write 92_together "$together
INSERT INTO public.absent VALUES (1);" 'SELECT 1;'
run 4 migrate run
expect_err '92_together.sql:7:13'
expect_pg app "SELECT to_regclass('seen'), (SELECT count(*) FROM deferred)" '|0'
write 92_together "$together" 'DROP TABLE seen;'
write 93_path "CREATE TABLE path AS SELECT current_setting('search_path') AS value;" 'DROP TABLE path;'
run 0 migrate run --statement-timeout 2
expect_pg app "SELECT message LIKE 'BEGIN; SET search_path%pg_sleep(1.2)%pg_sleep(1.2)' FROM seen" t
expect_pg app "SELECT message LIKE '%; COMMIT; RESET SESSION AUTHORIZATION%' FROM at_commit" t
expect_pg app 'SELECT value FROM path' '"$user", public'
run 0 migrate rollback --step 2
pg_sql app 'DELETE FROM deferred; DELETE FROM at_commit'
run 0 migrate run -v
expect_pg app 'SELECT message FROM seen' 'CREATE TABLE public.seen AS SELECT current_query() AS message'
expect_pg app "SELECT message LIKE '%; COMMIT' FROM at_commit" t

# What a failed CREATE INDEX CONCURRENTLY left is no part of a dump, which says so; nor is it for pg_dump.
pg_create wreck
pg_sql wreck 'CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)'
psql -X -q -d "$(pg_info wreck)" -c 'CREATE UNIQUE INDEX CONCURRENTLY "W w" ON t (a)' >/dev/null 2>&1 && fail 'the index was made'
expect_pg wreck 'SELECT count(*) FROM pg_index WHERE NOT indisvalid' 1
pg_sql wreck 'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX lone ON ONLY p (a)'
run 0 schema-dump --url "$(pg_url wreck)" --path wreck.sql
expect_err 'index public."W w" is left out: it is not valid'
! grep -q 'W w' wreck.sql || fail 'it is in the dump'
grep -q 'CREATE INDEX lone ON ONLY public.p' wreck.sql || fail 'the index of the partitioned table is not there'
pg_sql wreck 'DELETE FROM t'
psql -X -q -d "$(pg_info wreck)" -c 'REINDEX INDEX CONCURRENTLY "W w"' || fail 'REINDEX'
run 0 schema-dump --url "$(pg_url wreck)" --path wreck.sql
expect_no_err 'is left out'
grep -q 'W w' wreck.sql || fail 'a valid one is not in the dump'

# One that nothing but the loss of partitions, or a failure below it, left not valid is valid in the copy: that is told, of those alone.
pg_sql wreck 'CREATE TABLE q (a int) PARTITION BY LIST (a); CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1); CREATE INDEX bare ON ONLY q (a);
    ALTER TABLE ONLY q ADD CONSTRAINT q_key UNIQUE (a); DROP TABLE q1; CREATE TABLE r (a int) PARTITION BY LIST (a); CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1);
    INSERT INTO r VALUES (1); CREATE INDEX upper ON ONLY r ((1 / (a - 1)))'
psql -X -q -d "$(pg_info wreck)" -c 'CREATE INDEX CONCURRENTLY lower ON r1 ((1 / (a - 1)))' >/dev/null 2>&1 && fail 'the index below was made'
pg_sql wreck 'ALTER INDEX upper ATTACH PARTITION lower'
run 0 schema-dump --url "$(pg_url wreck)" --path wreck.sql
expect_err 'index public.bare is not valid, and will be where the snapshot is loaded'
expect_err 'index public.q_key is not valid, and will be where the snapshot is loaded'
expect_err 'index public.lower is not valid, and will be where the snapshot is loaded'
expect_err 'index public.upper is not valid, and will be where the snapshot is loaded'
[ "$(grep -c 'and will be where' stderr)" = 4 ] || fail "$(cat stderr)"
pg_create copy
run 0 schema-load --url "$(pg_url copy)" --path wreck.sql
expect_pg copy 'SELECT string_agg(indexrelid::regclass::text, $$ $$ ORDER BY 1) FROM pg_index WHERE NOT indisvalid' "$(pg_sql wreck "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE NOT indisvalid AND indexrelid::regclass::text NOT IN ('bare', 'q_key', 'lower', 'upper')")"
pg_sql wreck 'DROP INDEX bare; ALTER TABLE q DROP CONSTRAINT q_key; CREATE INDEX bare ON ONLY q (a); DROP TABLE r'
run 0 schema-dump --url "$(pg_url wreck)" --path wreck.sql
expect_no_err 'will be where'
