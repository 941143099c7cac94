"""A guided sale: customers served by real keys in the real window, told step by step.

It runs where there is no display, in a shop of its own that is gone afterwards. Each step says
what a person would see, keeps a picture of it, and is checked; the sale counts only if it stands
in the journal at the end. Courier and server run beside it as they do beside a real till.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from terminal.demo.fingers import SETTLE_MS, Fingers
from terminal.demo.first_customer import FirstCustomer
from terminal.demo.more_jobs import MoreJobs
from terminal.demo.play import Play, WentWrong
from terminal.demo.screen import silence_offscreen
from terminal.demo.shop import read_demo_shop
from terminal.till.app import OpenTill, courier_line, open_till, open_window
from terminal.till.database.facts import identity
from terminal.till.database.rebuild import check
from terminal.till.gui.mailbox import Mailbox
from terminal.till.gui.program import application
from terminal.till.line_port import LineTrouble
from terminal.till.settings import Settings

SYNC_MS = 30_000
"""How long the guided sale waits for the server; a shop never would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it. It is good only if the sale was found in the journal afterwards."""

    ok: bool
    sale: str
    slip: tuple[str, ...]
    gift_card: tuple[str, ...]
    """The slip of the gift card that was sold, with its code."""
    screens: Path
    pictures: tuple[Path, ...]
    problem: str = ""
    sent: int = 0
    """Facts that the server has."""
    waiting: int = 0
    """Facts and records that it does not have yet."""

    def as_plain(self) -> dict[str, object]:
        """As one JSON object."""
        return {
            "ok": self.ok,
            "sale": self.sale,
            "slip": list(self.slip),
            "gift_card": list(self.gift_card),
            "screens": str(self.screens),
            "pictures": [picture.name for picture in self.pictures],
            "problem": self.problem,
            "sent": self.sent,
            "waiting": self.waiting,
        }


def serve_a_customer(
    settings: Settings, language: str, screens: Path, tell: Callable[[str], None]
) -> Outcome:
    """Open the till of a fresh demo shop, play the sale, and look for it in the journal.

    Raises:
        Trouble: the database cannot be used.
    """
    running = application()
    silence_offscreen()
    line = courier_line(settings, Mailbox().post)
    till = open_till(settings, language=language, line=line)
    try:
        line.begin()
        window = open_window(till)
        screen = running.primaryScreen().availableSize()
        window.resize(screen)
        window.show()
        shop = read_demo_shop(language)
        play = Play(shop, window, till.words, screens, tell, Fingers(window))
        sale, problem = "", ""
        slip: tuple[str, ...] = ()
        gift_card: tuple[str, ...] = ()
        try:
            sale = FirstCustomer(play).serve()
            slip = till.slips.lines(sale)
            jobs = MoreJobs(play, till)
            jobs.play()
            gift_card = till.slips.lines(jobs.gift_card)
            _wait_for_server(play, till)
        except (WentWrong, LookupError, OSError) as error:
            problem = str(error)
        finally:
            window.close()
        sent, waiting = _sent(till)
    finally:
        line.close()
        till.close()
    if not problem:
        problem = _missing(settings, sale)
    _conclude(tell, (slip, gift_card), screens, problem)
    return Outcome(
        ok=not problem,
        sale=sale,
        slip=slip,
        gift_card=gift_card,
        screens=screens,
        pictures=tuple(play.pictures),
        problem=problem,
        sent=sent,
        waiting=waiting,
    )


def _wait_for_server(play: Play, till: OpenTill) -> None:
    """Watch the line at the top until the server has everything, or for half a minute."""
    contact = till.line.contact()
    for _ in range(SYNC_MS // SETTLE_MS):
        if contact.trouble is LineTrouble.NONE and not contact.waiting:
            break
        play.fingers.settle()
        contact = till.line.contact()
    play.fingers.settle()
    sent, waiting = _sent(till)
    play.step("synced", f"Sent to the server: {sent} facts, {waiting} waiting.")


def _sent(till: OpenTill) -> tuple[int, int]:
    """How many facts the server has, and how much waits for it."""
    with till.database.database.reading() as connection:
        acknowledged = identity(connection).acknowledged
    return acknowledged, till.line.contact().waiting


def _missing(settings: Settings, sale: str) -> str:
    """What is not as it should be when the file is opened anew; empty if all is well."""
    till = open_till(settings)
    try:
        recorded = till.database.journal.load(sale)
        findings = check(till.database.database)
    finally:
        till.close()
    if recorded is None:
        return "the sale does not stand in the journal"
    return "" if findings.clean else f"the tables differ from the journal: {findings.differences}"


def _conclude(
    tell: Callable[[str], None], slips: Iterable[tuple[str, ...]], screens: Path, problem: str
) -> None:
    tell("")
    for slip in filter(None, slips):
        for line in slip:
            tell(f"    {line}".rstrip())
        tell("")
    tell(f"Pictures of every screen: {screens}")
    if problem:
        tell(f"This went wrong: {problem}")
    else:
        tell("The sale stands in the journal, and the journal refolds to the same balances.")
