"""What a reward brings and what it costs, in the few words of a button or a row."""

from __future__ import annotations

from terminal.loyalty.engine.evaluation import Offer
from terminal.wording.labels import Label
from terminal.wording.speech import Unit
from terminal.wording.words import Words


def brought_words(offer: Offer, unit: Unit, words: Words) -> str:
    """What it takes off or gives; a privilege has no figure of its own: its name says what it is."""
    if offer.brings is not None:
        return words.reason_short(offer.brings, {}, unit)
    return words.money(offer.worth)


def with_cost(brought: str, offer: Offer, unit: Unit, words: Words) -> str:
    """The same with the units that it takes, where it takes any."""
    if not offer.units:
        return brought
    units = words.units(offer.units, unit)
    return words.label(Label.OFFER_COSTS, amount=brought, units=units) if brought else units
