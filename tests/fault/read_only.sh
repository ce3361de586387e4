# Folders and files that may not be written: exit 6 for files and 3 for the database, a message that names them, nothing changed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/nobody.sh"

mkdir -p "$place/p/database/migrations" "$place/p/database/schema"
here=$PWD
cd "$place/p" || fail "cd"
printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
sqlite3 app.db "CREATE TABLE mine (a)"
chmod -R a+rX "$place"
chmod 755 "$place"

try() {
    code=0
    as "$@" >"$here/stdout" 2>"$here/stderr" || code=$?
    cd "$here" || fail "cd"
}

try schema-dump --url sqlite:app.db
[ "$code" = 6 ] || fail "dump into a folder that is not writable: exit $code: $(cat stderr)"
expect_err 'database/schema'
expect_err 'ermission denied'
cd "$place/p" || fail "cd"
[ -z "$(ls database/schema)" ] || fail "it left something: $(ls database/schema)"

# Reading needs no right to write.
try migrate status --url sqlite:app.db
[ "$code" = 0 ] || fail "status: exit $code: $(cat stderr)"
cd "$place/p" || fail "cd"
try schema-dump --url sqlite:app.db --path -
[ "$code" = 0 ] || fail "dump to stdout: exit $code: $(cat stderr)"
expect_out 'CREATE TABLE mine'

cd "$place/p" || fail "cd"
before=$(cksum <app.db)
try migrate run --url sqlite:app.db
[ "$code" = 3 ] || fail "run: exit $code: $(cat stderr)"
expect_err 'ermission denied'
cd "$place/p" || fail "cd"
[ "$before" = "$(cksum <app.db)" ] || fail "the database changed"
try schema-load --url sqlite:new.db --create --path database/none.sql
[ "$code" != 0 ] || fail "load: exit 0"
[ ! -e "$place/p/new.db" ] || fail "it made a database"

# Migrations in a folder that may not be written: a squash says so before it writes anything, with an archive too.
mkdir -p "$place/s/database/migrations"
cp "$place/p/database/migrations/1_a.sql" "$place/s/database/migrations"
[ "$(id -u)" != 0 ] || chown -R 65534 "$place/s"
cd "$place/s" || fail "cd"
try migrate run --url sqlite:app.db --create
[ "$code" = 0 ] || fail "run: exit $code: $(cat stderr)"
chmod a-w "$place/s/database/migrations"
for archive in '' '--archive old'; do
    cd "$place/s" || fail "cd"
    # shellcheck disable=SC2086 # words
    try migrate squash --url sqlite:app.db --allow-uncommitted $archive
    [ "$code" = 6 ] || fail "squash $archive: exit $code: $(cat stderr)"
    expect_err 'cannot take files out of the folder'
    expect_no_err 'replaying'
    cd "$place/s" || fail "cd"
    [ -e database/migrations/1_a.sql ] && [ ! -e database/schema ] && [ ! -e old ] || fail "it wrote: $(find .)"
done
