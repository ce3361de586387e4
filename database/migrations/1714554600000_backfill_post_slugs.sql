-- migrate:up
-- "A Good Day" with id 7 becomes "a-good-day-7": the id makes it unique.
UPDATE posts
SET slug = replace(lower(trim(title)), ' ', '-') || '-' || id
WHERE slug IS NULL;

CREATE UNIQUE INDEX posts_slug_key ON posts (slug);

-- migrate:down
DROP INDEX posts_slug_key;
UPDATE posts SET slug = NULL;
