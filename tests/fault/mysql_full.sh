# The disk of the server is full in the middle of a load, of clones, of a run and of a proof: each ends with the server's words
# and what to do, what is there is empty, whole or told of, and with room again each comes to its end.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_dir:=}"
my_own mariadb full
my_own_end
mkdir "$my_dir/disk"
mount -t tmpfs -o size=400m tmpfs "$my_dir/disk" 2>/dev/null || {
    rmdir "$my_dir/disk"
    echo 'no disk can be made here' >&2
    exit 0
}
small=$my_dir/disk
unmount() {
    my_own_end
    umount -l "$small"
    my_clean_up
}
trap unmount EXIT
mv "$my_dir/data" "$small/"
ln -s disk/data "$my_dir/data"
my_own_again

# leave N: so many kilobytes are free; room: all of it again.
leave() {
    free=$(df --output=avail -k "$small" | tail -n 1)
    head -c $(((free - $1) * 1024)) /dev/zero >"$small/ballast"
}
room() {
    rm -f "$small/ballast"
}
expect_full() {
    expect_err "make room on the server's disk"
}

i=0
while [ "$i" -lt 60 ]; do
    i=$((i + 1))
    echo "CREATE TABLE t$i (id int PRIMARY KEY, a int, KEY (a));"
done >source.sql
my_create source
my_file source source.sql
run 0 schema-dump --url "$(my_url source)" --path s.sql
tables="SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name REGEXP '^t[0-9]'"

# A load: what it made is taken back, which needs no room. The second one ends where it is to write, not to make a file.
for kilobytes in 100 2000; do
    for jobs in 1 4; do
        my_create app
        leave $kilobytes
        run 4 schema-load --url "$(my_url app)" --path s.sql --jobs $jobs
        expect_full
        room
        expect_my_empty app
        run 0 schema-load --url "$(my_url app)" --path s.sql --jobs $jobs --verify
    done
done

# Clones: there is room for some of them, and those are whole.
my_create app
leave 25000
run 4 schema-load --url "$(my_url app)" --path s.sql --clones 5 --jobs 2
expect_full
expect_err 'clone '
room
expect_my app "$tables" 60
whole=0
for name in $(my_client -e "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '$(my_name app)\\_%'"); do
    [ "$(my_client -D "$name" -e "$tables")" = 60 ] || fail "$name is not whole"
    whole=$((whole + 1))
done
[ "$whole" -gt 0 ] && [ "$whole" -lt 5 ] || fail "$whole of 5 clones are there"
my_create app
run 0 schema-load --url "$(my_url app)" --path s.sql --clones 5 --jobs 2 --recreate
expect_my app_5 "$tables" 60

# A run: the file that finds no room is told of, the one before it stays.
mkdir -p database/migrations
printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);'
write 2_rows "CREATE TABLE filled (id int PRIMARY KEY, a text);
INSERT INTO filled VALUES (0, '');
INSERT INTO filled SELECT seq, repeat('x', 1000) FROM seq_1_to_3000;"
write 3_more 'CREATE TABLE more (a int);'
my_create app
leave 0
run 4 migrate run
expect_full
room
expect_my app "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'" 0
leave 1000
run 4 migrate run
expect_full
expect_err 'database/migrations/2_rows.sql:4:1'
room
expect_my app "SELECT group_concat(substr(name, 21)) FROM adonis_schema" 1_users
expect_my app "SELECT state, statement FROM adonis_schema_journal WHERE state <> 'applied'" 'failed|2'
expect_my app 'SELECT count(*) FROM filled' 1
run 5 migrate run
run 0 migrate repair --resume-at 3
run 0 migrate run
expect_my app 'SELECT count(*) FROM filled' 3001
run 0 schema-dump --data filled
commit_all

# The proof of a squash: no scratch database, no ledger in it, no table, no rows.
for kilobytes in 0 100 400 1000; do
    leave $kilobytes
    run 4 migrate squash --data filled
    expect_full
    expect_no_err 'migrate repair'
    room
    files 3
    [ -z "$(my_client -e "SHOW DATABASES LIKE 'baseline\\_%'")" ] || fail "$kilobytes: a scratch database is left"
    run 0 migrate status --exit-code
done
run 0 migrate squash --data filled
files 0
