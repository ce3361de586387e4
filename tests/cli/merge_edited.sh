# One branch squashes, the other edits one of those migrations; a squash that is reverted; git merges them by the merge driver.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
sql=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

begin() {
    project
    run 0 migrate init --git
    rm -f .git/hooks/*
    printf 'old\nelsewhere\nmerged\n' >>.gitignore # git would follow a file into the archive
    run 0 schema-dump
    commit_all
    main=$(git rev-parse --abbrev-ref HEAD)
}

# The edited file stays: the snapshot, and what the manifest says of the file, are of the side that dumped it.
begin
git checkout -q -b edits
write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text, title text);' 'DROP TABLE posts;'
rm app.db
run 0 migrate run --create --no-snapshot
run 0 schema-dump
commit_all
git checkout -q "$main"
rm app.db
run 0 migrate run --create
run 0 migrate squash --archive old
git add -A
git commit -q -m squash
git merge -q --no-edit edits >merged 2>&1 && fail 'an edited file that was squashed does not conflict'
rm merged
git add database
git commit -q -m merged
run 0 migrate check --offline
rm app.db
run 0 migrate run --create
run 0 migrate check
# What was proved when it was squashed is another text: nothing is pruned for it.
mv old elsewhere
for how in '' --from-files; do
    # shellcheck disable=SC2086 # none, or one
    refused '"database/migrations/3_posts.sql" was edited since it was squashed' migrate squash $how
done
grep -q 'title' $sql || fail 'the edit is lost'
# From the older files it is proved.
mv elsewhere old
rm old/database/migrations/3_posts.sql
run 0 migrate squash --archive old
files 0
grep -q 'title' $sql || fail 'the edit is lost'
rm app.db
run 0 migrate run --create
expect_rows app.db "SELECT count(*) FROM pragma_table_info('posts')" 3

# A squash that was reverted has its files again, and the manifest tells of none; reverted once more it does.
begin
run 0 migrate squash
commit_all
write 4_next 'CREATE TABLE next (a);' 'DROP TABLE next;'
run 0 migrate run
run 0 schema-dump
commit_all
git revert --no-edit HEAD~1 >/dev/null 2>&1 || fail 'the revert is not clean'
files 4
grep -q '"squashes"' $manifest && fail "a squash that was taken back: $(grep '"squashes"' $manifest)"
run 0 migrate check
git rm -q database/migrations/2_index.sql
git commit -q -m gone
refused 'no squash took it' migrate squash
git revert --no-edit HEAD >/dev/null 2>&1
git revert --no-edit HEAD~2 >/dev/null 2>&1 || fail 'the second revert is not clean'
files 1
grep -q '"squashes"' $manifest || fail 'the squash is forgotten'
run 0 migrate squash
files 0
