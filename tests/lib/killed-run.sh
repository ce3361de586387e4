# shellcheck shell=sh
# What the tests share in which a run of five files is killed at every statement. Source it after check.sh and inject.sh;
# the test defines sql TEXT, has_table NAME, settled (waits until the server is done with what it got), new_database, $url and
# $outside, a statement that takes no transaction.
# Every statement leaves a row in the table log: a second one would be a statement that ran twice.

: "${url:?}" "${outside:?}"

five_files() {
    mkdir -p database/migrations
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "convention": "dbmate" } } } }\n' "$url" >database/connections.json
    printf -- '-- migrate:up\nCREATE TABLE log (what varchar(20));\n%s\n%s\n' "INSERT INTO log VALUES ('1a');" "INSERT INTO log VALUES ('1b');" >database/migrations/1_a.sql
    printf -- '-- migrate:up transaction:false\n%s\nCREATE TABLE b (x integer);\n%s\n%s\n' "INSERT INTO log VALUES ('2a');" "INSERT INTO log VALUES ('2b');" \
        "INSERT INTO b VALUES (1);" >database/migrations/2_b.sql
    printf -- '-- migrate:up transaction:false\nBEGIN;\n%s\nCREATE TABLE c (x integer);\nCOMMIT;\n%s\n' "INSERT INTO log VALUES ('3a');" "INSERT INTO log VALUES ('3b');" \
        >database/migrations/3_c.sql
    printf -- '-- migrate:up\nCREATE TABLE d (x integer);\n%s\n' "INSERT INTO log VALUES ('4a');" >database/migrations/4_d.sql
    printf -- '-- migrate:up transaction:false\n%s\n%s;\n%s\n' "INSERT INTO log VALUES ('5a');" "$outside" "INSERT INTO log VALUES ('5b');" >database/migrations/5_e.sql
}

# ran: what ran, each with how often; recorded: what both tables say.
ran() { sql "SELECT what || ' ' || count(*) FROM log GROUP BY what ORDER BY what" | tr '\n' ','; }
recorded() {
    sql "SELECT substr(name, 21) FROM adonis_schema ORDER BY id" | tr '\n' ','
    sql "SELECT version FROM schema_migrations ORDER BY version" | tr '\n' ','
}

# nothing_false: right behind a kill: nothing ran twice, nothing is recorded whose last statement did not run, and the
# two tables agree.
nothing_false() {
    has_table log || return 0
    case $(ran) in *' 2,'* | *' 3,'*) fail "killed at $n: ran twice: $(ran)" ;; esac
    has_table adonis_schema || fail "killed at $n: something ran, and there is no ledger"
    query=
    for pair in 1_a:1b 2_b:2b 3_c:3b 4_d:4a 5_e:5b; do
        query="$query${query:+ UNION ALL }SELECT '$pair', (SELECT count(*) FROM adonis_schema WHERE name = 'database/migrations/${pair%:*}'),
            (SELECT count(*) FROM log WHERE what = '${pair#*:}'), (SELECT count(*) FROM schema_migrations WHERE version = '${pair%%_*}')"
    done
    sql "$query" >books
    while IFS='|' read -r pair is_recorded is_run is_noted; do
        [ "$is_recorded" -le "$is_run" ] || fail "killed at $n: $pair is recorded and did not run"
        [ "$is_recorded" = "$is_noted" ] || fail "killed at $n: $pair: the ledger says $is_recorded, the other table $is_noted"
    done <books
}

# go_on: the next run finishes the work, or says where to go on; what it says works.
go_on() {
    code=0
    migrate run >stdout 2>stderr || code=$?
    if [ "$code" = 5 ]; then
        expect_err 'migrate repair'
        stopped=$((stopped + 1))
        run 0 migrate repair
        at=$(sed -n 's/^  go on there with: migrate repair --resume-at //p' stdout)
        [ -n "$at" ] || fail "killed at $n: repair does not say where to go on: $(cat stdout)"
        if grep -q 'nobody knows' stdout; then
            uncertain=$((uncertain + 1))
            grep -q '" is there$' stdout && at=$((at + 1))
        fi
        run 0 migrate repair --resume-at "$at"
        expect_err "finished"
        run 0 migrate run
    elif [ "$code" != 0 ]; then
        cat stderr >&2
        fail "killed at $n: exit $code"
    fi
    [ "$(ran)" = '1a 1,1b 1,2a 1,2b 1,3a 1,3b 1,4a 1,5a 1,5b 1,' ] || fail "killed at $n: ran $(ran)"
    [ "$(recorded)" = '1_a,2_b,3_c,4_d,5_e,1,2,3,4,5,' ] || fail "killed at $n: recorded $(recorded)"
    [ "$(sql "SELECT count(*) FROM adonis_schema_journal WHERE state <> 'applied'")" = 0 ] || fail "killed at $n: the journal is not at rest"
}

# kill_everywhere: at each call of a whole run.
kill_everywhere() {
    five_files
    new_database
    calls=0
    count_calls migrate run
    [ "$calls" -gt 20 ] || fail "only $calls calls"
    n=0 stopped=0 uncertain=0
    while [ "$n" -lt "$calls" ]; do
        n=$((n + 1))
        new_database
        kill_at $n migrate run
        settled
        nothing_false
        go_on
    done
    [ "$stopped" -gt 3 ] || fail "only $stopped runs had to be told where to go on"
    [ "$uncertain" -gt 0 ] || fail 'no run was uncertain'
}
