# shellcheck shell=sh
# The private MySQL and MariaDB servers. Source it after check.sh; the test needs the fixture "mysql"
# (tests/CMakeLists.txt gives it to every script whose name begins with "mysql").
#   $my_servers      which servers there are: "mariadb mysql56 mariadb11 mysql9", the first one always
#   $my_absent       which cannot be had here
# Accounts on each, without passwords: root, bl_owner (may do all in the databases of tests), bl_limited (may nothing);
# bl_secret has $my_password and the rights of bl_owner.
# Databases of a test are named TEST__SOMETHING and are dropped when the script ends, with its own accounts (my_user).
# TEST begins with the first letter of its folder: cli/ and roundtrip/ have scripts of one name, and run at the same time.

[ -f "$BL_BUILD_DIR/mysql/servers.sh" ] || fail "no servers: sh tests/lib/mysql-server.sh start"
# shellcheck disable=SC2034 # for the scripts
my_base='' my_servers='' my_absent='' my_packages=''
# shellcheck source=/dev/null
. "$BL_BUILD_DIR/mysql/servers.sh"

my_test=$(basename "$(dirname "$0")" | cut -c 1)_$(basename "$0" .sh)
my_compare=${BL_SHARED:-}/tools/my-compare
# shellcheck disable=SC2034 # for the scripts
my_password='p w:d/@%?é'
my_private=

# my_server KEY: the one that the functions below speak to; the rest of a test is skipped where there is none.
# my_has KEY: is it there?
my_has() {
    case " $my_servers " in *" $1 "*) return 0 ;; esac
    return 1
}
my_server() {
    my_has "$1" || skip "1 server cannot be had: $1"
    my_key=$1
    my_dir=$my_base/$1
}
my_server "${my_servers%% *}"

# my_needs KEY: the test is about this server, and is skipped where it cannot be had: an optional one does not fail a run
# that requires all tests.
my_needs() {
    my_has "$1" && my_server "$1" && return 0
    case $1 in mariadb11 | mysql9)
        echo "skipped: 1 server cannot be had: $1" >&2
        exit 0
        ;;
    esac
    skip "1 server cannot be had: $1"
}

# my_own KEY NAME [OPTION...]: a server of this test's own, to be killed and filled; the functions speak to it from now on.
my_own() {
    my_has "$1" || skip "1 server cannot be had: $1"
    my_dir=$(mktemp -d "/tmp/bl-my-$2.XXXXXX")
    my_private="$my_private $my_dir"
    my_key=$1
    shift 2
    BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" one "$my_key" "$my_dir" "$@" >own.log 2>&1 || {
        tail -n 20 own.log >&2
        fail "$my_key does not start"
    }
}

# my_own_end: kills it. my_own_again [OPTION...]: starts it on what it left.
my_own_end() {
    BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" end "$my_dir"
}
my_own_again() {
    BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" again "$my_dir" "$@" >own.log 2>&1 || {
        tail -n 20 own.log >&2
        fail "$my_key does not start again"
    }
}

# my_name WORD: the name of this test's database WORD. my_quoted WORD: quoted.
my_name() {
    echo "${my_test}__$1"
}
my_quoted() {
    echo "\`${my_test}__$1\`"
}

# my_url WORD [ACCOUNT]: its URL. my_spec WORD [ACCOUNT]: what my-compare calls it.
my_url() {
    echo "mysql://${2:-root}@/${my_test}__$1?socket=$my_dir/s"
}
my_spec() {
    echo "${2:-root}@$my_dir/s/${my_test}__$1"
}

# my_client [OPTION...]: the stock program, in no database.
my_client() {
    mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=utf8mb4 -B -N -r --comments "$@"
}

# my_admin SQL: runs it in no database.
my_admin() {
    my_client -e "$1" || fail "mariadb: $1"
}

# my_drop WORD: drops the database, if there is one. my_create WORD [CLAUSES]: a new, empty database.
my_drop() {
    my_client -e "DROP DATABASE IF EXISTS $(my_quoted "$1")" || fail "cannot drop $1"
}
my_create() {
    my_drop "$1"
    my_admin "CREATE DATABASE $(my_quoted "$1") ${2:-CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci}"
}

# my_sql WORD SQL [ACCOUNT]: what the database answers, columns separated by |.
my_sql() {
    my_client -u"${3:-root}" -D "${my_test}__$1" -e "$2" >sql.out 2>sql.err </dev/null || {
        cat sql.err >&2
        fail "mariadb $1: $2"
    }
    tr '\t' '|' <sql.out
}

# my_file WORD FILE [OPTION...]: runs a script with the stock program.
my_file() {
    my_target=$1
    my_script=$2
    shift 2
    my_client "$@" -D "${my_test}__$my_target" <"$my_script" >client.out 2>&1 || {
        tail -n 5 client.out >&2
        fail "$my_key: mariadb <$my_script"
    }
}

# expect_my WORD SQL TEXT: the answer is TEXT.
expect_my() {
    rows=$(my_sql "$1" "$2")
    [ "$rows" = "$3" ] || fail "$my_key: $2: got \"$rows\", not \"$3\""
}

# my_hold WORD SQL: another session runs it and stays, with what it locked, until my_let_go.
my_hold() {
    rm -f my.hold my.held
    mkfifo my.hold
    my_client --unbuffered -D "${my_test}__$1" <my.hold >my.held 2>&1 &
    my_holder=$!
    exec 7>my.hold
    printf "%s;\nSELECT 'done';\n" "$2" >&7
    wait_until grep -qsx 'done' my.held
}
my_let_go() {
    # What was started meanwhile holds the pipe open.
    echo quit >&7
    exec 7>&-
    wait "$my_holder"
}

# my_has_statement PATTERN: a session is at work on a statement like that.
my_has_statement() {
    [ "$(my_client -e "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '$1'")" = 1 ]
}

# my_objects WORD: how many objects are in it.
my_objects() {
    my_sql "$1" "SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE())
        + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE())
        + (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE())
        + (SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE())"
}

# expect_my_empty WORD: nothing in it.
expect_my_empty() {
    [ "$(my_objects "$1")" = 0 ] || {
        my_sql "$1" "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()" >&2
        fail "$my_key: $1 is not empty"
    }
}

# my_user WORD [GRANT-STATEMENT-BEFORE-TO...]: makes an account of this test and prints its name.
# "my_user w 'SELECT ON db.*'" grants that.
my_user() {
    my_account=bl_$(printf %s "$my_test$1" | cksum | cut -d' ' -f1)
    shift
    my_client -e "DROP USER $my_account@localhost" >/dev/null 2>&1 || :
    my_admin "CREATE USER $my_account@localhost"
    for my_right in "$@"; do
        my_admin "GRANT $my_right TO $my_account@localhost"
    done
    echo "$my_account"
    echo "$my_key $my_account" >>"$TMPDIR/accounts"
}

# Every database of this test, the clones and scratch databases that it led to included, its accounts and its own servers.
my_clean_up() {
    for my_dir in $my_private; do
        BL_MY_PACKAGES=$my_packages sh "$BL_SOURCE_DIR/tests/lib/mysql-server.sh" end "$my_dir" >/dev/null 2>&1
        rm -rf "$my_dir"
    done
    for my_key in $my_servers; do
        my_dir=$my_base/$my_key
        my_client -e "SELECT concat('SET foreign_key_checks = 0; DROP DATABASE \`', replace(schema_name, '\`', '\`\`'), '\`;') FROM information_schema.schemata
            WHERE left(schema_name, char_length('${my_test}__')) = '${my_test}__'" 2>/dev/null | my_client -f >/dev/null 2>&1
        [ ! -f "$TMPDIR/accounts" ] || sed -n "s/^$my_key \(.*\)/DROP USER \1@localhost;/p" "$TMPDIR/accounts" |
            my_client -f >/dev/null 2>&1
    done
}
trap my_clean_up EXIT
trap 'exit 1' INT TERM

# expect_my_same A B [OPTION...]: two databases hold the same, object by object. The journal records what ran here; no
# snapshot carries it, so it is no part of it.
expect_my_same() {
    needs_shared tools/my-compare
    my_left=$1
    my_right=$2
    shift 2
    python3 "$my_compare" --ignore adonis_schema_journal "$@" -v "$(my_spec "$my_left")" "$(my_spec "$my_right")" >differences 2>&1 || {
        head -n 60 differences >&2
        fail "$my_key: $my_right is not as $my_left"
    }
}
