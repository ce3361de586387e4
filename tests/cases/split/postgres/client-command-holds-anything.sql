\echo it's; "fine
SELECT 1;