"""The slip: what the customer takes home, as lines of text in a fixed number of columns.

Composed at print time out of the sale's record and the names that stand beside it, so that
nothing personal is kept for printing. It adds up from top to bottom: lines, discounts with their
reason, sum, rewards, to pay, tenders; then the member's balance in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from terminal.loyalty.benefits import Privilege
from terminal.loyalty.engine.evaluation import Applied, NotApplied, Why
from terminal.loyalty.naming import kinds_of
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord, SoldLine
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import UnitKind
from terminal.paper.columns import centred, pair, plain_spaces, tidy, wrapped
from terminal.paper.offer_lines import offer_lines
from terminal.paper.slip_heading import heading, training_mark
from terminal.paper.slip_units import FRESH_HOURS, reward_names, unit_lines
from terminal.paper.voucher_slip import left_lines
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.speech import Unit
from terminal.wording.words import Words

COLUMNS_80_MM = 42
COLUMNS_58_MM = 32
_COLUMNS_MIN = 24
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipContent:
    """What a slip is made of. ``programmes`` are the revisions that the record names."""

    shop: str
    address: tuple[str, ...] = ()
    lane: str
    seq: int
    record: SaleRecord
    programmes: tuple[Programme, ...] = ()
    member: str = ""
    """The first name, or what the member wants to be called."""
    card_tail: str = ""
    """The last four digits of the card."""
    not_applied: tuple[NotApplied, ...] = ()
    """What a card would have brought, for a customer who showed none, and other offers that
    stayed away: those that are worth a line, nearest first."""
    products: Mapping[str, str] = field(default_factory=dict)
    """What products are called, by sku, that are in no line and of which some are wanted."""
    footer: tuple[str, ...] = ()
    copy: bool = False
    """It was printed before."""
    training: bool = False
    """Nothing of it happened: it says so at its top and at its bottom."""
    fresh_hours: int = FRESH_HOURS
    """A balance that the server confirmed so long ago is told as it is: what is known here."""


def compose_slip(
    content: SlipContent, words: Words, columns: int = COLUMNS_80_MM
) -> tuple[str, ...]:
    """The lines of a slip, none longer than ``columns``. ``words`` speak the shop's language."""
    if columns < _COLUMNS_MIN:
        raise ValueError(f"a slip needs at least {_COLUMNS_MIN} columns, not {columns}")
    record = content.record
    lines = [
        *heading(content, content.record.at.local, words, columns),
        *_goods(content, words, columns),
        *_totals(content, words, columns),
        *_tenders(record, words, columns),
        *_besides(content, words, columns),
        *left_lines(record, content.programmes, words, columns),
    ]
    member: list[str] = []
    if record.member:
        hours = content.fresh_hours
        member = unit_lines(record, content.programmes, words, columns, fresh_hours=hours)
    closing = member or _invitation(content, words, columns)
    if closing:
        lines += ["=" * columns, *closing]
    products = {**content.products, **{line.sku: line.name for line in record.lines}}
    others = offer_lines(content.not_applied, content.programmes, products, words, columns)
    if others:
        lines += ["-" * columns if closing else "=" * columns, *others]
    if content.footer:
        lines.append("-" * columns)
        for text in content.footer:
            lines += centred(text, columns)
    if content.training:
        mark = training_mark(words, columns)
        lines = [*mark, *lines, *mark]
    return plain_spaces(lines)


# --- goods ---------------------------------------------------------------------------------------


def _goods(content: SlipContent, words: Words, columns: int) -> list[str]:
    lines: list[str] = []
    for line in content.record.lines:
        lines += _line(line, words, columns)
        for applied in content.record.applied:
            off = sum(
                share.amount for share in applied.shares if share.line == line.key and share.pieces
            )
            if off:
                why = _discount_words(applied, content.programmes, words)
                lines += _indented(pair(why, words.amount(-off), columns - len(_INDENT)))
    return lines


def _line(line: SoldLine, words: Words, columns: int) -> list[str]:
    gross = words.amount(line.gross)
    if line.pieces == 1 and line.grams is None:
        return pair(line.name, gross, columns)
    quantity = words.quantity(line.pieces, line.grams, line.unit_price)
    together = f"{tidy(line.name)}  {quantity}"
    if len(together) + 2 + len(gross) <= columns:
        # Two spaces between, which wrapping would take for one: price and sum stand apart.
        return [together + gross.rjust(columns - len(together))]
    name = wrapped(line.name, columns, lines_max=2)
    return [*name, *_indented(pair(quantity, gross, columns - len(_INDENT)))]


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]


def _discount_words(applied: Applied, programmes: Sequence[Programme], words: Words) -> str:
    names = reward_names(programmes)
    name = words.name(names.get(applied.name, {}))
    why = words.reason_short(applied.reason, names, _unit(applied, programmes))
    # "Weekend −10 %" need not say its ten percent again.
    is_said = _squeezed(why) in _squeezed(name)
    return ", ".join(part for part in (name, "" if is_said else why) if part)


def _squeezed(text: str) -> str:
    return "".join(tidy(text).casefold().split())


# --- what is paid --------------------------------------------------------------------------------


def _totals(content: SlipContent, words: Words, columns: int) -> list[str]:
    record = content.record
    whole_basket = [
        (applied, off) for applied in record.applied if (off := _basket_discount(applied))
    ]
    rows: list[str] = []
    for applied, off in whole_basket:
        rows += pair(_reward_words(applied, content, words), words.amount(-off), columns)
    tax = 0 if record.prices_include_tax else sum(price.tax for price in record.vat)
    if tax:
        rows += pair(words.label(SlipLabel.TAX), words.amount(tax, sign=True), columns)
    if record.rounding:
        rounding = words.amount(record.rounding, sign=True)
        rows += pair(words.label(SlipLabel.ROUNDING), rounding, columns)
    due = pair(words.label(SlipLabel.TO_PAY), words.money(record.due), columns)
    if not rows:
        return due
    subtotal = record.gross - record.discount + sum(off for _, off in whole_basket)
    return [*pair(words.label(SlipLabel.SUM), words.amount(subtotal), columns), *rows, *due]


def _basket_discount(applied: Applied) -> int:
    """What a reward took off the basket as a whole; what it took off pieces stands with them."""
    return sum(share.amount for share in applied.shares if not share.pieces)


def _unit(applied: Applied, programmes: Sequence[Programme]) -> Unit:
    return kinds_of(programmes).get(applied.name, UnitKind.POINTS)


def _reward_words(applied: Applied, content: SlipContent, words: Words) -> str:
    if not applied.units:
        return _discount_words(applied, content.programmes, words)
    rule = _discount_words(applied, content.programmes, words)
    if applied.reason.why is Why.UNITS_FOR_MONEY:
        # "100 pts = 5.00" says all; the name of the rule would say it again.
        rule = words.reason_short(applied.reason, {}, _unit(applied, content.programmes))
    return words.label(SlipLabel.REWARD, rule=rule)


TENDER_LABELS = {
    TenderKind.CASH: SlipLabel.CASH,
    TenderKind.CARD: SlipLabel.PAID_BY_CARD,
    TenderKind.VOUCHER: SlipLabel.PAID_BY_VOUCHER,
    TenderKind.TRANSFER: SlipLabel.PAID_BY_TRANSFER,
    TenderKind.OTHER_TILL: SlipLabel.PAID_AT_OTHER_TILL,
    TenderKind.EXCHANGE: SlipLabel.EXCHANGED,
    TenderKind.GIFT_CARD: SlipLabel.PAID_BY_GIFT_CARD,
    TenderKind.STORE_CREDIT: SlipLabel.PAID_BY_STORE_CREDIT,
}


def _tenders(record: SaleRecord, words: Words, columns: int) -> list[str]:
    lines: list[str] = []
    for tender in record.tenders:
        label = words.label(TENDER_LABELS[tender.kind])
        lines += pair(label, words.amount(tender.amount), columns)
    if record.change:
        lines += pair(words.label(SlipLabel.CHANGE), words.amount(record.change), columns)
    return lines


def _besides(content: SlipContent, words: Words, columns: int) -> list[str]:
    """Privileges in their own words, and what goes to a good cause."""
    names = reward_names(content.programmes)
    benefits = {
        RewardName(one.programme, reward.id): reward.benefit
        for one in content.programmes
        for reward in one.rewards
    }
    lines: list[str] = []
    for applied in content.record.applied:
        benefit = benefits.get(applied.name)
        name = words.name(names.get(applied.name, {}))
        if isinstance(benefit, Privilege):
            lines += wrapped(words.name(benefit.words) or name, columns, indent=_INDENT)
        elif applied.reason.why is Why.DONATED:
            told = words.reason_short(applied.reason, names)
            lines += wrapped(f"{name}: {told}", columns, indent=_INDENT)
    return lines


# --- for those without a card --------------------------------------------------------------------


def _invitation(content: SlipContent, words: Words, columns: int) -> list[str]:
    """What this purchase would have brought with a card; nothing where nobody has worked it out."""
    if content.record.member:
        return []
    missed = [one for one in content.not_applied if one.reason.why is Why.MEMBERS_ONLY]
    units = _most([(one.programme, one.reason.units) for one in missed if one.earns])
    if units:
        programme, n = units
        unit = next(
            (one.unit for one in content.programmes if one.programme == programme and one.unit),
            None,
        )
        if unit:
            brings = words.units(n, unit)
            return wrapped(words.label(SlipLabel.JOIN_UNITS, units=brings), columns)
    saving = _most([(one.programme, one.reason.amount) for one in missed if not one.earns])
    if saving:
        amount = words.money(saving[1])
        return wrapped(words.label(SlipLabel.JOIN_SAVING, amount=amount), columns)
    return []


def _most(missed: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The largest of what several rules would have brought; they might not go together."""
    worth_saying = [one for one in missed if one[1] > 0]
    return max(worth_saying, key=lambda one: one[1], default=None)
