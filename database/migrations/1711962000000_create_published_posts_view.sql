-- migrate:up
CREATE VIEW published_posts AS
SELECT p.id, p.title, p.body, p.published_at, u.name AS author
FROM posts AS p
JOIN users AS u ON u.id = p.author_id
WHERE p.status = 'published' AND u.is_active = 1;

-- migrate:down
DROP VIEW published_posts;
