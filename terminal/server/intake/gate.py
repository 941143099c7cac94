"""The gate: who asks, and whether they signed this; nothing is unpacked before that is known.

The signature covers the bytes as they travel, so a stranger cannot make the server decompress or
read anything. A till whose log is new names the log that it follows in a second header: the same
terminal writes both, so its key is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from terminal.server.database import callers
from terminal.server.database.callers import Caller
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.logs import Log
from terminal.server.intake.refusals import (
    malformed,
    retired,
    too_large,
    unknown_terminal,
    unsigned,
)
from terminal.wire.signing import (
    INCARNATION_HEADER,
    REPLACES_HEADER,
    REQUEST_BYTES_MOST,
    SIGNATURE_HEADER,
    Swollen,
    Unsigned,
    check_signature,
    is_squeezed,
    unsqueeze,
)
from terminal.wire.sync_json import BadMessage, RecoverRequest, SyncRequest, read_message

_INCARNATION = re.compile("[0-9a-f]{16}")

M = TypeVar("M", bound=SyncRequest | RecoverRequest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request that a terminal of ours signed."""

    incarnation: str
    """The log that it speaks for."""
    replaces: str
    """The log that this one follows; '' where the message need not say so."""
    log: Log
    """The row of that log, or of the one that it follows while it is not known yet."""
    plain: bytes

    def message(self, shape: type[M]) -> M:
        """Read the message that was signed.

        Raises:
            Refused: it is none (400), or speaks for another log than was signed for (401).
        """
        try:
            message = read_message(shape, self.plain)
        except BadMessage as error:
            raise malformed("not such a message", error.problems) from error
        if message.incarnation != self.incarnation:
            raise unsigned("the message speaks for another log than its header")
        follows: str | None = getattr(message, "replaces", None)
        if self.log.incarnation not in {self.incarnation, follows}:
            raise unsigned("the message follows another log than its header")
        return message


def admit(
    database: ServerDatabase, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> Admitted:
    """Let a request pass that one of our terminals signed; unpack it then.

    Raises:
        Refused: it is too large (413), nobody we know (401), not signed by them (401), of a
            terminal that was put out of service (403), or swells beyond what is allowed (413).
    """
    if len(body) > REQUEST_BYTES_MOST:
        raise too_large(f"a request has at most {REQUEST_BYTES_MOST} bytes")
    incarnation = _named(headers, INCARNATION_HEADER)
    replaces = _named(headers, REPLACES_HEADER)
    if not incarnation:
        raise unsigned(f"the header {INCARNATION_HEADER} names no log")
    caller, log = _caller(database, incarnation, replaces)
    try:
        key, signature = bytes.fromhex(caller.public_key), headers.get(SIGNATURE_HEADER, "")
        check_signature(key, signature, method, path, body)
    except Unsigned as error:
        raise unsigned(str(error)) from error
    if caller.standing != "active":
        raise retired("this terminal was put out of service")
    return Admitted(incarnation=incarnation, replaces=replaces, log=log, plain=_plain(body))


def _named(headers: Mapping[str, str], header: str) -> str:
    named = headers.get(header, "")
    return named if _INCARNATION.fullmatch(named) else ""


def _caller(database: ServerDatabase, incarnation: str, replaces: str) -> tuple[Caller, Log]:
    with database.glancing() as connection:
        for known in filter(None, (incarnation, replaces)):
            speaker = callers.speaker(connection, known)
            if speaker is not None:
                return speaker
    raise unknown_terminal("this server does not know that log")


def _plain(body: bytes) -> bytes:
    """Squeezed or not: what is neither a zlib stream nor JSON is found out when it is read."""
    if not is_squeezed(body):
        return body
    try:
        return unsqueeze(body)
    except Swollen as error:
        raise too_large(str(error)) from error
