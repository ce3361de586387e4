CREATE TABLE rights.maintained (id integer);
GRANT MAINTAIN ON rights.maintained TO bl_reader;
CREATE TABLE rights.all_but_maintain (id integer);
GRANT ALL ON rights.all_but_maintain TO bl_reader;
REVOKE MAINTAIN ON rights.all_but_maintain FROM bl_reader;
