#!/usr/bin/env bash
# A container that launches its app from a snapshot: the image holds ciphertext, the token comes at the start. Without a Docker engine the
# same command runs as process 1 of namespaces of its own, on a read-only copy of the image's files.
#
#   examples/docker/demo.sh          COFFER names the program (the static one of `make dist`); else the one on PATH
example=docker
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support.sh"
prepare

say "The image: the app, coffer, coffer.toml and the snapshot."
cd "$scratch/server"
cp "$here/Dockerfile" "$here/app.py" .
cp "$program" coffer
chmod 444 "$scratch/token"
try "grep -v '^#' Dockerfile"
expected="secret $(printf %s "$secret" | sha256sum | cut -d' ' -f1) port 3000"

say "A container of it, with the token mounted."
if docker info >/dev/null 2>&1 && ldd "$program" 2>&1 | grep -q "not a dynamic\|statically"; then
  try "docker build -q -t coffer-example ."
  output=$(docker run --rm --read-only -v "$scratch/token:/run/secrets/coffer_token:ro" coffer-example)
  docker image rm -f coffer-example >/dev/null
else
  skip "no Docker engine, or no static coffer: the image is not built"
  # What the Dockerfile says, by the same names.
  entry=$(sed -n 's/^ENTRYPOINT \[\(.*\)\]/\1/p' Dockerfile | tr -d '",')
  command=$(sed -n 's/^CMD \[\(.*\)\]/\1/p' Dockerfile | tr -d '",')
  if unshare -mpf true 2>/dev/null; then alone="unshare -mpf --mount-proc"; else skip "no namespaces: not process 1"; alone=; fi
  printf '$ %s\n' "$entry $command"
  output=$(env -i PATH="$PATH" COFFER_SNAPSHOT="$PWD/production.snapshot" COFFER_TOKEN_FILE="$scratch/token" $alone $entry $command)
fi
printf '%s\n' "$output"
case $output in *"$expected"*) ;; *) fail "the app did not get its secret" ;; esac
case ${alone-yes}:$output in yes:"pid 1 "* | unshare*:"pid 1 "* | :*) ;; *) fail "the app is not process 1" ;; esac

say "The image alone is worth nothing: without the token there is no launch."
refused "env -i PATH=\"$PATH\" COFFER_SNAPSHOT=\"$PWD/production.snapshot\" coffer run -e production -- true"
