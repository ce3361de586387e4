# migrate run --commit: exactly the files that were run, and never a failed run because of git.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
write() {
    printf -- '-- migrate:up\n%s\n-- migrate:down\n' "$2" >"database/migrations/$1.sql"
}
git_here() {
    git -c user.name=Test -c user.email=test@example.org "$@"
}
last() {
    git log -1 --format=%B --name-only | grep -v '^$' | tr '\n' '|'
}

# No repository: the run is done, with a warning.
write 1_a 'CREATE TABLE a (x);'
run 0 migrate run --create --commit
expect_err 'warning: the migrations were run but not committed: git status:'
expect_err 'not a git repository'

git init -q .
git config user.name Test
git config user.email test@example.org
git_here commit -q --allow-empty -m start

# One file that git does not know, beside something that is staged and something that is not.
write 2_b 'CREATE TABLE b (x);'
echo staged >staged.txt
echo loose >loose.txt
git add staged.txt
run 0 migrate run --commit
expect_err 'committed 1 file'
[ "$(last)" = 'Run migration 2_b.sql|database/migrations/2_b.sql|' ] || fail "$(last)"
[ "$(git status --porcelain staged.txt loose.txt | tr '\n' '|')" = 'A  staged.txt|?? loose.txt|' ] || fail 'the rest was touched'

# Several, with names that are patterns, options and blanks to others.
write '3_c *' 'CREATE TABLE c (x);'
write '4_[d]' 'CREATE TABLE d (x);'
write '5_e' 'CREATE TABLE e (x);'
run 0 migrate run --commit --dry-run
expect_err 'would be committed'
if git log --oneline | grep -q 'Run 3'; then
    fail 'a dry run committed'
fi
run 0 migrate run --commit
expect_err 'committed 3 files'
[ "$(git show --name-only --format= | sort | tr '\n' '|')" = 'database/migrations/3_c *.sql|database/migrations/4_[d].sql|database/migrations/5_e.sql|' ] ||
    fail "$(git show --name-only --format=)"
git log -1 --format=%B | grep -qx 'Run 3 migration files' || fail 'no subject'
git log -1 --format=%B | grep -qxF -- '- database/migrations/4_[d].sql' || fail 'no list'

# Nothing new, and what git has already.
run 0 migrate run --commit
before=$(git rev-parse HEAD)
write 6_f 'CREATE TABLE f (x);'
git add database/migrations/6_f.sql
git_here commit -q -m mine -- database/migrations/6_f.sql
run 0 migrate run --commit
expect_err 'git has the files already'
[ "$(git rev-parse HEAD~1)" = "$before" ] || fail 'a commit too many'

# A hook that refuses, a failed run, no git at all.
printf '#!/bin/sh\necho no commits on Sunday >&2\nexit 1\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
write 7_g 'CREATE TABLE g (x);'
run 0 migrate run --commit
expect_err 'not committed: git commit: no commits on Sunday'
rm .git/hooks/pre-commit
before=$(git rev-parse HEAD)
write 8_h 'CREATE TABLE h (x;'
run 4 migrate run --commit
[ "$(git rev-parse HEAD)" = "$before" ] || fail 'a failed run was committed'
write 8_h 'CREATE TABLE h (x);'
run 0 env PATH= "$(command -v migrate)" run --commit
expect_err 'not committed: git status:'
