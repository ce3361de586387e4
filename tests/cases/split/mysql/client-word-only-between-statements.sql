SELECT 1
source
, 2;