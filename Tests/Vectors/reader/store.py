"""docs/FORMAT.md, "The file": page checksums and tables."""

import pathlib
import shutil
import sqlite3
import struct
import tempfile

from .outcome import Refused, need

MASK = (1 << 64) - 1
PAGE, RESERVED = 4096, 8


def checksum(page, offset):
    h = 0xCBF29CE484222325 ^ offset
    for word in struct.unpack("<511Q", page[:PAGE - RESERVED]):
        h = (h ^ word) * 0x100000001B3 & MASK
        h ^= h >> 29
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    return h ^ h >> 33


def check_pages(content):
    need(len(content) >= PAGE and len(content) % PAGE == 0, "file: length")
    need(content[:16] == b"SQLite format 3\0" and content[20] == RESERVED, "file: header")
    for offset in range(0, len(content), PAGE):
        page = content[offset:offset + PAGE]
        stored = int.from_bytes(page[-RESERVED:], "little")
        need(checksum(page, offset) == stored, f"file: page {offset // PAGE + 1}")


class Store:
    """Reads a copy, so that nothing beside the vault is touched."""

    def __init__(self, path):
        path = pathlib.Path(path)
        need(path.is_file(), f"no vault at {path}")
        check_pages(path.read_bytes())
        self.folder = tempfile.TemporaryDirectory()
        copy = pathlib.Path(self.folder.name) / "vault.db"
        for end in ("", "-wal"):
            if pathlib.Path(f"{path}{end}").exists():
                shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        self.database = sqlite3.connect(copy)
        need(self.one("PRAGMA application_id") == 0x436F6672, "file: application id")
        version = self.one("PRAGMA user_version")
        need(version <= 2, "file: tables", "newer")
        need(version >= 1, "file: tables")

    def close(self):
        self.database.close()
        self.folder.cleanup()

    def rows(self, statement, *values):
        try:
            return self.database.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise Refused("damaged", f"file: {error}") from None

    def one(self, statement, *values):
        found = self.rows(statement, *values)
        return found[0][0] if found else None

    def log(self):
        return self.rows("SELECT sequence, entry, body FROM log ORDER BY sequence")

    def control(self, digest):
        return self.one("SELECT bytes FROM control WHERE digest = ?", digest)

    def wrap(self, environment, epoch, member):
        return self.one("SELECT bytes FROM wrap WHERE environment = ? AND epoch = ? AND member = ?",
                        environment, epoch, member)

    def node(self, environment, epoch, path):
        return self.one("SELECT bytes FROM node WHERE environment = ? AND epoch = ? AND path = ?",
                        environment, epoch, path)

    def record(self, number):
        return self.one("SELECT bytes FROM record WHERE number = ?", number)
