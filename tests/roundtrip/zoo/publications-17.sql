CREATE SUBSCRIPTION of_17 CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, slot_name = 'of_17', failover = true);
