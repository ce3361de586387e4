SELECT 1;
sources x;
go_on;