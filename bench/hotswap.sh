#!/usr/bin/env bash
# Models are promoted and rolled back while payments are decided at a steady rate: errors, payments without a model, and how
# long they take in the seconds of a swap beside the others. From nothing; each run takes its own time and a minute more.
#
#   bench/hotswap.sh [rate of the decider alone, 20000] [rate of the embedded engine, 3000] [seconds, 60]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_GCgen0size=${DOTNET_GCgen0size:-0x4000000} # as deploy/ sets it for the detector
bench=$here/bench/Vigil.Benchmarks/bin/Release/net10.0/Vigil.Benchmarks.dll
[ -f "$bench" ] || dotnet build -c Release -v q -nologo "$here/bench/Vigil.Benchmarks"
dotnet "$bench" hotswap "${1:-20000}" "${3:-60}" alone
echo
dotnet "$bench" hotswap "${2:-3000}" "${3:-60}"
echo
dotnet "$bench" hotswap "${2:-3000}" "${3:-60}" 1
