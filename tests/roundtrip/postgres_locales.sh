# Databases whose default collation is not that of libc: ICU, with rules of its own, and the server's own (from 17 on); and
# databases in other encodings.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

# What is so in the database itself, is so in the one that the proof replays the files in.
# locale OPTIONS ROW: of CREATE DATABASE; what the default collation says.
locale() {
    pg_drop m
    pg_admin "CREATE DATABASE \"$(pg_name m)\" TEMPLATE template0 LOCALE 'C' $1"
    rm -rf database
    mkdir -p database/migrations
    printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url m)" >database/connections.json
    write 1_all "CREATE TABLE t (id int PRIMARY KEY, n text, upper boolean, less boolean, CHECK (n > 'A'), c text COLLATE \"C\", d text COLLATE pg_catalog.\"default\");
CREATE INDEX t_n ON t (upper(n), n COLLATE \"C\");
CREATE TYPE span AS RANGE (subtype = text);
CREATE DOMAIN name AS text CHECK (VALUE < 'z');
INSERT INTO t SELECT 1, 'b', upper(U&'\00e4') = U&'\00c4', 'a' < 'g';"
    run 0 migrate run
    expect_pg m 'SELECT upper, less FROM t' "$2"
    run 0 migrate squash --data t --allow-uncommitted
    pg_drop n
    pg_admin "CREATE DATABASE \"$(pg_name n)\" TEMPLATE template0 LOCALE 'C' $1"
    run 0 schema-load --url "$(pg_url n)" -c postgres --path database/schema/postgres-schema.sql --verify
    pg_drop_journal m n
    expect_pg_same m n
    if grep -q -i 'icu\|builtin\|und' database/schema/postgres-schema.sql; then fail 'the properties of the database are no part of its schema'; fi
}
pg_server "${pg_versions%% *}"
locale "LOCALE_PROVIDER icu ICU_LOCALE 'und'" 't|t'
pg_server "$pg_newest"
[ "$pg_newest" -lt 16 ] || locale "LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&g < a'" 't|f'
[ "$pg_newest" -lt 17 ] || locale "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" 't|t'

# The same schema has the same bytes in every encoding that can hold it.
pg_server "${pg_versions%% *}"
# encoded NAME: a database of that encoding.
encoded() {
    pg_drop "$1"
    pg_admin "CREATE DATABASE \"$(pg_name "$1")\" TEMPLATE template0 LOCALE 'C' ENCODING '$1'"
}
for encoding in UTF8 LATIN1 SQL_ASCII; do
    encoded "$encoding"
    printf "CREATE TABLE \"t\303\251\" (a text DEFAULT '\303\251'); COMMENT ON TABLE \"t\303\251\" IS '\303\274'; INSERT INTO \"t\303\251\" VALUES (DEFAULT);" >made.sql
    if [ "$encoding" = SQL_ASCII ]; then PGCLIENTENCODING=SQL_ASCII; else PGCLIENTENCODING=UTF8; fi
    export PGCLIENTENCODING
    pg_file "$encoding" made.sql
    unset PGCLIENTENCODING
    run 0 schema-dump --url "$(pg_url "$encoding")" --path "$encoding.sql" --data "$(printf 't\303\251')"
    expect_same UTF8.sql "$encoding.sql"
    encoded "$encoding"
    run 0 schema-load --url "$(pg_url "$encoding")" --path UTF8.sql --verify
done
# Bytes that nobody can read are no snapshot.
printf "CREATE TABLE \"t\351\" (a text);" >made.sql
PGCLIENTENCODING=SQL_ASCII pg_file SQL_ASCII made.sql
run 4 schema-dump --url "$(pg_url SQL_ASCII)" --path bad.sql
expect_err 'a database in SQL_ASCII keeps any bytes'
[ ! -e bad.sql ] || fail "a dump that failed left a file"
