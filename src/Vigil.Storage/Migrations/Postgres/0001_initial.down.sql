-- Takes everything away again: only while nothing has been recorded. The roles stay, other databases may use them.
LOCK TABLE transactions, transaction_ids, labels, audit, api_keys, rule_sets, rule_publications, lists, list_changes,
    backtests, kafka_positions, positions IN ACCESS EXCLUSIVE MODE;
DO $$
DECLARE
    kept text;
    used boolean;
BEGIN
    FOREACH kept IN ARRAY '{transactions,transaction_ids,labels,audit,api_keys,rule_sets,rule_publications,lists,list_changes,backtests,kafka_positions,positions}'::text[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', kept) INTO used;
        IF used THEN
            RAISE EXCEPTION 'the table % has rows', kept USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
    END LOOP;
END
$$;
DROP FUNCTION vigil_ensure_partitions(date, date), vigil_ensure_entity_index(text, text);
DROP TABLE transactions, transaction_ids, labels, audit, api_keys, rule_publications, rule_sets, list_changes, lists,
    backtests, kafka_positions, positions, log_head, engines, feature_sets, schema_migrations;
