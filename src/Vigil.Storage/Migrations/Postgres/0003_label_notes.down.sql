-- Only while nothing is recorded that would be lost.
LOCK TABLE labels IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
    IF EXISTS (SELECT FROM labels WHERE note IS NOT NULL) THEN
        RAISE EXCEPTION 'labels have notes' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END
$$;
ALTER TABLE labels DROP COLUMN note;
