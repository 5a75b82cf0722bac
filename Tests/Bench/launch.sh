#!/usr/bin/env bash
# What a launch and a write cost, in one run, beside the least they could cost: medians of RUNS (200).
#
#   make bench                     or: COFFER=dist/coffer Tests/Bench/launch.sh
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$(command -v "${COFFER:-coffer}")")
runs=${RUNS:-200}
mkdir -p "$here/../../.build"
# Not in a tmpfs, where a sync costs nothing.
scratch=$(TMPDIR=${BENCH_FOLDER:-$(realpath "$here/../../.build")} mktemp -d)
home=$scratch/home
folders=()

finish() {
  for folder in "${folders[@]}"; do (cd "$folder" && coffer lock >/dev/null 2>&1) || true; done
  rm -rf "$scratch"
}
trap finish EXIT

for name in $(compgen -e COFFER_ || true); do unset "$name"; done
mkdir -p "$scratch/bin" "$home"
ln -s "$program" "$scratch/bin/coffer"
export PATH="$scratch/bin:$PATH" HOME="$home" COFFER_HOME="$home/coffer" COFFER_PASSPHRASE_FILE="$home/passphrase"
(umask 077 && head -c 18 /dev/urandom | base64 >"$COFFER_PASSPHRASE_FILE")

# A vault of so many entries, 50 of them declared, in a project of its own; unlocked.
vault() {
  local count=$1 folder=$scratch/project-$1
  folders+=("$folder")
  mkdir "$folder" && cd "$folder"
  coffer init --name "bench$count" --yes --quiet >/dev/null
  python3 - "$count" >entries.env <<'PYTHON'
import secrets, sys
for number in range(int(sys.argv[1])):
    print(f"ENTRY_{number:05}={secrets.token_hex(16)}")
PYTHON
  # All go into the vault; what a launch injects is the declared ones.
  coffer import entries.env --yes --no-declare --delete --quiet
  for number in $(seq -f %05g 0 49); do printf '\n[variables.ENTRY_%s]\n' "$number"; done >>coffer.toml
  coffer link --yes --quiet
  coffer unlock --quiet
  [ "$(coffer run -- env | grep -c '^ENTRY_')" = 50 ] || { echo "bench: the launch did not get 50 values" >&2; exit 1; }
  # From here on, only the keyring unlocks: a passphrase would cost its key derivation.
}

compile() {
  echo 'let nothing = 0' >"$scratch/nothing.swift"
  swiftc -O -static-executable -o "$scratch/bin/nothing" "$scratch/nothing.swift" 2>"$scratch/swiftc.log" ||
    { tail "$scratch/swiftc.log" >&2; exit 1; }
  "${CC:-cc}" -O2 -o "$scratch/bin/bare-commit" "$here/bare_commit.c" -lsqlite3
}

median() { # NAME COMMAND
  hyperfine -N --style none --warmup 10 --runs "$runs" --export-json "$scratch/$1.json" "$2" \
    >"$scratch/hyperfine.log" 2>&1 || { tail -n 5 "$scratch/hyperfine.log" >&2; echo "bench: failed: $2" >&2; exit 1; }
}

vault 1000
vault 50000
compile
unset COFFER_PASSPHRASE_FILE
printf %s "a value of forty characters, as keys have" >"$scratch/value"
"$scratch/bin/bare-commit" "$scratch/bare.db"

cd "$scratch/project-1000"
median env "env A=1 true"
median nothing "nothing"
if command -v node >/dev/null; then median node "node -e 0"; fi
median run-1000 "coffer run -- true"
median set-1000 "coffer set ENTRY_00007 --file $scratch/value"
median commit "bare-commit $scratch/bare.db"
cd "$scratch/project-50000"
median run-50000 "coffer run -- true"
median set-50000 "coffer set ENTRY_00007 --file $scratch/value"

python3 - "$scratch" "$runs" <<'PYTHON'
import json, pathlib, sys

folder, runs = pathlib.Path(sys.argv[1]), sys.argv[2]
ms = {}
for path in folder.glob("*.json"):
    result = json.loads(path.read_text())["results"][0]
    ms[path.stem] = (result["median"] * 1e3, result["min"] * 1e3)
rows = [
    ("env", "env A=1 true"),
    ("nothing", "a static Swift program that does nothing"),
    ("node", "node -e 0"),
    ("run-1000", "coffer run -- true, 50 of 1,000"),
    ("run-50000", "coffer run -- true, 50 of 50,000"),
    ("commit", "a bare SQLite commit, WAL and FULL"),
    ("set-1000", "coffer set, 1,000 entries"),
    ("set-50000", "coffer set, 50,000 entries"),
]
print(f"medians of {runs} in ms\n")
print(f"{'':<42}{'median':>8}{'min':>8}")
for key, title in rows:
    if key in ms:
        print(f"{title:<42}{ms[key][0]:8.2f}{ms[key][1]:8.2f}")
median = {key: pair[0] for key, pair in ms.items()}
floor = median["commit"] + median["nothing"]
verdicts = [
    ("run, 1,000, over env (aim: 6 ms)", median["run-1000"] - median["env"], 6),
    ("run, 50,000 over 1,000 (aim: 2 ms)", median["run-50000"] - median["run-1000"], 2),
    ("set, 1,000, over commit + nothing (aim: 3 ms)", median["set-1000"] - floor, 3),
    ("set, 50,000, over commit + nothing (aim: 3 ms)", median["set-50000"] - floor, 3),
    ("set, 50,000 over 1,000 (aim: 2 ms)", median["set-50000"] - median["set-1000"], 2),
]
print()
for title, difference, aim in verdicts:
    print(f"{title:<50}{difference:8.2f} ms  {'met' if difference <= aim else 'MISSED'}")
if "node" in median:
    share = median["run-1000"] / median["node"]
    print(f"{'run, 1,000, of node (aim: 0.1)':<50}{share:8.3f}     {'met' if share <= 0.1 else 'MISSED'}")
PYTHON
