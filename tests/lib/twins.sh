# shellcheck shell=sh
# What the tests share in which AdonisJS Lucid and migrate take turns on one database, each with its
# twin of every file: x.js and x.sql. $engine, $lucid_url (as Lucid writes it) and $url come first,
# and lib/check.sh.

: "${engine:?}" "${url:?}" "${lucid_url:?}"
peer=$BL_BUILD_DIR/lucid/peer
[ -x "$peer" ] || skip "Lucid is not installed: sh tests/lib/lucid.sh install"

# lucid ACTION [OPTION...]: must succeed; its answer, one JSON object, is left in ./answer.
lucid() {
    # shellcheck disable=SC2086 # options
    "$peer" "$@" --engine "$engine" --url "$lucid_url" --dir "$PWD" --connection app ${lucid_options:-} >answer.out 2>answer.err || {
        cat answer.out answer.err >&2
        fail "Lucid: $1"
    }
    tail -n 1 answer.out >answer
}

# ace COMMAND...: one of Lucid's own commands, which must succeed.
ace() {
    # shellcheck disable=SC2086 # options
    "$peer" ace --engine "$engine" --url "$lucid_url" --dir "$PWD" --connection app ${lucid_options:-} -- "$@" >answer.out 2>&1 ||
        fail "Lucid: $*: $(cat answer.out)"
}

# query SQL: of the last answer, which is the text a.j.
query() {
    sqlite3 -batch -noheader :memory: "WITH a (j) AS (SELECT CAST(readfile('answer') AS text)) $1" ||
        fail "not JSON: $(cat answer)"
}

# by_state MEMBER: "completed 2 in 1; pending 1 in " of the last answer. Lucid calls it migrated.
by_state() {
    query "SELECT group_concat(line, '; ') FROM (SELECT replace(json_extract(value, '\$.status'), 'migrated', 'completed') AS state,
        replace(json_extract(value, '\$.status'), 'migrated', 'completed') || ' ' || count(*) || ' in ' ||
        coalesce(group_concat(DISTINCT nullif(json_extract(value, '\$.batch'), 'NA')), '') AS line
        FROM (SELECT value FROM a, json_each(a.j, '\$.$1') ORDER BY CAST(json_extract(value, '\$.batch') AS integer)) GROUP BY 1 ORDER BY 1)"
}

# expect_both TEXT: what both tools say is applied, and in which batches.
expect_both() {
    lucid status
    found=$(by_state list)
    [ "$found" = "$1" ] || fail "Lucid says \"$found\", not \"$1\": $(cat answer)"
    run 0 migrate status --json
    cp stdout answer
    found=$(by_state migrations)
    [ "$found" = "$1" ] || fail "we say \"$found\", not \"$1\": $(cat answer)"
}

# twin N [TABLE [FOLDER]]: migration N in both languages, with the same statements; its index is on TABLE (its own).
twin() {
    name=${3:-database/migrations}/17000000000${1}0_create_t$1
    printf -- '-- migrate:up\nCREATE TABLE t%s (id integer PRIMARY KEY, note varchar(20));\nCREATE INDEX t%s_note ON %s (note);\n-- migrate:down\nDROP TABLE t%s;\n' \
        "$1" "$1" "${2:-t$1}" "$1" >"$name.sql"
    cat >"$name.js" <<JS
import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.raw('CREATE TABLE t$1 (id integer PRIMARY KEY, note varchar(20))')
    this.schema.raw('CREATE INDEX t$1_note ON ${2:-t$1} (note)')
  }

  async down() {
    this.schema.raw('DROP TABLE t$1')
  }
}
JS
}

# take_turns: from an empty database, forth and back.
take_turns() {
    mkdir -p database/migrations
    echo '{ "private": true, "type": "module" }' >package.json
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "$url" >database/connections.json

    # Lucid first; we see its batch, and know the files' digests once they are adopted.
    twin 1
    twin 2
    lucid migrate
    expect_both 'completed 2 in 1'
    run 0 migrate adopt --from lucid --dry-run
    expect_lines 2
    run 0 migrate adopt --from lucid
    expect_err 'adopted 2 migrations'
    run 0 migrate adopt --from lucid
    expect_err 'nothing to adopt'
    run 0 migrate run
    expect_err 'already up to date'
    cp "$name.sql" kept.sql
    sed -i 's/varchar(20)/varchar(30)/' "$name.sql"
    run 5 migrate run
    expect_err 'was edited after it was applied'
    mv kept.sql "$name.sql"

    # We go on, Lucid takes it back, we run it again.
    twin 3
    twin 4
    expect_both 'completed 2 in 1; pending 2 in '
    run 0 migrate run
    expect_both 'completed 4 in 1,2'
    lucid rollback
    expect_both 'completed 2 in 1; pending 2 in '
    run 0 migrate run
    expect_both 'completed 4 in 1,2'

    # Lucid goes on, we take it back.
    twin 5
    twin 6
    lucid migrate
    expect_both 'completed 6 in 1,2,3'
    run 0 migrate rollback
    expect_err 'reverted 2 migrations'
    expect_both 'completed 4 in 1,2; pending 2 in '
    lucid migrate
    expect_both 'completed 6 in 1,2,3'
    run 0 migrate check
    run 0 migrate reset
    expect_both 'pending 6 in '
    lucid migrate
    expect_both 'completed 6 in 1'

    # A file of Lucid's alone is its own to run and to take back.
    twin 7
    rm "$name.sql"
    run 7 migrate run
    expect_err 'another language'
    lucid migrate
    expect_both 'completed 7 in 1,2'
    run 0 migrate run
    run 7 migrate rollback
    expect_err 'roll it back with the tool it was written for'
    lucid rollback
    expect_both 'completed 6 in 1; pending 1 in '
}
