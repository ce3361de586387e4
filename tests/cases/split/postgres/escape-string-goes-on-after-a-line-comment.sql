SELECT E'a' -- why
  -- more
 'b\'; c';
SELECT 2;