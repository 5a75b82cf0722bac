"""Reads a whole vault: the log from entry 1, every map from its root, every record of every version."""

from . import identity as identities
from . import keys, ledger, log, maps, state
from .encoding import Reader
from .outcome import need
from .records import Record, record_digest
from .sealing import digest
from .store import Store


def parse_pin(content, vault):
    """Sequence and hash of the entry that a device has seen; None when there is no pin yet."""
    if not content:
        return None
    need(content[:8] == b"COFFERPN" and len(content) > 40, "pin: magic")
    need(digest("coffer/pin", content[:-32]) == content[-32:], "pin: checksum")
    r = Reader(content[8:-32])
    need(r.u8() == 1, "pin: version", "newer")
    found, sequence, entry = r.fixed(16), r.u64(), r.fixed(32)
    r.end()
    need(found == vault, "pin: another vault")
    return sequence, entry


def parse_link(content):
    need(content[:8] == b"COFFERLK" and len(content) > 40, "link: magic")
    need(digest("coffer/link", content[:-32]) == content[-32:], "link: checksum")
    r = Reader(content[8:-32])
    need(r.u8() == 1, "link: version", "newer")
    found = r.fixed(16), r.text(), r.list(Reader.text)
    r.end()
    return found


class Vault:
    """`short` is the vault's id for people; nothing else is known of it beforehand."""

    def __init__(self, home, short, archive=None):
        self.home = home
        self.store = archive or Store(home / "data" / short / "vault.db")
        self.store.vault = self
        rows = self.store.log()
        need(rows and [row[0] for row in rows] == list(range(1, len(rows) + 1)), "log: sequence")
        self.entries, self.bodies, self.maps = {}, {}, {}
        self._verify(short, rows)
        self._check_maps()
        if archive:
            need(archive.id == self.id, "archive: another vault")
            archive.check_records()
        if home:
            self._check_pin()

    def _verify(self, short, rows):
        _, first, body = rows[0]
        self.id = log.Entry(first).vault
        need(identities.short(self.id) == short, "another vault than its folder says")
        self.verifier = log.Verifier(self.id, first, body)
        self._note(self.verifier.head, state.parse_body(state.FOUND, body))
        self.maps[keys.DIRECTORY, 1] = {}
        for _, entry, body in rows[1:]:
            entry, body = self.verifier.advance(entry, body)
            self._note(entry, body)
            # An environment that has ended keeps its map; members and tokens change none.
            if entry.kind in (state.MEMBER, state.TOKEN) or body["environment"] not in entry.roots:
                continue
            leaves = self.maps.setdefault((body["environment"], body["epoch"]), {})
            maps.replay(leaves, entry.kind, body)
            root, _ = maps.build(leaves.values())
            need(root == entry.roots[body["environment"]], f"entry {entry.sequence}: root does not follow")
        stored = self.store.control(self.verifier.head.control)
        need(stored == self.verifier.control.bytes, "control: stored block")

    def _note(self, entry, body):
        self.entries[entry.sequence], self.bodies[entry.sequence] = entry, body

    def _check_maps(self):
        for (environment, epoch), expected in self.maps.items():
            epochs = self.verifier.control.environments[environment]["epochs"]
            roots = self.verifier.head.roots
            current = epoch == len(epochs) and environment in roots
            root = roots[environment] if current else epochs[epoch - 1]["final"]
            stored = maps.read(root, lambda path: self.store.node(environment, epoch, path))
            need(stored == expected, "map: not what the log makes of it")
            need(maps.build(stored.values())[0] == root, "map: not the tree of its leaves")
            for leaf in stored.values():
                self._check_records(leaf)

    def _check_records(self, leaf):
        """What can be checked of a name without a key, in environments that nobody opens any more too."""
        for pointer in (leaf.current, leaf.pending, leaf.previous):
            if pointer:
                self._record(pointer[0], pointer[2], pointer[1])
        number, stated, version = leaf.newest[0], leaf.newest[2], leaf.newest[1]
        while number:
            record = self._record(number, stated, version)
            need(record.prior < number, "record: order of history")
            number, stated, version = record.prior, record.prior_digest, None

    def _check_pin(self):
        path = self.home / "state" / "pins" / self.id.hex()
        pinned = parse_pin(path.read_bytes() if path.exists() else b"", self.id)
        if not pinned:
            return
        sequence, entry = pinned
        need(sequence <= self.verifier.head.sequence, "older than this device has seen", "rollback")
        need(self.entries[sequence].hash == entry, "another history than this device has seen", "rollback")

    # What needs keys.

    def unlock(self, identity):
        """The current keys of the environments that the identity may read, by environment."""
        member = self.verifier.control.member(identity.id)
        need(member and member["active"], "no member of this vault", "forged")
        found = {}
        for environment in self.verifier.control.active:
            if environment not in member["roles"]:
                continue
            epochs = self.verifier.control.environments[environment]["epochs"]
            wrapped = self.store.wrap(environment, len(epochs), identity.id)
            need(wrapped is not None, "wrap: missing")
            found[environment] = keys.unwrap(
                identity, wrapped, self.id, environment, len(epochs), epochs[-1]["commitment"])
        return found

    def label(self, label, where, directory):
        return keys.open_label(label, where, directory)

    def names(self, opened):
        """The name of each environment that is open; every other label is opened as well."""
        directory, control = opened[keys.DIRECTORY], self.verifier.control
        self.label(control.name, keys.place(keys.VAULT), directory)
        for member in control.members:
            self.label(member["name"], keys.place(keys.MEMBER, member["id"]), directory)
            if member["scope"]:
                self.label(member["scope"], keys.place(keys.SCOPE, member["id"]), directory)
        return {environment: self.label(control.environments[environment]["name"],
                                        keys.place(keys.ENVIRONMENT, environment), directory)
                for environment in opened}

    def key_of(self, key, epoch):
        epochs = self.verifier.control.environments[key.environment]["epochs"]
        need(0 < epoch <= key.epoch, "record: epoch")
        while key.epoch > epoch:
            key = key.predecessor(epochs[key.epoch - 1]["predecessor"])
            need(key.commitment == epochs[key.epoch - 1]["commitment"], "predecessor: another key")
        return key

    def read(self, key):
        """Every name of one environment: {name: {"current", "pending", "previous", "versions": {number: …}}}."""
        found = {}
        for leaf in self.maps[key.environment, key.epoch].values():
            name, versions = self._history(leaf, key)
            shown = {field: getattr(leaf, field)[1] if getattr(leaf, field) else None
                     for field in ("current", "pending", "previous")}
            found[name] = shown | {"versions": versions}
        return found

    def _history(self, leaf, key):
        name, found = None, {}
        number, stated = leaf.newest[0], leaf.newest[2]
        while number:
            record = self._record(number, stated)
            if name is None:
                name, _ = record.descriptor(self.key_of(key, record.epoch))
                need(key.index(name) == leaf.index, "record: another name than its index")
            found[number] = record.version, self._version(record, stated, name, key)
            number, stated = record.prior, record.prior_digest
        # A version that was sealed again need not be on the way back from the newest.
        for number, version, stated in filter(None, leaf.pointers):
            found[number] = version, self._version(self._record(number, stated, version), stated, name, key)
        # Of two records of one version the later counts.
        return name, {version: opened for _, (version, opened) in sorted(found.items())}

    def _version(self, record, stated, name, key):
        opener = self.key_of(key, record.epoch)
        found, generator = record.descriptor(opener)
        need(found == name, "record: another name than its leaf's")
        entry = self._check_origin(record, opener.index(name), key.environment, stated)
        value = record.value(name, opener)
        if key.environment == keys.DIRECTORY:
            need(ledger.kind_of(name) in (None, entry.kind) or entry.kind == state.EPOCH,
                 "record: an entry of another kind made it", "forged")
            ledger.parse(name, value)
        return {"value": value, "created": record.created, "generator": generator,
                "author": record.author.hex()}

    def _record(self, number, stated, version=None):
        content = self.store.record(number)
        need(content is not None and record_digest(content) == stated, f"record {number}")
        record = Record(content)
        need(record.number == number and version in (None, record.version), f"record {number}: its place")
        return record

    def _check_origin(self, record, index, environment, stated):
        """The entry that made a record lists it, and is its author's."""
        sequence = record.number // state.RECORDS_AN_ENTRY
        need(sequence in self.entries, "record: number")
        entry, body = self.entries[sequence], self.bodies[sequence]
        pointer = (record.number, record.version, stated)
        made = [(item["index"], [item.get("pointer")]) for item in body.get("items", [])]
        made += [(leaf.index, leaf.pointers) for leaf in body.get("leaves", [])]
        need(entry.author == record.author, "record: author")
        need(body["environment"] == environment
             and any(found == index and pointer in pointers for found, pointers in made), "record: not in its entry")
        return entry

    def ledger(self, directory):
        """Every leak and rotation as it is now: {name: what its record says}."""
        found = {name: ledger.parse(name, entry["versions"][entry["current"]]["value"])
                 for name, entry in self.read(directory).items() if entry["current"]}
        return {name: said for name, said in found.items() if said}
