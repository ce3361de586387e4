# shellcheck shell=sh
# The corpus's histories through migrate, each by its convention. Source it after check.sh.

corpus=$BL_SHARED/corpus
[ -d "$corpus" ] || skip "no corpus at $corpus"

# history_project NAME FOLDER CONVENTION URL [SETTING]: the folder NAME with the history in NAME/m and a configuration; goes
# there. SETTING is more of "migrations", with its comma. The tool's own table is left out: the corpus counts none.
history_project() {
    mkdir -p "$1/database"
    cp -R "$corpus/histories/$2" "$1/m"
    chmod -R u+w "$1/m"
    cat >"$1/database/connections.json" <<END
{ "connections": { "main": { "url": "$4", "migrations": { "paths": ["m"], "convention": "$3", "keepToolTable": false${5:-} } } } }
END
    cd "$1" || exit 1
}

# expect_states TEXT: how many migrations are in which state: "completed 820", "completed 99 pending 18".
expect_states() {
    run 0 migrate status --json
    states=$(sed -n 's/^      "status": "\(.*\)",$/\1/p' stdout | sort | uniq -c |
        awk '{ printf "%s%s %s", (NR == 1 ? "" : " "), $2, $1 }')
    [ "$states" = "$1" ] || fail "states \"$states\", not \"$1\""
}

# replay N: everything runs as one batch, and a second run has nothing to do.
replay() {
    run 0 migrate run --compact-output
    expect_err "migrated $1 migrations"
    expect_states "completed $1"
    run 0 migrate run
    expect_err 'already up to date'
}
