# schema-load --clone and --clones: copies of the file, and never over what is not ours.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

copy_example
run 0 migrate run --create
run 0 schema-dump
compare=$BL_SHARED/tools/lite-compare
same() {
    [ -x "$compare" ] || return 0
    "$compare" --exact --storage tmp/test.sqlite3 "$1" >/dev/null || fail "$1 is not the same"
}

run 0 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --clone extra --json
python3 -c 'import json; d = json.load(open("stdout")); assert len(d["clones"]) == 4 and d["verified"], d' || fail "JSON: $(cat stdout)"
for n in 1 2 3; do
    same tmp/test_$n.sqlite3
done
same tmp/extra.sqlite3

# Again: the clones are in the way, which shows before anything is loaded; with --recreate they are
# made anew, and only they. Rows of theirs do not matter, a schema of theirs does.
rm tmp/test.sqlite3
sqlite3 tmp/test_2.sqlite3 'UPDATE adonis_schema SET batch = 77; ANALYZE; VACUUM'
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3
[ ! -e tmp/test.sqlite3 ] || fail "the database was loaded although a clone is in the way"
run 0 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
same tmp/test_2.sqlite3
rm tmp/test.sqlite3
sqlite3 tmp/test_1.sqlite3 'CREATE TABLE dirt (x)'
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
expect_err 'test_1.sqlite3'
expect_err 'schema was changed'
expect_rows tmp/test_1.sqlite3 "SELECT count(*) FROM dirt" 0
sqlite3 tmp/test_1.sqlite3 'DROP TABLE dirt'

# Written over: the number of the file stays.
sqlite3 mine.db 'CREATE TABLE mine (x)'
cp mine.db tmp/test_2.sqlite3
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
expect_err 'test_2.sqlite3'
expect_rows tmp/test_2.sqlite3 "SELECT count(*) FROM mine" 0
rm tmp/test_2.sqlite3
rm tmp/test_3.sqlite3
sqlite3 tmp/test_3.sqlite3 'CREATE TABLE mine (x)'
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
expect_err 'test_3.sqlite3'
expect_rows tmp/test_3.sqlite3 "SELECT count(*) FROM mine" 0
[ ! -e tmp/test.sqlite3 ] || fail "the database was loaded although a clone is in the way"

# One place twice, and the database itself.
run 2 schema-load --create --url sqlite:tmp/new.sqlite3 --clone a --clone a.sqlite3
expect_err 'clone 2 of 2'
run 2 schema-load --create --url sqlite:tmp/new.sqlite3 --clone new_1 --clones 1
run 5 schema-load --create --url sqlite:tmp/new.sqlite3 --clone new
expect_err 'the database itself'
[ ! -e tmp/new.sqlite3 ] || fail "the database was loaded although its clones cannot be made"
run 2 schema-load --create --url sqlite:tmp/other.sqlite3 --recreate
run 2 schema-load --create --url sqlite:tmp/other.sqlite3 --clones 0
