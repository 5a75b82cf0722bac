#!/usr/bin/env bash
# A systemd service that launches its app from a snapshot, with the token as a credential. Where systemd does not run, the unit is
# checked and its ExecStart line run with what systemd would give it.
#
#   examples/systemd/demo.sh          COFFER names the program; else the one on PATH
example=systemd
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support.sh"
prepare

say "The unit, on the server."
cd "$scratch/server"
cp "$here/server" .
chmod +x server
mkdir -m 700 credentials
cp "$scratch/token" credentials/coffer-token
sed -e "s:/srv/shop:$PWD:g" -e "s:/etc/coffer/shop.token:$scratch/token:" -e "s:/usr/local/bin/coffer:$program:" \
  "$here/shop.service" >shop.service
try "grep -E '^(LoadCredential|Environment|ExecStart)' '$here/shop.service'"
expected="secret $(printf %s "$secret" | sha256sum | cut -d' ' -f1) port 3000"

if command -v systemd-analyze >/dev/null; then
  try "systemd-analyze verify --man=no ./shop.service"
else
  skip "systemd is not installed: the unit is not verified"
fi
if [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ]; then
  output=$(systemd-run --quiet --wait --pipe --collect -p WorkingDirectory="$PWD" -p LoadCredential="coffer-token:$scratch/token" \
    -p Environment="COFFER_SNAPSHOT=$PWD/production.snapshot" -p 'Environment=COFFER_TOKEN_FILE=%d/coffer-token' \
    "$program" run -e production -- "$PWD/server")
else
  skip "systemd is not the first process: the service is not started"
  line=$(sed -n 's/^ExecStart=//p' shop.service)
  printf '$ %s\n' "$line"
  output=$(env -i PATH="$PATH" COFFER_SNAPSHOT="$PWD/production.snapshot" COFFER_TOKEN_FILE="$PWD/credentials/coffer-token" $line)
fi
printf '%s\n' "$output"
case $output in *"$expected"*) ;; *) fail "the server did not get its secret" ;; esac
