# What an application sets for every session, and its migrations count on, stands in the URL: for runs, replays in scratch
# databases and what comes back from the snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nSET foreign_key_checks = 1;\nCREATE TABLE one (a int) ENGINE=InnoDB;\n' >database/migrations/1_one.sql
printf -- '-- migrate:up\nCREATE TABLE child (a int, FOREIGN KEY (a) REFERENCES parent (a)) ENGINE=InnoDB;\nINSERT INTO child VALUES (7);\n' >database/migrations/2_child.sql
printf -- '-- migrate:up\nCREATE TABLE parent (a int PRIMARY KEY, d date NOT NULL DEFAULT "0000-00-00");\n' >database/migrations/3_parent.sql

one() {
    my_create db
    run 4 migrate run --url "$(my_url db)"
    my_create db
    url="$(my_url db)&foreign_key_checks=0&sql-mode="
    # What a file sets does not reach the next one: the URL's settings come back.
    run 0 migrate run --url "$url&unique_checks=off" --to 2_child
    expect_my db 'SELECT a FROM child' 7
    run 0 migrate run --url "$url"
    expect_my db "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()" 1
    run 0 migrate check --replay --url "$url"
    run 0 schema-dump --prune --allow-uncommitted --discard-data --archive old --url "$url"
    my_create copy
    run 0 migrate run --url "$(my_url copy)" --schema-path database/schema/mysql-schema.sql
    expect_my copy 'SELECT count(*) FROM child' 0
    rm -rf database/schema
    mv old/database/migrations/* database/migrations/ 2>/dev/null || mv old/*.sql database/migrations/
    rm -rf old
    # The engine that nobody names.
    my_create other
    printf -- '-- migrate:up\nCREATE TABLE plain (a int);\n' >database/migrations/4_plain.sql
    run 0 migrate run --url "$(my_url other)&foreign_key_checks=OFF&sql_mode=&default_storage_engine=MyISAM"
    expect_my other "SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'plain'" MyISAM
    # A mode with another language: the records are written in its own.
    case $server in
    mariadb*)
        my_create oracle
        run 0 migrate run --url "$(my_url oracle)&foreign_key_checks=0&sql_mode=ORACLE" --to 2_child
        expect_my oracle "SELECT count(*) FROM adonis_schema_journal j JOIN adonis_schema s ON s.id = j.ledger_id WHERE state = 'applied'" 2
        ;;
    esac
    rm database/migrations/4_plain.sql
    # What the server does not take.
    run 4 migrate status --url "$(my_url other)&foreign_key_checks=maybe"
    expect_err 'cannot set up the session'
    run 2 migrate status --url "$(my_url other)&init_command=SET+foreign_key_checks=0"
    expect_err 'name the setting itself'
}

for server in $my_servers; do
    my_server "$server"
    one
done

# clock: another time, and the number of the next row, that a file sets are not those of its record, nor of the next file.
clock() {
    my_create clock
    number=
    case $server in mariadb*) number='SET insert_id = 500;' ;; esac
    rm -rf database
    mkdir -p database/migrations
    printf -- '-- migrate:up\nCREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a timestamp NULL DEFAULT CURRENT_TIMESTAMP);\n' >database/migrations/1.sql
    printf -- '-- migrate:up\nSET timestamp = 5;\nINSERT INTO t (id) VALUES (1);\n%s\n' "$number" >database/migrations/2.sql
    printf -- '-- migrate:up\nSET timestamp = 5;\nCREATE TABLE u (a int);\n%s\n' "$number" >database/migrations/3.sql
    printf -- '-- migrate:up\nINSERT INTO t (id) VALUES (NULL);\n' >database/migrations/4.sql
    run 0 migrate run --url "$(my_url clock)"
    expect_my clock 'SELECT id, year(a) > 2000 FROM t ORDER BY id' '1|0
2|1'
    expect_my clock 'SELECT count(*), max(id) < 100, min(year(migration_time)) > 2000 FROM adonis_schema' '4|1|1'
    expect_my clock 'SELECT count(*), max(id) < 100, min(year(started_at)) > 2000 FROM adonis_schema_journal' '4|1|1'
    # A temporary table would take the records of the session.
    printf -- '-- migrate:up\nCREATE TABLE never (a int);\nCREATE TEMPORARY TABLE IF NOT EXISTS Adonis_Schema (id int);\n' >database/migrations/5.sql
    run 2 migrate run --url "$(my_url clock)"
    expect_err '5.sql:3:1: a temporary table of the ledger'
    printf -- '-- migrate:up\nCREATE TEMPORARY TABLE mine AS SELECT * FROM adonis_schema;\n' >database/migrations/5.sql
    run 0 migrate run --url "$(my_url clock)"
    # Rows that no transaction takes back are not made twice where the file says so.
    printf -- '-- migrate:up\nCREATE TABLE isam (a int) ENGINE=MyISAM;\n' >database/migrations/6.sql
    printf -- '-- migrate:up transaction:false\nINSERT INTO isam VALUES (1);\nINSERT INTO none VALUES (1);\n' >database/migrations/7.sql
    run 4 migrate run --url "$(my_url clock)"
    run 5 migrate run --url "$(my_url clock)"
    expect_my clock 'SELECT count(*) FROM isam' 1
}
for server in $my_servers; do
    my_server "$server"
    clock
done
