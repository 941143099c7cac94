"""The line to the server in words: a few at the top of the screen, the whole story behind it.

To be offline is normal and is told calmly. Each trouble says what happened, what it means and
what to do, in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech

_MINUTE_MS = 60_000
_MINUTES_AN_HOUR, _HOURS_A_DAY = 60, 24

_WAITING = plural("{n} waiting", "{n} waiting")
_DAYS_AGO = plural("{n} day ago", "{n} days ago")
_PARKED = plural("{n} record needs a look", "{n} records need a look")
_PARKED_STORY = plural(
    "The server keeps {n} record of this till that it could not use. Nothing is lost and selling "
    "goes on. Tell the office.",
    "The server keeps {n} records of this till that it could not use. Nothing is lost and selling "
    "goes on. Tell the office.",
)
_CLOCK_STORY = sentence(
    "This till's clock and the server's differ. Offers that depend on the time may come too early "
    "or too late. Set this computer's clock."
)
_CLOCK_BEHIND = sentence("the computer's clock is wrong")
_CLOCK_BEHIND_STORY = sentence(
    "This computer's clock is wrong: it says {now}, and something was recorded here on {latest}. "
    "Selling goes on; the sales are marked as of an uncertain time. Set this computer's date and "
    "time."
)
_CLOCK_FORGOTTEN_STORY = sentence(
    "This computer has lost the date. Selling goes on; the sales are marked as of an uncertain "
    "time. Set this computer's date and time."
)
_WAS_WRONG_STORY = sentence(
    "Are they right now, and were wrong before? Then press “The date is right”."
)
_DATE = sentence("is the date right?")
_DATE_STORY = sentence(
    "It is {now} by this computer's clock, and nothing was recorded here since {latest}. Was the "
    "shop closed so long? Then press “The date is right”. If not, set this computer's date."
)
_DATE_MEANS_STORY = sentence(
    "Until then sales are marked as of an uncertain time, and nobody's points end."
)
_AGE_STORY = sentence(
    "The server has not answered for a long time. Everything is saved here and goes up later. "
    "Check the network cable or the Wi-Fi, then call the office."
)
_WAITING_STORY = sentence(
    "Everything is saved here. What waits goes up by itself. There is nothing to do."
)
_CALM_STORY = sentence("Everything is saved here and at the server. There is nothing to do.")

_SHORT: Mapping[str, str] = {
    "server_fails": sentence("the server has a fault"),
    "not_our_server": sentence("a strange server answers"),
    "untrusted": sentence("the server's certificate is not trusted"),
    "revoked": sentence("this till is shut out"),
    "old_till": sentence("this program needs an update"),
    "old_server": sentence("the server needs an update"),
    "begun_anew": sentence("records came back from a copy"),
    "local_disk": sentence("check this computer's disk"),
}
"""Beside "Saved here"; for the rest the age of the last contact says enough."""

_STORIES: Mapping[str, str] = {
    "not_paired": sentence(
        "This till works without a server. Everything is saved here. There is nothing to do."
    ),
    "no_line": sentence(
        "The server cannot be reached. Selling goes on, and everything goes up later by itself. "
        "Balances held on other tills can be used again when the line is back."
    ),
    "server_fails": sentence(
        "The server answers that it has a fault. Everything is saved here and goes up later. "
        "If it lasts, tell the office."
    ),
    "not_our_server": sentence(
        "Something else answers in the server's place, such as a page that wants a log-in. "
        "Everything is saved here and goes up later. Check the network."
    ),
    "untrusted": sentence(
        "Whoever answers in the server's place shows a certificate that this till does not trust, "
        "so nothing was sent. Everything is saved here. Check the network and this computer's "
        "date; if the server has a new certificate, call the office."
    ),
    "revoked": sentence(
        "The server does not let this till in any more. Selling goes on and is saved here, but "
        "nothing goes up. Ask the office for a new code, close the till and pair it again with "
        "that code (tenth pair). Nothing that is saved here gets lost."
    ),
    "old_till": sentence(
        "The server speaks a newer language than this program. Everything is saved here and goes "
        "up after the update. Update this program."
    ),
    "old_server": sentence(
        "This program is newer than the server. Everything is saved here and goes up later. "
        "Tell the office to update the server."
    ),
    "begun_anew": sentence(
        "The records of this till came back from an older copy. Selling goes on as on a new till. "
        "What lay here waits until the office releases it. Tell the office what happened."
    ),
    "local_disk": sentence(
        "This computer could not write what the server sent. Selling goes on as long as sales can "
        "be saved. Make room on the disk, or call support."
    ),
}


class ContactLike(Protocol):
    """How things stand, as the till's port tells it."""

    @property
    def trouble(self) -> StrEnum:
        """Why the till and its server do not agree."""

    @property
    def waiting(self) -> int:
        """What the server does not have yet."""

    @property
    def clock_ahead_ms(self) -> int:
        """How far this till's clock is ahead."""

    @property
    def parked(self) -> int:
        """What the server could not apply."""


class ServerLike(Protocol):
    """The contact, its age, and whether somebody should look."""

    @property
    def contact(self) -> ContactLike:
        """How things stand."""

    @property
    def ago_ms(self) -> int | None:
        """How long ago the server answered; None: never."""

    @property
    def concern(self) -> StrEnum:
        """Why somebody should look."""

    @property
    def now(self) -> datetime | None:
        """What a clock in doubt says."""

    @property
    def latest(self) -> datetime | None:
        """And what was recorded here last."""


def state_line(speech: Speech, server: ServerLike) -> str:
    """A few quiet words: where things are saved, how many wait, since when without contact."""
    contact = server.contact
    trouble = contact.trouble.value
    here = speech.text(sentence("Saved here"))
    told = list(_concerns(speech, server))
    if trouble == "not_paired":
        return " · ".join([here, *told])
    if not told and trouble == "" and not contact.waiting and server.ago_ms is not None:
        return speech.text(sentence("Saved here and at the server"))
    told = told or list(_silence(speech, trouble, server.ago_ms))
    if contact.waiting:
        told.insert(0, speech.counted(_WAITING, contact.waiting))
    return " · ".join([here, *told])


def _silence(speech: Speech, trouble: str, ago_ms: int | None) -> Iterator[str]:
    """That nobody answers, and since when; the first minute needs no figure."""
    offline = trouble == "no_line"
    if offline:
        yield speech.text(sentence("offline"))
    if not offline or ago_ms is None or ago_ms >= _MINUTE_MS:
        yield last_contact(speech, ago_ms)


def _concerns(speech: Speech, server: ServerLike) -> Iterator[str]:
    contact = server.contact
    if server.concern.value == "clock_behind":
        yield speech.text(_CLOCK_BEHIND)
    elif server.concern.value == "date":
        yield speech.text(_DATE)
    elif contact.trouble.value in _SHORT:
        yield speech.text(_SHORT[contact.trouble.value])
    elif server.concern.value == "clock":
        yield clock_difference(speech, contact.clock_ahead_ms)
    elif server.concern.value == "parked":
        yield speech.counted(_PARKED, contact.parked)


def story(speech: Speech, server: ServerLike) -> tuple[str, ...]:
    """What happened, what it means, what to do; what is worth a look comes first."""
    contact = server.contact
    told = list(_of_the_date(speech, server))
    if told:
        return tuple(told)
    if contact.trouble.value in _STORIES:
        told.append(speech.text(_STORIES[contact.trouble.value]))
    if server.concern.value == "age":
        told = [speech.text(_AGE_STORY)]
    if contact.parked:
        told.append(speech.counted(_PARKED_STORY, contact.parked))
    if server.concern.value == "clock":
        told.append(speech.text(_CLOCK_STORY))
    if not told:
        told.append(speech.text(_WAITING_STORY if contact.waiting else _CALM_STORY))
    return tuple(told)


def _of_the_date(speech: Speech, server: ServerLike) -> Iterator[str]:
    """What a clock in doubt means; whoever comes to set it need not read of anything else."""
    concern, now, latest = server.concern.value, server.now, server.latest
    if concern == "clock_behind":
        if now is None or latest is None:
            yield speech.text(_CLOCK_FORGOTTEN_STORY)
            return
        days = {"now": _moment(speech, now), "latest": _moment(speech, latest)}
        yield speech.text(_CLOCK_BEHIND_STORY, **days)
        yield speech.text(_WAS_WRONG_STORY)
    elif concern == "date" and now is not None and latest is not None:
        days = {"now": _moment(speech, now), "latest": speech.date(latest.date())}
        yield speech.text(_DATE_STORY, **days)
        yield speech.text(_DATE_MEANS_STORY)


def _moment(speech: Speech, at: datetime) -> str:
    return f"{speech.date(at.date())} {speech.time(at)}"


def last_contact(speech: Speech, ago_ms: int | None) -> str:
    """Since when without an answer: ``last contact 2 min ago``."""
    if ago_ms is None:
        return speech.text(sentence("no contact yet"))
    return speech.text(sentence("last contact {ago}"), ago=ago(speech, ago_ms))


def ago(speech: Speech, ago_ms: int) -> str:
    """How long ago, in whole minutes, hours or days."""
    minutes = ago_ms // _MINUTE_MS
    if minutes < 1:
        return speech.text(sentence("just now"))
    if minutes < _MINUTES_AN_HOUR:
        return speech.text(sentence("{n} min ago"), n=speech.number(minutes))
    hours = minutes // _MINUTES_AN_HOUR
    if hours < _HOURS_A_DAY:
        return speech.text(sentence("{n} h ago"), n=speech.number(hours))
    return speech.counted(_DAYS_AGO, hours // _HOURS_A_DAY)


def clock_difference(speech: Speech, ahead_ms: int) -> str:
    """By how much this till's clock is off, in whole minutes."""
    minutes = speech.number(abs(ahead_ms) // _MINUTE_MS)
    if abs(ahead_ms) < _MINUTE_MS:
        return speech.text(sentence("clock right to the minute"))
    if ahead_ms > 0:
        return speech.text(sentence("clock {n} min ahead"), n=minutes)
    return speech.text(sentence("clock {n} min behind"), n=minutes)
