"""Rewards that take nothing off, and steps that are nearly reached."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from terminal.loyalty.benefits import (
    Donation,
    GivenUnits,
    PercentOff,
    Privilege,
    Step,
    Target,
)
from terminal.loyalty.conditions import Audience, Limit, Period, Purchases
from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.wire.programme_json import write_programme
from tests.till.gui.gallery.stand import Stand, scene

MEMBERS = Audience(members=True)
BASKET = Target(scope="basket")
ALL = datetime(2024, 1, 1, tzinfo=UTC)
NAME = {"en": "Sky miles", "pl": "Mile lotnicze"}


def _named(text: str, **other: Any) -> Reward:
    return Reward(
        **{"name": {"en": text, "pl": text}, "audience": MEMBERS, "target": BASKET, **other}
    )


CLUB = Programme(
    programme=701,
    revision=1,
    holds_from=ALL,
    name={"en": "Club", "pl": "Klub"},
    unit=UnitTerms(id="club", kind=UnitKind.POINTS, name={"en": "club points", "pl": "klub"}),
    earn=(
        EarnRule(id="visit", audience=MEMBERS, per=PerVisit(), units=10),
        EarnRule(
            id="third",
            audience=MEMBERS,
            per=PerVisit(),
            units=50,
            occasion=Purchases(number=9, period=Period(kind="month")),
        ),
    ),
    rewards=(
        _named(
            "250 mil",
            id="miles",
            mode="claimed",
            cost=100,
            benefit=GivenUnits(unit="miles", n=250),
        ),
        _named(
            "Dla schroniska",
            id="shelter",
            mode="claimed",
            cost=50,
            benefit=Donation(cause="shelter", amount=500),
            limits=(Limit(most=1, period=Period(kind="month")),),
        ),
        _named(
            "Darmowa dostawa",
            id="delivery",
            benefit=Privilege(
                words={"en": "We bring it home for nothing", "pl": "Przywieziemy do domu gratis"}
            ),
        ),
        _named(
            "Więcej taniej",
            id="more",
            benefit=PercentOff(basis_points=100),
            steps=(
                Step(pieces=4, benefit=PercentOff(basis_points=500)),
                Step(pieces=6, benefit=PercentOff(basis_points=2000)),
            ),
        ),
    ),
)
MILES = Programme(
    programme=702,
    revision=1,
    holds_from=ALL,
    name=NAME,
    unit=UnitTerms(
        id="miles",
        kind=UnitKind.POINTS,
        name=NAME,
        counted={
            "en": ("mile", "miles"),
            "pl": ("mila", "mile", "mil"),
            "uk": ("миля", "милі", "миль"),
            "lv": ("jūdze", "jūdzes", "jūdžu"),
        },
        partner="Sky",
    ),
)


def _club(stand: Stand) -> None:
    database = stand.till.database
    database.programmes.put([write_programme(CLUB), write_programme(MILES)])
    stand.member()
    member = stand.window.view.member
    assert member is not None
    standing = database.members.standing(member.id)
    entry = Entry(Account(standing.wallets[0], UnitId("club")), EntryKind.EARN, 230)
    database.journal.adjust([entry], "opening", "")
    stand.take("remove")
    stand.goods(5)
    stand.member()


@scene()
def gifts_ready(stand: Stand) -> None:
    _club(stand)


@scene()
def gifts_on(stand: Stand) -> None:
    _club(stand)
    for offer in stand.window.view.evaluation.offers:
        if offer.name.programme == 701 and offer.times:
            stand.window.show_view(stand.till.checkout.toggle_reward(offer.name))


@scene()
def gifts_explained(stand: Stand) -> None:
    gifts_on(stand)
    stand.take("why")
