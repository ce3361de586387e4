# The histories of real projects replay by their tools' conventions, and go down as far as their authors' files do.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"

here=$PWD

# begin NAME FOLDER CONVENTION [SETTING]
begin() {
    cd "$here" || exit 1
    history_project "$1" "$2" "$3" sqlite:app.db "${4:-}"
    : >app.db
}

# expect_counts TEXT: tables, columns, indexes, those of constraints, views. The two columns of sqlite_sequence, which the
# corpus counts where a history makes it, are left out: the ledger makes it anyway.
expect_counts() {
    expect_rows app.db "WITH o AS (SELECT * FROM sqlite_schema WHERE tbl_name NOT LIKE 'adonis\\_schema%' ESCAPE '\\' AND
            (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR type = 'index'))
        SELECT sum(type = 'table') || ' ' || (SELECT count(*) FROM o t, pragma_table_info(t.name) WHERE t.type = 'table') || ' ' ||
            sum(type = 'index' AND sql IS NOT NULL) || ' ' || sum(type = 'index' AND sql IS NULL) || ' ' ||
            sum(type = 'view') FROM o" "$1"
}

begin gophish gophish/sqlite3 goose
replay 25
expect_counts '19 134 0 6 0'
# Most of its ways back are empty: nothing is skipped.
run 5 migrate rollback --step 1
expect_err 'm/20220321133237_0.4.1_envelope_sender.sql'
expect_err 'under -- +goose Down'

begin ncps ncps/sqlite dbmate
replay 14
expect_counts '9 50 7 9 0'
run 0 migrate reset
expect_states 'pending 14'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT LIKE 'adonis%' AND name NOT LIKE 'sqlite%'" 0

komga_values=', "placeholders": { "library-file-hashing": "true", "library-scan-startup": "false",
    "delete-empty-collections": "true", "delete-empty-read-lists": "true" }'
begin komga komga flyway "$komga_values"
replay 86
expect_counts '51 327 37 41 1'

# Without the values: nothing is run, and the place is named.
begin bare komga flyway
run 4 migrate run
expect_err 'no value for the placeholder "${library-file-hashing}"'
expect_err 'm/V20220105143154__library_hashing_options.sql:'
expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0

# A function of the application: the file that calls it is named with the place, and all before it stays.
begin authelia authelia/sqlite versioned
run 4 migrate run
expect_err 'm/V0002.WebAuthn.up.sql:45:39'
expect_err 'no such function: BIN2B64'
expect_err 'comes from the program that made the schema'
expect_states 'completed 1 pending 25'
