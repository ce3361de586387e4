# What a server is set to does not stand in the way of the tools: not at a dump, not at a proof, and not when a load is taken back.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# fails_and_is_undone: what was made of bad.sql goes by itself, and nothing is left to take back.
fails_and_is_undone() {
    my_create failed
    run 4 schema-load --url "$(my_url failed)" --path bad.sql
    expect_err 'bad.sql:6:'
    if grep -q 'stays in the database' stderr; then fail "$my_key: it was not taken back: $(cat stderr)"; fi
    expect_my_empty failed
}

# A merged table cannot be read before those that it shows, and a name between " is one where the mode of the session says so.
one() {
    cat >bad.sql <<'END'
CREATE TABLE m (a int) ENGINE=MRG_MyISAM UNION=(z1, z2);
CREATE TABLE z1 (a int) ENGINE=MyISAM;
SET sql_mode = 'ANSI_QUOTES';
CREATE FUNCTION "a ""name""" () RETURNS int DETERMINISTIC RETURN 1;
SET sql_mode = '';
CREATE TABLE z2 (a no_such_type);
END
    fails_and_is_undone
}
for server in $my_servers; do
    my_server "$server"
    one
done

# proved: a history is run, dumped, loaded and proved on the server as it is set.
proved() {
    my_create src
    my_create copy
    rm -rf database
    mkdir -p database/migrations
    printf -- '-- migrate:up\nCREATE TABLE one (id int PRIMARY KEY);\nINSERT INTO one VALUES (1);\n' >database/migrations/1_one.sql
    run 0 migrate run --url "$(my_url src)"
    run 0 schema-dump --url "$(my_url src)"
    run 0 schema-dump --check --url "$(my_url src)"
    run 0 migrate run --url "$(my_url copy)"
    run 0 migrate check --replay --url "$(my_url copy)"
    my_create more
    run 0 schema-load --url "$(my_url more)" --clones 1 --path database/schema/mysql-schema.sql
}
# on_a_replica: what only reads works where nobody may write; what writes says so.
on_a_replica() {
    my_drop beside
    reader=$(my_user reader "ALL ON $(my_quoted src).*" "ALL ON $(my_quoted beside).*")
    my_create beside
    my_admin 'SET GLOBAL read_only = 1'
    run 0 migrate status --url "$(my_url src "$reader")"
    run 0 migrate check --url "$(my_url src "$reader")"
    run 0 schema-dump --check --url "$(my_url src "$reader")"
    run 5 migrate run --url "$(my_url beside "$reader")"
    expect_err 'connect to the primary server'
    my_admin 'SET GLOBAL read_only = 0'
    expect_my_empty beside
}
# not_cut: what a server cuts off the answers changes nothing of what is read: not of the ledger, not of rows, and not when a file says
# it. Nor does it count that a server shows the rows of another time.
not_cut() {
    my_create cut
    rm -rf database
    mkdir -p database/migrations
    for i in 1 2 3 4; do
        printf -- '-- migrate:up\nCREATE TABLE t%s (id int PRIMARY KEY);\nINSERT INTO t%s VALUES (1), (2), (3);\n-- migrate:down\nDROP TABLE t%s;\n' \
            $i $i $i >database/migrations/$i.sql
    done
    my_admin "SET GLOBAL sql_select_limit = 2; SET GLOBAL max_join_size = 2; SET GLOBAL sql_big_selects = 0"
    case $my_key in mariadb*)
        my_admin "SET GLOBAL system_versioning_asof = '2000-01-01 00:00:00'"
        ;;
    esac
    run 0 migrate run --url "$(my_url cut)"
    run 0 migrate run --url "$(my_url cut)"
    expect_err 'already up to date'
    run 0 migrate rollback --step 1 --url "$(my_url cut)"
    rm database/migrations/4.sql
    case $my_key in mariadb*) printf -- '-- migrate:up\nALTER TABLE t1 ADD SYSTEM VERSIONING;\n' >database/migrations/4_v.sql ;; esac
    printf -- '-- migrate:up\nSET sql_select_limit = 1;\nINSERT INTO t1 VALUES (4);\n' >database/migrations/5.sql
    printf -- '-- migrate:up\nSET sql_select_limit = 1;\nCREATE TABLE t6 (id int PRIMARY KEY);\n' >database/migrations/6.sql
    run 0 migrate run --url "$(my_url cut)"
    run 0 migrate check --replay --url "$(my_url cut)"
    run 0 schema-dump --data t1 --url "$(my_url cut)"
    my_admin "SET GLOBAL sql_select_limit = 18446744073709551615; SET GLOBAL max_join_size = 18446744073709551615; SET GLOBAL sql_big_selects = 1"
    case $my_key in mariadb*) my_admin "SET GLOBAL system_versioning_asof = DEFAULT" ;; esac
    expect_my cut "SELECT group_concat(right(name, 1) ORDER BY id) FROM adonis_schema WHERE name NOT LIKE '%v'" '1,2,3,5,6'
    my_create whole
    run 0 migrate run --url "$(my_url whole)"
    expect_my whole 'SELECT count(*) FROM t1' 4
    expect_my whole "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 't_'" 4
}
my_own mariadb chain --autocommit=OFF --completion-type=CHAIN --max-statement-time=5
proved
on_a_replica
not_cut
my_needs mysql9
my_own mysql9 keys --sql-require-primary-key=ON --autocommit=OFF --completion-type=CHAIN
proved
on_a_replica
printf -- '-- migrate:up\nCREATE TABLE two (id int);\n' >database/migrations/2_two.sql
run 4 migrate run --url "$(my_url src)"
expect_err 'give the table a primary key'
# What reads a schema takes as long as it takes.
my_admin 'SET GLOBAL max_execution_time = 10000'
run 0 schema-dump --verbose --url "$(my_url copy)" --path copy.sql
expect_err 'SESSION max_execution_time = 0'
not_cut
# What was loaded and is not what was dumped is told by the exit code, whoever loads it.
my_admin 'SET GLOBAL sql_require_primary_key = OFF'
rm -rf database
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE bare (a int);\n' >database/migrations/1.sql
my_create bare
run 0 migrate run --url "$(my_url bare)"
run 0 schema-dump --url "$(my_url bare)"
my_admin 'SET GLOBAL sql_generate_invisible_primary_key = ON'
my_create bare
run 1 schema-load --url "$(my_url bare)" --path database/schema/mysql-schema.sql
my_create bare
run 1 migrate run --url "$(my_url bare)"
expect_err 'is not the one that was dumped'
run 0 migrate run --url "$(my_url bare)"
