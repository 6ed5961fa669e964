DROP TRIGGER audit_chained ON audit;
DROP TRIGGER audit_kept ON audit;
DROP FUNCTION vigil_chain_audit(), vigil_keep_audit(),
    vigil_audit_hash(bytea, bigint, bigint, bigint, text, text, text, text, text);
ALTER TABLE audit DROP COLUMN height, DROP COLUMN hash;
ALTER TABLE schema_migrations DROP COLUMN works_with;
