# Where a migration put a sequence is no part of a schema: a squash names it before it gets lost.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

mkdir -p database/migrations
printf 'stdout\nstderr\nold/\nsql.*\n' >.gitignore
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
    # Neither where it was put nor where it has got to is in what a dump says of it.
    [ "$(my_sql app 'SELECT nextval(`Next ``one`)')" = 3 ] || fail "$key: the sequence is not as it was made"
    run 0 schema-dump --check
    rm -rf database/schema
done

# That of a column goes on behind the rows that the snapshot carries: it is named where a file puts it beyond them. What a
# system-versioned table was is named too.
for key in $my_servers; do
    case $key in mariadb*) my_server "$key" ;; *) continue ;; esac
    rm -rf database
    mkdir -p database/migrations
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    my_create app
    write 1_all 'CREATE SEQUENCE sq START 1 CACHE 10;
CREATE TABLE fed (id bigint DEFAULT nextval(sq) PRIMARY KEY, a int);
INSERT INTO fed (a) VALUES (1), (2);
CREATE TABLE versioned (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING;
CREATE TABLE still (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING;
INSERT INTO versioned VALUES (1, 1), (2, 2); INSERT INTO still VALUES (1, 1);'
    run 0 migrate run
    commit_all
    run 0 migrate squash --data fed --data versioned --data still --archive old
    my_create app
    run 0 migrate run
    expect_my app 'INSERT INTO fed (a) VALUES (3); SELECT group_concat(id ORDER BY id) FROM fed' 1,2,3
    mv old/database/migrations/* database/migrations && rm -r old database/schema
    write 2_more 'SELECT setval(sq, 500); UPDATE versioned SET a = 3; DELETE FROM versioned WHERE id = 2;'
    my_create app
    run 0 migrate run
    commit_all
    refused 'that migrations put there would get lost' migrate squash --data fed --data versioned --data still
    expect_err 'sequence sq at 501: set by migrations, which no snapshot can carry'
    expect_err 'history of table versioned: 3 rows put there by migrations, which no snapshot can carry'
    expect_no_err 'table still'
    run 0 migrate squash --data fed --data versioned --data still --discard-data
    my_create app
    run 0 migrate run
    expect_my app 'SELECT * FROM versioned' '1|3'
done
