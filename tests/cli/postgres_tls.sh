# TLS: every way to check a server's certificate, and a client's, against a server with certificates of its own.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
command -v openssl >/dev/null || skip 'no openssl'

: "${own:=}" "${own_port:=}"
own_make tls
certs=$own/tls

# ca NAME; signed NAME CA SUBJECT [EXTENSION]
ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
        -keyout "$certs/$1.key" -out "$certs/$1.crt" 2>/dev/null || fail "openssl: $1"
}
signed() {
    echo "${4:-basicConstraints = CA:FALSE}" >ext
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$3" -keyout "$certs/$1.key" -out csr 2>/dev/null &&
        openssl x509 -req -in csr -days 2 -CA "$certs/$2.crt" -CAkey "$certs/$2.key" -CAcreateserial -extfile ext -out "$certs/$1.crt" 2>/dev/null ||
        fail "openssl: $1"
    chmod 600 "$certs/$1.key"
}
ca good
ca wrong
signed server good localhost 'subjectAltName = DNS:localhost'
signed client good bl_cert
signed stranger wrong bl_cert
signed other good somebody
openssl ec -in "$certs/client.key" -aes128 -passout pass:hush -out "$certs/locked.key" 2>/dev/null || fail 'openssl ec'
chmod 600 "$certs/locked.key"
cp "$certs/client.key" "$certs/open.key"
chmod 644 "$certs/open.key"
cp "$certs/server.key" "$certs/server.pem"
[ "$(id -u)" != 0 ] || chown postgres: "$certs/server.pem"

printf 'local all all trust\nhostssl all bl_cert 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 trust\n' >"$own/tls/hba"
chmod 644 "$own/tls/hba"
own_start tls "listen_addresses = '127.0.0.1'" 'ssl = on' "ssl_cert_file = '$certs/server.crt'" "ssl_key_file = '$certs/server.pem'" \
    "ssl_ca_file = '$certs/good.crt'" "hba_file = '$own/tls/hba'"
own_sql tls postgres 'CREATE ROLE bl_cert LOGIN'
own_sql tls postgres 'CREATE DATABASE a OWNER bl_cert'
own_sql tls a 'CREATE TABLE t (id int PRIMARY KEY)'

# dump CODE ROLE HOST PARAMETERS
dump() {
    run "$1" schema-dump --path a.sql --url "postgresql://$2@$3:$own_port/a?$4"
}
refused() {
    refused_text=$1
    shift
    dump 3 "$@"
    expect_err "$refused_text"
    expect_err '  hint: '
    expect_no_err hush
    [ "$(wc -l <stderr)" -le 3 ] || fail "many lines: $(cat stderr)"
}

dump 0 postgres localhost sslmode=require
dump 0 postgres 127.0.0.1 sslmode=require
dump 0 postgres localhost ''
dump 0 postgres localhost "sslmode=verify-ca&sslrootcert=$certs/good.crt"
dump 0 postgres 127.0.0.1 "sslmode=verify-ca&sslrootcert=$certs/good.crt"
dump 0 postgres localhost "sslmode=verify-full&sslrootcert=$certs/good.crt"
PGSSLMODE=verify-full PGSSLROOTCERT=$certs/good.crt dump 0 postgres localhost 'ssl_min_protocol_version=TLSv1.3'
refused 'no encryption' postgres localhost sslmode=disable
expect_err 'sslmode'
refused 'certificate verify failed' postgres localhost "sslmode=verify-ca&sslrootcert=$certs/wrong.crt"
expect_err 'sslrootcert must name'
refused 'does not match host name "127.0.0.1"' postgres 127.0.0.1 "sslmode=verify-full&sslrootcert=$certs/good.crt"
expect_err 'sslmode=verify-ca'
refused 'does not exist' postgres localhost "sslmode=verify-full&sslrootcert=$certs/nowhere.crt"
refused 'nonsense' postgres localhost 'sslmode=nonsense'

# The client's own certificate.
dump 0 bl_cert localhost "sslmode=require&sslcert=$certs/client.crt&sslkey=$certs/client.key"
dump 0 bl_cert localhost "sslmode=verify-full&sslrootcert=$certs/good.crt&sslcert=$certs/client.crt&sslkey=$certs/locked.key&sslpassword=hush"
refused 'client certificate' bl_cert localhost sslmode=require
expect_err 'sslcert and sslkey'
refused 'authentication failed' bl_cert localhost "sslmode=require&sslcert=$certs/other.crt&sslkey=$certs/other.key"
refused 'certificate' bl_cert localhost "sslmode=require&sslcert=$certs/nowhere.crt&sslkey=$certs/client.key"
refused 'unknown ca' bl_cert localhost "sslmode=require&sslcert=$certs/stranger.crt&sslkey=$certs/stranger.key"
refused 'key' bl_cert localhost "sslmode=require&sslcert=$certs/client.crt&sslkey=$certs/other.key"
refused 'could not load private key' bl_cert localhost "sslmode=require&sslcert=$certs/client.crt&sslkey=$certs/locked.key&sslpassword=hush2"
[ "$(id -u)" = 0 ] || refused 'group or world access' bl_cert localhost "sslmode=require&sslcert=$certs/client.crt&sslkey=$certs/open.key"

# Every tool, and a second session of its own.
own_sql tls postgres 'CREATE DATABASE b OWNER bl_cert'
run 0 schema-load --path a.sql --jobs 2 --url "postgresql://bl_cert@localhost:$own_port/b?sslmode=verify-full&sslrootcert=$certs/good.crt&sslcert=$certs/client.crt&sslkey=$certs/client.key"
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE u (id int);\n' >database/migrations/1_u.sql
run 3 migrate run --url "postgresql://postgres@localhost:$own_port/b?sslmode=verify-ca&sslrootcert=$certs/wrong.crt"
expect_err 'certificate verify failed'

# A server without TLS.
own_sql tls postgres 'ALTER SYSTEM SET ssl = off'
printf 'local all all trust\nhost all all 127.0.0.1/32 trust\n' >"$own/tls/hba"
own_sql tls postgres 'SELECT pg_reload_conf()' >/dev/null
has_no_tls() {
    [ "$(own_sql tls postgres 'SHOW ssl')" = off ]
}
wait_until has_no_tls
refused 'server does not support SSL, but SSL was required' postgres localhost sslmode=require
dump 0 postgres localhost ''
