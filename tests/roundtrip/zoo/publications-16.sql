CREATE SUBSCRIPTION of_16 CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, streaming = parallel, origin = none, password_required = false, run_as_owner = true);
