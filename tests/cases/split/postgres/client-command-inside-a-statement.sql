DELETE FROM t \echo x
WHERE id = 1;