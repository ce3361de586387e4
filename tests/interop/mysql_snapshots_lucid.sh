# AdonisJS Lucid and migrate bootstrap from each other's snapshots of a MariaDB database, and resume.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

engine=mysql url=$(my_url app)
lucid_url="mysql://root@localhost/$(my_name app)?socketPath=$my_dir/s"
. "$BL_SOURCE_DIR/tests/lib/twins.sh"
. "$BL_SOURCE_DIR/tests/lib/exchange.sh"

reopen() {
    my_create app
}

reopen
ours_to_lucid
lucid_to_ours
folders_in_turns
lucid_commands
