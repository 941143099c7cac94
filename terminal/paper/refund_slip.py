"""The slip of a return: what came back, how the money went, and what became of points."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.refund import RefundedBalance, RefundedLine, RefundReason, RefundRecord
from terminal.paper.columns import pair, plain_spaces, wrapped
from terminal.paper.slip import COLUMNS_80_MM, TENDER_LABELS
from terminal.paper.slip_heading import heading, training_mark
from terminal.paper.slip_units import figure, unit_in
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words

_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSlip:
    """What the slip of a return is made of. ``programmes`` are the revisions of its sale."""

    shop: str
    address: tuple[str, ...] = ()
    lane: str
    seq: int
    record: RefundRecord
    programmes: tuple[Programme, ...] = ()
    member: str = ""
    card_tail: str = ""
    copy: bool = False
    training: bool = False


def compose_refund_slip(
    content: RefundSlip, words: Words, columns: int = COLUMNS_80_MM
) -> tuple[str, ...]:
    """The lines of a return's slip, none longer than ``columns``."""
    record = content.record
    lines = [
        *heading(
            content,
            record.at.local,
            words,
            columns,
            title=words.label(SlipLabel.RETURN),
            below=_of_which(record, words),
        ),
        *(row for line in record.lines for row in _line(line, words, columns)),
        *_money(record, words, columns),
    ]
    units = [
        row
        for one in record.balances
        for row in _unit(one, content.programmes, len(record.balances), words, columns)
    ]
    if not record.settled and (record.member or record.sale):
        later = SlipLabel.SETTLED_LATER if record.sale else SlipLabel.PURCHASE_SOUGHT
        units = wrapped(words.label(later), columns)
    if units:
        lines += ["=" * columns, *units]
    if content.training:
        mark = training_mark(words, columns)
        lines = [*mark, *lines, *mark]
    return plain_spaces(lines)


def _of_which(record: RefundRecord, words: Words) -> str:
    if record.sale_at is None:
        return words.label(SlipLabel.RETURN_WITHOUT)
    number = words.label(SlipLabel.NUMBER, seq=f"{record.sale_seq:06d}")
    if record.reason is RefundReason.VOIDED:
        return words.label(SlipLabel.RETURN_VOIDS, number=number)
    day = words.date(record.sale_at.local.date())
    return words.label(SlipLabel.RETURN_OF, number=number, day=day)


def _line(line: RefundedLine, words: Words, columns: int) -> list[str]:
    back = words.amount(line.back)
    if not line.pieces:
        kept = pair(words.label(SlipLabel.RETURN_KEPT), back, columns - len(_INDENT))
        return [*wrapped(line.name, columns, lines_max=2), *(_INDENT + row for row in kept)]
    if line.pieces == 1 and line.grams is None:
        return pair(line.name, back, columns)
    quantity = words.quantity(line.pieces, line.grams, line.unit_price)
    below = pair(quantity, back, columns - len(_INDENT))
    return [*wrapped(line.name, columns, lines_max=2), *(_INDENT + row for row in below)]


def _money(record: RefundRecord, words: Words, columns: int) -> list[str]:
    rows: list[str] = []
    tax = 0 if record.prices_include_tax else sum(one.tax for one in record.vat)
    if tax:
        rows += pair(words.label(SlipLabel.TAX), words.amount(tax, sign=True), columns)
    if record.rounding:
        rounding = words.amount(record.rounding, sign=True)
        rows += pair(words.label(SlipLabel.ROUNDING), rounding, columns)
    rows += pair(words.label(SlipLabel.PAID_BACK), words.money(record.paid_back), columns)
    for tender in record.tenders:
        label = words.label(TENDER_LABELS[tender.kind])
        rows += pair(label, words.amount(tender.amount), columns)
    if record.remainder:
        amount = words.money(record.remainder)
        rows += wrapped(words.label(SlipLabel.PAID_TOO_MUCH, amount=amount), columns)
    return rows


def _unit(
    one: RefundedBalance,
    programmes: Iterable[Programme],
    units: int,
    words: Words,
    columns: int,
) -> list[str]:
    known = tuple(programmes)
    unit = unit_in(known, one.unit)
    lines: list[str] = []
    if units > 1 and isinstance(unit, UnitTerms):
        name = words.name(unit.name)
        lines += wrapped(name[:1].upper() + name[1:], columns)

    def row(label: SlipLabel, n: int, *, sign: bool = True) -> list[str]:
        return pair(words.label(label), figure(words, n, unit, sign=sign), columns)

    lines += row(SlipLabel.BEFORE_RETURN, one.before, sign=False)
    if one.taken:
        lines += row(SlipLabel.TAKEN_BACK, -one.taken)
    if one.given:
        lines += row(SlipLabel.GIVEN_BACK, one.given)
    lines += pair(words.label(SlipLabel.YOU_HAVE), words.units(one.after, unit), columns)
    if one.owed:
        owed = words.units(one.owed, unit)
        lines += wrapped(words.label(SlipLabel.OWED_NOW, units=owed), columns, indent=_INDENT)
    return lines
