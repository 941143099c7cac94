"""What the window prints to files: cards and the sheet of keys. Ties the buttons to the printing.

What draws is imported at the first press: a till that starts does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from terminal.till.database.till_database import TillDatabase
from terminal.till.ports import Clock
from terminal.till.settings import Settings
from terminal.till.trouble import Trouble, TroubleKind
from terminal.wording.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.till.card_printing import Printed
    from terminal.till.gui.extras import OnFile

KEYS_FILE = "keys.pdf"


class CardsOnFile:
    """Member cards for the window (`gui.extras.Cards`), as pictures and as A4 pages."""

    def __init__(self, settings: Settings, database: TillDatabase, clock: Clock) -> None:
        self._settings, self._database, self._clock = settings, database, clock

    def print_blank(self, count: int) -> OnFile:
        """Blank cards. Raises `Trouble`: the disk failed."""
        from terminal.till.card_printing import Wanted, print_blank

        return _told(
            lambda: print_blank(self._settings, self._database, self._clock, count, Wanted())
        )

    def print_member(self, member: str) -> OnFile:
        """The card of a member. Raises `Trouble`: the disk failed."""
        from terminal.till.card_printing import Wanted, print_member

        found = self._database.members.by_id(member)
        if found is None:
            from terminal.till.gui.extras import OnFile

            return OnFile(why_not=Label.MEMBER_WITHOUT_CARD)
        return _told(
            lambda: print_member(self._settings, self._database, self._clock, found, Wanted())
        )


class SheetOnFile:
    """The sheet of keys, as one A4 page in the shop's folder."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    def print_keys(self, title: str, rows: Sequence[tuple[str, str]]) -> OnFile:
        """Write the page over the one before. Raises `Trouble`: the disk failed."""
        from terminal.paper.cheat_sheet import cheat_sheet_pdf
        from terminal.till.gui.extras import OnFile

        file = self._settings.folder / KEYS_FILE
        note = f"{self._settings.shop.name} · {self._settings.lane.name}"
        try:
            file.write_bytes(cheat_sheet_pdf(title, note, rows))
        except OSError as error:
            raise Trouble(TroubleKind.PRINTER_FAILED, str(error)) from error
        return OnFile(place=f"{file.parent.name}/{file.name}")


def _told(step: Callable[[], Printed]) -> OnFile:
    from terminal.till.card_printing import NotPrinted, Why
    from terminal.till.gui.extras import OnFile

    try:
        printed = step()
    except NotPrinted as error:
        why = {
            Why.NO_OWN_CARDS: Label.NO_OWN_CARDS,
            Why.NO_NUMBERS: Label.NO_CARD_NUMBERS,
            Why.NO_CARD: Label.MEMBER_WITHOUT_CARD,
            Why.UNFIT: Label.CARD_UNFIT,
        }
        return OnFile(why_not=why[error.why])
    return OnFile(place=printed.place)
