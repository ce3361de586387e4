DELIMITER //;
\d x;