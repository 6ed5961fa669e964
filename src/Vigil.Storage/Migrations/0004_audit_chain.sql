-- Works with schema 3 and later.
-- The oldest schema whose programs work with this one; NULL where none but its own does.
ALTER TABLE schema_migrations ADD COLUMN works_with INTEGER;

-- Each entry holds a SHA-256 over its content and the hash of the one before it, so that none can be changed, taken out or
-- put in between without a trace. vigil_audit_hash is a function of this program's connections.
ALTER TABLE audit ADD COLUMN height INTEGER;
ALTER TABLE audit ADD COLUMN hash BLOB;

CREATE TEMP TABLE audit_chain AS
WITH RECURSIVE chain (id, height, hash) AS (
    SELECT id, 1, vigil_audit_hash(NULL, 1, id, at, actor, action, subject, before, after)
    FROM audit WHERE id = (SELECT min(id) FROM audit)
    UNION ALL
    SELECT a.id, c.height + 1, vigil_audit_hash(c.hash, c.height + 1, a.id, a.at, a.actor, a.action, a.subject, a.before, a.after)
    FROM chain c JOIN audit a ON a.id = (SELECT min(n.id) FROM audit n WHERE n.id > c.id)
)
SELECT id, height, hash FROM chain;
UPDATE audit SET height = c.height, hash = c.hash FROM audit_chain c WHERE c.id = audit.id;
DROP TABLE audit_chain;

CREATE TRIGGER audit_chained AFTER INSERT ON audit BEGIN
    UPDATE audit SET
        height = coalesce((SELECT p.height FROM audit p WHERE p.id < NEW.id ORDER BY p.id DESC LIMIT 1), 0) + 1,
        hash = vigil_audit_hash(
            (SELECT p.hash FROM audit p WHERE p.id < NEW.id ORDER BY p.id DESC LIMIT 1),
            coalesce((SELECT p.height FROM audit p WHERE p.id < NEW.id ORDER BY p.id DESC LIMIT 1), 0) + 1,
            NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.before, NEW.after)
    WHERE id = NEW.id;
END;

CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END;

CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit WHEN OLD.hash IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END;
