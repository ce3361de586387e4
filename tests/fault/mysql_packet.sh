# A server that takes no message over 1,024 bytes, one whose disk is full, and settings that would turn texts round.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"

gen_schema --engine mysql --tables 20 --kind rich >rich.sql
my_create source
my_file source rich.sql
run 0 schema-dump --url "$(my_url source)" --path good.sql

# Every statement of it is shorter than that: it is dumped and loaded all the same.
my_own mariadb packet --max-allowed-packet=1024 --net-buffer-length=1024
expect_small() {
    [ "$(my_client -e 'SELECT @@max_allowed_packet')" = 1024 ] || fail "the server takes long messages"
}
expect_small
# The name of the database stands in every question: the longest there can be, 64 bytes.
long_name=$(printf 'x%.0s' $(seq $((64 - $(my_name '' | wc -c) + 1))))
[ "$(my_name "$long_name" | tr -d '\n' | wc -c)" = 64 ] || fail "the name is not as long as can be: $(my_name "$long_name")"
my_create "$long_name"
longest=$(awk 'BEGIN { RS = ";\n" } { if (length > n) n = length } END { print n }' good.sql)
[ "$longest" -lt 900 ] || fail "the test's own statements are too long: $longest"
run 0 schema-load --url "$(my_url "$long_name")" --path good.sql --verify
run 0 schema-dump --url "$(my_url "$long_name")" --path small.sql
expect_same good.sql small.sql
# A longer one is named, before or after, and nothing stays.
my_create y
{
    sed '/^-- gate/,$d' good.sql
    echo '-- table long'
    awk 'BEGIN { printf "CREATE TABLE long_one (a int COMMENT \x27"; for (i = 0; i < 1000; i++) printf "x"; print "\x27);" }'
    printf '\n'
    sed -n '/^-- gate/,$p' good.sql
} >long.sql
run 4 schema-load --url "$(my_url y)" --path long.sql --accept-modified
expect_err 'long.sql:'
expect_err max_allowed_packet
expect_my y "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'adonis%'" 0

# Settings of the server that turn texts round: the dump is the same, and loads the same.
my_own mysql56 modes --sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ZERO_DATE,STRICT_ALL_TABLES \
    --character-set-server=sjis --lower-case-table-names=1 --max-allowed-packet=2048
my_create x 'CHARACTER SET utf8'
cat >torture.sql <<'SQL'
SET sql_mode = '';
CREATE TABLE quoted (`a"b` varchar(20) CHARACTER SET utf8 DEFAULT 'it''s \\ "x"', d date DEFAULT '0000-00-00') COMMENT='\\ "q"' CHARSET=utf8;
CREATE VIEW v AS SELECT 'a\\b' AS "x", `a"b` FROM quoted;
CREATE PROCEDURE p() SELECT "a\n" AS `b`;
SQL
my_file x torture.sql
run 0 schema-dump --url "$(my_url x)" --path modes.sql
my_create y 'CHARACTER SET utf8'
run 0 schema-load --url "$(my_url y)" --path modes.sql --verify
run 0 schema-dump --url "$(my_url y)" --path modes2.sql
expect_same modes.sql modes2.sql
my_own mariadb modes --sql-mode=ORACLE,NO_BACKSLASH_ESCAPES --character-set-server=ucs2 --lower-case-table-names=1 --transaction-isolation=SERIALIZABLE --autocommit=0 \
    --default-storage-engine=MyISAM --explicit-defaults-for-timestamp=0 --innodb-strict-mode=ON --lock-wait-timeout=3 --completion-type=CHAIN
my_create x 'CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'
run 0 schema-load --url "$(my_url x)" --path good.sql
run 0 schema-dump --url "$(my_url x)" --path other.sql
expect_same good.sql other.sql
# Tables are named as the server takes names.
my_create x 'CHARACTER SET utf8mb4'
my_sql x "CREATE TABLE Items (id int PRIMARY KEY, n int); INSERT INTO Items VALUES (1, 2)"
run 0 schema-dump --url "$(my_url x)" --path rows.sql --data Items
run 0 schema-dump --url "$(my_url x)" --path rows.sql --data iTEMS --data items --check
grep -q '"items": 1' rows.meta.json || fail "$(cat rows.meta.json)"
run 2 schema-dump --url "$(my_url x)" --path rows.sql --data Item

# The disk of the server is full in the middle of a load: the load ends, and what it made is gone again.
my_full=$(mktemp -d "/tmp/bl-my-full.XXXXXX")
my_private="$my_private $my_full"
if mount -t tmpfs -o size=160m tmpfs "$my_full" 2>/dev/null; then
    my_test_clean() {
        BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" end "$my_full"
        umount "$my_full" 2>/dev/null || umount -l "$my_full"
        my_clean_up
    }
    trap my_test_clean EXIT
    my_key=mariadb
    my_dir=$my_full
    BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" one mariadb "$my_dir" >own.log 2>&1 ||
        fail "no server: $(tail -n 5 own.log)"
    my_create x
    free=$(df --output=avail -k "$my_full" | tail -n 1)
    # A little less than the load needs.
    head -c $(((free - 1500) * 1024)) /dev/zero >"$my_full/ballast"
    code=0
    timeout 120 schema-load --url "$(my_url x)" --path good.sql >stdout 2>stderr || code=$?
    [ "$code" != 0 ] || fail "the disk was not full"
    case $code in 3 | 4 | 5) ;; *) fail "the server's disk is full: exit $code: $(cat stderr)" ;; esac
    rm "$my_full/ballast"
    left=$(my_sql x "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'adonis%'")
    if [ "$left" != 0 ]; then
        run 5 schema-load --url "$(my_url x)" --path good.sql
        run 0 schema-load --url "$(my_url x)" --path good.sql --undo
    fi
    run 0 schema-load --url "$(my_url x)" --path good.sql --verify
fi
