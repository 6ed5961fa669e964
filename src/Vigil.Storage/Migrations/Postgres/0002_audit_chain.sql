-- Works with schema 1 and later.
-- The oldest schema whose programs work with this one; NULL where none but its own does.
ALTER TABLE schema_migrations ADD COLUMN works_with bigint;

-- Each entry holds a SHA-256 over its content and the hash of the one before it, so that none can be changed, taken out or
-- put in between without a trace. The database does it, so that programs of the former schema append to the chain, too.
ALTER TABLE audit ADD COLUMN height bigint;
ALTER TABLE audit ADD COLUMN hash bytea;

-- Every field with its length before it, so that no two entries are the same bytes.
CREATE FUNCTION vigil_audit_hash(previous bytea, height bigint, id bigint, at bigint, actor text, action text,
    subject text, before text, after text) RETURNS bytea
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT sha256(coalesce(previous, ''::bytea) || convert_to(
        height || ' ' || id || ' ' || at || ' '
        || octet_length(actor) || ':' || actor || octet_length(action) || ':' || action || octet_length(subject) || ':' || subject
        || coalesce(octet_length(before) || ':' || before, '-') || coalesce(octet_length(after) || ':' || after, '-'),
        'UTF8'))
$$;

CREATE FUNCTION vigil_chain_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    last_id bigint;
    last_height bigint;
    last_hash bytea;
BEGIN
    -- One after the other: whoever has the turn already just goes on.
    PERFORM seq FROM log_head FOR UPDATE;
    SELECT a.id, a.height, a.hash INTO last_id, last_height, last_hash FROM audit a ORDER BY a.id DESC LIMIT 1;
    IF NEW.id <= last_id THEN
        NEW.id := nextval(pg_get_serial_sequence('audit', 'id'));
    END IF;
    NEW.height := coalesce(last_height, 0) + 1;
    NEW.hash := vigil_audit_hash(last_hash, NEW.height, NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.before, NEW.after);
    RETURN NEW;
END
$$;

CREATE FUNCTION vigil_keep_audit() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever appended to';
END
$$;

DO $$
DECLARE
    entry record;
    next_height bigint := 0;
    last_hash bytea;
BEGIN
    PERFORM seq FROM log_head FOR UPDATE;
    FOR entry IN SELECT * FROM audit ORDER BY id LOOP
        next_height := next_height + 1;
        last_hash := vigil_audit_hash(last_hash, next_height, entry.id, entry.at, entry.actor, entry.action, entry.subject,
            entry.before, entry.after);
        UPDATE audit SET height = next_height, hash = last_hash WHERE id = entry.id;
    END LOOP;
END
$$;

CREATE TRIGGER audit_chained BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION vigil_chain_audit();
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION vigil_keep_audit();

-- Functions with their owner's rights must not find tables of others by the names of these.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY '{"vigil_chain_audit()","vigil_keep_audit()","vigil_audit_hash(bytea, bigint, bigint, bigint, text, text, text, text, text)"}'::text[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;
