# Connections whose migrations lie in the same folder: none loses a file that it still needs.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

shared() {
    project
    cat >database/connections.json <<'JSON'
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db" },
    "two": { "url": "sqlite:app.db2" },
    "apart": { "url": "sqlite:app.db3", "migrations": { "paths": ["elsewhere"] } } } }
JSON
    commit_all
    run 0 migrate run -c two --create
}

# Both are up to date: the file goes with the last snapshot that takes it in.
shared
run 0 migrate squash -c one --archive old
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 3
run 0 migrate squash -c two --archive old
expect_out 'pruned database/migrations/1_users'
files 0
for connection in one two; do
    run 0 migrate status -c $connection --exit-code
    expect_out 'squashed   database/migrations/2_index'
done

# A dry run says what would come of it.
shared
run 0 migrate squash -c one --archive old --dry-run
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
expect_err 'database/schema/one-schema.sql would hold the history; no file would go yet; nothing was written'
expect_no_err '0 migrations'

# All in one command: the dry run prints what the squash does.
run 0 migrate squash --connection '*o*' --archive old --dry-run
expect_err '3 migrations would be squashed into database/schema/two-schema.sql'
sed 's/would prune/pruned/' stdout >../foreseen
run 0 migrate squash --connection '*o*' --archive old --keep 1 --dry-run
expect_err '2 migrations would be squashed into database/schema/two-schema.sql'
files 3
run 0 migrate squash --connection '*o*' --archive old
files 0
cp stdout ../done
expect_same ../foreseen ../done
run 0 migrate squash --connection '*o*' --archive old --dry-run
expect_err 'nothing to squash: database/schema/two-schema.sql is up to date'
expect_no_err '0 migrations'

# Connections with one snapshot: the first one's squash is that of all.
shared
sed -i 's/"sqlite:app.db2*"/&, "snapshot": "one"/' database/connections.json
run 0 migrate squash --connection '*o*' --archive old --keep 1
files 1
expect_err 'nothing to squash: database/schema/one-schema.sql is up to date'

# One of them is behind: refused, and named.
shared
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused 'connection "two" uses the same files and has 1 of them pending, "database/migrations/4_more" first' migrate squash -c one
expect_err 'migrate run -c two'
refused 'connection "two"' migrate squash -c one --check-connection two
refused 'connection "two"' schema-dump --prune -c one
# Only what is squashed counts.
run 0 migrate squash -c one --until 3_posts
sqlite3 app.db3 VACUUM
run 0 migrate squash -c one --check-connection apart
expect_no_err 'two'

# One comes to the same folder by a link.
shared
ln -s database/migrations link
sed -i 's|"sqlite:app.db2"|"sqlite:app.db4", "migrations": { "paths": ["link"] }|' database/connections.json
run 0 migrate run -c two --create
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused 'connection "two" uses the same files and has 1 of them pending, "link/4_more" first' migrate squash -c one
run 0 migrate run -c two
run 0 migrate squash -c one
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 4
run 0 schema-dump -c two
run 0 migrate squash -c one
files 0

# One has single files that lead to those of the other, one of them by a second link; those of a hard link are its own.
linked() {
    project
    mkdir two links
    cat >database/connections.json <<'JSON'
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db" },
    "two": { "url": "sqlite:app.db2", "migrations": { "paths": ["two"] } } } }
JSON
    ln -s ../database/migrations/2_index.sql links/index
    ln -s ../database/migrations/1_users.sql two/1_users.sql
    ln -s ../links/index two/2_index.sql
    ln database/migrations/3_posts.sql two/3_posts.sql
}
linked
run 0 migrate run -c two --create --to 1_users
commit_all
refused 'connection "two" uses the same files and has 1 of them pending, "two/2_index" first' migrate squash -c one
refused 'connection "two" uses the same files' schema-dump --prune -c one
run 0 migrate run -c two
run 0 migrate squash -c one
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
expect_out 'kept database/migrations/2_index: the snapshot of "two" does not hold it yet'
expect_out 'pruned database/migrations/3_posts'
files 2
cat two/*.sql >/dev/null || fail 'a link leads nowhere'
# What is taken away there is the link.
run 0 migrate squash -c two --archive old
files 2
grep -q 'CREATE INDEX' old/two/2_index.sql || fail 'the archive lacks the text'
run 0 migrate squash -c one
files 0
rm app.db app.db2
run 0 migrate run --all --create
for connection in one two; do
    run 0 migrate check -c $connection
done
# All in one command, in the order that makes the links wait.
linked
run 0 migrate run -c two --create
commit_all
run 0 migrate squash --all
files 2
[ -z "$(ls two)" ] || fail 'a file is left'
run 0 migrate squash --all
files 0
# A file that another one of the same connection leads to stays as long as that.
project
ln -s 1_users.sql database/migrations/4_again.sql
sed -i 's/CREATE TABLE/CREATE TABLE IF NOT EXISTS/' database/migrations/1_users.sql
rm app.db
run 0 migrate run --create
commit_all
run 0 migrate squash --until 1_users --archive old
expect_out 'kept database/migrations/1_users: "database/migrations/4_again.sql" is a link to it'
run 0 migrate status
run 0 migrate squash --archive old
files 1
cmp -s old/database/migrations/4_again.sql database/migrations/1_users.sql || fail 'the archive lacks the text'
run 0 migrate squash --archive old
files 0
rm app.db
run 0 migrate run --create
run 0 migrate check

# One cannot be reached: named in a warning, and its files stay; when it is asked for by name, refused.
shared
rm app.db2
run 0 migrate squash -c one
expect_err 'connection "two" uses the same files and could not be asked'
files 3
run 3 migrate squash -c one --check-connection two
run 2 migrate squash -c one --check-connection nobody

# One whose URL needs a variable that is not set.
shared
# shellcheck disable=SC2016 # for the tool
sed -i 's/sqlite:app.db2/${NOT_SET}/' database/connections.json
run 0 migrate squash -c one
expect_err 'connection "two" uses the same files and could not be asked'
files 3

# All of them share one snapshot, and are squashed side by side: it is written once.
shared
sed -i -e 's/"sqlite:app.db2"/"sqlite:app.db2", "snapshot": "one"/' -e 's/"apart"/"three"/' \
    -e 's/"migrations": { "paths": \["elsewhere"\] }/"snapshot": "one"/' database/connections.json
run 0 schema-dump -c one
run 0 migrate run -c three --create
commit_all
run 0 migrate squash --all --jobs 3
files 0
for connection in one two three; do
    run 0 migrate check -c $connection
done

# They share one snapshot: one squash is enough.
shared
sed -i 's/"sqlite:app.db2"/"sqlite:app.db2", "snapshot": "one"/' database/connections.json
commit_all
run 0 migrate squash -c one
files 0
run 0 migrate status -c two --exit-code
rm app.db2
run 0 migrate run -c two --create

# A snapshot that is shared by its path is that of the connection that wrote it: nobody else makes it theirs.
by_path() {
    shared
    sed -i -e 's|"sqlite:app.db2"|"sqlite:app.db2", "snapshot": "snap/s.sql"|' -e 's|"sqlite:app.db"|"sqlite:app.db", "snapshot": "snap/s.sql"|' \
        database/connections.json
    commit_all
}
not_theirs='the snapshot belongs to another database: its "connection" is "one", not "two"'
by_path
run 0 schema-dump -c one
commit_all
refused "$not_theirs" schema-dump -c two
refused "$not_theirs" schema-dump -c two --prune
refused "$not_theirs" migrate squash -c two
expect_err '-c one'
refused "$not_theirs" migrate squash -c two --no-proof
refused "$not_theirs" migrate squash -c two --keep 1
refused "$not_theirs" migrate squash -c two --from-files
refused "$not_theirs" migrate squash -c two --dry-run
refused "$not_theirs" migrate squash -c two --schema-path snap/s.sql
files 3
# So is the one that another has at its default path.
shared
sed -i 's|"sqlite:app.db2"|"sqlite:app.db2", "snapshot": "database/schema/one-schema.sql"|' database/connections.json
run 0 schema-dump -c one
commit_all
refused "$not_theirs" migrate squash -c two
rm app.db
run 0 migrate run -c one --create
expect_err 'restored database/schema/one-schema.sql'
# Its own connection squashes it, under another URL too, and so does all in one command; the others use it.
by_path
run 0 schema-dump -c one
sed -i 's/"sqlite:app.db"/"sqlite:.\/app.db"/' database/connections.json
commit_all
run 0 migrate squash --connection '*o*' --dry-run
files 3
run 0 migrate squash --connection '*o*'
files 0
grep -q '"connection": "one"' snap/s.meta.json || fail 'the snapshot changed hands'
run 0 migrate squash -c two
expect_err 'nothing to squash'
rm app.db app.db2
run 0 migrate run --connection '*o*' --create
run 0 migrate check --connection '*o*'
# A merged one is made anew by its own connection.
by_path
run 0 schema-dump -c one
sed -i 's/"dumpDigest": "sha256:./"dumpDigest": "sha256:x/' snap/s.meta.json
commit_all
refused "$not_theirs" migrate rebuild -c two
sed -i 's/"one": {/"zero": { "url": "sqlite:app.db", "snapshot": "snap\/s.sql" }, &/' database/connections.json
run 0 migrate rebuild --connection '*o*'
expect_out 'rebuilt snap/s.sql'
expect_err 'belongs to connection "one"'
grep -q '"connection": "one"' snap/s.meta.json || fail 'the snapshot changed hands'

# Where files of one would be migrations of another.
shared
mkdir elsewhere
refused 'would lie in the migration folder' migrate squash -c one --archive elsewhere/old
refused 'would lie in the migration folder' migrate squash -c one --archive elsewhere
files 3

# Each has a folder of its own beside the one that they share: nobody waits for what the other never reads.
project
mkdir one two
cat >database/connections.json <<'JSON'
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db", "migrations": { "paths": ["database/migrations", "one"] } },
    "two": { "url": "sqlite:app.db2", "migrations": { "paths": ["two", "database/migrations"] } } } }
JSON
printf -- '-- migrate:up\nCREATE TABLE one (x);\n' >one/4_one.sql
printf -- '-- migrate:up\nCREATE TABLE two (x);\n' >two/4_two.sql
run 0 migrate run --all --create
commit_all
run 0 migrate squash -c one
expect_out 'pruned one/4_one'
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 3
run 0 migrate squash -c two
files 0
[ -z "$(find one two -name '*.sql')" ] || fail 'a file is left'
rm app.db app.db2
run 0 migrate run --all --create
for connection in one two; do
    run 0 migrate check -c $connection
done
# What both read counts for both, by the name that each has for it.
project
cat >database/connections.json <<JSON
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db" },
    "two": { "url": "sqlite:app.db2", "migrations": { "paths": ["$PWD/database/migrations"] } } } }
JSON
run 0 migrate run -c two --create
commit_all
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused "connection \"two\" uses the same files and has 1 of them pending, \"$PWD/database/migrations/4_more\" first" migrate squash -c one
run 0 migrate run -c two
run 0 migrate squash -c one
files 4
run 0 migrate squash -c two
files 0

# Two engines: a file for one of them is nothing to the other, whose database need not be there.
project
rm -r app.db database/migrations/*
cat >database/connections.json <<'JSON'
{ "default": "lite", "connections": {
    "lite": { "url": "sqlite:app.db", "migrations": { "convention": "popx" } },
    "pg": { "url": "postgres://nobody@127.0.0.1:1/none", "migrations": { "convention": "popx" } } } }
JSON
for file in 20200101000001_a.up.sql 20200101000001_a.down.sql 20200101000002_b.sqlite3.up.sql 20200101000002_b.postgres.up.sql \
    20200101000003_c.postgres.up.sql 20200101000004_d.sqlite3.up.sql 20200101000004_d.sqlite3.down.sql; do
    echo "CREATE TABLE t$(echo "$file" | cut -c 14) (x integer);" >"database/migrations/$file"
done
run 0 migrate run --create
commit_all
run 0 migrate squash
expect_err 'connection "pg" uses the same files and could not be asked'
expect_out 'kept database/migrations/20200101000001_a: the snapshot of "pg" does not hold it yet'
expect_out 'pruned database/migrations/20200101000002_b'
expect_out 'pruned database/migrations/20200101000004_d'
ls database/migrations >left
printf '%s\n' 20200101000001_a.down.sql 20200101000001_a.up.sql 20200101000002_b.postgres.up.sql 20200101000003_c.postgres.up.sql >expected
expect_same expected left

# With --url the database that the configuration has under that name is one more that needs them.
project
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run --url sqlite:app.db2 --create
both='connection "sqlite" uses the same files and has 1 of them pending, "database/migrations/4_more" first'
refused "$both" migrate squash --url sqlite:app.db2
refused "$both" schema-dump --prune --url sqlite:app.db2
refused "$both" migrate squash --url sqlite:app.db2 --check-connection sqlite
mv app.db away
run 0 migrate squash --url sqlite:app.db2 --dry-run
expect_err 'warning: connection "sqlite" uses the same files and could not be asked'
run 3 migrate squash --url sqlite:app.db2 --check-connection sqlite
mv away app.db
# shellcheck disable=SC2016 # for the tool
printf '{ "connections": { "sqlite": { "url": "${DB_URL}" } } }\n' >database/connections.json
run 0 migrate squash --url sqlite:app.db2 --dry-run
expect_err 'warning: connection "sqlite" uses the same files and could not be asked: a variable'
run 0 env DB_URL=sqlite:app.db migrate run
run 0 env DB_URL=sqlite:app.db2 migrate squash --url sqlite:app.db2 --dry-run
expect_no_err 'uses the same files'
run 0 env DB_URL=sqlite:app.db2 migrate squash --from-files --dry-run
expect_no_err 'uses the same files'
commit_all
run 0 env DB_URL=sqlite:app.db migrate squash --url sqlite:app.db2
files 0

# A ledger that cannot be read: the connection is named.
shared
sqlite3 app.db2 'ALTER TABLE adonis_schema RENAME COLUMN migration_time TO other'
run 4 migrate squash -c one
expect_err 'connection "two":'
files 3
