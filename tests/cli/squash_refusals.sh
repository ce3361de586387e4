# What a squash refuses before it touches anything: exit 5, with what to do.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

both() {
    text=$1
    shift
    refused "$text" migrate squash "$@"
    refused "$text" schema-dump --prune "$@"
}

# A pending migration.
project
write 4_more 'CREATE TABLE more (id integer);'
both '"database/migrations/4_more" is pending'
# Older than what is squashed is not younger than it.
rm database/migrations/4_more.sql
write 1_between 'CREATE TABLE more (id integer);'
refused '"database/migrations/1_between" is pending' migrate squash --until 2_index

# A file that was edited after it was applied.
project
write 2_index 'CREATE INDEX users_name ON users (name DESC);'
both '"database/migrations/2_index" was edited after it was applied'

# Nor does a dump of a database that came from the snapshot take the edited file for what was applied.
project
run 0 schema-dump
rm app.db
run 0 migrate run --create
write 2_index 'CREATE INDEX users_name ON users (name DESC);'
cp database/schema/sqlite-schema.meta.json before.json
run 0 schema-dump
expect_err 'warning: "database/migrations/2_index" was edited after it was applied; the snapshot holds what was applied'
cmp before.json database/schema/sqlite-schema.meta.json || fail 'the manifest has the digest of a file that never ran'
run 1 migrate check
expect_out 'migration database/migrations/2_index: was edited after it was applied'
both '"database/migrations/2_index" was edited after it was applied'
run 0 migrate repair --accept database/migrations/2_index
run 0 schema-dump
run 0 migrate check
# A file that is squashed already, edited on a branch that did not know it, comes back with a merge.
project
run 0 migrate squash --archive old
rm app.db
run 0 migrate run --create
write 2_index 'CREATE INDEX users_name ON users (name DESC);'
run 0 schema-dump
run 1 migrate check
expect_out 'migration database/migrations/2_index: was edited since the snapshot was made'
both '"database/migrations/2_index"'
[ -e database/migrations/2_index.sql ] || fail 'an edited file is gone'

# A name in the ledger whose file is gone and in no snapshot.
project
rm database/migrations/2_index.sql
both '"database/migrations/2_index" is applied, but its file is missing'

# Nor does a dump prove what it takes: that of a database which has more by hand.
sqlite3 app.db 'CREATE TABLE by_hand (a); DROP INDEX users_name'
run 0 schema-dump
both 'the file of migration "database/migrations/2_index" is gone, and no squash took it'
files 2

# A file that was renamed.
project
mv database/migrations/3_posts.sql database/migrations/4_posts.sql
both '"database/migrations/4_posts" has a file that was renamed'

# Also since a dump, which goes on with the old name.
project
run 0 schema-dump
mv database/migrations/3_posts.sql database/migrations/4_posts.sql
both '"database/migrations/4_posts" has a file that was renamed'
for url in sqlite:app.db sqlite:new.db; do
    run 5 migrate run --create --url "$url"
    expect_err 'was applied as "database/migrations/3_posts": the file was renamed'
    expect_err 'give the file the name back that the snapshot has: database/migrations/3_posts'
done
run 5 migrate repair --rename database/migrations/3_posts database/migrations/4_posts
expect_err 'the snapshot goes on with the name "database/migrations/3_posts"'
mv database/migrations/4_posts.sql database/migrations/3_posts.sql
run 0 migrate run

# Another run in progress.
project
cp "$BL_SOURCE_DIR/tests/lib/hold-lock.py" .
python3 hold-lock.py app.db.baseline-lock &
holder=$!
wait_until [ -e held ]
run 5 migrate squash
expect_err 'lock'
run 5 schema-dump --prune
expect_err 'lock'
# It gives up after its time, and not before.
started=$(date +%s%N)
refused 'the migration lock of database "app.db" is held by' migrate squash --lock-wait 2
expect_err '--lock-wait SECONDS'
[ $(($(date +%s%N) - started)) -ge 2000000000 ] || fail 'it did not wait for two seconds'
# Nobody takes the lock from a process that lives.
run 5 migrate unlock --force
expect_err 'the migration lock is held'
run 5 migrate squash
files 3
# When the lock is free in time, it goes on.
migrate squash --lock-wait 60 >squash.out 2>&1 &
waits=$!
sleep 1
kill -0 "$waits" || fail "it does not wait: $(cat squash.out)"
files 3
kill "$holder"
wait "$holder" 2>/dev/null || :
wait "$waits" || fail "it waited: $(cat squash.out)"
files 0
# What a dead process left behind is cleared away, and that there is nothing is no error.
project
echo "pid $holder on nowhere by nobody since 2020" >app.db.baseline-lock
run 0 migrate unlock
expect_out 'nobody holds the migration lock'
[ -e app.db.baseline-lock ] || fail 'without --force something went'
run 0 migrate unlock --force
expect_out 'nobody holds the migration lock'
[ ! -e app.db.baseline-lock ] || fail 'what was left is there'
run 0 migrate unlock --force
run 0 migrate squash
files 0

# Without a proof somebody has to say yes in production.
project
unproved='will not prune without a proof the files of "sqlite" in production'
refused "$unproved" env APP_ENV=production migrate squash --no-proof
refused "$unproved" env APP_ENV=production schema-dump --prune --no-proof
refused "$unproved" env NODE_ENV=production migrate squash --no-proof --from-files
refused "$unproved" env RAILS_ENV=production migrate squash --no-proof --all
run 0 env APP_ENV=production migrate squash --no-proof --dry-run
run 2 schema-dump --force
files 3
run 0 env APP_ENV=production migrate squash --no-proof --force
files 0
project
run 0 env APP_ENV=production schema-dump --prune --no-proof --force
files 0

# Nothing was ever run.
project
rm app.db
sqlite3 app.db VACUUM
both 'nothing was ever run in this database'

# A snapshot inside a migration folder, an archive there.
project
refused 'would lie in the migration folder' schema-dump --prune --path database/migrations/s.sql
refused 'would lie in the migration folder' schema-dump --prune --path database/migrations/deep/s.sql
both 'would lie in the migration folder' --archive database/migrations/old

# The same behind a link, and the folder that the files are in already: there is no other copy of them.
project
ln -s database/migrations link
mkdir sub
ln -s ../database sub/link
both 'would lie in the migration folder' --archive link/old
refused 'would lie in the migration folder' schema-dump --prune --path link/s.sql
for archive in . "$PWD" sub/../; do
    both 'would lie in the migration folder' --archive "$archive"
done
both 'would lie in the migration folder' --archive sub/link/migrations/x
ln -s "$PWD" ../itself
both 'would lie in the migration folder' --archive ../itself
rm ../itself

# What the archive has of a file is a link back to it, to nothing, or to a copy that somebody else may
# take away; or its folder is a link into the migrations, also where the file has a second name.
project
mkdir -p old/database/migrations
for to in ../../../database/migrations/3_posts.sql ../../../nothing ../../../copy.sql; do
    cp database/migrations/3_posts.sql copy.sql
    ln -sf "$to" old/database/migrations/3_posts.sql
    both 'is no file but a link' --archive old
done
rm old/database/migrations/3_posts.sql
mkdir database/migrations/deep
mv database/migrations/3_posts.sql database/migrations/deep/3_posts.sql
run 0 migrate repair --rename database/migrations/3_posts database/migrations/deep/3_posts
ln database/migrations/deep/3_posts.sql second
ln -s ../../../database/migrations/deep old/database/migrations/deep
both 'under the name that it has now' --archive old
rm old/database/migrations/deep
mkdir database/migrations/deeper
ln -s ../../../database/migrations/deeper old/database/migrations/deep
both 'would lie in the migration folder' --archive old

# Git's own folder: no clone has what is in there.
for archive in .git .git/old sub/../.git/old; do
    both 'would lie in the folder ".git"' --archive $archive
done
refused 'would lie in the folder ".git"' schema-dump --prune --path .git/s.sql

# A stopped migration.
project
printf -- '-- migrate:up transaction:false\nCREATE TABLE four (a);\nCREATE TABLE four (a);\n' >database/migrations/4_stop.sql
run 4 migrate run
both '"database/migrations/4_stop" stopped half-way'

# A file that git has not got as it is: deleted only when that is wanted, moved without a question.
project
write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text); -- edited'
both 'git has not got "database/migrations/3_posts.sql" as it is'
run 0 migrate squash --allow-uncommitted
files 0
# One that a filter of git has changed: status calls it clean. Ends of lines alone are no such thing.
project
git config filter.strip.clean 'head -c 20'
echo '*.sql filter=strip' >.gitattributes
echo '-- more' >>database/migrations/3_posts.sql
commit_all
[ -z "$(git status --porcelain)" ] || fail 'not clean'
# Which ones git took anew is a matter of a moment.
both '.sql" as it is: a filter, or an edit right now'
run 0 migrate squash --archive old
files 0
project
git config core.autocrlf true
for file in database/migrations/*.sql; do
    sed -i 's/$/\r/' "$file"
done
touch database/migrations/*.sql
commit_all
[ -z "$(git status --porcelain)" ] || fail 'not clean'
run 0 migrate squash
files 0
# A link is in git as what it says.
project
mkdir apart
mv database/migrations/3_posts.sql apart/posts.sql
ln -s ../../apart/posts.sql database/migrations/3_posts.sql
commit_all
run 0 migrate squash
files 0
# One that a merge left in conflict: HEAD deleted it, the other branch changed it.
project
git checkout -q -b other
printf -- '-- migrate:up\nCREATE TABLE posts (id integer PRIMARY KEY, body text); -- theirs\n' >database/migrations/3_posts.sql
git -c user.name=a -c user.email=a@example.org commit -qam theirs
git checkout -q -
git -c user.name=a -c user.email=a@example.org rm -q database/migrations/3_posts.sql
git -c user.name=a -c user.email=a@example.org commit -qm ours
git -c user.name=a -c user.email=a@example.org merge other >/dev/null 2>&1 && fail 'no conflict'
both 'git has not got "database/migrations/3_posts.sql" as it is'
project
rm -rf .git
both 'git has not got "database/migrations/1_users.sql" as it is: '
run 0 migrate squash --archive old
files 0
[ "$(find old -name '*.sql' | wc -l)" -eq 3 ] || fail "the archive lacks a file"
# Without any git program.
project
refused 'git has not got' env PATH="$BL_BIN" migrate squash
write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text); -- edited'
git add -A # staged is not committed
refused 'git has not got' migrate squash
echo 'database/migrations/' >>.gitignore
git rm -q -r --cached database/migrations
commit_all
refused 'git has not got' migrate squash # ignored

# A file that git was told not to look at.
for hidden in assume-unchanged skip-worktree; do
    project
    git update-index --$hidden database/migrations/3_posts.sql
    write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text); -- edited'
    both 'git has not got "database/migrations/3_posts.sql" as it is'
    run 0 migrate squash --archive old
    grep -q edited old/database/migrations/3_posts.sql || fail 'another text is in the archive'
done

# A dirty work tree in the migration folders is only a warning.
project
echo 'a note' >database/migrations/NOTES.md
run 0 migrate squash
expect_err 'the migration folders hold 1 file that git has not got'
files 0
[ -e database/migrations/NOTES.md ] || fail "the note is gone"

# Another file of the same name in the archive.
project
mkdir -p old/database/migrations
echo 'something else' >old/database/migrations/2_index.sql
both 'another file' --archive old
rm old/database/migrations/2_index.sql
run 0 migrate squash --archive old
files 0
[ "$(find old -name '*.sql' | wc -l)" -eq 3 ] || fail "the archive lacks a file"

# An archive that cannot be one.
project
: >file
ln -s missing link
before=$(state)
for archive in file file/sub link; do
    run 6 migrate squash --archive $archive
    expect_err "/${archive%%/*}"
    [ "$before" = "$(state)" ] || fail "a refused squash changed something: --archive $archive"
done

# What git ignores in a repository of its own is clean for the one round it.
project
git -C database/migrations init -q .
echo '*' >database/migrations/.git/info/exclude
git -C database/migrations -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m empty
git rm -rq --cached database/migrations
git -c protocol.file.allow=always submodule --quiet add ./database/migrations database/migrations 2>/dev/null ||
    git add -f database/migrations 2>/dev/null
commit_all
both 'git has not got "database/migrations/1_users.sql" as it is'

# Of a folder that is a link git has the link alone: files elsewhere in the repository count where they are, those outside
# of it are nobody's.
project
mv database/migrations real
ln -s ../real database/migrations
commit_all
write 4_new 'CREATE TABLE n (x);'
run 0 migrate run
refused 'git has not got "database/migrations/4_new.sql"' migrate squash
commit_all
run 0 migrate squash
[ -z "$(ls real)" ] || fail 'the files behind the link are there'
project
mkdir ../outside
mv database/migrations ../outside/m
ln -s ../../outside/m database/migrations
commit_all
refused 'git has not got "database/migrations/1_users.sql"' migrate squash
[ "$(find ../outside -name '*.sql' | wc -l)" = 3 ] || fail 'files outside of the repository are gone'

# A file that is a link, as mounted configuration has it: found, and its text is what an archive takes. A squash takes the link
# away, not what it leads to; one that leads nowhere is no file that is not there.
project
mkdir ../linked
mv database/migrations/2_index.sql ../linked
ln -s ../../../linked/2_index.sql database/migrations/2_index.sql
ln -s ../migrations database/migrations/all
run 0 migrate status --exit-code
expect_no_out all
run 0 migrate squash --archive old
[ ! -h old/database/migrations/2_index.sql ] || fail 'a link is in the archive'
expect_same old/database/migrations/2_index.sql ../linked/2_index.sql
[ ! -h database/migrations/2_index.sql ] || fail 'the link is there'
ln -s nowhere.sql database/migrations/4_nowhere.sql
run 6 migrate status
expect_err 'database/migrations/4_nowhere.sql'

# A folder beside the project: found, and no way out of the archive.
project
mkdir ../beside
mv database/migrations ../beside/m
rm -r app.db*
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "migrations": { "paths": ["./../beside/x/../m"] } } } }\n' >database/connections.json
run 0 migrate run --create
expect_err 'migrated ../beside/m/1_users'
run 0 migrate squash --archive old
[ "$(find ../beside -name '*.sql' | wc -l)" = 0 ] || fail 'not moved'
[ "$(find old -name '*.sql' | wc -l)" = 3 ] || fail 'not in the archive'
run 0 migrate status
expect_out 'squashed   ../beside/m/1_users'

# A file that is not checked out: without a database only git knows of it. One that was squashed may be gone.
project
run 0 migrate squash --until 1_users
rm database/migrations/2_index.sql
refused 'git has "database/migrations/2_index.sql", which is not there' migrate squash --from-files
git rm -q database/migrations/2_index.sql
run 0 migrate squash --from-files --dry-run

# A manifest of another database, half a pair.
project
run 0 schema-dump
sed -i 's/"connection": "sqlite"/"connection": "other"/' database/schema/sqlite-schema.meta.json
both 'the snapshot belongs to another database'
project
run 0 schema-dump
rm database/schema/sqlite-schema.meta.json
run 0 migrate squash
files 0

# Wrong options.
project
run 2 migrate squash --until 2_index --keep 1
run 2 migrate squash --until nothing_like_it
run 2 migrate squash --from-files --data-from live
run 2 migrate squash --data-from somewhere
run 2 schema-dump --archive old
run 2 schema-dump --prune --check
run 2 schema-dump --prune --path -
run 2 migrate squash --scratch-url postgres://nowhere/x
refused 'there is no migration to squash' migrate squash --keep 3

# What leaves the database file is not replayed, wherever the scratch database is: file and line.
project
printf -- '-- migrate:up transaction:false\nSELECT 1;\nSELECT 2;\n' >database/migrations/4_way.sql
run 0 migrate run
sqlite3 app.db 'UPDATE adonis_schema_journal SET raw_digest = NULL, token_digest = NULL'
for statement in "ATTACH 'other.db' AS other" "VACUUM INTO 'copy.db'" "SELECT writefile('x', 'y')" \
    "SELECT load_extension('x')" "PRAGMA temp_store_directory = '/tmp'"; do
    printf -- '-- migrate:up transaction:false\nSELECT 1;\n%s;\n' "$statement" >database/migrations/4_way.sql
    commit_all
    both 'it is not replayed beside a live database'
    expect_err 'database/migrations/4_way.sql:3'
    refused 'it is not replayed beside a live database' migrate squash --scratch-url sqlite:elsewhere.db
done
run 0 migrate squash --no-proof
files 0

# A file of somebody's own where the snapshot would be: there may be no other copy of it.
project
echo 'INSERT INTO users VALUES (1);' >seeds.sql
refused 'is no snapshot of ours' schema-dump --path seeds.sql
refused 'is no snapshot of ours' schema-dump --prune --path seeds.sql
mkdir database/schema
mv seeds.sql database/schema/sqlite-schema.sql
both 'is no snapshot of ours'
refused 'is no snapshot of ours' schema-dump
: >database/schema/sqlite-schema.sql
run 0 migrate squash
files 0
