"""docs/FORMAT.md, "Checked text", "Token" and wraps of kind 2: what a token's text holds, and what it opens."""

import zlib

from . import keys, sealing
from .encoding import Reader, u8, u32
from .identity import Identity
from .outcome import Refused, need
from .sealing import keyed

DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def digits(number, width):
    out = b""
    for _ in range(width):
        number, digit = divmod(number, 62)
        out = DIGITS[digit:digit + 1] + out
    return out


def width(count):
    """The fewest digits that hold any number of `count` bytes."""
    found = 0
    while 62 ** found < 256 ** count:
        found += 1
    return found


def write_checked(prefix, content):
    body = prefix + digits(int.from_bytes(content, "big"), width(len(content)))
    return body + digits(zlib.crc32(body), 6)


def parse_checked(prefix, text, count):
    need(text.startswith(prefix) and len(text) == len(prefix) + width(count) + 6, "checked text: shape", "token")
    need(digits(zlib.crc32(text[:-6]), 6) == text[-6:], "checked text: checksum", "token")
    number = 0
    for digit in text[len(prefix):-6]:
        need(digit in DIGITS, "checked text: digit", "token")
        number = number * 62 + DIGITS.index(digit)
    need(number < 256 ** count, "checked text: too large a number", "token")
    return number.to_bytes(count, "big")


def parse(text):
    """The vault that a token is for, the identity that it is, and the root that this comes from."""
    content = parse_checked(b"coffer_", text, 49)
    need(content[0] == 1, "token: version", "newer")
    vault, root = content[1:17], content[17:]
    who = Identity(keyed(root, "coffer/token/wrapping", vault) + keyed(root, "coffer/token/signing", vault))
    return vault, who, root


class NameKey:
    """All that opens one name: stands where `EnvironmentKey` does, for its values alone."""

    def __init__(self, vault, environment, name, key):
        self.vault, self.environment, self.name, self.key = vault, environment, name, key

    @property
    def index(self):
        return keyed(self.key, "coffer/index")

    def value_key(self, name):
        need(name == self.name, "a name key of another name")
        return keyed(self.key, "coffer/value")


def unwrap(identity, wrapped, vault, environment, epoch, commitment):
    """The environment's name, and its key or {name: name key}."""
    plain = sealing.unwrap(identity.wrapping_seed, wrapped)
    header = u8(2) + vault + environment + u32(epoch) + identity.id
    need(plain[:len(header)] == header, "wrap: made for something else")
    r = Reader(plain[len(header):])
    name = r.text()
    if r.flag():
        key = keys.EnvironmentKey(vault, environment, epoch, r.fixed(32))
        r.end()
        need(key.commitment == commitment, "wrap: another key than the log states")
        return name, key
    found = r.list(lambda r: (r.text(), r.fixed(32)))
    r.end()
    names = {}
    for one, key in found:
        names.setdefault(one, NameKey(vault, environment, one, key))
    return name, names


def access(vault, identity):
    """The one environment that a token reads: id, name, and by epoch what `unwrap` gives; expiry is the caller's to judge."""
    control = vault.verifier.control
    member = control.member(identity.id)
    need(member and member["kind"] == 2 and member["active"], "no token of this vault", "forged")
    environment = next((e for e in control.active if e in member["roles"]), None)
    need(environment is not None, "token: no environment", "forged")
    epochs = control.environments[environment]["epochs"]
    wraps = {}
    # Nothing but the log vouches for name keys; of two wraps the later counts.
    for sequence in sorted(vault.bodies):
        for wrap in vault.bodies[sequence].get("wraps", []):
            if wrap["member"] == identity.id and wrap["environment"] == environment:
                wraps[wrap["epoch"]] = wrap["wrapped"]
    need(len(epochs) in wraps, "token: no wrap of the current epoch")
    opened = {epoch: unwrap(identity, wrapped, vault.id, environment, epoch, epochs[epoch - 1]["commitment"])
              for epoch, wrapped in wraps.items()}
    return environment, opened[len(epochs)][0], {epoch: what for epoch, (_, what) in opened.items()}


def values(vault, identity):
    """The environment's name and {name: value in use}, all that a token opens."""
    environment, name, opened = access(vault, identity)
    current = opened[max(opened)]
    if isinstance(current, keys.EnvironmentKey):
        found = vault.read(current)
        return name, {n: entry["versions"][entry["current"]]["value"] for n, entry in found.items() if entry["current"]}
    leaves, found = vault.maps[environment, max(opened)], {}
    for one, key in current.items():
        leaf = leaves.get(key.index)
        if leaf and leaf.current:
            record = vault._record(leaf.current[0], leaf.current[2], leaf.current[1])
            need(record.epoch in opened and one in opened[record.epoch], "token: no key of the record's epoch")
            found[one] = record.value(one, opened[record.epoch][one])
    return name, found


def held(identity, root, opened):
    """Every 32 bytes that are in the token or follow from what it opens, whatever they are meant for."""
    found = [root, identity.wrapping_seed, identity.signing_seed]
    for what in opened.values():
        if isinstance(what, keys.EnvironmentKey):
            found += [what.key, what.names_key]
        else:
            for name, key in what.items():
                found += [key.key, key.value_key(name), key.index]
    return found


def closed(vault, identity, root, names):
    """How many of `names` have a value in use that none of what the token holds opens, as a name key or as the key of a box."""
    environment, _, opened = access(vault, identity)
    count = 0
    for leaf in vault.maps[environment, max(opened)].values():
        if leaf.current:
            record = vault._record(leaf.current[0], leaf.current[2], leaf.current[1])
            candidates = held(identity, root, opened)
            candidates += [keyed(key, "coffer/value") for key in candidates]
            whose = NameKey(vault.id, environment, None, bytes(32))
            if not any(opens(record, name, key, whose) for key in candidates for name in names):
                count += 1
    return count


def opens(record, name, key, whose):
    for label, context_name, box in (("coffer/value", name, record.value_box),
                                     ("coffer/descriptor", "", record.descriptor_box)):
        try:
            record._open(label, context_name, box, key, whose)
            return True
        except Refused:
            pass
    return False
