# PgBouncer: refused in transaction mode, with advice; in session mode it is as good as the server.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/packages.sh"
need file:/usr/sbin/pgbouncer pgbouncer
install_needed || skip 'no pgbouncer'
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

: "${pg_host:=}" "${pg_version:=}"
folder=$(mktemp -d /tmp/bl-pgb.XXXXXX)
chmod 777 "$folder"
pgbouncer_pid=

end_pgbouncer() {
    [ -z "$pgbouncer_pid" ] || kill "$pgbouncer_pid" 2>/dev/null || :
    [ -z "$pgbouncer_pid" ] || wait "$pgbouncer_pid" 2>/dev/null || :
    pgbouncer_pid=
}
finish() {
    end_pgbouncer
    rm -rf "$folder"
    pg_clean_up
}
trap finish EXIT

unprivileged() {
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    fi
    exec "$@"
}

databases='*'
# pgbouncer MODE [LINE...]: starts one.
start_pgbouncer() {
    end_pgbouncer
    mode=$1
    shift
    echo '"postgres" ""' >"$folder/users"
    {
        printf '[databases]\n%s = host=%s port=54%s\n[pgbouncer]\n' "$databases" "$pg_host" "$pg_version"
        printf 'listen_port = 6432\nunix_socket_dir = %s\nauth_type = trust\nauth_file = %s/users\n' "$folder" "$folder"
        printf 'admin_users = postgres\npool_mode = %s\n' "$mode"
        for line in "$@"; do echo "$line"; done
    } >"$folder/ini"
    chmod 644 "$folder/ini" "$folder/users"
    (unprivileged /usr/sbin/pgbouncer "$folder/ini") >"$folder/log" 2>&1 &
    pgbouncer_pid=$!
    for _ in $(seq 200); do
        psql -X -q -d "host=$folder port=6432 user=postgres dbname=pgbouncer" -c 'SHOW VERSION' >/dev/null 2>&1 && return 0
        kill -0 "$pgbouncer_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$folder/log" >&2
    fail 'pgbouncer does not start'
}

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE u (id int);\n' >database/migrations/1_u.sql
printf 'CREATE TABLE t (id int PRIMARY KEY);\n' >t.sql
url() {
    echo "postgresql://postgres@/$(pg_name "$1")?host=$folder&port=6432${2:-}"
}

for options in '' 'server_round_robin = 1' 'ignore_startup_parameters = options'; do
    start_pgbouncer transaction 'default_pool_size = 2' "$options"
    pg_create a
    for command in 'schema-dump --path a.sql' 'schema-load --path t.sql' 'migrate run'; do
        # shellcheck disable=SC2086 # words
        run 3 $command --url "$(url a)"
        expect_err 'a connection pooler stands before'
        expect_err 'pool_mode = session'
        expect_pg_empty a
    done
    [ ! -e a.sql ] || fail 'a dump was written'
    end_pgbouncer
done
start_pgbouncer statement
run 3 migrate run --url "$(url a)"
expect_err 'a connection pooler stands before'

# In session mode, also where the pool has no other backend.
for size in 1 5; do
    start_pgbouncer session "default_pool_size = $size"
    pg_create b
    run 0 schema-load --path t.sql --url "$(url b)"
    run 0 schema-dump --path b.sql --url "$(url b '&search_path=public')"
    pg_create c
    run 0 migrate run --url "$(url c)" --lock-timeout 5
    expect_pg c "SELECT count(*) FROM adonis_schema" 1
    run 0 schema-dump --path c.sql --url "$(url b)"
    run 0 schema-dump --path d.sql --url "$(pg_url b)"
    expect_same c.sql d.sql
    end_pgbouncer
done

# A proof needs databases of its own: a pooler that lists those it knows hides them, another has connections to them behind it.
for databases in "$(pg_name c)" '*'; do
    start_pgbouncer session
    case $databases in
    '*')
        run 0 migrate squash --url "$(url c)" --archive old --allow-uncommitted
        expect_err 'proved: 1 migration replayed, 1 object'
        [ ! -e database/migrations/1_u.sql ] || fail 'not archived'
        [ -e old/database/migrations/1_u.sql ] || fail 'neither here nor there'
        ;;
    *)
        run 3 migrate squash --url "$(url c)" --archive old --allow-uncommitted
        expect_err 'no such database: baseline_scratch_'
        expect_err 'hint: the server has made and dropped it: let baseline_scratch_* through'
        name=$(sed -n 's/.*\(baseline_scratch_[0-9a-f_]*\).*/\1/p' stderr | head -n 1)
        expect_pg c "SELECT count(*) FROM pg_database WHERE datname = '$name'" 0
        [ -e database/migrations/1_u.sql ] || fail 'the migration is gone'
        ;;
    esac
    end_pgbouncer
done
start_pgbouncer session
run 3 schema-dump --path e.sql --url "$(url b '&options=-c%20work_mem=64kB')"
expect_err 'unsupported startup parameter'
expect_err 'leave PGOPTIONS and options= out'
