# shellcheck shell=sh
# The squash of a whole history and of all but its ten newest files. Source it after histories.sh and squash.sh.

# squash_history FILES [DATA-OPTION...]: the project's history is run. Squashes all but ten of it, makes a database of the
# snapshot and the ten files, squashes the rest too, makes another: all give the dump of the first database.
#   reopen   is called to make the connection's database empty
#   judge A  is called with what the database is then: compares it with the one of before
squash_history() {
    squash_files=$1
    shift
    squash_kept=$squash_files squash_states=
    [ "$squash_files" -le 10 ] || squash_kept=10 squash_states=" squashed $((squash_files - 10))"
    run 0 schema-dump --path before.sql "$@"
    cp -R m original
    [ "$squash_kept" -lt 10 ] || run 0 migrate squash --keep 10 --archive old "$@"
    expect_states "completed $squash_kept$squash_states"
    reopen
    run 0 migrate run --compact-output
    expect_err "migrated $squash_kept migrations"
    judge 'all but ten'
    run 0 migrate squash --archive old "$@"
    expect_states "squashed $squash_files"
    reopen
    run 0 migrate run --compact-output
    judge 'all'
    # Nothing of the history is lost, nothing else was touched.
    cp -R old/m/. m
    diff -r original m >&2 || fail "the archive and the folder are not the history"
}

# same_dump WHAT: before.sql and after.sql, but for the ledger and for values from clocks and random functions, which a replay
# makes anew.
same_dump() {
    for dump in before after; do
        sed -e '/^INSERT INTO .*adonis_schema/d' -e "s/'[0-9A-F]\{64\}'/RANDOM/g" \
            -e "s/'[0-9a-f]\{8\}-[0-9a-f]\{4\}-[0-9a-f-]\{22\}'/RANDOM/g" \
            -e "s/'20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9:.+]*'/CLOCK/g" "$dump.sql" >"$dump.compared"
    done
    diff before.compared after.compared >&2 || fail "$1: the dump differs"
}
