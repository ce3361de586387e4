# What a migration leaves behind that no rollback takes back: rows in tables that have no transactions.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# file NAME LINE...: a migration of these lines.
file() {
    file_name=$1
    shift
    mkdir -p database/migrations
    printf -- '%s\n' '-- migrate:up' "$@" >"database/migrations/$file_name.sql"
}

engines() {
    case $server in
    mariadb*) echo MyISAM Aria MEMORY CSV ;;
    *) echo MyISAM MEMORY CSV ARCHIVE ;;
    esac
}

# broken WHAT LINE...: a file with these lines, which fails behind them, is not run again by itself, nor are rows made twice.
broken() {
    what=$1
    shift
    file 9 "$@" 'INSERT INTO rows_ VALUES (2);' 'INSERT INTO nowhere VALUES (1);'
    my_sql db 'DELETE FROM rows_' >/dev/null
    # The file that makes the table, with one row, may be of the same run.
    before=1
    [ -z "$(my_sql db "SHOW TABLES LIKE 'loose'")" ] || before=$(my_sql db 'SELECT count(*) FROM loose')
    run 4 migrate run --url "$url"
    expect_err 'no transactions'
    run 5 migrate run --url "$url"
    expect_err 'migrate repair'
    [ "$(my_sql db 'SELECT count(*) FROM loose')" = $((before + 1)) ] || fail "$server: $what: rows twice"
    # What it did is known, and it goes on there.
    file 9 "$@" 'INSERT INTO rows_ VALUES (2);' 'INSERT INTO rows_ VALUES (3);'
    run 0 migrate repair
    at=$(sed -n 's/^  go on there with: migrate repair --resume-at //p' stdout)
    run 0 migrate repair --resume-at "$at" --url "$url"
    [ "$(my_sql db 'SELECT count(*) FROM loose')" = $((before + 1)) ] || fail "$server: $what: rows twice behind a repair"
    expect_my db 'SELECT group_concat(a ORDER BY a) FROM rows_' '2,3'
    run 0 migrate repair --forget database/migrations/9 --url "$url"
    rm database/migrations/9.sql
}

lasting() {
    rm -rf database
    my_create db
    url=$(my_url db)
    mkdir -p database
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "$url" >database/connections.json
    file 1 'CREATE TABLE rows_ (a int) ENGINE=InnoDB;'
    file 2 'INSERT INTO rows_ VALUES (1);'
    run 0 migrate run
    for engine in $(engines); do
        # The table is made in the run that fills it.
        rm -f database/migrations/8*.sql
        my_sql db "DELETE FROM adonis_schema WHERE name LIKE '%/8%'; DROP TABLE IF EXISTS loose" >/dev/null
        file 8 "CREATE TABLE loose (a int NOT NULL) ENGINE=$engine;" 'INSERT INTO loose VALUES (7);'
        broken "$engine" 'INSERT INTO loose VALUES (1);'
    done
    # Written to by another name.
    rm database/migrations/8.sql
    my_sql db "DELETE FROM adonis_schema WHERE name LIKE '%/8%'; DROP TABLE loose" >/dev/null
    file 8 'CREATE TABLE loose (a int NOT NULL) ENGINE=MyISAM;' 'CREATE VIEW seen AS SELECT a FROM loose;' \
        'CREATE TABLE watched (a int) ENGINE=InnoDB;' \
        'CREATE TRIGGER watching AFTER INSERT ON watched FOR EACH ROW INSERT INTO seen VALUES (NEW.a);' \
        'CREATE FUNCTION puts() RETURNS int DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO watched VALUES (5); RETURN 1; END;'
    run 0 migrate run
    broken view 'INSERT INTO seen VALUES (1);'
    broken trigger 'INSERT INTO `watched` VALUES (1);'
    broken function 'SELECT puts();'
    broken several 'INSERT INTO rows_ VALUES (5);' 'UPDATE rows_, loose SET rows_.a = 2 WHERE loose.a = 0;' 'DELETE FROM rows_;' 'INSERT INTO loose VALUES (1);'
    # What has transactions is taken back as ever beside it.
    file 9 'INSERT INTO rows_ VALUES (9);' 'INSERT INTO nowhere VALUES (1);'
    run 4 migrate run
    expect_my db 'SELECT count(*) FROM rows_ WHERE a = 9' 0
    file 9 'INSERT INTO rows_ VALUES (9);'
    run 0 migrate run
    expect_my db 'SELECT count(*) FROM rows_ WHERE a = 9' 1
    # In another database nobody looks ahead; the server tells.
    my_create other
    my_sql other 'CREATE TABLE far (a int) ENGINE=MyISAM' >/dev/null
    file 9b "INSERT INTO $(my_quoted other).far VALUES (1);" 'INSERT INTO nowhere VALUES (1);'
    run 4 migrate run
    expect_err 'migrate repair --resume-at 1'
    run 5 migrate run
    expect_my other 'SELECT count(*) FROM far' 1
    run 0 migrate repair --forget database/migrations/9b
}

for server in $my_servers; do
    my_server "$server"
    lasting
done
