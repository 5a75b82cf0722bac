#!/usr/bin/env bash
# Coffer on a small web shop, from a plaintext .env to a rolled-back secret. Unattended, in a temporary folder that goes
# at the end; fails at the first step without the effect it should have.
#
#   examples/shop/demo.sh          COFFER names the program; else the one on PATH
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
program=$(command -v "${COFFER:-coffer}") || { echo "demo: coffer is not built; run: make demo" >&2; exit 1; }
program=$(realpath "$program")
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
none_on_disk() { ! grep -rqF -f <(printf '%s\n' "$@") "$scratch" || fail "a secret is on the disk in plaintext"; }

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
cp "$here/app.py" "$scratch/shop/"
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
STRIPE_SECRET_KEY="sk_test_$(random)"
SESSION_SECRET='$(random)'
export PORT=$port   # where it listens
ENV
stripe=$(sed -n 's/^STRIPE_SECRET_KEY="\(.*\)"$/\1/p' .env)

say "A web shop, and its secrets in a plaintext file, one 'git add .' away from everybody."
try "ls -A"
try "sed 's/=.*/=…/' .env"

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

say "A new SESSION_SECRET. Its old version stays in the history."
session=$(random)
try 'printf %s "$session" | coffer set SESSION_SECRET'
try "coffer history SESSION_SECRET"
start
holding '"logged_in": null' "curl -s -b cookies $url"
[ "$(fingerprint SESSION_SECRET)" != "$first" ] || fail "the app still has the old secret"
stop

say "Every customer was logged out. Back to version 1, until there is a better plan."
try "coffer rollback SESSION_SECRET 1"
start
holding '"logged_in": "ann"' "curl -s -b cookies $url"
[ "$(fingerprint SESSION_SECRET)" = "$first" ] || fail "the app does not have the first secret again"
stop
try "coffer history SESSION_SECRET"

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
