"""docs/FORMAT.md, "Map of names": leaves, nodes, and the one tree that a set of leaves has."""

from dataclasses import dataclass, replace

from . import state
from .encoding import Reader, u8, u16, u32, u64
from .outcome import need
from .sealing import digest


@dataclass(frozen=True)
class Leaf:
    index: bytes
    newest: tuple
    current: tuple | None = None
    pending: tuple | None = None
    previous: tuple | None = None

    @property
    def bytes(self):
        flags = (0 if self.current is None else 1 if self.current == self.newest else 2)
        flags |= (4 if self.pending else 0) | (8 if self.previous else 0)
        shown = [self.current if flags & 3 == 2 else None, self.pending, self.previous]
        return self.index + pointer(self.newest) + u8(flags) + b"".join(pointer(p) for p in shown if p)


def pointer(p):
    return u64(p[0]) + u32(p[1]) + p[2]


def parse_leaf(r):
    index, newest, flags = r.fixed(32), state.parse_pointer(r), r.u8()
    need(flags < 16 and flags & 3 != 3, "leaf: flags")
    current = {0: lambda: None, 1: lambda: newest, 2: lambda: state.parse_pointer(r)}[flags & 3]()
    need(flags & 3 != 2 or current != newest, "leaf: current")
    pending = state.parse_pointer(r) if flags & 4 else None
    previous = state.parse_pointer(r) if flags & 8 else None
    return Leaf(index, newest, current, pending, previous)


def steps(index):
    return [nibble for byte in index for nibble in (byte >> 4, byte & 15)]


def node_hash(node):
    return digest("coffer/map-node", node)


def build(leaves):
    """The root and the nodes by path, from leaves with different indexes."""
    if not leaves:
        return state.ZERO, {}
    nodes = {}

    def node(path, inside):
        leaf_mask = child_mask = 0
        content = b""
        for slot in range(16):
            here = [leaf for leaf in inside if steps(leaf.index)[len(path)] == slot]
            if len(here) == 1:
                leaf_mask |= 1 << slot
                content += here[0].bytes
            elif here:
                child_mask |= 1 << slot
                content += node(path + bytes([slot]), here)
        nodes[path] = u16(leaf_mask) + u16(child_mask) + content
        return node_hash(nodes[path])

    return node(b"", list(leaves)), nodes


def read(root, load):
    """Every leaf below `root`, by index; `load` gives the stored node at a path."""
    leaves = {}
    waiting = [(b"", root)] if root != state.ZERO else []
    while waiting:
        path, expected = waiting.pop()
        need(len(path) < 64, "map: too deep")
        content = load(path)
        need(content is not None and node_hash(content) == expected, f"map: node {path.hex()}")
        r = Reader(content)
        leaf_mask, child_mask = r.u16(), r.u16()
        need(leaf_mask & child_mask == 0 and leaf_mask | child_mask, "map: slots")
        for slot in range(16):
            if leaf_mask >> slot & 1:
                leaf = parse_leaf(r)
                need(bytes(steps(leaf.index)[:len(path) + 1]) == path + bytes([slot]), "map: a leaf out of place")
                leaves[leaf.index] = leaf
            elif child_mask >> slot & 1:
                waiting.append((path + bytes([slot]), r.fixed(32)))
        r.end()
    return leaves


def replay(leaves, kind, body):
    """Applies an operation to an environment's leaves."""
    if kind in state.RECORDS or kind == state.EPOCH:
        for item in body["resealed" if kind == state.EPOCH else "items"]:
            old = leaves.get(item["index"]) or Leaf(item["index"], item["pointer"])
            if item["pending"]:
                new = replace(old, newest=item["pointer"], pending=item["pointer"])
            else:
                new = replace(old, newest=item["pointer"], current=item["pointer"],
                              previous=old.current or old.previous)
            leaves[item["index"]] = new
    elif kind == state.REMOVE:
        for index in body["names"]:
            need(index in leaves and leaves[index].current, "remove: no such name")
            leaves[index] = replace(leaves[index], current=None, pending=None, previous=leaves[index].current)
    elif kind == state.POINT:
        for item in body["items"]:
            need(item["index"] in leaves, "point: no such name")
            leaves[item["index"]] = replace(
                leaves[item["index"]], **{field: item[field] for field in ("current", "pending", "previous")})
