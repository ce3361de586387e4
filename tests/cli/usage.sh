#!/bin/sh
# Wrong words: exit 2, one line on stderr that names --help, nothing on stdout, nothing made.
say() {
    echo "$ $*" >&2
    "$@"
    code=$?
    [ "$code" -eq 2 ] || echo "exit $code" >&2
}

for tool in schema-dump schema-load; do
    say "$tool" --no-such-option
    say "$tool" -X
    say "$tool" unexpected
    say "$tool" --path
    say "$tool" --path --json=yes
    say "$tool" --quiet=yes
    say "$tool" --wait=soon
    say "$tool" --chekc --verfiy
done
say schema-dump --format xml
say schema-dump --merge one two
say schema-load --clones many
# What does not go together, or means nothing alone.
say schema-dump --merge base ours theirs --check
say schema-dump --merge base ours theirs --url sqlite:a.db --json
say schema-dump --check --prune
say schema-dump --archive old
say schema-dump --check --path -
say schema-dump --prune --path=-
say schema-dump --format json --data t
say schema-load --undo --clones 2
say schema-load --recreate
say migrate rollback --step 1 --batch 2
say migrate make one --create a --alter b
say migrate check --scratch-url sqlite:a.db
say migrate repair --forget one --accept two

say migrate
say migrate --no-such-option run
say migrate elephant
say migrate rnu
say migrate stauts --exit-code
say migrate run --no-such-option
say migrate run unexpected
say migrate run --dry-rnu
say migrate run --to
say migrate run --lock-wait -1
say migrate run --lock-wait 1.5
say migrate run --lock-wait 99999999999999999999
say migrate run --out-of-order sometimes
say migrate -c one run --connection two
say migrate run --lock-wait 3 --lock-wait=3
say migrate rollback --step
say migrate rollback --step x
say migrate make
say migrate make one --path ''
say migrate make one two
say migrate status -- --exit-code
say migrate repair one two

ls -A >&2
