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

# Again: the clones are in the way; with --recreate they are made anew, and only they.
rm tmp/test.sqlite3
sqlite3 tmp/test_2.sqlite3 'CREATE TABLE dirt (x)'
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3
rm -f tmp/test.sqlite3
run 0 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
same tmp/test_2.sqlite3
rm tmp/test.sqlite3 tmp/test_3.sqlite3
sqlite3 tmp/test_3.sqlite3 'CREATE TABLE mine (x)'
run 5 schema-load --create --url sqlite:tmp/test.sqlite3 --clones 3 --recreate
expect_err 'test_3.sqlite3'
expect_rows tmp/test_3.sqlite3 "SELECT count(*) FROM mine" 0
run 2 schema-load --create --url sqlite:tmp/other.sqlite3 --recreate
run 2 schema-load --create --url sqlite:tmp/other.sqlite3 --clones 0
