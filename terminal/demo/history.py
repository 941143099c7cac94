"""The demo shop's past: months of sales, told by a seed and recorded by the real engine.

Nothing here writes a balance. Every point and stamp comes out of a sale that was judged by the
programmes and stands as a fact in the journal, so the demo's figures can be audited like a
shop's own. The days count back from the day of building: a demo is never out of date.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from terminal.demo.shop import DemoMember, DemoShop
from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.money import cash_step, round_cash
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES, Choices, Claim, Moment, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.database.journal import StoredJournal
from terminal.till.database.recording import Enrolment
from terminal.till.journal_port import Recorded
from terminal.till.ports import Ids, Member

SEED = "tenth"
SALES_LEAST, SALES_MOST = 4, 12
DAYS_BACK = 365
CLAIMS_PERCENT = 60
"""How often a member with an ordinary past takes a reward that is ready."""

WEIGHTS_G = (180, 1650)
"""What people take of goods that are sold by weight, from and to."""

_EPOCH = datetime.fromtimestamp(0, tz=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class PastSale:
    """What happened at the counter once: somebody bought something."""

    at: datetime
    member: DemoMember
    goods: tuple[tuple[str, int | None], ...]
    """Numbers of goods, with grams where they are weighed."""
    claims: bool
    """Whether a reward that is ready is taken."""
    cash: bool


def past_sales(shop: DemoShop, today: date, seed: str = SEED) -> tuple[PastSale, ...]:
    """All past sales, the oldest first; the same for the same shop, day and seed."""
    sales = [sale for member in shop.members for sale in _sales_of(member, shop, today, seed)]
    return tuple(sorted(sales, key=lambda sale: (sale.at, sale.member.card)))


def record_history(
    shop: DemoShop,
    journal: StoredJournal,
    ids: Ids,
    today: date,
    *,
    seed: str = SEED,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> int:
    """Enrol the members and record their past sales; returns how many sales there are.

    What happened follows from the seed; the ids are fresh, because two demo shops may one day
    send their facts to the same server.

    Raises:
        Trouble: the disk failed; nothing is recorded.
    """
    sales = past_sales(shop, today, seed)
    products = {product.sku: product for product in shop.all_products}
    first = {sale.member.card: sale.at for sale in reversed(sales)}
    newest = datetime.combine(today - timedelta(days=1), time(12))
    since = {member.card: first.get(member.card, newest) for member in shop.members}
    people = sorted(shop.members, key=lambda one: (since[one.card], one.card))
    with journal.in_bulk() as bulk:
        for one in people:
            bulk.enrol(_enrolment(one, since[one.card], ids.random_id()))
        for done, sale in enumerate(sales, start=1):
            card = bulk.by_card(sale.member.card)
            assert card is not None, "a member who was just enrolled has a card"
            standing = bulk.standing(card.member.id)
            settled = _settle(sale, shop, products, standing, card.id, ids.random_id())
            recorded = bulk.record_sale(settled)
            assert isinstance(recorded, Recorded), "the past spends only what there was"
            progress(done, len(sales))
    return len(sales)


def moment_of(local: datetime) -> Moment:
    """A local time with the offset that this computer's time zone had then."""
    offset = local.astimezone().utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    return Moment(local=local, offset_minutes=minutes, business_day=local.date())


def _enrolment(member: DemoMember, first: datetime, identity: str) -> Enrolment:
    at = moment_of(first - timedelta(minutes=5))
    return Enrolment(
        member=Member(
            id=identity,
            name=member.name,
            phone=member.phone,
            birthday=member.birthday,
            joined=at.business_day,
            card_number=member.card,
        ),
        card_number=member.card,
        at=at,
    )


def _settle(
    sale: PastSale,
    shop: DemoShop,
    products: Mapping[str, Product],
    standing: Standing,
    card: str,
    random_id: str,
) -> Sale:
    at = moment_of(sale.at)
    basket = Basket(
        currency=shop.currency,
        prices_include_tax=shop.prices_include_tax,
        lines=tuple(
            Line(key=key, product=products[sku], grams=grams)
            for key, (sku, grams) in enumerate(sale.goods, start=1)
        ),
    )
    choices = NO_CHOICES
    evaluation = evaluate(basket, standing, shop.older_programmes, at)
    if sale.claims and (claims := tuple(_ready(evaluation))):
        choices = Choices(claims=claims)
        evaluation = evaluate(basket, standing, shop.older_programmes, at, choices)
    tender, rounding = _paid(evaluation.total, sale, shop)
    return Sale(
        id=_sale_id(at, random_id),
        at=at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=(tender,) if tender.amount else (),
        rounding=rounding,
        change=tender.amount - evaluation.total - rounding,
        card=card,
    )


def _ready(evaluation: Evaluation) -> Iterator[Claim]:
    for offer in evaluation.offers:
        if not offer.automatic and offer.reason.why is Why.READY:
            yield Claim(name=offer.name)


def _paid(total: int, sale: PastSale, shop: DemoShop) -> tuple[Tender, int]:
    if not sale.cash:
        return Tender(kind=TenderKind.CARD, amount=total), 0
    due = round_cash(total, cash_step(shop.currency, shop.country, sale.at.date()))
    return Tender(kind=TenderKind.CASH, amount=shop.handed_over(due)), due - total


def _sales_of(member: DemoMember, shop: DemoShop, today: date, seed: str) -> Iterator[PastSale]:
    # A seed of one's own: a member who is added does not change the past of the others.
    chance = random.Random(f"{seed} {member.card}")  # noqa: S311 - repeatable, see above
    if member.story:
        for purchase in member.past:
            yield PastSale(
                purchase.moment(today),
                member,
                tuple((sku, None) for sku in purchase.skus),
                claims=False,
                cash=chance.random() < 0.4,
            )
        return
    favourites = chance.sample([one for one in shop.all_products if not one.open_price], k=12)
    counter = [one for one in shop.loose if not (one.open_price or one.by_weight)]
    days = chance.sample(range(1, DAYS_BACK), k=chance.randint(SALES_LEAST, SALES_MOST))
    for day in days:
        minutes = chance.randrange(7 * 60, 20 * 60)
        at = datetime.combine(today - timedelta(days=day), time(minutes // 60, minutes % 60))
        taken = (
            *chance.choices(favourites, k=chance.randint(1, 5)),
            *chance.choices(counter, k=chance.randint(0, 2)),
        )
        yield PastSale(
            at,
            member,
            tuple(
                (one.sku, chance.randint(*WEIGHTS_G) if one.by_weight else None) for one in taken
            ),
            claims=chance.randrange(100) < CLAIMS_PERCENT,
            cash=chance.random() < 0.4,
        )


def _sale_id(at: Moment, random_id: str) -> str:
    """A UUIDv7 (RFC 9562, section 5.7) of a past moment, 32 hex digits."""
    milliseconds = round((at.utc - _EPOCH).total_seconds() * 1000)
    variant = "89ab"[int(random_id[3], 16) % 4]
    return f"{milliseconds:012x}7{random_id[:3]}{variant}{random_id[4:19]}"
