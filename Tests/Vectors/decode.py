#!/usr/bin/python3
"""An independent reader of Coffer's vaults (docs/FORMAT.md).

    decode.py --home COFFER_HOME --vault SHORT (--passphrase-file F | --phrase-file F) [--environment E] [--show-values]
    decode.py --archive FILE (--identity F --passphrase-file F | --phrase-file F) [--environment E] [--show-values]
    decode.py --bundle FILE (--identity F --passphrase-file F | --phrase-file F) [--environment E] [--show-values]
    decode.py --home COFFER_HOME --vault SHORT --token-file F [--try NAME]... [--show-values]
    decode.py --snapshot FILE --token-file F [--show-values]
    decode.py --vectors FILE...

The first three verify everything, of a vault, a backup or a bundle, open every record of every version and print JSON: environment,
name, versions with the SHA-256 of each value, and the ledger. The fourth prints what a token opens, and of how many values the key is
not among anything that the token holds, with NAME as the name of each. The fifth prints what a snapshot gives its token. The last
checks files of vectors. Needs Debian's python3-nacl.

Exit: 0 ok, 1 a vector disagrees, 2 usage, 3 damaged, 4 bad signature or no right, 5 rollback, 6 wrong passphrase,
7 key derivation out of bounds, 8 needs a newer reader.
"""

import argparse
import hashlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True

from reader import identity, keys, snapshots, tokens, vectors
from reader.archive import Archive
from reader.bundle import Bundle
from reader.outcome import EXIT, Refused, need
from reader.vault import Vault


def shown(entry, show_values):
    versions = {}
    for number, version in entry["versions"].items():
        value = version["value"]
        versions[number] = {k: v for k, v in version.items() if k != "value"}
        versions[number]["sha256"] = hashlib.sha256(value).hexdigest()
        versions[number]["length"] = len(value)
        if show_values:
            versions[number]["value"] = value.decode("utf-8", "backslashreplace")
    return entry | {"versions": versions}


def person(arguments, vault_id):
    if arguments.phrase_file:
        entropy = identity.phrase_entropy(pathlib.Path(arguments.phrase_file).read_bytes(), vectors.words())
        return identity.phrase_identity(entropy, vault_id)
    passphrase = pathlib.Path(arguments.passphrase_file).read_bytes().removesuffix(b"\n").removesuffix(b"\r")
    path = pathlib.Path(arguments.identity or pathlib.Path(arguments.home) / "config" / "identity")
    return identity.open_file(path.read_bytes(), passphrase)[0]


def decode(arguments):
    home = arguments.home and pathlib.Path(arguments.home)
    if arguments.bundle:
        bundle = Bundle(pathlib.Path(arguments.bundle).read_bytes())
        who = person(arguments, bundle.vault)
        vault = Vault(home, identity.short(bundle.vault), Archive(bundle.open(who)))
        bundle.check(vault)
    elif arguments.archive:
        archive = Archive(pathlib.Path(arguments.archive).read_bytes())
        vault = Vault(home, identity.short(archive.id), archive)
        who = person(arguments, vault.id)
    else:
        vault = Vault(home, arguments.vault)
        who = person(arguments, vault.id)
    opened = vault.unlock(who)
    environments = {}
    for environment, name in vault.names(opened).items():
        if environment == keys.DIRECTORY or arguments.environment not in (None, name):
            continue
        found = vault.read(opened[environment])
        environments[name] = {name: shown(entry, arguments.show_values) for name, entry in sorted(found.items())}
    need(arguments.environment is None or environments, "no such environment")
    print(json.dumps({"vault": vault.id.hex(), "sequence": vault.verifier.head.sequence, "environments": environments,
                      "ledger": vault.ledger(opened[keys.DIRECTORY])}, indent=2, sort_keys=True))


def token_of(arguments):
    return tokens.parse(pathlib.Path(arguments.token_file).read_bytes().removesuffix(b"\n").removesuffix(b"\r"))


def shown_values(found, show_values):
    shown = {}
    for name, value in sorted(found.items()):
        shown[name] = {"sha256": hashlib.sha256(value).hexdigest(), "length": len(value)}
        if show_values:
            shown[name]["value"] = value.decode("utf-8", "backslashreplace")
    return shown


def decode_snapshot(arguments):
    vault_id, who, _ = token_of(arguments)
    snapshot = snapshots.Snapshot(pathlib.Path(arguments.snapshot).read_bytes())
    snapshot.check(vault_id, who)
    environment, found = snapshot.values(who)
    print(json.dumps({"vault": vault_id.hex(), "environment": environment, "sequence": snapshot.sequence,
                      "names": shown_values(found, arguments.show_values)}, indent=2, sort_keys=True))


def decode_token(arguments):
    vault_id, who, root = token_of(arguments)
    vault = Vault(pathlib.Path(arguments.home), arguments.vault)
    need(vault.id == vault_id, "the token is for another vault")
    environment, found = tokens.values(vault, who)
    closed = tokens.closed(vault, who, root, [*found, *arguments.tried])
    print(json.dumps({"vault": vault.id.hex(), "environment": environment, "names": shown_values(found, arguments.show_values),
                      "closed": closed},
                     indent=2, sort_keys=True))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for option in (
        "home", "vault", "archive", "bundle", "identity", "passphrase-file", "phrase-file", "token-file", "environment",
        "snapshot"):
        parser.add_argument("--" + option)
    parser.add_argument("--try", dest="tried", action="append", default=[])
    parser.add_argument("--show-values", action="store_true")
    parser.add_argument("--vectors", nargs="+")
    arguments = parser.parse_args()
    if arguments.vectors:
        return vectors.check(arguments.vectors)
    if arguments.snapshot and not arguments.token_file:
        parser.error("--snapshot needs --token-file")
    whole = arguments.archive or arguments.bundle
    has_vault = (whole and not arguments.token_file) or (arguments.home and arguments.vault)
    has_key = arguments.phrase_file or arguments.token_file or (
        arguments.passphrase_file and (arguments.home or arguments.identity))
    if not arguments.snapshot and not (has_vault and has_key):
        parser.error("--home and --vault, --archive, or --bundle; and --passphrase-file, --phrase-file or --token-file; or --vectors")
    try:
        (decode_snapshot if arguments.snapshot else decode_token if arguments.token_file else decode)(arguments)
    except Refused as refused:
        print(f"{refused.outcome}: {refused}", file=sys.stderr)
        return EXIT[refused.outcome]
    return 0


if __name__ == "__main__":
    sys.exit(main())
