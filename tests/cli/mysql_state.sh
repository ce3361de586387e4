# What a migration leaves behind: rows that no rollback takes back, and what stays in the session.
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

# left WHAT LINE...: behind a file with these lines the next one finds nothing of them.
left() {
    shift
    rm -rf database/migrations
    file 1 'CREATE TABLE IF NOT EXISTS found (what varchar(20), a text) ENGINE=InnoDB;'
    file 2 "$@"
    file 3 "INSERT INTO found SELECT 'variable', @x FROM DUAL WHERE @x IS NOT NULL;" \
        'INSERT INTO found SELECT "odd", @`a b` FROM DUAL WHERE @`a b` IS NOT NULL;' \
        "INSERT INTO found SELECT 'setting', @@foreign_key_checks FROM DUAL WHERE @@foreign_key_checks = 0;"
    my_create left
    run 0 migrate run --url "$(my_url left)"
    expect_my left 'SELECT * FROM found' ''
    # A replay is no other.
    run 0 migrate check --replay --url "$(my_url left)"
    for line in 'SELECT * FROM passing;passing' 'SELECT * FROM named;named' 'EXECUTE later;1243'; do
        file 4 "${line%;*};"
        my_create left
        run 4 migrate run --url "$(my_url left)"
        expect_err "${line#*;}"
    done
}

leftovers() {
    left plain 'SET @x = 1, foreign_key_checks = 0;' "SET @'a b' = 2;" 'CREATE TEMPORARY TABLE passing (a int);' \
        "CREATE TEMPORARY TABLE IF NOT EXISTS named (a int);" "PREPARE later FROM 'SELECT 1';"
    left rows 'INSERT INTO found SELECT NULL, NULL FROM DUAL WHERE (@x := 1) = 0;' 'SELECT 2 INTO @`a b`;' \
        'CREATE TEMPORARY TABLE passing (a int);' 'CREATE TEMPORARY TABLE named (a int);' "PREPARE later FROM 'SELECT 1';"
    left program 'CREATE PROCEDURE leaves() BEGIN SET @x = 1, @`a b` = 2, SESSION foreign_key_checks = 0; CREATE TEMPORARY TABLE passing (a int); CREATE TEMPORARY TABLE named (a int); END;' \
        'CALL leaves();' "PREPARE later FROM 'SELECT 1';"
    left dynamic "SET @sql = 'CREATE TEMPORARY TABLE passing (a int)';" 'PREPARE s FROM @sql;' 'EXECUTE s;' 'CREATE TEMPORARY TABLE named (a int);' \
        "PREPARE s FROM 'SET foreign_key_checks = 0';" 'EXECUTE s;' "PREPARE s FROM 'SET @x = 1';" 'EXECUTE s;' "PREPARE later FROM 'SELECT 1';"
    case $server in
    mariadb*)
        left compound 'BEGIN NOT ATOMIC SET @x = 1; SET foreign_key_checks = 0; CREATE TEMPORARY TABLE passing (a int); CREATE TEMPORARY TABLE named (a int); END;'
        ;;
    esac
}

# A number that no row took is not that of a record, nor of the next file.
numbers() {
    rm -rf database/migrations
    my_create left
    file 1 'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;' 'SET insert_id = 500;'
    file 2 'INSERT INTO t (id) VALUES (1);' 'SET insert_id = 600;'
    file 3 'INSERT INTO t (id) VALUES (NULL);'
    run 0 migrate run --url "$(my_url left)"
    expect_my left 'SELECT group_concat(id) FROM t' '1,2'
    expect_my left 'SELECT max(id) FROM adonis_schema' 3
    expect_my left 'SELECT max(id) < 100 FROM adonis_schema_journal' 1
}

# Compound statements outside of programs, and Oracle's, need no DELIMITER lines.
compounds() {
    case $server in mariadb*) ;; *) return 0 ;; esac
    rm -rf database/migrations
    my_create left
    file 1 'CREATE TABLE c (a int);' 'BEGIN NOT ATOMIC FOR i IN 1..2 DO INSERT INTO c VALUES (i); END FOR; END;' \
        'FOR r IN (SELECT 3 AS a) DO INSERT INTO c VALUES (r.a); END FOR;' 'IF 1 THEN INSERT INTO c VALUES (4); ELSE DELETE FROM c; END IF;' \
        'CASE 1 WHEN 1 THEN INSERT INTO c VALUES (5); ELSE DELETE FROM c; END CASE;' 'SET @i = 5;' \
        'WHILE @i < 7 DO SET @i = @i + 1; INSERT INTO c VALUES (@i); END WHILE;' 'REPEAT SET @i = @i + 1; INSERT INTO c VALUES (@i); UNTIL 1 END REPEAT;' \
        'SET sql_mode = ORACLE;' 'BEGIN FOR i IN 9..10 LOOP INSERT INTO c VALUES (i); END LOOP; END;' \
        'DECLARE i INT := 11; BEGIN INSERT INTO c VALUES (i); INSERT INTO c VALUES (i + 1); EXCEPTION WHEN OTHERS THEN NULL; END;' \
        'CREATE PROCEDURE p AS i INT := 13; BEGIN INSERT INTO c VALUES (i); i := 14; INSERT INTO c VALUES (i); END;' 'BEGIN p; END;'
    run 0 migrate run --url "$(my_url left)"
    expect_my left 'SELECT group_concat(a ORDER BY a) FROM c' '1,2,3,4,5,6,7,8,9,10,11,12,13,14'
}

# Where tables stay locked nothing can be written.
locks() {
    case $server in mariadb*) ;; *) return 0 ;; esac
    rm -rf database/migrations
    my_create left
    file 1 'CREATE TABLE held (a int);' "EXECUTE IMMEDIATE 'LOCK TABLES held WRITE';" 'INSERT INTO held VALUES (1);' 'UNLOCK TABLES;'
    run 4 migrate run --url "$(my_url left)"
    expect_err 'migration "database/migrations/1"'
    expect_err 'LOCK TABLES'
    run 5 migrate run --url "$(my_url left)"
    run 0 migrate repair --forget database/migrations/1 --url "$(my_url left)"
    # As the last one it is let go of.
    file 1 'CREATE TABLE also (a int);' "EXECUTE IMMEDIATE 'LOCK TABLES held WRITE';"
    run 0 migrate run --url "$(my_url left)"
}

# One that hides the ledger, wherever it stands.
shadows() {
    rm -rf database/migrations
    my_create left
    for line in "SET @a = 'CREATE TEMPORARY TABLE adonis_schema (id int)';" 'PREPARE a FROM "CREATE TEMPORARY TABLE x.`Adonis_Schema` (a int)";' \
        'CREATE PROCEDURE p() CREATE /*! TEMPORARY */ TABLE IF NOT EXISTS adonis_schema_journal (a int);'; do
        file 4 'CREATE TABLE never (a int);' "$line"
        run 2 migrate run --url "$(my_url left)"
        expect_err '4.sql:3:1: a temporary table of the ledger'
    done
    file 4 "SET @a = 'CREATE TEMPORARY TABLE adonis_schema.x (id int)';" 'CREATE TABLE t (a text);' \
        "INSERT INTO t VALUES ('CREATE TEMPORARY TABLE adonis_schema');"
    run 0 migrate run --url "$(my_url left)"
}

for server in $my_servers; do
    my_server "$server"
    lasting
    leftovers
    numbers
    compounds
    locks
    shadows
done
