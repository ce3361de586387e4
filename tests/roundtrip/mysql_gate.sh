# After a stock client that goes on after an error the ledger holds nothing: it is the last that becomes visible.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

mkdir -p database/migrations
# client WORD FILE: goes on after an error.
client() {
    my_client --force -D "${my_test:?}__$1" <"$2" >client.out 2>&1
}
# recorded WORD: rows in the ledger, if there is one.
recorded() {
    my_client -D "${my_test}__$1" -e 'SELECT (SELECT count(*) FROM adonis_schema) + (SELECT count(*) FROM adonis_schema_versions)' 2>/dev/null || echo 0
}

for key in $my_servers; do
    my_server "$key"
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    my_create app
    write 1_all "CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) UNIQUE);
CREATE TABLE orders (id int PRIMARY KEY, user int, FOREIGN KEY (user) REFERENCES users (id));
CREATE VIEW names AS SELECT name FROM users;
CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
CREATE PROCEDURE p() SELECT 1;
CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.id = NEW.id;
CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1;
INSERT INTO users (name) VALUES ('a'), ('b');"
    write 2_more 'CREATE INDEX orders_user ON orders (user, id);'
    run 0 migrate run
    run 0 schema-dump --data users
    snapshot=database/schema/mysql-schema.sql

    # Each statement in turn is damaged; on one server, they are alike.
    n=0
    step=1
    [ "$key" = mariadb ] || step=5
    statements=$(grep -c '^\(CREATE\|INSERT\)' $snapshot)
    [ "$statements" -gt 11 ] || fail "only $statements statements in the snapshot"
    while [ "$((n + step))" -le "$statements" ]; do
        n=$((n + step))
        awk -v n="$n" '/^(CREATE|INSERT)/ && ++k == n { sub(/^[A-Z]+/, "& NONSENSE") } { print }' $snapshot >damaged.sql
        cmp -s $snapshot damaged.sql && fail "statement $n was not damaged"
        my_create x
        client x damaged.sql
        [ "$(recorded x)" = 0 ] || fail "$key: statement $n: the ledger is filled: $(cat client.out)"
    done
    # A file that ends too early, at any line of the ledger or of the gate but the last ones.
    for from in ledger gate; do
        head -n "$(($(grep -n "^-- $from" $snapshot | tail -n 1 | cut -d : -f 1) + 2))" $snapshot >short.sql
        my_create x
        client x short.sql
        [ "$(recorded x)" = 0 ] || fail "$key: the ledger of a file that ends in $from is filled"
    done

    # Whole, it loads, and leaves the session as it was, also one that commits nothing by itself; a second time it changes nothing.
    for autocommit in 1 0; do
        my_create x
        { echo "SET autocommit = $autocommit;" && cat $snapshot && echo 'SELECT concat("autocommit ", @@autocommit + 0);'; } >whole.sql
        client x whole.sql
        grep -qx "autocommit $autocommit" client.out || fail "$key: autocommit is not $autocommit: $(cat client.out)"
        [ "$(recorded x)" = 3 ] || fail "$key: the stock client does not load it: $(cat client.out)"
        expect_my x 'SELECT count(*) FROM users' 2
    done
    client x $snapshot
    [ "$(recorded x)" = 3 ] || fail "$key: a second load changed the ledger"
    expect_my x 'SELECT count(*) FROM users' 2

    # The merge of two branches has more objects and more migrations than the gate of either side counts: said, not only done.
    cp $snapshot base.sql
    for side in ours theirs; do
        write "3_$side" "CREATE TABLE $side (id int PRIMARY KEY);" "DROP TABLE $side;"
        run 0 migrate run
        run 0 schema-dump --data users --path $side.sql
        run 0 migrate rollback
        rm "database/migrations/3_$side.sql"
    done
    run 0 schema-dump --merge base.sql ours.sql theirs.sql
    grep -q 'CREATE TABLE .theirs' ours.sql || fail "$key: not merged"
    my_create x
    my_client -D "${my_test:?}__x" <ours.sql >client.out 2>&1 && fail "$key: the stock client takes a merged file for a whole one"
    grep -q 'nothing is recorded' client.out || fail "$key: the gate does not say why: $(cat client.out)"
    [ "$(recorded x)" = 0 ] || fail "$key: the ledger of a merged file is filled"

    # The tool's own load does not need the gate.
    my_create x
    run 0 migrate run --url "$(my_url x)" -c mysql
    [ "$(recorded x)" = 3 ] || fail "$key: the ledger is not filled"
    rm -r database/schema
done
