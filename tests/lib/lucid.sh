#!/bin/sh
# Installs AdonisJS Lucid from npm below $BL_BUILD_DIR/lucid, once, with the program that drives it.
#   lucid.sh install
# Exit status 77 (skipped) where it cannot be had, unless BL_REQUIRE=1.
set -eu

source=${BL_SHARED:-}/tools/lucid-peer
target=$BL_BUILD_DIR/lucid

missing() {
    echo "$*" >&2
    [ "${BL_REQUIRE:-}" = 1 ] && exit 1
    exit 77
}

# is_new PROGRAM: Lucid needs Node.js 20.19 or later.
is_new() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

[ "${1:-}" = install ] || {
    echo 'usage: lucid.sh install' >&2
    exit 2
}
[ -f "$source/peer.mjs" ] || missing "no $source"
if [ -f "$target/complete" ] && cmp -s "$source/package.json" "$target/complete" && cmp -s "$source/peer.mjs" "$target/peer.mjs"; then
    exit 0
fi
command -v npm >/dev/null 2>&1 || missing 'npm is not installed'

# Installed under another name first: what has the right name is complete.
part=$(mktemp -d "$BL_BUILD_DIR/lucid-part.XXXXXX")
trap 'rm -rf "$part"' EXIT
cp "$source/package.json" "$source/peer.mjs" "$part"
set --
is_new node || set -- node@24
(cd "$part" && npm install --no-audit --no-fund "$@" </dev/null >npm.log 2>&1) || {
    cat "$part/npm.log" >&2
    missing 'npm cannot install Lucid'
}
# The driver is a library of its own, which npm may have made no attempt to build.
(cd "$part" && node -e 'require("sqlite3")' 2>>npm.log) || {
    cat "$part/npm.log" >&2
    missing 'the sqlite3 driver of Node.js was not built'
}
node=$(command -v node)
is_new node || node=$target/node_modules/.bin/node
printf '#!/bin/sh\nexec "%s" "%s/peer.mjs" "$@"\n' "$node" "$target" >"$part/peer"
chmod +x "$part/peer"
cp "$source/package.json" "$part/complete"
rm -rf "$target"
mv -T "$part" "$target"
