"""What the till's window and its courier say to each other: one JSON object a line, over pipes.

Nothing of a person is said here: what a reply brought stands in the database, which both read.
A line that cannot be read is passed over; the next contact tells the whole truth again.
"""

from __future__ import annotations

import json
from typing import Any

from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.line_port import Contact, LineTrouble, Question
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """Till to courier: somebody waits for this."""

    ticket: int
    question: Question


@dataclass(frozen=True, slots=True)
class Recorded:
    """Till to courier: something waits to go up."""


@dataclass(frozen=True, slots=True)
class Told:
    """Courier to till: the question of this ticket is answered."""

    ticket: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """Courier to till: how things stand with the server now."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Renewed:
    """Courier to till: the database holds something new."""


Said = Ask | Recorded | Told | Stands | Renewed


def write_line(said: Said) -> bytes:
    """One line, with its end."""
    return json.dumps(_plain(said), separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> Said | None:
    """What a line says; None where nobody can tell."""
    try:
        return _read(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(said: Said) -> dict[str, Any]:
    match said:
        case Ask():
            question = said.question
            wants = [[one.wallet, one.unit, n] for one, n in question.wants]
            return {
                "ask": said.ticket,
                "wants": wants,
                "card": question.card,
                "member": question.member,
                "phone": question.phone,
                "wallet": question.wallet,
                "code_key": question.code_key,
                "sale": question.sale,
            }
        case Recorded():
            return {"recorded": True}
        case Told():
            return {"told": said.ticket, "reached": said.reached}
        case Renewed():
            return {"renewed": True}
        case Stands():
            one = said.contact
            return {
                "contact": one.trouble.value,
                "waiting": one.waiting,
                "last_ms": one.last_ms,
                "clock_ahead_ms": one.clock_ahead_ms,
                "parked": one.parked,
            }


def _read(plain: dict[str, Any]) -> Said | None:
    if "ask" in plain:
        wants = tuple(
            (Account(WalletId(_text(wallet)), UnitId(_text(unit))), _whole(n))
            for wallet, unit, n in plain["wants"]
        )
        if not all(1 <= n <= LARGEST_COUNT for _, n in wants):
            return None
        question = Question(
            wants=wants,
            card=_text(plain["card"]),
            member=_text(plain["member"]),
            phone=_text(plain.get("phone", "")),
            wallet=_text(plain.get("wallet", "")),
            code_key=None if plain.get("code_key") is None else _whole(plain["code_key"]),
            sale=_text(plain.get("sale", "")),
        )
        return Ask(_whole(plain["ask"]), question)
    if "recorded" in plain:
        return Recorded()
    if "told" in plain:
        return Told(_whole(plain["told"]), plain["reached"] is True)
    if "renewed" in plain:
        return Renewed()
    if "contact" in plain:
        last_ms = plain["last_ms"]
        return Stands(
            Contact(
                trouble=LineTrouble(plain["contact"]),
                waiting=_whole(plain["waiting"]),
                last_ms=None if last_ms is None else _whole(last_ms),
                clock_ahead_ms=_whole(plain["clock_ahead_ms"]),
                parked=_whole(plain["parked"]),
            )
        )
    return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("expected a whole number")
    return value
