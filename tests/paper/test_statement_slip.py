"""A member's statement: everything with its last days, on paper of any width, in any language."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from terminal.loyalty.money import Currency
from terminal.loyalty.units import UnitKind
from terminal.paper.statement_slip import (
    StatedMovement,
    StatedUnit,
    StatementSlip,
    compose_statement,
)
from terminal.wording.words import Words

CONTENT = StatementSlip(
    shop="Sklep u Ani",
    address=("ul. Długa 1",),
    lane="Kasa 1",
    at=datetime(2026, 3, 14, 10, 5),  # noqa: DTZ001 - the clock on the wall
    member="Anna K.",
    card_tail="7187",
    units=(
        StatedUnit(
            name="points",
            kind=UnitKind.POINTS,
            balance=187,
            pending=5,
            debt=2,
            endings=((date(2026, 4, 30), 40), (date(2027, 3, 31), 147)),
            movements=(
                StatedMovement(on=date(2026, 3, 14), words="As goodwill: Waited too long", n=50),
                StatedMovement(on=date(2026, 3, 1), words="Reward: 5 zł off", n=-100),
            ),
        ),
    ),
)


def test_it_says_what_there_is_until_when_and_why() -> None:
    lines = compose_statement(CONTENT, Words("en", Currency("PLN")), 42)
    paper = "\n".join(lines)
    assert "Card statement" in paper
    assert "187 pts" in paper
    assert "40 pts until" in paper
    assert "147 pts until" in paper, "every last day, as each is a warning"
    assert "+50" in paper
    assert "-100" in paper
    assert "2 pts owed" in paper


@pytest.mark.parametrize("language", ["en", "pl", "uk", "ro", "lv", "ru"])
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_no_line_is_longer_than_the_paper(language: str, columns: int) -> None:
    lines = compose_statement(CONTENT, Words(language, Currency("PLN")), columns)
    assert max(map(len, lines)) <= columns
