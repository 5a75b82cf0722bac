#!/usr/bin/env python3
"""Writes the age file of AgeFileTests from its fixed randomness, by no code of Coffer's: python3-nacl and Python's own HMAC.

    age.py | age --decrypt -i key.txt      with the spec's key in key.txt: AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZ...

Source: https://age-encryption.org/v1
"""

import base64
import hashlib
import hmac
import sys

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt, crypto_scalarmult, crypto_scalarmult_base

CHUNK = 64 * 1024


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(material, salt, info):
    return mac(mac(salt or bytes(32), material), info + b"\1")


def seal(key, nonce, plaintext):
    return crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, None, nonce, key)


def text(raw):
    return base64.b64encode(raw).rstrip(b"=")


def write(plaintext, recipient, file_key, ephemeral, nonce):
    share = crypto_scalarmult_base(ephemeral)
    wrapping = hkdf(crypto_scalarmult(ephemeral, recipient), share + recipient, b"age-encryption.org/v1/X25519")
    header = b"age-encryption.org/v1\n-> X25519 " + text(share) + b"\n" + text(seal(wrapping, bytes(12), file_key)) + b"\n---"
    header += b" " + text(mac(hkdf(file_key, b"", b"header"), header)) + b"\n"
    payload_key = hkdf(file_key, nonce, b"payload")
    chunks = [plaintext[start : start + CHUNK] for start in range(0, len(plaintext), CHUNK)] or [b""]
    payload = b""
    for number, chunk in enumerate(chunks):
        last = number == len(chunks) - 1
        payload += seal(payload_key, number.to_bytes(11, "big") + bytes([last]), chunk)
    return header + nonce + payload


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    plaintext = bytes(place % 251 for place in range(count))
    recipient = crypto_scalarmult_base(b"\x42" * 32)
    sys.stdout.buffer.write(write(plaintext, recipient, b"\x01" * 16, b"\x02" * 32, b"\x03" * 16))
