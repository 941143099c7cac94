"""The plug between the counter and the line to the server: how it stands, and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from terminal.loyalty.wallet import Account
from terminal.values import dataclass


class LineTrouble(StrEnum):
    """Why the till and its server do not agree just now; the screen has words for each."""

    NONE = ""
    NOT_PAIRED = "not_paired"
    NO_LINE = "no_line"
    """Nobody answers: offline, which is the normal state."""
    SERVER_FAILS = "server_fails"
    """It answers that something is wrong with it; everything stays here meanwhile."""
    NOT_OUR_SERVER = "not_our_server"
    """Something else answers: a portal that wants a log-in, a proxy, a wrong address."""
    UNTRUSTED = "untrusted"
    """Whoever answers shows a certificate that nobody vouches for: not a byte is sent."""
    REVOKED = "revoked"
    """The server does not let this till in any more."""
    OLD_TILL = "old_till"
    """The server speaks in a way that this till does not know; an update is due."""
    OLD_SERVER = "old_server"
    BEGUN_ANEW = "begun_anew"
    """This till's records were restored from a copy, so it began a new log without rights."""
    LOCAL_DISK = "local_disk"
    """This computer could not write what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the till stands with its server, for the line at the top of the screen."""

    trouble: LineTrouble = LineTrouble.NOT_PAIRED
    waiting: int = 0
    """Facts and records that the server does not have yet."""
    last_ms: int | None = None
    """When the server answered last (Unix ms by this till's clock); None: never."""
    clock_ahead_ms: int = 0
    """By how much this till's clock is ahead of the server's; below zero: behind."""
    parked: int = 0
    """Facts that the server keeps and could not apply."""

    @property
    def is_paired(self) -> bool:
        """Whether there is a server at all, however it does just now."""
        return self.trouble is not LineTrouble.NOT_PAIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the till wants to know or have while somebody waits at the counter."""

    wants: tuple[tuple[Account, int], ...] = ()
    """Rights: (account, how many more)."""
    card: str = ""
    """The number of a card that this till does not know."""
    member: str = ""
    """A member whose newest statement is wanted."""
    phone: str = ""
    """The whole phone (E.164) of somebody whom this till does not know."""
    wallet: str = ""
    """The wallet of a voucher or a gift card: what is in it, and the right to it."""
    code_key: int | None = None
    """The number of a key for codes that this till does not know: the stores that have such."""
    sale: str = ""
    """The id of a sale of another till, with what came back of it."""


PATIENCE_MS = 1_500
"""So long somebody at the counter waits for the server. A line answers sooner, with or without."""


class Line(Protocol):
    """The checkout's end of the line. Nothing here ever waits."""

    def contact(self) -> Contact:
        """How things stand."""
        ...

    def recorded(self) -> None:
        """Something was recorded and may go up."""
        ...

    def ask(self, question: Question, answered: Callable[[bool], None]) -> None:
        """Ask the server now. ``answered`` is called once, later, in the caller's thread.

        It is told whether the server answered; what it gave is in the database by then.
        """
        ...

    def listen(self, changed: Callable[[], None]) -> None:
        """Call this, in the caller's thread, whenever ``contact`` or the database changed."""
        ...
