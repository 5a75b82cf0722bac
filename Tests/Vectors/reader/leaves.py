"""docs/FORMAT.md, "Map of names": leaves, and the pointers in them."""

from dataclasses import dataclass

from .encoding import u8, u32, u64
from .outcome import need


@dataclass(frozen=True)
class Leaf:
    index: bytes
    newest: tuple
    current: tuple | None = None
    pending: tuple | None = None
    previous: tuple | None = None

    @property
    def pointers(self):
        return [self.newest, self.current, self.pending, self.previous]

    @property
    def bytes(self):
        flags = (0 if self.current is None else 1 if self.current == self.newest else 2)
        flags |= (4 if self.pending else 0) | (8 if self.previous else 0)
        shown = [self.current if flags & 3 == 2 else None, self.pending, self.previous]
        return self.index + pointer(self.newest) + u8(flags) + b"".join(pointer(p) for p in shown if p)


def pointer(p):
    return u64(p[0]) + u32(p[1]) + p[2]


def parse_pointer(r):
    return r.u64(), r.u32(), r.fixed(32)


def parse_leaf(r):
    index, newest, flags = r.fixed(32), parse_pointer(r), r.u8()
    need(flags < 16 and flags & 3 != 3, "leaf: flags")
    current = {0: lambda: None, 1: lambda: newest, 2: lambda: parse_pointer(r)}[flags & 3]()
    need(flags & 3 != 2 or current != newest, "leaf: current")
    pending = parse_pointer(r) if flags & 4 else None
    previous = parse_pointer(r) if flags & 8 else None
    return Leaf(index, newest, current, pending, previous)


def parse_leaves(r):
    found = r.list(parse_leaf)
    need(all(a.index < b.index for a, b in zip(found, found[1:])), "leaves: order")
    return found
