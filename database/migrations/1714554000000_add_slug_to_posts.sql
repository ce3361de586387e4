-- migrate:up
ALTER TABLE posts ADD COLUMN slug TEXT;

-- migrate:down
ALTER TABLE posts DROP COLUMN slug;
