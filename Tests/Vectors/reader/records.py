"""docs/FORMAT.md, "Records"."""

from . import sealing
from .encoding import Reader, text, u32, u64
from .outcome import need
from .sealing import digest


def record_digest(content):
    return digest("coffer/record", content)


class Record:
    def __init__(self, content):
        r = Reader(content)
        need((r.u8(), r.u8()) == (1, 1), "record: version", "newer")
        self.number, self.epoch, self.version, self.created = r.u64(), r.u32(), r.u32(), r.u64()
        self.author, self.prior, self.prior_digest = r.fixed(16), r.u64(), r.fixed(32)
        self.descriptor_box, self.value_box = r.bytes(), r.bytes()
        r.end()
        need(self.prior or self.prior_digest == bytes(32), "record: prior")

    def _open(self, label, name, box, sealing_key, key):
        context = (text(label) + b"\1\1" + key.vault + key.environment + u64(self.number) + u32(self.version)
                   + u32(self.epoch) + self.author + u64(self.created) + u64(self.prior) + self.prior_digest
                   + text(name))
        return sealing.unpad(sealing.unseal(sealing_key, context, box, "record", wrong_key="damaged"))

    def descriptor(self, key):
        """Name and generator."""
        r = Reader(self._open("coffer/descriptor", "", self.descriptor_box, key.names_key, key))
        return r.text(), r.text()

    def value(self, name, key):
        return self._open("coffer/value", name, self.value_box, key.value_key(name), key)
