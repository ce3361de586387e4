-- Two posts of Grace's, one of them published.
INSERT INTO posts (author_id, title, body, status, published_at, slug)
SELECT u.id, 'Hello world', 'The first post; it''s short.', 'published', '2024-06-01 09:00:00', 'hello-world'
FROM users AS u
WHERE u.email = 'grace@example.org'
ON CONFLICT (slug) DO NOTHING;

INSERT INTO posts (author_id, title, slug)
SELECT u.id, 'A draft', 'a-draft'
FROM users AS u
WHERE u.email = 'grace@example.org'
ON CONFLICT (slug) DO NOTHING;
