.mode csv; DELIMITER //;
SELECT 1;