# What the migrations of other projects lead to; and the same with their files run by migrate.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

histories=$corpus/histories

# Their procedures have no DELIMITER: a file is one message.
from_authelia() {
    my_create authelia
    for file in "$histories"/authelia/mysql/*.up.sql; do
        # shellcheck disable=SC2016 # no variable
        mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=utf8mb4 --comments --delimiter='$never$' \
            -D "$(my_name authelia)" <"$file" >client.out 2>&1 || {
            cat client.out >&2
            fail "$my_key: $file"
        }
    done
}

# migrated WORD: migrate's own way with the files in up/ leads to the same as WORD.
migrated() {
    rm -rf project
    mkdir -p project/database/migrations
    # What the stock client's sessions have depends on its version and on the server's; procedures keep it.
    collation=$(mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=utf8mb4 -BNe 'SELECT @@collation_connection') ||
        fail "$my_key: the collation of the stock client's sessions"
    echo '{ "default": "mysql", "connections": { "mysql": { "url": "'"$(my_url run)&collation=$collation"'" } } }' \
        >project/database/connections.json
    for file in up/*.sql; do
        { echo '-- migrate:up' && cat "$file"; } >"project/database/migrations/$(basename "$file")"
    done
    my_create run
    cd project || exit 1
    run 0 migrate run --no-snapshot
    cd ..
    my_sql run 'DROP TABLE adonis_schema, adonis_schema_versions, adonis_schema_journal'
    expect_my_same "$1" run
    my_drop run
}

one() {
    # 5.6 has neither their types nor keys so long.
    [ "$my_key" != mysql56 ] || return 0
    rm -rf up
    up_parts "$histories/gophish/mysql" '-- +goose Up' '-- +goose Down' | replay gophish
    migrated gophish
    round_trip gophish
    rm -rf up
    up_parts "$histories/ncps/mysql" '-- migrate:up' '-- migrate:down' >list
    # That became a word of the language in MySQL 8.
    sed -i 's/COLUMN system /COLUMN `system` /' up/*.sql
    # MySQL has no unique keys over columns of any length, which MariaDB keeps by hash.
    [ "$my_key" != mysql9 ] || sed -i 's/(hash, compression, query)/(hash, compression, query(100))/' up/*.sql
    replay ncps <list
    migrated ncps
    round_trip ncps
    from_authelia
    rm -rf up
    mkdir up
    for file in "$histories"/authelia/mysql/*.up.sql; do
        cp "$file" "up/$(basename "$file" .up.sql | tr -d V | tr . _).sql"
    done
    migrated authelia
    round_trip authelia
}
every_server one
