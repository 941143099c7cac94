"""Stories played: each step goes by the rules that till and server go by, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import timedelta
from typing import Literal, assert_never

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.counting import counted
from terminal.loyalty.engine.accruals import budgets_spent, granted
from terminal.loyalty.engine.evaluation import Earned, Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry, EntryKind, Sums, rights_of
from terminal.loyalty.refund import RefundLaw, RefundRecord
from terminal.loyalty.refunding import CodeSpent, Wish, plan
from terminal.loyalty.sale import Sale, sale_entries, sale_record
from terminal.loyalty.standing import Choices, Claim, RewardName, Standing, Traits
from terminal.loyalty.story.expecting import not_as_expected
from terminal.loyalty.story.shop import StoryMember, StoryShop, StoryStops
from terminal.loyalty.story.steps import (
    Chosen,
    Enrol,
    Grant,
    Paid,
    Pass,
    Publish,
    Scanned,
    Sell,
    Step,
    Story,
    TakeBack,
    Tell,
)
from terminal.loyalty.story.told import Told
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass

FRESH = 16
"""Bearer wallets that one sale may fill."""


def play(story: Story) -> Iterator[Told]:
    """Let a story happen, step by step. A step that is refused changes nothing."""
    shop = StoryShop(story, story.start, list(story.programmes))
    shop.fund_budgets(story.programmes)
    for number, step in enumerate(story.steps, start=1):
        yield _told(shop, number, step)


def _told(shop: StoryShop, number: int, step: Step) -> Told:
    happened = _Happened()
    try:
        _happen(shop, step, happened)
    except StoryStops as stop:
        happened = _Happened(refused=str(stop))
    told = Told(
        step=number,
        do=step.do,
        at=shop.clock.isoformat(),
        refused=happened.refused,
        evaluation=happened.evaluation,
        refund=happened.refund,
        earned=happened.earned,
        codes=happened.codes,
        wallets=_by_name(shop, lambda sums: sums.balance),
        pending=_by_name(shop, lambda sums: sums.pending),
        owed=_by_name(shop, lambda sums: sums.debt),
        tiers={name: tier for name, one in shop.members.items() if (tier := shop.tier(one))},
    )
    return replace(told, not_as_expected=not_as_expected(step.expect, told))


@dataclass(slots=True)
class _Happened:
    refused: str = ""
    evaluation: Evaluation | None = None
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    codes: dict[str, str] = field(default_factory=dict)


def _happen(shop: StoryShop, step: Step, happened: _Happened) -> None:
    match step:
        case Enrol():
            _enrol(shop, step, happened)
        case Sell():
            _sell(shop, step, happened)
        case TakeBack():
            _take_back(shop, step, happened)
        case Pass():
            shop.pass_to((step.until or shop.clock) + timedelta(days=step.days))
        case Publish():
            shop.programmes += step.programmes
            shop.fund_budgets(step.programmes)
        case Grant():
            shop.member(step.member)
            happened.earned = _give(shop, step.member, step.on, step.programme)
        case Tell():
            shop.warn({shop.member(step.member).wallet})
        case _:
            assert_never(step)


def _enrol(shop: StoryShop, step: Enrol, happened: _Happened) -> None:
    if step.member in shop.members:
        raise StoryStops(f"{step.member!r} has joined already")
    wallet = shop.member(step.household).wallet if step.household else shop.new_wallet()
    if step.referred_by:
        shop.member(step.referred_by)
    shop.members[step.member] = StoryMember(
        Traits(
            member=step.member,
            segments=step.segments,
            birthday=step.birthday,
            consents=step.consents,
            enrolled=shop.today,
            referred_by=step.referred_by,
        ),
        wallet,
        given_tier=step.tier,
    )
    shop.move(
        Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
        for unit, n in step.units.items()
        if n
    )
    happened.earned = _give(shop, step.member, "enrolment", None)


def _give(
    shop: StoryShop,
    member: str,
    on: Literal["enrolment", "referral", "referred", "feedback", "goodwill"],
    programme: int | None,
) -> tuple[Earned, ...]:
    """What the rules for something that is no purchase bring, booked."""
    programmes = [one for one in shop.in_force() if programme in (None, one.programme)]
    earned = granted(programmes, on, shop.standing(member, (), 0), shop.at)
    shop.book(earned, shop.members[member])
    shop.move(
        Entry(one.account, EntryKind.SPEND, one.n) for one in budgets_spent(programmes, earned)
    )
    return earned


def _sell(shop: StoryShop, step: Sell, happened: _Happened) -> None:
    name = step.name or f"sale {len(shop.sales) + 1}"
    if name in shop.sales:
        raise StoryStops(f"there is a sale {name!r} already")
    standing = shop.standing(step.member, step.show, FRESH)
    basket = _basket(shop.story, step.lines)
    choices = Choices(
        claims=tuple(Claim(name=_reward(one), times=one.times) for one in step.claims),
        taken_off=frozenset(_reward(one) for one in step.taken_off),
        paid_with=tuple((one.kind, one.amount) for one in step.tenders),
    )
    evaluation = evaluate(basket, standing, shop.in_force(), shop.at, choices, shop.story.effort)
    tenders = _tenders(shop, standing, step.tenders, evaluation.total)
    sale = Sale(
        id=f"{len(shop.sales) + 1:032x}",
        at=shop.at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=tenders,
        change=sum(one.amount for one in tenders) - evaluation.total,
    )
    _within_rights(shop, sale_entries(sale))
    record = sale_record(sale)
    shop.sales[name] = record
    shop.move(sale_entries(sale))
    shop.count(counted(record), step.member)
    shop.keep_pending(evaluation.earned)
    happened.evaluation = evaluation
    happened.codes = _codes(shop, name, standing, evaluation)
    shop.warn({*standing.wallets, *standing.bearers})
    shop.raise_tiers()
    if step.member and shop.is_first_of_referred(step.member):
        referrer = shop.members[step.member].traits.referred_by
        happened.earned = (
            *_give(shop, step.member, "referred", None),
            *_give(shop, referrer, "referral", None),
        )


def _take_back(shop: StoryShop, step: TakeBack, happened: _Happened) -> None:
    record = shop.sales.get(step.sale)
    if record is None:
        raise StoryStops(f"there is no sale {step.sale!r}")
    earlier = shop.refunds.setdefault(step.sale, [])
    left = {line.key: line.pieces for line in record.lines}
    for refund in earlier:
        for line in refund.lines:
            left[line.key] -= line.pieces
    back = _pieces(step.pieces) if step.pieces is not None else left
    for key, n in back.items():
        if not 0 <= n <= left.get(key, 0):
            raise StoryStops(f"of line {key} {left.get(key, 0)} can come back, not {n}")
    if not any(back.values()):
        raise StoryStops("nothing of it comes back" if any(left.values()) else "all of it is back")
    planned = plan(
        Wish(
            id=f"{len(shop.sales):016x}{len(earlier) + 1:016x}",
            at=shop.at,
            sale=record,
            programmes=tuple(shop.programmes),
            earlier=tuple(earlier),
            back={key: n for key, n in back.items() if n},
            law=RefundLaw(step.law),
            standing=shop.standing(record.member or "", (), 0),
            codes=tuple(shop.codes_of(step.sale)),
        )
    )
    if isinstance(planned, CodeSpent):
        raise StoryStops(f"of the card sold with it {planned.wanted - planned.here} are spent")
    happened.refund = planned.record
    earlier.append(planned.record)
    shop.move(planned.entries)
    shop.count(planned.record.counts, record.member or "")


def _pieces(written: Mapping[str, int]) -> dict[int, int]:
    """How many of each line, by its number."""
    try:
        return {int(key): n for key, n in written.items()}
    except ValueError as error:
        raise StoryStops(f"pieces: lines are counted from 1 ({', '.join(written)})") from error


def _basket(story: Story, lines: Sequence[Scanned]) -> Basket:
    return Basket(
        currency=story.currency,
        prices_include_tax=story.prices_include_tax,
        lines=tuple(_line(story, key, one) for key, one in enumerate(lines, start=1)),
    )


def _line(story: Story, key: int, scanned: Scanned) -> Line:
    goods = story.products.get(scanned.sku)
    if goods is None:
        raise StoryStops(f"no product {scanned.sku!r}")
    try:
        product = Product(
            sku=scanned.sku,
            name=goods.name or scanned.sku,
            price=goods.price,
            vat=goods.vat,
            category=goods.category,
            brand=goods.brand,
            supplier=goods.supplier,
            by_weight=scanned.grams is not None,
            rewardable=goods.rewardable,
            earning=goods.earning,
        )
        return Line(
            key=key,
            product=product,
            pieces=scanned.pieces,
            grams=scanned.grams,
            price=scanned.price,
        )
    except ValueError as error:
        raise StoryStops(f"lines[{key - 1}]: {error}") from error


def _reward(chosen: Chosen) -> RewardName:
    return RewardName(chosen.programme, chosen.reward)


def _tenders(
    shop: StoryShop, standing: Standing, paid: Sequence[Paid], total: int
) -> tuple[Tender, ...]:
    """What was handed over, and cash for the rest."""
    tenders = []
    for one in paid:
        wallet: WalletId | None = None
        if one.kind is TenderKind.GIFT_CARD:
            if one.code not in shop.codes:
                raise StoryStops(f"no gift card {one.code!r}")
            wallet = shop.codes[one.code]
        elif one.kind is TenderKind.STORE_CREDIT:
            if not standing.wallets:
                raise StoryStops("store credit needs a member")
            wallet = standing.wallets[0]
        account = None if wallet is None else shop.money_in(wallet)
        tenders.append(Tender(kind=one.kind, amount=one.amount, account=account))
    without_cash = sum(one.amount for one in paid if one.kind is not TenderKind.CASH)
    if without_cash > total:
        raise StoryStops(f"{without_cash - total} more was paid than is due, and not in cash")
    left = total - sum(one.amount for one in paid)
    if left > 0 or not paid:
        tenders.append(Tender(kind=TenderKind.CASH, amount=left))
    return tuple(tenders)


def _within_rights(shop: StoryShop, entries: Sequence[Entry]) -> None:
    for account, n in rights_of(one for one in entries if one.kind is EntryKind.SPEND).items():
        if shop.rights.get(account, 0) + n < 0:
            raise StoryStops(f"{-n} {account.unit} wanted, {shop.rights.get(account, 0)} there")


def _codes(
    shop: StoryShop, sale: str, standing: Standing, evaluation: Evaluation
) -> dict[str, str]:
    """Names for the bearer wallets that a sale filled."""
    filled = [one.account for one in evaluation.earned if one.account.wallet in standing.fresh]
    codes = {}
    for number, account in enumerate(dict.fromkeys(filled), start=1):
        shop.codes[f"{sale}/{number}"] = account.wallet
        codes[f"{sale}/{number}"] = str(account.unit)
    used = [standing.fresh.index(account.wallet) + 1 for account in filled]
    shop.wallets_made += max(used, default=0)
    return codes


def _by_name(shop: StoryShop, n_of: Callable[[Sums], int]) -> dict[str, dict[str, int]]:
    """Units by member and code, zeros left out."""
    named = {name: one.wallet for name, one in shop.members.items()} | shop.codes
    return {
        name: {
            account.unit: n
            for account, sums in shop.sums.items()
            if account.wallet == wallet and (n := n_of(sums))
        }
        for name, wallet in named.items()
    }
