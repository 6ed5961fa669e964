-- Only while nothing is recorded that would be lost.
LOCK TABLE archives, holds, erasures IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
    IF EXISTS (SELECT FROM archives) OR EXISTS (SELECT FROM holds) OR EXISTS (SELECT FROM erasures) THEN
        RAISE EXCEPTION 'there are archives, holds or erasures' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END
$$;
DROP TABLE archives, holds, erasures;
