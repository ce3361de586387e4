# What the migrations of other projects lead to; and the same with their files run by migrate.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

histories=$corpus/histories

# Their procedures have no DELIMITER: a file is one message.
from_authelia() {
    my_create authelia
    for file in "$histories"/authelia/mysql/*.up.sql; do
        mariadb --no-defaults -uroot -S "$my_dir/s" --default-character-set=utf8mb4 --comments --delimiter='$never$' \
            -D "$(my_name authelia)" <"$file" >client.out 2>&1 || {
            cat client.out >&2
            fail "$my_key: $file"
        }
    done
}

# migrated CONVENTION FOLDER WORD: migrate's own way leads to the same.
migrated() {
    mkdir -p "$3/database"
    cat >"$3/database/connections.json" <<END
{ "default": "mysql", "connections": { "mysql": { "url": "$(my_url run)", "migrations": { "paths": ["$2"], "convention": "$1" } } } }
END
    my_create run
    (cd "$3" && run 0 migrate run --no-snapshot) || exit 1
    my_sql run 'DROP TABLE adonis_schema, adonis_schema_versions, adonis_schema_journal'
    expect_my_same "$3" run
    my_drop run
}

one() {
    up_parts "$histories/gophish/mysql" '-- +goose Up' '-- +goose Down' | replay gophish
    migrated goose "$histories/gophish/mysql" gophish
    round_trip gophish
    # 5.6 knows neither the types nor the keys of the others.
    [ "$my_key" != mysql56 ] || return 0
    up_parts "$histories/ncps/mysql" '-- migrate:up' '-- migrate:down' | replay ncps
    migrated dbmate "$histories/ncps/mysql" ncps
    round_trip ncps
    from_authelia
    round_trip authelia
}
every_server one
