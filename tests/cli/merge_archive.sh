# A squash moved all files of a folder into an archive that git has: git takes the folder for renamed, and moves what another
# branch adds or edits there too. Nothing is up to date then.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org

# begin: on the branch "work".
begin() {
    project
    run 0 schema-dump
    commit_all
    main=$(git rev-parse --abbrev-ref HEAD)
    git checkout -q -b work
}

squash_main() {
    git checkout -q "$main"
    run 0 migrate squash --archive old/migrations
    commit_all
}

# A new file, by a merge and by a rebase.
for way in merge rebase; do
    begin
    write 4_new 'CREATE TABLE new (a);' 'DROP TABLE new;'
    commit_all
    squash_main
    if [ $way = merge ]; then
        git -c merge.directoryRenames=true merge -q --no-edit work >stdout 2>&1 || fail "the merge is not clean: $(cat stdout)"
    else
        git checkout -q work
        git -c merge.directoryRenames=true rebase -q "$main" >stdout 2>&1 || fail "the rebase is not clean: $(cat stdout)"
    fi
    if [ -f database/migrations/4_new.sql ]; then
        skip 'this git moves no file'
    fi
    run 1 migrate check --offline
    expect_out 'migration database/migrations/4_new: is in an archive of squashed files, but no squash put it there'
    expect_out 'old/migrations/database/migrations/4_new.sql'
    run 0 migrate run
    expect_err 'warning: migration "database/migrations/4_new" is in an archive'
    mkdir database/migrations
    git mv old/migrations/database/migrations/4_new.sql database/migrations/
    run 0 migrate check --offline
    run 0 migrate run
    expect_no_err 'archive'
    expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'new'" 1
    # Its squash goes there too, and is no stranger.
    commit_all
    run 0 migrate squash --archive old/migrations
    commit_all
    run 0 migrate check --offline
done

# What git has not got is somebody else's.
printf -- '-- migrate:up\nCREATE TABLE x (a);\n' >old/migrations/database/migrations/5_other.sql
run 0 migrate check --offline
rm old/migrations/database/migrations/5_other.sql

# An edit.
begin
write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text, title text);' 'DROP TABLE posts;'
commit_all
squash_main
git merge -q --no-edit work >stdout 2>&1 || fail "the merge is not clean: $(cat stdout)"
run 1 migrate check --offline
expect_out 'migration database/migrations/3_posts: has another text in the archive than the snapshot holds'
git checkout -q HEAD^ -- old
run 0 migrate check --offline
