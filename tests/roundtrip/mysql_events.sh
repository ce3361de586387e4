# When an event was made is no part of the schema: a start that nobody wrote, the second of its making or of a new schedule, is
# left out; one that somebody wrote stays. An event whose time passes between dump and load is named, and nothing else is lost.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

# make WORD SECONDS: the same schema, made by a clock that shows so many seconds since 1970, and changed an hour later.
make() {
    my_create "$1"
    cat >events.sql <<SQL
CREATE TABLE ticks (a int);
SET timestamp = $2;
CREATE EVENT plain ON SCHEDULE EVERY 1 DAY DO SELECT 1;
CREATE EVENT with_end ON SCHEDULE EVERY 1 DAY ENDS '2037-01-01 00:00:00' DO SELECT 1;
CREATE EVENT commented ON SCHEDULE EVERY 1 DAY DO SELECT 1;
CREATE EVENT old_name ON SCHEDULE EVERY 1 DAY DO SELECT 1;
CREATE EVENT planned ON SCHEDULE EVERY 2 DAY DO SELECT 1;
CREATE EVENT said ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO SELECT 1;
SET time_zone = 'Europe/Berlin';
CREATE EVENT in_berlin ON SCHEDULE EVERY 1 DAY DO SELECT 1;
SET time_zone = '-03:30';
CREATE EVENT by_offset ON SCHEDULE EVERY 1 DAY DO SELECT 1;
SET time_zone = 'SYSTEM';
SET timestamp = $2 + 3600;
ALTER EVENT commented COMMENT 'c';
ALTER EVENT old_name RENAME TO new_name;
ALTER EVENT planned ON SCHEDULE EVERY 1 DAY;
ALTER EVENT said COMMENT 'c';
SQL
    my_file "$1" events.sql
}

one() {
    # In Berlin it is half past two in both: before and after the clocks are put back.
    make one 1792888200
    make two 1792891800
    expect_my two "SELECT starts FROM information_schema.events WHERE event_schema = DATABASE() AND event_name = 'in_berlin'" '2026-10-25 02:30:00'
    run 0 schema-dump --url "$(my_url one)" --path one.sql
    run 0 schema-dump --url "$(my_url two)" --path two.sql
    expect_same one.sql two.sql
    grep -a STARTS one.sql >starts
    grep -qa "EVERY 1 DAY STARTS '2030-01-01 03:00:00'" starts || fail "$my_key: a start that somebody wrote is gone"
    [ "$(wc -l <starts)" = 1 ] || fail "$my_key: a clock is in the dump: $(cat starts)"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path one.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path three.sql
    expect_same one.sql three.sql
    # Nothing tells the second of a new schedule from one that somebody wrote, when the event was altered once more.
    my_sql copy "SET timestamp = 1900000000; ALTER EVENT plain ON SCHEDULE EVERY 3 DAY; SET timestamp = 1900000060; ALTER EVENT plain COMMENT 'x'"
    run 0 schema-dump --url "$(my_url copy)" --path three.sql
    grep -qa "EVERY 3 DAY STARTS '2030-" three.sql || fail "$my_key: a start that may be meant is gone"
    my_drop one
    my_drop two
    my_drop copy
    rm -f ./*.sql ./*.json
}
every_server one

# The calendar moves on by other figures in the file.
passed() {
    my_create src
    my_sql src "CREATE TABLE ticks (a int);
        CREATE EVENT a_daily ON SCHEDULE EVERY 1 DAY ENDS '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO SELECT 1;
        CREATE EVENT b_once ON SCHEDULE AT '2037-01-01 00:00:00' DO SELECT 1;
        CREATE EVENT c_once_disabled ON SCHEDULE AT '2037-01-01 00:00:00' DISABLE DO SELECT 1;
        CREATE EVENT d_later ON SCHEDULE AT '2036-01-01 00:00:00' DO SELECT 1"
    run 0 schema-dump --url "$(my_url src)" --path events.sql
    sed 's/2037-01-01/2017-01-01/' events.sql >passed.sql
    cp events.meta.json passed.meta.json
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path passed.sql --accept-modified
    for event in a_daily b_once c_once_disabled; do
        expect_err "the time of event \"$event\" has passed: the server does not keep it"
    done
    expect_my copy "SELECT group_concat(event_name, status) FROM information_schema.events WHERE event_schema = DATABASE()" d_laterENABLED
    # With the digest the schemas are compared, and the difference is an exit code.
    sed "s/\"dumpDigest\": \"[^\"]*\"/\"dumpDigest\": \"sha256:$(sha256sum <passed.sql | cut -d ' ' -f 1)\"/" events.meta.json >passed.meta.json
    my_create copy
    run 1 schema-load --url "$(my_url copy)" --path passed.sql
    expect_err 'the time of event "b_once" has passed'
    my_drop src
    my_drop copy
}
every_server passed

# A time zone that the server was not told of is found before anything is made.
nowhere() {
    my_create src
    my_sql src "CREATE TABLE t (a int); SET time_zone = 'Europe/Berlin'; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1"
    run 0 schema-dump --url "$(my_url src)" --path zone.sql
    sed 's,Europe/Berlin,Europe/Nowhere,' zone.sql >nowhere.sql
    cp zone.meta.json nowhere.meta.json
    my_create copy
    run 7 schema-load --url "$(my_url copy)" --path nowhere.sql --accept-modified
    expect_err 'nothing was loaded: line '
    expect_err 'time zone "Europe/Nowhere" is not known to'
    expect_my_empty copy
    my_drop src
    my_drop copy
}
every_server nowhere
