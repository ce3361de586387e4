SELECT 1 AS a
\gset p_
SELECT 2
\gx