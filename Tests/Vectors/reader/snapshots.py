"""docs/FORMAT.md, "Snapshot": one environment for one token, in a file that needs no vault beside it."""

from . import keys, log, maps, state, tokens
from .encoding import Reader, text
from .leaves import parse_leaf
from .outcome import need
from .records import Record, record_digest
from .sealing import digest, verify

LIMIT = 64 << 20
MINUTES = 60_000


class Verifier(log.Verifier):
    """Walks the entries that changed members or environments, where those between are left out."""

    def advance_over_gap(self, entry, body, ended):
        where = f"entry {entry.sequence}: "
        follows = entry.sequence == self.head.sequence + 1
        need(entry.vault == self.vault, where + "another vault")
        need(entry.sequence > self.head.sequence, where + "sequence")
        need(not follows or entry.previous == self.head.hash, where + "chain")
        need(entry.operation == digest("coffer/operation", body), where + "body")
        author = self.control.member(entry.author)
        need(author, where + "author unknown", "forged")
        entry.verify(author, where + "signature")
        body = state.parse_body(entry.kind, body)
        role, environment = state.requirement(entry.kind, body)
        need(author["active"] and author["roles"].get(environment, 0) >= role, where + "author's right", "forged")
        state.check_numbers(entry.kind, body, entry.sequence)
        whole = entry.kind == state.REMOVE and not body["names"]
        need(entry.kind in (state.MEMBER, state.TOKEN, state.EPOCH) or whole, where + "does not belong in the chain")
        ends = whole or entry.kind == state.EPOCH and body["epoch"] > 1
        before = self.head.roots.get(body["environment"], state.ZERO) if follows else ended
        need(ended == (before if ends else state.ZERO), where + "the root that it ends")
        after = self.control.applying(entry.kind, body, {body["environment"]: before})
        need(entry.control == after.digest, where + "control block")
        need(sorted(entry.roots) == after.active, where + "roots")
        self.head, self.control = entry, after
        return body

    def advance_to_head(self, entry):
        if entry.sequence == self.head.sequence:
            return need(entry.bytes == self.head.bytes, "head: another entry of the same number")
        need(entry.vault == self.vault, "head: another vault")
        need(entry.sequence > self.head.sequence, "head: sequence")
        need(entry.sequence > self.head.sequence + 1 or entry.previous == self.head.hash, "head: chain")
        author = self.control.member(entry.author)
        need(author and author["active"], "head: author", "forged")
        entry.verify(author, "head: signature")
        need(entry.control == self.control.digest, "head: control block")
        need(sorted(entry.roots) == self.control.active, "head: roots")
        self.head = entry


class Snapshot:
    def __init__(self, content):
        need(72 < len(content) <= LIMIT and content[:8] == b"COFFERSN", "snapshot: none")
        signed, self.signature = content[:-64], content[-64:]
        r = Reader(signed)
        r.fixed(8)
        need((r.u8(), r.u8()) == (1, 1), "snapshot: version", "newer")
        self.id, self.environment, self.token = r.fixed(16), r.fixed(16), r.fixed(16)
        self.sequence, self.hash, self.created, self.max_age = r.u64(), r.fixed(32), r.u64(), r.u64()
        self.author = r.fixed(16)
        self.chain = r.list(lambda r: (r.bytes(), r.bytes(), r.fixed(32)))
        self.head = r.bytes()
        nodes = r.list(lambda r: (r.bytes(), r.bytes()))
        records = r.list(lambda r: (r.u64(), r.bytes()))
        r.end()
        paths, numbers = [path for path, _ in nodes], [number for number, _ in records]
        need(paths == sorted(set(paths)) and numbers == sorted(set(numbers)), "snapshot: order")
        need(all(len(path) < 64 and all(step < 16 for step in path) for path in paths), "snapshot: a path")
        self.chain = [(log.Entry(entry), body, ended) for entry, body, ended in self.chain]
        self.head = log.Entry(self.head)
        self.nodes, self.records = dict(nodes), dict(records)
        self.digest = digest("coffer/snapshot", signed)

    def check(self, vault, identity):
        """Everything that must hold before a value is given out."""
        need(self.id == vault, "snapshot: another vault")
        need(self.token == identity.id, "snapshot: another token")
        need(self.chain, "snapshot: no chain")
        first, body, ended = self.chain[0]
        self.verifier = Verifier(self.id, first.bytes, body)
        need(ended == state.ZERO, "entry 1: the root that it ends")
        self.bodies = {1: state.parse_body(state.FOUND, body)}
        for entry, body, ended in self.chain[1:]:
            self.bodies[entry.sequence] = self.verifier.advance_over_gap(entry, body, ended)
        self.verifier.advance_to_head(self.head)
        need((self.head.sequence, self.head.hash) == (self.sequence, self.hash), "snapshot: another head")
        control = self.verifier.control
        author = control.member(self.author)
        need(author and author["active"] and author["roles"].get(self.environment, 0) >= state.WRITE
             and self.environment != keys.DIRECTORY, "snapshot: author's right", "forged")
        verify(author["public"][32:], self.signature, text("coffer/snapshot-signature") + self.digest, "snapshot: signature")
        token = control.member(self.token)
        need(token and self.environment in token["roles"] and self.environment in control.active,
             "snapshot: another environment than the token's")

    def check_age(self, now, minimum):
        if self.max_age:
            need(now < self.created + self.max_age, "snapshot: too old", "rollback")
            need(now + 10 * MINUTES >= self.created, "the clock is behind", "rollback")
        need(self.sequence >= minimum, "snapshot: below the minimum", "rollback")

    def values(self, identity):
        """The environment's name and {name: value in use}, all that the token opens."""
        _, name, opened = tokens.access(self, identity)
        epoch = max(opened)
        current, root, found = opened[epoch], self.head.roots[self.environment], {}
        if isinstance(current, keys.EnvironmentKey):
            for leaf in maps.read(root, self.nodes.get).values():
                if leaf.current:
                    record = self._record(leaf.current)
                    key = self._key(current, record.epoch)
                    one, _ = record.descriptor(key)
                    need(current.index(one) == leaf.index, "record: another name than its index")
                    found[one] = record.value(one, key)
            return name, found
        for one, key in current.items():
            leaf = self._leaf(root, key.index)
            if leaf and leaf.current:
                record = self._record(leaf.current)
                need(one in opened.get(record.epoch, {}), "token: no key of the record's epoch")
                found[one] = record.value(one, opened[record.epoch][one])
        return name, found

    def _leaf(self, root, index):
        """The leaf of one index, by the nodes on its way alone."""
        path, expected = b"", root
        while expected != state.ZERO:
            content = self.nodes.get(path)
            need(content is not None and maps.node_hash(content) == expected, f"map: node {path.hex()}")
            r = Reader(content)
            leaf_mask, child_mask, step = r.u16(), r.u16(), maps.steps(index)[len(path)]
            found, expected = None, state.ZERO
            for slot in range(16):
                if leaf_mask >> slot & 1:
                    leaf = parse_leaf(r)
                    found = leaf if slot == step and leaf.index == index else found
                elif child_mask >> slot & 1:
                    child = r.fixed(32)
                    expected = child if slot == step else expected
            r.end()
            if found:
                return found
            path += bytes([step])
        return None

    def _record(self, pointer):
        number, version, stated = pointer
        content = self.records.get(number)
        need(content is not None and record_digest(content) == stated, f"record {number}")
        record = Record(content)
        need((record.number, record.version) == (number, version), f"record {number}: its place")
        return record

    def _key(self, key, epoch):
        epochs = self.verifier.control.environments[key.environment]["epochs"]
        need(0 < epoch <= key.epoch, "record: epoch")
        while key.epoch > epoch:
            key = key.predecessor(epochs[key.epoch - 1]["predecessor"])
            need(key.commitment == epochs[key.epoch - 1]["commitment"], "predecessor: another key")
        return key
