"""docs/FORMAT.md, "Archive": a whole vault as one file."""

from . import maps, state
from .encoding import Reader
from .outcome import need
from .records import record_digest
from .sealing import digest


class Archive:
    """Stands where a `Store` does. What a store keeps beside log and records is made from `vault`, which verifies this."""

    def __init__(self, content):
        need(content[:8] == b"COFFERAR" and len(content) > 33 + 32, "archive: magic")
        need(digest("coffer/archive", content[:-32]) == content[-32:], "archive: checksum")
        r = Reader(content[8:-32])
        need(r.u8() == 1, "archive: version", "newer")
        self.id, newest = r.fixed(16), r.u64()
        need(0 < newest <= len(content), "archive: newest")
        self.rows = [(sequence, r.bytes(), r.bytes()) for sequence in range(1, newest + 1)]
        records = r.list(lambda r: (r.u64(), r.bytes()))
        r.end()
        self.records = dict(records)
        need([number for number, _ in records] == sorted(self.records), "archive: order of records")
        self.vault, self.nodes = None, {}

    def log(self):
        return self.rows

    def record(self, number):
        return self.records.get(number)

    def control(self, _):
        return self.vault.verifier.control.bytes

    def wrap(self, environment, epoch, member):
        found = None
        for sequence, body in sorted(self.vault.bodies.items()):
            for wrap in body.get("wraps", []):
                # An epoch brings the wraps of its own environment and epoch only.
                own = self.vault.entries[sequence].kind != state.EPOCH or (
                    wrap["environment"] == body["environment"] and wrap["epoch"] == body["epoch"])
                if own and (wrap["environment"], wrap["epoch"], wrap["member"]) == (environment, epoch, member):
                    found = wrap["wrapped"]
        return found

    def node(self, environment, epoch, path):
        if (environment, epoch) not in self.nodes:
            self.nodes[environment, epoch] = maps.build(self.vault.maps[environment, epoch].values())[1]
        return self.nodes[environment, epoch].get(path)

    def check_records(self):
        """The records are those that the log made: none is missing, and none was slipped in."""
        made = {}
        for sequence, body in self.vault.bodies.items():
            pointers = [item["pointer"] for item in body.get("items", []) if "pointer" in item]
            pointers += [pointer for leaf in body.get("leaves", []) for pointer in leaf.pointers if pointer]
            for number, _, stated in pointers:
                if number >= sequence * state.RECORDS_AN_ENTRY:
                    need(made.setdefault(number, stated) == stated, "archive: two records of one number")
        need(made.keys() == self.records.keys(), "archive: not the records of its log")
        for number, stated in made.items():
            need(record_digest(self.records[number]) == stated, f"record {number}")
