\connect "other db"
SELECT 1;