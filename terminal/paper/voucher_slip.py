"""Vouchers and gift cards on the slip of the sale that gave them: what each is worth, and its code.

Each is a strip of its own below the slip, to be torn off and given away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terminal.barcodes.voucher_code import in_groups
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_units import SoldBearer
from terminal.loyalty.units import UnitKind
from terminal.paper.columns import centred, pair, plain_spaces, wrapped
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words

_REWARDS_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCode:
    """A strip: lines of text, and the code that a scanner reads below them."""

    lines: tuple[str, ...]
    code: str


def printed_codes(
    record: SaleRecord,
    programmes: Sequence[Programme],
    codes: Mapping[str, str],
    words: Words,
    columns: int,
) -> tuple[PrintedCode, ...]:
    """A strip for every code that the sale gave; ``codes`` are the codes by their wallet."""
    return tuple(
        PrintedCode(
            lines=plain_spaces(_strip(one, programmes, words, columns)), code=codes[one.wallet]
        )
        for one in record.bearers
        if one.fresh and one.wallet in codes
    )


def as_text(strips: Sequence[PrintedCode], columns: int) -> tuple[str, ...]:
    """Strips where nothing but letters can be shown: the digits stand in their groups."""
    lines: list[str] = []
    for strip in strips:
        lines += [*strip.lines, *digit_lines(strip.code, columns)]
    return tuple(lines)


def digit_lines(code: str, columns: int) -> list[str]:
    """The digits for somebody who types them, in groups that stay whole."""
    groups = in_groups(code)
    across = max(1, (columns + 1) // (len(groups[0]) + 1))
    rows = -(-len(groups) // across)
    each = -(-len(groups) // rows)
    return [
        " ".join(groups[start : start + each]).center(columns).rstrip()
        for start in range(0, len(groups), each)
    ]


def _strip(
    bearer: SoldBearer, programmes: Sequence[Programme], words: Words, columns: int
) -> list[str]:
    own = [one for one in programmes if one.unit and one.unit.id == bearer.unit]
    terms = own[0].unit if own else None
    lines = ["- " * (columns // 2)]
    if terms is not None and terms.kind is UnitKind.MONEY:
        lines += _money(bearer, terms, words, columns)
    else:
        rewards = sorted(
            (one for programme in own for one in programme.rewards if one.cost),
            key=lambda one: one.cost,
        )
        lines += _voucher(bearer, terms, rewards[:_REWARDS_MOST], words, columns)
    if bearer.next_day is not None:
        day = words.date(bearer.next_day)
        lines += centred(words.label(SlipLabel.CODE_UNTIL, day=day), columns)
    else:
        lines += centred(words.label(SlipLabel.CODE_FOR_EVER), columns)
    return lines


def _money(bearer: SoldBearer, terms: UnitTerms, words: Words, columns: int) -> list[str]:
    return [
        *centred(words.name(terms.name).upper(), columns),
        *centred(words.money(bearer.after), columns),
    ]


def _voucher(
    bearer: SoldBearer,
    terms: UnitTerms | None,
    rewards: Sequence[Reward],
    words: Words,
    columns: int,
) -> list[str]:
    lines: list[str] = []
    if not rewards and terms is not None:
        lines += centred(words.name(terms.name), columns)
    for reward in rewards:
        lines += centred(words.name(reward.name).upper(), columns)
        if reward.condition.spend:
            amount = words.short_money(reward.condition.spend)
            lines += centred(words.label(SlipLabel.CODE_FROM, amount=amount), columns)
    uses = bearer.after // min((one.cost for one in rewards), default=1)
    if uses > 1:
        lines += centred(words.label(SlipLabel.CODE_USES, n=words.number(uses)), columns)
    return lines


def left_lines(
    record: SaleRecord, programmes: Sequence[Programme], words: Words, columns: int
) -> list[str]:
    """What is left on the codes that the sale used or loaded."""
    kinds = {one.unit.id: one.unit for one in programmes if one.unit}
    lines: list[str] = []
    for one in record.bearers:
        terms = kinds.get(one.unit)
        if one.fresh or terms is None:
            continue
        if terms.kind is UnitKind.MONEY:
            left = words.label(SlipLabel.CODE_LEFT, name=words.name(terms.name))
            lines += pair(left, words.money(one.after), columns)
        elif one.after > 0:
            left = words.label(SlipLabel.CODE_LEFT, name=words.name(terms.name))
            lines += pair(left, words.units(one.after, terms), columns)
        if terms.kind is UnitKind.MONEY and one.after and one.next_day is not None:
            lines += wrapped(
                words.label(SlipLabel.CODE_UNTIL, day=words.date(one.next_day)),
                columns,
                indent="  ",
            )
    return lines
