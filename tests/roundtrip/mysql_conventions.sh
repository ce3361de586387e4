# The histories of real projects replay by their tools' conventions, and go down as far as their authors' files do.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"

my_server mariadb
here=$PWD

# begin NAME FOLDER CONVENTION
begin() {
    cd "$here" || exit 1
    my_create "$1"
    history_project "$1" "$2" "$3" "$(my_url "$1")"
}

# expect_counts NAME TEXT: tables, columns, indexes, foreign keys, procedures.
expect_counts() {
    ours="table_schema = DATABASE() AND table_name NOT LIKE 'adonis\\_schema%'"
    expect_my "$1" "SELECT (SELECT count(*) FROM information_schema.tables WHERE $ours),
        (SELECT count(*) FROM information_schema.columns WHERE $ours),
        (SELECT count(DISTINCT table_name, index_name) FROM information_schema.statistics WHERE $ours),
        (SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()),
        (SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE())" "$2"
}

begin gophish gophish/mysql goose
replay 28
expect_counts gophish '19|134|22|0|0'
# Most of its ways back are empty: nothing is skipped.
run 5 migrate rollback --step 1
expect_err 'under -- +goose Down'

# Procedures without DELIMITER. The way back of the seventh is wrong upstream.
begin authelia authelia/mysql versioned
replay 26
expect_counts authelia '25|250|82|15|2'
run 4 migrate reset
expect_err 'm/V0007'
expect_err '.down.sql:'
expect_err 'uplicate key name'

begin ncps ncps/mysql dbmate
replay 8
expect_counts ncps '9|50|20|6|0'
run 0 migrate reset
expect_states 'pending 8'
expect_counts ncps '0|0|0|0|0'
