# Two branches squash, and git merges them by the merge driver: nothing ends up in neither place, and the manifest tells of both.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
sql=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

# begin: a project with a snapshot of its three migrations in git.
begin() {
    project
    run 0 migrate init --git
    rm -f .git/hooks/post-merge # which would make it anew: merge_hook.sh
    run 0 schema-dump
    printf 'merged\napp.db*\nstdout\nstderr\n' >.gitignore
    commit_all
    main=$(git rev-parse --abbrev-ref HEAD)
}

# One squashes a part, whose snapshot has no more than that; the other one all. Whichever is ours, git stops.
for ours in part whole; do
    begin
    git checkout -q -b part
    run 0 migrate squash --until 2_index
    commit_all
    git checkout -q -b whole "$main"
    run 0 migrate squash
    commit_all
    theirs=part
    [ $ours = whole ] || theirs=whole
    git checkout -q $ours
    git merge -q --no-edit $theirs >merged 2>&1 && fail "the merge is clean, and 3_posts is in neither place: $(ls database/migrations)"
    [ $ours = whole ] && side=ours || side=theirs
    grep -q "^<<<<<<< ours: take both files of one side, .* the file of database/migrations/3_posts away: $side\$" $manifest ||
        fail "no word of what to do: $(head -3 $manifest)"
    # What the mark says is what helps.
    git checkout -q --"$side" $manifest
    git checkout -q whole -- $sql
    git add -A
    git commit -q -m merged
    files 0
    rm -f app.db
    run 0 migrate run --create
    expect_rows app.db 'SELECT count(*) FROM adonis_schema' 3
    run 0 migrate check
done

# Each adds a migration, carries a table and squashes.
begin
side() {
    git checkout -q -b "$1" "$main"
    rm app.db
    run 0 migrate run --create
    write "$2" "CREATE TABLE $1 (a integer PRIMARY KEY); INSERT INTO $1 VALUES (1);" "DROP TABLE $1;"
    run 0 migrate run
    commit_all
    git rev-parse HEAD >>../commits
    run 0 migrate squash --data "$1"
    commit_all
}
: >../commits
side left 4_left
side right 5_right
git merge -q --no-edit left >merged 2>&1 || fail "the merge is not clean: $(cat merged)"
files 0
left=$(head -n 1 ../commits) right=$(tail -n 1 ../commits)
for commit in $left $right; do
    grep '"squashes"' $manifest | grep -q "$commit" || fail "the manifest does not tell of the squash of commit $commit"
done
# The digest is stale; a database of one side is told where the other one's file is.
run 1 migrate check --offline
run 5 migrate run
expect_err '"database/migrations/4_left", whose file was squashed'
expect_err "fetch the files from commit $left, run them, and take them away again"
git show "$left:database/migrations/4_left.sql" >database/migrations/4_left.sql || fail 'it is not there'
run 0 migrate run --out-of-order allow
rm database/migrations/4_left.sql
run 0 schema-dump
commit_all
# No snapshot that git has holds what both took away: the replay starts from the one that is there.
run 0 migrate check --replay
rm app.db
run 0 migrate run --create
expect_rows app.db 'SELECT count(*) FROM adonis_schema; SELECT a FROM left; SELECT a FROM right' "5
1
1"
# The next squash starts from what holds both.
write 6_next 'CREATE TABLE next (a);' 'DROP TABLE next;'
run 0 migrate run
commit_all
run 0 migrate squash
files 0
rm app.db
run 0 migrate run --create
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 6
