use db\g
SELECT 1;