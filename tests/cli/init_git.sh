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

# A hook that cannot be written is an error that names it.
rm -rf ../.git/hooks
: >../.git/hooks
run 6 migrate init --git
expect_err 'hooks'
