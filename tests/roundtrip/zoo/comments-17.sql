CREATE DOMAIN said.never AS text CONSTRAINT "Not ""null""" NOT NULL;
COMMENT ON CONSTRAINT "Not ""null""" ON DOMAIN said.never IS 'named from 17 on';
