#!/usr/bin/env bash
# A new fraud appears in month 4: what the old model makes of it, whether drift is noticed, and what a retrain brings.
# From nothing, on SQLite, some minutes for each seed. Writes bench/results/retrain.md.
#
#   bench/retrain.sh [customers] [seed...]
#
# VIGIL names the built command; KEEP=folder keeps databases and models there, a folder for each seed, and does not make a seed
# again whose folder is whole.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
customers=${1:-500}
shift || true
seeds=("${@:-0}")
vigil=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] && mkdir -p "$work" || trap 'rm -rf "$work"' EXIT
unset DATABASE_URL MLFLOW_TRACKING_URI
# Day 0 is 2018-04-01. Ninety days lie before it, so that the longest windows are full when the first model learns: else what they
# hold goes on growing, and that is drift, too. The first model learns up to day 61; the new fraud begins on day 90; the retrain is
# on day 125; 25 days follow it.
first=2018-06-02 shift=2018-06-30 retrain=2018-08-04
ok() { "$@" || [ $? -eq 1 ]; } # 1 says that something was found or refused

run() {
    local folder=$work/$1
    [ ! -s "$folder/after.json" ] || return 0
    rm -rf "$folder"
    mkdir -p "$folder"
    cd "$folder"
    local db=(--database "$folder/vigil.db" --models "$folder/models")
    $vigil simulate --customers "$customers" --days 241 --start 2018-01-01 --seed "$1" --new-pattern-day 180 --labels --format csv --out all.csv
    for part in 1 2 3 4; do head -1 all.csv > $part.csv; done
    awk -F, -v f="$first" -v s="$shift" -v r="$retrain" \
        'NR > 1 { t = substr($3, 1, 10); print >> (t < f ? "1.csv" : t < s ? "2.csv" : t < r ? "3.csv" : "4.csv") }' all.csv

    # History and a model, then the days on which it decides, first as they were, then with the new fraud.
    $vigil load 1.csv "${db[@]}"
    $vigil train "${db[@]}" --review-share 0.05 --promote --json > train.json 2> train.log
    $vigil load 2.csv "${db[@]}"
    $vigil models compare 1 "${db[@]}" --since "$first" --until "$shift" --json > before.json 2> compare.log
    ok $vigil drift "${db[@]}" --since 2018-06-16 --until "$shift" --json > drift-before.json 2>> compare.log
    $vigil load 3.csv "${db[@]}"
    $vigil models compare 1 "${db[@]}" --since "$shift" --until "$retrain" --json > shifted.json 2>> compare.log
    ok $vigil drift "${db[@]}" --since 2018-07-21 --until "$retrain" --json > drift.json 2>> compare.log
    ok $vigil retrain "${db[@]}" --promote --json > retrain.json 2> retrain.log

    # The days after it, decided by whatever is in charge; both models are asked about them.
    $vigil load 4.csv "${db[@]}"
    $vigil models compare 2 1 "${db[@]}" --since "$retrain" --json > after.json 2>> compare.log
}

for seed in "${seeds[@]}"; do run "$seed"; done
python3 "$here/bench/retrain-report.py" "$customers" "${seeds[@]/#/$work/}" > "$here/bench/results/retrain.md"
cat "$here/bench/results/retrain.md"
