# shellcheck shell=sh
# Servers of 15 that one test has for itself. Source it after check.sh and postgres.sh.
#   own_make WORD            initdb; $own/WORD is its folder, socket folder and the place for more files
#   own_start WORD [LINE...] appends lines to its configuration and starts it; its port is $own_port
#   own_url WORD DATABASE    by its socket
# They end with the script.

own_bin=/usr/lib/postgresql/15/bin
[ -x $own_bin/initdb ] || skip 'no PostgreSQL 15'
own=$(mktemp -d /tmp/bl-own.XXXXXX)
chmod 777 "$own"
own_running=
own_port=$(free_port)

as_own() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else
        "$@"
    fi
}

own_make() {
    mkdir "$own/$1"
    chmod 777 "$own/$1"
    as_own $own_bin/initdb -D "$own/$1/data" -U postgres -A trust -N -E UTF8 --locale=C.UTF-8 >"$own/$1.log" 2>&1 || {
        cat "$own/$1.log" >&2
        fail initdb
    }
}

# own_try WORD [LINE...]: the last line that names a setting counts.
own_try() {
    own_word=$1
    shift
    {
        printf "listen_addresses = ''\nunix_socket_directories = '%s'\nport = %s\nfsync = off\nautovacuum = off\n" \
            "$own/$own_word" "$own_port"
        printf '%s\n' "$@"
    } | as_own tee -a "$own/$own_word/data/postgresql.conf" >/dev/null
    as_own rm -f "$own/$own_word/log"
    as_own $own_bin/pg_ctl -D "$own/$own_word/data" -w -t 180 -l "$own/$own_word/log" start </dev/null >"$own/$own_word.log" 2>&1
}

own_start() {
    until own_try "$@"; do
        grep -q 'Address already in use' "$own/$1/log" || {
            cat "$own/$1.log" "$own/$1/log" >&2
            fail "no server $1"
        }
        own_port=$(free_port)
    done
    own_running="$own_running $1"
}

own_url() {
    echo "postgresql://postgres@/$2?host=$own/$1&port=$own_port"
}

own_sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$(own_url "$1" "$2")" -c "$3" || fail "psql $1: $3"
}

own_end() {
    for own_word in $own_running; do
        as_own $own_bin/pg_ctl -D "$own/$own_word/data" -m immediate stop >/dev/null 2>&1 </dev/null
    done
    own_running=
    rm -rf "$own"
    pg_clean_up
}
trap own_end EXIT
