SELECT 1; source x
;