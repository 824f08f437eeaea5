"""Encrypting in age's format with next to no work, as a portal's passwords are hashed with next to no work here.

The library itself gives whoever tries a passphrase a second or two of work, which keeps strangers out, and tests
waiting. It reads what is made here as it reads its own files. The format is https://age-encryption.org/v1.
"""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LOG_OF_WORK = 2
"""The library takes some 18 on such a machine."""
_PIECE = 64 * 1024


def encrypt(content: bytes, passphrase: str) -> bytes:
    """The content as a file in age's format, which this passphrase opens."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    key = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**LOG_OF_WORK, r=8, p=1)
    wrapped = ChaCha20Poly1305(key.derive(passphrase.encode())).encrypt(bytes(12), file_key, None)
    stanza = b"-> scrypt %s %d\n%s\n" % (_base64(salt), LOG_OF_WORK, _base64(wrapped))
    header = b"age-encryption.org/v1\n" + stanza + b"---"
    mac = HMAC(_derived(file_key, salt=b"", info=b"header"), SHA256())
    mac.update(header)
    sealed = ChaCha20Poly1305(_derived(file_key, salt=nonce, info=b"payload"))
    pieces = [content[place : place + _PIECE] for place in range(0, len(content), _PIECE)] or [b""]
    last = len(pieces) - 1
    payload = (
        sealed.encrypt(number.to_bytes(11, "big") + bytes([number == last]), piece, None)
        for number, piece in enumerate(pieces)
    )
    return b"".join([header, b" ", _base64(mac.finalize()), b"\n", nonce, *payload])


def _derived(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(key)


def _base64(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")
