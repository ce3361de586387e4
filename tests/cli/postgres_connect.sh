# Every way to say which database: URLs, parts in variables, service files, .pgpass; and what is said without passwords.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
pg_sql app 'CREATE TABLE here (a integer)'
name=$(pg_name app)
port=54$pg_version
expect_here() {
    grep -q 'CREATE TABLE public.here' stdout || fail "another database: $(cat stdout stderr)"
}
enc=$(echo "$pg_host" | sed 's,/,%2F,g')

for url in "postgresql://postgres@/$name?host=$pg_host&port=$port" "postgres://postgres@$enc:$port/$name" "postgresql://postgres@$enc/$name?port=$port" \
    "postgresql:///$name?host=$pg_host&port=$port&user=postgres" "postgresql:///?dbname=$name&host=$pg_host&port=$port&user=postgres&application_name=x&connect_timeout=5" \
    "postgresql://postgres:se%2Fcret@/$name?host=$pg_host&port=$port" "postgresql://postgres@/$name?host=/nowhere,$pg_host&port=1,$port" \
    "postgresql://postgres@/$name?host=$pg_host&port=$port&options=-cstatement_timeout%3D9s" "postgresql://postgres@/$name?host=$pg_host&port=$port&target_session_attrs=read-write" \
    "postgresql://postgres@/$name?host=$pg_host&port=$port&sslmode=disable"; do
    run 0 schema-dump --url "$url" --path -
    expect_here
done
# The variables of libpq fill what the URL leaves open.
run 0 env PGHOST="$pg_host" PGPORT="$port" PGUSER=postgres schema-dump --url "postgresql:///$name" --path -
expect_here
run 0 env PGHOST="$pg_host" PGPORT="$port" PGUSER=postgres PGDATABASE="$name" schema-dump --url postgresql:// --path -
expect_here
run 0 env DATABASE_URL="$(pg_url app)" schema-dump --path -
expect_here
# A service file, and a password file.
printf '[zoo]\nhost=%s\nport=%s\nuser=postgres\ndbname=%s\n' "$pg_host" "$port" "$name" >"$HOME/.pg_service.conf"
run 0 schema-dump --url 'postgresql://?service=zoo' --path -
expect_here
run 0 env PGSERVICE=zoo schema-dump --url 'postgresql://' --path -
expect_here
run 3 schema-dump --url 'postgresql://?service=nosuch' --path -
expect_err 'nosuch'
# What libpq does not know.
run 2 schema-dump --url "$(pg_url app)&nonsense=1" --path -
expect_err 'nonsense'

# No password in anything that is said.
for url in "postgresql://postgres:hush%20hush@/none_such?host=$pg_host&port=$port" "postgresql://nobody:hush%20hush@$enc:$port/$name" \
    "postgresql:///$name?host=/nowhere&password=hush%20hush&user=postgres" "postgresql://postgres@/$name?host=/nowhere&sslpassword=hush%20hush"; do
    code=0
    schema-dump --url "$url" --path - -v >stdout 2>stderr || code=$?
    [ "$code" = 3 ] || fail "exit $code: $url"
    grep -Eqi 'hush' stdout stderr && fail "a password is shown: $(cat stderr)"
    schema-dump --url "$url" --path - --json >stdout 2>stderr
    grep -Eqi 'hush' stdout stderr && fail "a password is shown: $(cat stdout)"
done

# A password that nobody escaped is not taken for a host, a port or a database, which messages name.
for url in "u:hush/b@localhost:1/db" "u:12/hush@localhost:1/db" "u:a@hush@localhost:1/db" "u:a?hush@localhost:1/db" \
    "u:12?hush@localhost:1/db" "u:hush?b=c@localhost:1/db" "u:a@b/hush@localhost:1/db" "u:hush#/b@localhost:1/db"; do
    run 2 migrate status --url "postgres://$url"
    grep -q hush stdout stderr && fail "a password is shown: $(cat stderr)"
    expect_err 'write / as %2F'
done
run 3 migrate status --url "postgres://[::1]:1,localhost:1/db?user=a@b"

# Messages are English, whatever the server's and the user's languages are.
mkdir -p database/migrations
printf -- '-- migrate:up\nSELECT nothing;\n' >database/migrations/1_x.sql
run 4 env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de migrate run --url "$(pg_url app)"
expect_err 'column "nothing" does not exist'
expect_err '42703'

# A server that is not there yet: --wait.
started=$(date +%s)
run 3 migrate status --url "postgresql://postgres@/x?host=$PWD/later&port=5432" --wait=1
[ $(($(date +%s) - started)) -lt 10 ] || fail "it waited too long"
mkdir later
(sleep 1 && ln -s "$pg_host/.s.PGSQL.$port" later/.s.PGSQL.5432) &
run 0 migrate status --url "postgresql://postgres@/$name?host=$PWD/later&port=5432" --wait=20
wait
# A database that is missing is made, with --create alone.
run 3 schema-load --url "$(pg_url made)" --path none.sql
run 0 schema-dump --url "$(pg_url app)" --path s.sql
run 0 schema-load --url "$(pg_url made)" --path s.sql --create
pg_drop_journal app made
expect_pg_same app made
