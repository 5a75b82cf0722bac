#!/usr/bin/env bash
# Coffer on a small web shop: from a plaintext .env that was committed once, through a vault, wrapped launches and a scan of the
# history, to a rotation that ends with the leaked secret dead. Unattended, in a temporary folder that goes at the end; fails at
# the first step without the effect it should have.
#
#   examples/shop/demo.sh          COFFER names the program; else the one on PATH
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
program=$(command -v "${COFFER:-coffer}") || { echo "demo: coffer is not built; run: make demo" >&2; exit 1; }
program=$(realpath "$program")
[ -x "$(dirname "$program")/coffer-scan" ] || { echo "demo: coffer-scan is not beside coffer; run: make demo" >&2; exit 1; }
scratch=$(mktemp -d)
app=

finish() {
  status=$?
  [ -z "$app" ] || kill "$app" 2>/dev/null || true
  [ ! -d "$scratch/home" ] || coffer lock >/dev/null 2>&1 || true
  rm -rf "$scratch"
  [ $status = 0 ] || echo "demo: stopped with status $status" >&2
}
trap finish EXIT

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold= plain=; fi
say() { printf '\n# %s\n' "$*"; }
shown() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; }
fail() { echo "demo: $*" >&2; exit 1; }

# Prints a command as one would type it, then runs it.
try() { shown "$1"; eval "$1"; }
# The same, for a command that has to fail.
refused() { shown "$1"; if eval "$1"; then fail "this should have failed: $1"; fi; }
# The same, for a command whose output has to hold a text.
holding() { shown "$2"; local text; text=$(eval "$2"); printf '%s\n' "$text"; case $text in *"$1"*) ;; *) fail "the output lacks: $1" ;; esac; }

# No file of this machine holds one of the values in plaintext. They reach grep by a pipe: an argument is seen by everybody.
none_on_disk() {
  ! grep -rqF --exclude-dir=.git -f <(printf '%s\n' "$@") "$scratch" || fail "a secret is on the disk in plaintext"
}

random() { head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

# The app in the background, until it answers. Its process id is the one the shell gave to `coffer run`.
start() {
  shown "coffer run -- python3 app.py &"
  coffer run -- python3 app.py &
  app=$!
  for _ in $(seq 100); do
    ! curl -fs -o answer.json -b cookies "$url" || return 0
    kill -0 "$app" 2>/dev/null || fail "the app did not start"
    sleep 0.1
  done
  fail "the app does not answer"
}
stop() {
  shown "kill %1"
  kill "$app"
  wait "$app" || fail "the app did not end well"
  app=
}
fingerprint() { python3 -c 'import json, sys; print(json.load(open("answer.json"))["secrets"][sys.argv[1]])' "$1"; }
field() { python3 -c 'import json, sys; print(json.load(open("answer.json"))[sys.argv[1]])' "$1"; }

# A machine of its own: nothing of yours is read or changed.
mkdir -p "$scratch/bin" "$scratch/home" "$scratch/shop"
ln -s "$program" "$scratch/bin/coffer"
cp "$here/app.py" "$here/knock.py" "$scratch/shop/"
for name in $(compgen -e COFFER_ || true); do unset "$name"; done
export PATH="$scratch/bin:$PATH" HOME="$scratch/home" COFFER_HOME="$scratch/home/coffer"
export COFFER_PASSPHRASE_FILE="$scratch/home/passphrase"
(umask 077 && random >"$COFFER_PASSPHRASE_FILE")
cd "$scratch/shop"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url="http://127.0.0.1:$port/"
cat >.env <<ENV
# the shop's database
DATABASE_URL=sqlite:///shop.db
STRIPE_SECRET_KEY="sk_test_$(random | head -c 24)"
SESSION_SECRET='$(random)'
export PORT=$port   # where it listens
ENV
stripe=$(sed -n 's/^STRIPE_SECRET_KEY="\(.*\)"$/\1/p' .env)

# The history of a weekend: everything was committed, a key was pasted into the code, and both were taken out again.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@shop.example
export GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@shop.example
github=ghp_$(python3 -c '
import secrets, string, zlib
signs = string.digits + string.ascii_uppercase + string.ascii_lowercase
body = "".join(secrets.choice(signs) for _ in range(30))
number, check = zlib.crc32(body.encode()), ""
for _ in range(6): number, digit = divmod(number, 62); check = signs[digit] + check
print(body + check)')
{
  git init --quiet --initial-branch=main .
  git add --all && git commit --quiet -m "it works"
  printf 'TOKEN = "%s"\n' "$github" >deploy.py
  git add --all && git commit --quiet -m "deploy from here"
  git rm --quiet --cached .env && git rm --quiet deploy.py
  printf '.env\n*.db\n__pycache__/\n' >.gitignore
  git add .gitignore && git commit --quiet -m "secrets out of git"
  git commit --quiet --allow-empty -m "reset the database: postgres://shop:$(random)@db.shop.example/shop"
} >/dev/null

say "A web shop, and its secrets in a plaintext file that was once committed, like everything on the first day."
try "ls -A"
try "sed 's/=.*/=…/' .env"
try "git log --oneline"

say "A vault, and a coffer.toml that declares what the shop needs: names and types, no value. Safe to commit."
try "coffer init --name shop --yes"
try "cat coffer.toml"
case $(cat coffer.toml) in *"$stripe"*) fail "coffer.toml holds a secret" ;; esac

say "The values move into the vault, and the plaintext file goes."
try "coffer import .env --yes --delete"
[ ! -e .env ] || fail "the .env is still there"
holding STRIPE_SECRET_KEY "coffer list"
none_on_disk "$stripe"

say "The shop learns to send mail. A colleague declares the key it needs, and nobody has set it yet."
shown "cat >>coffer.toml"
tee -a coffer.toml <<'TOML'

[variables.MAIL_API_KEY]
description = "Sends the order confirmations; from the mail provider's dashboard"
TOML
refused "coffer check -e development"
say "It says what to type. The value comes from a hidden prompt, or from standard input as here; never from the command line."
mail=$(random)
try 'printf %s "$mail" | coffer set MAIL_API_KEY'
say "What coffer.toml may ask for on this machine changed, so it is approved again."
try "coffer link --yes"
try "coffer check -e development"

say "Unlock once; then start the shop. Coffer hands the secrets to it and is gone: nothing stands between."
# A container shares its kernel keyring with strangers, so Coffer keeps nothing there and reads the passphrase file each time.
shown "coffer unlock"
coffer unlock || say "No keyring of your own here: each command takes the passphrase from COFFER_PASSPHRASE_FILE."
start
try "curl -s $url"
curl -fs -o answer.json "$url"
[ "$(field pid)" = "$app" ] || fail "the app does not have the process id of 'coffer run'"
[ "$(field products)" = 3 ] || fail "the app's database does not answer"
first=$(fingerprint SESSION_SECRET)
say "The shell that started it has none of them."
refused "env | grep -E 'STRIPE|SESSION_SECRET|MAIL_API'"
say "A customer logs in: her cookie is signed with SESSION_SECRET."
try "curl -s -c cookies ${url}login/ann"
holding '"logged_in": "ann"' "curl -s -b cookies $url"
stop

say "A new SESSION_SECRET by mistake. Its old version stays in the history, and comes back."
session=$(random)
try 'printf %s "$session" | coffer set SESSION_SECRET'
try "coffer rollback SESSION_SECRET 1"
start
holding '"logged_in": "ann"' "curl -s -b cookies $url"
[ "$(fingerprint SESSION_SECRET)" = "$first" ] || fail "the app does not have the first secret again"
try "coffer history SESSION_SECRET"

say "What did the weekend leave in the git history? Deleted files, old branches, messages: everything is read."
shown "coffer scan"
status=0
coffer scan >report.txt || status=$?
cat report.txt
[ $status = 1 ] || fail "the scan ended with status $status"
for text in "the vault's SESSION_SECRET (development, version 1, in use)" "GitHub personal access token" "deploy.py:1" \
  "PostgreSQL" "checksum valid"; do
  grep -qF "$text" report.txt || fail "the report lacks: $text"
done
! grep -qF -e "$github" -e "$stripe" report.txt || fail "the report shows a secret"
leak=$( (coffer scan --format jsonl || true) | python3 -c '
import json, sys
for finding in map(json.loads, sys.stdin):
    if any(known["name"] == "SESSION_SECRET" for known in finding.get("known_as", [])): print(finding["fingerprint"])')
rm report.txt

say "One of them signs every customer's cookie, today. Whoever has the repository can be anybody:"
old=$(coffer get SESSION_SECRET)
holding '"logged_in": "mallory"' "SESSION_SECRET=\$old ./knock.py mallory $url"

say "Replace it. The new value is made and stored; a second shop has to take what it signs before anything uses it; then the"
say "shop is restarted; and at the end it has to refuse what the old value signs, and accept the new."
other=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >try.sh <<SH
#!/bin/sh
# A second shop with the SESSION_SECRET of this environment, and the rest from the vault.
PORT=$other coffer run --preserve-env=SESSION_SECRET,PORT -- python3 app.py & shop=\$!
trap 'kill \$shop; wait \$shop' EXIT
for _ in \$(seq 100); do ! curl -fs -o /dev/null "http://127.0.0.1:$other/" || break; sleep 0.1; done
./knock.py ann "http://127.0.0.1:$other/"
SH
cat >restart.sh <<SH
#!/bin/sh
kill \$(cat app.pid)
while curl -fs -o /dev/null "$url"; do sleep 0.1; done
coffer run -- python3 app.py >/dev/null 2>&1 & echo \$! >app.pid
for _ in \$(seq 100); do ! curl -fs -o /dev/null "$url" || exit 0; sleep 0.1; done
exit 1
SH
chmod +x try.sh restart.sh
echo "$app" >app.pid
refused "coffer rotate SESSION_SECRET --leak $leak --generate hex:32 --test 'exit 1' --yes </dev/null"
say "A test that fails stops it: the shop goes on with the old value, and nothing is lost. Now with the real one:"
try "coffer rotate SESSION_SECRET --resume --test ./try.sh --rollout ./restart.sh --dead './knock.py ann $url' --yes </dev/null"
app=$(cat app.pid)
try "coffer rotate --status"
refused "SESSION_SECRET=\$old ./knock.py mallory $url"
holding '"logged_in": null' "curl -s -b cookies $url"
say "The shop refuses the old one, and the scan knows: that leak is dead. The others wait for their own rotation."
shown "coffer scan | grep -E 'proven dead|secrets in'"
status=0
coffer scan >report.txt || status=$?
grep -E 'proven dead|secrets in' report.txt
[ $status = 1 ] || fail "the scan ended with status $status"
grep -qF "SESSION_SECRET (development, version 1, proven dead)" report.txt || fail "the scan does not know that it is dead"
rm report.txt
shown "kill \$(cat app.pid)"
kill "$app"
app=

say "At the end of the day."
try "coffer lock"
none_on_disk "$stripe" "$mail" "$session"

cat <<'END'

# That was all of it, in a temporary folder that is gone now. In your own project:
#
#   coffer init && coffer import .env && coffer run -- npm start
#
# Read on: README.md for the commands, docs/THREATS.md for what Coffer protects from and what it cannot,
# docs/FORMAT.md for the vault byte by byte, and `coffer help` for everything else.
END
