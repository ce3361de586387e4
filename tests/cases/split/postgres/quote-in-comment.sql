-- don't
/* it's */
SELECT 1;