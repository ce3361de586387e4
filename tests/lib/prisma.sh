#!/bin/sh
# Installs Prisma's schema engine from npm below $BL_BUILD_DIR/prisma, once, with the program that drives it.
#   prisma.sh install
# Where it cannot be had, that is said and fails no run: the test that needs it looks for the program.
set -eu

source=$BL_SOURCE_DIR/tests/lib/prisma-peer.mjs
target=$BL_BUILD_DIR/prisma

missing() {
    echo "skipped: $*" >&2
    exit 0
}

[ "${1:-}" = install ] || {
    echo 'usage: prisma.sh install' >&2
    exit 2
}
[ -x "$target/peer" ] && cmp -s "$source" "$target/peer.mjs" && exit 0
command -v npm >/dev/null 2>&1 || missing 'npm is not installed'

# Installed under another name first: what has the right name is complete.
part=$(mktemp -d "$BL_BUILD_DIR/prisma-part.XXXXXX")
trap 'rm -rf "$part"' EXIT
cp "$source" "$part/peer.mjs"
echo '{ "private": true, "type": "module" }' >"$part/package.json"
(cd "$part" && npm install --no-audit --no-fund \
    @prisma/schema-engine-wasm@8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323 \
    @prisma/adapter-better-sqlite3@7.10.0 @prisma/driver-adapter-utils@7.10.1 </dev/null >npm.log 2>&1) || {
    cat "$part/npm.log" >&2
    missing 'npm cannot install Prisma'
}
# The driver is a library of its own, which npm may have made no attempt to build.
can_load() {
    (cd "$part" && node -e 'new (require("better-sqlite3"))(":memory:")' 2>>npm.log)
}
can_load || (cd "$part" && npm rebuild better-sqlite3 </dev/null >>npm.log 2>&1) || true
can_load || {
    cat "$part/npm.log" >&2
    missing 'the sqlite driver of Node.js was not built'
}
printf '#!/bin/sh\nexec node "%s/peer.mjs" "$@"\n' "$target" >"$part/peer"
chmod +x "$part/peer"
rm -rf "$target"
mv -T "$part" "$target"
