SELECT '\echo', "\x", $$\q$$ -- \q
;