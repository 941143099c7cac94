"""Offers that stayed away, on paper: a heading, and a line or two for what each of them wants.

Which ones is not decided here (see ``loyalty.other_offers``): the sale's fact has them, so that a
copy of the slip says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from terminal.loyalty.engine.evaluation import NotApplied, Why
from terminal.loyalty.naming import names_of, names_of_products
from terminal.loyalty.programme import Programme
from terminal.paper.columns import tidy, wrapped
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words

_INDENT = "  "
_LINES_MAX = 2


def offer_lines(
    missed: Iterable[NotApplied],
    programmes: Sequence[Programme],
    products: Mapping[str, str],
    words: Words,
    columns: int,
) -> list[str]:
    """The lines, with their heading; none where there is nothing to tell.

    ``products`` are the names of products by their sku.
    """
    offers = _offers(missed, programmes, products, words)
    told = [line for offer in offers for line in _lines(offer, columns)]
    return [*wrapped(words.label(SlipLabel.OTHER_OFFERS), columns), *told] if told else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One offer in words."""

    name: str
    wants: str
    together: str
    """Both, where they fit on one line."""


def _offers(
    missed: Iterable[NotApplied],
    programmes: Sequence[Programme],
    products: Mapping[str, str],
    words: Words,
) -> Iterator[_Offer]:
    of_number = {one.programme: one for one in programmes}
    names = names_of(programmes)[0] | names_of_products(products)
    for one in missed:
        if one.earns and one.reason.why is Why.MEMBERS_ONLY:
            continue  # the invitation to join tells these together
        wants = words.reason_brief(one.reason, names)
        programme = of_number.get(one.programme)
        name = _name(programme, one, words) if programme else ""
        if name and wants:
            together = words.label(SlipLabel.OFFER, offer=name, wants=wants)
            yield _Offer(name=name, wants=wants, together=together)


def _name(programme: Programme, one: NotApplied, words: Words) -> str:
    """A reward has its own; an earn rule is called as its programme."""
    if one.earns:
        return words.name(programme.name)
    reward = next((reward for reward in programme.rewards if reward.id == one.rule), None)
    return words.name(reward.name) if reward else ""


def _lines(offer: _Offer, columns: int) -> list[str]:
    """A long name is cut; what is missing never is."""
    if len(tidy(offer.together)) <= columns:
        return wrapped(offer.together, columns)
    name = wrapped(offer.name, columns, lines_max=_LINES_MAX)
    return [*name, *wrapped(offer.wants, columns, indent=_INDENT, lines_max=_LINES_MAX)]
