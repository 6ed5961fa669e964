#!/usr/bin/env bash
# Sends transactions while detectors are killed with SIGKILL, and the broker and the database restarted; then proves that
# every transaction was decided exactly once, in the order of its account, and as an undisturbed detector decides.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 DATABASE_URL=postgresql://... tests/chaos/chaos.sh
#
# The database must be empty or new: vigil setup-db is run. Variables, all optional:
#   TRANSACTIONS=1000000  KILLS=100  INSTANCES=3  PARTITIONS=6  RATE=8000 (sent per second)
#   SECONDS_BETWEEN=0.3   mean of the random time that a kill waits once its share of the load is decided
#   BROKER_RESTART, BROKER_RESTARTS=3        a command that restarts the broker, and how often
#   DATABASE_RESTART, DATABASE_RESTARTS=5    a command that restarts PostgreSQL, and how often
#   VIGIL="dotnet .../vigil.dll"             the built command
#   DEADLINE=3600                            seconds after which it gives up
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${DATABASE_URL:?names no database}"
transactions=${TRANSACTIONS:-1000000} kills=${KILLS:-100} instances=${INSTANCES:-3} partitions=${PARTITIONS:-6}
rate=${RATE:-8000} between=${SECONDS_BETWEEN:-0.3} deadline=${DEADLINE:-3600}
broker_restarts=${BROKER_RESTARTS:-3} database_restarts=${DATABASE_RESTARTS:-5}
[ -n "${BROKER_RESTART:-}" ] || broker_restarts=0
[ -n "${DATABASE_RESTART:-}" ] || database_restarts=0
vigil=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
work=$(mktemp -d)
export KAFKA_TOPIC=${KAFKA_TOPIC:-chaos_$$} KAFKA_GROUP=${KAFKA_GROUP:-chaos_$$}
export KAFKA_DECISIONS_TOPIC=${KAFKA_DECISIONS_TOPIC:-${KAFKA_TOPIC}_decisions} KAFKA_DLQ_TOPIC=${KAFKA_DLQ_TOPIC:-${KAFKA_TOPIC}_dlq}
started=$(date +%s)
pids=()

sql() { psql "$DATABASE_URL" -AtX -v ON_ERROR_STOP=1 -c "$1"; }
say() { echo "$(date +%T) $*"; }
detector() {
    KAFKA_INSTANCE_ID=detector-$1 $vigil detect --metrics-port 0 --models "$work/models" --log-format json >>"$work/detector-$1.log" 2>&1 &
    pids[$1]=$!
}
finish() {
    for pid in "${pids[@]}" "${producer:-}"; do
        [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    done
    wait
    echo "logs: $work"
}
trap finish EXIT
trap 'echo "failed in line $LINENO:"; tail -n 2 "$work"/*.log' ERR

$vigil setup-db >"$work/setup.log"
before=$(sql 'SELECT count(*) FROM transactions')
if [ "$before" != 0 ]; then say "the database holds $before payments already: name an empty one"; exit 2; fi
$vigil produce simulate --create-topic --partitions "$partitions" --count 1 --seed 7 --customers 5000 --days 120 >"$work/first.log" 2>&1
$vigil produce simulate --count "$((transactions - 1))" --skip 1 --seed 7 --customers 5000 --days 120 --rate "$rate" --timeout 600 >"$work/producer.log" 2>&1 &
producer=$!
for ((i = 0; i < instances; i++)); do detector "$i"; done

# The kills are spread over the whole load: each waits until its share is decided, so that it hits instances at work.
decided=0
for ((kill = 1; kill <= kills; kill++)); do
    while ((decided < (kill - 1) * (transactions / (kills + 1)))); do
        if (($(date +%s) - started > deadline)); then say "gave up before kill $kill: $decided of $transactions decided"; exit 1; fi
        sleep 0.1
        decided=$(sql 'SELECT seq FROM log_head' 2>/dev/null || echo "$decided")
    done
    sleep "$(awk -v mean="$between" -v seed="$RANDOM" 'BEGIN { srand(seed); print -mean * log(1 - rand()) }')"
    victim=$((RANDOM % instances))
    kill -9 "${pids[$victim]}" 2>/dev/null || true
    wait "${pids[$victim]}" 2>/dev/null || true
    detector "$victim"
    if ((broker_restarts > 0 && kill % (kills / broker_restarts) == 0)); then
        say "kill $kill: restarting the broker"
        $BROKER_RESTART >>"$work/broker.log" 2>&1
    fi
    if ((database_restarts > 0 && kill % (kills / database_restarts) == 0)); then
        say "kill $kill: restarting the database"
        $DATABASE_RESTART >>"$work/database.log" 2>&1
    fi
    if ((kill % 10 == 0)); then say "$kill kills, $decided decided before the last"; fi
done

wait "$producer" || { say "the producer failed:"; tail -3 "$work/producer.log"; exit 1; }
producer=
say "$(tail -1 "$work/producer.log")"
while decided=$(sql 'SELECT seq FROM log_head') && ((decided < transactions)); do
    if (($(date +%s) - started > deadline)); then say "gave up: $decided of $transactions decided"; exit 1; fi
    sleep 2
done
for pid in "${pids[@]}"; do kill "$pid"; done
wait
pids=()

failed=0
check() { # what, expected, found
    if [ "$2" = "$3" ]; then say "ok    $1: $3"; else say "WRONG $1: $3, not $2"; failed=1; fi
}
check "rows" "$transactions" "$(sql 'SELECT count(*) FROM transactions')"
check "distinct ids" "$transactions" "$(sql 'SELECT count(DISTINCT transaction_id) FROM transactions')"
check "numbers without a gap" "$transactions" "$(sql 'SELECT max(seq) FROM transactions')"
check "positions over all partitions" "$transactions" "$(sql "SELECT sum(next) FROM kafka_positions WHERE topic = '$KAFKA_TOPIC'")"
check "payments decided before an earlier one of their account" 0 \
    "$(sql 'SELECT count(*) FROM (SELECT time < lag(time) OVER (PARTITION BY account_id ORDER BY seq) AS early FROM transactions) t WHERE early')"
replayed=$($vigil replay --verify --models "$work/models" 2>/dev/null | tail -1)
say "$replayed"
check "decisions that an undisturbed detector makes otherwise" "0" "$(sed -n 's/.*, \([0-9,]*\) differ.*/\1/p' <<<"$replayed")"
say "$kills kills, $broker_restarts restarts of the broker, $database_restarts of the database, $(($(date +%s) - started)) s"
exit "$failed"
