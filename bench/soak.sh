#!/usr/bin/env bash
# A soak: vigil detect and vigil api decide a steady stream for an hour, of which one message in a hundred is at fault, while
# connections to the database are cut now and then; a sample a minute says whether memory and latency stay flat.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 ADMIN_URL=postgresql://owner:...@host bench/soak.sh [minutes, 60] [messages per second, 300]
#
# What is injected, on purpose:
#   of a hundred messages one: cut in half; without its amount; of 70,000 bytes; no UTF-8 (these four are put aside as dead
#     letters); or a payment sent a second time (decided once). One kind after the other.
#   posts to the API, 2 a second (POSTS), of which one in a hundred is no JSON or has no time: answered 4xx. Beside
#     them the list of flagged payments is asked for once a second.
#   six times, spread evenly: all connections of both processes to the database are terminated (pg_terminate_backend).
#
# ADMIN_URL names a server and a user who may create databases: vigil_soak is dropped and made. Variables, all optional:
#   MODELS=folder     models with a champion        REDIS_URL=...   the API's cache
#   VIGIL="dotnet .../vigil.dll", BENCH likewise for Vigil.Benchmarks.dll     PARTITIONS=6
#   OUT=bench/results gets soak.csv and soak.svg
# It ends with 1 where something is lost, doubled, put aside wrongly, or not flat (bench/soak.py says by which test).
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;; esac
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${ADMIN_URL:?names no server}"
minutes=${1:-60} rate=${2:-300} posts=${POSTS:-2} partitions=${PARTITIONS:-6} out=${OUT:-$here/bench/results}
vigil=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
bench=${BENCH:-dotnet $here/bench/Vigil.Benchmarks/bin/Release/net10.0/Vigil.Benchmarks.dll}
work=$(mktemp -d)
export KAFKA_TOPIC=soak_$$ KAFKA_GROUP=soak_$$ KAFKA_DECISIONS_TOPIC=soak_$$_decisions KAFKA_DLQ_TOPIC=soak_$$_dlq
export DATABASE_URL=$ADMIN_URL/vigil_soak API_PORT=0 AZURE_API_KEY=$(head -c 32 /dev/urandom | base64 | tr -dc a-zA-Z0-9)
pids=() failed=0
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    echo "logs: $work"
}
trap finish EXIT
trap 'echo "failed in line $LINENO:"; tail -n 3 "$work"/*.log' ERR
say() { echo "$(date +%T) $*"; }
sql() { psql "$DATABASE_URL" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
start() { # log, command...
    local log=$1
    shift
    $vigil "$@" >"$work/$log" 2>&1 &
    pids+=($!)
}
await() { # seconds, what, command
    for ((i = 0; i < $1 * 5; i++)); do
        if eval "$3" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    say "gave up waiting for $2"
    return 1
}
url() { grep -o 'http://[0-9.:]*[0-9]' "$work/$1" | tail -1; }
check() { # what, expected, found
    if [ "$2" = "$3" ]; then say "ok    $1: $3"; else say "WRONG $1: $3, not $2"; failed=1; fi
}

psql "$ADMIN_URL/postgres" -qX -v ON_ERROR_STOP=1 -c 'DROP DATABASE IF EXISTS vigil_soak' -c 'CREATE DATABASE vigil_soak' 2>/dev/null
$vigil setup-db --partitions-from "$(date -u -d '-366 days' +%Y-%m)" >/dev/null
$vigil setup-topics --partitions "$partitions" --replicas 1 >/dev/null
$vigil rules publish "${RULES:-$here/bench/pipeline-rules.json}" --note soak >/dev/null
start detect.log detect --metrics-port 0 ${MODELS:+--models "$MODELS"}
start api.log api ${MODELS:+--models "$MODELS"}
for log in detect.log api.log; do await 60 "$log" "curl -fs \$(url $log)/health/ready"; done
say "$($vigil --version), $rate messages/s, $posts posts/s, $minutes minutes"

$bench soak "$(url api.log)" "$rate" $((minutes * 60)) "$posts" "$work/posts.csv" >"$work/load.json" 2>"$work/load.log" &
load=$!
pids+=("$load")
python3 "$here/bench/soak.py" sample "$work/soak.csv" "$(url detect.log)" "${pids[0]}" "$(url api.log)" "${pids[1]}" 2>"$work/sample.log" &
sampler=$!
pids+=("$sampler")
for ((cut = 1; cut <= 6; cut++)); do
    # In the middle of each sixth.
    await $((minutes * 12)) "minute $((minutes * (2 * cut - 1) / 12))" "((SECONDS >= $((minutes * 60 * (2 * cut - 1) / 12)))) || ! kill -0 $load"
    n=$(sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
    say "cut $n connections to the database"
done
wait "$load" || { say "the load failed"; failed=1; }
kill "$sampler"
wait "$sampler" || true

sent() { jq -r ".$1" "$work/load.json"; }
jq -c . "$work/load.json"
all=$(($(sent payments) + $(sent posts_accepted)))
await 120 "$all decided payments" "(( \$(sql 'SELECT seq FROM log_head') >= $all ))" || failed=1
metric() { curl -fs "$(url detect.log)/metrics" | awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { printf "%d", sum }'; }
await 60 "dead letters" "(( \$(metric vigil_dead_letters_total) >= $(sent dead_letters) ))" || true
check "rows" "$all" "$(sql 'SELECT count(*) FROM transactions')"
check "distinct ids" "$all" "$(sql 'SELECT count(DISTINCT transaction_id) FROM transactions')"
check "numbers without a gap" "$all" "$(sql 'SELECT max(seq) FROM transactions')"
check "posts accepted, and there" "$(sent posts_accepted)" "$(sql "SELECT count(*) FROM transactions WHERE transaction_id LIKE 'post-%'")"
check "bad posts accepted" 0 "$(sent posts_bad_accepted)"
check "decisions without the model" 0 "$(metric vigil_degraded_decisions_total)"
check "payments sent again, decided once" "$(sent repeated)" "$(metric vigil_repeated_transactions_total)"
# A letter is sent before its batch is stored; where the connection was cut in between, it is sent again.
$vigil dlq list --all --json 2>/dev/null >"$work/letters"
jq -c '[.source, .reason]' "$work/letters" | sort -u >"$work/distinct"
check "messages put aside" "$(sent dead_letters)" "$(wc -l <"$work/distinct")"
check "of them by reason" "$(sent faults.malformed) $(sent faults.missing_field) $(sent faults.too_long) $(sent faults.no_utf8)" \
    "$(awk '/malformed/ { a++ } /missing/ { b++ } /longer/ { c++ } /UTF-8/ { d++ } END { print a + 0, b + 0, c + 0, d + 0 }' "$work/distinct")"
say "letters that were sent a second time: $(($(wc -l <"$work/letters") - $(wc -l <"$work/distinct")))"
say "lines of the logs that say error: $(cat "$work/detect.log" "$work/api.log" | grep -ci error || true)"
for pid in "${pids[0]}" "${pids[1]}"; do kill -TERM "$pid" && { wait "$pid" || { say "ended with $?"; failed=1; }; }; done
python3 "$here/bench/soak.py" report "$work/soak.csv" "$work/posts.csv" "$out" || failed=1
exit "$failed"
