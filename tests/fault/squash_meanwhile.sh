# What somebody else does while a squash is at work: an edit, another squash, a dump, a pull. Nothing of it is lost.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${squash_top:=}"
manifest=database/schema/sqlite-schema.meta.json

# meanwhile COMMAND...: a git that does this, too, when it is asked the last question about the files.
git=$(command -v git)
mkdir "$squash_top/bin"
meanwhile() {
    cat >"$squash_top/bin/git" <<SCRIPT
#!/bin/sh
"$git" "\$@"
code=\$?
case "\$*" in *'ls-files -v'*) cd "$PWD" && $* ;; esac
exit \$code
SCRIPT
    chmod +x "$squash_top/bin/git"
}
squash() {
    env PATH="$squash_top/bin:$PATH" migrate squash "$@"
}

# A part of a file that no digest of a migration is of: the down part, what stands before the markers.
for edit in 's/DROP TABLE posts/DROP TABLE IF EXISTS posts/' '1s/^/-- a note\n/'; do
    for how in --no-proof --allow-uncommitted '--archive old'; do
        project
        meanwhile sed -i "'$edit'" database/migrations/3_posts.sql
        # shellcheck disable=SC2086 # words
        run 5 squash $how
        # Where git must have the file, its text is compared with git's already.
        case $how in
        --no-proof) expect_err 'git has not got "database/migrations/3_posts.sql" as it is: a filter, or an edit right now' ;;
        *) expect_err 'database/migrations/3_posts.sql" was changed while the squash was at work' ;;
        esac
        files 3
        [ ! -e $manifest ] || fail "a snapshot was written: $how"
    done
done

# A snapshot that is not the one any more that the squash began with: a pull brought names, another squash was faster.
project
run 0 schema-dump
commit_all
meanwhile sed -i "'s|\"squashedMigrationNames\": .|&\n    \"database/migrations/0_pulled\",|'" $manifest
run 5 squash
expect_err 'was changed by somebody else meanwhile'
grep -q '"database/migrations/0_pulled"' $manifest || fail 'what was pulled is gone'
files 3
project
cp -R . ../theirs
(cd ../theirs && run 0 migrate squash --until 1_users)
meanwhile cp -R ../theirs/database/schema database
run 5 squash --from-files
expect_err 'was changed by somebody else meanwhile'
expect_same $manifest ../theirs/$manifest
files 3

# stopped CALL FILE COMMAND...: it stops behind its first CALL with FILE; $stopped is its process, $tracer what waits for it.
stopped() {
    call=$1 file=$PWD/$2
    shift 2
    strace -qq -f -o trace -P "$file" -e trace="$call" -e inject="$call:signal=SIGSTOP:when=1" "$@" >stopped.out 2>&1 &
    tracer=$!
    wait_until grep -qs 'stopped by SIGSTOP' trace
    stopped=$(awk '/stopped by SIGSTOP/ { print $1; exit }' trace)
}
go_on() {
    kill -CONT "$stopped"
    code=0
    wait "$tracer" || code=$?
    [ "$code" = "$1" ] || fail "exit $code, not $1: $(cat stopped.out)"
}

# While one writes, the files that it has staged are no leftovers: who comes now waits.
project
stopped rename $manifest.baseline-new "$BL_BIN/schema-dump"
[ -e database/schema/sqlite-schema.sql.baseline-new ] || fail 'nothing is staged'
schema-dump >dump.out 2>&1 &
dump=$!
# It has the folder open when it waits.
waits() {
    readlink /proc/$dump/fd/* | grep -q 'database/schema$'
}
wait_until waits
go_on 0
wait "$dump" || fail "the dump failed: $(cat dump.out)"
! grep -q interrupted dump.out || fail "not interrupted: $(cat dump.out)"
run 0 schema-dump --check

# A dump while the files go: the final mark goes into its manifest, which stays with its text.
project
stopped link database/migrations/1_users.sql "$BL_BIN/migrate" squash --from-files --until 2_index --archive old
run 0 schema-dump
go_on 0
files 1
[ "$(grep -c 'INSERT INTO adonis_schema (name' database/schema/sqlite-schema.sql)" = 3 ] || fail 'not the text of the dump'
grep -q '"done":true' $manifest || fail 'no final mark'
rm app.db
run 0 migrate run --create
run 0 migrate check
