# SIGKILL at every system call of a dump that reaches the disk: the next command finds the old pair or the new one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

sqlite3 old.db "CREATE TABLE old (a)"
sqlite3 new.db "CREATE TABLE new (a); CREATE TABLE more (b)"
run 0 schema-dump --url sqlite:old.db --path keep/s.sql
fresh() {
    rm -rf work
    cp -R keep work
}
fresh
count_calls schema-dump --url sqlite:new.db --path work/s.sql
[ "$calls" -gt 5 ] || fail "only $calls calls"
n=0
finished=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    fresh
    kill_at $n schema-dump --url sqlite:new.db --path work/s.sql
    rm -f x.db
    run 0 schema-load --url sqlite:x.db --create --path work/s.sql
    grep -q 'interrupted' stderr && finished=$((finished + 1))
    tables=$(sqlite3 x.db "SELECT group_concat(name) FROM sqlite_schema")
    case $tables in
    old | new,more | more,new) ;;
    *) fail "killed at call $n: the pair gives \"$tables\"" ;;
    esac
    [ -z "$(find work -name '*baseline*')" ] || fail "killed at call $n: leftovers: $(ls work)"
    run 0 schema-dump --url sqlite:new.db --path work/s.sql
    run 0 schema-dump --url sqlite:new.db --path work/s.sql --check
done
[ "$finished" -gt 0 ] || fail "no interrupted dump was noticed"
