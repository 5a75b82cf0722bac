"""docs/FORMAT.md, "Map of names": nodes, the one tree that a set of leaves has, and what operations make of leaves."""

from dataclasses import replace

from . import state
from .encoding import Reader, u16
from .leaves import Leaf, parse_leaf
from .outcome import need
from .sealing import digest


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
    """Applies an operation to the leaves of its environment and epoch; a new epoch starts with none."""
    if kind == state.EPOCH:
        leaves.update((leaf.index, leaf) for leaf in body["leaves"])
    elif kind in state.RECORDS:
        for item in body["items"]:
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
