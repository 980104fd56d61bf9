#!/usr/bin/env bash
# The study of docs/lab.md: its tables, and every number that the page says.
#
#   examples/lab/study.sh train [SWEEP ...]   train what a table does not have yet: examples/lab/SWEEP-design.csv gives
#                                             examples/lab/SWEEP-runs.csv; it may be stopped and started at any time
#   examples/lab/study.sh tell                fit the tables, print the numbers and draw the charts of docs/charts/lab-*.svg
#
# Sweeps: dense, forecast, pruned, pattern, start, moe, language. All of them are 30 minutes of one core with AVX-512.
set -euo pipefail
self=$(realpath "$0")
cd "$(dirname "$0")/../.."
PATH=$PWD/build/release:$PATH
here=examples/lab
out=out/study
mkdir -p "$out"
sweeps="dense forecast pruned pattern start moe language"

train() {
  local sweep
  for sweep in ${*:-$sweeps}; do
    # Models that a row saves and others start from are files of the folder that this runs in.
    (cd "$out" && isoflop-lab run "../../$here/$sweep-design.csv" -o "../../$here/$sweep-runs.csv" --jobs "${JOBS:-1}")
    # Rows are in the order in which runs ended; by their numbers a difference is readable.
    { head -n 1 "$here/$sweep-runs.csv"; tail -n +2 "$here/$sweep-runs.csv" | sort -t, -k1n; } >"$out/sorted.csv"
    mv "$out/sorted.csv" "$here/$sweep-runs.csv"
  done
}

# Columns of a table by their names, blank between them: columns FILE NAME ...
columns() {
  awk -F, -v names="${*:2}" 'NR == 1 { n = split(names, name, " "); for (i = 1; i <= NF; ++i) at[$i] = i; next }
    { for (i = 1; i <= n; ++i) printf "%s%s", $at[name[i]] == "" ? "-" : $at[name[i]], i < n ? " " : "\n" }' "$1"
}

# The standard deviation of ln loss among rows that differ in nothing but the seed, pooled, in per cent.
seeds() {
  columns "$1" width layers D D_start sparsity pattern experts active_experts loss | awk -v table="$1" '
    { key = $1; for (i = 2; i < NF; ++i) key = key " " $i; ++n[key]; x = log($NF); sum[key] += x; squares[key] += x * x }
    END {
      for (key in n) if (n[key] > 1) { free += n[key] - 1; ss += squares[key] - sum[key] ^ 2 / n[key] }
      if (free) printf "%s: seeds: %.2f %% of the loss, %d degrees of freedom\n", table, 100 * sqrt(ss / free), free }'
}

# How much of that a size and a seed have in common at all their numbers of tokens, and how much they do not: variances
# between and within them, of tables that have the same seeds in each cell.
shared_by_seeds() {
  columns "$1" width layers D seed loss | awk -v most="$2" '
    $3 < most {
      size = $1 "x" $2; sizes[size]; seeds[$4]; tokens[$3]
      x = log($5); squares += x * x; all[size] += x; cell[size, $3] += x; of[size, $4] += x
    }
    END {
      for (s in sizes) ++n; for (s in seeds) ++k; for (d in tokens) ++m
      for (s in sizes) {
        ss += all[s] ^ 2 / (k * m)
        for (d in tokens) ss_cells += cell[s, d] ^ 2 / k
        for (r in seeds) ss_seeds += of[s, r] ^ 2 / m
      }
      free = n * (k - 1)
      within = (squares - ss_cells - ss_seeds + ss) / (free * (m - 1)); between = ((ss_seeds - ss) / free - within) / m
      printf "seeds, D below %g: in common %.2f %% (%d degrees of freedom), else %.2f %%\n", most, 100 * sqrt(between > 0 ? between : 0), free, 100 * sqrt(within) }'
}

# Root mean square and mean of relative errors, of what `isoflop predict` wrote.
relative() {
  columns "$1" loss predicted | awk '{ e = $2 / $1 - 1; ss += e * e; sum += e < 0 ? -e : e; ++n }
    END { printf "relative RMSE %.2f %%, mean relative error %.2f %%, %d rows\n", 100 * sqrt(ss / n), 100 * sum / n, n }'
}

# A fit and its relative errors: fit_of NAME LAW FILES and flags
fit_of() {
  isoflop fit "${@:3}" --law "$2" --loss mse -o "$out/$1.json" >"$out/$1.txt" 2>&1
  echo "$1:"; grep -E '^  (E|A|B|alpha|beta|e|a|b|c|gamma|aS|bS|cS|bN|aD|bD) ' "$out/$1.txt" || true
  grep -E '^  errors' "$out/$1.txt"
}

dense() {
  echo "== Dense"
  seeds $here/dense-runs.csv
  shared_by_seeds $here/dense-runs.csv 1.5e6
  local law
  for law in hoffmann2022 farseer2025; do
    fit_of "$law" "$law" $here/dense-runs.csv --mean-of 'N, D'
    isoflop predict "$out/$law.json" --table $here/dense-runs.csv --mean-of 'N, D' -o "$out/predicted.csv" >/dev/null 2>&1
    relative "$out/predicted.csv"
  done
  isoflop compare $here/dense-runs.csv --mean-of 'N, D' --laws hoffmann2022,farseer2025 --loss mse --holdout 'D > 3e6' \
    -o "$out/dense-compare.json" 2>/dev/null | sed -n '3,6p'
  fit_of one-seed hoffmann2022 $here/dense-runs.csv --where 'seed == 1'
  isoflop predict "$out/one-seed.json" --table $here/dense-runs.csv --where 'seed == 1' -o "$out/predicted.csv" >/dev/null 2>&1
  relative "$out/predicted.csv"
  echo "one seed, then one seed and the means by the default loss"
  isoflop compare $here/dense-runs.csv --where 'seed == 1' --laws farseer2025 --loss mse --holdout 'D > 3e6' 2>/dev/null | sed -n '3,4p'
  isoflop compare $here/dense-runs.csv --where 'seed == 1' --laws farseer2025 --holdout 'D > 3e6' 2>/dev/null | sed -n '4p'
  isoflop compare $here/dense-runs.csv --mean-of 'N, D' --laws farseer2025 --holdout 'D > 3e6' 2>/dev/null | sed -n '4p'
  isoflop chart "$out/farseer2025.json" --kind fit --width 600 -o docs/charts/lab-dense.svg >/dev/null 2>&1
}

# The plan of two laws of the first 55 runs, trained, and what each of them forecast of both.
forecast() {
  echo "== Forecast"
  local law
  for law in hoffmann2022 farseer2025; do
    isoflop fit $here/dense-runs.csv --where 'run <= 55' --mean-of 'N, D' --law $law --loss mse -o "$out/planner.json" >/dev/null 2>&1
    isoflop plan "$out/planner.json" --flops 2e12,4e12 -o "$out/plan.csv" >/dev/null 2>&1
    columns "$out/plan.csv" flops N D loss | awk '{ printf "plan for %g: N %.4g, D %.4g, loss %.4f\n", $1, $2, $3, $4 }' | tail -n 1
    isoflop predict "$out/planner.json" --table $here/forecast-runs.csv -o "$out/predicted.csv" >/dev/null 2>&1
    columns "$out/predicted.csv" N D C loss predicted |
      awk -v law=$law '{ printf "%s: N %d, D %d, C %.3g: trained %.4f, forecast %.4f, %+.2f %%\n", law, $1, $2, $3, $4, $5, 100 * ($5 / $4 - 1) }'
  done
}

five=hoffmann2022,frantar2023,abnar2025,hossain2025,farseer2025

# The laws on some tables, by five random parts and by the rows with the most tokens.
contest() {
  local name=$1 holdout
  shift
  for holdout in 'D > 1.5e6' folds:5; do
    case "$name $holdout" in "pruned-small D"*) continue ;; esac
    echo "$name, held out: $holdout"
    isoflop compare "$@" --laws $five --loss mse --holdout "$holdout" -o "$out/$name.json" 2>/dev/null |
      awk 'NF == 0 { ++blank } blank == 1 && NF' | sed -n '2,$p'
  done
}

# The held-out errors of some laws in five random parts.
five_folds() {
  isoflop compare "$@" --loss mse --holdout folds:5 2>/dev/null | awk 'NF == 0 { ++blank } blank == 1 && NF' | sed -n '2,$p'
}

pruned() {
  echo "== Pruned"
  contest pruned $here/dense-runs.csv $here/pruned-runs.csv --where 'seed == 1'
  contest pruned-small $here/dense-runs.csv $here/pruned-runs.csv --where 'seed == 1 && D < 1.5e6' \
    --columns 'N = N_no_embedding, P = P_no_embedding, S = 1 - N_no_embedding/P_no_embedding'
  echo "dense runs alone, where hossain2025 is hoffmann2022: of one seed, and means"
  five_folds $here/dense-runs.csv --where 'seed == 1' --laws hossain2025,farseer2025
  five_folds $here/dense-runs.csv --mean-of 'N, D' --laws hossain2025,farseer2025
  local window
  echo "N without the embedding table"
  five_folds $here/dense-runs.csv $here/pruned-runs.csv --where "seed == 1" --laws $five \
    --columns 'N = N_no_embedding, P = P_no_embedding, S = 1 - N_no_embedding/P_no_embedding'
  for window in 'D > 4e5 && D < 1.5e6' 'D > 1.5e6'; do
    echo "$window, and N without the embedding table"
    five_folds $here/dense-runs.csv $here/pruned-runs.csv --where "seed == 1 && $window" --laws $five
    five_folds $here/dense-runs.csv $here/pruned-runs.csv --where "seed == 1 && $window" --laws $five \
      --columns 'N = N_no_embedding, P = P_no_embedding, S = 1 - N_no_embedding/P_no_embedding'
  done
  echo "with an exponent of size in the data term"
  isoflop compare $here/dense-runs.csv $here/pruned-runs.csv --where 'seed == 1' --loss mse --holdout folds:5 \
    --laws 'E + A*(1-S)^g/N^alpha + B*N^h*(1-S)^m/D^beta' 2>/dev/null | sed -n 4p
  isoflop chart "$out/pruned.json" --kind compare --width 600 -o docs/charts/lab-pruned.svg >/dev/null 2>&1
  local law
  for law in frantar2023 hossain2025; do
    fit_of "pruned-$law" $law $here/dense-runs.csv $here/pruned-runs.csv --where 'seed == 1'
    echo "optimal sparsity of models of 20K parameters that are not zero, by $law"
    isoflop plan "$out/pruned-$law.json" --active-params 20K --flops 1e11,4e11,1.6e12 --sparsity free --cost pruning 2>/dev/null |
      awk '/FLOPs/ { on = 1 } on && NF { print }' | cut -c1-70
  done
}

# Differences at equal size, tokens and seed from the unstructured runs, and the unstructured sparsity of the same loss.
pattern() {
  echo "== Patterns"
  seeds $here/pattern-runs.csv
  local file
  for file in dense pruned pattern; do columns $here/$file-runs.csv width layers D seed pattern sparsity loss; done | awk '
    { cell = $1 "x" $2 " " $3 " " $4; kind = $5 == "-" ? $6 + 0 : $5; loss[cell, kind] = $7; cells[cell] }
    function pairs(a, b,  cell, n, sum, squares, d, mean) {
      for (cell in cells) if ((cell, a) in loss && (cell, b) in loss) {
        d = loss[cell, a] - loss[cell, b]; ++n; sum += d; squares += d * d }
      if (n < 2) return
      mean = sum / n
      printf "%s less unstructured %s: %+.4f +- %.4f nats (%d pairs)\n", a, b, mean, sqrt((squares - n * mean ^ 2) / (n - 1) / n), n
    }
    END { pairs("2:4", "0.5"); pairs("4:8", "0.5"); pairs("1:4", "0.75"); pairs("2:4", "4:8")
          pairs("0.5", "0"); pairs("0.75", "0.5"); pairs("0.875", "0.75") }'
}

# A model that starts from a dense one against those from scratch: the tokens from scratch that reach the same loss, by
# interpolation of the loss in ln D at the same sizes, sparsity and seed.
start() {
  echo "== Dense start"
  seeds $here/start-runs.csv
  {
    columns $here/pruned-runs.csv width layers D D_start sparsity seed loss
    [ ! -e $here/pattern-runs.csv ] || columns $here/pattern-runs.csv width layers D D_start sparsity seed loss pattern | awk '$8 == "-" { NF = 7; print }'
    columns $here/start-runs.csv width layers D D_start sparsity seed loss
  } | awk '
    { key = $1 "x" $2 " " $5 " " $6 }
    $4 == 0 && $5 > 0 { at = key SUBSEP $3; sum[at] += $7; ++n[at]; if (n[at] == 1) tokens[key, ++count[key]] = $3 }
    $4 > 0 { runs[++m] = key " " $4 " " $3 " " $7 }
    END {
      print "size S seed | dense tokens | after | loss | scratch at the sum | tokens from scratch of this loss: T | T/sum | (T - after)/dense"
      for (r = 1; r <= m; ++r) {
        split(runs[r], v, " "); key = v[1] " " v[2] " " v[3]; k = count[key]
        if (k < 2) continue
        for (i = 1; i <= k; ++i) { D[i] = log(tokens[key, i]); L[i] = sum[key, tokens[key, i]] / n[key, tokens[key, i]] }
        for (i = 1; i <= k; ++i) for (j = i + 1; j <= k; ++j) if (D[j] < D[i]) { t = D[i]; D[i] = D[j]; D[j] = t; t = L[i]; L[i] = L[j]; L[j] = t }
        d = log(v[4] + v[5])
        for (i = 1; i < k - 1 && d > D[i + 1]; ++i);
        scratch = L[i] + (L[i + 1] - L[i]) * (d - D[i]) / (D[i + 1] - D[i])
        for (i = 1; i < k - 1 && v[6] < L[i + 1]; ++i);
        same = exp(D[i] + (D[i + 1] - D[i]) * (v[6] - L[i]) / (L[i + 1] - L[i]))
        printf "%s %s %s | %.2fM | %.2fM | %.4f | %.4f | %.2fM | %.2f | %.2f\n", v[1], v[2], v[3], v[4] / 1e6, v[5] / 1e6, v[6],
          scratch, same / 1e6, same / (v[4] + v[5]), (same - v[5]) / v[4]
      }
    }'
}

moe() {
  echo "== Experts"
  seeds $here/moe-runs.csv
  columns $here/moe-runs.csv seed width layers D experts active_experts N P loss busiest_expert | awk '$1 == 1' |
    sort -k2n -k4n -k6n -k5n | awk '{ printf "%sx%s, D %.1fM, %s of %s: N %s, P %s, loss %.4f, busiest %.1f\n", $2, $3, $4 / 1e6, $6, $5, $7, $8, $9, $10 }'
  contest moe $here/moe-runs.csv --mean-of 'N, P, D' --where 'experts == 0 || active_experts == 2'
  fit_of moe-frantar2023 frantar2023 $here/moe-runs.csv --mean-of 'N, P, D' --where 'experts == 0 || active_experts == 2'
  isoflop chart "$out/moe-frantar2023.json" --kind fit --width 600 -o docs/charts/lab-moe.svg >/dev/null 2>&1
  contest both $here/dense-runs.csv $here/pruned-runs.csv $here/moe-runs.csv --mean-of 'N, P, D' \
    --where 'seed == 1 && (experts == 0 || active_experts == 2)'
}

language() {
  echo "== A language of known entropy"
  seeds $here/language-runs.csv
  local truth
  truth=$(columns $here/language-runs.csv entropy | head -n 1)
  fit_of free hoffmann2022 $here/language-runs.csv --mean-of 'N, D'
  fit_of fixed hoffmann2022 $here/language-runs.csv --mean-of 'N, D' --fix "E=$truth"
  echo "entropy $truth"
  isoflop chart "$out/free.json" --kind fit --width 600 -o docs/charts/lab-language.svg >/dev/null 2>&1
}

case ${1:-} in
  train) shift; train "$@" ;;
  tell) shift; for part in ${*:-$sweeps}; do $part; done ;;
  *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$self" >&2; exit 2 ;;
esac
