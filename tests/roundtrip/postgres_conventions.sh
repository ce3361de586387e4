# The histories of real projects replay by their tools' conventions, and go down as far as their authors' files do.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"

: "${pg_version:=}"
here=$PWD

# begin NAME FOLDER CONVENTION
begin() {
    cd "$here" || exit 1
    pg_create "$1"
    history_project "$1" "$2" "$3" "$(pg_url "$1")"
}

# ours ALIAS: the condition that leaves out what is the server's, an extension's or the ledger's; $1 has a catalog's oid column
# and its name and schema columns.
count() { # KIND CATALOG NAMESPACE-COLUMN NAME-COLUMN CONDITION
    echo "SELECT '$1 ' || count(*) FROM $2 o JOIN pg_namespace s ON s.oid = o.$3 WHERE s.nspname NOT LIKE 'pg\\_%' AND
        s.nspname <> 'information_schema' AND o.$4 NOT LIKE 'adonis\\_schema%' AND ($5) AND
        NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '$2'::regclass AND d.objid = o.oid AND d.deptype = 'e')"
}

# expect_counts NAME TEXT: tables, columns, indexes, fkeys and the others that TEXT names, in its order.
expect_counts() {
    ledger="(o.conrelid = 0 OR o.conrelid::regclass::text NOT LIKE 'adonis\\_schema%')"
    got=
    for kind in $(echo "$2" | tr ' ' '\n' | grep '[a-z]'); do
        case $kind in
        tables) query=$(count tables pg_class relnamespace relname "relkind IN ('r', 'p')") ;;
        columns) query="SELECT 'columns ' || count(*) FROM pg_attribute a JOIN pg_class o ON o.oid = a.attrelid JOIN pg_namespace s
            ON s.oid = o.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped AND o.relkind IN ('r', 'p') AND
            s.nspname NOT LIKE 'pg\\_%' AND s.nspname <> 'information_schema' AND o.relname NOT LIKE 'adonis\\_schema%'" ;;
        indexes) query=$(count indexes pg_class relnamespace relname "relkind IN ('i', 'I')") ;;
        sequences) query=$(count sequences pg_class relnamespace relname "relkind = 'S'") ;;
        views) query=$(count views pg_class relnamespace relname "relkind = 'v'") ;;
        matviews) query=$(count matviews pg_class relnamespace relname "relkind = 'm'") ;;
        fkeys) query=$(count fkeys pg_constraint connamespace conname "contype = 'f'") ;;
        constraints) query=$(count constraints pg_constraint connamespace conname "$ledger") ;;
        enums) query=$(count enums pg_type typnamespace typname "typtype = 'e'") ;;
        functions) query=$(count functions pg_proc pronamespace proname true) ;;
        triggers) query="SELECT 'triggers ' || count(*) FROM pg_trigger WHERE NOT tgisinternal" ;;
        *) fail "unknown kind $kind" ;;
        esac
        got="$got${got:+ }$(pg_sql "$1" "$query")"
    done
    [ "$got" = "$2" ] || fail "$1 has \"$got\", not \"$2\""
}

begin trigger trigger.dev prisma
replay 820
expect_counts trigger 'tables 86 columns 1127 indexes 292 fkeys 135 enums 48 sequences 2 constraints 217'
run 5 migrate rollback --step 1
expect_err 'no statement in its down part'
expect_states 'completed 820'

# Its order is that of the versions without dashes; the 50 newest go down, the next one's own down part is wrong.
begin crates crates.io diesel
replay 285
expect_counts crates 'tables 35 columns 206 indexes 84 fkeys 35 functions 31 triggers 25 matviews 1 sequences 17 constraints 82'
expect_pg crates "SELECT name FROM adonis_schema ORDER BY id LIMIT 2" 'm/00000000000000_diesel_initial_setup
m/20140924113530_dumped_migration_1'
run 0 migrate rollback --step 50
expect_states 'completed 235 pending 50'
run 4 migrate rollback --step 1
expect_err 'm/2024-10-25-112826_make-unique-version-unique/down.sql:1:1'
expect_err 'migrate repair'

begin minder minder golang-migrate
replay 117
expect_counts minder 'tables 30 columns 197 indexes 67 fkeys 46 enums 10 views 1 functions 3 triggers 3 sequences 3 constraints 87'
run 4 migrate reset
expect_err 'm/000099_eea_entity_instance_idx.down.sql:8:'
expect_states 'completed 99 pending 18'

begin authelia authelia/postgres versioned
replay 26
expect_counts authelia 'tables 25 columns 250 indexes 66 fkeys 15 sequences 25 constraints 39'
run 0 migrate reset
expect_states 'pending 26'
expect_counts authelia 'tables 0 sequences 0'

begin ncps ncps/postgres dbmate
replay 8
expect_counts ncps 'tables 9 columns 50 indexes 20 fkeys 6 sequences 5 constraints 25'
run 0 migrate reset
expect_states 'pending 8'
expect_counts ncps 'tables 0 sequences 0'
