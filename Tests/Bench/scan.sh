#!/usr/bin/env bash
# What a scan of a whole history costs, whole processes in turn, ROUNDS (3) times: coffer-scan, and Kingfisher where it is installed
# (pip install kingfisher-bin). The aim: at least 4 times faster, with less memory.
#
#   make bench REPO="path …"       or: COFFER=dist/coffer Tests/Bench/scan.sh path …
set -eu -o pipefail

program=$(realpath "$(command -v "${COFFER:-coffer}")")
rounds=${ROUNDS:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in $(compgen -e COFFER_ || true); do unset "$name"; done
# The compiled detectors are cached in the first round, as on any machine that scans twice.
export COFFER_HOME="$scratch/home"

once() { # FILE COMMAND…: wall seconds, CPU seconds, megabytes
  local file=$1 status=0
  shift
  /usr/bin/time -f "%e %U %S %M" -o "$scratch/time" timeout 1800 "$@" >"$scratch/report" 2>"$scratch/errors" || status=$?
  # 0 nothing found, 1 found, 3 found nothing in an incomplete repository; 200 and above are Kingfisher's.
  case $status in 0 | 1 | 3 | 200 | 205) ;; *)
    tail -n 5 "$scratch/errors" >&2; echo "bench: status $status: $*" >&2; exit 1 ;;
  esac
  tail -n 1 "$scratch/time" | awk '{printf "%.2f %.2f %.0f\n", $1, $2 + $3, $4 / 1024}' >>"$file"
}

for repository in "$@"; do
  name=$(basename "$(realpath "$repository")")
  echo "$repository: $(git -C "$repository" count-objects -v | awk '/^(count|in-pack):/ {n += $2} END {print n}') objects"
  rm -f "$scratch"/coffer "$scratch"/kingfisher
  for ((round = 0; round < rounds; round++)); do
    once "$scratch/coffer" "$program" scan --format jsonl "$repository"
    if command -v kingfisher >/dev/null; then
      once "$scratch/kingfisher" kingfisher scan --no-validate --no-update-check --format json -o "$scratch/kingfisher.json" "$repository"
      rm -f "$scratch/kingfisher.json"
    fi
  done
  python3 - "$scratch" <<'PYTHON'
import pathlib, statistics, sys

folder, medians = pathlib.Path(sys.argv[1]), {}
for name in ("coffer", "kingfisher"):
    if not (folder / name).exists():
        print(f"  {name} is not installed: left out")
        continue
    rows = [[float(word) for word in line.split()] for line in (folder / name).read_text().splitlines()]
    medians[name] = [statistics.median(column) for column in zip(*rows)]
    wall, cpu, memory = medians[name]
    walls = " ".join(f"{row[0]:.2f}" for row in rows)
    print(f"  {name:<12}{wall:8.2f} s wall ({walls}) {cpu:8.2f} s CPU {memory:8.0f} MB")
if len(medians) == 2:
    ratio = medians["kingfisher"][0] / medians["coffer"][0]
    less = medians["coffer"][2] < medians["kingfisher"][2]
    print(f"  {ratio:.1f} times faster (aim: 4): {'met' if ratio >= 4 else 'MISSED'}; less memory: {'met' if less else 'MISSED'}")
PYTHON
done
