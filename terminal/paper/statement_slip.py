"""A statement for a member: what they have, until when, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from terminal.loyalty.units import UnitKind
from terminal.paper.columns import pair, plain_spaces, wrapped
from terminal.paper.slip import COLUMNS_80_MM
from terminal.paper.slip_heading import heading, training_mark
from terminal.paper.slip_units import figure
from terminal.values import dataclass
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMovement:
    """One line of how it came about."""

    on: date
    words: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedUnit:
    """One unit of the member."""

    name: str
    kind: UnitKind
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    balance: int
    pending: int
    debt: int
    endings: tuple[tuple[date, int], ...]
    """What ends when, soonest first; all of it, as it is a warning."""
    movements: tuple[StatedMovement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSlip:
    """What a statement is made of."""

    shop: str
    address: tuple[str, ...] = ()
    lane: str
    at: datetime
    member: str
    card_tail: str
    units: tuple[StatedUnit, ...]
    training: bool = False
    seq: int = 0
    copy: bool = False


def compose_statement(
    content: StatementSlip, words: Words, columns: int = COLUMNS_80_MM
) -> tuple[str, ...]:
    """The lines of a statement, none longer than ``columns``."""
    title = words.label(CareLabel.STATEMENT)
    lines = heading(content, content.at, words, columns, title=title)
    for unit in content.units:
        lines += ["-" * columns, *_unit(unit, words, columns)]
    if content.training:
        mark = training_mark(words, columns)
        lines = [*mark, *lines, *mark]
    return plain_spaces(lines)


def _unit(unit: StatedUnit, words: Words, columns: int) -> list[str]:
    name = unit.name[:1].upper() + unit.name[1:]
    lines = pair(name, words.units(unit.balance, unit), columns)
    if unit.debt:
        owed = words.label(Label.OWED, units=words.units(unit.debt, unit))
        lines += wrapped(owed, columns, indent="  ")
    if unit.pending:
        pending = words.label(Label.PENDING, units=words.units(unit.pending, unit))
        lines += wrapped(pending, columns, indent="  ")
    for day, n in unit.endings:
        ends = words.label(Label.EXPIRES, units=words.units(n, unit), date=words.date(day))
        lines += wrapped(ends, columns, indent="  ")
    for one in unit.movements:
        moved = figure(words, one.n, unit, sign=True)
        lines += pair(f"{words.date(one.on)} {one.words}", moved, columns)
    return lines
