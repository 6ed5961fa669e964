-- Only while nothing is recorded that would be lost.
LOCK TABLE challenger_scores IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
    IF EXISTS (SELECT FROM challenger_scores) THEN
        RAISE EXCEPTION 'challengers have scores' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END
$$;
DROP FUNCTION vigil_ensure_score_partitions(date, date);
DROP TABLE challenger_scores, challengers;
