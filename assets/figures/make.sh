#!/usr/bin/env bash
# Makes the figures, the same bytes on every machine. Most are pictures of runs, which follow from a seed or are
# shortest traces; the others are drawn by checkpointing.py, where there is Python.
#
#   assets/figures/make.sh PROGRAMS [FOLDER]
#
# PROGRAMS is the folder with pingpong and the others; the figures go to FOLDER, or beside this script.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "${1:?name the folder with the programs}" && pwd)
folder=$(cd "${2:-$here}" && pwd)
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

# One seed, one slow mapper; all that is different is whether the reducer aligns.
unaligned='Without alignment: a word crosses the cut, and is in nobody'"'"'s part'
aligned='With alignment: the same run, and the cut is behind the word'
shorts=(--reducers 1 --files 4 --words 1 --checkpoint-interval 0.001 --seed 2)
parts=(--checkpoint 1 --nodes Mapper_0,Mapper_1,Reducer_0 --from 4.4ms)
log unaligned.jsonl checkpointing simulate "${shorts[@]}" --faults 'slow Mapper_1 by 1ms' --variant noAlignment
draw checkpointing-without-alignment.svg unaligned.jsonl "${parts[@]}" --to 14.2ms --title "$unaligned"
log aligned.jsonl checkpointing simulate "${shorts[@]}" --faults 'slow Mapper_1 by 1ms'
draw checkpointing-with-alignment.svg aligned.jsonl "${parts[@]}" --to 17.5ms --title "$aligned"

log careless.jsonl pingpong explore --variant careless --goal 2
draw pingpong-careless.svg careless.jsonl --title 'pingpong, the careless client'

for scenario in timekeeping drifting-clocks never-occurred vector-snapshot; do
    "$programs/vectorclocks" run "$scenario" --svg "$folder/vectorclocks-$scenario.svg" >report
done
"$programs/vectorclocks" ntp --rounds 6 --svg "$folder/vectorclocks-ntp.svg" >report

# What shows no run, but what there is.
if command -v python3 >/dev/null; then python3 "$here/checkpointing.py" "$folder"; fi
