# Two branches, no merge driver, and a conflict that somebody resolved by hand: the SQL that names other migrations than the
# manifest is told before it is loaded, whatever the digests say.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
sql=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

# branch NAME FILE: from the start, with a migration of its own in the snapshot.
branch() {
    git checkout -q -b "$1" "$main"
    rm app.db
    run 0 migrate run --create
    write "$2" "CREATE TABLE $1 (a);" "DROP TABLE $1;"
    run 0 migrate run
    run 0 schema-dump
    cp app.db "$1.db"
    commit_all
}

# conflict: "ours" has 5_ours, "theirs" 4_theirs; both files of the snapshot have marks.
conflict() {
    project
    echo '*.db' >>.gitignore
    run 0 schema-dump
    commit_all
    main=$(git rev-parse --abbrev-ref HEAD)
    branch theirs 4_theirs
    branch ours 5_ours
    git merge -q theirs >merged 2>&1 && fail 'the merge is clean'
    rm merged
}

# disagrees TEXT [stale]: no command takes the pair for whole, and nothing is loaded.
disagrees() {
    run 1 migrate check --offline
    expect_out "do not name the same migrations: $1"
    rm -f new.db
    run 5 schema-load --create --url sqlite:new.db --connection sqlite
    [ "${2:-}" = stale ] || expect_err "do not name the same migrations: $1"
    [ "${2:-}" = stale ] || expect_err 'hint: take both files of one side'
    run 5 migrate run --create --url sqlite:new.db --connection sqlite
    before=$(cksum $sql $manifest)
    run 5 migrate rebuild
    expect_err "do not name the same migrations: $1"
    [ "$before" = "$(cksum $sql $manifest)" ] || fail 'the snapshot was written'
    [ -z "$(sqlite3 new.db .tables 2>/dev/null)" ] || fail 'something was loaded'
}

# The SQL of one side, the names of both.
conflict
git checkout -q --ours $sql $manifest
sed 's|^    "database/migrations/5_ours"$|    "database/migrations/4_theirs",\n&|' $manifest >new && mv new $manifest
disagrees "only the manifest names 'database/migrations/4_theirs'"
# Who wants it as it is gets it as it is.
run 0 schema-load --create --accept-modified --url sqlite:other.db --connection sqlite
expect_rows other.db 'SELECT count(*) FROM adonis_schema' 4
# A dump of a database that ran both is the way out.
run 0 migrate run --out-of-order allow
run 0 schema-dump
run 0 migrate check --offline
run 0 migrate check
run 0 migrate run --create --url sqlite:new.db --connection sqlite
expect_rows new.db 'SELECT count(*) FROM adonis_schema' 5

# The names of one side, the SQL of both; the digest was put right with them.
conflict
git checkout -q --ours $sql $manifest
sed "/'database.migrations.5_ours'/{h;s/5_ours/4_theirs/;p;g;}" $sql >new && mv new $sql
sed "s/^  \"dumpDigest\": .*/  \"dumpDigest\": \"sha256:$(sha256sum <$sql | cut -d' ' -f1)\",/" $manifest >new && mv new $manifest
disagrees "only the SQL fills the ledger with 'database/migrations/4_theirs'"

# Half of the text by hand, and the digest of neither: no rebuild forgets the migration that the ledger lacks.
conflict
git checkout -q --ours $manifest
sed 's|^    "database/migrations/5_ours"$|    "database/migrations/4_theirs",\n&|' $manifest >new && mv new $manifest
git show "$main:$sql" >base
git show "theirs:$sql" >their
git show "ours:$sql" >our
git merge-file --union -p our base their | grep -v "'database/migrations/4_theirs'" >$sql
disagrees "only the manifest names 'database/migrations/4_theirs'" stale

# Both squashed, and both files were taken from one side: what the other one squashed is in neither place, and told while the
# merge is under way, and of its commit.
for side in ours theirs; do
    conflict
    git merge --abort
    for name in theirs ours; do
        git checkout -q $name
        cp $name.db app.db
        run 0 migrate squash
        git add -A
        git commit -q -m squash
    done
    git merge -q theirs >merged 2>&1 && fail 'the merge is clean'
    rm merged
    git checkout -q --$side $sql $manifest
    git add -A
    lost=4_theirs
    [ $side = ours ] || lost=5_ours
    run 1 migrate check --offline
    expect_out "migration database/migrations/$lost: is lost in the merge"
    git commit -q -m merged
    run 1 migrate check --offline
    commit=$(sed -n "s/.*$lost: is lost .* fetch the file from commit \([0-9a-f]*\).*/\1/p" stdout)
    # With its file there is nothing lost.
    git show "$commit:database/migrations/$lost.sql" >database/migrations/$lost.sql || fail "it is not in commit $commit"
    run 0 migrate check --offline
    rm app.db
    run 0 migrate run --create --out-of-order allow
    expect_rows app.db 'SELECT count(*) FROM adonis_schema' 5
done

# So is it in front of the commit, in a project below the top of its repository and a work tree beside it.
conflict
git merge --abort
for name in theirs ours; do
    git checkout -q $name
    cp $name.db app.db
    run 0 migrate squash
    git commit -q -a -m squash
    rm -rf svc && mkdir svc
    git mv database svc
    git commit -q -m svc
done
cd svc || exit 1
run 0 migrate init --git
cd .. || exit 1
git config --remove-section merge.baseline
git worktree add -q ../beside || fail 'no work tree'
cd ../beside || exit 1
git merge -q theirs >/dev/null 2>&1 && fail 'the merge is clean'
git checkout -q --ours svc/$sql svc/$manifest
git add -A
git commit -q -m merged >out 2>&1 && fail "a migration is lost: $(cat out)"
grep -q 'migration database/migrations/4_theirs: is lost in the merge' out || fail "not told: $(cat out)"
