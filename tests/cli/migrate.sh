# The everyday way up and down: run, rollback, reset, refresh, fresh, wipe, status, make, seed, init.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
write() {
    printf -- '-- migrate:up%s\n%s\n-- migrate:down%s\n%s\n' "${4:-}" "$2" "${4:-}" "$3" >"database/migrations/$1.sql"
}
ledger() {
    expect_rows app.db "SELECT substr(name, 21), batch FROM adonis_schema ORDER BY id" "$1"
}

write 1_a 'CREATE TABLE a (x);' 'DROP TABLE a;'
write 2_b 'CREATE TABLE b (x);' 'DROP TABLE b;'
run 3 migrate run
expect_err '--create'
run 0 migrate run --create --to 1_a
ledger '1_a|1'
run 0 migrate run
ledger '1_a|1
2_b|2'
run 0 migrate run --json
expect_out '"status": "skipped"'
write 3_c 'CREATE TABLE c (x);' 'DROP TABLE c;'
write 4_d 'CREATE TABLE d (x);' 'DROP TABLE d;'
run 0 migrate run --json
expect_out '"batch": 3'
run 0 migrate rollback --dry-run
expect_out 'DROP TABLE d;'
ledger '1_a|1
2_b|2
3_c|3
4_d|3'
run 0 migrate rollback
ledger '1_a|1
2_b|2'
run 0 migrate run
run 0 migrate rollback --step 3
ledger '1_a|1'
run 0 migrate run
run 0 migrate rollback --batch 1
ledger '1_a|1'
run 2 migrate rollback --step 1 --batch 0
run 2 migrate rollback --step 0
run 0 migrate run
run 0 migrate reset
ledger ''
run 0 migrate rollback
expect_err 'nothing to roll back'
run 0 migrate run
run 0 migrate refresh
ledger '1_a|1
2_b|1
3_c|1
4_d|1'

# A down part that fails: nothing of that migration, the later ones are gone.
write 3_c 'CREATE TABLE c (x);' 'DROP TABLE c; DROP TABLE nowhere;'
run 4 migrate reset
expect_err 'database/migrations/3_c.sql:4:'
ledger '1_a|1
2_b|1
3_c|1'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'c'" 1
write 3_c 'CREATE TABLE c (x);' 'DROP TABLE c;'
run 0 migrate run

# The order of a refresh and of fresh is checked before anything is dropped.
write 5_e 'SELECT '"'open" ''
run 4 migrate fresh
ledger '1_a|1
2_b|1
3_c|1
4_d|2'
run 4 migrate refresh
ledger '1_a|1
2_b|1
3_c|1
4_d|2'
rm database/migrations/5_e.sql

# Foreign keys that point both ways, views, triggers, virtual tables: wipe takes all, and what is ignored stays.
sqlite3 app.db "CREATE TABLE p (id INTEGER PRIMARY KEY, c REFERENCES q (id)); CREATE TABLE q (id INTEGER PRIMARY KEY, p REFERENCES p (id));
    INSERT INTO p VALUES (1, NULL); INSERT INTO q VALUES (1, 1); UPDATE p SET c = 1;
    CREATE VIEW v AS SELECT * FROM p; CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE f USING fts5 (body); CREATE TABLE \"odd \"\"name\"\"
2\" (x); CREATE TABLE _litestream_seq (id); INSERT INTO _litestream_seq VALUES (7);"
run 0 migrate wipe --dry-run
expect_out 'DROP VIEW'
expect_rows app.db "SELECT count(*) FROM q" 1
run 0 migrate wipe --url 'sqlite:app.db?foreign_keys=on'
expect_rows app.db "SELECT group_concat(name) FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'; SELECT id FROM _litestream_seq" "_litestream_seq
7"
run 0 migrate fresh
ledger '1_a|1
2_b|1
3_c|1
4_d|1'

# A wrong folder is no reason to drop what its migrations made.
cp database/connections.json right.json
folders() {
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "migrations": { "paths": [%s] } } } }' "$1" >database/connections.json
}
kept() {
    sqlite3 app.db .dump >before
    run 2 migrate fresh "$@"
    expect_err '"paths" in the configuration'
    sqlite3 app.db .dump >after
    expect_same before after
}
mkdir empty
for folder in database/migratons empty; do
    folders "\"$folder\""
    kept
    expect_err "there is no migration in \"$folder\""
    run 5 migrate refresh
    expect_err 'restore the file'
    run 5 migrate reset
    expect_err 'restore the file'
    run 5 migrate squash
    expect_err "there is no migration to squash in \"$folder\""
    run 5 migrate squash --from-files
    expect_err "there is no migration to squash in \"$folder\""
done
mkdir parts
mv database/migrations/4_d.sql parts
folders '"database/migrations", "prats"'
kept
expect_err 'the migration folder "prats" does not exist, and "database/migrations/4_d"'
for command in status check 'check --offline'; do
    # shellcheck disable=SC2086 # a command of several words
    run "$([ "$command" = check ] && echo 1 || echo 0)" migrate $command
    expect_err 'warning: the migration folder "prats" does not exist'
done
run 0 migrate run
expect_err 'warning: the migration folder "prats" does not exist'
run 5 migrate squash
expect_err 'warning: the migration folder "prats" does not exist'
# What is not lost with it is made anew: all is in other files, or in the snapshot, with which git let the folder go.
mv parts/4_d.sql database/migrations
run 0 migrate fresh
mv database/migrations all
mv right.json database/connections.json
run 0 schema-dump
kept --no-snapshot
run 0 migrate fresh
expect_err 'restored'
run 0 migrate status
expect_no_err 'does not exist'
mv all database/migrations
rm -r database/schema
# Nor does a database in which nothing was run stand for anything.
folders '"empty"'
run 0 migrate fresh --create --url sqlite:new.db -c sqlite
run 0 migrate fresh --url sqlite:new.db -c sqlite
folders '"nowhere"'
run 0 migrate fresh --url sqlite:new.db -c sqlite
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json

# Seeders: in order, each in a transaction.
mkdir database/seeders
echo 'INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);' >database/seeders/1_first.sql
echo 'INSERT INTO a SELECT x + 10 FROM a;' >database/seeders/10_second.sql
run 0 migrate seed
expect_rows app.db "SELECT group_concat(x) FROM a" 1,2,11,12
# A dry run shows them, behind the migrations.
cp app.db before.db
run 0 migrate run --seed --dry-run
expect_same app.db before.db
[ "$(sed -n '/^-- seed/,$p' stdout)" = '-- seed database/seeders/1_first.sql
INSERT INTO a VALUES (1);
INSERT INTO a VALUES (2);
-- seed database/seeders/10_second.sql
INSERT INTO a SELECT x + 10 FROM a;' ] || fail "$(cat stdout)"
echo 'INSERT INTO a VALUES (99); INSERT INTO nowhere VALUES (1);' >database/seeders/11_bad.sql
run 4 migrate fresh --seed
expect_err 'database/seeders/11_bad.sql:1:'
expect_rows app.db "SELECT group_concat(x) FROM a" 1,2,11,12
# What can be seen of one before it runs is seen before anything is dropped.
sqlite3 app.db 'INSERT INTO a VALUES (50)'
echo "INSERT INTO a VALUES ('unterminated);" >database/seeders/11_bad.sql
for verb in fresh refresh; do
    run 4 migrate $verb --seed
    expect_err 'database/seeders/11_bad.sql:1:23: '
    expect_rows app.db "SELECT group_concat(x) FROM a" 1,2,11,12,50
done
run 4 migrate run --seed --dry-run
expect_err 'database/seeders/11_bad.sql:1:23: '
rm -r database/seeders

# A table built anew: rows that point at it stay, although foreign keys are on.
rm app.db
write 5_parent 'CREATE TABLE parent (id INTEGER PRIMARY KEY, n); CREATE TABLE child (p REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 2); INSERT INTO child VALUES (1);' 'DROP TABLE child; DROP TABLE parent;'
write 6_rebuild 'PRAGMA foreign_keys = OFF;
CREATE TABLE parent_new (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
INSERT INTO parent_new SELECT id, n FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;
PRAGMA foreign_keys = ON;' 'SELECT 1;'
run 0 migrate run --create --url 'sqlite:app.db?foreign_keys=on'
expect_rows app.db "SELECT p FROM child; PRAGMA foreign_key_check" 1
# What it would leave broken is refused.
write 7_broken 'PRAGMA foreign_keys = OFF;
DELETE FROM parent;' 'SELECT 1;'
run 4 migrate run --url 'sqlite:app.db?foreign_keys=on'
expect_err 'child'
expect_rows app.db "SELECT count(*) FROM parent" 1
rm database/migrations/7_broken.sql
# A switch in the middle would do nothing: it is refused with its place.
write 7_middle 'CREATE TABLE m (x);
PRAGMA foreign_keys = OFF;
DROP TABLE m;' 'SELECT 1;'
run 2 migrate run
expect_err '7_middle.sql:4:1'
rm database/migrations/7_middle.sql

# BEGIN and VACUUM need transaction:false.
write 7_own 'BEGIN; CREATE TABLE o (x); COMMIT;' 'DROP TABLE o;'
run 2 migrate run
expect_err '7_own.sql:2:1'
expect_err 'transaction:false'
write 7_own 'BEGIN; CREATE TABLE o (x); COMMIT; VACUUM;' 'DROP TABLE o;' ' transaction:false'
run 0 migrate run
expect_rows app.db "SELECT count(*) FROM o; SELECT state, statement FROM adonis_schema_journal ORDER BY id DESC LIMIT 1" "0
applied|4"

# Half-way: failed at a known statement, nothing more runs, repair goes on there.
write 8_half 'CREATE TABLE h (x);
INSERT INTO h VALUES (1);
INSERT INTO missing VALUES (1);
INSERT INTO h VALUES (2);' 'DROP TABLE h;' ' transaction:false'
run 4 migrate run
expect_err '8_half.sql:4:1'
run 5 migrate run
expect_err 'migrate repair'
run 5 schema-dump
run 0 migrate status
expect_out 'failed'
run 0 migrate repair
expect_out 'statement 3 of 4: INSERT INTO missing'
sqlite3 app.db 'CREATE TABLE missing (x)'
run 0 migrate repair --resume-at 3
expect_no_err 'was edited'
expect_rows app.db "SELECT group_concat(x) FROM h; SELECT count(*) FROM missing" "1,2
1"
run 0 migrate status --exit-code
sqlite3 app.db 'DROP TABLE missing'

# What was put before the statement that failed does not run, and that is said.
write 8_head 'CREATE TABLE e (x);
INSERT INTO unknown VALUES (1);' 'DROP TABLE e;' ' transaction:false'
run 4 migrate run
write 8_head 'CREATE TABLE added (x);
CREATE TABLE e (x);
INSERT INTO e VALUES (1);' 'DROP TABLE e;' ' transaction:false'
run 0 migrate repair --resume-at 3
expect_err 'was edited since it stopped: what stands before statement 3'
expect_rows app.db "SELECT count(*) FROM e; SELECT count(*) FROM sqlite_schema WHERE name = 'added'" "1
0"
run 0 migrate rollback

# A rollback that stops half-way shows, and is taken up.
write 9_down 'CREATE TABLE n (x);' 'CREATE TABLE gone (x); INSERT INTO absent VALUES (1); DROP TABLE n;' ' transaction:false'
run 0 migrate run
run 4 migrate rollback
run 0 migrate status
expect_out 'failed'
run 5 migrate run
run 2 migrate repair --resume-at 9
sqlite3 app.db 'CREATE TABLE absent (x)'
# The file is mended, and counts as what was run.
write 9_down 'CREATE TABLE n (x);' 'CREATE TABLE gone (x); INSERT INTO absent VALUES (2); DROP TABLE n; DROP TABLE gone;' ' transaction:false'
run 0 migrate repair --resume-at 2
expect_rows app.db "SELECT count(*) FROM adonis_schema WHERE name LIKE '%9_down'; SELECT count(*) FROM sqlite_schema WHERE name IN ('n', 'gone'); SELECT x FROM absent" "0
0
2"
run 0 migrate run
run 0 migrate status --exit-code
sqlite3 app.db 'DROP TABLE absent'
write 91_up 'CREATE TABLE u (x); INSERT INTO absent VALUES (1);' 'DROP TABLE u;' ' transaction:false'
run 4 migrate run
write 91_up 'CREATE TABLE u (x); INSERT INTO u VALUES (1);' 'DROP TABLE u;' ' transaction:false'
run 0 migrate repair --resume-at 2
run 0 migrate status --exit-code
run 0 migrate run

# What a script sets does not reach the next one.
write 92_set 'PRAGMA ignore_check_constraints = 1;
CREATE TABLE checked (x CHECK (x > 0));' 'DROP TABLE checked;' ' transaction:false'
write 93_after 'INSERT INTO checked VALUES (-1);' 'SELECT 1;'
run 4 migrate run
expect_err '93_after'
rm database/migrations/93_after.sql
run 0 migrate status --exit-code

# A renamed file is recognised.
mv database/migrations/8_half.sql database/migrations/8_whole.sql
run 5 migrate run
expect_err 'repair --rename database/migrations/8_half database/migrations/8_whole'
run 0 migrate repair --rename database/migrations/8_half database/migrations/8_whole
run 0 migrate status --exit-code

# Production: nothing without --force, and nothing at all where it is switched off.
run 5 env NODE_ENV=production migrate rollback
expect_err '--force'
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "production": true, "migrations": { "disableRollbacksInProduction": true } } } }' >database/connections.json
for command in rollback reset refresh fresh wipe; do
    run 5 migrate $command --force
    expect_err 'disableRollbacksInProduction'
done
# A dry run changes nothing, and says what the command itself would say.
for command in rollback reset wipe; do
    run 0 migrate $command --dry-run
    expect_err 'without --dry-run this is refused: "disableRollbacksInProduction" is on'
    expect_out 'DROP TABLE'
done
run 5 migrate run
run 0 migrate run --force
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json

# make and init.
run 0 migrate make add_slug_to_posts
file=$(cat stdout)
grep -q 'ADD COLUMN "slug"' "$file" || fail "no column in $file"
run 0 migrate make CreateUsers
grep -q 'CREATE TABLE "users"' "$(cat stdout)" || fail "no table"
[ "$(ls database/migrations | sort -n | tail -1)" = "$(basename "$(cat stdout)")" ] || fail "the new file is not the last"
# --create and --alter say it instead of the name.
run 0 migrate make --alter posts touch
grep -qF 'ALTER TABLE "posts"' "$(cat stdout)" || fail "--alter: $(cat "$(cat stdout)")"
run 0 migrate make --create notes add_slug_to_posts
grep -qF 'CREATE TABLE "notes"' "$(cat stdout)" || fail "--create: $(cat "$(cat stdout)")"
run 2 migrate make --create notes --alter posts both
expect_err '--create and --alter exclude each other'
run 2 migrate make --alter posts
# What is made is run: a folder that nobody reads is refused.
files=$(find . -name '*.sql' | wc -l)
for folder in elsewhere database database/migrations/.hidden database/migrations/../seeders /tmp; do
    run 2 migrate make lost --path $folder
    expect_err 'no command would run "'"$folder/"
    expect_err 'the connection "sqlite" reads database/migrations'
done
[ "$(find . -name '*.sql' | wc -l)" = "$files" ] || fail "a file nobody reads"
for folder in ./database/migrations database/migrations/billing "$PWD/database/migrations"; do
    run 0 migrate make found --path "$folder"
    made=$(basename "$(cat stdout)" .sql)
    run 0 migrate status
    expect_out "$made"
done
mkdir fresh && cd fresh || fail "cd"
run 0 migrate init --git
for made in database/connections.json database/migrations/.gitkeep .gitattributes; do
    [ -e "$made" ] || fail "no $made"
done
echo '{}' >database/connections.json
run 0 migrate init --git
[ "$(cat database/connections.json)" = '{}' ] || fail "init overwrote a file"
[ "$(grep -c merge=baseline .gitattributes)" = 2 ] || fail "attributes twice"
cd .. || fail "cd"
# The connection is the one whose snapshot is there already; a password is no matter for a file of the repository.
named() {
    grep -q '"default": "'"$1"'"' database/connections.json || fail "not $1: $(cat database/connections.json)"
    rm database/connections.json
}
mkdir named && cd named || fail "cd"
for url in postgresql://me:secret@localhost/app 'mysql://me@localhost/app?password=secret' 'postgresql:host=localhost password=secret'; do
    run 2 migrate init --url "$url"
    expect_err 'the URL has a password'
    ! grep secret stdout stderr || fail 'the password is shown'
    [ ! -e database ] || fail 'something was made'
done
run 0 migrate init --url postgresql://me@localhost/app
named main
touch database/schema/sqlite-schema.sql
run 0 migrate init
expect_out 'found   database/schema/sqlite-schema.sql: its connection is "sqlite"'
named sqlite
run 0 migrate init --url postgresql://me@localhost/app
named main
touch database/schema/app.v2-schema.sql database/schema/-schema.sql 'database/schema/a"b-schema.sql'
run 0 migrate init --url postgresql://me@localhost/app
named app.v2
run 0 migrate init
expect_err 'database/schema has snapshots of 2 connections: name them'
named main
cd .. || fail "cd"

# Work on files alone needs no database: the engine is told by the URL's scheme, the connection's name or its snapshot.
mkdir "$TMPDIR/nowhere" && cd "$TMPDIR/nowhere" || fail "cd"
run 2 migrate make create_users
mkdir -p database/migrations
run 0 migrate make create_users --json
expect_out '"engine": null'
grep -q '^CREATE TABLE users ($' database/migrations/*_create_users.sql || fail "a name of no engine"
for url in 'mysql://${USER_OF_DB}@localhost/app' '${URL_OF_DB}' '${URL_OF_DB:-}'; do
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$url" >database/connections.json
    run 0 migrate make add_a_to_users
    grep -q 'ALTER TABLE `users` ADD' "$(cat stdout)" || fail "no quotes of MySQL: $url"
    run 0 migrate check --offline
    run 0 migrate check --offline --all
    run 2 migrate status
    expect_err 'database/connections.json:1:'
done
printf '{ "connections": { "app": { "url": "${URL_OF_DB}" } } }\n' >database/connections.json
printf -- '-- migrate:up\nCREATE TABLE t (a int);\n' >database/migrations/1_t.sql
rm database/migrations/*users*
run 0 migrate make drop_a_from_users
grep -q 'ALTER TABLE users DROP COLUMN a' "$(cat stdout)" || fail "a guessed engine"
rm "$(cat stdout)"
run 2 migrate check --offline
expect_err 'variable "URL_OF_DB" is not set'
run 0 env URL_OF_DB=sqlite:app.db migrate run --create
run 0 env URL_OF_DB=sqlite:app.db schema-dump
run 0 migrate check --offline
echo 'CREATE TABLE u (a int);' >>database/migrations/1_t.sql
run 1 migrate check --offline
run 0 migrate make create_v
grep -q 'CREATE TABLE "v"' "$(cat stdout)" || fail "not the engine of the snapshot"
run 2 migrate check --offline --replay
# What is wrong otherwise is said.
run 2 env URL_OF_DB=nonsense migrate make create_w
expect_err 'has no scheme'
run 2 migrate make create_w -c other
expect_err 'no connection "other"'
run 2 env URL_OF_DB= migrate status

# Half of a file ran again under another name: what would leave the project blocked is refused with the way out, and what
# is there already names the way behind it. Short names do.
mkdir -p blocked/database/migrations
cd blocked || exit 1
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
write 1_a 'CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE t2 (id integer);' 'DROP TABLE t;' ' transaction:false'
run 0 migrate run --create
rm database/migrations/1_a.sql
write 2_b 'CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE t2 (id integer NOT NULL);' 'DROP TABLE t;' ' transaction:false'
run 4 migrate run
run 5 migrate repair --rename 1_a 2_b
expect_err '"database/migrations/2_b" stopped half-way'
expect_err 'migrate repair --forget database/migrations/2_b'
run 5 migrate repair --accept 2_b
expect_err '"database/migrations/2_b" stopped half-way'
ledger '1_a|1'
run 0 migrate repair
expect_out 'table "t" is there'
expect_out 'go on behind it with: migrate repair --resume-at 2'
expect_no_out 'finished'
run 4 migrate repair --resume-at 2
run 0 migrate repair
expect_out 'go on behind it with: migrate repair --resume-at 3 (behind the last one: it counts as finished)'
cp app.db kept.db
run 0 migrate repair --resume-at 3
ledger '1_a|1
2_b|2'
run 0 migrate repair --forget 2_b
expect_err 'forgot "database/migrations/2_b"; the schema is as it was, and the next run runs its file'
ledger '1_a|1'
mv kept.db app.db
run 0 migrate repair --forget 2_b
expect_err 'the unfinished run of "database/migrations/2_b"'
expect_err 'from its first statement'
run 0 migrate repair --rename 1_a 2_b
expect_err 'is not what was applied'
ledger '2_b|1'
run 5 migrate run
expect_err 'repair --accept'
run 0 migrate repair --accept 2_b
run 0 migrate status --exit-code
run 0 migrate run
# A rollback that stopped is forgotten, not the migration.
write 2_b 'CREATE TABLE t (id integer PRIMARY KEY);' 'DROP TABLE absent;' ' transaction:false'
run 0 migrate repair --accept 2_b
run 4 migrate rollback
run 5 migrate repair --accept 2_b
run 0 migrate repair --forget 2_b
expect_err 'counts as applied'
ledger '2_b|1'
# What is gone already is no reason to drop it again.
run 4 migrate rollback
run 0 migrate repair
expect_out 'go on behind it with: migrate repair --resume-at 2 (behind the last one'
run 0 migrate repair --forget 2_b
# Two of one short name are named, and none is taken.
mkdir database/migrations/sub
cp database/migrations/2_b.sql database/migrations/sub/2_b.sql
sqlite3 app.db "INSERT INTO adonis_schema (name, batch) VALUES ('database/migrations/sub/2_b', 2)"
for what in '--forget 2_b' '--rename 2_b sub/2_b'; do
    # shellcheck disable=SC2086 # words
    run 2 migrate repair $what
    expect_err '"2_b" is more than one migration: "database/migrations/2_b" and "database/migrations/sub/2_b"'
done
run 2 migrate repair --forget nothing
expect_err 'the ledger has no migration "nothing"'
cd ..
