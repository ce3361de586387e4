DELIMITER //
// //
SELECT 1// //
