# Options of foreign data that are older than the validator of their wrapper: nobody could give them again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
cat >m.sql <<'S'
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER fine FOREIGN DATA WRAPPER w OPTIONS (host 'x', dbname 'y');
CREATE FOREIGN TABLE plain (a int) SERVER fine;
CREATE VIEW of_plain AS SELECT * FROM plain;
S
cat >old.sql <<'S'
CREATE SERVER old FOREIGN DATA WRAPPER w OPTIONS (foo '1');
CREATE FOREIGN TABLE of_old (a int) SERVER old;
CREATE FOREIGN TABLE odd (a int OPTIONS (foo '2')) SERVER fine;
CREATE VIEW of_odd AS SELECT * FROM odd;
S
validator='SET client_min_messages = error; ALTER FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator'
for version in $pg_versions; do
    pg_server "$version"
    pg_create fine
    pg_file fine m.sql
    pg_sql fine "$validator"
    run 0 schema-dump --url "$(pg_url fine)" --path fine.sql
    expect_no_err "left out"
    pg_create m
    pg_file m m.sql
    pg_file m old.sql
    pg_sql m "$validator"
    run 5 schema-dump --url "$(pg_url m)" --path m.dump.sql
    expect_err 'server old cannot be described: the validator of its wrapper refuses its options: invalid option "foo"'
    [ ! -e m.dump.sql ] || fail 'a dump was written'
    # What needs them is left out with them, and the rest loads.
    run 0 schema-dump --url "$(pg_url m)" --path m.dump.sql --skip-unsupported
    for label in 'server old' 'foreign table public.of_old' 'foreign table public.odd' 'view public.of_odd'; do
        expect_err "$label is left out"
    done
    pg_create n
    run 0 schema-load --url "$(pg_url n)" --path m.dump.sql
    run 0 schema-dump --url "$(pg_url n)" --path n.sql
    expect_same fine.sql n.sql
    rm ./*.json m.dump.sql
done
