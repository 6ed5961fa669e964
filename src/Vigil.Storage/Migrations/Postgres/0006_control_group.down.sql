-- Only while nothing is recorded that would be lost.
LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
    IF EXISTS (SELECT FROM transactions WHERE propensity IS NOT NULL) THEN
        RAISE EXCEPTION 'decisions have propensities' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END
$$;
ALTER TABLE transactions DROP COLUMN propensity;
