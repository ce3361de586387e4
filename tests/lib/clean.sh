#!/bin/sh
# Runs a command as for somebody who has set nothing: what the caller's environment says of servers, language, time zone
# and rights of new files changes no test.
#   clean.sh COMMAND [ARGUMENT...]
set -eu

umask 022
for name in $(env | sed -n 's/^\(PG[A-Z_]*\|MYSQL_[A-Z_]*\|MARIADB_[A-Z_]*\)=.*/\1/p'); do
    unset "$name"
done
unset CDPATH DATABASE_URL SOURCE_DATE_EPOCH NO_COLOR G_MESSAGES_DEBUG LANGUAGE POSIXLY_CORRECT
export LC_ALL=C TZ=UTC
# npm keeps what it fetched at home.
if [ ! -w "${HOME:-}" ]; then
    HOME=$BL_BUILD_DIR/home
    mkdir -p "$HOME"
    export HOME
fi
exec "$@"
