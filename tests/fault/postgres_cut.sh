# The connection is cut after so many bytes of the server's answers, or by the server itself, at every stage of a dump,
# a load and a run: exit 3, nothing is half done, and the next try succeeds.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

proxied() {
    echo "postgresql://postgres@/$(pg_name "$1")?host=$PWD/p&port=5432"
}
# behind_proxy OPTION... -- COMMAND...: runs it with a proxy that stands for the time; the code is left in $code.
behind_proxy() {
    options=
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    mkdir -p p
    rm -f p/.s.PGSQL.5432 ready
    mkfifo ready
    # shellcheck disable=SC2086 # words
    python3 "$BL_SOURCE_DIR/tests/lib/cut-proxy.py" p/.s.PGSQL.5432 "$pg_host/.s.PGSQL.54$pg_version" $options >ready 2>proxy.err &
    proxy=$!
    read -r _ <ready || fail "no proxy: $(cat proxy.err)"
    code=0
    "$@" >stdout 2>stderr || code=$?
    kill "$proxy"
    wait "$proxy" 2>/dev/null
}
pg_create source
gen_schema --engine postgres --tables 40 --kind rich >source.sql
pg_file source source.sql
run 0 schema-dump --url "$(pg_url source)" --path good.sql
mkdir old
old='-- baseline snapshot, format 1, postgres'
echo "$old" >old/s.sql

# A dump: the old file stays as it is, no other is left.
cut=0
for bytes in 1 300 500 1000 3000 8000 20000 60000; do
    behind_proxy --after $bytes -- schema-dump --url "$(proxied source)" --path old/s.sql
    [ "$code" = 0 ] && break
    cut=$((cut + 1))
    [ "$code" = 3 ] || fail "dump cut after $bytes bytes: exit $code: $(cat stderr)"
    [ "$(cat old/*)" = "$old" ] || fail "dump cut after $bytes bytes: $(ls old)"
    expect_no_err "$PWD/p/x"
done
[ "$cut" -ge 5 ] || fail "only $cut dumps were cut"

# A load: empty afterwards, or the whole of it when only the answer to COMMIT was lost.
pg_create reference
run 0 schema-load --url "$(pg_url reference)" --path good.sql
cut=0
for bytes in 1 400 700 1000 1500 2000 2500 3000 3500 4000 4500 5000 6000 8000; do
    pg_create x
    behind_proxy --after $bytes -- schema-load --url "$(proxied x)" --path good.sql
    [ "$code" = 0 ] && break
    cut=$((cut + 1))
    [ "$code" = 3 ] || fail "load cut after $bytes bytes: exit $code: $(cat stderr)"
    pg_wait_alone x
    case $(pg_sql x "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname ~ '^t0'") in
    0) run 0 schema-load --url "$(pg_url x)" --path good.sql ;;
    40) ;;
    *) fail "load cut after $bytes bytes: half of it is there" ;;
    esac
    expect_pg_same reference x
done
[ "$cut" -ge 3 ] || fail "only $cut loads were cut"

# A run: every migration is there or not, and the ledger says which; the next run does the rest.
mkdir -p database/migrations
for n in 1 2 3; do
    printf -- '-- migrate:up\nCREATE TABLE m%s (a integer);\nINSERT INTO m%s VALUES (%s);\n' $n $n $n >"database/migrations/${n}_m.sql"
done
cut=0
for bytes in 1 400 600 800 1000 1200 1400 1600 1800 2000 2200 2400 2600 2800 3000 3500 4000 5000; do
    pg_create run
    behind_proxy --after $bytes -- migrate run --url "$(proxied run)"
    [ "$code" = 0 ] && break
    cut=$((cut + 1))
    [ "$code" = 3 ] || fail "run cut after $bytes bytes: exit $code: $(cat stderr)"
    pg_wait_alone run
    run 0 migrate run --url "$(pg_url run)" --lock-wait 60
    expect_pg run "SELECT string_agg(substr(name, 21), ',' ORDER BY id), (SELECT count(*) FROM m1), (SELECT count(*) FROM m2), (SELECT count(*) FROM m3) FROM adonis_schema" '1_m,2_m,3_m|1|1|1'
done
[ "$cut" -ge 5 ] || fail "only $cut runs were cut"

# The same where files share a transaction: of each there is all or nothing, whether or not the answer to their COMMIT came.
rm database/migrations/*
for n in 1 2 3 4; do printf -- '-- migrate:up\nCREATE TABLE m%s (a integer);\n' $n >"database/migrations/${n}_m.sql"; done
cut=0
for bytes in 800 1000 1200 1400 1600 1800 2000 2200 2400 2500 2600 2700 2800 2900 3000 3100 3200 3300 3400 3600 4000; do
    pg_create run
    behind_proxy --after $bytes -- migrate run --ephemeral --url "$(proxied run)"
    [ "$code" = 0 ] && break
    cut=$((cut + 1))
    [ "$code" = 3 ] || fail "shared run cut after $bytes bytes: exit $code: $(cat stderr)"
    pg_wait_alone run
    there=$(pg_sql run "SELECT count(*) FROM pg_class WHERE relname ~ '^m[0-9]$'")
    [ "$there" = 0 ] || expect_pg run 'SELECT count(*) FROM adonis_schema' "$there"
    [ "$(grep -c '^migrated' stderr)" -le "$there" ] || fail "shared run cut after $bytes bytes: told of more than is there"
    run 0 migrate run --ephemeral --url "$(pg_url run)" --lock-wait 60
    expect_pg run "SELECT string_agg(substr(name, 21), ',' ORDER BY id) FROM adonis_schema" '1_m,2_m,3_m,4_m'
    expect_pg run "SELECT count(*) FROM pg_class WHERE relname ~ '^m[0-9]$'" 4
done
[ "$cut" -ge 5 ] || fail "only $cut shared runs were cut"
rm database/migrations/*
for n in 1 3; do printf -- '-- migrate:up\nCREATE TABLE m%s (a integer);\n' $n >"database/migrations/${n}_m.sql"; done

# The server ends the session: in the middle of a file, of a load, between two files.
pg_create killed
printf -- '-- migrate:up\nCREATE TABLE gone (a integer);\nSELECT pg_terminate_backend(pg_backend_pid());\nCREATE TABLE never (a integer);\n' >database/migrations/2_m.sql
run 3 migrate run --url "$(pg_url killed)"
expect_err '57P01'
expect_err 'database/migrations/2_m'
expect_pg killed "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname !~ 'adonis'" m1
printf -- '-- migrate:up\nCREATE TABLE m2 (a integer);\n' >database/migrations/2_m.sql
run 0 migrate run --url "$(pg_url killed)" --lock-wait 60
# Where a file is not one transaction, the statement whose outcome is unknown is not repeated by itself.
printf -- '-- migrate:up transaction:false\nCREATE TABLE half (a integer);\nSELECT pg_terminate_backend(pg_backend_pid());\nCREATE TABLE rest (a integer);\n' >database/migrations/4_m.sql
run 3 migrate run --url "$(pg_url killed)"
pg_wait_alone killed
run 5 migrate run --url "$(pg_url killed)" --lock-wait 60
expect_err 'migrate repair'
run 0 migrate repair --url "$(pg_url killed)" --resume-at 3
expect_pg killed "SELECT to_regclass('half') IS NOT NULL, to_regclass('rest') IS NOT NULL" 't|t'
run 0 migrate status --url "$(pg_url killed)" --exit-code
pg_create loaded
printf 'CREATE TABLE a (b integer);\nSELECT pg_terminate_backend(pg_backend_pid());\nCREATE TABLE c (d integer);\n' >bare.sql
run 3 schema-load --url "$(pg_url loaded)" --path bare.sql
expect_pg_empty loaded

# No server at all, and one that refuses.
run 3 migrate status --url "postgresql://postgres@/x?host=$PWD/nowhere"
expect_err 'nowhere'
run 3 migrate status --url "postgresql://nobody_here@/$(pg_name killed)?host=$pg_host&port=54$pg_version"
expect_err 'nobody_here'
