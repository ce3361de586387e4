# Planted differences: each mutation of a database is found by the proof of its squash, whatever kind of object it is.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

# KIND | SQL: the proof must say something of an object of that kind.
mutations() {
    cat <<'LIST'
table users|ALTER TABLE users ADD COLUMN extra
table users|ALTER TABLE users DROP COLUMN note
table users|ALTER TABLE users RENAME COLUMN note TO notes
table more|CREATE TABLE more (a)
table strict_one|DROP TABLE strict_one; CREATE TABLE strict_one (a int PRIMARY KEY, b text)
table no_rowid|DROP TABLE no_rowid; CREATE TABLE no_rowid (k text PRIMARY KEY, v)
table counted|DROP TABLE counted; CREATE TABLE counted (id integer PRIMARY KEY, x)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES users (id), b int)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES users (id) ON DELETE SET NULL, b int)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, b int)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CHECK (a > 1), b text DEFAULT 'two  spaces', c text COLLATE NOCASE, d int AS (a * 2) STORED)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CHECK (a > 0), b text DEFAULT 'two spaces', c text COLLATE NOCASE, d int AS (a * 2) STORED)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CHECK (a > 0), b text DEFAULT 'two  spaces', c text COLLATE RTRIM, d int AS (a * 2) STORED)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CHECK (a > 0), b text DEFAULT 'two  spaces', c text COLLATE NOCASE, d int AS (a * 3) STORED)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CHECK (a > 0), b text DEFAULT 'two  spaces', c text COLLATE NOCASE, d int AS (a * 2) VIRTUAL)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES users (id) ON DELETE CASCADE, b int UNIQUE)
index users_name|DROP INDEX users_name
index users_name|DROP INDEX users_name; CREATE INDEX users_name ON users (name) WHERE name IS NOT NULL
index users_name|DROP INDEX users_name; CREATE INDEX users_name ON users (lower(name) DESC) WHERE name IS NOT NULL
index users_name|DROP INDEX users_name; CREATE UNIQUE INDEX users_name ON users (lower(name)) WHERE name IS NOT NULL
index users_name|DROP INDEX users_name; CREATE INDEX users_name ON users (lower(name))
index more|CREATE INDEX more ON users (note)
view names|DROP VIEW names
view names|DROP VIEW names; CREATE VIEW names AS SELECT id, name FROM users WHERE id > 1
trigger touched|DROP TRIGGER touched
trigger touched|DROP TRIGGER touched; CREATE TRIGGER touched AFTER UPDATE OF note ON users BEGIN UPDATE users SET note = 'x' WHERE id = new.id; END
trigger touched|DROP TRIGGER touched; CREATE TRIGGER touched AFTER UPDATE OF name ON users BEGIN UPDATE users SET note = 'y' WHERE id = new.id; END
trigger instead|DROP TRIGGER instead
virtual table search|DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5(body, title, tokenize = 'porter')
virtual table search|DROP TABLE search
virtual table boxes|DROP TABLE boxes
table users|ALTER TABLE users RENAME TO persons
table no_rowid|DROP TABLE no_rowid; CREATE TABLE no_rowid (k text PRIMARY KEY ON CONFLICT IGNORE, v) WITHOUT ROWID
table no_rowid|DROP TABLE no_rowid; CREATE TABLE no_rowid (k text PRIMARY KEY DESC, v) WITHOUT ROWID
table counted|DROP TABLE counted; CREATE TABLE counted (id integer PRIMARY KEY AUTOINCREMENT, x NOT NULL)
table counted|DROP TABLE counted; CREATE TABLE counted (x, id integer PRIMARY KEY AUTOINCREMENT)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE, b int)
table child|DROP TABLE child; CREATE TABLE child (a int REFERENCES roles (id) ON DELETE CASCADE, b int)
table checked|DROP TABLE checked; CREATE TABLE checked (a int CONSTRAINT named CHECK (a > 0), b text DEFAULT 'two  spaces', c text COLLATE NOCASE, d int AS (a * 2) STORED)
index users_name|DROP INDEX users_name; CREATE INDEX users_name ON users (lower(name) COLLATE NOCASE) WHERE name IS NOT NULL
index users_name|DROP INDEX users_name; CREATE INDEX users_name ON users (lower(name), note) WHERE name IS NOT NULL
view names|DROP VIEW names; CREATE VIEW names (id, called) AS SELECT id, name FROM users
trigger touched|DROP TRIGGER touched; CREATE TRIGGER touched BEFORE UPDATE OF name ON users BEGIN UPDATE users SET note = 'x' WHERE id = new.id; END
trigger touched|DROP TRIGGER touched; CREATE TRIGGER touched AFTER UPDATE OF name ON users WHEN new.id > 1 BEGIN UPDATE users SET note = 'x' WHERE id = new.id; END
virtual table boxes|DROP TABLE boxes; CREATE VIRTUAL TABLE boxes USING rtree(id, a, b, c, d)
trigger second|DROP TRIGGER touched; CREATE TRIGGER touched AFTER UPDATE OF name ON users BEGIN UPDATE users SET note = 'x' WHERE id = new.id; END
table sqliteish|CREATE TABLE sqliteish (a)
table plain_data|DROP TABLE plain_data
table search_more|CREATE TABLE search_more (a)
index on_shadow|CREATE INDEX on_shadow ON search_content (c0)
trigger on_shadow|CREATE TRIGGER on_shadow AFTER INSERT ON search_content BEGIN SELECT 1; END
table users|ALTER TABLE users RENAME COLUMN note TO Note
pragma encoding|PRAGMA encoding = 'UTF-16le'
pragma|PRAGMA user_version = 8
pragma|PRAGMA application_id = 8
pragma|PRAGMA auto_vacuum = 1; VACUUM
pragma|PRAGMA page_size = 8192; VACUUM
rows roles|UPDATE roles SET name = 'root' WHERE id = 1
rows roles|UPDATE roles SET name = CAST('admin' AS blob) WHERE id = 1
rows roles|UPDATE roles SET weight = 1 WHERE id = 1
rows roles|DELETE FROM roles WHERE id = 2
rows cells|UPDATE cells SET v = NULL WHERE k = 'empty'
rows cells|UPDATE cells SET v = ' ' WHERE k = 'empty'
rows cells|UPDATE cells SET v = x'' WHERE k = 'empty'
rows cells|UPDATE cells SET v = -0.0 WHERE k = 'zero'
rows cells|UPDATE cells SET v = 0 WHERE k = 'zero'
rows cells|UPDATE cells SET v = '0.0' WHERE k = 'zero'
rows cells|UPDATE cells SET v = 'a' WHERE k = 'nul'
rows cells|UPDATE cells SET v = 'a' || char(0) || 'c' WHERE k = 'nul'
rows cells|UPDATE cells SET v = 9e999 WHERE k = 'large'
rows cells|UPDATE cells SET v = 9007199254740992 WHERE k = 'large'
rows cells|UPDATE cells SET v = 9007199254740993.0 WHERE k = 'large'
rows cells|UPDATE cells SET v = 1.0000000000000002 WHERE k = 'real'
rows cells|UPDATE cells SET v = CAST(v AS text) WHERE k = 'bytes'
rows cells|UPDATE cells SET k = 'ZERO' WHERE k = 'zero'
rows cells|UPDATE cells SET w = 'one ' WHERE k = 'real'
rows cells|UPDATE cells SET w = 'ONE' WHERE k = 'real'
rows keyless|UPDATE keyless SET b = '' WHERE b IS NULL
rows keyless|DELETE FROM keyless WHERE rowid = 1
rows keyless|UPDATE keyless SET a = 1.0 WHERE rowid = 1
rows any_one|UPDATE any_one SET v = 1 WHERE id = 1
table conflicts|DROP TABLE conflicts; CREATE TABLE conflicts (a int UNIQUE, b int NOT NULL ON CONFLICT IGNORE, c int, CONSTRAINT named UNIQUE (b, c) ON CONFLICT ROLLBACK)
table conflicts|DROP TABLE conflicts; CREATE TABLE conflicts (a int UNIQUE ON CONFLICT REPLACE, b int NOT NULL, c int, CONSTRAINT named UNIQUE (b, c) ON CONFLICT ROLLBACK)
table conflicts|DROP TABLE conflicts; CREATE TABLE conflicts (a int UNIQUE ON CONFLICT REPLACE, b int NOT NULL ON CONFLICT IGNORE, c int, CONSTRAINT named UNIQUE (b, c) ON CONFLICT ABORT)
table conflicts|DROP TABLE conflicts; CREATE TABLE conflicts (a int UNIQUE ON CONFLICT REPLACE, b int NOT NULL ON CONFLICT IGNORE, c int, CONSTRAINT named UNIQUE (c, b) ON CONFLICT ROLLBACK)
table pairs|DROP TABLE pairs; CREATE TABLE pairs (a int, b int, FOREIGN KEY (a, b) REFERENCES two_keys (b, a) DEFERRABLE INITIALLY DEFERRED)
table pairs|DROP TABLE pairs; CREATE TABLE pairs (a int, b int, FOREIGN KEY (a, b) REFERENCES two_keys (a, b) DEFERRABLE INITIALLY IMMEDIATE)
table pairs|DROP TABLE pairs; CREATE TABLE pairs (a int, b int, FOREIGN KEY (a, b) REFERENCES two_keys (a, b) NOT DEFERRABLE INITIALLY DEFERRED)
table pairs|DROP TABLE pairs; CREATE TABLE pairs (a int, b int, FOREIGN KEY (a, b) REFERENCES two_keys (a, b) MATCH FULL DEFERRABLE INITIALLY DEFERRED)
table pairs|DROP TABLE pairs; CREATE TABLE pairs (a int, b int, CONSTRAINT named FOREIGN KEY (a, b) REFERENCES two_keys (a, b) DEFERRABLE INITIALLY DEFERRED)
table two_keys|DROP TABLE two_keys; CREATE TABLE two_keys (a int, b int, PRIMARY KEY (b, a))
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'X', b DEFAULT (1 + 1), c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1.0, e DEFAULT x'ab', f DEFAULT NULL)
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'x', b DEFAULT 2, c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1.0, e DEFAULT x'ab', f DEFAULT NULL)
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'x', b DEFAULT (1 + 1), c DEFAULT 'CURRENT_TIMESTAMP', d DEFAULT 1.0, e DEFAULT x'ab', f DEFAULT NULL)
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'x', b DEFAULT (1 + 1), c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1, e DEFAULT x'ab', f DEFAULT NULL)
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'x', b DEFAULT (1 + 1), c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1.0, e DEFAULT 'ab', f DEFAULT NULL)
table usual|DROP TABLE usual; CREATE TABLE usual (a DEFAULT 'x', b DEFAULT (1 + 1), c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1.0, e DEFAULT x'ab', f DEFAULT '')
table backwards|DROP TABLE backwards; CREATE TABLE backwards (id integer PRIMARY KEY, b)
table backwards|DROP TABLE backwards; CREATE TABLE backwards (id int PRIMARY KEY DESC, b)
index keys|DROP INDEX keys; CREATE INDEX keys ON two_keys (a, b COLLATE NOCASE)
index keys|DROP INDEX keys; CREATE INDEX keys ON two_keys (a DESC, b)
index keys|DROP INDEX keys; CREATE INDEX keys ON two_keys (b COLLATE NOCASE, a DESC)
view named|DROP VIEW named; CREATE VIEW named (x, y) AS SELECT a, 'lit' FROM two_keys
view named|DROP VIEW named; CREATE VIEW named (x, z) AS SELECT a, 'Lit' FROM two_keys
trigger stop|DROP TRIGGER stop; CREATE TRIGGER stop AFTER INSERT ON two_keys BEGIN SELECT RAISE(FAIL, 'no'); END
trigger stop|DROP TRIGGER stop; CREATE TRIGGER stop AFTER INSERT ON two_keys BEGIN SELECT RAISE(ABORT, 'No'); END
virtual table ranked|INSERT INTO ranked (ranked, rank) VALUES ('rank', 'bm25(9.0, 5.0)')
virtual table ranked|DELETE FROM ranked_config WHERE k = 'pgsz'
virtual table search|INSERT INTO search (search, rank) VALUES ('rank', 'bm25(2.0)')
virtual table ranked|DROP TABLE ranked; CREATE VIRTUAL TABLE ranked USING fts5(body, title UNINDEXED)
virtual table boxes|DROP TABLE boxes; CREATE VIRTUAL TABLE boxes USING rtree_i32(id, a, b)
pragma auto_vacuum|PRAGMA auto_vacuum = 2; VACUUM
ledger|DELETE FROM adonis_schema WHERE name LIKE '%2_more'
LIST
}

mkdir -p database/migrations
cat >database/migrations/1_all.sql <<'SQL'
-- migrate:up
PRAGMA user_version = 7;
PRAGMA application_id = 7;
CREATE TABLE roles (id integer PRIMARY KEY, name, weight);
INSERT INTO roles VALUES (1, 'admin', 1.0), (2, 'guest', NULL);
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, note text);
CREATE TABLE strict_one (a int PRIMARY KEY, b text) STRICT;
CREATE TABLE no_rowid (k text PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE counted (id integer PRIMARY KEY AUTOINCREMENT, x);
CREATE TABLE child (a int REFERENCES users (id) ON DELETE CASCADE, b int);
CREATE TABLE checked (a int CHECK (a > 0), b text DEFAULT 'two  spaces', c text COLLATE NOCASE, d int AS (a * 2) STORED);
CREATE INDEX users_name ON users (lower(name)) WHERE name IS NOT NULL;
CREATE VIEW names AS SELECT id, name FROM users;
CREATE TRIGGER touched AFTER UPDATE OF name ON users BEGIN UPDATE users SET note = 'x' WHERE id = new.id; END;
CREATE TRIGGER second AFTER UPDATE OF name ON users BEGIN UPDATE users SET note = 'z' WHERE id = new.id; END;
CREATE TRIGGER instead INSTEAD OF INSERT ON names BEGIN INSERT INTO users (name) VALUES (new.name); END;
CREATE VIRTUAL TABLE search USING fts5(body, title);
CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);
CREATE TABLE plain_data (a);
CREATE TABLE cells (k text PRIMARY KEY COLLATE NOCASE, v, w text COLLATE RTRIM) WITHOUT ROWID;
INSERT INTO cells VALUES ('empty', '', NULL), ('zero', 0.0, NULL), ('nul', 'a' || char(0) || 'b', NULL),
    ('large', 9007199254740993, NULL), ('real', 1.0, 'one'), ('bytes', x'00ff', NULL);
CREATE TABLE keyless (a, b);
INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (2, NULL);
CREATE TABLE any_one (id int PRIMARY KEY, v ANY) STRICT;
INSERT INTO any_one VALUES (1, '1');
CREATE TABLE conflicts (a int UNIQUE ON CONFLICT REPLACE, b int NOT NULL ON CONFLICT IGNORE, c int, CONSTRAINT named UNIQUE (b, c) ON CONFLICT ROLLBACK);
CREATE TABLE two_keys (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE pairs (a int, b int, FOREIGN KEY (a, b) REFERENCES two_keys (a, b) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE usual (a DEFAULT 'x', b DEFAULT (1 + 1), c DEFAULT CURRENT_TIMESTAMP, d DEFAULT 1.0, e DEFAULT x'ab', f DEFAULT NULL);
CREATE TABLE backwards (id integer PRIMARY KEY DESC, b);
CREATE INDEX keys ON two_keys (a DESC, b COLLATE NOCASE);
CREATE VIEW named (x, y) AS SELECT a, 'Lit' FROM two_keys;
CREATE TRIGGER stop AFTER INSERT ON two_keys BEGIN SELECT RAISE(ABORT, 'no'); END;
CREATE VIRTUAL TABLE ranked USING fts5(body, title);
INSERT INTO ranked (ranked, rank) VALUES ('rank', 'bm25(10.0, 5.0)'), ('pgsz', 500);
SQL
printf -- '-- migrate:up\nCREATE TABLE last (a int);\n' >database/migrations/2_more.sql
run 0 migrate run --create --url sqlite:base.db
squash='schema-dump --prune --path s.sql --archive old --data roles --data cells --data keyless --data any_one --url sqlite:planted.db'

# recode SQL: an encoding comes before the first table.
recode() {
    rm planted.db
    { echo "$1;"; sqlite3 base.db .dump; } | sqlite3 -bail planted.db || fail "$1"
    sqlite3 planted.db 'PRAGMA user_version = 7; PRAGMA application_id = 7'
}

n=0
mutations >list
while IFS='|' read -r kind sql; do
    n=$((n + 1))
    cp base.db planted.db
    case $sql in
    'PRAGMA encoding'*) recode "$sql" ;;
    *) sqlite3 -bail planted.db "$sql" || fail "$sql" ;;
    esac
    # shellcheck disable=SC2086 # words
    run 5 $squash
    [ "$kind" = ledger ] || grep -q "^warning: .*$kind" stderr || fail "$sql: not found as $kind: $(cat stderr)"
    [ ! -e s.sql ] && [ ! -e old ] && [ -e database/migrations/1_all.sql ] || fail "$sql: something was written"
done <list
[ "$n" -gt 110 ] || fail "only $n mutations"

# Without one the proof passes.
cp base.db planted.db
# shellcheck disable=SC2086 # words
run 0 $squash
[ ! -e database/migrations/1_all.sql ] || fail "the file stays"
