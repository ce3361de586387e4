.mode csv
SELECT 1;
.import 'a;b' t
SELECT 2;