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

# Reached by a link: the message has no path of this machine.
write 2_b1 'CREATE TABLE b1 (x);'
write 2_b2 'CREATE TABLE b2 (x);'
ln -s "$PWD" "$TMPDIR/link"
(cd "$TMPDIR/link" && run 0 migrate run --commit) || exit 1
[ "$(last)" = 'Run 2 migration files|- database/migrations/2_b1.sql|- database/migrations/2_b2.sql|database/migrations/2_b1.sql|database/migrations/2_b2.sql|' ] ||
    fail "$(last)"

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
[ "$(git status --porcelain database/migrations/7_g.sql)" = "?? database/migrations/7_g.sql" ] || fail 'it stayed staged'
rm .git/hooks/pre-commit
before=$(git rev-parse HEAD)
write 8_h 'CREATE TABLE h (x;'
run 4 migrate run --commit
[ "$(git rev-parse HEAD)" = "$before" ] || fail 'a failed run was committed'
write 8_h 'CREATE TABLE h (x);'
run 0 env PATH= "$(command -v migrate)" run --commit
expect_err 'not committed: git status:'

# A detached HEAD, and names that git would write otherwise.
git_here add -A
git_here commit -q -m all
git checkout -q --detach
write '9_é "ü" ü' 'CREATE TABLE i (x);'
echo more >>staged.txt
git add staged.txt
run 0 migrate run --commit
expect_err 'committed 1 file'
[ "$(git -c core.quotePath=false show -z --name-only --format= | tr '\0' '|')" = 'database/migrations/9_é "ü" ü.sql|' ] ||
    fail "$(git show --name-only --format=)"
[ "$(git status --porcelain staged.txt)" = 'M  staged.txt' ] || fail 'what was staged is not what it was'

# Another worktree, and a project that is a folder of it: the paths start at the project, git's at its top.
git worktree add -q ../tree HEAD
cd ../tree || exit 1
mkdir 'sub folder'
git mv database 'sub folder/database'
git_here commit -q -m moved
cd 'sub folder' || exit 1
run 0 migrate run --create
write 91_j 'CREATE TABLE j (x);'
write 92_k 'CREATE TABLE k (x);'
echo staged >>../staged.txt
git add ../staged.txt
run 0 migrate run --commit
expect_err 'committed 2 files'
[ "$(git show --name-only --format= | sort | tr '\n' '|')" = 'sub folder/database/migrations/91_j.sql|sub folder/database/migrations/92_k.sql|' ] ||
    fail "$(git show --name-only --format=)"
[ "$(git -C .. status --porcelain staged.txt)" = 'M  staged.txt' ] || fail 'what was staged in the worktree is not what it was'
[ "$(git -C ../../here log -1 --format=%s)" = 'Run migration 9_é "ü" ü.sql' ] || fail 'the other worktree moved'

# A merge that is not finished: git commits no part of one, and nothing is run.
git_here commit -q -m staged
git checkout -q -b left
echo left >../conflict.txt
git add ../conflict.txt
git_here commit -q -m left -- ../conflict.txt
git checkout -q -b right HEAD~1
echo right >../conflict.txt
git add ../conflict.txt
git_here commit -q -m right -- ../conflict.txt
git_here merge -q left >/dev/null 2>&1 && fail 'no conflict'
git rev-parse -q --verify MERGE_HEAD >/dev/null || fail 'no merge'
write 93_l 'CREATE TABLE l (x);'
refused_commit() {
    before=$(git rev-parse HEAD; git status --porcelain)
    run 5 migrate run --commit
    expect_err "$1"
    expect_err 'hint: '
    [ "$(git rev-parse HEAD; git status --porcelain)" = "$before" ] || fail "git has something else: $1"
    run 0 migrate status
    expect_out 'pending'
}
refused_commit 'git is in the middle of a merge'
run 5 migrate run --commit --dry-run
git merge --abort
git cherry-pick left >/dev/null 2>&1 && fail 'no conflict'
refused_commit 'git is in the middle of a cherry-pick'
git cherry-pick --abort
git rebase -q left >/dev/null 2>&1 && fail 'no conflict'
refused_commit 'git is in the middle of a rebase'
git rebase --abort

# What git does not take: nothing of it stays staged, and what was staged is that, not what was run.
run 0 migrate run
git add -A ..
git_here commit -q -m all
write 94_m 'CREATE TABLE m (x);'
printf -- '-- another text\n' >other
git update-index --add --cacheinfo "100644,$(git hash-object -w other),sub folder/database/migrations/94_m.sql"
write 95_n 'CREATE TABLE n (x);'
git add -N database/migrations/95_n.sql
write 96_o 'CREATE TABLE o (x);'
write 97_p 'CREATE TABLE p (x);'
echo '97_p.sql' >"$(git rev-parse --git-path info/exclude)"
before=$(git rev-parse HEAD; git ls-files --stage --debug database/migrations; git status --porcelain database/migrations)
run 0 migrate run --commit
expect_err 'not committed: git add: The following paths are ignored'
[ "$(git rev-parse HEAD; git ls-files --stage --debug database/migrations; git status --porcelain database/migrations)" = "$before" ] || fail 'a file stayed staged'
# An ignored one alone is none that git has.
echo '98_q.sql' >>"$(git rev-parse --git-path info/exclude)"
write 98_q 'CREATE TABLE q (x);'
run 0 migrate run --commit
expect_err 'not committed: git add: The following paths are ignored'
git add -A ..
git_here commit -q -m all

# Another git holds the index all the time: nothing is staged, and nobody says that it is.
write 99_r 'CREATE TABLE r (x);'
lock=$(git rev-parse --git-path index.lock)
: >"$lock"
run 0 migrate run --commit
rm "$lock"
expect_err 'not committed: git add: '
expect_err 'index.lock'
expect_no_err 'staged'
[ "$(git status --porcelain database/migrations/99_r.sql | cut -c1-2)" = '??' ] || fail 'it is staged'

# A repository of its own inside of the project's: neither commits the files of the other.
mkdir -p ../outer/database/migrations && cd ../outer || exit 1
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
git init -q .
git init -q database/migrations
write 1_a 'CREATE TABLE a (x);'
run 5 migrate run --create --commit
expect_err 'is in another git repository than the project'
[ ! -e app.db ] || fail 'a database was made'
cd ..

# A folder that is a link: git has what is behind it.
mkdir link && cd link || exit 1
mkdir -p database real
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
ln -s ../real database/migrations
git init -q .
git config user.name Test
git config user.email test@example.org
write 1_a 'CREATE TABLE a (x);'
git add database
git commit -q -m link
run 0 migrate run --create --commit
expect_err 'committed 1 file'
[ "$(git show --format= --name-only)" = real/1_a.sql ] || fail 'not the file behind the link'

# The first file of a repository that takes none: there is no index then, as before.
mkdir ../first && cd ../first || exit 1
mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
git init -q .
git config user.name Test
git config user.email test@example.org
printf '#!/bin/sh\nexit 1\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
write 1_a 'CREATE TABLE a (x);'
run 0 migrate run --create --commit
expect_err 'not committed: git commit'
[ "$(git status --porcelain database | cut -c1-2)" = '??' ] || fail 'it stayed staged'
