"""A statement on paper: what a member has and until when, told in good time.

Whoever asks how many points they have takes the answer home, and so does whoever was given some
by hand: then of that unit only, with what was given. What ends soon stands on it, and once it is
on paper that counts as a warning, as a slip of a sale does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from terminal.paper.statement_slip import (
    StatedMovement,
    StatedUnit,
    StatementSlip,
    compose_statement,
)
from terminal.till.checkout.slips import Slips
from terminal.till.member_port import MemberStory, MovementRow, UnitStory
from terminal.till.printer_port import (
    PrinterAnswer,
    PrinterFault,
    SlipPress,
    SlipPrints,
    SlipSheet,
)
from terminal.wording.movements import movement_words

MOVEMENTS_MOST = 8
"""The rest is on the screen."""


class Statements:
    """Statements of members, printed."""

    def __init__(
        self,
        slips: Slips,
        prints: SlipPrints,
        press: SlipPress,
        story: Callable[[str], MemberStory],
    ) -> None:
        self._slips, self._prints, self._press, self._story = slips, prints, press, story

    def lines(self, member: str, unit: str = "") -> tuple[str, ...]:
        """The lines as they would be printed now; of one ``unit`` only what happened last."""
        slips, words = self._slips, self._slips.words
        content = StatementSlip(
            **slips.letterhead(member),
            at=slips.now(),
            units=tuple(
                _stated(one, _latest(one.rows) if unit else one.rows, slips)
                for one in self._story(member).units
                if unit in ("", one.unit)
            ),
        )
        return compose_statement(content, words, slips.columns)

    def print(self, member: str, told: Callable[[PrinterAnswer], None], unit: str = "") -> None:
        """Have it printed; once it is on paper its last days are told.

        Raises:
            Trouble: the disk failed; nothing is printed.
        """
        warnings = [one for one in self._prints.endings(member) if unit in ("", one.unit)]
        sheet = SlipSheet(lines=self.lines(member, unit))

        def done(answer: PrinterAnswer) -> None:
            if answer.fault is PrinterFault.NONE:
                self._prints.told(warnings)
            told(answer)

        self._press.put(sheet, done)


def _latest(rows: Sequence[MovementRow]) -> list[MovementRow]:
    """The movements of one fact."""
    return [one for one in rows if (one.at, one.fact) == (rows[0].at, rows[0].fact)]


def _stated(unit: UnitStory, rows: Sequence[MovementRow], slips: Slips) -> StatedUnit:
    return StatedUnit(
        name=slips.words.name(unit.name),
        kind=unit.kind,
        counted=unit.counted,
        balance=unit.balance,
        pending=unit.pending,
        debt=unit.debt,
        endings=unit.endings,
        movements=tuple(
            StatedMovement(
                on=one.at.date(), words=movement_words(slips.words, one, (), unit.kind), n=one.n
            )
            for one in rows[:MOVEMENTS_MOST]
            if one.n
        ),
    )
