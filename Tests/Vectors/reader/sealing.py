"""docs/FORMAT.md, "Primitives", "Sealed box", "Padding"."""

import hashlib
import hmac

from nacl import bindings, exceptions

from .encoding import prefixed, text
from .outcome import Refused, need

KEY = 32


def digest(label, content):
    return hashlib.blake2b(text(label) + content, digest_size=32).digest()


def keyed(key, label, *parts):
    framed = text(label) + b"".join(prefixed(part) for part in parts)
    return hashlib.blake2b(framed, digest_size=32, key=key).digest()


def seal(key, context, nonce, plaintext):
    ciphertext = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, context, nonce, keyed(key, "coffer/seal/encrypt"))
    return keyed(key, "coffer/seal/commit", nonce, context) + nonce + ciphertext


def unseal(key, context, box, what="box", wrong_key="key"):
    need(len(box) >= 72, f"{what}: too short")
    commitment, nonce, ciphertext = box[:32], box[32:56], box[56:]
    if not hmac.compare_digest(keyed(key, "coffer/seal/commit", nonce, context), commitment):
        raise Refused(wrong_key, f"{what}: another key or context")
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, context, nonce, keyed(key, "coffer/seal/encrypt"))
    except exceptions.CryptoError:
        raise Refused("damaged", f"{what}: does not authenticate") from None


def padded_count(count):
    m = count + 1
    for bucket in (64, 256, 1024):
        if m <= bucket:
            return bucket
    e = m.bit_length() - 1
    mask = (1 << (e - e.bit_length())) - 1
    return (m + mask) & ~mask


def pad(value):
    return (value + b"\x80").ljust(padded_count(len(value)), b"\0")


def unpad(padded):
    value = padded.rstrip(b"\0")
    need(value[-1:] == b"\x80" and padded_count(len(value) - 1) == len(padded), "padding")
    return value[:-1]


def verify(public, signature, message, why):
    try:
        bindings.crypto_sign_open(signature + message, public)
    except exceptions.CryptoError:
        raise Refused("forged", why) from None


def unwrap(seed, wrapped):
    public, secret = bindings.crypto_box_seed_keypair(seed)
    need(len(wrapped) >= 48, "wrap: too short")
    try:
        return bindings.crypto_box_seal_open(wrapped, public, secret)
    except exceptions.CryptoError:
        raise Refused("damaged", "wrap: does not open") from None


def argon2id(passphrase, salt, passes, memory):
    return bindings.crypto_pwhash_alg(
        KEY, passphrase, salt, passes, memory, bindings.crypto_pwhash_ALG_ARGON2ID13)
