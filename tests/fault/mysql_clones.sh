# Clones while the line to the server is cut, loses an answer or is killed, and while the tool is killed: a clone is whole, or
# it is said what is half made, and the next call makes it anew. A dump that is killed leaves the old pair or the new one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

gen_schema --engine mysql --tables 2 --kind rich >source.sql
my_create source
my_file source source.sql
run 0 schema-dump --url "$(my_url source)" --path good.sql

# new_target: an empty database, no clones.
new_target() {
    my_create x
    my_drop x_1
    my_drop x_2
}
# whole WORD WHEN: it is there and as the source is.
whole() {
    run 0 schema-dump --url "$(my_url "$1")" --path "$1.sql"
    cmp -s good.sql "$1.sql" || fail "$2: $1 is another: $(diff good.sql "$1.sql" | head -n 5)"
}
# after WHEN: what the fault left, and the next call.
after() {
    alone x
    alone x_1
    alone x_2
    directly x schema-load --path good.sql --clones 2 --recreate
    if [ "$code" = 5 ]; then
        # The database itself: whole, or marked.
        if grep -q -e --undo stderr; then
            run 0 schema-load --url "$(my_url x)" --path good.sql --undo
            undone=$((undone + 1))
        else
            whole x "$1"
            my_create x
        fi
        directly x schema-load --path good.sql --clones 2 --recreate
    fi
    [ "$code" = 0 ] || fail "$1, then again: exit $code: $(cat stderr)"
    for word in x x_1 x_2; do
        whole $word "$1"
    done
}

undone=0
new_target
proxied none '' x schema-load --path good.sql --clones 2
[ "$code" = 0 ] || fail "the proxy itself: exit $code: $(cat stderr)"
all=$commands
# All of them take minutes: a step that meets other commands and other faults as it goes. BL_EVERY=1: every command.
step=${BL_EVERY:-$((all / 32 + 1))}
n=0
i=0
while [ "$n" -lt "$all" ]; do
    n=$((n + step))
    i=$((i + 1))
    case $((i % 4)) in
    0) fault='cut' ;;
    1) fault=half ;;
    2) fault='kill' ;;
    *) fault=lose ;;
    esac
    new_target
    proxied $fault "$n" x schema-load --path good.sql --clones 2
    if [ "$code" = 0 ]; then
        for word in x x_1 x_2; do
            whole $word "clones, $fault at $n"
        done
        continue
    fi
    case $code in 3 | 5) ;; *) fail "clones, $fault at $n: exit $code: $(cat stderr)" ;; esac
    after "clones, $fault at $n"
done
[ "$undone" -gt 1 ] || fail "only $undone loads were taken back"

# SIGKILL of the tool at what it sends.
disk_calls=sendto
new_target
count_calls schema-load --url "$(my_url x)" --path good.sql --clones 2
[ "$calls" -gt 20 ] || fail "only $calls calls"
step=${BL_EVERY:-$((calls / 10 + 1))}
n=0
while [ "$((n + step))" -le "$calls" ]; do
    n=$((n + step))
    new_target
    kill_at "$n" schema-load --url "$(my_url x)" --path good.sql --clones 2
    after "clones, killed at call $n"
done

# A dump that is killed, at each message and at each step on the disk.
my_create old
my_sql old 'CREATE TABLE old (a int)'
run 0 schema-dump --url "$(my_url old)" --path keep/s.sql
fresh() {
    rm -rf work
    cp -R keep work
}
finished=0
for disk_calls in sendto fsync,fdatasync,rename,renameat,renameat2,ftruncate,link,linkat,unlink,unlinkat; do
    fresh
    count_calls schema-dump --url "$(my_url source)" --path work/s.sql
    [ "$calls" -gt 3 ] || fail "only $calls calls of $disk_calls"
    n=0
    while [ "$n" -lt "$calls" ]; do
        n=$((n + 1))
        fresh
        kill_at "$n" schema-dump --url "$(my_url source)" --path work/s.sql
        my_create x
        run 0 schema-load --url "$(my_url x)" --path work/s.sql
        grep -q 'interrupted' stderr && finished=$((finished + 1))
        [ -z "$(find work -name '*baseline*')" ] || fail "dump, killed at $n of $disk_calls: leftovers: $(ls work)"
        cmp -s work/s.sql good.sql || cmp -s work/s.sql keep/s.sql || fail "dump, killed at $n of $disk_calls: neither the old pair nor the new one"
        run 0 schema-dump --url "$(my_url source)" --path work/s.sql
        expect_same good.sql work/s.sql
    done
done
[ "$finished" -gt 0 ] || fail 'no interrupted dump was noticed'
