# SIGKILL at every system call of a squash that reaches the disk, and a disk that is full from there on: files, snapshot and
# archive, which may be on another file system, still hold everything, and the next squash finishes the work.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"

: "${top:=}"
project
write 4_roles "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');" 'DROP TABLE roles;'
run 0 migrate run
# A snapshot of before, which the squash replaces.
run 0 schema-dump
write 5_last 'CREATE VIEW names AS SELECT name FROM users;' 'DROP VIEW names;'
run 0 migrate run
commit_all
keep=$PWD
snapshot=database/schema/sqlite-schema
names=
for name in 1_users 2_index 3_posts 4_roles 5_last; do
    names="$names database/migrations/$name"
done

# Another file system than that of the project, where there is one: a file goes there by a copy.
elsewhere=
if [ "$(stat -c %d /dev/shm 2>/dev/null)" != "$(stat -c %d .)" ]; then
    elsewhere=$(mktemp -d /dev/shm/baseline-archive.XXXXXX) || elsewhere=
    trap 'rm -rf "$elsewhere"' EXIT
fi

fresh_database() {
    [ -z "$elsewhere" ] || rm -rf "${elsewhere:?}/database"
}

load_elsewhere() {
    rm -f "$top/x.db"
    schema-load -q --url "sqlite:$top/x.db" -c sqlite --create --path "$1" && sqlite3 "$top/x.db" 'SELECT name FROM adonis_schema'
}

bootstrap() {
    rm app.db
    run 0 migrate run --create
    expect_rows app.db 'SELECT count(*) FROM adonis_schema; SELECT name FROM roles' "5
admin"
}

for archive in '' old $elsewhere; do
    # shellcheck disable=SC2086 # no option, or one with its value
    at_every_call env PATH="$top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles ${archive:+--archive $archive}
done

# What a crash of the machine leaves: before a file is taken away, its bytes, its new name and the folders made for that are
# flushed, each folder in the one that it stands in.
fresh
[ -z "$elsewhere" ] || rm -rf "${elsewhere:?}/database"
strace -qq -f -y -o trace -e trace=mkdir,link,fsync,rename,unlink env PATH="$top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles --archive old/er ||
    fail 'squash under strace'
awk -v root="$PWD" '
    function name(n, parts) { split($0, parts, "\""); return parts[n] }
    { call = $2; sub(/[(].*/, "", call) }
    call == "mkdir" && index(name(2), root) == 1 && / = 0$/ { made[name(2)] = 1; above = name(2); sub(/[/][^\/]*$/, "", above); waits[above] = 1 }
    call == "link" && / = 0$/ { above = name(4); bytes[above] = 1; sub(/[/][^\/]*$/, "", above); waits[above] = 1 }
    call == "fsync" { path = $2; sub(/^[^<]*</, "", path); sub(/>.*/, "", path); delete waits[path]; delete bytes[path] }
    call == "unlink" && / = 0$/ && name(2) ~ /migrations\/[0-9]/ {
        gone++
        for (path in waits) { print "not flushed: " path; bad = 1 }
        for (path in bytes) { print "not flushed: " path; bad = 1 }
    }
    END { if (gone != 5 || length(made) < 4) { print gone " files gone, " length(made) " folders made"; bad = 1 } exit bad }' trace >unflushed ||
    fail "$(cat unflushed)"
