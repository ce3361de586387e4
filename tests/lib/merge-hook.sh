# shellcheck shell=sh
# Branches that each add a migration and a dump, and the hook that makes the merged snapshot anew. Source it after check.sh.
#   $url $engine  of the database; the connection's name. Its migrations run in it again and again.

: "${url:?}" "${engine:?}"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_GLOBAL=/dev/null
sql_file=database/schema/$engine-schema.sql

# add NAME UP [DOWN]: a migration.
add() { printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "${3:-}" >"database/migrations/$1.sql"; }

# add_table NUMBER NAME
add_table() { add "$1_$2" "CREATE TABLE $2 (id integer PRIMARY KEY);" "DROP TABLE $2;"; }

commit() {
    git add -A
    git commit -qm "$1" >said 2>&1 || fail "no commit: $(cat said)"
}

# dump MESSAGE: the files run, and are committed with the snapshot.
dump() {
    run 0 migrate fresh --force --no-snapshot
    run 0 schema-dump
    commit "$1"
}

# begin FOLDER: a project in a new repository, with one migration and its snapshot.
begin() {
    mkdir -p "$1" && cd "$1" || fail "cd"
    git init -q -b main .
    printf 'app.db*\nstdout\nstderr\nsaid\nkept*\n' >.gitignore
    run 0 migrate init --git --url "$url"
    printf '{ "connections": { "%s": { "url": "%s" } } }\n' "$engine" "$url" >database/connections.json
    rm -f app.db
    run 0 migrate run --create
    add_table 1 base
    dump base
}

# two_branches: left and right, each with a table and a dump of its own.
two_branches() {
    git checkout -q -b left
    add_table 2 one
    dump left
    git checkout -q -b right main
    add_table 3 two
    dump right
}

# merge BRANCH: with what is said in ./said; the merge itself is clean.
merge() {
    git merge --no-edit "$1" >said 2>&1 || fail "the merge stops: $(cat said)"
    git rev-parse -q --verify MERGE_HEAD && fail "not merged: $(cat said)"
    return 0
}

said() { grep -qF -e "$1" said || fail "git said no \"$1\": $(cat said)"; }

# expect_fresh: the pair agrees, is what the files give, and what a dump of a database that ran them all writes.
expect_fresh() {
    said "rebuilt $sql_file"
    run 0 migrate check --offline
    run 0 migrate check --offline --replay
    run 0 migrate fresh --force --no-snapshot
    run 0 migrate check
    run 0 schema-dump
    expect_err 'is up to date'
    run 0 migrate fresh --force
    expect_err "restored $sql_file"
    run 0 migrate check
}

# expect_left TEXT: the hook changed nothing, and said TEXT and what to do.
expect_left() {
    said "$1"
    said 'hint: '
    [ -z "$(git status --porcelain)" ] || fail "files were touched: $(git status --porcelain)"
    run 1 migrate check --offline
}

test_merge_hook() {
    top=$PWD
    begin plain
    two_branches
    merge left
    expect_fresh
    commit merged
    # A merge that brings nothing to prove is silent.
    git checkout -q main
    git merge -q right >said 2>&1 || fail "the fast-forward: $(cat said)"
    [ ! -s said ] || fail "talk after a fast-forward: $(cat said)"

    # What the merged text has more than the files give: the hook leaves it.
    git checkout -q -b drift
    run 0 migrate fresh --force
    add_table 4 three
    add 5_gone 'CREATE TABLE gone (id integer PRIMARY KEY);' 'DROP TABLE gone;'
    run 0 migrate run
    # Edited afterwards: its table is in the snapshot only.
    add 5_gone 'CREATE TABLE other (id integer PRIMARY KEY);' 'DROP TABLE other;'
    run 0 schema-dump
    git add -A
    git commit -q --no-verify -m drift
    git checkout -q -b beside main
    add_table 6 four
    dump beside
    git merge --no-edit drift >said 2>&1 || fail "the merge stops: $(cat said)"
    said 'gone: is only in the snapshot'
    expect_left 'is not what its files give'
    cd "$top" || fail "cd"
}

# test_server_away URL: where the server is not to be reached the hook says so, and the merge is done.
test_server_away() {
    top=$PWD
    begin away
    two_branches
    printf '{ "connections": { "%s": { "url": "%s" } } }\n' "$engine" "$1" >database/connections.json
    commit away
    git branch unmerged
    merge left
    expect_left 'cannot connect'
    git log -1 --format=%P | grep -q ' ' || fail 'no merge was made'
    # So does a rebase.
    git checkout -q -b rebased unmerged
    git rebase -q left >said 2>&1 || fail "the rebase stops: $(cat said)"
    expect_left 'cannot connect'
    # When it is there again: by hand.
    printf '{ "connections": { "%s": { "url": "%s" } } }\n' "$engine" "$url" >database/connections.json
    run 0 migrate rebuild
    expect_out "rebuilt $sql_file"
    run 0 migrate check --offline --replay
    cd "$top" || fail "cd"
}
