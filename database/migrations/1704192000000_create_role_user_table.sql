-- migrate:up
CREATE TABLE role_user (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE RESTRICT,
    granted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, role_id)
) WITHOUT ROWID;

CREATE INDEX role_user_role_idx ON role_user (role_id);

-- migrate:down
DROP TABLE role_user;
