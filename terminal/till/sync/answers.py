"""What came back over the wire: a reply, a refusal of our server, or the words of a stranger.

A captive portal answers everything with 200 and a page; a proxy with 502 and another page. Only
what reads as a message of ours is believed.
"""

from __future__ import annotations

import json
from enum import Enum
from typing import TypeVar

from terminal.wire.signing import Swollen, unsqueeze
from terminal.wire.sync_json import FORMAT, BadMessage, Refusal, read_message

REPLY_BYTES_MOST = 32 * 1024 * 1024
"""A whole first price list fits; a reply that goes on for ever does not."""

M = TypeVar("M")


class Unfit(Enum):
    """Why an answer is no reply."""

    REPLAYED = "replayed"
    """The number of the request was used before."""
    TOO_LARGE = "too large"
    REVOKED = "revoked"
    MALFORMED = "malformed"
    """Our server does not understand what this till sends."""
    BUSY = "busy"
    FAILS = "fails"
    NEWER = "newer"
    """It takes a later version of this program to read it."""
    STRANGER = "stranger"
    """Whatever answers, it is not our server."""


_OURS = {
    400: Unfit.MALFORMED,
    401: Unfit.REVOKED,
    403: Unfit.REVOKED,
    409: Unfit.REPLAYED,
    415: Unfit.MALFORMED,
}


def read_answer(shape: type[M], code: int, body: bytes) -> M | Unfit:
    """The message of a 200, or what stands against it."""
    if code != 200:
        return _sorted(code, read_refusal(body) is not None)
    try:
        plain = plain_bytes(body)
    except Swollen:
        return Unfit.STRANGER
    try:
        return read_message(shape, plain)
    except BadMessage:
        return Unfit.NEWER if _needs_more(plain) else Unfit.STRANGER


def read_refusal(body: bytes) -> Refusal | None:
    """The refusal in a body; None where it is none of ours."""
    try:
        return read_message(Refusal, plain_bytes(body))
    except (BadMessage, Swollen):
        return None


def highest_seen(body: bytes) -> int:
    """The highest request number that the server has seen, by its refusal; 0: it does not say."""
    refusal = read_refusal(body)
    told = dict(refusal.problems) if refusal else {}
    number = told.get("request", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def plain_bytes(body: bytes) -> bytes:
    """A body as JSON bytes: what is no JSON object was squeezed.

    Raises:
        Swollen: it is neither.
    """
    if body[:1] == b"{":
        return body
    return unsqueeze(body, REPLY_BYTES_MOST)


def _needs_more(plain: bytes) -> bool:
    try:
        needs = json.loads(plain).get("needs")
    except ValueError:
        return False
    return isinstance(needs, int) and needs > FORMAT


def _sorted(code: int, ours: bool) -> Unfit:
    if code == 413:
        return Unfit.TOO_LARGE  # proxies say that too
    if code in {408, 429, 502, 503, 504}:
        return Unfit.BUSY
    if code == 511:
        return Unfit.STRANGER
    if code >= 500:
        return Unfit.FAILS
    if not ours:
        return Unfit.STRANGER
    return _OURS.get(code, Unfit.STRANGER)
