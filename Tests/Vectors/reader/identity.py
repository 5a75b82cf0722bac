"""docs/FORMAT.md, "Identities": keys, the identity file, the recovery phrase, ids."""

import hashlib
import re

from nacl import bindings

from . import sealing
from .encoding import Reader
from .outcome import Refused, need
from .sealing import digest, keyed

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Identity:
    def __init__(self, seeds):
        need(len(seeds) == 64, "identity: seeds")
        self.seeds = seeds
        self.wrapping_seed, self.signing_seed = seeds[:32], seeds[32:]
        self.public = (bindings.crypto_box_seed_keypair(self.wrapping_seed)[0]
                       + bindings.crypto_sign_seed_keypair(self.signing_seed)[0])
        self.id = member_id(self.public)


def member_id(public):
    return digest("coffer/member", public)[:16]


def vault_id(nonce, founder):
    return digest("coffer/vault", nonce + founder)[:16]


def short(vault):
    bits = int.from_bytes(vault[:8], "big") >> 4
    letters = "".join(CROCKFORD[bits >> (55 - 5 * place) & 31] for place in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def parse_file(content):
    """The fields of an identity file, checked as far as that goes without the passphrase."""
    need(content[:8] == b"COFFERID" and len(content) > 40, "identity: no identity file")
    body, checksum = content[:-32], content[-32:]
    need(digest("coffer/identity-file", body) == checksum, "identity: checksum")
    r = Reader(body)
    r.fixed(8)
    version = (r.u8(), r.u8(), r.u8())
    need(version == (1, 1, 1), "identity: version", "newer")
    found = {"passes": r.u32(), "memory": r.u64(), "salt": r.fixed(16), "created": r.u64(), "public": r.fixed(64)}
    found["context"] = body[:r.at]
    found["box"] = r.bytes()
    r.end()
    need(2 <= found["passes"] <= 4 and 64 << 20 <= found["memory"] <= 1 << 30, "identity: cost", "bounds")
    return found


def open_file(content, passphrase):
    found = parse_file(content)
    key = sealing.argon2id(passphrase, found["salt"], found["passes"], found["memory"])
    identity = Identity(sealing.unseal(key, found["context"], found["box"], "identity", wrong_key="passphrase"))
    need(identity.public == found["public"], "identity: keys")
    return identity, found


def phrase_entropy(phrase, words):
    typed = re.split(rb"[\x00-\x20]+", phrase.strip(bytes(range(0x21))))
    exact = {word: place for place, word in enumerate(words)}
    short_forms = {word[:4]: place for place, word in enumerate(words) if len(word) > 4}
    bits = 0
    for number, word in enumerate(typed, 1):
        word = word.decode("latin-1").lower() if word.isascii() else None
        place = exact.get(word, short_forms.get(word))
        need(place is not None, f"phrase: word {number}", "phrase")
        bits = bits << 11 | place
    need(len(typed) == 12, "phrase: number of words", "phrase")
    entropy, checksum = (bits >> 4).to_bytes(16, "big"), bits & 15
    need(hashlib.sha256(entropy).digest()[0] >> 4 == checksum, "phrase: checksum", "phrase")
    return entropy


def phrase_words(entropy, words):
    bits = int.from_bytes(entropy, "big") << 4 | hashlib.sha256(entropy).digest()[0] >> 4
    return " ".join(words[bits >> (121 - 11 * place) & 2047] for place in range(12))


def phrase_identity(entropy, vault):
    root = entropy + bytes(16)
    return Identity(keyed(root, "coffer/recovery/wrapping", vault) + keyed(root, "coffer/recovery/signing", vault))
