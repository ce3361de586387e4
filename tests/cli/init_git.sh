# What "migrate init --git" tells the clone: the merge driver, the check before a commit, and the rebuild after a merge.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_GLOBAL=/dev/null DATABASE_URL=sqlite:app.db
driver='schema-dump --merge %O %A %B'

is_set() {
    [ "$(git config merge.baseline.driver)" = "$1" ] || fail "the driver is $(git config merge.baseline.driver)"
}
add_table() {
    printf -- '-- migrate:up\nCREATE TABLE %s (x);\n-- migrate:down\nDROP TABLE %s;\n' "$2" "$2" >"database/migrations/$1_$2.sql"
}

# Without a repository it says what to do later.
mkdir alone
(cd alone && GIT_CEILING_DIRECTORIES=$PWD run 0 migrate init --git && grep -q "git config merge.baseline.driver '$driver'" stdout) ||
    fail "no word of the driver"

# A project below the top of its repository: the hook finds its folder, whatever its name.
git init -q -b main repository
cd repository || fail "cd"
mkdir "it's here"
cd "it's here" || fail "cd"
run 0 migrate init --git
is_set "$driver"
hook=../.git/hooks/pre-commit
[ -x "$hook" ] || fail "no hook that can run"
printf 'app.db*\nstdout\nstderr\n' >.gitignore
add_table 1 one
run 0 migrate run --create
run 0 schema-dump
git add -A
git commit -qm one || fail "a project in order is not committed"

# Edited behind the tool's back: the commit is refused and says what is wrong.
cp database/schema/main-schema.sql kept.sql
echo 'CREATE TABLE more (x);' >>database/schema/main-schema.sql
if git commit -qam two 2>said; then
    fail "an edited snapshot was committed"
fi
grep -q 'main-schema.sql: was edited' said || fail "the hook said: $(cat said)"
mv kept.sql database/schema/main-schema.sql

# A second time changes nothing.
cp "$hook" before
run 0 migrate init --git
cmp "$hook" before || fail "the hook changed"
expect_out 'kept    pre-commit hook'
expect_out 'kept    post-merge hook'
expect_out 'kept    post-rewrite hook'
is_set "$driver"

# Each snapshot that the configuration says is merged by the driver, wherever it is; what is new is added a second time.
merges() {
    merged=$(git check-attr merge -- "$1")
    [ "${merged##*: }" = "$2" ] || fail "$merged, not $2"
}
configure() {
    printf '{ "default": "one", "connections": { "one": { "url": "${%s}"%s }, "two": { "url": "sqlite:two.db"%s } } }' \
        "${3:-DATABASE_URL}" "$1" "$2" >database/connections.json
}
run 0 migrate init --git
expect_out 'kept    .gitattributes'
merges database/schema/main-schema.sql baseline
merges database/schema/main-schema.meta.json baseline
printf '*.txt text' >>.gitattributes
configure ', "snapshot": "db/a [b] \"c\".sql"' ', "snapshot": "snap.sql"' NOBODY_SETS_IT
run 0 migrate init --git
expect_out 'changed .gitattributes'
merges 'db/a [b] "c".sql' baseline
merges 'db/a [b] "c".meta.json' baseline
merges snap.sql baseline
merges snap.meta.json baseline
merges 'db/a b "c".sql' unspecified
merges sub/snap.sql unspecified
grep -qx '\*.txt text' .gitattributes || fail "what was there is gone"
cp .gitattributes before
run 0 migrate init --git
expect_out 'kept    .gitattributes'
expect_same .gitattributes before

# A packed one cannot be merged, nor its manifest alone; one that is packed no more can.
configure '' ', "snapshot": "snap.sql.gz"'
run 0 migrate init --git
expect_err 'snap.sql.gz is packed, so git cannot merge it'
merges snap.sql.gz unset
merges snap.meta.json unset
configure '' ', "snapshot": "snap.sql"'
run 0 migrate init --git
merges snap.meta.json baseline
configure '' ', "snapshot": "database/schema/two-schema.sql.gz"'
run 0 migrate init --git
merges database/schema/two-schema.meta.json unset
merges database/schema/one-schema.meta.json baseline

# What somebody else decided stays, and what lies outside of the project is theirs to add.
echo '/theirs.sql merge=union' >>.gitattributes
configure ', "snapshot": "../shared/snap.sql"' ', "snapshot": "theirs.sql"'
mkdir ../shared
run 0 migrate init --git
expect_out 'kept    merge of theirs.sql: union'
merges theirs.sql union
merges theirs.meta.json baseline
expect_out 'shared/.gitattributes:'
expect_out '/snap.sql merge=baseline -text'
echo '*.sql merge=baseline' >../shared/.gitattributes
run 0 migrate init --git
expect_no_out '/snap.sql merge=baseline'
expect_out '/snap.meta.json merge=baseline'

# A connection that does not say its snapshot, such as one of a clone where a variable is not set yet, keeps nothing from the rest.
configure ', "snapshot": "${NOBODY_SETS_IT}.sql"' ', "snapshot": "rest.sql"'
rm "$hook"
run 0 migrate init --git
expect_err 'warning: database/connections.json:1:'
expect_err '.gitattributes may lack a snapshot'
merges rest.sql baseline
[ -x "$hook" ] || fail "no hook where a variable is not set"
git checkout -q -- database

# Without a repository too.
mkdir ../../none
(
    cd ../../none || exit 1
    export GIT_CEILING_DIRECTORIES="$PWD"
    mkdir database
    configure '' ', "snapshot": "snap.sql"'
    run 0 migrate init --git
    grep -qx '/snap.sql merge=baseline -text' .gitattributes || fail 'not in .gitattributes'
    run 0 migrate init --git
    expect_out 'kept    .gitattributes'
    [ "$(wc -l <.gitattributes)" = 4 ] || fail 'other lines'
) || exit 1

# What others put there stays.
git config merge.baseline.driver mine
for name in pre-commit post-merge post-rewrite; do
    [ -x "../.git/hooks/$name" ] || fail "no $name hook that can run"
    printf '#!/bin/sh\nexit 0\n' >"../.git/hooks/$name"
done
run 0 migrate init --git
is_set mine
for name in pre-commit post-merge post-rewrite; do
    grep -q 'exit 0' "../.git/hooks/$name" || fail "the $name hook of somebody else is gone"
    expect_out "in ../.git/hooks/$name:"
done
expect_out 'migrate check --offline --all'
expect_out 'migrate rebuild --all --quiet'

# Nor is a folder of hooks touched that another program keeps.
rm "$hook"
git config core.hooksPath "$PWD/theirs"
run 0 migrate init --git
[ ! -e theirs ] || fail "a hook in a folder that is not the repository's own"
expect_out 'theirs/pre-commit'
expect_out 'theirs/post-merge'
git config --unset core.hooksPath

# Several projects in one repository, one at its top and one with a dash ahead: a hook that runs for another one of them is
# none for this one, and what to add is printed, so that it can be added as it is.
mkdir ../../several
git init -q -b main ../../several
add_printed() {
    grep -A 1 "in .*hooks/$1.*:\$" stdout | sed -n 's/^  //p' >added
    [ -s added ] || fail "nothing to add to $1: $(cat stdout)"
    sed "1r added" "$2/.git/hooks/$1" >hook
    cat hook >"$2/.git/hooks/$1"
    rm added hook
}
project() (
    cd "$2" || fail "cd"
    run 0 migrate init --git
    [ "$1" = first ] || for name in pre-commit post-merge post-rewrite; do
        expect_no_out "kept    $name hook"
        add_printed "$name" "$3"
    done
    run 0 migrate init --git
    for name in pre-commit post-merge post-rewrite; do
        expect_out "kept    $name hook"
    done
    printf 'app.db*\nstdout\nstderr\nsaid\n' >.gitignore
    add_table 1 one
    run 0 migrate run --create
    run 0 schema-dump
)
refuses() {
    cp "$1/database/schema/main-schema.sql" "$TMPDIR/kept.sql"
    echo 'CREATE TABLE more (x);' >>"$1/database/schema/main-schema.sql"
    if git commit -qam edited 2>said; then
        fail "an edited snapshot was committed in $1"
    fi
    grep -q 'main-schema.sql: was edited' said || fail "the hook said of $1: $(cat said)"
    mv "$TMPDIR/kept.sql" "$1/database/schema/main-schema.sql"
}
(
    cd ../../several || exit 1
    mkdir -- -db svc 'svc/it'\''s svc'
    project first ./-db ..
    project second svc ..
    project third "svc/it's svc" ../..
    project fourth . .
    git add -A
    CDPATH=$PWD/svc git commit -qm all 2>said || fail "projects in order are not committed: $(cat said)"
    for place in ./-db svc "svc/it's svc" .; do
        refuses "$place"
    done

    # After a merge each of them is made anew, also behind one that cannot be.
    git checkout -q -b left
    (cd svc && add_table 2 left && run 0 migrate run && run 0 schema-dump) || exit 1
    git add -A
    git commit -qm left
    git checkout -q main
    (cd svc && rm app.db && add_table 3 right && run 0 migrate run --create && run 0 schema-dump) || exit 1
    echo 'CREATE TABLE more (x);' >>database/schema/main-schema.sql
    git add -A
    git commit -q --no-verify -m right
    git merge -q --no-edit left >said 2>&1 || fail "the merge stops: $(cat said)"
    grep -q 'is not what its files give' said || fail "not of the top: $(cat said)"
    (cd svc && run 0 migrate check --offline) || exit 1
) || exit 1

# A hook of an earlier version, which went to its project and ended there, is one; for another project what to add goes first.
printf "#!/bin/sh\ncd 'svc/' || exit\nexec migrate check --offline --all\n" >../../several/.git/hooks/pre-commit
(cd ../../several/svc && run 0 migrate init --git && expect_out 'kept    pre-commit hook') || exit 1
(cd ../../several && run 0 migrate init --git && expect_out 'hooks/pre-commit, ahead of what it has:') || exit 1

# A hook that cannot be written is an error that names it.
rm -rf ../.git/hooks
: >../.git/hooks
run 6 migrate init --git
expect_err 'hooks'
