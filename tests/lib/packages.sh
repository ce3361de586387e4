# shellcheck shell=sh
# Installs Debian packages that are missing. Source it, then:
#   need cmd:PROGRAM PACKAGE    wanted when PROGRAM is not on PATH
#   need pc:MODULE PACKAGE      wanted when pkg-config does not know MODULE
#   need file:PATTERN PACKAGE   wanted when no file matches PATTERN
#   install_needed              installs what is wanted; fails when something is still missing

wanted=

is_there() {
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) # shellcheck disable=SC2086 # the pattern is to be expanded
        ls ${1#file:} >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

need() {
    is_there "$1" && return 0
    wanted="$wanted $1=$2"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

install_needed() {
    [ -n "$wanted" ] || return 0
    packages=
    for pair in $wanted; do
        packages="$packages ${pair##*=}"
    done
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "please install what these Debian packages hold:$packages" >&2
        return 1
    fi
    echo "installing:$packages" >&2
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update >/dev/null </dev/null || echo "apt-get update failed, going on" >&2
    # shellcheck disable=SC2086 # a list of words
    as_root apt-get install -y --no-install-recommends $packages >/dev/null </dev/null ||
        echo "apt-get install failed" >&2
    missing=
    for pair in $wanted; do
        is_there "${pair%=*}" || missing="$missing ${pair##*=}"
    done
    [ -z "$missing" ] && return 0
    echo "still missing:$missing" >&2
    return 1
}

# What a build needs.
need_build() {
    need cmd:cc build-essential
    need cmd:cmake cmake
    need cmd:ninja ninja-build
    need cmd:pkg-config pkg-config
    need pc:glib-2.0 libglib2.0-dev
    need pc:sqlite3 libsqlite3-dev
    need pc:libpq libpq-dev
    need pc:libmariadb libmariadb-dev
    need pc:jansson libjansson-dev
    need pc:zlib zlib1g-dev
}

# The server, its extensions and its client programs. The tests start servers of their own: Debian's
# package is not to make and start one.
need_postgres() {
    need file:/usr/lib/postgresql/15/bin/postgres postgresql-15
    need cmd:psql postgresql-client-15
    settings=/etc/postgresql-common/createcluster.d
    is_there file:/usr/lib/postgresql/15/bin/postgres || [ -e $settings/baseline.conf ] || {
        as_root mkdir -p $settings
        echo 'create_main_cluster = false' | as_root tee $settings/baseline.conf >/dev/null
    } || echo "cannot write below $settings, going on" >&2
}

# The server and its client programs, without the service that the package mariadb-server starts.
need_mysql() {
    need cmd:mariadbd mariadb-server-core
    need cmd:mariadb mariadb-client-core
    need cmd:mariadb-dump mariadb-client
    need cmd:mariadb-tzinfo-to-sql mariadb-client
}

# What the tests and the lint checks need besides.
need_tests() {
    need cmd:git git
    need cmd:clang clang
    need cmd:clang-format clang-format
    need cmd:clang-tidy clang-tidy
    need cmd:cppcheck cppcheck
    need cmd:mandoc mandoc
    need cmd:shellcheck shellcheck
    need cmd:codespell codespell
    need cmd:sqlite3 sqlite3
    need_postgres
    need_mysql
    need cmd:npm npm
    need "file:/usr/share/rubygems-integration/all/specifications/activerecord-*.gemspec" ruby-activerecord
    need "file:/usr/share/rubygems-integration/*/specifications/sqlite3-*.gemspec" ruby-sqlite3
    need cmd:setpriv util-linux
    need cmd:python3 python3
    need cmd:openssl openssl
    need "file:/usr/sbin/pgbouncer" pgbouncer
    need cmd:strace strace
    need "file:/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a" libclang-rt-14-dev
}
