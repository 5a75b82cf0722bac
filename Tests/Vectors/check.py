#!/usr/bin/python3
"""Checks the independent reader: every vector, the golden vault, and the golden vault after each of many attacks.

An attack on the file is made as somebody who knows the format would make it, page checksums put right again. Needs Debian's
python3-nacl.
"""

import contextlib
import hashlib
import io
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile

sys.dont_write_bytecode = True

from reader import identity, store, vectors
from reader.outcome import Refused
from reader.sealing import digest
from reader.vault import Vault

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "golden-v1"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text())
ID = bytes.fromhex(EXPECTED["vault"])
SHORT = identity.short(ID)
PASSPHRASE = (GOLDEN / "passphrase").read_bytes().rstrip(b"\n")


class Home:
    """A copy of the golden vault, to be tampered with."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "home"
        shutil.copytree(GOLDEN, self.path)
        self.file = self.path / "data" / SHORT / "vault.db"
        self.pin = self.path / "state" / "pins" / ID.hex()
        self.identity = self.path / "config" / "identity"

    def bytes(self, path, change):
        content = bytearray(path.read_bytes())
        change(content)
        path.write_bytes(content)

    def sql(self, *statements):
        database = sqlite3.connect(self.file)
        for statement in statements:
            database.executescript(statement)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        self.put_checksums_right()

    def put_checksums_right(self):
        def change(content):
            for offset in range(0, len(content), store.PAGE):
                page = bytes(content[offset:offset + store.PAGE])
                content[offset + store.PAGE - 8:offset + store.PAGE] = store.checksum(page, offset).to_bytes(8, "little")
        self.bytes(self.file, change)

    def unpinned(self, *statements):
        self.pin.unlink()
        self.sql(*statements)

    def pinned_at(self, sequence):
        body = b"COFFERPN\1" + ID + sequence.to_bytes(8, "little") + bytes(32)
        self.pin.write_bytes(body + digest("coffer/pin", body))

    def resealed_identity(self, change):
        content = bytearray(self.identity.read_bytes()[:-32])
        change(content)
        self.identity.write_bytes(bytes(content) + digest("coffer/identity-file", bytes(content)))


def read(home, passphrase=PASSPHRASE):
    vault = Vault(home.path, SHORT)
    who, _ = identity.open_file(home.identity.read_bytes(), passphrase)
    opened = vault.unlock(who)
    found = {}
    for environment, name in vault.names(opened).items():
        for entry, content in vault.read(opened[environment]).items():
            versions = {str(number): {"sha256": hashlib.sha256(version["value"]).hexdigest(),
                                      "length": len(version["value"]), "generator": version["generator"]}
                        for number, version in content["versions"].items()}
            kept = {"versions": versions}
            kept |= {field: content[field] for field in ("current", "pending") if content[field]}
            found.setdefault(name, {})[entry] = kept
    return {"vault": vault.id.hex(), "sequence": vault.verifier.head.sequence, "environments": found}


def flip(offset, bit=1):
    def change(content):
        content[offset] ^= bit
    return change


def setting(offset, value):
    def change(content):
        content[offset:offset + len(value)] = value
    return change


NEWEST = "(SELECT max(sequence) FROM log)"
FLIP = "CAST(substr({0}, 1, {1}) || x'{2}' || substr({0}, {1} + 2) AS BLOB)"
ATTACKS = {
    "a record deleted": ("damaged", lambda h: h.sql("DELETE FROM record WHERE number = (SELECT min(number) FROM record)")),
    "two records swapped": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT number, bytes FROM record ORDER BY number LIMIT 2;
        UPDATE record SET bytes = (SELECT bytes FROM t WHERE t.number != record.number) WHERE number IN (SELECT number FROM t)""")),
    "an older version in a newer one's place": ("damaged", lambda h: h.sql("""
        UPDATE record SET bytes = (SELECT bytes FROM record ORDER BY number LIMIT 1 OFFSET 40)
        WHERE number = (SELECT max(number) FROM record)""")),
    "a node deleted": ("damaged", lambda h: h.sql("DELETE FROM node WHERE path = (SELECT max(path) FROM node)")),
    "the roots of two environments swapped": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT environment, bytes FROM node WHERE length(path) = 0;
        UPDATE node SET bytes = (SELECT bytes FROM t WHERE t.environment != node.environment) WHERE length(path) = 0""")),
    "a wrap deleted": ("damaged", lambda h: h.sql("DELETE FROM wrap")),
    "wraps of two environments swapped": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT environment, member, bytes FROM wrap;
        UPDATE wrap SET bytes = (SELECT bytes FROM t WHERE t.environment != wrap.environment AND t.member = wrap.member)""")),
    "wraps of two members swapped": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT environment, member, bytes FROM wrap;
        UPDATE wrap SET bytes = (SELECT bytes FROM t WHERE t.environment = wrap.environment AND t.member != wrap.member)""")),
    "an older epoch's wraps in the newest one's place": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT environment, member, bytes FROM wrap WHERE epoch = 2;
        UPDATE wrap SET bytes = (SELECT bytes FROM t WHERE t.environment = wrap.environment AND t.member = wrap.member)
        WHERE epoch = 3""")),
    "the map of an epoch that is over deleted": ("damaged", lambda h: h.sql("""
        DELETE FROM node WHERE epoch = 1 AND environment IN (SELECT environment FROM node WHERE epoch = 2)""")),
    "the newest map in the place of an epoch's that is over": ("damaged", lambda h: h.sql("""
        CREATE TEMP TABLE t AS SELECT environment, path, bytes FROM node WHERE epoch = 3;
        UPDATE node SET bytes = (SELECT bytes FROM t WHERE t.environment = node.environment AND t.path = node.path)
        WHERE epoch = 2 AND path IN (SELECT path FROM t)""")),
    "the stored control block changed": ("damaged", lambda h: h.sql("UPDATE control SET bytes = x'0101'")),
    "the newest entry cut off": ("rollback", lambda h: h.sql(
        f"CREATE TEMP TABLE t AS SELECT {NEWEST} AS n; DELETE FROM log WHERE sequence = (SELECT n FROM t)")),
    "entries cut off that changed a map, no pin": ("damaged", lambda h: h.unpinned("DELETE FROM log WHERE sequence >= 10")),
    # It took an environment out of use, which leaves no other trace: only a device that saw it can tell.
    "the newest entry cut off, no pin": ("ok", lambda h: h.unpinned(f"DELETE FROM log WHERE sequence = {NEWEST}")),
    "an entry in the middle deleted": ("damaged", lambda h: h.sql("DELETE FROM log WHERE sequence = 6")),
    "two entries swapped": ("damaged", lambda h: h.sql("""
        UPDATE log SET sequence = 1000 WHERE sequence = 6; UPDATE log SET sequence = 6 WHERE sequence = 7;
        UPDATE log SET sequence = 7 WHERE sequence = 1000""")),
    "an entry repeated": ("damaged", lambda h: h.sql(
        f"INSERT INTO log SELECT sequence + 1, entry, body FROM log WHERE sequence = {NEWEST}")),
    "a signature stripped": ("forged", lambda h: h.sql(f"""
        UPDATE log SET entry = CAST(substr(entry, 1, length(entry) - 64) || zeroblob(64) AS BLOB) WHERE sequence = {NEWEST}""")),
    "an author replaced": ("forged", lambda h: h.sql(f"""
        UPDATE log SET entry = CAST(substr(entry, 1, 66) || zeroblob(16) || substr(entry, 83) AS BLOB)
        WHERE sequence = {NEWEST}""")),
    "a body changed": ("damaged", lambda h: h.sql("UPDATE log SET body = " + FLIP.format("body", 40, "ff") + " WHERE sequence = 7")),
    "an entry of version 2": ("newer", lambda h: h.sql(f"""
        UPDATE log SET entry = CAST(x'02' || substr(entry, 2) AS BLOB) WHERE sequence = {NEWEST}""")),
    "tables of a later version": ("newer", lambda h: h.sql("PRAGMA user_version = 3")),
    "another application's file": ("damaged", lambda h: h.sql("PRAGMA application_id = 1")),
    "a pin of a later entry": ("rollback", lambda h: h.pinned_at(EXPECTED["sequence"] + 1)),
    "a pin of another history": ("rollback", lambda h: h.pinned_at(EXPECTED["sequence"])),
    "a pin flipped": ("damaged", lambda h: h.bytes(h.pin, flip(40))),
    "an identity flipped": ("damaged", lambda h: h.bytes(h.identity, flip(200))),
    "an identity of 1 pass": ("bounds", lambda h: h.resealed_identity(setting(11, b"\1"))),
    "an identity of 1 TiB": ("bounds", lambda h: h.resealed_identity(setting(15, (1 << 40).to_bytes(8, "little")))),
    "the file cut by a page": ("damaged", lambda h: h.bytes(h.file, lambda c: c.__delitem__(slice(-store.PAGE, None)))),
    "the file cut by a byte": ("damaged", lambda h: h.bytes(h.file, lambda c: c.pop())),
    "an empty file": ("damaged", lambda h: h.bytes(h.file, lambda c: c.clear())),
}


def outcome(change, passphrase=PASSPHRASE):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        change(home)
        try:
            return "ok", read(home, passphrase)
        except Refused as refused:
            return refused.outcome, str(refused)


def main():
    wrong = []

    def expect(name, expected, got):
        if got[0] != expected:
            wrong.append(f"{name}: {got[0]}, expected {expected}")

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        disagree = vectors.check(sorted(path for path in HERE.glob("*.json")))
    if disagree:
        wrong.append("vectors")
    print(f"vectors: {said.getvalue().strip()}")

    untouched = outcome(lambda home: None)
    expect("golden vault", "ok", untouched)
    names = EXPECTED["environments"]
    if untouched[0] == "ok":
        # The directory holds no names yet; the rest must be what the library said when it made the vault.
        untouched[1]["environments"].pop("directory", None)
        if untouched[1] != EXPECTED:
            wrong.append("golden vault: reads otherwise than expected.json")
    print(f"golden vault: {sum(map(len, names.values()))} names in {len(names)} environments")

    expect("checksums put right and nothing else", "ok", outcome(lambda home: home.put_checksums_right()))
    for name, (expected, change) in ATTACKS.items():
        expect(name, expected, outcome(change))
    expect("another passphrase", "passphrase", outcome(lambda home: None, PASSPHRASE + b"!"))
    size = (GOLDEN / "data" / SHORT / "vault.db").stat().st_size
    offsets = range(7, size, 509)
    for offset in offsets:
        expect(f"byte {offset} flipped", "damaged", outcome(lambda home: home.bytes(home.file, flip(offset))))
    print(f"attacks: {len(ATTACKS) + 1}, flipped bytes: {len(offsets)}")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
