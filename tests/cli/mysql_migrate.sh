# migrate where DDL commits by itself: files with DDL go step by step, files of rows alone are transactions.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

journal="SELECT group_concat(concat(substr(name, 21), ' ', state, ' ', statement) ORDER BY id SEPARATOR ',') FROM adonis_schema_journal"
mkdir -p database/migrations database/seeders

write() {
    cat >"database/migrations/$1.sql"
}

one_server() {
    my_server "$1"
    rm -f database/migrations/*
    my_create a
    DATABASE_URL=$(my_url a)
    export DATABASE_URL

    # Bodies without DELIMITER, own transactions, a CALL.
    write 1_a <<'END'
-- migrate:up
CREATE TABLE t (a int PRIMARY KEY, b varchar(20)) ENGINE=InnoDB;
INSERT INTO t VALUES (1, ';');
CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (2, 'p'); INSERT INTO t VALUES (3, 'p'); END;
CALL p();
BEGIN;
INSERT INTO t VALUES (4, 'own');
INSERT INTO t VALUES (5, 'own');
COMMIT;
-- migrate:down
DROP PROCEDURE p;
DROP TABLE t;
END
    write 2_rows <<'END'
-- migrate:up
INSERT INTO t VALUES (6, 'x');
UPDATE t SET b = 'y' WHERE a = 6;
-- migrate:down
DELETE FROM t WHERE a = 6;
END
    run 0 migrate run
    expect_my a 'SELECT count(*) FROM t' 6
    expect_my a "$journal" '1_a applied 8,2_rows applied 0'
    run 0 migrate status
    expect_out 'completed  database/migrations/2_rows'
    run 0 migrate rollback --batch 0
    expect_my a "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't'" 0
    run 0 migrate run
    run 0 migrate refresh --force
    expect_my a 'SELECT count(*) FROM t' 6
    run 0 migrate reset --force
    run 0 migrate fresh --force
    expect_my a 'SELECT count(*) FROM t' 6

    # One statement that commits by itself costs five messages: the journal says that it runs, it runs, then both tables
    # and COMMIT.
    my_create few
    mkdir -p few/database/migrations
    cd few || exit 1
    printf -- '-- migrate:up\nCREATE TABLE one (a int);\n' >database/migrations/1_one.sql
    run 0 migrate run --url "$(my_url few)"
    printf -- '-- migrate:up\nCREATE TABLE two (a int);\n' >database/migrations/2_two.sql
    run 0 migrate run -v --url "$(my_url few)"
    sed -n '/^  INSERT INTO adonis_schema_journal/,/COMMIT/p' stderr >messages
    [ "$(grep -c ' ms)$' messages)" = 5 ] || fail "$my_key: not five messages: $(cat messages)"
    cd .. || exit 1
    rm -r few
    my_drop few

    # A file of rows alone is one transaction: nothing stays of it.
    write 3_bad_rows <<'END'
-- migrate:up
INSERT INTO t VALUES (7, 'x');
INSERT INTO t VALUES (7, 'twice');
END
    run 4 migrate run
    expect_err '3_bad_rows.sql:3:1: '
    expect_err "Duplicate entry '7'"
    expect_my a 'SELECT count(*) FROM t' 6
    expect_my a "SELECT count(*) FROM adonis_schema_journal WHERE name LIKE '%3_bad%'" 0
    rm database/migrations/3_bad_rows.sql

    # DDL stays: the journal says where it stopped, and the settings of the head count again when it goes on.
    write 4_bad <<'END'
-- migrate:up
SET sql_mode = 'ANSI_QUOTES';
CREATE TABLE "u" (a int) ENGINE=InnoDB;
INSERT INTO "u" VALUES (1);
BEGIN;
INSERT INTO "u" VALUES (2);
INSERT INTO "nothing" VALUES (2);
COMMIT;
CREATE TABLE "w" (a int) ENGINE=InnoDB;
END
    run 4 migrate run
    expect_err '4_bad.sql:7:1: '
    expect_err "nothing' doesn't exist"
    expect_my a 'SELECT group_concat(a) FROM u' 1
    expect_my a "$journal" '1_a applied 8,2_rows applied 0,4_bad failed 3'
    run 5 migrate run
    expect_err 'failed after statement 3'
    run 0 migrate repair
    expect_out 'next is statement 4 of 8'
    my_sql a 'CREATE TABLE nothing (a int)' >/dev/null
    run 0 migrate repair --resume-at 4
    expect_my a 'SELECT group_concat(a) FROM u' 1,2
    expect_my a "$journal" '1_a applied 8,2_rows applied 0,4_bad applied 8'
    run 0 migrate status

    # What would hide the ledger, and client commands.
    write 5_lock <<'END'
-- migrate:up
CREATE TABLE v (a int);
LOCK TABLES t WRITE;
END
    run 2 migrate run
    expect_err '5_lock.sql:3:1: '
    expect_err 'the ledger could not be written'
    printf -- '-- migrate:up\nUSE mysql;\n' >database/migrations/5_lock.sql
    run 2 migrate run
    expect_err '5_lock.sql:2:1: '
    expect_err 'the ledger could not be written'
    printf -- '-- migrate:up\n\\! touch here\n' >database/migrations/5_lock.sql
    run 2 migrate run
    [ ! -e here ] || fail 'a client command ran'
    rm database/migrations/5_lock.sql

    # Settings do not leak into the next file.
    write 6_leak <<'END'
-- migrate:up
SET foreign_key_checks = 0, sql_mode = 'ANSI';
END
    write 7_leak <<'END'
-- migrate:up
CREATE TABLE leak AS SELECT @@foreign_key_checks AS f, @@sql_mode LIKE '%ANSI%' AS m;
END
    run 0 migrate run
    expect_my a 'SELECT f, m FROM leak' '1|0'

    # Seeders may hold DDL.
    printf 'TRUNCATE TABLE u;\nINSERT INTO u VALUES (9);\n' >database/seeders/1_u.sql
    run 0 migrate seed
    expect_my a 'SELECT group_concat(a) FROM u' 9
    printf 'INSERT INTO u VALUES (10);\nINSERT INTO none VALUES (1);\n' >database/seeders/1_u.sql
    run 4 migrate seed
    expect_my a 'SELECT group_concat(a) FROM u' 9

    # The lock.
    my_hold a "SELECT GET_LOCK(concat('baseline:', left(sha2('$(my_name a)', 256), 55)), 0)"
    run 5 migrate run
    expect_err 'another run holds the migration lock'
    expect_err 'user root'
    run 0 migrate unlock
    expect_out 'user root'
    run 5 migrate unlock --force
    expect_err 'the migration lock is held'
    run 5 migrate squash --lock-wait 1
    expect_err 'another run holds the migration lock'
    migrate run --lock-wait 60 >stdout 2>stderr &
    waits=$!
    sleep 1
    kill -0 $waits || fail "it does not wait: $(cat stderr)"
    my_let_go
    wait $waits || fail "it waited: $(cat stderr)"
    run 0 migrate unlock --force
    expect_out 'nobody holds the migration lock'

    run 0 migrate wipe --force
    expect_my_empty a

    # The defaults of the database and the server do not reach the ledger.
    rm database/migrations/*
    for name in 1_é 2_a 3_A; do
        printf -- '-- migrate:up\nCREATE TABLE t%s (a int);\n-- migrate:down\nDROP TABLE t%s;\n' "${name%_*}" "${name%_*}" \
            >"database/migrations/$name.sql"
    done
    my_create b 'CHARACTER SET latin1'
    DATABASE_URL=$(my_url b)
    run 0 migrate run
    run 0 migrate status
    expect_out 'completed  database/migrations/1_é'
    expect_my b "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'adonis%' AND ENGINE = 'InnoDB'" 3
    run 0 migrate rollback --step 1
    expect_my b 'SELECT group_concat(substr(name, 21) ORDER BY id) FROM adonis_schema' '1_é,2_a'
}

for server in $my_servers; do
    one_server "$server"
done
