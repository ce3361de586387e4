# shellcheck shell=sh disable=SC2034 # variables are for the scripts
# Lines to the server that fail. Source it after mysql.sh.

: "${my_dir:=}" "${my_test:=}"

# proxied FAULT AT WORD COMMAND...: runs a command with $DATABASE_URL for database WORD behind a proxy that misbehaves at AT
# (see my-proxy). Its exit code is left in $code, the number of its commands to the server in $commands.
proxied() {
    proxy_fault=$1
    proxy_at=$2
    proxy_word=$3
    shift 3
    rm -f proxy.in proxy.out p.sock
    mkfifo proxy.in proxy.out
    # shellcheck disable=SC2086 # words
    "$BL_SOURCE_DIR/tests/lib/my-proxy" "$PWD/p.sock" "$my_dir/s" "$proxy_fault" $proxy_at <proxy.in >proxy.out 2>proxy.err &
    proxy_pid=$!
    exec 8>proxy.in 9<proxy.out
    read -r proxy_ready <&9
    [ "$proxy_ready" = ready ] || fail "no proxy: $(cat proxy.err)"
    code=0
    DATABASE_URL="mysql://root@/${my_test}__$proxy_word?socket=$PWD/p.sock" "$@" >stdout 2>stderr 8>&- 9<&- || code=$?
    exec 8>&-
    read -r commands <&9
    exec 9<&-
    wait "$proxy_pid" || :
}

# directly WORD COMMAND...: the same without a proxy.
directly() {
    direct_word=$1
    shift
    code=0
    DATABASE_URL=$(my_url "$direct_word") "$@" >stdout 2>stderr || code=$?
}

# alone WORD: waits until nobody is connected to the database: what the server was doing has come to its end.
alone() {
    wait_until is_alone "$1"
}
is_alone() {
    [ "$(my_client -e "SELECT count(*) FROM information_schema.processlist WHERE db = '$(my_name "$1")'")" = 0 ]
}
