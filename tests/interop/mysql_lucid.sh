# AdonisJS Lucid and migrate take turns on one MariaDB database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

my_create app
engine=mysql url=$(my_url app)
lucid_url="mysql://root@localhost/$(my_name app)?socketPath=$my_dir/s"
. "$BL_SOURCE_DIR/tests/lib/twins.sh"

take_turns
