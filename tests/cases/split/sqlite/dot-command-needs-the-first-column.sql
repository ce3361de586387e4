SELECT 1; .mode csv;
 .headers on;