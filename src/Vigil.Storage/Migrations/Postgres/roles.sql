-- What programs may do that are not the owner of the tables. Run at each setup, because it may be run again: whoever
-- connects is made a member of one of these (GRANT vigil_detector TO ...). None may delete, or alter a table.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY '{vigil_detector,vigil_api,vigil_readonly}'::text[] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted)
            OR NOT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- The setup of another database of this server was faster.
        END;
    END LOOP;
END
$$;

DO $$
DECLARE
    role_name text;
    what text;
BEGIN
    FOR role_name, what IN VALUES
        -- Decides. To lock a row takes the right to update a column of it.
        ('vigil_detector', format('USAGE ON SCHEMA %I', current_schema())),
        ('vigil_detector', 'SELECT ON schema_migrations, log_head, kafka_positions, positions, feature_sets, engines, '
            || 'transactions, transaction_ids, labels, audit, rule_sets, rule_publications, lists, list_changes, backtests, '
            || 'challengers, challenger_scores, archives, holds, erasures'),
        ('vigil_detector', 'INSERT ON transactions, transaction_ids, feature_sets, engines, positions, kafka_positions, '
            || 'challengers, challenger_scores'),
        ('vigil_detector', 'UPDATE (seq) ON log_head'),
        ('vigil_detector', 'UPDATE (value) ON positions'),
        ('vigil_detector', 'UPDATE (next) ON kafka_positions'),
        ('vigil_detector', 'EXECUTE ON FUNCTION vigil_ensure_partitions(date, date), vigil_ensure_score_partitions(date, date), '
            || 'vigil_ensure_entity_index(text, text)'),
        -- The circuit breaker publishes rules.
        ('vigil_detector', 'INSERT ON rule_sets, rule_publications, audit'),
        ('vigil_detector', 'SELECT ON SEQUENCE engines_id_seq, challengers_id_seq, rule_publications_id_seq, audit_id_seq'),

        -- Answers analysts: statuses, labels, rules, lists, keys, backtests, and the trail of them all.
        ('vigil_api', format('USAGE ON SCHEMA %I', current_schema())),
        ('vigil_api', 'SELECT ON schema_migrations, log_head, kafka_positions, positions, feature_sets, engines, '
            || 'transactions, transaction_ids, labels, audit, api_keys, rule_sets, rule_publications, lists, list_changes, '
            || 'backtests, challengers, challenger_scores, archives, holds, erasures'),
        ('vigil_api', 'UPDATE (only_row) ON log_head'),
        ('vigil_api', 'UPDATE (status, is_fraud) ON transactions'),
        ('vigil_api', 'INSERT ON labels, audit, api_keys, rule_sets, rule_publications, lists, list_changes, backtests'),
        ('vigil_api', 'UPDATE (revoked_at) ON api_keys'),
        ('vigil_api', 'UPDATE (state, reviewer, review_note, reviewed_at) ON rule_sets'),
        ('vigil_api', 'UPDATE (description) ON lists'),
        ('vigil_api', 'UPDATE (state, progress, result, error, started_at, finished_at) ON backtests'),
        ('vigil_api', 'SELECT ON SEQUENCE labels_id_seq, audit_id_seq, api_keys_id_seq, rule_publications_id_seq, '
            || 'lists_id_seq, list_changes_id_seq, backtests_id_seq'),

        -- Reads, but no hashes of keys.
        ('vigil_readonly', format('USAGE ON SCHEMA %I', current_schema())),
        ('vigil_readonly', 'SELECT ON schema_migrations, log_head, kafka_positions, positions, feature_sets, engines, '
            || 'transactions, transaction_ids, labels, audit, rule_sets, rule_publications, lists, list_changes, backtests, '
            || 'challengers, challenger_scores, archives, holds, erasures')
    LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('GRANT %s TO %I', what, role_name);
        END IF;
    END LOOP;
END
$$;

-- What has its owner's rights is for those who were granted it; a restore without privileges forgets that.
DO $$
DECLARE
    signature text;
BEGIN
    FOR signature IN
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'vigil\_%'
            AND proowner = current_user::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;
