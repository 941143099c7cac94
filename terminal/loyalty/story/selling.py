"""Sales in a story: from what was scanned to what the codes on the slip are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.counting import counted
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry, EntryKind, rights_of
from terminal.loyalty.money import LARGEST_AMOUNT, cash_step
from terminal.loyalty.payment import Payment
from terminal.loyalty.refund_entries import standing_after
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import Sale, SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import Choices, Claim, RewardName, Standing
from terminal.loyalty.story.goods import basket_of
from terminal.loyalty.story.judging import judge_sale
from terminal.loyalty.story.people import check_card
from terminal.loyalty.story.returning import book_refund, planned_refund
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import Chosen, Paid, Park, Sell
from terminal.loyalty.story.thanking import thank_who_brought
from terminal.loyalty.story.told import Happened
from terminal.loyalty.story.warning import tell_at_sale
from terminal.loyalty.tender import Tender, TenderKind, paid_with
from terminal.loyalty.unloaded import unloaded
from terminal.loyalty.wallet import Account

FRESH = 16
"""Bearer wallets that one sale may fill."""


def sell(shop: StoryShop, step: Sell) -> Happened:
    """Sell goods; what comes back in exchange for them pays first."""
    name = step.name or f"sale {shop.names.sales_made + 1}"
    if name in shop.names.sold_at:
        raise StoryStops(f"there is a sale {name!r} already")
    step = _recalled(shop, step)
    if not step.lines:
        raise StoryStops("nothing is sold")
    if step.member:
        check_card(shop, step.member, step.card)
    standing = shop.standing(step.member, step.show, FRESH)
    if step.in_exchange is not None:
        # Units go back and come back before the new goods are judged; the money stays here.
        due = planned_refund(shop, step.in_exchange).record.due
        staying = planned_refund(shop, step.in_exchange, kept=due)
        standing = standing_after(standing, staying.entries)
    basket = basket_of(shop.story, step.lines)
    choices = Choices(
        claims=tuple(Claim(name=_reward(one), times=one.times) for one in step.claims),
        taken_off=frozenset(_reward(one) for one in step.taken_off),
    )
    total = _judged(shop, basket, standing, choices).total
    refund = _exchanged(shop, step, total)
    payment = _paid(shop, standing, step.tenders, total, refund)
    tenders = payment.tenders
    change = -min(0, payment.cash_left)
    # All is paid by now: what is left over or short is the coins that there are not.
    rounding = sum(one.amount for one in tenders) - change - total
    choices = replace(choices, paid_with=paid_with(tenders, change))
    evaluation = _judged(shop, basket, standing, choices)
    sale = Sale(
        id=f"{shop.names.sales_made + 1:032x}",
        at=shop.at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=tenders,
        rounding=rounding,
        change=change,
    )
    empty = unloaded(evaluation, basket, shop.in_force())
    if empty is not None:
        raise StoryStops(f"{empty.programme}/{empty.rule} loads nothing: {empty.reason.why}")
    _within_rights(shop, sale_entries(sale), refund)
    if refund is not None and step.in_exchange is not None:
        book_refund(shop, step.in_exchange.sale, refund)
    shop.names.parked.pop((shop.at_till, step.recall), None)
    record = sale_record(sale)
    _book(shop, name, record, sale_entries(sale))
    codes = _codes(shop, name, standing, evaluation)
    warned = tell_at_sale(shop, standing.wallets, record)
    thanks = thank_who_brought(shop, step.member) if step.member else ()
    return Happened(
        evaluation=evaluation,
        tenders=tenders,
        change=change,
        rounding=rounding,
        refund=refund.record if refund else None,
        earned=thanks,
        codes=codes,
        warned=warned,
    )


def park(shop: StoryShop, step: Park) -> None:
    """Put a basket aside at the till where it is."""
    if (shop.at_till, step.name) in shop.names.parked:
        raise StoryStops(f"there is a parked basket {step.name!r} already")
    basket_of(shop.story, step.lines)
    if step.member:
        check_card(shop, step.member, 0)
        shop.standing(step.member, (), 0)
    elif not step.lines:
        raise StoryStops("nothing is there to be parked")
    shop.names.last_sale.pop(shop.at_till, None)
    shop.names.parked[shop.at_till, step.name] = step


def _recalled(shop: StoryShop, step: Sell) -> Sell:
    """A sale with the goods of the basket that it recalls."""
    if not step.recall:
        return step
    parked = shop.names.parked.get((shop.at_till, step.recall))
    if parked is None:
        raise StoryStops(f"no basket {step.recall!r} is parked at this till")
    member = step.member or parked.member
    return replace(step, lines=(*parked.lines, *step.lines), member=member)


def _book(shop: StoryShop, name: str, record: SaleRecord, entries: tuple[Entry, ...]) -> None:
    """Let a sale happen; whoever has no line tells of it later."""
    shop.names.sales_made += 1
    shop.names.sold_at[name] = shop.at_till
    shop.names.last_sale[shop.at_till] = name
    shop.count_served(counted(record))
    shop.later(lambda other: _hear(other, name, record, entries))
    _take(shop, name, record, entries)
    if shop.hears:
        judge_sale(shop, record, entries)


def _take(shop: StoryShop, name: str, record: SaleRecord, entries: tuple[Entry, ...]) -> None:
    shop.sales[name] = record
    shop.move(entries, record.at.business_day)
    shop.count(counted(record), record.wallet)
    shop.keep_pending(record.earned, name)


def _hear(shop: StoryShop, name: str, record: SaleRecord, entries: tuple[Entry, ...]) -> None:
    """A sale of a till that had no line is heard of."""
    _take(shop, name, record, entries)
    judge_sale(shop, record, entries)
    if record.member:
        thank_who_brought(shop, record.member)


def _judged(shop: StoryShop, basket: Basket, standing: Standing, choices: Choices) -> Evaluation:
    return evaluate(basket, standing, shop.in_force(), shop.at, choices, shop.story.effort)


def _exchanged(shop: StoryShop, step: Sell, total: int) -> Refund | None:
    """What comes back in exchange; as much of it as the goods cost stays in the shop."""
    if step.in_exchange is None:
        return None
    due = planned_refund(shop, step.in_exchange).record.due
    return planned_refund(shop, step.in_exchange, kept=min(due, total))


def _reward(chosen: Chosen) -> RewardName:
    return RewardName(chosen.programme, chosen.reward)


def _paid(
    shop: StoryShop, standing: Standing, paid: Sequence[Paid], total: int, refund: Refund | None
) -> Payment:
    """What pays: first what came back in exchange, then what was handed over, cash for the rest."""
    back = refund.record.tenders if refund else ()
    step = cash_step(shop.story.currency, shop.story.country, shop.today)
    payment = Payment(total, step)
    for kept in back:
        if kept.kind is TenderKind.EXCHANGE:
            payment = payment.after(kept.kind, kept.amount)
    for one in paid:
        if one.kind is TenderKind.EXCHANGE:
            raise StoryStops("what comes back in exchange stands in in_exchange")
        if one.kind is not TenderKind.CASH and one.amount > payment.left:
            over = one.amount - payment.left
            raise StoryStops(f"{over} more was paid than is due, and not in cash")
        if one.amount < 0 or one.amount > LARGEST_AMOUNT:
            raise StoryStops(f"{one.amount} cannot be handed over")
        payment = payment.after(one.kind, one.amount, _account(shop, standing, one))
    if payment.left > 0 and payment.cash_left > 0:
        payment = payment.after(TenderKind.CASH, payment.cash_left)
    if not payment.tenders:
        nothing = Tender(kind=TenderKind.CASH, amount=0)
        payment = Payment(payment.total, payment.step, (nothing,))
    return payment


def _account(shop: StoryShop, standing: Standing, paid: Paid) -> Account | None:
    """The account that pays, for gift cards and store credit."""
    if paid.kind is TenderKind.GIFT_CARD:
        if paid.code not in shop.names.codes:
            raise StoryStops(f"no gift card {paid.code!r}")
        return shop.money_in(shop.names.codes[paid.code])
    if paid.kind is TenderKind.STORE_CREDIT:
        if not standing.wallets:
            raise StoryStops("store credit needs a member")
        return shop.money_in(standing.wallets[0])
    return None


def _within_rights(shop: StoryShop, entries: Sequence[Entry], refund: Refund | None) -> None:
    moved = [*(refund.entries if refund else ())]
    moved += [one for one in entries if one.kind is EntryKind.SPEND]
    for account, n in rights_of(moved).items():
        if shop.rights.get(account, 0) + n < 0:
            raise StoryStops(f"{-n} {account.unit} wanted, {shop.rights.get(account, 0)} there")


def _codes(
    shop: StoryShop, sale: str, standing: Standing, evaluation: Evaluation
) -> dict[str, str]:
    """Names for the bearer wallets that a sale filled."""
    filled = [one.account for one in evaluation.earned if one.account.wallet in standing.fresh]
    codes = {}
    for number, account in enumerate(dict.fromkeys(filled), start=1):
        shop.names.codes[f"{sale}/{number}"] = account.wallet
        codes[f"{sale}/{number}"] = str(account.unit)
    used = [standing.fresh.index(account.wallet) + 1 for account in filled]
    shop.names.wallets_made += max(used, default=0)
    return codes
