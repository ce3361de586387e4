# shellcheck shell=sh
# Root may write everywhere: the tools run as nobody, from a place that nobody can reach. Source it after check.sh.
#   $place       the folder, which goes when the script ends; the tools in it come first in PATH
#   as COMMAND   runs it as nobody

place=$(mktemp -d)
trap 'chmod -R u+w "$place"; rm -rf "$place"' EXIT
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || skip "no setpriv"
    as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
else
    as() { "$@"; }
fi
cp "$BL_BIN"/schema-dump "$BL_BIN"/schema-load "$BL_BIN"/migrate "$place"
PATH=$place:$PATH
