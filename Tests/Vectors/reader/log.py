"""docs/FORMAT.md, "Log": entries and how they are verified."""

from . import keys, state
from .encoding import Reader, text
from .outcome import need
from .sealing import digest, verify


class Entry:
    def __init__(self, content):
        need(len(content) >= 65, "entry: too short")
        self.bytes, self.signed, self.signature = content, content[:-64], content[-64:]
        r = Reader(self.signed)
        need((r.u8(), r.u8()) == (1, 1), "entry: version", "newer")
        self.vault, self.sequence, self.previous = r.fixed(16), r.u64(), r.fixed(32)
        self.time, self.author, self.kind = r.u64(), r.fixed(16), r.u8()
        self.operation, self.control = r.fixed(32), r.fixed(32)
        roots = r.list(lambda r: (r.fixed(16), r.fixed(32)))
        r.end()
        names = [environment for environment, _ in roots]
        need(names == sorted(set(names)), "entry: order of roots")
        self.roots = dict(roots)
        need(state.PUT <= self.kind <= state.FOUND, "entry: operation", "newer")
        self.hash = digest("coffer/log-entry", content)

    def verify(self, author, why):
        verify(author["public"][32:], self.signature, text("coffer/log-signature") + self.signed, why)


class Verifier:
    """Walks a log from its first entry. `control` and `head` are what is verified so far."""

    def __init__(self, vault, entry, body):
        entry = Entry(entry)
        need(entry.sequence == 1 and entry.previous == state.ZERO and entry.kind == state.FOUND, "no founding")
        need(entry.vault == vault, "another vault")
        need(entry.operation == digest("coffer/operation", body), "founding: body")
        control = state.Control(state.parse_body(state.FOUND, body))
        need(control.vault == vault, "another founder")
        founder = control.members[0]
        need(entry.author == founder["id"], "founding: author", "forged")
        entry.verify(founder, "entry 1: signature")
        need(entry.control == control.digest, "founding: control block")
        need(entry.roots == {keys.DIRECTORY: state.ZERO}, "founding: roots")
        self.vault, self.head, self.control = vault, entry, control

    def advance(self, content, body):
        """Verifies the entry after `head`; returns it and its parsed body."""
        entry = Entry(content)
        where = f"entry {self.head.sequence + 1}: "
        need(entry.vault == self.vault, where + "another vault")
        need(entry.sequence == self.head.sequence + 1, where + "sequence")
        need(entry.previous == self.head.hash, where + "chain")
        need(entry.operation == digest("coffer/operation", body), where + "body")
        author = self.control.member(entry.author)
        need(author, where + "author unknown", "forged")
        entry.verify(author, where + "signature")
        body = state.parse_body(entry.kind, body)
        role, environment = state.requirement(entry.kind, body)
        need(author["active"] and author["roles"].get(environment, 0) >= role, where + "author's right", "forged")
        state.check_numbers(entry.kind, body, entry.sequence)
        after = self.control.applying(entry.kind, body, self.head.roots)
        need(entry.control == after.digest, where + "control block")
        need(sorted(entry.roots) == after.active, where + "roots")
        for identifier, root in entry.roots.items():
            if identifier != body["environment"] or not state.changes_map(entry.kind, body):
                need(root == self.head.roots.get(identifier, state.ZERO), where + "a root that nothing changed")
        self.head, self.control = entry, after
        return entry, body
