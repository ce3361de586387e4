-- What 17 brought: the server's own provider, named NOT NULL of domains.
CREATE COLLATION types.built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE DOMAIN types.named_null AS text CONSTRAINT "Not null" NOT NULL CHECK (VALUE <> 'x');
COMMENT ON CONSTRAINT "Not null" ON DOMAIN types.named_null IS 'named';
