# Bodies and literals of clients that did not speak UTF-8, with bytes that look like a backslash: they mean the same in the
# copy. Databases and routines of other collations.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

values="SELECT hex(latin_body()), hex(sjis_body()), hex(sjis_trap()), hex(gbk_trap()), hex(koi_body()), (SELECT hex(convert(a USING utf8mb4)) FROM latin_literal)"
wanted='C3A4C3B6C3BCC39F|E8A1A8E7A4BA|E8A1A8|E6989E|D0BFD180D0B8|C3A4C3B6'
one() {
    my_create src 'CHARACTER SET latin1 COLLATE latin1_german1_ci'
    my_sql src 'CREATE TABLE t (a varchar(10) CHARACTER SET utf8mb4)'
    # A charset that the servers that have it do not list.
    [ "$my_key" = mysql9 ] || my_sql src 'CREATE TABLE hidden (a varchar(10), b char(3) CHARACTER SET ascii) CHARACTER SET filename'
    for charset in latin1 sjis gbk koi8r; do
        awk -v c="$charset" '/^-- charset / { on = $3 == c; next } on' "$torture/charsets.sql" >part.sql
        # Newer servers want UTF-8 in the comments of a body.
        [ "$my_key" != mysql9 ] || sed -i 's|/\*.*\*/||' part.sql
        mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set="$charset" --comments -D "$(my_name src)" <part.sql >client.out 2>&1 ||
            fail "$my_key: $charset: $(cat client.out)"
    done
    expect_my src "$values" "$wanted"
    # Routines of another default of the database.
    my_sql src 'CREATE FUNCTION older(a varchar(10)) RETURNS varchar(10) DETERMINISTIC RETURN a'
    my_admin "ALTER DATABASE $(my_quoted src) CHARACTER SET utf8 COLLATE utf8_swedish_ci"
    my_sql src 'CREATE FUNCTION newer(a varchar(10)) RETURNS varchar(10) DETERMINISTIC RETURN a; CREATE TRIGGER n AFTER INSERT ON t FOR EACH ROW SET @x = 1'
    fingerprint src >before
    run 0 schema-dump --url "$(my_url src)" --path a.sql
    iconv -f utf-8 -t utf-8 a.sql >/dev/null 2>&1 || fail "$my_key: the dump is no UTF-8"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path a.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path b.sql
    expect_same a.sql b.sql
    expect_my copy "$values" "$wanted"
    my_sql copy "INSERT INTO t VALUES ('x')"
    expect_my copy 'SELECT hex(a) FROM t' C3A4
    collations="SELECT group_concat(concat(routine_name, ' ', database_collation, ' ', collation_connection) ORDER BY routine_name) FROM information_schema.routines WHERE routine_schema = DATABASE()"
    expect_my copy "$collations" "$(my_sql src "$collations")"
    defaults="SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()"
    expect_my copy "$defaults" "$(my_sql src "$defaults")"
    # With the stock client, under another name, and the source stays what it was.
    my_create stock
    my_file stock a.sql
    expect_my stock "$values" "$wanted"
    expect_my stock "$collations" "$(my_sql src "$collations")"
    # A load that fails leaves the database's own default as it was.
    my_create failed 'CHARACTER SET ascii COLLATE ascii_bin'
    sed '/^-- gate/i\
CREATE TABLE t (a int);\
' a.sql >bad.sql
    code=0
    schema-load --url "$(my_url failed)" --path bad.sql --accept-modified >stdout 2>stderr || code=$?
    [ "$code" = 4 ] || [ "$code" = 5 ] || fail "$my_key: a file that makes a table twice: exit $code: $(cat stderr)"
    expect_my failed "$defaults" ascii_bin
    fingerprint src >after
    expect_same before after
}
every_server one

# A view that the server can open only under the collation in which it was made: what a number becomes has that of the session.
mixed() {
    my_create src
    my_sql src "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci; CREATE TABLE t (a varchar(9) CHARACTER SET utf8, n int);
        CREATE VIEW first AS SELECT a, substring_index(group_concat(n ORDER BY n), ',', 1) AS n FROM t GROUP BY a;
        CREATE VIEW above AS SELECT substring_index(n, ',', -1) AS n, a FROM first; CREATE VIEW plain AS SELECT n FROM t"
    round_trip src
}
every_server mixed

# Names that are not ASCII, of a client that did not speak UTF-8: some servers write them into the text as they were typed,
# others in UTF-8. A literal that the server writes into the head of a routine whose sql_mode has no escapes.
names() {
    my_create src
    iconv -f utf-8 -t cp850 >part.sql <<'SQL'
CREATE TABLE `tä` (a varchar(10));
CREATE PROCEDURE `pä`(IN `aä` int) COMMENT 'cä' SELECT 'bä';
CREATE PROCEDURE `qä`() SELECT 1;
CREATE FUNCTION `fä`(`aä` int) RETURNS enum('eä', 'x') DETERMINISTIC RETURN 'x';
CREATE TRIGGER `rä` BEFORE INSERT ON `tä` FOR EACH ROW SET NEW.a = 'bä';
CREATE TRIGGER `sä` BEFORE UPDATE ON `tä` FOR EACH ROW SET NEW.a = 'b';
CREATE EVENT `vä` ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DISABLE DO SET @a = 'bä';
SQL
    mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=cp850 -D "$(my_name src)" <part.sql >client.out 2>&1 ||
        fail "$my_key: $(cat client.out)"
    my_sql src "SET sql_mode = 'NO_BACKSLASH_ESCAPES';
        CREATE FUNCTION raw() RETURNS enum('a\\b', 'c''d\\') DETERMINISTIC COMMENT 'e\\f' RETURN 'a\\b'"
    names="SELECT group_concat(name ORDER BY name) FROM (SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION ALL SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION ALL SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()) t"
    expect_my src "$names" fä,pä,qä,rä,raw,sä,vä
    raw="SELECT hex(dtd_identifier), hex(routine_comment) FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_name = 'raw'"
    wanted=$(my_sql src "$raw")
    [ "${wanted##*|}" = 655C66 ] || fail "$my_key: the comment is $wanted"
    run 0 schema-dump --url "$(my_url src)" --path names.sql
    for way in ours stock; do
        my_create copy
        [ "$way" = stock ] || run 0 schema-load --url "$(my_url copy)" --path names.sql --verify
        [ "$way" = ours ] || my_file copy names.sql
        expect_my copy "$names" fä,pä,qä,rä,raw,sä,vä
        expect_my copy "$raw" "$wanted"
        my_sql copy 'INSERT INTO `tä` VALUES (1)'
        expect_my copy 'SELECT a FROM `tä`' bä
    done
    run 0 schema-dump --url "$(my_url copy)" --path again.sql
    expect_same names.sql again.sql
}
every_server names

# A database of bytes, as a source, as a target that a load leaves as it was, and as what a clone is to be like.
of_bytes() {
    my_create src 'CHARACTER SET binary'
    my_sql src 'CREATE TABLE t (a varchar(10), b text CHARACTER SET utf8)'
    run 0 schema-dump --url "$(my_url src)" --path bytes.sql
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path bytes.sql --verify
    expect_my copy 'SELECT @@collation_database' binary
    echo 'CREATE TABLE t (a int); CREATE TABLE t (a int);' >bad.sql
    my_create failed 'CHARACTER SET binary'
    run 4 schema-load --url "$(my_url failed)" --path bad.sql
    expect_my_empty failed
    expect_my failed 'SELECT @@collation_database' binary
    run 0 schema-load --url "$(my_url failed)" --path bytes.sql --clone "$(my_name clone)"
    expect_my clone 'SELECT @@collation_database' binary
    my_drop clone
}
every_server of_bytes

# Values of ENUM and SET in the charset binary: MariaDB writes "?" for a byte that is no UTF-8, and nobody can tell which it was.
# MySQL 9 takes no such table.
bytes() {
    my_create src
    my_sql src "CREATE TABLE fine (a enum('a', 'ä') CHARACTER SET binary, b enum('?') CHARACTER SET utf8, c set('?', 'x'), d varchar(9) DEFAULT '?', e binary(1))"
    round_trip src
    [ "$my_key" != mysql9 ] || return 0
    for table in "a (a enum(x'ff', 'ok') CHARACTER SET binary)" "b (c int, b set('x', x'e4') CHARACTER SET binary NOT NULL, d int)" \
        "c (a enum('x', x'ff', 'y'), b enum('x') CHARACTER SET utf8) CHARACTER SET binary"; do
        my_create src
        my_sql src "CREATE TABLE $table; CREATE TABLE other (a int)"
        if [ "$my_key" = mysql56 ]; then
            run 0 schema-dump --url "$(my_url src)" --path told.sql
            grep -q "x'\(ff\|e4\)'" told.sql || fail "$my_key: the byte is not in the text: $table"
            my_create copy
            run 0 schema-load --url "$(my_url copy)" --path told.sql --verify
            continue
        fi
        run 5 schema-dump --url "$(my_url src)" --path hole.sql
        expect_err "table ${table%% *} cannot be described"
        [ ! -e hole.sql ] || fail "$my_key: a dump with a hole: $table"
    done
    [ "$my_key" != mysql56 ] || return 0
    run 0 schema-dump --url "$(my_url src)" --path hole.sql --skip-unsupported
    grep -q 'CREATE TABLE `other`' hole.sql || fail "$my_key: more is left out than asked for"
    rm hole.*
}
every_server bytes

# Characters that have two codes in a charset: the text of the server is the same for both. A default keeps its bytes; where
# they cannot be asked for, the table is refused.
twins() {
    my_create src
    my_sql src "SET NAMES sjis; CREATE TABLE t (a varchar(9) DEFAULT 'a\\\\b', b varchar(9) DEFAULT 'a-b', c varchar(9) CHARACTER SET utf8 DEFAULT '\\\\',
        d char(9) CHARACTER SET cp932 DEFAULT x'8790', e char(9) CHARACTER SET cp932 DEFAULT x'81E0', f varchar(9) CHARACTER SET ujis DEFAULT x'A1C0',
        g varchar(9) CHARACTER SET latin1 DEFAULT '\\\\', h enum('\\n', 'y') NOT NULL DEFAULT 'y', i int DEFAULT '-8', j varchar(9) NOT NULL DEFAULT '-') CHARACTER SET sjis COMMENT '\\\\'"
    my_sql src "CREATE TRIGGER n AFTER INSERT ON t FOR EACH ROW SET @x = 1; INSERT INTO t VALUES ()"
    codes="SELECT hex(a), hex(b), hex(c), hex(d), hex(e), hex(f), hex(g), hex(j) FROM t"
    expect_my src "$codes" '615C62|612D62|5C|8790|81E0|A1C0|5C|2D'
    my_sql src 'DELETE FROM t'
    run 0 schema-dump --url "$(my_url src)" --path twins.sql
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path twins.sql --verify
    my_sql copy 'INSERT INTO t VALUES ()'
    expect_my copy "$codes" '615C62|612D62|5C|8790|81E0|A1C0|5C|2D'
    expect_my copy 'SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()' 1
    my_drop copy
    round_trip src
    for table in "(a enum('x\\\\', 'y')) CHARACTER SET sjis" "(a int, b varchar(9) CHARACTER SET sjis NOT NULL DEFAULT '\\\\')" \
        "(a set('~') CHARACTER SET ujis)" "(a varchar(9) CHARACTER SET sjis) PARTITION BY LIST COLUMNS (a) (PARTITION p VALUES IN ('a', '\\\\'))"; do
        my_create src
        my_sql src "SET NAMES sjis; CREATE TABLE a $table; CREATE TABLE other (a int); CREATE TRIGGER n AFTER INSERT ON other FOR EACH ROW SET @x = 1;
            SET NAMES gbk; CREATE TRIGGER goes AFTER INSERT ON a FOR EACH ROW SET @x = '$(printf '\261\355')'"
        run 5 schema-dump --url "$(my_url src)" --path hole.sql
        expect_err 'two codes in the charset of its column'
        [ ! -e hole.sql ] || fail "$my_key: a dump with a hole: $table"
        run 0 schema-dump --url "$(my_url src)" --path hole.sql --skip-unsupported
        [ "$(grep -a 'CREATE TRIGGER' hole.sql | grep -cE ' ON .?other')" = 1 ] || fail "$my_key: more is left out than asked for"
        grep -qa 'TRIGGER .goes' hole.sql && fail "$my_key: a trigger is there without its table"
        rm hole.*
    done
}
every_server twins

# MySQL reads the expressions of a table under the mode of the session that opens it: a trigger made without backslash escapes
# opens its table.
unescaped() {
    [ "$my_key" != mysql56 ] || return 0
    my_create src
    my_sql src "CREATE TABLE t (a varchar(20), b varchar(20), g varchar(20) AS (if(a LIKE 'x!%' ESCAPE '!', 'q\\\\', 'n''')) VIRTUAL)"
    for trigger in one two; do
        my_sql src "SELECT * FROM t; SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE TRIGGER $trigger BEFORE INSERT ON t FOR EACH ROW SET NEW.b = '\\'"
    done
    round_trip src
}
every_server unescaped

# Made under a connection in UCS-2 or UTF-16: there the server reads neither a sql_mode nor a time zone from a literal, and
# older ones no STARTS.
wide() {
    my_create src
    my_sql src "CREATE TABLE t (a varchar(20) CHARACTER SET utf8); INSERT INTO t VALUES ('x')"
    for charset in ucs2 utf16 utf32 utf16le; do
        event=
        case $my_key in mysql9 | mariadb11) event="CREATE EVENT e_$charset ON SCHEDULE EVERY 1 YEAR STARTS '2040-01-01 10:00:00' DISABLE DO SET @x = 'a';" ;; esac
        my_sql src "SET sql_mode = '', time_zone = '+02:00', collation_connection = '${charset}_general_ci'; CREATE FUNCTION f_$charset() RETURNS varchar(20) CHARACTER SET utf8 DETERMINISTIC RETURN hex('a');
            $event CREATE VIEW v_$charset AS SELECT a FROM t WHERE a <> 'b'"
    done
    my_sql src "SET sql_mode = '', collation_connection = 'utf16_bin'; CREATE TRIGGER n BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'c'"
    expect_my src 'SELECT f_ucs2(), f_utf16(), f_utf32(), f_utf16le()' '0061|0061|00000061|6100'
    round_trip src
}
every_server wide
