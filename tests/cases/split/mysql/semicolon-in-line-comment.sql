SELECT 1 -- ; not here
, 2;