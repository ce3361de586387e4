# shellcheck shell=sh
# What the tests share in which migrations share a commit. Source it after check.sh; the test defines new_database.

# project TEXT...: an empty database and these migrations, 1_t and so on.
project() {
    new_database
    rm -f database/migrations/*
    n=0
    for text in "$@"; do
        n=$((n + 1))
        printf -- '-- migrate:up\n%s\n-- migrate:down\nDROP TABLE t%s;\n' "$text" $n >database/migrations/${n}_t.sql
    done
}

# reported: the files that were told of as done, in that order.
reported() {
    sed -n 's/^migrated database.migrations.\(._t\).*/\1/p' stderr | tr '\n' ' '
}
