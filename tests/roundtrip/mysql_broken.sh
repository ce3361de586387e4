# Views and triggers that cannot be created again stop nothing: they are named, exit 5; with --skip-broken they are left out, and the
# manifest keeps their text.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

one() {
    torture src portable broken
    run 5 schema-dump --url "$(my_url src)" --path s.sql
    expect_err lost_
    [ ! -e s.sql ] || fail "$my_key: a file is left"
    run 0 schema-dump --url "$(my_url src)" --path s.sql --skip-broken
    for view in lost_table lost_column lost_function on_lost; do
        expect_err "$view"
        grep -q "$view" s.meta.json || fail "$my_key: the manifest does not keep $view"
        grep -qa "VIEW \`$view\`" s.sql && fail "$my_key: $view is in the dump"
    done
    grep -qa 'VIEW `healthy`' s.sql || fail "$my_key: a view that is whole is not in the dump"
    for trigger in lost_new lost_old; do
        expect_err "trigger $trigger is left out"
        expect_err 'its table "loses" has no column "b"'
        grep -q "trigger $trigger: CREATE" s.meta.json || fail "$my_key: the manifest does not keep $trigger"
        grep -qa "TRIGGER \`$trigger\`" s.sql && fail "$my_key: $trigger is in the dump"
    done
    grep -qaE 'TRIGGER `?whole`?' s.sql || fail "$my_key: a trigger that is whole is not in the dump"
    # Who made it is gone: that breaks no view whose definer is left out.
    grep -qa 'VIEW `lost_definer`' s.sql || fail "$my_key: a view is lost with its definer"
    grep -qa "\`$(my_name src)\`\.\`stays\`" s.sql && fail "$my_key: the source is named in the dump"
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path s.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path t.sql
    expect_same s.sql t.sql
    rm -f s.* t.*
}
every_server one

# MySQL 9: no view may read a JSON duality view; one whose table gave its name to such a view is broken.
duality() {
    [ "$my_key" = mysql9 ] || return 0
    my_create src
    my_sql src "CREATE TABLE base (id int PRIMARY KEY); CREATE TABLE was (data int); CREATE VIEW v AS SELECT data FROM was; CREATE VIEW fine AS SELECT id FROM base;
        DROP TABLE was; CREATE JSON DUALITY VIEW was AS SELECT JSON_DUALITY_OBJECT('_id': id) FROM base"
    run 5 schema-dump --url "$(my_url src)" --path s.sql
    expect_err 'view "v" cannot be created again'
    run 0 schema-dump --url "$(my_url src)" --path s.sql --skip-broken
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path s.sql --verify
    run 0 schema-dump --url "$(my_url copy)" --path t.sql
    expect_same s.sql t.sql
    [ "$(grep -c '^CREATE.* VIEW' s.sql)" = 2 ] || fail "$my_key: two views belong into the dump: $(grep '^CREATE' s.sql)"
}
every_server duality
