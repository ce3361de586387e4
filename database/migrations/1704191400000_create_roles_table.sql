-- migrate:up
CREATE TABLE roles (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT ''
);

-- The application refers to these by name: they belong to the schema.
INSERT INTO roles (id, name, description) VALUES
    (1, 'admin', 'may do everything'),
    (2, 'editor', 'may publish what others wrote'),
    (3, 'author', 'may write; an editor publishes');

-- migrate:down
DROP TABLE roles;
