# Schemas of other projects.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

# Sakila's script makes its own database.
sed '/^CREATE SCHEMA/d; /^DROP SCHEMA/d; /^USE /d; s/\bsakila\.//g' "$corpus/schemas/sakila-mysql.sql" >sakila.sql
one() {
    my_create sakila
    my_file sakila sakila.sql
    round_trip sakila
    from_schema ensembl ensembl-core-mysql.sql
    round_trip ensembl
    # Its keys are too long for 5.6.
    [ "$my_key" != mysql56 ] || return 0
    from_schema dolphin dolphinscheduler-mysql.sql
    round_trip dolphin
}
every_server one
