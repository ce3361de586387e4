# shellcheck shell=sh
# Planted differences: each mutation of a database is found by the proof of its squash, whatever kind of object it is.
# Source it after postgres.sh; $part says which quarter of them a script takes: 0 to 3; 18: what newer servers have, and rows.
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
language|DROP LANGUAGE odd_language
language|CREATE OR REPLACE LANGUAGE odd_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator
access method|DROP ACCESS METHOD odd_method
text search parser|DROP TEXT SEARCH PARSER odd_parser
text search template|DROP TEXT SEARCH TEMPLATE odd_template
table|ALTER TABLE keyed ALTER COLUMN b TYPE text COLLATE "POSIX"
table|ALTER TABLE keyed ALTER COLUMN c SET DEFAULT 6
table|ALTER TABLE keyed ALTER COLUMN d DROP NOT NULL
table|ALTER TABLE keyed ALTER COLUMN e TYPE timestamptz
table|ALTER TABLE keyed ALTER COLUMN e TYPE timestamp(3)
table|ALTER TABLE keyed DROP COLUMN g, ADD COLUMN g int GENERATED ALWAYS AS (a + 2) STORED
table|ALTER TABLE keyed DROP CONSTRAINT keyed_check, ADD CONSTRAINT keyed_check CHECK (c > 0)
table|ALTER TABLE keyed DROP CONSTRAINT keyed_check, ADD CONSTRAINT keyed_check CHECK (c > 0) NO INHERIT NOT VALID
table|ALTER TABLE keyed SET (toast.autovacuum_enabled = false)
table|ALTER TABLE keyed ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY
table|ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_pk
table|ALTER TABLE keyed RENAME CONSTRAINT keyed_pk TO keyed_pkey
table|ALTER TABLE keyed ALTER COLUMN c SET (n_distinct_inherited = 3)
table|ALTER TABLE typed NOT OF
table|ALTER TABLE events DETACH PARTITION events_2020; ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2019-01-01') TO ('2021-01-01')
table|ALTER TABLE events DETACH PARTITION events_2020; ALTER TABLE events ATTACH PARTITION events_2020 DEFAULT
table|ALTER TABLE child ALTER COLUMN a SET DEFAULT 3
table|ALTER TABLE child ALTER COLUMN a SET NOT NULL
constraint|ALTER TABLE keyed DROP CONSTRAINT keyed_unique CASCADE; ALTER TABLE keyed ADD CONSTRAINT keyed_unique UNIQUE (b, c)
constraint|ALTER TABLE roles DROP CONSTRAINT roles_name_key, ADD CONSTRAINT roles_name_key UNIQUE (name) DEFERRABLE
constraint|ALTER TABLE roles DROP CONSTRAINT roles_name_key, ADD CONSTRAINT roles_name_key UNIQUE NULLS NOT DISTINCT (name)
table|ALTER INDEX keyed_unique SET (fillfactor = 50)
foreign key|ALTER TABLE refers DROP CONSTRAINT refers_fkey, ADD CONSTRAINT refers_fkey FOREIGN KEY (b, c) REFERENCES keyed (b, c) ON UPDATE CASCADE DEFERRABLE
foreign key|ALTER TABLE refers DROP CONSTRAINT refers_fkey, ADD CONSTRAINT refers_fkey FOREIGN KEY (b, c) REFERENCES keyed (b, c) MATCH FULL DEFERRABLE
foreign key|ALTER TABLE refers ALTER CONSTRAINT refers_fkey DEFERRABLE INITIALLY DEFERRED
foreign key|ALTER TABLE refers DROP CONSTRAINT refers_fkey, ADD CONSTRAINT refers_fkey FOREIGN KEY (b, c) REFERENCES keyed (b, c) MATCH FULL ON UPDATE CASCADE DEFERRABLE NOT VALID
foreign key|ALTER TABLE refers DROP CONSTRAINT refers_null, ADD CONSTRAINT refers_null FOREIGN KEY (a) REFERENCES keyed ON DELETE SET NULL
foreign key|ALTER TABLE refers DROP CONSTRAINT refers_null, ADD CONSTRAINT refers_null FOREIGN KEY (a) REFERENCES keyed ON DELETE SET DEFAULT (a)
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b DESC NULLS LAST, c) INCLUDE (e) WHERE c > 1
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b text_pattern_ops DESC, c) INCLUDE (e) WHERE c > 1
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b text_pattern_ops NULLS LAST, c) INCLUDE (e) WHERE c > 1
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b text_pattern_ops DESC NULLS LAST, c) WHERE c > 1
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b text_pattern_ops DESC NULLS LAST, c) INCLUDE (e) WHERE c > 2
index|DROP INDEX keyed_index; CREATE UNIQUE INDEX keyed_index ON keyed (b text_pattern_ops DESC NULLS LAST, c) INCLUDE (e) WHERE c > 1
index|DROP INDEX keyed_index; CREATE INDEX keyed_index ON keyed (b COLLATE "POSIX" text_pattern_ops DESC NULLS LAST, c) INCLUDE (e) WHERE c > 1
index|DROP INDEX users_name; CREATE INDEX users_name ON users USING hash (lower(name)) WHERE name IS NOT NULL
index|ALTER INDEX users_name ALTER COLUMN 1 SET STATISTICS 9
function|DROP FUNCTION many; CREATE FUNCTION many(a int, b text DEFAULT 'y', VARIADIC c int[] DEFAULT '{}') RETURNS TABLE (x int, y text) LANGUAGE sql STRICT ROWS 7 AS 'SELECT 1, $2'
function|DROP FUNCTION many; CREATE FUNCTION many(aa int, b text DEFAULT 'x', VARIADIC c int[] DEFAULT '{}') RETURNS TABLE (x int, y text) LANGUAGE sql STRICT ROWS 7 AS 'SELECT 1, $2'
function|DROP FUNCTION many; CREATE FUNCTION many(a int, b text DEFAULT 'x', c int[] DEFAULT '{}') RETURNS TABLE (x int, y text) LANGUAGE sql STRICT ROWS 7 AS 'SELECT 1, $2'
function|DROP FUNCTION many; CREATE FUNCTION many(a int, b text DEFAULT 'x', VARIADIC c int[] DEFAULT '{}') RETURNS TABLE (x int, z text) LANGUAGE sql STRICT ROWS 7 AS 'SELECT 1, $2'
function|ALTER FUNCTION many(int, text, int[]) CALLED ON NULL INPUT
function|ALTER FUNCTION many(int, text, int[]) LEAKPROOF
function|ALTER FUNCTION many(int, text, int[]) ROWS 8
function|CREATE OR REPLACE FUNCTION atomic_one(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n + 2; END
aggregate|DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')
aggregate|DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', PARALLEL = safe)
trigger|DROP TRIGGER keyed_rows ON keyed; CREATE TRIGGER keyed_rows AFTER UPDATE ON keyed REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION touch('two')
trigger|DROP TRIGGER keyed_rows ON keyed; CREATE TRIGGER keyed_rows AFTER UPDATE ON keyed REFERENCING OLD TABLE AS been FOR EACH STATEMENT EXECUTE FUNCTION touch('one')
trigger|DROP TRIGGER keyed_when ON keyed; CREATE TRIGGER keyed_when BEFORE INSERT ON keyed FOR EACH ROW WHEN (new.c > 2) EXECUTE FUNCTION touch()
trigger|DROP TRIGGER keyed_when ON keyed; CREATE TRIGGER keyed_when BEFORE INSERT OR DELETE ON keyed FOR EACH ROW EXECUTE FUNCTION touch()
policy|DROP POLICY strict ON keyed; CREATE POLICY strict ON keyed FOR UPDATE USING (c > 1) WITH CHECK (c > 2)
policy|DROP POLICY strict ON keyed; CREATE POLICY strict ON keyed AS RESTRICTIVE FOR ALL USING (c > 1) WITH CHECK (c > 2)
policy|ALTER POLICY strict ON keyed TO bl_owner
policy|ALTER POLICY strict ON keyed WITH CHECK (c > 3)
publication|ALTER PUBLICATION parts SET TABLE keyed (a, d)
publication|ALTER PUBLICATION parts SET TABLE keyed WHERE (d > 1)
publication|ALTER PUBLICATION parts SET (publish_via_partition_root = true)
publication|ALTER PUBLICATION news ADD TABLES IN SCHEMA app
event trigger|DROP EVENT TRIGGER watcher; CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER watcher DISABLE
statistics|DROP STATISTICS users_stats; CREATE STATISTICS users_stats (mcv) ON name, note FROM users
sequence|ALTER SEQUENCE app.counter AS bigint
sequence|ALTER SEQUENCE app.counter START 11
sequence|ALTER SEQUENCE app.counter MINVALUE 2
sequence|ALTER SEQUENCE app.counter MAXVALUE 99
sequence|ALTER SEQUENCE app.counter CACHE 3
domain|ALTER DOMAIN positive DROP CONSTRAINT over_zero; ALTER DOMAIN positive ADD CONSTRAINT over_zero CHECK (VALUE > 1)
domain|ALTER DOMAIN positive DROP CONSTRAINT over_zero; ALTER DOMAIN positive ADD CONSTRAINT over_zero CHECK (VALUE > 0) NOT VALID
type|ALTER TYPE pair ALTER ATTRIBUTE b TYPE varchar COLLATE "C"
type|ALTER TYPE pair RENAME ATTRIBUTE a TO aa
type|DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)
collation|DROP COLLATION app.nocase; CREATE COLLATION app.nocase (provider = icu, locale = 'und-u-ks-level2')
view|CREATE OR REPLACE VIEW names WITH (security_invoker = true) AS SELECT id, name FROM users
view|CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WITH LOCAL CHECK OPTION
materialized view|DROP MATERIALIZED VIEW counts; CREATE MATERIALIZED VIEW counts WITH (fillfactor = 50) AS SELECT count(*) AS n FROM users
rule|DROP RULE keep ON cache; CREATE RULE keep AS ON DELETE TO cache WHERE old.k = 'a' DO INSTEAD NOTHING
rule|ALTER TABLE cache ENABLE ALWAYS RULE keep
roles|GRANT SELECT ON roles TO bl_owner WITH GRANT OPTION
app|GRANT USAGE ON SCHEMA app TO PUBLIC
touch|ALTER FUNCTION touch() OWNER TO bl_owner
app|ALTER SCHEMA app OWNER TO bl_owner
keyed|COMMENT ON INDEX keyed_index IS 'x'
keyed|COMMENT ON CONSTRAINT keyed_check ON keyed IS 'x'
keyed|COMMENT ON TRIGGER keyed_when ON keyed IS 'x'
keyed|COMMENT ON POLICY strict ON keyed IS 'x'
app|COMMENT ON SCHEMA app IS 'x'
mood|COMMENT ON TYPE mood IS 'x'
===|COMMENT ON OPERATOR === (int, int) IS 'x'
total|COMMENT ON AGGREGATE total(int) IS 'x'
cast|COMMENT ON CAST (pair AS text) IS 'x'
public|ALTER FUNCTION public.twice(int) SET SCHEMA app
rows|UPDATE roles SET name = 'root' WHERE id = 1
rows|DELETE FROM roles WHERE id = 2
LIST
}

# On PostgreSQL 18.
mutations_18() {
    cat <<'LIST'
table|ALTER TABLE computed DROP COLUMN b, ADD COLUMN b int GENERATED ALWAYS AS (a * 2) STORED
table|ALTER TABLE computed ALTER COLUMN b SET EXPRESSION AS (a * 3)
table|ALTER TABLE computed ALTER COLUMN c SET EXPRESSION AS (a + 2)
table|ALTER TABLE computed RENAME CONSTRAINT d_given TO d_other
table|ALTER TABLE computed RENAME CONSTRAINT computed_e_not_null TO e_named
table|ALTER TABLE computed ALTER CONSTRAINT d_given NO INHERIT
table|ALTER TABLE computed VALIDATE CONSTRAINT f_later
table|ALTER TABLE computed DROP CONSTRAINT f_later
computed|COMMENT ON CONSTRAINT d_given ON computed IS 'by another'
computed|COMMENT ON CONSTRAINT computed_e_not_null ON computed IS 'x'
table|ALTER TABLE loose DROP CONSTRAINT unchecked, ADD CONSTRAINT unchecked CHECK (a > 0)
table|ALTER TABLE loose DROP CONSTRAINT unchecked, ADD CONSTRAINT unchecked CHECK (a > 1) NOT ENFORCED
foreign key|ALTER TABLE loose ALTER CONSTRAINT unfollowed ENFORCED
foreign key|ALTER TABLE loose DROP CONSTRAINT unfollowed
constraint|ALTER TABLE periods DROP CONSTRAINT periods_once, ADD CONSTRAINT periods_once UNIQUE (other, valid)
constraint|ALTER TABLE periods DROP CONSTRAINT periods_once
foreign key|ALTER TABLE of_periods DROP CONSTRAINT of_periods_fkey
table|ALTER TABLE parts ALTER COLUMN id SET GENERATED BY DEFAULT
table|ALTER TABLE parts ALTER COLUMN id SET START 9
table|ALTER TABLE parts ALTER COLUMN id DROP IDENTITY
constraint|ALTER TABLE parts DROP CONSTRAINT apart
parts_1|ALTER TABLE parts_1 RENAME CONSTRAINT parts_1_a_excl TO by_hand
statistics|ALTER STATISTICS kept_stats SET STATISTICS 0
table|ALTER TABLE kept ALTER COLUMN a SET STATISTICS 0
domain|ALTER DOMAIN named_one RENAME CONSTRAINT never_null TO no_null
domain|ALTER DOMAIN named_one DROP NOT NULL
collation|DROP COLLATION built_in; CREATE COLLATION built_in (PROVIDER = builtin, LOCALE = 'PG_UNICODE_FAST')
collation|DROP COLLATION built_in; CREATE COLLATION built_in (PROVIDER = libc, LOCALE = 'C')
collation|DROP COLLATION ruled; CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w')
collation|DROP COLLATION ruled; CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und')
publication|ALTER PUBLICATION computed_news SET (publish_generated_columns = none)
publication|ALTER PUBLICATION computed_news SET TABLE published (a)
kept|REVOKE MAINTAIN ON kept FROM bl_owner
kept|GRANT MAINTAIN ON kept TO bl_owner WITH GRANT OPTION
default privileges|ALTER DEFAULT PRIVILEGES REVOKE SELECT ON LARGE OBJECTS FROM bl_owner
rows|UPDATE roles SET t = NULL
rows|UPDATE roles SET c = 'AB'
rows|UPDATE roles SET n = 1.50
rows|UPDATE roles SET f8 = '-0'
rows|UPDATE roles SET b = '\x00ff00'
rows|UPDATE roles SET ts = '2020-01-01 00:00:00.000001'
rows|UPDATE roles SET tz = '2020-01-01 00:00+01'
rows|UPDATE roles SET ttz = '13:00+01'
rows|UPDATE roles SET iv = '30 days'
rows|UPDATE roles SET j = '{"a": 1}'
rows|UPDATE roles SET jb = '{"a": 1.0}'
rows|UPDATE roles SET a = '[0:1]={1,2}'
rows|UPDATE roles SET ta = '{"NULL","NULL",""}'
rows|UPDATE roles SET p = ROW (1, NULL)
rows|UPDATE roles SET pt = '(-0,0)'
LIST
}

case $part in
18)
    planted=postgres-planted-18.sql
    mutations_18 >list
    ;;
*)
    planted=postgres-planted.sql
    mutations | awk -v part="$part" 'NR % 4 == part' >list
    ;;
esac
mkdir -p database/migrations
cp "$BL_SOURCE_DIR/tests/lib/$planted" database/migrations/1_all.sql
printf -- '-- migrate:up\nCREATE TABLE last (a int);\n' >database/migrations/2_more.sql
pg_create base
run 0 migrate run --url "$(pg_url base)"
squash='schema-dump --prune --path s.sql --with-owner --with-acl --archive old --data roles'

n=0
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
[ "$n" -gt 45 ] || fail "only $n mutations"

# Without one the proof passes.
# shellcheck disable=SC2086 # words
run 0 $squash --url "$(pg_url base)"
[ ! -e database/migrations/1_all.sql ] || fail "the file stays"
