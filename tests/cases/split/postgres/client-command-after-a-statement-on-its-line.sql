SELECT 1; \echo x; y
SELECT 2;