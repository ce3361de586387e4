
 -- lead
  SELECT 1 -- inside
 + 2 /* tail */ ;
-- after
