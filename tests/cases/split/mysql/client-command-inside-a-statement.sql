SELECT 1 \! ls
;