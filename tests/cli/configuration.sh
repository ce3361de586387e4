#!/bin/sh
# A wrong configuration: exit 2, with file, line, column and what is allowed; nothing made.
mkdir -p database deep/er

say() {
    "$@"
    code=$?
    [ "$code" -eq 2 ] || echo "exit $code" >&2
}

# config WHAT: the configuration is what stands on stdin.
config() {
    echo "--- $1" >&2
    cat >database/connections.json
    say migrate status
}

echo '--- none' >&2
say migrate status
say schema-dump
say schema-load
config 'broken JSON' <<'END'
{
  "connections": {
    "main": { "url": "sqlite:x" "data": [] }
  }
}
END
config 'key twice' <<'END'
{
  "connections": { "main": { "url": "sqlite:x", "url": "sqlite:y" } }
}
END
config 'unknown key' <<'END'
{
  "connections": {
    "main": {
      "url": "sqlite:x",
      "migrations": { "path": ["x"] }
    }
  }
}
END
config 'wrong type' <<'END'
{ "connections": { "main": { "url": "sqlite:x", "schemas": "public" } } }
END
config 'no connection' <<'END'
{ "connections": {} }
END
config 'default that is not there' <<'END'
{
  "default": "mian",
  "connections": { "main": { "url": "sqlite:x" } }
}
END
config 'several and no default' <<'END'
{ "connections": { "a": { "url": "sqlite:x" }, "b": { "url": "sqlite:y" } } }
END
echo '--- unknown connection' >&2
say migrate status -c c
config 'variable that is not set' <<'END'
{
  "connections": {
    "main": { "url": "sqlite:${APP_DATABASE}" }
  }
}
END
echo '--- the same from below' >&2
(cd deep/er && say migrate status) 2>&1 | sed "s|$PWD|HERE|" >&2
config 'unknown scheme' <<'END'
{
  "connections": {
    "main": { "url": "oracle://scott:tiger@host/db" }
  }
}
END
config 'unknown convention' <<'END'
{
  "connections": {
    "main": { "url": "sqlite:x", "migrations": { "convention": "rails" } }
  }
}
END
echo '--- .env' >&2
printf '# comment\nAPP_DATABASE\n' >.env
say migrate status
rm .env
echo '--- --config' >&2
migrate status --config nowhere.json 2>&1 | sed "s|$PWD|HERE|" >&2
find . -type f >&2
