DELIMITER ;; the rest does not count ;
SELECT 1; SELECT 2;;
