# What a squash does: the whole, a part, again, from files alone, with rows; and what comes after it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

manifest=database/schema/sqlite-schema.meta.json
sql=database/schema/sqlite-schema.sql

# A dry run says what would go and writes nothing.
project
before=$(state)
run 0 migrate squash --dry-run
expect_out 'would prune database/migrations/1_users'
expect_lines 3
run 0 migrate squash --dry-run --json
python3 - <<'END' || fail "a dry run names files that are there still: $(cat stdout)"
import json
document = json.load(open("stdout"))
names = ["database/migrations/" + name for name in ("1_users", "2_index", "3_posts")]
assert document["pruned"] == [] and document["wouldPrune"] == names and document["kept"] == []
END
[ "$before" = "$(state)" ] || fail "the dry run wrote"
[ ! -e database/schema ] || fail "the dry run made a folder"

# The whole history. Other files and the folder stay.
echo 'a note' >database/migrations/README.txt
mkdir database/migrations/drafts
echo 'not sql' >database/migrations/drafts/idea.md
commit_all
run 0 migrate squash --json
expect_out '"pruned": ['
expect_out '"database/migrations/1_users"'
expect_no_out wouldPrune
expect_out '"replayed": 3'
files 0
[ -e database/migrations/README.txt ] && [ -e database/migrations/drafts/idea.md ] || fail "another file is gone"
grep -q '"proof": {"replayed":3,"objects":3' $manifest || fail "no proof in the manifest"
grep -q "\"commit\":\"$(git rev-parse HEAD)\"" $manifest || fail "no commit in the manifest"
grep -q '"done":true' $manifest || fail "no final mark"
run 0 migrate status
expect_out 'squashed   database/migrations/2_index'
run 0 schema-dump --check
# Again: nothing to do, nothing written.
before=$(state)
run 0 migrate squash --json
expect_out '"status": "skipped"'
[ "$before" = "$(state)" ] || fail "the second squash wrote"

# After it: a new database bootstraps and resumes, rollback reverts only what is younger.
write 4_tags 'CREATE TABLE tags (id integer PRIMARY KEY);' 'DROP TABLE tags;'
run 0 migrate run
rm app.db
run 0 migrate run --create
run 0 migrate rollback
run 5 migrate rollback
expect_err 'lies inside the baseline'
run 0 migrate reset
run 0 migrate run
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'users_name', 'posts', 'tags')" 4

# Squashing again extends the list, and the manifest keeps both.
commit_all
run 0 migrate squash --archive old
files 0
[ -e old/database/migrations/4_tags.sql ] || fail "the archive lacks the file"
[ "$(grep -o '"done":true' $manifest | wc -l)" -eq 2 ] || fail "the manifest has not got both squashes"
grep -q '"archive":"old"' $manifest || fail "the manifest does not name the archive"
[ "$(grep -c 'INSERT INTO adonis_schema (name' $sql)" -eq 4 ] || fail "the snapshot lacks a migration"

# A part: the snapshot is made from a replay of exactly that part, the database may be ahead.
project
run 0 migrate squash --until 2_index
files 1
run 0 migrate status
expect_out 'squashed   database/migrations/2_index'
expect_out 'completed  database/migrations/3_posts'
grep -q posts $sql && fail "the snapshot holds what is younger"
cp app.db whole.db
rm app.db
run 0 migrate run --create
grep -q 'restored' stderr || fail "no bootstrap"
run 0 schema-dump --url sqlite:app.db --path a.sql
run 0 schema-dump --url sqlite:whole.db --path b.sql
expect_same a.sql b.sql
# The rest joins it later.
commit_all
run 0 migrate squash
files 0
[ "$(grep -c 'INSERT INTO adonis_schema (name' $sql)" -eq 3 ] || fail "the snapshot lacks a migration"

# --keep N; younger pending files do not matter.
project
write 4_more 'CREATE TABLE more (id integer);' 'DROP TABLE more;'
commit_all
run 0 migrate squash --keep 2
files 2
cp $sql before.sql
run 0 migrate squash --keep 2
expect_err 'nothing to squash'
expect_same before.sql $sql
rm before.sql
run 0 migrate run
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'more'" 1

# From the files alone: no database is there, and none is made.
project
rm app.db
run 0 migrate squash --from-files
files 0
[ ! -e app.db ] || fail "a database was made"
run 0 migrate run --create
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'users_name', 'posts')" 3

# Rows that only migrations put there.
project
write 4_roles "CREATE TABLE roles (id integer PRIMARY KEY, name text, made text DEFAULT CURRENT_TIMESTAMP);
INSERT INTO roles (name) VALUES ('admin'), ('guest');" 'DROP TABLE roles;'
run 0 migrate run
commit_all
refused '2 rows of 1 table that migrations put there would get lost' migrate squash
expect_err 'table roles: 2 rows put there by migrations'
expect_err '--data roles'
cp -R . ../discard
run 0 migrate squash --data roles
grep -q '"roles": 2' $manifest || fail "the rows are not counted"
files 0
(
    cd ../discard || exit 1
    run 0 migrate squash --discard-data
    files 0
    grep -q '"discarded":{"roles":2}' $manifest || fail "the discarded rows are not recorded"
) || exit 1

# A carried row that is not what the migration put there: whose is it? A time is no difference.
project
write 4_roles "CREATE TABLE roles (id integer PRIMARY KEY, name text, made text DEFAULT CURRENT_TIMESTAMP);
INSERT INTO roles (name) VALUES ('admin'), ('guest');" 'DROP TABLE roles;'
run 0 migrate run
commit_all
sqlite3 app.db "UPDATE roles SET made = '2020-01-01 00:00:00'"
cp -R . ../clock
sqlite3 app.db "UPDATE roles SET name = 'root' WHERE id = 1"
cp -R . ../replay
refused 'carried rows are not those that the migrations put there' migrate squash --data roles
expect_err 'rows roles: column "name" differs from the replay (id = 1)'
run 0 migrate squash --data roles --data-from live
grep -q "'root'" $sql || fail "not the live rows"
cd ../replay || fail "no folder"
run 0 migrate squash --data roles --data-from replay
grep -q "'admin'" $sql || fail "not the rows of the replay"
cd ../clock || fail "no folder"
run 0 migrate squash --data roles
expect_err 'it comes from a clock or a random function: roles.made'
grep -q '"presenceOnly":\["roles.made"\]' $manifest || fail "the manifest does not list the column"

# A value from a random function or a clock that no default shows is found by a second replay.
project
write 4_keys "CREATE TABLE keys (id integer PRIMARY KEY, secret text, fixed text);
INSERT INTO keys (secret, fixed) VALUES (hex(randomblob(8)), 'same');" 'DROP TABLE keys;'
run 0 migrate run
commit_all
cp -R . ../random
run 0 migrate squash --data keys
grep -q '"presenceOnly":\["keys.secret"\]' $manifest || fail "the manifest does not list the column"
cd ../random || fail "no folder"
sqlite3 app.db "UPDATE keys SET fixed = 'other'"
refused 'carried rows are not those' migrate squash --data keys
expect_err 'column "fixed" differs'
# A row that is gone.
sqlite3 app.db 'DELETE FROM keys'
refused 'carried rows are not those' migrate squash --data keys
expect_err '1 of the replay is not in the snapshot'

# Drift: said separately, and it stops what would put it into the snapshot.
project
sqlite3 app.db 'CREATE INDEX by_hand ON posts (body)'
refused 'the database is not what its migrations give: 1 difference' migrate squash
expect_err 'drift: index by_hand: is only in the database'
run 0 migrate squash --from-files
grep -q by_hand $sql && fail "the drift is in the snapshot"
files 0

# A migration that cannot be replayed: file and line.
project
sqlite3 app.db 'CREATE TABLE legacy (a)'
write 4_legacy 'ALTER TABLE legacy ADD COLUMN b;' ''
run 0 migrate run
commit_all
before=$(state)
run 4 migrate squash
expect_err 'replaying the history: migration "database/migrations/4_legacy"'
expect_err '4_legacy.sql:2'
[ "$before" = "$(state)" ] || fail "a failed squash changed something"
# Without the proof everything else is still checked.
run 0 migrate squash --no-proof
grep -q '"proof": null' $manifest || fail "a proof without proof"
files 0

# A file in another language: only without the proof.
project
echo 'export default class {}' >database/migrations/4_lucid.js
sqlite3 app.db "INSERT INTO adonis_schema (name, batch) VALUES ('database/migrations/4_lucid', 2)"
commit_all
refused 'is written in another language and cannot be replayed' migrate squash
run 0 migrate squash --no-proof
[ ! -e database/migrations/4_lucid.js ] || fail "the foreign file stays"

# schema-dump --prune: the same, into a path of its own.
project
run 0 schema-dump --prune --path snap/s.sql
files 0
run 0 migrate status --schema-path snap/s.sql
expect_out 'squashed   database/migrations/1_users'
rm app.db
run 0 migrate run --create --schema-path snap/s.sql
project
run 0 schema-dump --prune --path snap/s.sql.gz --archive old
files 0
run 0 schema-load --url sqlite:x.db -c sqlite --create --path snap/s.sql.gz

# Behind a squash every file is replayed, also those that a dump took into the snapshot since: git has the one of the squash.
project
run 0 migrate squash --until 1_users
commit_all
write 4_tags 'CREATE TABLE tags (id integer PRIMARY KEY);' 'DROP TABLE tags;'
run 0 migrate run
run 0 schema-dump
commit_all
sqlite3 app.db 'DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY, by_hand text)'
run 0 schema-dump
commit_all
refused 'the database is not what its migrations give' migrate squash
expect_err 'replaying 3 migrations behind the old snapshot'
sqlite3 app.db 'DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY)'
cp -R . ../without
run 0 migrate squash --keep 1
expect_err 'replaying 2 migrations behind the old snapshot'
files 1
cd ../without || fail "no folder"
rm -rf .git
run 0 schema-dump
refused '"database/migrations/2_index.sql" cannot be replayed' migrate squash --archive old
run 0 migrate squash --archive old --no-proof
files 0

# One that was killed when the files were gone is finished by the same words, and takes no more; where its files went stays known.
for range in '--until 2_index' '--keep 1'; do
    project
    # shellcheck disable=SC2086
    run 0 migrate squash $range --archive old
    sed -i 's/"done":true/"done":false/' "$manifest"
    # shellcheck disable=SC2086
    run 0 migrate squash $range --allow-uncommitted
    grep -q '"archive":"old".*"done":true' "$manifest" || fail "not finished: $(grep squashes "$manifest")"
    files 1
done

# A dry run finishes no write that was killed.
cp "$sql" whole.sql
mv "$sql" "$sql.baseline-new"
cp "$manifest" manifest.before
find database -type f | sort >files.before
run 5 migrate run --dry-run --create --url sqlite:dry.db -c sqlite
find database -type f | sort | cmp - files.before || fail 'a dry run finished a write'
cmp "$manifest" manifest.before || fail 'a dry run wrote the manifest'
[ ! -e dry.db ] || fail 'a dry run made the database'
