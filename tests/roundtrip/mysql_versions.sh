# From one flavour and version to another: what MariaDB 10.11 wrote loads on its successor, and what the target does not have
# is listed before anything is made, or replaced with --map.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

headings() {
    grep -a '^-- [a-z]' "$1"
}

my_server mariadb
torture src
run 0 schema-dump --url "$(my_url src)" --path mariadb.sql
my_create small
my_sql small "CREATE TABLE t (a int PRIMARY KEY, b varchar(10), c timestamp NOT NULL DEFAULT current_timestamp()); CREATE VIEW v AS SELECT a FROM t"
run 0 schema-dump --url "$(my_url small)" --path small.sql

if my_has mariadb11; then
    my_server mariadb11
    torture src # what it refers to
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path mariadb.sql
    run 0 schema-dump --url "$(my_url copy)" --path mariadb11.sql
    # The texts are the server's, the objects and their order are the same.
    headings mariadb.sql >objects
    headings mariadb11.sql >objects.newer
    expect_same objects objects.newer
fi
# Sequences, versioned tables and packages are nothing for MySQL 5.6: all of it is said, nothing is made.
my_server mysql56
my_create copy
run 7 schema-load --url "$(my_url copy)" --path mariadb.sql
expect_err "CREATE SEQUENCE is not known"
expect_my_empty copy

my_needs mysql9
torture src portable
my_create bare
cat >bare.sql <<'SQL'
CREATE TABLE t (a int PRIMARY KEY, b varchar(10) COLLATE utf8mb4_0900_as_cs, c json) COLLATE=utf8mb4_0900_ai_ci;
CREATE TABLE u (a int, FOREIGN KEY (a) REFERENCES t (a));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(x varchar(10)) RETURNS int DETERMINISTIC RETURN length(x);
CREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1;
CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DO SELECT 1;
SQL
my_admin "ALTER DATABASE $(my_quoted bare) COLLATE utf8mb4_0900_ai_ci"
my_file bare bare.sql
run 0 schema-dump --url "$(my_url bare)" --path mysql9.sql
run 0 schema-dump --url "$(my_url src)" --path portable.sql
my_create hard
my_sql hard 'CREATE TABLE t (a int, b int, KEY ((a + 1)))'
run 0 schema-dump --url "$(my_url hard)" --path hard.sql

# A foreign key to a part of a key, or to a key that is not unique: the server has to be asked for it, whatever comes first.
my_create loose
my_sql loose 'SET SESSION restrict_fk_on_non_standard_key = OFF;
    CREATE TABLE z_parent (a int, b int, KEY (b), UNIQUE KEY (a, b));
    CREATE TABLE part (a int, FOREIGN KEY (a) REFERENCES z_parent (a));
    CREATE TABLE zz_plain (b int, FOREIGN KEY (b) REFERENCES z_parent (b))'
trip loose loose plain
run 0 schema-dump --url "$(my_url loose)" --path loose.sql
my_create whole
my_sql whole 'CREATE TABLE parent (a int, b int, PRIMARY KEY (a DESC, b), UNIQUE KEY (b)); SET foreign_key_checks = 0;
    CREATE TABLE child (x int, y int, FOREIGN KEY (x, y) REFERENCES parent (a, b), FOREIGN KEY (y) REFERENCES parent (B));
    CREATE TABLE orphan (x int, FOREIGN KEY (x) REFERENCES nobody (a))'
run 0 schema-dump --url "$(my_url whole)" --path whole.sql
grep -q restrict_fk whole.sql && fail "it asks for what it does not need: $(cat whole.sql)"
# A setting that takes a right: said before anything is made.
{ echo 'SET SESSION innodb_strict_mode = OFF;' && echo 'CREATE TABLE t (a int);'; } >strict.sql
my_create copy
run 7 schema-load --url "$(my_url copy bl_owner)" --path strict.sql
expect_err 'the account may not set innodb_strict_mode: GRANT SESSION_VARIABLES_ADMIN to it'
run 0 schema-load --url "$(my_url copy)" --path strict.sql

my_server mariadb
my_create copy
run 0 schema-load --url "$(my_url copy)" --path loose.sql
expect_my copy "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()" 2
# Without --map it is refused, and each collation named; with it each replacement is listed.
my_create copy
run 7 schema-load --url "$(my_url copy)" --path mysql9.sql
expect_err utf8mb4_0900_ai_ci
expect_my_empty copy
run 0 schema-load --url "$(my_url copy)" --path mysql9.sql --map
expect_err utf8mb4_0900_ai_ci
expect_err utf8mb4_0900_as_cs
expect_my copy "SELECT group_concat(table_name ORDER BY table_name) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'adonis%'" t,u,v
expect_my copy "SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND collation_name LIKE '%0900%'" 0
expect_my copy "SELECT (SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE()), (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()), (SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE())" '1|1|1'
my_create copy
run 0 schema-load --url "$(my_url copy)" --path portable.sql --map
run 0 schema-dump --url "$(my_url copy)" --path portable-mariadb.sql
headings portable.sql >objects
headings portable-mariadb.sql >objects.mariadb
expect_same objects objects.mariadb
# What cannot be replaced is said before anything is made.
my_create copy
run 7 schema-load --url "$(my_url copy)" --path hard.sql --map
expect_err 'an index on an expression'
expect_my_empty copy
# And the other way: what both have.
my_server mysql9
my_create copy
run 0 schema-load --url "$(my_url copy)" --path small.sql --map
expect_my copy 'SELECT count(*) FROM v' 0
my_create copy
run 7 schema-load --url "$(my_url copy)" --path mariadb.sql --map
expect_my_empty copy
