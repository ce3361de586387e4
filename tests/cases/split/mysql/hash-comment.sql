SELECT 1 # it's; one
 , 2; # tail
SELECT 3;