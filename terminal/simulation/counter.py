"""What happens at a counter: sales judged by the real engine, members who join, cards nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry, accrual, taking_back
from terminal.loyalty.programme import in_force
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Claim, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import last_day
from terminal.loyalty.wallet import BUDGET_UNIT
from terminal.simulation.chance import Chance
from terminal.simulation.scenario import CURRENCY, PRODUCTS, points
from terminal.simulation.tills import Till
from terminal.till.checkout.left_to_give import with_what_is_left
from terminal.till.ports import Member, Recorded, Shortfall


@dataclass(slots=True)
class Person:
    """Somebody of the town, with a card in the pocket."""

    name: str
    card: str
    joined: bool = False
    """Whether some till made them a member."""


def look_up(till: Till, person: Person) -> Member | None:
    """Whoever the till believes the card to belong to."""
    found = till.program.members.by_card(person.card)
    return found.member if found is not None else None


def standing_of(till: Till, member: Member | None) -> Standing:
    """What the till knows of a customer."""
    return NOBODY if member is None else till.program.members.standing(member.id)


def draw_basket(chance: Chance) -> Basket:
    """Goods of chance: one to three rows."""
    goods = chance.some(PRODUCTS, chance.between(1, 3))
    lines = tuple(
        Line(key=key, product=product, pieces=chance.pick((1, 1, 2, 4)))
        for key, product in enumerate(goods, start=1)
    )
    return Basket(currency=CURRENCY, lines=lines)


def judge(till: Till, member: Member | None, chance: Chance) -> Sale:
    """A basket, priced, with the rewards that are ready claimed or not."""
    basket, standing = draw_basket(chance), standing_of(till, member)
    at = till.clock.now()
    revisions = till.program.programmes.revisions()
    holding = in_force(revisions, at.utc)
    standing = with_what_is_left(standing, till.program.programmes, holding, at.business_day)
    evaluation = evaluate(basket, standing, revisions, at)
    choices = NO_CHOICES
    claims = tuple(_ready(evaluation)) if chance.happens(0.6) else ()
    if claims:
        choices = Choices(claims=claims)
        evaluation = evaluate(basket, standing, revisions, at, choices)
    paid = evaluation.total
    shown = None
    if member is not None and member.card_number:
        card = till.program.members.by_card(member.card_number)
        shown = card.id if card is not None else None
    return Sale(
        id=till.ids.sale_id(),
        at=at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=(Tender(kind=TenderKind.CARD, amount=paid),) if paid else (),
        card=shown,
    )


def _ready(evaluation: Evaluation) -> Iterator[Claim]:
    for offer in evaluation.offers:
        if not offer.automatic and offer.reason.why is Why.READY:
            yield Claim(name=offer.name)


def spends(sale: Sale) -> bool:
    """Whether it uses units of a member."""
    return any(one.account.unit != BUDGET_UNIT for one in sale.evaluation.spent)


def of_budgets(sale: Sale) -> int:
    """How often it gives what only so many get."""
    return sum(one.n for one in sale.evaluation.spent if one.account.unit == BUDGET_UNIT)


def enrol(till: Till, person: Person) -> Recorded:
    """The holder of a blank card becomes a member.

    Raises:
        ValueError: the till knows the card.
    """
    member = Member(id=till.ids.random_id(), name=person.name, card_number=person.card)
    return till.program.journal.enrol(member, person.card, till.clock.now())


def adjust(
    till: Till, member: Member, number: str, chance: Chance, *, timeless: bool
) -> Recorded | Shortfall | None:
    """Goodwill, or units taken back that may be spent already; None where nothing fits."""
    standing = standing_of(till, member)
    account = standing.account_for("points")
    if account is None:
        return None
    here = {one.account: one for one in standing.holdings}.get(account)
    day = last_day(points(timeless=timeless).unit.expiry, till.clock.now().business_day)  # type: ignore[union-attr]
    n = chance.between(1, 40)
    entries: tuple[Entry, ...]
    if chance.happens(0.5) or here is None or not here.sums.earned:
        debt = 0 if here is None else here.sums.debt
        entries = accrual(account, n, day, debt=debt)
    else:
        day, earned = chance.pick(here.sums.earned)
        n = max(1, min(n, earned))
        entries = taking_back(account, n, day, rights_here=max(0, here.spendable))
    return till.program.journal.adjust(entries, number, member.id)
