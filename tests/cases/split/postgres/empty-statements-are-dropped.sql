;; ;
SELECT 1;;
;