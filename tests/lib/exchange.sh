# shellcheck shell=sh
# What the tests share in which AdonisJS Lucid and migrate bootstrap from each other's snapshots. $engine, $lucid_url,
# $url and the function reopen, which makes the database anew and empty, come first, then lib/check.sh and lib/twins.sh.

# again FILE: the dump of the database as it is, an object a line. Left out are the ledger's rows, which say when, and what
# the stock program of SQLite does to a dump of Lucid's: another layout, and a comment behind views.
again() {
    run 0 schema-dump --path "$PWD/$1"
    sed -e '/^INSERT INTO .*adonis_schema/d' -e '/^\/\* names(/d' "$1" | tr -d ' ;\n' | sed 's/--/\n/g' >"$1.objects"
}

# twin_raw N NAME UP DOWN: migration N in both languages. Statements stand in lines of their own.
twin_raw() {
    name=database/migrations/17000000000${1}0_$2
    printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$3" "$4" >"$name.sql"
    {
        printf "import { BaseSchema } from '@adonisjs/lucid/schema'\n\nexport default class extends BaseSchema {\n"
        printf '  async up() {\n'
        echo "$3" | sed 's/;$//; s/.*/    this.schema.raw(`&`)/'
        printf '  }\n\n  async down() {\n'
        echo "$4" | sed 's/;$//; s/.*/    this.schema.raw(`&`)/'
        printf '  }\n}\n'
    } >"$name.js"
}

# history: four migrations in both languages, with what all engines know.
history() {
    mkdir -p database/migrations database/schema
    echo '{ "private": true, "type": "module" }' >package.json
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "${url:?}" >database/connections.json
    twin 1
    twin 2
    twin_raw 3 child "CREATE TABLE child (id integer PRIMARY KEY, t1_id integer NOT NULL, word varchar(40) DEFAULT 'two  spaces; it''s', FOREIGN KEY (t1_id) REFERENCES t1 (id), CHECK (id <> 7));
CREATE UNIQUE INDEX child_word ON child (t1_id, word);" 'DROP TABLE child;'
    twin_raw 4 names 'CREATE VIEW names AS SELECT t1.id, t1.note FROM t1 WHERE t1.id > 0;' 'DROP VIEW names;'
}

# rows: a fifth, of rows. Lucid's dumps have none.
rows() {
    twin_raw 5 rows "INSERT INTO t1 (id, note) VALUES (1, 'it''s -- one');
INSERT INTO t1 (id, note) VALUES (2, NULL);
INSERT INTO child (id, t1_id) VALUES (1, 2);" 'DELETE FROM child;
DELETE FROM t1;'
}

# loaded NAMES: the last answer of Lucid says that it loaded a dump and ran just these files.
loaded() {
    query "SELECT group_concat(value) FROM a, json_each(a.j, '\$.events')" >events
    grep -q 'schema:loaded' events || fail "Lucid loaded nothing: $(cat answer)"
    query "SELECT coalesce(group_concat(json_extract(value, '\$.name'), ' '), '') FROM a, json_each(a.j, '\$.files')" >names
    [ "$(cat names)" = "$1" ] || fail "Lucid ran \"$(cat names)\", not \"$1\""
}

# squashed_by_both: the names of both tools' squashed migrations, which must agree.
squashed_by_both() {
    for member in list migrations; do
        if [ "$member" = list ]; then
            lucid status
        else
            run 0 migrate status --json
            cp stdout answer
        fi
        query "SELECT json_extract(value, '\$.name') FROM a, json_each(a.j, '\$.$member')
            WHERE json_extract(value, '\$.status') = 'squashed' ORDER BY 1" >"squashed.$member"
    done
    expect_same squashed.list squashed.migrations
    [ "$(wc -l <squashed.list)" = 5 ] || fail "not 5 squashed migrations: $(cat squashed.list)"
}

# one_after_the_other: migration 6 is applied; each takes back what the other did, and neither what is in the baseline.
one_after_the_other() {
    applied=$1
    gone=$2
    expect_both "$applied"
    run 0 migrate rollback
    expect_both "$gone"
    lucid migrate
    expect_both "$applied"
    lucid rollback
    expect_both "$gone"
    run 0 migrate run
    expect_both "$applied"
    run 0 migrate rollback
    run 5 migrate rollback
    expect_err 'inside the baseline'
    lucid bootstrap
    expect_both "$applied"
}

# ours_to_lucid: Lucid's runner bootstraps from our snapshot and resumes.
ours_to_lucid() {
    history
    rows
    run 0 migrate run
    again before.sql
    run 0 migrate squash --data t1 --data child --allow-uncommitted
    [ ! -e database/migrations/1700000000010_create_t1.sql ] || fail 'the files are there'
    rm -rf database/migrations
    mkdir database/migrations
    reopen
    lucid bootstrap
    loaded ''
    again after.sql
    expect_same before.sql.objects after.sql.objects
    squashed_by_both
    reopen
    twin 6
    lucid bootstrap
    loaded "$name"
    squashed_by_both
    one_after_the_other 'completed 1 in 6; squashed 5 in 1,2,3,4,5' 'pending 1 in ; squashed 5 in 1,2,3,4,5'
    # A snapshot of what both did.
    run 0 schema-dump
    rm database/migrations/*
    reopen
    lucid bootstrap
    loaded ''
    run 0 migrate run
    expect_err 'already up to date'
    run 0 migrate check
}

# lucid_to_ours: migrate bootstraps from Lucid's dump and resumes.
lucid_to_ours() {
    rm -rf database before.* after.*
    reopen
    history
    twin 5
    lucid migrate
    again before.sql
    rm before.meta.json
    lucid dump --prune
    [ -z "$(ls database/migrations)" ] || fail 'Lucid left files'
    reopen
    run 0 migrate run
    expect_err 'no digests'
    again after.sql
    expect_same before.sql.objects after.sql.objects
    reopen
    twin 6
    run 0 migrate run
    expect_err 'migrated 1 migration'
    squashed_by_both
    one_after_the_other 'completed 1 in 2; squashed 5 in 1' 'pending 1 in ; squashed 5 in 1'
    # Our dump takes the place of Lucid's: both read it.
    run 0 schema-dump --prune --no-proof --allow-uncommitted
    rm -f "$name.js"
    for bootstrap in 'migrate run' 'lucid bootstrap'; do
        reopen
        $bootstrap >out 2>err || fail "$bootstrap: $(cat out err)"
        run 0 migrate check
        expect_both 'squashed 6 in 1,2,3,4,5,6'
    done
}

# recorded: the names of the ledger, in the order in which the files ran.
recorded() {
    run 0 migrate status --json
    cp stdout answer
    query "SELECT group_concat(json_extract(value, '\$.name'), ' ') FROM a, json_each(a.j, '\$.migrations')"
}

# folders_in_turns: several folders, which Lucid runs one after the other; the function reopen makes the database anew and empty.
folders_in_turns() {
    rm -rf database
    reopen
    mkdir -p database b/sub a
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "paths": ["b", "a"] } } } }\n' "$url" >database/connections.json
    # shellcheck disable=SC2034 # for lucid and twin
    lucid_options='--migrations b,a'
    twin 5 '' b
    twin 1 '' b/sub
    twin 3 t5 a

    # By name the index would come before its table; nobody is left to guess why.
    run 4 migrate run
    expect_err 'folderOrder'
    reopen
    sed -i 's/"paths"/"naturalSort": false, "folderOrder": true, "paths"/' database/connections.json
    lucid migrate
    expect_both 'completed 3 in 1'
    theirs=$(recorded)
    [ "$theirs" = 'b/1700000000050_create_t5 b/sub/1700000000010_create_t1 a/1700000000030_create_t3' ] || fail "Lucid's order: $theirs"
    run 0 migrate run
    expect_err 'already up to date'
    reopen
    run 0 migrate run
    expect_no_err folderOrder
    expect_both 'completed 3 in 1'
    ours=$(recorded)
    [ "$ours" = "$theirs" ] || fail "our order: $ours"

    # The first folder goes on while the second one is applied.
    twin 6 '' b/sub
    run 0 migrate run
    expect_both 'completed 4 in 1,2'
    lucid rollback
    expect_both 'completed 3 in 1; pending 1 in '
    lucid migrate
    run 0 migrate rollback
    run 0 migrate run
    expect_both 'completed 4 in 1,2'
    twin 4 '' b
    run 5 migrate run
    expect_err 'is out of order: "b/sub/1700000000060_create_t6" is newer'
    rm "$name".*

    # What a squash replays is that order; both go on behind it.
    run 0 migrate squash --keep 1 --allow-uncommitted
    [ -e a/1700000000030_create_t3.sql ] || fail 'not the last one of the last folder is kept'
    rm b/*.js b/sub/*.js
    for bootstrap in 'migrate run' 'lucid bootstrap'; do
        reopen
        $bootstrap >out 2>err || fail "$bootstrap: $(cat out err)"
        expect_both 'completed 1 in 4; squashed 3 in 1,2,3'
    done
    run 0 migrate squash --allow-uncommitted
    expect_out 'pruned a/1700000000030_create_t3'
    run 0 migrate check
}

# numbers_in_turns: numbers of different lengths, which Lucid takes as text: 10 comes before 9.
numbers_in_turns() {
    rm -rf database
    reopen
    mkdir -p database/migrations
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "$url" >database/connections.json
    # shellcheck disable=SC2034 # for lucid
    lucid_options=
    twin 10
    twin 9 t10
    run 4 migrate run
    expect_err 'naturalSort'
    reopen
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "naturalSort": false } } } }\n' "$url" >database/connections.json
    lucid migrate
    expect_both 'completed 2 in 1'
    theirs=$(recorded)
    reopen
    run 0 migrate run
    expect_no_err naturalSort
    expect_both 'completed 2 in 1'
    ours=$(recorded)
    [ "$ours" = "$theirs" ] || fail "our order: $ours; Lucid's: $theirs"
    # It goes on where Lucid would.
    twin 91
    run 0 migrate run
    run 0 migrate squash --allow-uncommitted
    rm database/migrations/*.js
    for bootstrap in 'migrate run' 'lucid bootstrap'; do
        reopen
        $bootstrap >out 2>err || fail "$bootstrap: $(cat out err)"
        expect_both 'squashed 3 in 1,2,3'
    done
}

# lucid_commands: what Lucid's commands make of a database and a snapshot of ours, with a ledger of another name.
lucid_commands() {
    rm -rf database
    reopen
    mkdir -p database/migrations
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "tableName": "my_migs" } } } }\n' "$url" >database/connections.json
    # shellcheck disable=SC2034 # for lucid
    lucid_options='--table-name my_migs'

    # Its dump has the table of our journal, which does not get in the way.
    twin 1
    twin 2
    run 0 migrate run
    lucid dump --prune
    grep -q my_migs_journal database/schema/app-schema.sql || fail 'no journal in the dump'
    reopen
    run 0 migrate run
    expect_both 'squashed 2 in 1'
    twin 3
    run 0 migrate run
    run 0 migrate squash --allow-uncommitted
    rm "$name.js"

    # To the baseline and back.
    twin 4
    lucid migrate
    ace migration:rollback --batch=0
    expect_both 'pending 1 in ; squashed 3 in 1,2'
    ace migration:refresh
    expect_both 'completed 1 in 3; squashed 3 in 1,2'
    run 0 migrate reset
    expect_both 'pending 1 in ; squashed 3 in 1,2'
    ace migration:fresh
    expect_both 'completed 1 in 4; squashed 3 in 1,2,3'
    run 0 migrate fresh
    expect_both 'completed 1 in 4; squashed 3 in 1,2,3'

    # Its dump over our snapshot: what went into both stays squashed, and the next squash is ours again.
    lucid dump --prune
    twin 5
    run 0 migrate run
    run 0 migrate squash --allow-uncommitted
    rm "$name.js"
    for bootstrap in 'migrate run' 'lucid bootstrap'; do
        reopen
        $bootstrap >out 2>err || fail "$bootstrap: $(cat out err)"
        expect_both 'squashed 5 in 1,2,3,4,5'
        run 0 migrate check
    done
}
