#!/usr/bin/env bash
# Makes the figures that are pictures of runs, the same bytes on every machine: the runs follow from a seed,
# or are shortest traces.
#
#   assets/figures/make.sh PROGRAMS [FOLDER]
#
# PROGRAMS is the folder with pingpong and the others; the figures go to FOLDER, or beside this script.
set -euo pipefail

programs=$(cd "${1:?name the folder with the programs}" && pwd)
folder=$(cd "${2:-$(dirname "$0")}" && pwd)
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
cd "$runs"

# What a run is about stands in its report, which nobody reads here. Status 1 is a mistake that was looked for.
log() {
    local file=$1
    shift
    "$programs/$1" "${@:2}" --log "$file" >report || [ $? -eq 1 ]
}
draw() { "$programs/timeline" "$2" --svg "$folder/$1" "${@:3}"; }

log faults.jsonl pingpong simulate --seed 7 \
    --faults 'lose 20% *; kill Server after 3 receives restart after 100ms'
draw pingpong-faults.svg faults.jsonl

log two.jsonl pingpong simulate --goal 2
draw pingpong-cuts.svg two.jsonl --clocks --cut 'c2,s1; c3,s2' --title 'pingpong, two questions'

log careless.jsonl pingpong explore --variant careless --goal 2
draw pingpong-careless.svg careless.jsonl --title 'pingpong, the careless client'

for scenario in timekeeping drifting-clocks never-occurred vector-snapshot; do
    "$programs/vectorclocks" run "$scenario" --svg "$folder/vectorclocks-$scenario.svg" >report
done
"$programs/vectorclocks" ntp --rounds 6 --svg "$folder/vectorclocks-ntp.svg" >report
