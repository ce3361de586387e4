# Old migrations that Rails itself ran, new ones in SQL: adopted, and Rails finds its own as they were.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

ruby -e 'require "active_record"; require "sqlite3"' 2>/dev/null || skip 'there is no Active Record with sqlite3'
mkdir -p database db/migrate db/sql
printf '{ "connections": { "app": { "url": "sqlite:app.db", "migrations": { "paths": ["db/migrate", "db/sql"] } } } }\n' \
    >database/connections.json
old() {
    printf 'class %s < ActiveRecord::Migration[6.1]\n  def change\n    create_table(:%s) { |t| t.string :name }\n  end\nend\n' \
        "$2" "$3" >"db/migrate/$1.rb"
}
old 001_create_users CreateUsers users
old 20230202000000_create_posts CreatePosts posts
cat >rails.rb <<'RUBY'
require 'active_record'
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.establish_connection(adapter: 'sqlite3', database: 'app.db')
# The second argument went away with Rails 7.2.
context = begin
  ActiveRecord::MigrationContext.new('db/migrate', ActiveRecord::SchemaMigration)
rescue ArgumentError, NoMethodError
  ActiveRecord::MigrationContext.new('db/migrate')
end
context.up if ARGV[0] == 'up'
puts context.migrations_status.map { |status| status[0, 2].join(':') }.join(' ')
RUBY
rails() { ruby -W0 rails.rb "$1"; }

run 0 rails up
expect_out 'up:001 up:20230202000000'
run 0 migrate adopt --from rails
expect_lines 2
expect_out 'record db/migrate/001_create_users  written in another language'
run 0 migrate status --exit-code
printf -- '-- migrate:up\nCREATE TABLE tags (a integer);\n-- migrate:down\nDROP TABLE tags;\n' >db/sql/20240101000000_tags.sql
run 0 migrate run
expect_err 'migrated 1 migration'
run 0 rails status
expect_out 'up:001 up:20230202000000'
run 5 migrate check --replay
expect_err 'is written in another language'

# What the snapshot carries is a table of the schema: a new database is Rails' too, when its rows are carried.
run 0 schema-dump --data schema_migrations --data ar_internal_metadata
rm app.db
run 0 migrate run --create
run 0 rails status
expect_out 'up:001 up:20230202000000'
run 0 migrate status --exit-code
old 20250101000000_create_pages CreatePages pages
run 7 migrate run
run 0 rails up
run 0 migrate adopt --from rails
expect_lines 1
run 0 migrate status --exit-code
