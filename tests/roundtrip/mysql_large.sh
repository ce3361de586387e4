# 500 tables with all that the generator has.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

gen_schema --engine mysql --kind rich --tables 500 >large.sql
one() {
    [ "$my_key" != mysql56 ] || sed 's/CHARSET=utf8mb4/CHARSET=utf8/; s/ json / longtext /' large.sql >large56.sql
    my_create large
    if [ "$my_key" = mysql56 ]; then my_file large large56.sql; else my_file large large.sql; fi
    round_trip large
}
every_server one

# Two sessions give the same.
my_server mariadb
my_create large
my_file large large.sql
run 0 schema-dump --url "$(my_url large)" --path one.sql
my_create copy
run 0 schema-load --url "$(my_url copy)" --path one.sql --jobs 2 --verify
run 0 schema-dump --url "$(my_url copy)" --path two.sql
expect_same one.sql two.sql
expect_my_same large copy
