# Line ends that git changes: what clones with CR LF get, and snapshots that hold carriage returns of their own.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_GLOBAL=/dev/null DATABASE_URL=sqlite:../app.db

git init -q -b main project
cd project || fail 'cd'
mkdir -p database/migrations
printf -- "-- migrate:up\nCREATE TABLE notes (id integer PRIMARY KEY, body text DEFAULT 'one\ntwo');\nCREATE VIEW v AS SELECT 'three\nfour' AS a;\n" >database/migrations/1_notes.sql
printf -- '-- migrate:up\nCREATE TABLE tags (id integer PRIMARY KEY);\n' >database/migrations/2_tags.sql
git add -A
git commit -qm files
run 0 migrate run --create
run 0 schema-dump
rm stdout stderr
git add -A
git commit -qm snapshot
cd ..

git -c core.autocrlf=true clone -q project clone
cd clone || fail 'cd'
git config core.autocrlf true
sql=database/schema/sqlite-schema.sql
grep -q "$(printf '\r')" $sql || fail 'git left the line ends alone'
cp $sql before.sql
unchanged() {
    cmp before.sql $sql || fail 'the snapshot was written'
}
refused() {
    run 5 "$@"
    expect_err "the lines of the snapshot \"$sql\" end with CR LF; they were dumped with LF"
    expect_err "hint: git does that unless .gitattributes says \"$sql -text\""
    unchanged
}
DATABASE_URL=sqlite:../clone.db
refused migrate run --create
refused schema-load --create
[ ! -e ../clone.db ] || fail "a database was made"
# Its files would prove it: they have the other line ends as well.
refused migrate rebuild
run 1 migrate check --offline
expect_out "snapshot $sql: has lines that end with CR LF, and was dumped with LF"
# Changed in a word as well it is an edited one.
sed -i 's/two/three/' $sql
run 5 migrate run --create
expect_err 'was modified: its digest is'
cp before.sql $sql

# The cure, as the hint says it.
run 0 migrate init --git
grep -q 'schema.sql .* -text' .gitattributes || fail 'no attribute'
rm $sql
git checkout -q -- $sql
run 0 migrate run --create
expect_err "restored $sql"
run 0 migrate check --offline
[ "$(sqlite3 ../clone.db "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%' || char(13) || '%'")" = 0 ] || fail 'a CR in the schema'
default=$(sqlite3 ../clone.db "SELECT dflt_value FROM pragma_table_info('notes') WHERE name = 'body'")
[ "$default" = "$(printf "'one\ntwo'")" ] || fail "the default is $default"

# Its files are not edited ones for a database where those with LF ran.
DATABASE_URL=sqlite:../app.db
run 0 migrate check
run 0 migrate status
! grep -q modified stdout || fail "$(cat stdout)"
# What they give is another value, and the difference can be seen.
run 1 migrate check --replay
grep -qF "SELECT 'three\\r" stdout || fail "$(cat stdout)"
run 5 migrate squash
grep -qF "SELECT 'three\\r" stderr || fail "$(cat stderr)"

# A schema that holds CR LF itself: git must keep it, or every clone would get another text.
cd ..
git init -q -b main returns
cd returns || fail 'cd'
mkdir -p database/migrations
printf -- "-- migrate:up\nCREATE VIEW v AS\r\n  SELECT 'one\r\ntwo' AS a;\n" >database/migrations/1_v.sql
printf -- '-- migrate:up\nCREATE TABLE t (id integer PRIMARY KEY);\n' >database/migrations/2_t.sql
printf 'stdout\nstderr\n' >.gitignore
git add -A
git commit -qm files
DATABASE_URL=sqlite:../returns.db
run 0 migrate run --create
run 0 schema-dump
expect_no_err 'CR LF'
run 0 migrate check
keeps_not() {
    run 1 migrate check --offline
    expect_out 'holds lines that end with CR LF, which git would keep with LF: no clone could load it; have'
    run 5 migrate squash
    expect_err "hint: have \"$sql -text\" in .gitattributes; migrate init --git writes it"
    run 0 schema-dump
    expect_err 'warning: the snapshot "'$sql'" holds lines that end with CR LF'
    [ -e database/migrations/1_v.sql ] && [ -e database/migrations/2_t.sql ] || fail 'a migration is gone'
}
for attribute in '* text=auto' '*-schema.sql text' '*-schema.sql eol=lf' '*-schema.sql text eol=crlf'; do
    echo "$attribute" >.gitattributes
    keeps_not
done
for value in true input; do
    echo '*.ts text' >.gitattributes
    git config core.autocrlf $value
    keeps_not
    # With the CR in the index git leaves what it guesses alone.
    git -c core.autocrlf=false add $sql
    run 0 migrate check --offline
    git rm -q --cached $sql
done
git config --unset core.autocrlf
run 0 migrate check --offline
echo '* text=auto' >.gitattributes
run 0 migrate init --git
tail -n 1 .gitattributes | grep -q -e ' -text$' || fail "$(cat .gitattributes)"
run 0 migrate squash
[ ! -e database/migrations/1_v.sql ] || fail 'not squashed'
git add -A
git commit -qm squash 2>said || fail "$(cat said)"
cd ..
for value in false true; do
    rm -rf copy copy.db
    git -c core.autocrlf=$value clone -q returns copy
    cmp returns/$sql copy/$sql || fail "not to the byte: $value"
    (cd copy && DATABASE_URL=sqlite:../copy.db run 0 migrate run --create && DATABASE_URL=sqlite:../copy.db run 0 migrate check) || fail "$value"
    for db in returns.db copy.db; do
        [ "$(sqlite3 $db 'SELECT hex(a) FROM v')" = 6F6E650D0A74776F ] || fail "not the view of before: $db"
    done
done
