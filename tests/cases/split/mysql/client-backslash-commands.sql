\! rm -rf x; y
\. file.sql
SELECT 1;
\W
