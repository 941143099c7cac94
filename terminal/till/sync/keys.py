"""The key by which the server knows this till: in the system's keystore, or in a 0600 file.

`terminal.key` in the shop's folder holds the key in hex, or the name under which the keystore has
it. A copied folder without the keystore's entry can open no line. Keystores that might ask
somebody something are passed over: a till starts while nobody looks.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from terminal.till.settings import write_private
from terminal.wire.signing import new_private_key, signer

KEY_FILE = "terminal.key"
NEXT_KEY_FILE = "terminal.key.next"
"""Of a till that was turned away and joins again; the key until its server has answered."""
SERVICE = "tenth terminal"
_KEPT = "keystore "

_SILENT = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
)
"""Keystores of a desktop that give an unlocked entry without a question."""

_LOG = logging.getLogger(__name__)


class UnfitKey(ValueError):
    """The till's key is lost or damaged; the message says what became of it, never the key."""


class Keystore(Protocol):
    """What is used of a keystore: `keyring`'s backends fit."""

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        ...


def key_of(
    folder: Path, keystore: Callable[[], Keystore | None] | None = None, *, name: str = KEY_FILE
) -> bytes:
    """The private key of the till in a folder, made at the first call.

    Raises:
        UnfitKey: there was one and it cannot be had any more.
        OSError: the file cannot be read or written.
    """
    file = folder / name
    find = keystore or system_keystore
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = new_private_key()
        write_private(file, _keep(key, find()) + "\n")
        return key
    entry_name = kept.removeprefix(_KEPT)
    if entry_name == kept:
        return _plain(kept, file)
    found = find()
    entry = None if found is None else _ask(found, entry_name)
    if entry is None:
        raise UnfitKey(f"{file} names an entry of this computer's keystore that is not there")
    return _plain(entry, file)


def take_next_key(folder: Path) -> None:
    """Sign with the next key from now on.

    Raises:
        OSError: the files cannot be changed.
    """
    (folder / NEXT_KEY_FILE).replace(folder / KEY_FILE)


def signer_of(folder: Path) -> Callable[[bytes], str]:
    """What signs with the key of the till in a folder. Raises what `key_of` does."""
    return signer(key_of(folder))


def system_keystore() -> Keystore | None:
    """The keystore of this computer; None where there is none that works without a question."""
    if sys.platform.startswith("linux") and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    try:
        import keyring

        backend = keyring.get_keyring()
        several = getattr(backend, "backends", None)
        for one in several if several is not None else [backend]:
            if type(one).__module__ in _SILENT and _is_open(one):
                found: Keystore = one
                return found
    except Exception:  # noqa: BLE001 - whatever ails a keystore, there is the file
        _LOG.warning("the keystore of this computer cannot be used")
    return None


def _is_open(backend: Any) -> bool:
    """Whether it would ask nobody for a password now."""
    if type(backend).__module__ != "keyring.backends.SecretService":
        return True
    import secretstorage

    connection = secretstorage.dbus_init()
    try:
        return not secretstorage.get_default_collection(connection).is_locked()
    finally:
        connection.close()


def _keep(key: bytes, keystore: Keystore | None) -> str:
    """What the file says: where the key is, or the key."""
    if keystore is not None:
        name = secrets.token_hex(8)
        try:
            keystore.set_password(SERVICE, name, key.hex())
            if keystore.get_password(SERVICE, name) == key.hex():
                return _KEPT + name
        except Exception:  # noqa: BLE001 - see above
            _LOG.warning("the keystore of this computer keeps nothing: the key goes into a file")
    return key.hex()


def _ask(keystore: Keystore, name: str) -> str | None:
    try:
        return keystore.get_password(SERVICE, name)
    except Exception as error:
        raise UnfitKey(f"this computer's keystore fails: {type(error).__name__}") from error


def _plain(text: str, file: Path) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        # Without `from`: the error before would show the key in a log.
        raise UnfitKey(f"{file} holds no key: 64 hex digits") from None
    return key
