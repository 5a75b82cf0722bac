#!/usr/bin/env bash
# The steps of the pipeline in github-actions.yml, on this machine, in a fresh clone.
#
#   examples/ci/demo.sh          COFFER names the program; else the one on PATH
example=ci
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support.sh"
[ -x "$(dirname "$program")/coffer-scan" ] || fail "coffer-scan is not beside coffer; run: make dist"
ln -s "$(dirname "$program")/coffer-scan" "$scratch/bin/coffer-scan"
prepare

say "The repository: code, coffer.toml and the snapshot, which is ciphertext."
cd "$scratch/server"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@shop.example
export GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@shop.example
mv production.snapshot ci.snapshot
cat >test.sh <<'SH'
#!/bin/sh
# Tests that need a secret.
[ -n "$SESSION_SECRET" ] && [ -z "${COFFER_TOKEN+set}" ] && echo "tested with a secret of ${#SESSION_SECRET} characters"
SH
chmod +x test.sh
git init --quiet --initial-branch=main . && git add --all && git commit --quiet -m "the shop" && git clone --quiet . "$scratch/runner"
cd "$scratch/runner"

say "A runner: a fresh clone, nothing of yours but the token."
skip "no GitHub runner: coffer is not installed from its package, and the other steps run here"
# Each step's own line, as the file has it.
step() { sed -n "/name: $1\$/,/run:/s/^ *run: //p" "$here/github-actions.yml"; }
try "$(step leaks)"
export COFFER_TOKEN COFFER_SNAPSHOT=ci.snapshot
COFFER_TOKEN=$(cat "$scratch/token")
try "$(step test)"

say "A leak that is committed stops the pipeline."
cp "$scratch/token" notes.txt && git add notes.txt && git commit --quiet -m "notes"
refused "$(step leaks)"
