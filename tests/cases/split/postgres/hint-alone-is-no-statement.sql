/*+ Set(x y) */;
SELECT 1;
/*+ tail */