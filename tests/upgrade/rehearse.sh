#!/usr/bin/env bash
# Rehearses an upgrade and its rollback under load: detectors and an API of the former release decide, the schema is brought
# to this one, the instances are exchanged one by one, taken back to the former release on the new schema, and exchanged
# again. Then proves that every payment was decided exactly once, in the order of its account, and as an undisturbed
# detector decides; and that every payment which the API accepted is there.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 DATABASE_URL=postgresql://... tests/upgrade/rehearse.sh [git ref of the former release]
#
# The database must be empty or new. Without a ref: the last tag, or else the commit before the newest schema script.
# Variables, all optional:
#   TRANSACTIONS=100000  RATE=1000 (sent per second)  INSTANCES=3  PARTITIONS=6
#   OLD_VIGIL="dotnet .../vigil.dll"   the former release, built already;  VIGIL likewise this one
#   DEADLINE=1200                      seconds after which it gives up
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${DATABASE_URL:?names no database}"
transactions=${TRANSACTIONS:-100000} rate=${RATE:-1000} instances=${INSTANCES:-3} partitions=${PARTITIONS:-6} deadline=${DEADLINE:-1200}
new=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
work=$(mktemp -d)
export KAFKA_TOPIC=${KAFKA_TOPIC:-upgrade_$$} KAFKA_GROUP=${KAFKA_GROUP:-upgrade_$$}
export KAFKA_DECISIONS_TOPIC=${KAFKA_TOPIC}_decisions KAFKA_DLQ_TOPIC=${KAFKA_TOPIC}_dlq
AZURE_API_KEY=$(head -c 24 /dev/urandom | base64)
export AZURE_API_KEY
cd "$work"
pids=() ports=() api= api_port= producer= caller= failed=0 exchanged=0

say() { echo "$(date +%T) $*"; }
sql() { psql "$DATABASE_URL" -AtX -v ON_ERROR_STOP=1 -c "$1"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_true() { # what, command
    while ! eval "$2" >/dev/null 2>&1; do
        if ((SECONDS > deadline)); then say "gave up waiting for $1"; exit 1; fi
        sleep 0.2
    done
}
decided() { sql 'SELECT seq FROM log_head'; }
until_decided() { until_true "$1 decided payments" "((\$(decided) >= $1))"; }
detector() { # number, command
    KAFKA_INSTANCE_ID=detector-$1 $2 detect --metrics-port "${ports[$1]}" --models "$work/models" --log-format json >>"$work/detector-$1.log" 2>&1 &
    pids[$1]=$!
    until_true "detector $1" "curl -fsS http://127.0.0.1:${ports[$1]}/health/ready"
}
start_api() { # command
    $1 api --port "$api_port" --models "$work/models" --log-format json >>"$work/api.log" 2>&1 &
    api=$!
    until_true "the API" "curl -fsS http://127.0.0.1:$api_port/health/ready"
}
stop() { kill -TERM "$1" && { wait "$1" || true; }; }
exchange() { # command, its name: each instance in turn, while the others decide
    for ((i = 0; i < instances; i++)); do
        stop "${pids[$i]}"
        detector "$i" "$1"
        exchanged=$((exchanged + 1))
    done
    stop "$api"
    start_api "$1"
    exchanged=$((exchanged + 1))
    say "all are $2 at $(decided) decided payments"
}
call() { # payments over the API, each sent until it is accepted; while instances are exchanged that takes more than one try
    local i code
    for ((i = 1; ; i++)); do
        [ ! -f "$work/enough" ] || break
        for (( ; ; )); do
            code=$(curl -s -o /dev/null -w '%{http_code}' -m 10 -H "X-API-Key: $AZURE_API_KEY" -H 'Content-Type: application/json' \
                "http://127.0.0.1:$api_port/api/v1/transactions?deadline_ms=5000" \
                -d "{\"transaction_id\":\"api-$i\",\"account_id\":\"api-$((i % 7))\",\"timestamp\":\"$(date -u +%FT%TZ)\",\"amount\":\"$((i % 90 + 1)).00\"}") || true
            echo "$code" >>"$work/codes"
            case $code in 200 | 202) break ;; esac
            sleep 0.2
        done
        echo "api-$i" >>"$work/accepted"
        sleep 0.1
    done
}
finish() {
    for pid in "${pids[@]}" $api $producer $caller; do kill "$pid" 2>/dev/null || true; done
    wait
    echo "logs: $work"
}
trap finish EXIT
trap 'echo "failed in line $LINENO:"; tail -n 2 "$work"/*.log' ERR

if [ -n "${OLD_VIGIL:-}" ]; then
    old=$OLD_VIGIL
else
    ref=${1:-$(git -C "$here" describe --tags --abbrev=0 2>/dev/null ||
        echo "$(git -C "$here" log -1 --diff-filter=A --format=%H -- src/Vigil.Storage/Migrations/Postgres)^")}
    say "building $(git -C "$here" log -1 --format='%h %s' "$ref")"
    mkdir "$work/source"
    git -C "$here" archive "$ref" | tar -x -C "$work/source"
    # Not analyzed again: it was when it was released.
    dotnet publish -c Release -v q -nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false "$work/source/src/Vigil.Cli" -o "$work/old" >"$work/build.log" 2>&1
    old="dotnet $work/old/vigil.dll"
fi

for ((i = 0; i < instances; i++)); do ports[i]=$(free_port); done
api_port=$(free_port)
$old setup-db >"$work/setup-old.log"
say "former release: $($old --version), schema $(sql 'SELECT max(version) FROM schema_migrations')"
$old produce simulate --create-topic --partitions "$partitions" --count 1 --seed 7 --customers 2000 --days 120 >"$work/first.log" 2>&1
for ((i = 0; i < instances; i++)); do detector "$i" "$old"; done
start_api "$old"
$old produce simulate --count "$((transactions - 1))" --skip 1 --seed 7 --customers 2000 --days 120 --rate "$rate" --timeout 600 >"$work/producer.log" 2>&1 &
producer=$!
call &
caller=$!

until_decided $((transactions / 8))
$new setup-db >"$work/setup-new.log"
say "this release: $($new --version), schema $(sql 'SELECT max(version) FROM schema_migrations'), migrated at $(decided) decided payments"
until_decided $((transactions / 5))
exchange "$new" "of this release"
until_decided $((transactions / 2))
exchange "$old" "of the former release again, on this schema"
until_decided $((transactions * 3 / 4))
exchange "$new" "of this release"

wait "$producer" || { say "the producer failed:"; tail -3 "$work/producer.log"; exit 1; }
producer=
say "$(tail -1 "$work/producer.log")"
touch "$work/enough"
wait "$caller"
caller=
accepted=$(wc -l <"$work/accepted")
all=$((transactions + accepted))
until_decided "$all"
for pid in "${pids[@]}" "$api"; do stop "$pid"; done
pids=() api=

check() { # what, expected, found
    if [ "$2" = "$3" ]; then say "ok    $1: $3"; else say "WRONG $1: $3, not $2"; failed=1; fi
}
check "rows" "$all" "$(sql 'SELECT count(*) FROM transactions')"
check "distinct ids" "$all" "$(sql 'SELECT count(DISTINCT transaction_id) FROM transactions')"
check "numbers without a gap" "$all" "$(sql 'SELECT max(seq) FROM transactions')"
check "accepted by the API, and there" "$accepted" "$(sql "SELECT count(*) FROM transactions WHERE transaction_id LIKE 'api-%'")"
check "payments decided before an earlier one of their account" 0 \
    "$(sql "SELECT count(*) FROM (SELECT time < lag(time) OVER (PARTITION BY account_id ORDER BY seq) AS early FROM transactions WHERE transaction_id NOT LIKE 'api-%') t WHERE early")"
check "messages put aside" 0 "$(cat "$work"/detector-*.log | grep -c 'dead_letter\|put aside' || true)"
replayed=$($new replay --verify --models "$work/models" 2>/dev/null | tail -1)
say "$replayed"
check "decisions that an undisturbed detector makes otherwise" "0" "$(sed -n 's/.*, \([0-9,]*\) differ.*/\1/p' <<<"$replayed")"
say "answers of the API: $(sort "$work/codes" | uniq -c | awk '{ printf "%s%s times %s", (NR > 1 ? ", " : ""), $1, $2 }')"
say "$all payments, $exchanged instances exchanged, $SECONDS s"
exit "$failed"
