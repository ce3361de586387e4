# -- migrate:data in a migration: run in order with the rest, marked in the dry run and in the proof.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

project
cat >database/migrations/4_slug.sql <<'SQL'
-- migrate:up
ALTER TABLE users ADD COLUMN slug text;
-- migrate:data
INSERT INTO users (id, name) VALUES (1, 'Ann');
UPDATE users SET slug = lower(name); -- migrate:schema is no marker here
DELETE FROM users WHERE name = '
-- migrate:schema';
-- migrate:schema
CREATE UNIQUE INDEX users_slug ON users (slug);
-- migrate:down
DROP INDEX users_slug;
-- migrate:data
UPDATE users SET slug = NULL;
SQL
run 0 migrate run --dry-run
cat >wanted <<'TEXT'
-- up database/migrations/4_slug
ALTER TABLE users ADD COLUMN slug text;
-- data
INSERT INTO users (id, name) VALUES (1, 'Ann');
UPDATE users SET slug = lower(name);
DELETE FROM users WHERE name = '
-- migrate:schema';
-- schema
CREATE UNIQUE INDEX users_slug ON users (slug);
TEXT
expect_same wanted stdout
run 0 migrate run --dry-run --json
expect_out '"dataQueries": ['
run 0 migrate run
expect_rows app.db 'SELECT slug FROM users' ann
run 0 migrate rollback --dry-run
expect_out '-- data'
commit_all
run 0 migrate squash --data users
expect_err 'with a data section: database/migrations/4_slug'
grep -q '"dataMigrations":\["database/migrations/4_slug"\]' database/schema/sqlite-schema.meta.json || fail "not in the manifest"
