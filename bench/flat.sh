#!/usr/bin/env bash
# What a payment costs with 100,000 rows in the table and with 10 million, and how soon a detector that starts on 10 million
# rows has decided its first.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 ADMIN_URL=postgresql://owner:...@host bench/flat.sh prepare|measure [times, 100]
#
# prepare decides 100,000 payments and makes two databases of them, vigil_flat and vigil_flat_large; the second has them a
# hundred times: the copies have entities and ids of their own, and are some minutes older, so they lie in the same windows.
# measure has a detector on each go on with the same stream: 100,000 payments to warm up, 200,000 that count.
# MODELS names a folder of models with a champion. The topic vigil_flat must not be there; it stays.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
times=${2:-100}
export KAFKA_TOPIC=vigil_flat KAFKA_DECISIONS_TOPIC=vigil_flat_decisions KAFKA_DLQ_TOPIC=vigil_flat_dlq
log=$(mktemp)
detector=
trap '[ -z "$detector" ] || kill "$detector" 2>/dev/null || true; rm -f "$log"' EXIT

detect() {
    KAFKA_GROUP=$1 $vigil detect --metrics-port 0 ${MODELS:+--models "$MODELS"} >"$log" 2>&1 &
    detector=$!
}
stop() {
    kill "$detector"
    wait "$detector" || true
    detector=
}
# Processor time so far of the detector and of the server's processes for the database, s.
used() { ps -eo cputimes=,args= | awk -v pid="$detector" -v name="$1" 'index($0, " " name " ") && /postgres:/ { server += $1 } END { print server + 0 }'; }

case ${1:-} in
prepare)
    for name in vigil_flat vigil_flat_large; do
        admin "DROP DATABASE IF EXISTS $name"
    done
    admin 'CREATE DATABASE vigil_flat'
    export DATABASE_URL=$ADMIN_URL/vigil_flat
    $vigil setup-db >/dev/null
    $vigil rules publish "$rules" --note bench >/dev/null
    $vigil produce simulate --create-topic --partitions 6 --customers 3400 --days 90 --count 100000 >/dev/null 2>&1
    detect vigil_flat
    await 100000
    stop
    $vigil produce simulate --customers 3400 --days 90 --skip 100000 --count 300000 >/dev/null 2>&1
    admin 'CREATE DATABASE vigil_flat_large TEMPLATE vigil_flat'
    export DATABASE_URL=$ADMIN_URL/vigil_flat_large
    # The columns, and what a copy has in each.
    all="FROM pg_attribute WHERE attrelid = 'transactions'::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped"
    columns=$(sql "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) $all")
    values=$(sql "
        SELECT string_agg(CASE
                WHEN attname IN ('transaction_id', 'account_id', 'merchant_id', 'card_id', 'device_id', 'ip', 'email') THEN attname || ' || ''-'' || k'
                WHEN attname = 'seq' THEN 'seq + k * 100000'
                WHEN attname = 'time' THEN 't.time - k * 60000000'
                WHEN attname = 'timestamp' THEN 't.\"timestamp\" - k * interval ''1 minute'''
                ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
        $all")
    for ((k = 1; k < times; k += 11)); do
        last=$((k + 10 < times ? k + 10 : times - 1))
        sql "INSERT INTO transactions ($columns) SELECT $values FROM generate_series($k::bigint, $last) k, transactions t WHERE t.seq <= 100000 ORDER BY k, seq;
             INSERT INTO transaction_ids SELECT transaction_id || '-' || k, seq + k * 100000 FROM generate_series($k, $last) k, transaction_ids WHERE seq <= 100000;
             UPDATE log_head SET seq = $last * 100000 + 100000"
        echo "$(date +%T) $((last + 1))00,000 rows"
    done
    for name in vigil_flat vigil_flat_large; do
        DATABASE_URL=$ADMIN_URL/$name sql 'VACUUM ANALYZE'
        DATABASE_URL=$ADMIN_URL/$name sql 'CHECKPOINT'
    done
    ;;
measure)
    for name in vigil_flat vigil_flat_large; do
        export DATABASE_URL=$ADMIN_URL/$name
        $vigil setup-db >/dev/null
        head=$(sql 'SELECT seq FROM log_head')
        began=$(now)
        # The copy has the positions of the original.
        detect "$name"
        await "$((head + 1))"
        first=$(calc "%.2f" "$(now) - $began")
        await "$((head + 100000))"
        server=$(used "$name") own=$(ps -o cputimes= -p "$detector") began=$(now)
        await "$((head + 300000))"
        took=$(calc "%.2f" "$(now) - $began")
        server=$(($(used "$name") - server)) own=$(($(ps -o cputimes= -p "$detector") - own))
        echo "$head rows, $(sql 'SELECT pg_size_pretty(pg_database_size(current_database()))'): first batch decided $first s after the start;" \
            "then 200000 in $took s, $(calc "%.0f" "200000 / $took")/s, processor time for each: detector $(calc "%.0f" "$own / 0.2") us," \
            "server $(calc "%.0f" "$server / 0.2") us; $(grep VmHWM "/proc/$detector/status" | tr -s '\t ' ' ')"
        stop
    done
    ;;
*)
    echo "prepare or measure?" >&2
    exit 2
    ;;
esac
