-- What 16 brought.
CREATE COLLATION types.with_rules (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g');
