-- migrate:up
-- SQLite cannot change a foreign key: the table is built anew. The switch stands outside the
-- transaction, where it has an effect.
PRAGMA foreign_keys = OFF;

CREATE TABLE comments_new (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
    body TEXT NOT NULL CHECK (length(body) > 0),
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO comments_new (id, post_id, user_id, body, created_at)
SELECT id, post_id, user_id, body, created_at FROM comments WHERE length(body) > 0;
DROP TABLE comments;
ALTER TABLE comments_new RENAME TO comments;

PRAGMA foreign_keys = ON;

-- migrate:down
PRAGMA foreign_keys = OFF;

CREATE TABLE comments_old (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO comments_old (id, post_id, user_id, body, created_at)
SELECT id, post_id, user_id, body, created_at FROM comments WHERE user_id IS NOT NULL;
DROP TABLE comments;
ALTER TABLE comments_old RENAME TO comments;

PRAGMA foreign_keys = ON;
