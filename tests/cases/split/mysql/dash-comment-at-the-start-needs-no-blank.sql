--it's a comment
SELECT 1;
--;
SELECT 2;