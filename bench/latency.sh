#!/usr/bin/env bash
# What a caller of POST /api/v1/transactions waits for, at several rates, with the features, rules and model of
# bench/pipeline.sh: through Kafka (vigil api, vigil detect) on PostgreSQL, also while a producer loads the same detector;
# and in one process (vigil run) on SQLite, whose rules are those that it ships.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 ADMIN_URL=postgresql://owner:...@host bench/latency.sh [rates, "50 200 500"] [seconds]
#
# MODELS names a folder of models with a champion; BESIDE (payments per second) the load of the producer.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
rates=${1:-50 200 500} seconds=${2:-20} beside=${BESIDE:-0} customers=2000 warm=100000
post="dotnet $here/bench/Vigil.Benchmarks/bin/Release/net10.0/Vigil.Benchmarks.dll post"
work=$(mktemp -d)
export KAFKA_TOPIC=latency_$$ KAFKA_GROUP=latency_$$ KAFKA_DECISIONS_TOPIC=latency_$$_decisions KAFKA_DLQ_TOPIC=latency_$$_dlq
export DATABASE_URL=$ADMIN_URL/vigil_latency API_PORT=0 AZURE_API_KEY=$(head -c 32 /dev/urandom | base64 | tr -dc a-zA-Z0-9)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT
start() { # log, command...
    local log=$1
    shift
    $vigil "$@" >"$work/$log" 2>&1 &
    pids+=($!)
}
url() { # log
    for ((i = 0; i < 150; i++)); do
        if grep -qo 'http://[0-9.:]*[0-9]' "$work/$1"; then grep -o 'http://[0-9.:]*[0-9]' "$work/$1" | tail -1 && return; fi
        sleep 0.2
    done
    echo "$1 does not listen: $(tail -3 "$work/$1")" >&2
    return 1
}
ready() { # log
    for ((i = 0; i < 300; i++)); do
        curl -fs "$(url "$1")/health/ready" >/dev/null && return
        sleep 0.2
    done
    echo "$1 is not ready: $(tail -3 "$work/$1")" >&2
    return 1
}

admin 'DROP DATABASE IF EXISTS vigil_latency' 2>/dev/null
admin 'CREATE DATABASE vigil_latency'
$vigil setup-db >/dev/null
$vigil rules publish "$rules" --note bench >/dev/null
$vigil produce simulate --create-topic --partitions 6 --customers "$customers" --days 90 --count "$warm" >/dev/null 2>&1
start detect detect --metrics-port 0 ${MODELS:+--models "$MODELS"}
start api api ${MODELS:+--models "$MODELS"}
await "$warm"
ready api
at=$warm
measure() { # what, log
    for rate in $rates; do
        echo "$1: $($post "$(url "$2")" "$rate" "$seconds" "$customers" "$at")"
        at=$((at + rate * seconds))
    done
}
measure "through Kafka, nothing beside" api
if ((beside > 0)); then
    # The same stream from where no post comes.
    $vigil produce simulate --customers "$customers" --days 90 --skip $((at * 2)) --rate "$beside" >/dev/null 2>&1 &
    pids+=($!)
    sleep 10
    measure "through Kafka, beside $beside/s" api
    kill "${pids[-1]}" 2>/dev/null || true
fi
kill "${pids[0]}" "${pids[1]}"
wait "${pids[0]}" "${pids[1]}" || true
unset DATABASE_URL
mkdir "$work/data"
[ -z "${MODELS:-}" ] || cp -r "$MODELS" "$work/data/models"
start run run --no-simulate --data-dir "$work/data" --metrics-port 0
ready run
measure "in one process" run
