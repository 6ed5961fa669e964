#!/usr/bin/env bash
# Pulls one cord after the other while payments are decided: Kafka, PostgreSQL, Redis, the disk, the clock, an instance;
# and sends what is no payment. Says what /health/ready, the metrics and the logs said to each, and proves at the end that
# nothing was lost or decided twice.
#
#   KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 DATABASE_URL=postgresql://... KAFKA_BIN=/opt/kafka/bin tests/chaos/cords.sh
#
# The database must be empty or new, or a SQLite file that is not there yet. A cord whose commands are not given is left out:
#   KAFKA_STOP, KAFKA_START         commands that stop and start the broker
#   DATABASE_STOP, DATABASE_START   the same for PostgreSQL; the latter also after its disk was full
#   REDIS_STOP, REDIS_START         the same for Redis, with REDIS_URL
#   DATABASE_DISK                   a folder on the small file system that the database is on: it is filled
#   KAFKA_BIN                       Kafka's own commands: poison, 2 MB, lag, and resets by the operator
#   CORDS="kafka database redis disk poison large clock rebalance stopped operator"
#   OUTAGE=60 (seconds), RATE=200 (payments per second), VIGIL="dotnet .../vigil.dll"
#   FAKETIME=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1   for the clock
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${DATABASE_URL:?names no database}"
vigil=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
outage=${OUTAGE:-60} rate=${RATE:-200}
cords=${CORDS:-kafka database redis disk poison large clock rebalance stopped operator}
faketime=${FAKETIME:-/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1}
work=$(mktemp -d)
export KAFKA_TOPIC=${KAFKA_TOPIC:-cords_$$} KAFKA_GROUP=${KAFKA_GROUP:-fraud-detectors}
export KAFKA_DECISIONS_TOPIC=${KAFKA_TOPIC}_decisions KAFKA_DLQ_TOPIC=${KAFKA_TOPIC}_dlq
pids=() sent=0 letters=0 failed=0 producer=

say() { echo "$(date +%T) $*"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
sql() {
    case $DATABASE_URL in
        sqlite*) python3 -c 'import sqlite3, sys; print(*sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=30).execute(sys.argv[2]).fetchone(), sep="|")' "${DATABASE_URL#sqlite://}" "$1" ;;
        *) psql "$DATABASE_URL" -AtX -v ON_ERROR_STOP=1 -c "$1" ;;
    esac
}
port0=$(free_port) port1=$(free_port) api=$(free_port)
detector() { # number
    local port=port$1
    KAFKA_INSTANCE_ID= LD_PRELOAD=${preload:-} FAKETIME_TIMESTAMP_FILE=$work/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 \
        $vigil detect --metrics-port "${!port}" --models "$work/models" --log-format text >>"$work/detector-$1.log" 2>&1 &
    pids[$1]=$!
}
stop() { # number
    [ -z "${pids[$1]:-}" ] || { kill "${pids[$1]}" 2>/dev/null || true; wait "${pids[$1]}" 2>/dev/null || true; }
    pids[$1]=
}
finish() {
    trap - ERR
    rm -f "${DATABASE_DISK:-$work}/fill"
    for pid in "${pids[@]}" "${producer:-}"; do [ -z "$pid" ] || { kill -CONT "$pid"; kill "$pid"; } 2>/dev/null || true; done
    wait
    echo "logs: $work"
}
trap finish EXIT
trap 'echo "failed in line $LINENO"' ERR

ready() { curl -s -m 2 "http://127.0.0.1:$1/health/ready" || echo unreachable; }
gauge() { curl -s -m 2 "http://127.0.0.1:$port0/metrics" | awk -v n="$1" 'index($1, n) == 1 { sum += $2; seen = 1 } END { print seen ? sum : "-" }'; }
note() { # samples what the services say, while $1 seconds pass
    local until=$(($(date +%s) + $1))
    while (($(date +%s) < until)); do
        echo "detector $(ready "$port0")" >>"$work/said"
        echo "api $(ready "$api")" >>"$work/said"
        echo "metrics store_available=$(gauge vigil_store_available) kafka_available=$(gauge vigil_kafka_available)" >>"$work/said"
        sleep 1
    done
}
decided() { sql 'SELECT count(*) FROM transactions' 2>/dev/null || echo -1; }
drained() { # until what was sent is decided; how long it took
    local began=$SECONDS
    wait "$producer" || { say "the producer failed: $(tail -1 "$work/producer.log")"; exit 1; }
    producer=
    while [ "$(decided)" != "$sent" ]; do
        if ((SECONDS - began > 180)); then say "WRONG $1: $(decided) of $sent decided after 180 s"; failed=1; return; fi
        sleep 0.5
    done
}
begin() { # cord
    : >"$work/said"
    for log in "$work"/detector-*.log "$work"/api.log; do wc -l <"$log" >"$log.from" 2>/dev/null || true; done
    local count=$(((outage + 20) * rate))
    $vigil produce simulate --count "$count" --skip "$sent" --seed 7 --customers 2000 --days 120 --rate "$rate" --timeout 600 >"$work/producer.log" 2>&1 &
    producer=$!
    sent=$((sent + count))
    note 5
}
end() { # cord
    local began=$SECONDS
    drained "$1"
    echo
    say "cord: $1"
    sort "$work/said" | uniq -c | sort -k2,2 -k1,1nr | awk '{ n[$2]++; if (n[$2] <= 4) print "  " $0 }' | cut -c1-220
    for log in "$work"/detector-*.log "$work"/api.log; do
        tail -n +"$(($(cat "$log.from" 2>/dev/null || echo 0) + 1))" "$log" | grep -iE 'warn|error|fail|WRN|ERR|pause|goes on|again' | sed -E 's/^[^A-Za-z]*[0-9T:.Z-]+ *//; s/[0-9a-f]{8}-[0-9a-f-]+//' | cut -c1-200 | sort | uniq -c | sort -rn | head -4 | sed "s/^/  $(basename "$log" .log) /" || true
    done
    local rows; rows=$(sql 'SELECT count(*), count(DISTINCT transaction_id), max(seq) FROM transactions')
    local verdict=ok
    [ "$rows" = "$sent|$sent|$sent" ] || { verdict=WRONG; failed=1; }
    say "$verdict    $1: rows|distinct ids|last number = $rows, sent $sent; all decided $((SECONDS - began)) s after the cord was back"
    printf '| %s | %s | %s | %s s |\n' "$1" "$verdict" "$rows of $sent" "$((SECONDS - began))" >>"$work/table"
}
tool() { local name=$1; shift; "$KAFKA_BIN/$name" --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" "$@"; }
describe() { tool kafka-consumer-groups.sh --describe --group "$KAFKA_GROUP" 2>/dev/null | awk -v t="$KAFKA_TOPIC" '$2 == t { lag += $6; n++ } END { print n + 0 " partitions, lag " lag + 0 }'; }
has() { for name in "$@"; do [ -n "${!name:-}" ] || return 1; done; }
wants() { # cord, variables
    case " $cords " in *" $1 "*) shift; has "$@" || { say "left out for want of $*"; return 1; } ;; *) return 1 ;; esac
}

echo "+0" >"$work/clock"
preload=
$vigil setup-db >"$work/setup.log" 2>&1 || case $DATABASE_URL in sqlite*) ;; *) cat "$work/setup.log"; exit 1 ;; esac
$vigil produce simulate --create-topic --partitions 6 --count 1 --seed 7 --customers 2000 --days 120 >"$work/first.log" 2>&1
sent=1
detector 0
$vigil api --port "$api" --models "$work/models" --log-format text >"$work/api.log" 2>&1 &
pids[2]=$!
until [[ "$(ready "$port0")" == *'"ready"'* && "$(ready "$api")" == *'"ready"'* ]]; do
    ((SECONDS < 300)) || { say "not ready: $(ready "$port0") $(ready "$api")"; tail -n 3 "$work"/*.log; exit 1; }
    sleep 0.5
done

if wants kafka KAFKA_STOP KAFKA_START; then
    begin kafka; $KAFKA_STOP >>"$work/kafka.out" 2>&1; note "$outage"; $KAFKA_START >>"$work/kafka.out" 2>&1; end "Kafka away"
fi
if wants database DATABASE_STOP DATABASE_START; then
    begin database; $DATABASE_STOP >>"$work/db.out" 2>&1; note "$outage"; $DATABASE_START >>"$work/db.out" 2>&1; end "database away"
fi
if wants redis REDIS_URL REDIS_STOP REDIS_START; then
    begin redis; $REDIS_STOP >>"$work/redis.out" 2>&1; note "$outage"; $REDIS_START >>"$work/redis.out" 2>&1; end "Redis away"
fi
if wants disk DATABASE_DISK; then
    begin disk
    dd if=/dev/zero of="$DATABASE_DISK/fill" bs=64k >>"$work/db.out" 2>&1 || true
    note "$outage"
    rm -f "$DATABASE_DISK/fill"
    case $DATABASE_URL in sqlite*) ;; *) psql "$DATABASE_URL" -qc 'SELECT 1' >/dev/null 2>&1 || { say "PostgreSQL ended itself on the full disk: started again"; $DATABASE_START >>"$work/db.out" 2>&1; } ;; esac
    end "disk full"
fi
if wants poison KAFKA_BIN; then
    begin poison
    printf 'acc-1:{ no transaction\nacc-1:{"transaction_id": 7}\nacc-1:\xff\xfe\n' | tool kafka-console-producer.sh --topic "$KAFKA_TOPIC" --property parse.key=true --property key.separator=: >>"$work/kafka.out" 2>&1
    letters=$((letters + 3)); note 10; end "three poison messages"
fi
if wants large KAFKA_BIN; then
    begin large
    tool kafka-configs.sh --alter --entity-type topics --entity-name "$KAFKA_TOPIC" --add-config max.message.bytes=4194304 >>"$work/kafka.out" 2>&1
    { printf 'acc-1:'; head -c 2000000 /dev/zero | tr '\0' x; echo; } | tool kafka-console-producer.sh --topic "$KAFKA_TOPIC" --property parse.key=true --property key.separator=: --producer-property max.request.size=4194304 >>"$work/kafka.out" 2>&1
    letters=$((letters + 1)); note 10; end "a message of 2 MB"
fi
if wants clock && [ -f "$faketime" ]; then
    stop 0; preload=$faketime; detector 0; preload=
    begin clock; echo "+7200" >"$work/clock"; note $((outage / 3)); echo "-7200" >"$work/clock"; note $((outage / 3)); echo "+0" >"$work/clock"; end "clock 2 h ahead, then 2 h behind"; stop 0; detector 0
fi
if wants rebalance DATABASE_STOP DATABASE_START; then
    begin rebalance; $DATABASE_STOP >>"$work/db.out" 2>&1; note 5; detector 1; note $((outage / 2)); $DATABASE_START >>"$work/db.out" 2>&1; note 10; stop 1; end "an instance joins while the database is away, and leaves"
fi
case $DATABASE_URL in postgres*) if wants stopped KAFKA_BOOTSTRAP_SERVERS; then
    detector 1; begin stopped
    for ((try = 0; try < 3000; try++)); do
        kill -STOP "${pids[1]}"
        [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY %' AND state = 'active' AND wait_event = 'ClientRead'")" = 0 ] || break
        kill -CONT "${pids[1]}"
    done
    held=$(decided); began=$SECONDS
    say "stopped in a COPY after $try tries"
    while [ "$(decided)" = "$held" ] && ((SECONDS - began < 120)); do note 1; done
    say "the other instance went on after $((SECONDS - began)) s"
    kill -CONT "${pids[1]}"; note 5; end "an instance stopped in the middle of a COPY"; stop 1
fi ;; esac
# Before the operator has all read again, which puts the letters there a second time.
if [ "$letters" -gt 0 ]; then
    found=$($vigil dlq list --all --json 2>/dev/null | wc -l)
    say "dead letters: $found of $letters"; [ "$found" = "$letters" ] || failed=1
fi
if wants operator KAFKA_BIN; then
    begin operator; say "lag while it works: $(describe)"; note 5; stop 0; sleep 10; say "lag with no detector: $(describe)"; wait "$producer"; detector 0; end "no detector for 20 s"
    until [[ $(describe) == *"lag 0" ]] || ((SECONDS > 3000)); do sleep 1; done
    say "lag after it drained: $(describe)"
    before=$(decided); stop 0
    until tool kafka-consumer-groups.sh --group "$KAFKA_GROUP" --topic "$KAFKA_TOPIC" --reset-offsets --to-earliest --execute >>"$work/kafka.out" 2>&1 && [[ "$(describe)" != *"lag 0" ]]; do sleep 2; done
    say "reset to the earliest: $(describe)"
    detector 0
    until [[ $(describe) == *"lag 0" ]]; do sleep 2; done
    say "read again: $(describe); decided before $before, now $(decided)"
    stop 0
    $vigil produce simulate --count 500 --skip "$sent" --seed 7 --customers 2000 --days 120 >"$work/producer.log" 2>&1
    until tool kafka-consumer-groups.sh --group "$KAFKA_GROUP" --topic "$KAFKA_TOPIC" --reset-offsets --to-latest --execute >>"$work/kafka.out" 2>&1 && [[ "$(describe)" == *"lag 0" ]]; do sleep 2; done
    detector 0
    until [[ "$(ready "$port0")" == *'"ready"'* ]]; do sleep 1; done
    note 5
    say "reset to the latest, 500 passed over: decided $(decided)"
    [ "$(decided)" = "$before" ] || { failed=1; say "WRONG the operator's reset decided something"; }
    grep -hiE 'operator' "$work/detector-0.log" | tail -4 | cut -c1-200
fi
for pid in 0 1 2; do stop "$pid"; done
say "$($vigil replay --verify --models "$work/models" 2>/dev/null | tail -1)"
echo; echo "| cord | | rows, distinct ids, last number | until all was decided |"; echo "|---|---|---|---|"; cat "$work/table"
exit "$failed"
