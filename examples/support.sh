# What the server examples share: a machine of their own in a temporary folder, a vault with a production environment, a token and
# a snapshot for one server. Sourced by their demo.sh; COFFER names the program, else the one on PATH.
set -eu -o pipefail

program=$(command -v "${COFFER:-coffer}") || { echo "$example: coffer is not built; run: make dist" >&2; exit 1; }
program=$(realpath "$program")
scratch=$(mktemp -d)

finish() {
  status=$?
  [ ! -d "$scratch/home" ] || (cd "$scratch/shop" && coffer lock) >/dev/null 2>&1 || true
  rm -rf "$scratch"
  [ $status = 0 ] || echo "$example: stopped with status $status" >&2
}
trap finish EXIT

say() { printf '\n# %s\n' "$*"; }
try() { printf '$ %s\n' "$1"; eval "$1"; }
fail() { echo "$example: $*" >&2; exit 1; }
refused() { printf '$ %s\n' "$1"; if eval "$1"; then fail "this should have failed: $1"; fi; }
# What this machine cannot do is said, and counted by the tests.
skip() { printf '➜ Example %s: %s\n' "$example" "$*"; }
random() { head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

mkdir -p "$scratch/bin" "$scratch/home" "$scratch/shop" "$scratch/server"
ln -s "$program" "$scratch/bin/coffer"
for name in $(compgen -e COFFER_ || true); do unset "$name"; done
export PATH="$scratch/bin:$PATH" HOME="$scratch/home" COFFER_HOME="$scratch/home/coffer"
export COFFER_PASSPHRASE_FILE="$scratch/home/passphrase"
(umask 077 && random >"$COFFER_PASSPHRASE_FILE")
secret=$(random)

# Your laptop: a vault, a token for one server, and a snapshot that only this token opens.
prepare() {
  cd "$scratch/shop"
  say "On your laptop: a vault with a value for production, a token for the server, and a snapshot of production for it."
  coffer init --name shop --yes --quiet >/dev/null
  cat >>coffer.toml <<'TOML'

[variables.SESSION_SECRET]
required = ["production"]

[variables.PORT]
secret = false
default = "3000"
TOML
  coffer link --yes --quiet
  printf %s "$secret" | coffer set SESSION_SECRET -e production --quiet
  printf '$ %s\n' "coffer token create web --env production --read --expires 90d >token"
  (umask 077 && coffer token create web --env production --read --expires 90d >"$scratch/token")
  try "coffer snapshot -e production --for web -o production.snapshot"
  ! grep -qF "$secret" production.snapshot || fail "the snapshot shows the secret"
  # The server gets the app, coffer.toml and the snapshot; the token comes by another way; the vault and the passphrase stay here.
  cp coffer.toml production.snapshot "$scratch/server/"
  unset COFFER_PASSPHRASE_FILE
  export COFFER_HOME="$scratch/server-home" HOME="$scratch/server-home"
}
