#!/bin/sh
# Installs dbmate from npm below $BL_BUILD_DIR/dbmate, once; the program is $BL_BUILD_DIR/dbmate/dbmate.
#   dbmate.sh install
# Exit status 77 (skipped) where it cannot be had, unless BL_REQUIRE=1.
set -eu

target=$BL_BUILD_DIR/dbmate

missing() {
    echo "$*" >&2
    [ "${BL_REQUIRE:-}" = 1 ] && exit 1
    exit 77
}

[ "${1:-}" = install ] || {
    echo 'usage: dbmate.sh install' >&2
    exit 2
}
[ -x "$target/dbmate" ] && exit 0
command -v npm >/dev/null 2>&1 || missing 'npm is not installed'

# Installed under another name first: what has the right name is complete.
part=$(mktemp -d "$BL_BUILD_DIR/dbmate-part.XXXXXX")
trap 'rm -rf "$part"' EXIT
npm install --no-save --no-audit --no-fund --prefix "$part" dbmate@2 </dev/null >"$part/npm.log" 2>&1 || {
    cat "$part/npm.log" >&2
    missing 'npm cannot install dbmate'
}
# The program itself, not the wrapper of node before it.
program=$(find "$part/node_modules" -path '*/bin/dbmate' -type f -perm -100 | head -n 1)
[ -n "$program" ] || missing 'dbmate has no program for this machine'
cp "$program" "$part/dbmate"
rm -rf "$target"
mv -T "$part" "$target"
