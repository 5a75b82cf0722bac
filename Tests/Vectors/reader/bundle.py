"""docs/FORMAT.md, "Bundle": an archive, sealed to members."""

from .encoding import Reader, flag, text, u64
from .outcome import Refused, need
from .sealing import digest, unseal, unwrap

CHUNK, OVERHEAD = 1 << 20, 72
RECIPIENTS, ARCHIVE = 4096, 1 << 31


class Bundle:
    """What it says of itself is a claim until `open` has held it against the archive."""

    def __init__(self, content):
        need(content[:8] == b"COFFERBN", "bundle: magic")
        r = Reader(content[8:])
        need(r.u8() == 1, "bundle: version", "newer")
        need(r.u8() == 1, "bundle: suite", "newer")
        self.vault, self.sequence, self.hash = r.fixed(16), r.u64(), r.fixed(32)
        recipients = r.list(lambda r: (r.fixed(16), r.bytes()))
        length = r.u64()
        need(len(recipients) <= RECIPIENTS and 0 < length <= ARCHIVE, "bundle: bounds")
        self.recipients = dict(recipients)
        need([member for member, _ in recipients] == sorted(self.recipients), "bundle: order of recipients")
        self.digest = digest("coffer/bundle", content[:8 + r.at])
        self.boxes = []
        for start in range(0, length, CHUNK):
            self.boxes.append(r.fixed(min(CHUNK, length - start) + OVERHEAD))
        r.end()

    def open(self, who):
        """The archive's bytes, which are not verified yet."""
        if who.id not in self.recipients:
            raise Refused("key", "bundle: sealed to others")
        plain = unwrap(who.wrapping_seed, self.recipients[who.id])
        before = text("coffer/bundle-key") + self.vault + who.id
        need(len(plain) == len(before) + 32 and plain.startswith(before), "bundle: another key than it should be")
        chunks = []
        for number, box in enumerate(self.boxes):
            last = flag(number == len(self.boxes) - 1)
            context = text("coffer/bundle-chunk") + self.digest + u64(number) + last
            chunks.append(unseal(plain[-32:], context, box, "bundle", wrong_key="damaged"))
        return b"".join(chunks)

    def check(self, vault):
        """Holds what the header claims against the vault that was inside, verified."""
        need(vault.id == self.vault and vault.verifier.head.sequence == self.sequence
             and vault.verifier.head.hash == self.hash, "bundle: says otherwise than the archive in it")
