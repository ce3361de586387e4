CREATE TABLE said.of_18 (id integer CONSTRAINT "Must ""be"" %" NOT NULL, usual integer NOT NULL);
COMMENT ON CONSTRAINT "Must ""be"" %" ON said.of_18 IS 'a NOT NULL';
COMMENT ON CONSTRAINT of_18_usual_not_null ON said.of_18 IS 'with the usual name';
