#!/bin/sh
# The quickstart runs twice in a copy of the tree, does what it says and leaves the copy as git knows it.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir copy
cp -R "$BL_SOURCE_DIR/database" "$BL_SOURCE_DIR/.gitignore" copy/
cd copy || exit 1
git init -q .
git add .
cd .. || exit 1

for round in first second; do
    BL_BIN=$BL_BIN run 0 sh copy/database/quickstart.sh
    cp stdout "$round"
done
expect_out '$ migrate run --create'
expect_out '$ schema-dump'
expect_out '$ schema-load --create --url sqlite:tmp/second.sqlite3'

app=copy/build/quickstart/tmp/app.sqlite3
second=copy/build/quickstart/tmp/second.sqlite3
for database in "$app" "$second"; do
    expect_rows "$database" 'SELECT count(*), count(DISTINCT name) FROM adonis_schema' '13|13'
    expect_rows "$database" "SELECT group_concat(name, ' ') FROM (SELECT name FROM roles ORDER BY id)" \
        'admin editor author'
    expect_rows "$database" "SELECT name FROM sqlite_master WHERE name IN ('tags', 'post_tag',
        'published_posts', 'posts_touch', 'posts_slug_key') ORDER BY name" \
        "$(printf 'post_tag\nposts_slug_key\nposts_touch\npublished_posts\ntags')"
    expect_rows "$database" "SELECT count(*) FROM sqlite_master WHERE name LIKE 'comments\_%' ESCAPE '\'
        AND type = 'table'" 0
    expect_rows "$database" 'PRAGMA integrity_check' ok
    expect_rows "$database" 'PRAGMA foreign_key_check' ''
done

# The last status knows all thirteen as completed.
[ "$(grep -c 'completed' stdout)" -ge 13 ] || fail "the last status shows fewer than 13 completed"
grep -q '"squashedMigrationNames"' copy/build/quickstart/database/schema/sqlite-schema.meta.json ||
    fail "no manifest"

cd copy || exit 1
git status --porcelain | grep -v '^A ' && fail 'git status is not clean'
exit 0
