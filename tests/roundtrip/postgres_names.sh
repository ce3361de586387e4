# Names cannot get out of their quotes: neither into the SQL nor into psql.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

from_zoo names names
pg_sql names 'INSERT INTO public.safe VALUES (1)'
for options in '' '--with-owner --with-acl'; do
    # shellcheck disable=SC2086 # words
    run 0 schema-dump --url "$(pg_url names)" --path names.sql --data public.safe $options
    # Outside its literals a snapshot has no line that psql would take for a command of its own. A psql that stands in the
    # middle of a name does not either.
    pg_create stock
    pg_file stock names.sql -1
    expect_pg stock 'SELECT a FROM public.safe' 1
    [ ! -e injected ] || fail "a command of a name was run"
    pg_create ours
    run 0 schema-load --url "$(pg_url ours)" --path names.sql
    expect_pg ours 'SELECT a FROM public.safe' 1
    [ ! -e injected ] || fail "a command of a name was run"
    # Every heading is one line, and what stands behind "--" ends with it.
    python3 - names.sql <<'END'
import re
import sys

text = open(sys.argv[1], encoding="utf-8", newline="").read()
assert not re.search(r"^-- [^\n]*[\r\x0b\x0c\x85\u2028\u2029\x1b\x07]", text, re.M), "a heading holds an end of a line or a control character"
END
done
# Listing, checking and wiping speak the names too.
run 0 schema-dump --url "$(pg_url names)" --path names.sql --with-owner --with-acl --check
run 5 schema-load --url "$(pg_url names)" --path names.sql
grep -q "$(printf '\033')" stderr && fail "a control character of a name reaches the terminal"
run 0 migrate wipe --url "$(pg_url ours)" --force
expect_pg_empty ours
[ ! -e injected ] || fail "a command of a name was run"
