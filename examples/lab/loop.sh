#!/usr/bin/env bash
# The whole loop on own runs: lay out a design, train it, fit a law, plan a run of four times the largest budget, train
# that, and score the forecast. Everything it writes is in out/loop (--out).
#
#   examples/lab/loop.sh                  15 minutes, on the dictionary gcide (scripts/setup lab)
#   examples/lab/loop.sh --minutes 2      a small form of the same
#   examples/lab/loop.sh --flops 2e11     with this largest budget, whatever the machine: the same numbers each time
#   examples/lab/loop.sh --text FILE      on any text
#
# It starts from a clone: where build/release has no programs they are built first, which the minutes do not count.
# The first step measures how fast this machine trains, and the budgets of the design follow from that. A loop that was
# stopped goes on with the same command.
set -euo pipefail
self=$(realpath "$0")
cd "$(dirname "$0")/../.."

minutes=15 largest= text=gcide out=out/loop jobs=$(nproc)
bin=build/release
while [ $# -gt 0 ]; do
  case $1$([ $# -gt 1 ] || echo " without a value") in
    --minutes) minutes=$2 ;;
    --flops) largest=$2 ;;
    --text) text=$2 ;;
    --out) out=$2 ;;
    --jobs) jobs=$2 ;;
    --bin) bin=$2 ;;
    *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$self" >&2; exit 2 ;;
  esac
  shift 2
done
if [ ! -x "$bin/isoflop" ] || [ ! -x "$bin/isoflop-lab" ]; then
  scripts/setup build libraries
  cmake --preset release -DISOFLOP_TESTS=OFF
  cmake --build --preset release --target isoflop_program isoflop_lab_program
fi
if [ "$text" = gcide ] && [ ! -e /usr/share/dictd/gcide.dict.dz ]; then scripts/setup lab; fi
PATH=$(cd "$bin" && pwd):$PATH
mkdir -p "$out"
start=$EPOCHREALTIME

# The cell of the last row in column $2 of the table $1, none of whose cells has a comma in quotes.
cell() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == name) at = i } END { print $at }' "$1"; }
# A number by awk's arithmetic.
number() { awk "BEGIN { printf \"%.6g\", $1 }"; }

if [ ! -e "$out/design.csv" ]; then
  if [ -z "$largest" ]; then
    echo "== 1. How fast does this machine train?"
    began=$EPOCHREALTIME
    isoflop-lab train --width 32 --layers 2 -D 500000 --text "$text" -o "$out/speed.csv"
    # By the clock, so that other work on the machine makes the budgets smaller, not the loop longer.
    speed=$(number "6 * $(cell "$out/speed.csv" N) * $(cell "$out/speed.csv" D) / ($EPOCHREALTIME - $began)")
    # Five sizes on each of four budgets, each twice the one before, cost 9.4 of the largest on all jobs; the planned run
    # costs 4 on one. Half the time is left for what is slower than this run, and for the evaluations.
    largest=$(number "0.5 * 60 * $minutes * $speed / (9.4 / $jobs + 4)")
    # Runs of less than that hardly differ, and no law comes of them: a slow machine takes longer than asked.
    largest=$(awk -v asked="$largest" 'BEGIN { print asked < 1e11 ? 1e11 : asked }')
    echo "$speed FLOP/s a job: the largest budget is $largest FLOPs"
  fi

  echo "== 2. A design, around the optimum of the law of the committed study"
  isoflop fit examples/lab/dense-runs.csv --where "seed == 1" --law hoffmann2022 -o "$out/prior.json" >/dev/null 2>&1
  isoflop simulate "$out/prior.json" --flops "$(number "$largest / 8"):$largest:4" --sizes 5 --span 12 --design-only \
    -o "$out/laid-out.csv" 2>/dev/null
  # The lab's models have 5 thousand parameters or more.
  awk -F, 'NR == 1 || $1 >= 5000' "$out/laid-out.csv" >"$out/design.csv.part"
  mv "$out/design.csv.part" "$out/design.csv"
fi
largest=$(cell "$out/design.csv" C)

echo "== 3. The runs"
isoflop-lab run "$out/design.csv" --text "$text" -o "$out/runs.csv" --jobs "$jobs"

echo "== 4. The fit"
isoflop fit "$out/runs.csv" --where "status == 'done'" --law hoffmann2022 -o "$out/fit.json" | tee "$out/fit.txt"

echo "== 5. The plan for four times the largest budget"
budgets="$largest,$(number "4 * $largest")"
isoflop plan "$out/fit.json" --flops "$budgets" -o "$out/plan.csv" | tee "$out/plan.txt"
printf 'N,D\n%s,%s\n' "$(cell "$out/plan.csv" N)" "$(cell "$out/plan.csv" D)" >"$out/planned-design.csv"

echo "== 6. The planned run, and the forecast"
isoflop-lab run "$out/planned-design.csv" --text "$text" -o "$out/planned.csv"
N=$(cell "$out/planned.csv" N) D=$(cell "$out/planned.csv" D)
isoflop predict "$out/fit.json" --table "$out/planned.csv" -o "$out/score.csv"
isoflop predict "$out/fit.json" N="$N" D="$D" | tee "$out/forecast.txt"
loss=$(cell "$out/score.csv" loss) predicted=$(cell "$out/score.csv" predicted)
awk -v loss="$loss" -v predicted="$predicted" -v N="$N" -v D="$D" -v error="$(cell "$out/planned.csv" loss_error)" \
  -v minutes="$(number "($EPOCHREALTIME - $start) / 60")" 'BEGIN {
    printf "forecast of N %d on D %d: %.4f nats a byte; trained: %.4f +- %.4f; ", N, D, predicted, loss, error
    printf "the forecast is off by %+.2f %%; %.1f minutes\n", 100 * (predicted / loss - 1), minutes }' |
  tee "$out/score.txt"
