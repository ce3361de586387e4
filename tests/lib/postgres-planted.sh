# shellcheck shell=sh
# Planted differences: each mutation of a database is found by the proof of its squash, whatever kind of object it is.
# Source it after postgres.sh; $part says which half of them a script takes: 0 or 1.
: "${part:?}"

: "${pg_version:=}" "${pg_test:=}"

# KIND | SQL: the proof must say something of an object of that kind.
mutations() {
    cat <<'LIST'
schema|CREATE SCHEMA more
schema|DROP SCHEMA app CASCADE
extension|DROP EXTENSION hstore
extension|ALTER EXTENSION hstore SET SCHEMA app
type|ALTER TYPE mood ADD VALUE 'calm' BEFORE 'ok'
type|ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'
type|ALTER TYPE pair ADD ATTRIBUTE c int
type|DROP TYPE span
domain|ALTER DOMAIN positive DROP NOT NULL
domain|ALTER DOMAIN positive SET DEFAULT 2
domain|ALTER DOMAIN positive DROP CONSTRAINT over_zero
collation|DROP COLLATION app.nocase
function|CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n'
function|ALTER FUNCTION twice(int) VOLATILE
function|ALTER FUNCTION twice(int) SECURITY DEFINER
function|ALTER FUNCTION twice(int) SET search_path = app
function|ALTER FUNCTION twice(int) COST 7
function|ALTER FUNCTION twice(int) PARALLEL SAFE
procedure|DROP PROCEDURE tidy()
aggregate|DROP AGGREGATE total(int)
operator|DROP OPERATOR === (int, int)
operator|ALTER OPERATOR === (int, int) SET (RESTRICT = eqsel)
operator class|DROP OPERATOR CLASS odd_class USING btree
operator class|ALTER OPERATOR FAMILY odd_family USING btree ADD OPERATOR 1 < (int, int)
cast|DROP CAST (pair AS text)
conversion|DROP CONVERSION odd_conversion
text search dictionary|ALTER TEXT SEARCH DICTIONARY odd_dictionary (stopwords = french)
text search configuration|ALTER TEXT SEARCH CONFIGURATION odd_search DROP MAPPING FOR email
foreign data wrapper|ALTER FOREIGN DATA WRAPPER odd_wrapper OPTIONS (SET debug 'false')
sequence|ALTER SEQUENCE app.counter INCREMENT 6
sequence|ALTER SEQUENCE app.counter CYCLE
table|CREATE TABLE more (a int)
table|ALTER TABLE users ADD COLUMN extra int
table|ALTER TABLE users DROP COLUMN tags
table|ALTER TABLE users RENAME COLUMN note TO notes
table|ALTER TABLE users ALTER COLUMN note TYPE varchar(7)
table|ALTER TABLE users ALTER COLUMN note SET NOT NULL
table|ALTER TABLE users ALTER COLUMN name SET DEFAULT 'somebody'
table|ALTER TABLE users ALTER COLUMN name DROP DEFAULT
table|ALTER TABLE users ALTER COLUMN upper_name DROP EXPRESSION
table|ALTER TABLE users ALTER COLUMN note SET STATISTICS 77
table|ALTER TABLE users ALTER COLUMN note SET STORAGE EXTERNAL
table|ALTER TABLE users ALTER COLUMN note SET (n_distinct = 5)
table|ALTER TABLE users ALTER COLUMN tags SET COMPRESSION lz4
table|ALTER TABLE roles ALTER COLUMN id SET GENERATED ALWAYS
table|ALTER TABLE roles ALTER COLUMN id SET INCREMENT 9
table|ALTER TABLE parent SET (fillfactor = 60)
table|ALTER TABLE child NO INHERIT parent
table|ALTER TABLE events DETACH PARTITION events_2020
table|ALTER TABLE cache SET LOGGED
table|ALTER TABLE roles REPLICA IDENTITY FULL
table|ALTER TABLE users FORCE ROW LEVEL SECURITY
table|ALTER TABLE users DISABLE ROW LEVEL SECURITY
index|ALTER TABLE roles CLUSTER ON roles_name
table|ALTER TABLE users DROP CONSTRAINT name_length
constraint|ALTER TABLE roles DROP CONSTRAINT roles_name_key
constraint|ALTER TABLE users DROP CONSTRAINT users_note_excl
foreign key|ALTER TABLE users DROP CONSTRAINT users_role_id_fkey
foreign key|ALTER TABLE users ALTER CONSTRAINT users_role_id_fkey DEFERRABLE
foreign key|ALTER TABLE of_twins DROP CONSTRAINT of_twins_fkey; DROP INDEX twins_one; CREATE UNIQUE INDEX twins_one ON twins (a); ALTER TABLE of_twins ADD CONSTRAINT of_twins_fkey FOREIGN KEY (a) REFERENCES twins (a)
index|DROP INDEX users_name
index|CREATE INDEX more ON users (note)
index|ALTER INDEX users_name SET (fillfactor = 50)
statistics|DROP STATISTICS users_stats
statistics|ALTER STATISTICS users_stats SET STATISTICS 5
view|CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 0
view|ALTER VIEW names SET (security_barrier = true)
view|ALTER VIEW names ALTER COLUMN name SET DEFAULT 'x'
materialized view|DROP MATERIALIZED VIEW counts
rule|DROP RULE keep ON cache
rule|ALTER TABLE cache DISABLE RULE keep
trigger|ALTER TABLE users DISABLE TRIGGER users_touch
trigger|ALTER TABLE users ENABLE ALWAYS TRIGGER users_touch
trigger|DROP TRIGGER users_touch ON users
policy|ALTER POLICY mine ON users USING (true)
policy|DROP POLICY mine ON users
publication|ALTER PUBLICATION news SET (publish = 'insert, update')
publication|ALTER PUBLICATION news ADD TABLE parent
event trigger|ALTER EVENT TRIGGER watcher ENABLE
default privileges|ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM PUBLIC
roles|REVOKE SELECT ON roles FROM PUBLIC
roles|GRANT UPDATE (name) ON roles TO PUBLIC
twice|REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC
users|COMMENT ON TABLE users IS 'persons'
users|COMMENT ON COLUMN users.name IS NULL
twice|COMMENT ON FUNCTION twice(int) IS 'two times'
names|COMMENT ON VIEW names IS 'new'
roles|ALTER TABLE roles OWNER TO bl_owner
public|ALTER TABLE public.cache SET SCHEMA app
ledger|DELETE FROM adonis_schema WHERE name LIKE '%2_more'
rows|UPDATE roles SET name = 'root' WHERE id = 1
rows|DELETE FROM roles WHERE id = 2
LIST
}

mkdir -p database/migrations
cp "$BL_SOURCE_DIR/tests/lib/postgres-planted.sql" database/migrations/1_all.sql
printf -- '-- migrate:up\nCREATE TABLE last (a int);\n' >database/migrations/2_more.sql
pg_create base
run 0 migrate run --url "$(pg_url base)"
squash='schema-dump --prune --path s.sql --with-owner --with-acl --archive old --data roles'

n=0
mutations | awk -v part="$part" 'NR % 2 == part' >list
while IFS='|' read -r kind sql; do
    n=$((n + 1))
    pg_drop planted
    pg_admin "CREATE DATABASE \"${pg_test}__planted\" TEMPLATE \"${pg_test}__base\""
    pg_sql planted "SET client_min_messages = error; $sql" >/dev/null
    # shellcheck disable=SC2086 # words
    run 5 $squash --url "$(pg_url planted)"
    [ "$kind" = ledger ] || grep -q "^warning: .*$kind" stderr || fail "$sql: not found as $kind: $(cat stderr)"
    [ ! -e s.sql ] && [ ! -e old ] && [ -e database/migrations/1_all.sql ] || fail "$sql: something was written"
done <list
[ "$n" -gt 40 ] || fail "only $n mutations"

# Without one the proof passes.
# shellcheck disable=SC2086 # words
run 0 $squash --url "$(pg_url base)"
[ ! -e database/migrations/1_all.sql ] || fail "the file stays"
