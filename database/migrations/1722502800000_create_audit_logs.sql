-- migrate:up
CREATE TABLE audit_logs (
    id INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('publish', 'delete')),
    note TEXT,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TRIGGER posts_audit_publish AFTER UPDATE OF status ON posts
FOR EACH ROW WHEN NEW.status = 'published' AND OLD.status <> 'published'
BEGIN
    INSERT INTO audit_logs (table_name, row_id, action, note)
    VALUES ('posts', NEW.id, 'publish', CASE WHEN OLD.status = 'draft' THEN 'without review' END);
END;

CREATE TRIGGER posts_audit_delete BEFORE DELETE ON posts
BEGIN
    INSERT INTO audit_logs (table_name, row_id, action, note)
    VALUES ('posts', OLD.id, 'delete', OLD.title);
END;

-- migrate:down
DROP TRIGGER posts_audit_delete;
DROP TRIGGER posts_audit_publish;
DROP TABLE audit_logs;
