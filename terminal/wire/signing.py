"""What a till signs of a request, and with what: Ed25519 (RFC 8032), one signature per request.

The signature covers the method, the path and the body's bytes as they travel (compressed), so
nothing is decompressed or parsed that was not signed. Facts need none of their own: each names
the hash of the one before.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

INCARNATION_HEADER = "Tenth-Incarnation"
SIGNATURE_HEADER = "Tenth-Signature"
REPLACES_HEADER = "Tenth-Replaces"
"""Beside the incarnation, while its log follows another one: ``SyncRequest.replaces``. A server that
has not met the incarnation learns from it whose key to check with, before it unpacks anything."""
OWNER_HEADER = "Tenth-Owner"
"""Carries the local server's owner key: whoever may read its 0600 file is the owner."""

REQUEST_BYTES_MOST = 1024 * 1024
"""A request as it travels; larger ones are refused before they are read (413)."""
PLAIN_BYTES_MOST = 8 * 1024 * 1024
"""A request decompressed; a small one that swells beyond this is refused (413)."""
FACTS_MOST = 500
FACT_BYTES_MOST = 1024 * 1024
"""All stored bytes of the facts of one request together, unless it is a single fact: 500 sales of
an ordinary shop, a quarter of that as they travel. What a server does once for a request, and once
for a wallet of it, costs little for each fact then."""


class Unsigned(ValueError):
    """The signature is missing, malformed or not that of the key."""


class Swollen(ValueError):
    """Compressed bytes that are none, or that decompress to more than is allowed."""


def signed_bytes(method: str, path: str, body: bytes) -> bytes:
    """What is signed: one line each for version, method, path and the body's SHA-256."""
    return f"tenth-1\n{method}\n{path}\n{sha256(body).hexdigest()}\n".encode()


def sign(private_key: bytes, method: str, path: str, body: bytes) -> str:
    """The signature of a request, base64. ``private_key`` is 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return base64.b64encode(key.sign(signed_bytes(method, path, body))).decode()


def signer(private_key: bytes) -> Callable[[bytes], str]:
    """What signs ``signed_bytes`` with a key, base64; the key itself cannot be read from it."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return lambda plain: base64.b64encode(key.sign(plain)).decode()


def check_signature(public_key: bytes, signature: str, method: str, path: str, body: bytes) -> None:
    """Let a request pass that the owner of the key signed.

    Raises:
        Unsigned: it is not signed by this key.
    """
    try:
        raw = base64.b64decode(signature, validate=True)
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(raw, signed_bytes(method, path, body))
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise Unsigned("the signature is not that of this terminal") from error


def new_private_key() -> bytes:
    """32 fresh bytes of the system's chance."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def public_key_of(private_key: bytes) -> bytes:
    """The 32 bytes by which others check."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def squeeze(plain: bytes) -> bytes:
    """Bytes as they travel: zlib (RFC 1950), the fastest level."""
    return zlib.compress(plain, 1)


def is_squeezed(body: bytes) -> bool:
    """Whether bytes begin as a zlib stream does (RFC 1950), which no JSON text does."""
    return len(body) >= 2 and body[0] & 15 == 8 and (body[0] * 256 + body[1]) % 31 == 0


def unsqueeze(squeezed: bytes, most: int = PLAIN_BYTES_MOST) -> bytes:
    """Plain bytes again.

    Raises:
        Swollen: it is no zlib stream, is cut off, or swells beyond ``most`` bytes.
    """
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(squeezed, most)
    except zlib.error as error:
        raise Swollen(f"not compressed by zlib: {error}") from error
    if not stream.eof or stream.unused_data:
        raise Swollen(f"cut off, or more than {most} bytes")
    return plain
