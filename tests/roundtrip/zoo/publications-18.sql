CREATE TABLE news.computed (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) STORED);
CREATE PUBLICATION with_generated FOR TABLE news.computed WITH (publish_generated_columns = stored);
