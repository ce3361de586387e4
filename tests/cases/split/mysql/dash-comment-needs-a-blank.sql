SELECT 4--2; SELECT 5 --	;
 + 1; SELECT 6 --
;