# As squash_counters.sh, with AUTO_INCREMENT.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

mkdir -p database/migrations
printf 'stdout\nstderr\nold/\n' >.gitignore
for key in $my_servers; do
    my_server "$key"
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    my_create app
    write 1_tables 'CREATE TABLE orders (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int);
CREATE TABLE `Odd ``name` (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE gone (id int AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE roles (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20));'
    write 2_rows "INSERT INTO gone VALUES (DEFAULT); DELETE FROM gone;
INSERT INTO roles (name) VALUES ('admin'), ('guest'), ('nobody'); DELETE FROM roles WHERE id = 3;
INSERT INTO roles (name) SELECT name FROM roles;"
    run 0 migrate run
    commit_all
    # Numbers that were taken and not kept are no loss.
    run 0 migrate squash --data roles --archive old
    mv old/database/migrations/* database/migrations && rm -r old database/schema
    write 3_start 'ALTER TABLE orders AUTO_INCREMENT = 1000, COMMENT "x";
CREATE TABLE later (id int AUTO_INCREMENT PRIMARY KEY) auto_increment 50;
INSERT INTO later VALUES (DEFAULT);
CREATE TABLE before_that (id int AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT 70;
RENAME TABLE before_that TO behind;
ALTER TABLE `Odd ``name` AUTO_INCREMENT=5000000000;'
    run 0 migrate run
    commit_all
    refused 'the position of 3 counters that migrations put there would get lost' migrate squash --data roles --data later
    expect_err 'counter of table orders at 1000: set by migrations, which no snapshot can carry'
    expect_err 'counter of table Odd `name at 5000000000: set by migrations'
    expect_err 'counter of table behind at 70: set by migrations'
    grep -q 'later at' stderr && fail "$key: too much: $(cat stderr)"
    run 0 migrate squash --data roles --data later --discard-data
    grep -q '"counter of table orders at 1000":1' database/schema/mysql-schema.meta.json ||
        fail 'the manifest does not say what was discarded'
    my_create app
    run 0 migrate run
    expect_my app 'INSERT INTO later VALUES (DEFAULT); SELECT max(id) FROM later' 51
    rm -r database/schema
done
