# Constraints that depend on others: names that the server gives itself, checks validated in children only, keys of
# partitions; and what a range has besides its type.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

# The server's own constraints of t take the names t_a_fkey1 (up to 17) and t_a_fkey_1 (from 18 on) when partitions come
# before these foreign keys; here they came after them.
cat >m.sql <<'S'
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p;
ALTER TABLE t ADD CONSTRAINT t_a_fkey1 FOREIGN KEY (a) REFERENCES p;
ALTER TABLE t ADD CONSTRAINT t_a_fkey_1 FOREIGN KEY (a) REFERENCES p;
ALTER TABLE t ADD CONSTRAINT t_a_fkey_2 FOREIGN KEY (a) REFERENCES o;
ALTER TABLE t ADD CONSTRAINT t_b_fkey FOREIGN KEY (b) REFERENCES o;
ALTER TABLE t ADD CONSTRAINT a FOREIGN KEY (b) REFERENCES p;
CREATE TABLE heir () INHERITS (t);
CREATE TABLE tp (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE tp1 PARTITION OF tp FOR VALUES FROM (0) TO (10);
ALTER TABLE tp ADD FOREIGN KEY (a) REFERENCES p;
ALTER TABLE tp ADD CONSTRAINT tp_a_fkey1 FOREIGN KEY (a) REFERENCES p;
ALTER TABLE tp ADD CONSTRAINT tp_a_fkey_1 FOREIGN KEY (a) REFERENCES p;
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);

CREATE TABLE parent (a int);
CREATE TABLE valid () INHERITS (parent);
CREATE TABLE other () INHERITS (parent);
ALTER TABLE parent ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE valid VALIDATE CONSTRAINT c;
CREATE TABLE later () INHERITS (parent);
CREATE TABLE both_of () INHERITS (valid, other);
CREATE TABLE moved (b int, a int, CONSTRAINT c CHECK (a > 0));
ALTER TABLE moved INHERIT parent;
CREATE TABLE moved_too (b int, a int);
ALTER TABLE moved_too ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE moved_too INHERIT parent;

CREATE SCHEMA s AUTHORIZATION bl_owner;
SET SESSION AUTHORIZATION bl_owner;
CREATE TYPE s.owned AS RANGE (subtype = int);
RESET SESSION AUTHORIZATION;
CREATE TYPE span AS RANGE (subtype = int);
ALTER TYPE span OWNER TO bl_owner;
REVOKE EXECUTE ON FUNCTION span(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION span(int, int) TO bl_reader;
ALTER FUNCTION span(int, int, text) OWNER TO bl_owner;
S
# Of its own owner and rights a multirange has them up to 16.
cat >multirange.sql <<'S'
ALTER TYPE span_multirange OWNER TO bl_reader;
GRANT USAGE ON TYPE span_multirange TO bl_limited;
S
# Keys without overlaps beside others over the same columns.
cat >overlaps.sql <<'S'
CREATE EXTENSION btree_gist;
CREATE TABLE k (id int, v int4range, PRIMARY KEY (id, v), UNIQUE (id, v WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE k1 PARTITION OF k FOR VALUES IN (1);
ALTER TABLE k1 RENAME CONSTRAINT k1_id_v_excl TO odd;
CREATE TABLE l (id int, v int4range, PRIMARY KEY (id, v WITHOUT OVERLAPS), UNIQUE (id, v)) PARTITION BY LIST (id);
CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1);
ALTER TABLE l1 RENAME CONSTRAINT l1_pkey TO odd_too;
CREATE TABLE n (id int, v int4range, PRIMARY KEY (id, v WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE n1 PARTITION OF n FOR VALUES IN (1);
ALTER TABLE n ADD UNIQUE (id, v WITHOUT OVERLAPS);
ALTER TABLE n1 RENAME CONSTRAINT n1_id_v_excl TO odd_three;
COMMENT ON CONSTRAINT odd_three ON n1 IS 'of the second';
S
# Up to 17 a child's column may hold NULL although its parent's may not.
cat >null.sql <<'S'
CREATE TABLE filled (a int NOT NULL, b int PRIMARY KEY);
CREATE TABLE empty (own int) INHERITS (filled);
CREATE TABLE empty_too (a int DEFAULT 1) INHERITS (filled);
CREATE TABLE empty_later (x int, b int NOT NULL, a int NOT NULL);
ALTER TABLE empty_later INHERIT filled;
ALTER TABLE empty ALTER COLUMN a DROP NOT NULL;
ALTER TABLE empty_too ALTER COLUMN a DROP NOT NULL, ALTER COLUMN b DROP NOT NULL;
ALTER TABLE empty_later ALTER COLUMN a DROP NOT NULL;
ALTER TABLE filled ADD COLUMN late int NOT NULL;
ALTER TABLE empty ALTER COLUMN late DROP NOT NULL;
S
for version in $pg_versions; do
    pg_server "$version"
    pg_create m
    pg_file m m.sql
    [ "$version" -ge 18 ] || pg_file m null.sql
    [ "$version" -ge 17 ] || pg_file m multirange.sql
    [ "$version" -lt 18 ] || pg_file m overlaps.sql
    run 0 schema-dump --url "$(pg_url m)" --path "m$version.sql" --with-owner --with-acl
    pg_create n
    run 0 schema-load --url "$(pg_url n)" --path "m$version.sql" --verify
    run 0 schema-dump --url "$(pg_url n)" --path n.sql --with-owner --with-acl
    expect_same "m$version.sql" n.sql
    expect_pg_same m n

    # A foreign key stands on the oldest of several indexes that it may use, whatever their names: the others can be dropped.
    pg_create m
    pg_sql m 'CREATE TABLE p (a int NOT NULL, b int NOT NULL);
        CREATE UNIQUE INDEX z ON p (a);
        CREATE UNIQUE INDEX part ON p (a) WHERE b > 0;
        CREATE UNIQUE INDEX b ON p (a);
        ALTER TABLE p ADD CONSTRAINT a PRIMARY KEY (a);
        CREATE UNIQUE INDEX z_both ON p (a, b);
        CREATE UNIQUE INDEX a_both ON p (b, a);
        CREATE TABLE c (x int REFERENCES p (a), y int, CONSTRAINT both_fkey FOREIGN KEY (x, y) REFERENCES p (a, b))'
    run 0 schema-dump --url "$(pg_url m)" --path rivals.sql
    pg_create n
    run 0 schema-load --url "$(pg_url n)" --path rivals.sql --verify
    for word in m n; do
        expect_pg $word "SELECT string_agg(conindid::regclass::text, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'" 'z_both z'
        pg_sql $word 'DROP INDEX b; DROP INDEX a_both; ALTER TABLE p DROP CONSTRAINT a'
    done

    # By hand a key of another sort can be attached to a PRIMARY KEY; from 17 on no ATTACH PARTITION takes it.
    pg_create m
    pg_sql m 'CREATE TABLE q (id int NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE q1 (id int NOT NULL, CONSTRAINT q1_key UNIQUE (id));
        ALTER TABLE q ATTACH PARTITION q1 FOR VALUES FROM (0) TO (10);
        ALTER TABLE ONLY q ADD CONSTRAINT q_pkey PRIMARY KEY (id);
        ALTER INDEX q_pkey ATTACH PARTITION q1_key'
    if [ "$version" -lt 17 ]; then
        run 0 schema-dump --url "$(pg_url m)" --path q.sql
    else
        run 5 schema-dump --url "$(pg_url m)" --path q.sql
        expect_err 'CONSTRAINT q1_key ON public.q1 cannot be described: it is UNIQUE and attached to a PRIMARY KEY'
    fi
done
# What 15 wrote the newest takes, although it refuses an owner of a multirange.
if [ "$pg_newest" != 15 ]; then
    pg_server 15
    pg_create m
    pg_file m m.sql
    run 0 schema-dump --url "$(pg_url m)" --path old.sql --with-owner --with-acl
    pg_server "$pg_newest"
    pg_create n
    run 0 schema-load --url "$(pg_url n)" --path old.sql
    expect_pg n "SELECT typowner::regrole FROM pg_type WHERE typname = 'span_multirange'" bl_owner
fi
