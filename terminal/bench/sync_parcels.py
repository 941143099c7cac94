"""The facts of a request, written and squeezed before the clock starts.

Every till of a shop writes and squeezes on a computer of its own; sixteen of them on the computer
of the server would be measured as if they were its work. What a request says beside its facts
hangs on the reply before it, so that part is written, squeezed and joined on when it is sent: a
zlib stream may be put together of pieces that were squeezed apart.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from terminal.wire.signing import FACT_BYTES_MOST, FACTS_MOST
from terminal.wire.sync_json import SyncRequest, write_message

_HEADER = b"\x78\x01"
"""Of a zlib stream of the fastest level (RFC 1950)."""
_LEVEL = 1
_RAW = -15
"""Squeezed without header and checksum."""
_BASE = 65_521
"""Of Adler-32."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Facts that travel together."""

    facts: int
    squeezed: bytes
    """Their JSON, a piece of a stream."""
    checksum: int
    plain_bytes: int


def parcels(texts: Sequence[str], breaks: Sequence[int] = ()) -> list[Parcel]:
    """All facts of a log in the requests that a courier makes of them; some begin at ``breaks``."""
    found: list[Parcel] = []
    begin = 0
    while begin < len(texts):
        ends = min((one for one in breaks if one > begin), default=len(texts))
        end, size = begin, 0
        while end < min(ends, begin + FACTS_MOST):
            size += len(texts[end].encode())
            if end > begin and size > FACT_BYTES_MOST:
                break
            end += 1
        found.append(parcel(texts[begin:end]))
        begin = end
    return found


def parcel(texts: Sequence[str]) -> Parcel:
    """Some facts, ready to be sent."""
    plain = json.dumps(list(texts), ensure_ascii=False, separators=(",", ":")).encode()
    return Parcel(len(texts), _piece(plain), zlib.adler32(plain), len(plain))


def joined(message: SyncRequest, facts: Parcel) -> bytes:
    """The body of a request with these facts; the message itself has none."""
    head = write_message(message)[:-1] + b',"facts":'
    checksum = _of_both(zlib.adler32(head), facts.checksum, facts.plain_bytes)
    last = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    end = last.compress(b"}") + last.flush()
    checksum = zlib.adler32(b"}", checksum)
    return _HEADER + _piece(head) + facts.squeezed + end + checksum.to_bytes(4, "big")


def _piece(plain: bytes) -> bytes:
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return stream.compress(plain) + stream.flush(zlib.Z_SYNC_FLUSH)


def _of_both(first: int, second: int, second_bytes: int) -> int:
    """Adler-32 of two texts in a row, from those of each."""
    rest = second_bytes % _BASE
    low = ((first & 0xFFFF) + (second & 0xFFFF) + _BASE - 1) % _BASE
    high = (rest * (first & 0xFFFF) + (first >> 16) + (second >> 16) + _BASE - rest) % _BASE
    return high << 16 | low
