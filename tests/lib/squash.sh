# shellcheck shell=sh
# Projects for the tests of squashes. Source it after check.sh.

# write NAME UP [DOWN]: a migration in the current project.
write() {
    printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "${3:-}" >"database/migrations/$1.sql"
}

# commit_all: a git repository with everything in it.
commit_all() {
    [ -d .git ] || git init -q .
    git add -A
    git -c user.name=test -c user.email=test@example.org commit -q --allow-empty -m all
}

squash_top=$PWD
squash_folders=0

# project [URL [TEXT-TYPE]]: a new project with three migrations that were run and are in git.
project() {
    squash_folders=$((squash_folders + 1))
    mkdir "$squash_top/$squash_folders" && cd "$squash_top/$squash_folders" || fail "no folder"
    mkdir -p database/migrations
    printf '{ "connections": { "sqlite": { "url": "%s" } } }\n' "${1:-sqlite:app.db}" >database/connections.json
    printf 'app.db*\nstdout\nstderr\n' >.gitignore
    write 1_users "CREATE TABLE users (id integer PRIMARY KEY, name ${2:-text});" 'DROP TABLE users;'
    write 2_index 'CREATE INDEX users_name ON users (name);' 'DROP INDEX users_name;'
    write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text);' 'DROP TABLE posts;'
    run 0 migrate run --create
    commit_all
}

# state: everything that a refused squash must leave alone.
state() {
    find . -path ./.git -prune -o -type f ! -name stdout ! -name stderr ! -name '*lock' -print | LC_ALL=C sort | xargs cksum
}

# refused TEXT COMMAND...: exit 5, says TEXT and what to do, and nothing was touched.
refused() {
    refused_text=$1
    shift
    refused_state=$(state)
    run 5 "$@"
    expect_err "$refused_text"
    expect_err 'hint: '
    [ "$refused_state" = "$(state)" ] || fail "a refused squash changed something: $*"
}

# files N: so many migration files are left.
files() {
    [ "$(find database/migrations -name '*.sql' | wc -l)" -eq "$1" ] ||
        fail "not $1 files: $(ls database/migrations)"
}
