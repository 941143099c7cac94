"""What happens at a counter: sales judged by the real engine, members who join, cards nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId
from terminal.simulation.chance import Chance
from terminal.simulation.scenario import CURRENCY, GIFT_CARD_MONEY, PRODUCTS, points
from terminal.simulation.tills import Till
from terminal.till.checkout.left_to_give import with_what_is_left
from terminal.till.checkout.wallets import Wallets
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.ports import Member


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


def judge(
    till: Till,
    member: Member | None,
    chance: Chance,
    *,
    basket: Basket | None = None,
    shown: Sequence[WalletId] = (),
    pays: bool = True,
) -> Sale:
    """A basket, priced, with the rewards that are ready claimed or not; one of chance, if none.

    ``shown`` are the wallets of codes on the counter. Gift cards among them pay, unless they are
    there to be loaded.
    """
    basket = draw_basket(chance) if basket is None else basket
    at = till.clock.now()
    revisions = till.program.programmes.revisions()
    holding = in_force(revisions, at.utc)
    wallets = Wallets(till.program.bearers, till.ids.random_id)
    pieces = sum(line.pieces for line in basket.lines)
    standing = wallets.read(standing_of(till, member), shown)
    standing = wallets.prepared(standing, holding, pieces)
    standing = with_what_is_left(standing, till.program.programmes, holding, at.business_day)
    evaluation = evaluate(basket, standing, revisions, at)
    choices = NO_CHOICES
    claims = tuple(_ready(evaluation)) if chance.happens(0.6) else ()
    if claims:
        choices = Choices(claims=claims)
        evaluation = evaluate(basket, standing, revisions, at, choices)
    card_shown = None
    if member is not None and member.card_number:
        card = till.program.members.by_card(member.card_number)
        card_shown = card.id if card is not None else None
    return Sale(
        id=till.ids.sale_id(),
        at=at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=tuple(_tenders(evaluation, standing if pays else NOBODY)),
        card=card_shown,
    )


def _tenders(evaluation: Evaluation, standing: Standing) -> Iterator[Tender]:
    """Gift cards that were shown pay first, as far as they reach here; a bank card the rest."""
    left, spoken_for = evaluation.total, Counter[Account]()
    for spent in evaluation.spent:
        spoken_for[spent.account] += spent.n
    for holding in standing.holdings:
        account = holding.account
        if account.unit != GIFT_CARD_MONEY or account.wallet not in standing.bearers:
            continue
        n = min(left, holding.spendable - spoken_for[account])
        if n > 0:
            yield Tender(kind=TenderKind.GIFT_CARD, amount=n, account=account)
            left -= n
    if left:
        yield Tender(kind=TenderKind.CARD, amount=left)


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


def enrol(till: Till, person: Person, brought_by: str = "") -> Recorded:
    """The holder of a blank card becomes a member; another member may have brought them.

    Raises:
        ValueError: the till knows the card.
    """
    member = Member(
        id=till.ids.random_id(), name=person.name, card_number=person.card, referred_by=brought_by
    )
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
