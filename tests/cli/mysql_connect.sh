# Ways to a server: passwords, option files, the environment, TLS, databases that are missing, servers that come later.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

encoded='p%20w%3Ad%2F%40%25%3F%C3%A9' # $my_password in a URL

for server in $my_servers; do
    my_server "$server"
    my_create a
    socket=$my_dir/s

    # The password in the URL, in the environment, in a file; whatever the server's way of authentication is.
    run 0 migrate status --url "mysql://bl_secret:$encoded@localhost/$(my_name a)?socket=$socket"
    run 0 migrate status --url "mysql://bl_secret:$encoded@$(echo "$socket" | sed 's|/|%2F|g')/$(my_name a)"
    run 0 env "MYSQL_PWD=$my_password" migrate status --url "mysql://bl_secret@/$(my_name a)?socket=$socket"
    printf '[client]\nuser=bl_secret\npassword="%s"\nsocket=%s\nlocal-infile=1\ninit-command=DROP DATABASE %s\n' \
        "$my_password" "$socket" "$(my_name a)" >"$HOME/.my.cnf"
    chmod 600 "$HOME/.my.cnf"
    run 0 migrate status --url "mysql:///$(my_name a)"
    run 0 migrate status --url "mysql://root:@localhost/$(my_name a)"
    rm "$HOME/.my.cnf"
    run 0 env "MYSQL_UNIX_PORT=$socket" migrate status --url "mysql://root@/$(my_name a)?defaults-file=/dev/null"
    run 3 migrate status --url "mysql://bl_secret:wrong@localhost/$(my_name a)?socket=$socket"
    expect_err 'Access denied'
    expect_no_err wrong
    run 2 migrate status --url "mysql://bl_secret:a?hush@localhost/$(my_name a)"
    expect_no_err hush

    # A database that is missing, or hidden from the account.
    my_drop none
    run 3 migrate run --url "$(my_url none)"
    expect_err 'make the database, or use --create'
    mkdir -p database/migrations
    printf -- '-- migrate:up\nCREATE TABLE t (a int);\n' >database/migrations/1_t.sql
    run 0 migrate run --create --url "$(my_url none)"
    expect_my none "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't'" 1
    my_drop none
    run 3 migrate run --url "$(my_url a bl_limited)"
    expect_err 'Access denied'
    my_drop other
    run 3 migrate run --create --url "$(my_url other bl_limited)"
    expect_err 'Access denied'

    # LOAD DATA LOCAL would read files of this machine.
    printf -- '-- migrate:up\nCREATE TABLE f (a text);\nLOAD DATA LOCAL INFILE "/etc/hostname" INTO TABLE f;\n' >database/migrations/2_f.sql
    code=0
    migrate run --url "$(my_url a)" >stdout 2>stderr || code=$?
    [ "$code" = 4 ] || [ "$code" = 3 ] || fail "$server: LOAD DATA LOCAL: exit $code: $(cat stderr)"
    expect_my a 'SELECT count(*) FROM f' 0
    rm database/migrations/2_f.sql
done

# A server that comes later.
my_own mariadb later
my_create a
my_own_end
run 3 migrate status --url "$(my_url a)"
expect_err '--wait'
migrate status --wait=60 --url "$(my_url a)" >first 2>&1 &
pid=$!
sleep 1
my_own_again
wait $pid || fail "--wait: $(cat first)"

# TLS.
command -v openssl >/dev/null || skip 'no openssl'
mkdir tls
chmod 755 . tls
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout tls/ca.key -out tls/ca.pem 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout tls/other.key -out tls/other.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout tls/s.key -out tls/s.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost\n' >tls/ext
openssl x509 -req -in tls/s.csr -CA tls/ca.pem -CAkey tls/ca.key -CAcreateserial -days 2 -extfile tls/ext -out tls/s.pem 2>/dev/null
my_own mariadb tls
cp tls/ca.pem tls/s.pem tls/s.key "$my_dir"
chmod 644 "$my_dir"/*.pem "$my_dir"/s.key
my_own_end
port=$(free_port)
until (my_own_again --skip-networking=0 --bind-address=127.0.0.1 --port="$port" "--ssl-ca=$my_dir/ca.pem" "--ssl-cert=$my_dir/s.pem" \
    "--ssl-key=$my_dir/s.key"); do
    grep -q 'Address already in use' own.log || exit 1
    port=$(free_port)
done
my_admin "CREATE USER t@localhost IDENTIFIED BY 'geheim' REQUIRE SSL"
my_admin 'GRANT ALL ON *.* TO t@localhost'
my_create a
tcp=mysql://t:geheim@localhost:$port/$(my_name a)
run 3 migrate status --url "$tcp?ssl-mode=disabled"
expect_err 'ssl-mode'
expect_no_err geheim
for good in ssl-mode=REQUIRED ssl=1 "ssl-ca=$PWD/tls/ca.pem" "ssl-mode=VERIFY_IDENTITY&ssl-ca=$PWD/tls/ca.pem" \
    'ssl=true&tls-version=TLSv1.3' 'ssl=1&compress=1'; do
    run 0 migrate status --url "$tcp?$good"
done
for bad in "ssl-ca=$PWD/tls/other.pem" 'ssl=1&ssl-cipher=nonsense' "ssl-ca=$PWD/tls/none.pem" \
    "ssl-cert=$PWD/tls/s.pem&ssl-key=$PWD/tls/ca.key"; do
    run 3 migrate status --url "$tcp?$bad"
    expect_err 'ssl-'
    expect_no_err geheim
done
run 3 migrate status --url "mysql://t:geheim@127.0.0.1:$port/$(my_name a)?ssl-ca=$PWD/tls/ca.pem"

# TLS that is required but not to be had.
my_server mysql56
my_create a
run 3 migrate status --url "$(my_url a)&ssl-mode=REQUIRED"
expect_err 'TLS'
