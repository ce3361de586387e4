-- People to try the application with; running it again changes nothing.
INSERT INTO users (email, name, password_hash) VALUES
    ('ada@example.org', 'Ada', '!'),
    ('grace@example.org', 'Grace', '!')
ON CONFLICT (email) DO NOTHING;

INSERT INTO role_user (user_id, role_id)
SELECT u.id, r.id
FROM users AS u
JOIN roles AS r ON (u.email, r.name) IN (
    VALUES ('ada@example.org', 'admin'), ('grace@example.org', 'author')
)
WHERE true
ON CONFLICT (user_id, role_id) DO NOTHING;
