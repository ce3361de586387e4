# What an unfinished load made is taken back, every kind of object, and nothing else.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

# mark WORD SNAPSHOT: as if a load of it had been killed just before it was over.
mark() {
    my_sql "$1" "CREATE TABLE IF NOT EXISTS adonis_schema_journal (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, ledger_id int unsigned,
        name varchar(255) NOT NULL, raw_digest varchar(80), token_digest varchar(80), direction varchar(4) NOT NULL DEFAULT 'up', state varchar(16) NOT NULL,
        statement int NOT NULL DEFAULT 0, message text, duration_ms int, applied_by varchar(255), started_at timestamp NULL DEFAULT CURRENT_TIMESTAMP);
        INSERT INTO adonis_schema_journal (name, raw_digest, direction, state) VALUES ('$2', 'sha256:$(sha256sum "$2" | cut -d ' ' -f 1)', 'load', 'running')"
}
stays() {
    for file in s.sql bare.sql; do
        my_create x
        run 0 schema-load --url "$(my_url x)" --path "$file"
        mark x "$file"
        my_sql x "$2" >/dev/null
        run 5 schema-load --url "$(my_url x)" --path "$file" --undo
        expect_err "nothing was dropped: $1"
        expect_my x "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('t', 'filled', 'v')" 3
    done
}
one() {
    torture src
    run 0 schema-dump --url "$(my_url src)" --path torture-s.sql --skip-broken
    my_create back
    run 0 schema-load --url "$(my_url back)" --path torture-s.sql
    mark back torture-s.sql
    run 0 schema-load --url "$(my_url back)" --path torture-s.sql --undo
    expect_err 'took back'
    expect_my_empty back

    my_create source
    my_sql source "CREATE TABLE t (id int PRIMARY KEY, stranger int, KEY by_stranger (stranger)); CREATE VIEW v AS SELECT id AS named FROM t;
        CREATE FUNCTION f(argument int) RETURNS int DETERMINISTIC RETURN 1; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1;
        CREATE TABLE filled (id int PRIMARY KEY); INSERT INTO filled VALUES (1)"
    run 0 schema-dump --url "$(my_url source)" --path s.sql --data filled
    cat >bare.sql <<'END'
CREATE TABLE `t` (id int PRIMARY KEY, stranger int, KEY by_stranger (stranger));
CREATE TABLE filled (id int PRIMARY KEY);
INSERT INTO filled VALUES (1);
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS SELECT id AS named FROM t */;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` FUNCTION `f`(argument int) RETURNS int DETERMINISTIC RETURN 1 ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1 */;;
DELIMITER ;
END
    for file in s.sql bare.sql; do
        my_create x
        run 0 schema-load --url "$(my_url x)" --path "$file"
        mark x "$file"
        [ "$file" = s.sql ] || my_sql x 'INSERT INTO filled VALUES (2), (3)'
        run 0 schema-load --url "$(my_url x)" --path "$file" --undo
        expect_my_empty x
        # Whose they are a dump of another tool does not tell: how many went is told.
        if [ "$file" = s.sql ]; then
            expect_no_err 'goes with its rows'
        else
            expect_err 'table "filled" goes with its rows (3): the dump fills it'
        fi
    done
    # What is there is listed by the same query on all of them.
    [ "$my_key" = mariadb ] || return 0
    stays 'table "stranger" is not in the snapshot' 'CREATE TABLE stranger (x int)'
    stays 'table "by_stranger" is not' 'CREATE TABLE by_stranger (x int); INSERT INTO by_stranger VALUES (1)'
    stays 'view "named" is not' 'CREATE VIEW named AS SELECT 1 AS a'
    stays 'procedure "argument" is not' 'CREATE PROCEDURE argument() SELECT 1'
    stays 'procedure "f" is not' 'CREATE PROCEDURE f() SELECT 1'
    stays 'trigger "stranger" is not' 'CREATE TRIGGER stranger BEFORE UPDATE ON t FOR EACH ROW SET @a = 1'
    stays 'event "t" is not' "CREATE EVENT t ON SCHEDULE AT '2037-01-01' DO SET @a = 1"
    stays 'table "t" holds rows' 'INSERT INTO t VALUES (1, 1)'
}
every_server one
