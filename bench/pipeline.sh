#!/usr/bin/env bash
# The whole pipeline, from Kafka to PostgreSQL, beside the raw limit: COPY of the same rows into the same tables with the
# same indexes, in the same run. Then the time from append to commit at half of that load.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 ADMIN_URL=postgresql://owner:...@host bench/pipeline.sh [rows]
#
# ADMIN_URL names a server and a user who may create databases: vigil_bench and vigil_bench_raw are dropped and made.
# MODELS names a folder of models with a champion; RULES a rule set; VIGIL the built command.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
rows=${1:-600000}
work=$(mktemp -d)
export KAFKA_TOPIC=bench_$$ KAFKA_GROUP=bench_$$ KAFKA_DECISIONS_TOPIC=bench_$$_decisions KAFKA_DLQ_TOPIC=bench_$$_dlq
detector= producer=
trap '[ -z "$detector" ] || kill "$detector" 2>/dev/null || true; [ -z "$producer" ] || kill "$producer" 2>/dev/null || true; rm -rf "$work"' EXIT

delays() { curl -s "$(grep -o 'http://[0-9.:]*' "$work/detector.log" | tail -1)/metrics" | sed -n 's/^vigil_commit_delay_seconds_bucket{.*le="\([^"]*\)"} \([0-9]*\).*/\1 \2/p'; }
for name in vigil_bench vigil_bench_raw; do
    admin "DROP DATABASE IF EXISTS $name"
    admin "CREATE DATABASE $name"
done

export DATABASE_URL=$ADMIN_URL/vigil_bench
$vigil setup-db >/dev/null
$vigil rules publish "$rules" --note bench >/dev/null
$vigil produce simulate --create-topic --partitions 6 --customers "$((rows / 120))" --days 150 --count "$rows" --json 2>/dev/null
$vigil detect --metrics-port 0 ${MODELS:+--models "$MODELS"} >"$work/detector.log" 2>&1 &
detector=$!
# What is compiled and cold at first is not measured.
await "$((rows / 6))"
first=$(sql 'SELECT seq FROM log_head') began=$(now)
await "$rows"
took=$(calc "%.2f" "$(now) - $began")
cpu=$(ps -o cputimes= -p "$detector")
pipeline=$(calc "%.0f" "($rows - $first) / $took")
echo "pipeline: $((rows - first)) rows in $took s, $pipeline rows/s; the detector used $cpu s of processor time; $(head -1 "$work/detector.log" | cut -d' ' -f3-)"

# The raw limit.
columns=$(sql "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'transactions'::regclass AND attnum > 0 AND attgenerated = ''")
indexes=$(sql "SELECT indexdef || ';' FROM pg_indexes WHERE tablename = 'transactions' AND indexname LIKE 'transactions_by_%'")
psql "$DATABASE_URL" -qX -c "\\copy (SELECT $columns FROM transactions WHERE seq > $first ORDER BY seq) TO '$work/rows' (FORMAT BINARY)"
psql "$DATABASE_URL" -qX -c "\\copy (SELECT transaction_id, seq FROM transaction_ids WHERE seq > $first ORDER BY seq) TO '$work/ids' (FORMAT BINARY)"
export DATABASE_URL=$ADMIN_URL/vigil_bench_raw
$vigil setup-db >/dev/null
while read -r index; do psql "$DATABASE_URL" -qX -c "${index/CREATE INDEX/CREATE INDEX IF NOT EXISTS}" 2>/dev/null; done <<<"$indexes"
began=$(now)
psql "$DATABASE_URL" -qX -c "\\copy transactions ($columns) FROM '$work/rows' (FORMAT BINARY)"
psql "$DATABASE_URL" -qX -c "\\copy transaction_ids FROM '$work/ids' (FORMAT BINARY)"
took=$(calc "%.2f" "$(now) - $began")
raw=$(calc "%.0f" "($rows - $first) / $took")
echo "raw COPY: $((rows - first)) rows in $took s, $raw rows/s, into $(sql "SELECT count(*) FROM pg_indexes WHERE tablename = 'transactions'") indexes"
echo "ratio: $(calc "%.2f" "$pipeline / $raw")"

# Append to commit, at half the load. Times are the broker's and the detector's, of one machine.
export DATABASE_URL=$ADMIN_URL/vigil_bench
# What the server still has to do for the rows above is none of this.
admin 'DROP DATABASE vigil_bench_raw'
admin CHECKPOINT
rate=$((pipeline / 2)) more=$((pipeline / 2 * 40))
from=$(sql 'SELECT seq FROM log_head')
$vigil produce simulate --customers "$((rows / 120))" --days 150 --skip "$rows" --count "$more" --rate "$rate" >/dev/null 2>&1 &
producer=$!
# The producer's start takes the machine from the detector: the first quarter is not measured.
await "$((from + more / 4))"
delays >"$work/before"
wait "$producer"
producer=
await "$((from + more))"
delays >"$work/after"
echo "half the load ($rate/s, $((more * 3 / 4)) rows), from Kafka's append to the batch's commit, share of rows within s:"
paste -d' ' "$work/before" "$work/after" | awk '
    { bound[NR] = $1; count[NR] = $4 - $2 }
    END { for (i = 1; i <= NR; i++) printf "%s:%.3f%% ", bound[i], 100 * count[i] / count[NR]; print ""
          split("0.5 0.99 0.999", wanted, " ")
          for (w = 1; w <= 3; w++) for (i = 1; i <= NR; i++) if (count[i] >= wanted[w] * count[NR]) { printf "p%s at most %s s\n", 100 * wanted[w], bound[i]; break } }'
kill "$detector"
wait "$detector" || true
detector=
