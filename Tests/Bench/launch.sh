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
unlocked=yes

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
  coffer unlock --quiet 2>/dev/null || unlocked=no
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

# What a server gets: a token for everything and one for the fifty declared names, and a snapshot for each.
snapshots() {
  local names
  names=$(seq -f ENTRY_%05g 0 49 | paste -sd,)
  (umask 077 && coffer token create all --quiet >"$scratch/all.token" 2>/dev/null)
  (umask 077 && coffer token create some --only "$names" --quiet >"$scratch/some.token" 2>/dev/null)
  for name in all some; do coffer snapshot --for "$name" -o "$scratch/$name.snapshot" --quiet; done
}

# So many entries in the log, one for each command.
entries() {
  mkdir "$scratch/project-log" && cd "$scratch/project-log"
  folders+=("$scratch/project-log")
  COFFER_PASSPHRASE_FILE=$home/passphrase coffer init --name log --yes --quiet >/dev/null
  COFFER_PASSPHRASE_FILE=$home/passphrase coffer unlock --quiet
  for number in $(seq "$1"); do coffer set "ENTRY_$((number % 100))" --file "$scratch/value" --quiet; done
}

# Everything in 64 MiB of address space, or, linked dynamically, of memory of its own.
small() {
  COFFER_TOKEN_FILE=$scratch/all.token prlimit --as=67108864 coffer run --snapshot "$scratch/all.snapshot" -- true 2>/dev/null &&
    echo --as=67108864 || echo --data=67108864
}

vault 1000
snapshots
vault 50000
compile
unset COFFER_PASSPHRASE_FILE
printf %s "a value of forty characters, as keys have" >"$scratch/value"
"$scratch/bin/bare-commit" "$scratch/bare.db"

cd "$scratch/project-1000"
median env "env A=1 true"
median nothing "nothing"
if command -v node >/dev/null; then median node "node -e 0"; fi
if [ $unlocked = yes ]; then
  median run-1000 "coffer run -- true"
  limit=$(small)
  median small-run "prlimit $limit coffer run -- true"
  for name in all some; do
    export COFFER_TOKEN_FILE=$scratch/$name.token COFFER_SNAPSHOT=$scratch/$name.snapshot
    median "small-$name" "prlimit $limit coffer run -- true"
    unset COFFER_TOKEN_FILE COFFER_SNAPSHOT
  done
else
  echo "bench: no kernel keyring here: nothing is unlocked, and what would be measured beside it is left out" >&2
fi
[ $unlocked = no ] || median set-1000 "coffer set ENTRY_00007 --file $scratch/value"
median commit "bare-commit $scratch/bare.db"
if [ $unlocked = yes ]; then
  cd "$scratch/project-50000"
  median run-50000 "coffer run -- true"
  median set-50000 "coffer set ENTRY_00007 --file $scratch/value"
  entries "${ENTRIES:-2000}"
  runs=20 median verify "coffer verify --quiet"
fi

python3 - "$scratch" "$runs" "${ENTRIES:-2000}" <<'PYTHON'
import json, pathlib, sys

folder, runs, entries = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
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
    ("small-run", "the same of 1,000, by prlimit in 64 MiB"),
    ("small-all", "token and snapshot, 50 of 1,000, 64 MiB"),
    ("small-some", "token and snapshot of 50 names, 64 MiB"),
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
if "verify" in median:
    print(f"\ncoffer verify of a log of {entries:,} entries: {median['verify'] / entries * 1000:.1f} ms per 1,000 (medians of 20)")
if "run-1000" not in median:
    sys.exit()
floor = median["commit"] + median["nothing"]
verdicts = [
    ("run, 1,000, over env (aim: 6 ms)", median["run-1000"] - median["env"], 6),
    ("run, 50,000 over 1,000 (aim: 2 ms)", median["run-50000"] - median["run-1000"], 2),
    ("token and snapshot over unlocked (aim: 2 ms)", median["small-all"] - median["small-run"], 2),
    ("the same, a snapshot of 50 names (aim: 2 ms)", median["small-some"] - median["small-run"], 2),
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
