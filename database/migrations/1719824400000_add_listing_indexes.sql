-- migrate:up
CREATE INDEX posts_author_idx ON posts (author_id);
CREATE INDEX posts_published_idx ON posts (published_at DESC) WHERE status = 'published';
CREATE INDEX comments_post_idx ON comments (post_id, created_at);

-- migrate:down
DROP INDEX comments_post_idx;
DROP INDEX posts_published_idx;
DROP INDEX posts_author_idx;
