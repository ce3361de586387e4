# Where a migration put a sequence is no part of a schema: a squash names it before it gets lost.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

mkdir -p database/migrations
printf 'stdout\nstderr\n' >.gitignore
for key in $my_servers; do
    case $key in mariadb*) my_server "$key" ;; *) continue ;; esac
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    my_create app
    write 1_all 'CREATE SEQUENCE invoice START 1000;
CREATE SEQUENCE untouched START 7;
CREATE SEQUENCE `Next ``one` START 3;
ALTER SEQUENCE invoice RESTART 5000;
SELECT setval(`Next ``one`, 12);'
    run 0 migrate run
    commit_all
    refused 'that migrations put there would get lost' migrate squash
    expect_err 'sequence invoice at 5000: set by migrations, which no snapshot can carry'
    expect_err 'sequence Next `one at 13: set by migrations'
    grep -q untouched stderr && fail "$key: too much: $(cat stderr)"
    run 0 migrate squash --discard-data
    my_create app
    run 0 migrate run
    [ "$(my_sql app 'SELECT nextval(invoice)')" = 1000 ] || fail "$key: the sequence is not as it was made"
    rm -rf database/schema
done
