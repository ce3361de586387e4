-- Row security.
CREATE SCHEMA guard;
SET search_path = guard;
CREATE TABLE notes (id integer PRIMARY KEY, owner name DEFAULT current_user, "Text ""t"" %" text, public boolean);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced (id integer);
ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE only_forced (id integer);
ALTER TABLE only_forced FORCE ROW LEVEL SECURITY;
CREATE FUNCTION may(integer) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE POLICY everything ON notes;
CREATE POLICY everything ON forced USING (true);
CREATE POLICY "Policy ""q"" %s \ é
x" ON notes AS RESTRICTIVE FOR SELECT TO bl_reader, bl_owner, "bl odd ""role"" 'x' \ é" USING ("Text ""t"" %" LIKE 'it''s \_%');
CREATE POLICY inserts ON notes FOR INSERT TO PUBLIC WITH CHECK (may(id));
CREATE POLICY updates ON notes FOR UPDATE TO bl_owner USING (owner = current_user) WITH CHECK (owner = current_user AND id IN (SELECT f.id FROM forced f));
CREATE POLICY deletes ON notes FOR DELETE TO bl_limited USING (EXISTS (SELECT FROM notes n WHERE n.id = notes.id AND n.public));
CREATE POLICY "all" ON notes AS PERMISSIVE FOR ALL TO bl_reader USING (public) WITH CHECK (false);
COMMENT ON POLICY "Policy ""q"" %s \ é
x" ON notes IS 'it''s';
CREATE TABLE pieces (id integer) PARTITION BY LIST (id);
ALTER TABLE pieces ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_pieces ON pieces USING (id > 1);
