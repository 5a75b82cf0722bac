"""docs/FORMAT.md, "Keys of an environment": derivations, predecessors, wraps, labels."""

from . import sealing
from .encoding import Reader, prefixed, text, u8, u32
from .outcome import need
from .sealing import keyed

DIRECTORY = bytes(16)
VAULT, ENVIRONMENT, MEMBER, SCOPE = 1, 2, 3, 4


class EnvironmentKey:
    def __init__(self, vault, environment, epoch, key):
        self.vault, self.environment, self.epoch, self.key = vault, environment, epoch, key
        self.scope = (vault, environment, u32(epoch))

    def name_key(self, name):
        return keyed(self.key, "coffer/name", *self.scope, name.encode())

    def index(self, name):
        return keyed(self.name_key(name), "coffer/index")

    def value_key(self, name):
        return keyed(self.name_key(name), "coffer/value")

    @property
    def names_key(self):
        return keyed(self.key, "coffer/names", *self.scope)

    @property
    def labels_key(self):
        return keyed(self.key, "coffer/labels", *self.scope)

    @property
    def commitment(self):
        return keyed(self.key, "coffer/environment-key", *self.scope)

    def predecessor(self, box):
        context = text("coffer/predecessor") + b"".join(map(prefixed, self.scope))
        older = sealing.unseal(keyed(self.key, "coffer/predecessor", *self.scope), context, box,
                               "predecessor", wrong_key="damaged")
        need(len(older) == 32, "predecessor: length")
        return EnvironmentKey(self.vault, self.environment, self.epoch - 1, older)


def unwrap(identity, wrapped, vault, environment, epoch, commitment):
    """A whole environment's key, believed only if the control block's commitment says so."""
    plain = sealing.unwrap(identity.wrapping_seed, wrapped)
    header = u8(1) + vault + environment + u32(epoch) + identity.id
    need(plain[:-32] == header, "wrap: made for something else")
    key = EnvironmentKey(vault, environment, epoch, plain[-32:])
    need(key.commitment == commitment, "wrap: another key than the log states")
    return key


def place(kind, identifier=b""):
    return u8(kind) + identifier


def parse_place(content):
    r = Reader(content)
    kind = r.u8()
    need(1 <= kind <= 4, "label: place")
    identifier = b"" if kind == VAULT else r.fixed(16)
    r.end()
    return kind, identifier


def parse_label(r):
    return r.u32(), r.bytes()


def write_label(label):
    return u32(label[0]) + prefixed(label[1])


def open_label(label, where, directory):
    epoch, box = label
    need(epoch == directory.epoch, "label: epoch")
    context = text("coffer/label") + b"\1\1" + directory.vault + u32(epoch) + prefixed(where)
    plain = sealing.unpad(sealing.unseal(directory.labels_key, context, box, "label", wrong_key="damaged"))
    try:
        return plain.decode("utf-8", "strict")
    except UnicodeDecodeError:
        need(False, "label: text")
