-- What 17 brought: the server's own provider, named NOT NULL of domains.
CREATE COLLATION types.built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE COLLATION types.copy_of_basic FROM ucs_basic;
CREATE COLLATION types.built_in_c (PROVIDER = builtin, LOCALE = 'C');
CREATE DOMAIN types.named_null AS text CONSTRAINT "Not null" NOT NULL CHECK (VALUE <> 'x');
COMMENT ON CONSTRAINT "Not null" ON DOMAIN types.named_null IS 'named';
