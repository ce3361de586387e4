# Two branches add a migration and a dump each, git merges them, and the hook that "migrate init --git" wrote makes the pair
# anew from the files, proved; where it cannot, it says what to do and leaves all as it is.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

url=sqlite:app.db engine=sqlite manifest=database/schema/sqlite-schema.meta.json
. "$BL_SOURCE_DIR/tests/lib/merge-hook.sh"

test_merge_hook
top=$PWD

# A project below the top of the repository, whose old files a squash took away: the replay starts from the snapshot of that
# squash, which git has. The environment of a hook must not lead astray who asks git from there.
mkdir repository
git init -q -b main repository
begin "repository/it's here"
[ ! -d .git ] || rm -rf .git
run 0 migrate init --git
add_table 2 more
dump more
run 0 migrate squash
commit squashed
git checkout -q -b left
add_table 3 left_side
run 0 migrate run
run 0 schema-dump
commit left
git checkout -q -b right main
add_table 4 right_side
rm app.db
run 0 migrate run --create
run 0 schema-dump
commit right
merge left
said "rebuilt $sql_file"
run 0 migrate check --offline --replay
rm app.db
run 0 migrate run --create
expect_err "restored $sql_file"
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 4
run 0 migrate check --replay
run 0 schema-dump
expect_err 'is up to date'
commit merged

# A work tree beside it has the hook too.
git worktree add -q -b tree "$top/the tree" main 2>/dev/null || fail 'no work tree'
(
    cd "$top/the tree/it's here" || fail "cd"
    rm -f app.db
    add_table 5 tree
    run 0 migrate run --create
    run 0 schema-dump
    commit tree
    merge right
    said "rebuilt $sql_file"
    run 0 migrate check --offline
    git checkout -q -- .
) || exit 1

# So does a rebase.
git checkout -q -b rebased left
add_table 6 rebased
rm app.db
run 0 migrate run --create
run 0 schema-dump
commit rebased
git rebase -q right >said 2>&1 || fail "the rebase stops: $(cat said)"
said "rebuilt $sql_file"
run 0 migrate check --offline --replay
commit rebased

# Rows that the snapshot carries, and that no migration put there, are the snapshot's.
cd "$top" || fail "cd"
begin rows
sqlite3 app.db 'INSERT INTO base VALUES (7)'
run 0 schema-dump --data base
commit rows
git checkout -q -b left
add_table 2 one
run 0 migrate run
run 0 schema-dump --data base
commit left
run 0 migrate rollback
git checkout -q -b right main
add_table 3 two
run 0 migrate run
run 0 schema-dump --data base
commit right
merge left
said "rebuilt $sql_file"
rm app.db
run 0 migrate run --create
expect_rows app.db 'SELECT id FROM base' 7
commit rows

# Both squashed: nothing that git has holds what both took away.
side() {
    git checkout -q -b "$1" "$3"
    rm -f app.db
    run 0 migrate run --create
    add_table "$2" "$1"
    run 0 migrate run
    commit "$1"
    run 0 migrate squash
    commit "$1 squashed"
}
main=$(git rev-parse HEAD)
side squash_left 4 "$main"
side squash_right 5 "$main"
git merge --no-edit squash_left >said 2>&1 || fail "the merge stops: $(cat said)"
expect_left 'cannot be proved: files of it are gone'
# Nor does a check blame the database for what the snapshot of one side alone has not got.
rm -f app.db
run 0 schema-load --create --accept-modified
run 0 schema-dump
run 0 migrate check --replay

# What must not run beside the database is refused, and another place taken.
cd "$top" || fail "cd"
begin production
two_branches
cp database/connections.json kept.json
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "production": true } } }\n' >database/connections.json
commit production
merge left
expect_left 'is production: nothing is replayed beside it'
run 0 migrate rebuild --scratch-url sqlite:elsewhere.db
expect_out "rebuilt $sql_file"
run 0 migrate check --offline
run 0 migrate rebuild --scratch-url sqlite:elsewhere.db
expect_err "$sql_file is up to date"
git checkout -q -- .
mv kept.json database/connections.json

# By hand: a file that runs no more, half a pair, no snapshot at all, and one that was edited so that nothing changes.
add 3_two 'CREATE TABLE two (id nonsense(;' 'DROP TABLE two;'
run 5 migrate rebuild
expect_err '3_two.sql'
expect_err 'is not what its files give'
git checkout -q -- database/migrations
cp $sql_file kept.sql
sed 's/CREATE TABLE base/<<<<<<< ours\n&/' kept.sql >$sql_file
run 5 migrate rebuild
git diff --quiet -- $manifest || fail 'the manifest was touched'
rm $sql_file
run 5 migrate rebuild
expect_err 'is half a pair'
rm $manifest
run 0 migrate rebuild
expect_err 'there is no snapshot'
git checkout -q -- database/schema
run 0 migrate rebuild --all
expect_out "rebuilt $sql_file"
echo '-- a word' >>$sql_file
run 0 migrate rebuild --json
expect_out '"status": "completed"'
grep -q 'a word' $sql_file && fail 'a comment was kept'
run 0 migrate check --offline
git checkout -q -- .

# The pair from one side, a file that it took from the other: that is no snapshot that is up to date.
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }\n' >database/connections.json
run 0 migrate rebuild
commit rebuilt
add 3_two 'CREATE TABLE two (id integer PRIMARY KEY, more integer);' 'DROP TABLE two;'
run 5 migrate rebuild
expect_err '3_two: was edited since the snapshot was made'
expect_err 'column "more" is only in the replay'
expect_err 'is not what its files give'
git diff --quiet -- database/schema || fail 'the pair was touched'
# Where both give the same, it takes what the files are now.
add 3_two 'CREATE TABLE two (id integer  NOT NULL); DROP TABLE two; CREATE TABLE two (id integer PRIMARY KEY);' 'DROP TABLE two;'
run 1 migrate check --offline
run 0 migrate rebuild
expect_err '3_two: was edited since the snapshot was made'
expect_out "rebuilt $sql_file"
run 0 migrate check --offline --replay
git checkout -q -- database
run 0 migrate rebuild
expect_err "$sql_file is up to date"

# Both sides changed one object: git stops, and every command that needs the snapshot names the line of the marks.
cd "$top" || fail "cd"
begin marks
sides() {
    git checkout -q -b left main
    add 2_one 'ALTER TABLE base ADD COLUMN one text;' ''
    rm app.db
    run 0 migrate run --create
    run 0 schema-dump
    commit left
    git checkout -q -b right main
    add 3_two 'ALTER TABLE base ADD COLUMN two text;' ''
    rm app.db
    run 0 migrate run --create
    run 0 schema-dump
    commit right
}
sides
git merge --no-edit left >said 2>&1 && fail 'no conflict'
marked=$(grep -n '<<<<<<< ' $sql_file | cut -d: -f1)
git add -A
git commit -qm marks >said 2>&1 && fail 'the marks are committed'
said 'holds the conflict marks of a merge'
run 1 migrate check --offline
expect_out 'then run migrate rebuild'
for command in 'migrate rebuild' 'schema-load --url sqlite:new.db -c sqlite --create' \
    'schema-load --url sqlite:new.db -c sqlite --create --accept-modified'; do
    # shellcheck disable=SC2086 # words
    run 5 $command
    expect_err "$sql_file:$marked:1: the snapshot holds the conflict marks of a merge"
    expect_err 'hint: '
    [ ! -e new.db ] || fail "$command made a database"
done
# Resolved as the files have it, it is proved; as they have it not, it is not.
cp $sql_file kept.sql
awk '/^<<<<<<< /{ skip = 1 } !skip { print } /^=======/{ skip = 0 } ' kept.sql | grep -v '^>>>>>>> ' | sed 's/one text/two text, one text/' >$sql_file
run 5 migrate rebuild
expect_err 'is not what its files give'
sed -i 's/two text, one text/one text, two text/' $sql_file
run 0 migrate rebuild
expect_out "rebuilt $sql_file"
run 0 migrate check --offline --replay
commit resolved
rm app.db
run 0 migrate run --create
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 3

# Without the driver the manifest has marks too: no dump takes its place, since what a squash took away stands in it alone.
git checkout -q -b again right~1
git config --remove-section merge.baseline
git merge --no-edit left >said 2>&1 && fail 'no conflict'
grep -q '<<<<<<< ' $manifest || fail 'no marks in the manifest'
before=$(cksum $manifest $sql_file)
for command in 'migrate rebuild' schema-dump 'schema-dump --prune' 'migrate squash' 'migrate check'; do
    # shellcheck disable=SC2086 # words
    run 5 $command
    expect_err 'the snapshot holds the conflict marks of a merge'
    [ "$before" = "$(cksum $manifest $sql_file)" ] || fail "$command wrote"
done
git checkout -q --ours $manifest $sql_file
run 0 schema-dump
run 0 migrate check

# Rows that one side worked out of rows that the other changed: no file gives those of the merged text, and it is said.
mkdir rows
cd rows || exit 1
git init -q -b main .
run 0 migrate init --git
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
printf 'app.db*\nstdout\nstderr\nsaid\n' >.gitignore
# carried NAME SQL [OPTION...]: a migration, and a dump with rows
carried() {
    printf -- '-- migrate:up\n%s\n' "$2" >"database/migrations/$1.sql"
    name=$1
    shift 2
    rm -f app.db
    run 0 migrate run --create --no-snapshot
    run 0 schema-dump "$@"
    git add -A
    git commit -qm "$name"
}
carried 1_cfg 'CREATE TABLE cfg (k INTEGER PRIMARY KEY, v); INSERT INTO cfg VALUES (1, 1), (2, 2);' --data cfg
git checkout -qb side
carried 2_change 'UPDATE cfg SET v = 20 WHERE k = 2;' --data cfg
git checkout -q -b like main
carried 3_like 'CREATE TABLE z (s INTEGER PRIMARY KEY); INSERT INTO z VALUES (7);' --data cfg --data z
git checkout -q -b sum main
carried 4_sum 'CREATE TABLE y (s INTEGER PRIMARY KEY); INSERT INTO y SELECT sum(v) FROM cfg;' --data cfg --data y
git merge --no-edit side >said 2>&1 || fail "the merge conflicts: $(cat said)"
grep 'warning: ' said | grep -q 'rows y: ' || fail "nothing is said of the rows: $(cat said)"
! grep -q 'rows cfg' said || fail "rows that are right are told of: $(cat said)"
git commit -qam rebuilt
git checkout -q like || fail 'no branch'
git merge --no-edit side >said 2>&1 || fail "the merge conflicts: $(cat said)"
grep -q "rebuilt " said || fail "not rebuilt: $(cat said)"
! grep -q 'warning: ' said || fail "a warning where the rows are the replay's: $(cat said)"

# Lines like marks in the text of an object, which the files give, are no conflict; in rows that no file gives they are.
git commit -qam rebuilt
text="CREATE TRIGGER log AFTER DELETE ON cfg BEGIN INSERT INTO cfg VALUES (OLD.k, '
<<<<<<< ours
a
=======
b
>>>>>>> theirs
'); END;"
git checkout -q -b marked main
carried 5_marked "$text" --data cfg
git merge --no-edit side >said 2>&1 || fail "the merge conflicts: $(cat said)"
grep -q "rebuilt " said || fail "not rebuilt: $(cat said)"
run 0 migrate check --offline --replay
sed -i "s/(2, 20)/(2, '\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n')/" "$sql_file"
grep -q "(2, '" "$sql_file" || fail 'no such row'
run 5 migrate rebuild
expect_err 'the snapshot holds the conflict marks of a merge'
