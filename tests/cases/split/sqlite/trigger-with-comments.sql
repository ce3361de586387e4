CREATE -- a;
 TRIGGER /* ; */ t INSERT ON a BEGIN SELECT 1; -- END;
 /* ; END; */ END /* ; */; SELECT 2;