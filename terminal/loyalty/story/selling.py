"""Sales in a story: from what was scanned to what the codes on the slip are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.counting import counted
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry, EntryKind, rights_of
from terminal.loyalty.refund_entries import standing_after
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import Sale, sale_entries, sale_record
from terminal.loyalty.standing import Choices, Claim, RewardName, Standing
from terminal.loyalty.story.returning import book_refund, planned_refund
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import Chosen, Paid, Scanned, Sell, Story
from terminal.loyalty.story.told import Happened
from terminal.loyalty.tender import Tender, TenderKind, paid_with
from terminal.loyalty.wallet import WalletId

FRESH = 16
"""Bearer wallets that one sale may fill."""


def sell(shop: StoryShop, step: Sell) -> Happened:
    """Sell goods; what comes back in exchange for them pays first."""
    name = step.name or f"sale {len(shop.sales) + 1}"
    if name in shop.sales:
        raise StoryStops(f"there is a sale {name!r} already")
    standing = shop.standing(step.member, step.show, FRESH)
    if step.in_exchange is not None:
        # Units go back and come back before the new goods are judged; the money stays here.
        due = planned_refund(shop, step.in_exchange).record.due
        staying = planned_refund(shop, step.in_exchange, kept=due)
        standing = standing_after(standing, staying.entries)
    basket = _basket(shop.story, step.lines)
    choices = Choices(
        claims=tuple(Claim(name=_reward(one), times=one.times) for one in step.claims),
        taken_off=frozenset(_reward(one) for one in step.taken_off),
    )
    total = _judged(shop, basket, standing, choices).total
    refund = _exchanged(shop, step, total)
    tenders = _tenders(shop, standing, step.tenders, total, refund)
    change = sum(one.amount for one in tenders) - total
    choices = replace(choices, paid_with=paid_with(tenders, change))
    evaluation = _judged(shop, basket, standing, choices)
    sale = Sale(
        id=f"{len(shop.sales) + 1:032x}",
        at=shop.at,
        basket=basket,
        standing=standing,
        choices=choices,
        evaluation=evaluation,
        tenders=tenders,
        change=change,
    )
    _within_rights(shop, sale_entries(sale), refund)
    if refund is not None and step.in_exchange is not None:
        book_refund(shop, step.in_exchange.sale, refund)
    record = sale_record(sale)
    shop.sales[name] = record
    shop.move(sale_entries(sale))
    shop.count(counted(record), step.member)
    shop.keep_pending(evaluation.earned, name)
    codes = _codes(shop, name, standing, evaluation)
    shop.warn({*standing.wallets, *standing.bearers})
    shop.raise_tiers()
    thanks = shop.thank_who_brought(step.member) if step.member else ()
    returned = refund.record if refund else None
    return Happened(evaluation=evaluation, refund=returned, earned=thanks, codes=codes)


def _judged(shop: StoryShop, basket: Basket, standing: Standing, choices: Choices) -> Evaluation:
    return evaluate(basket, standing, shop.in_force(), shop.at, choices, shop.story.effort)


def _exchanged(shop: StoryShop, step: Sell, total: int) -> Refund | None:
    """What comes back in exchange; as much of it as the goods cost stays in the shop."""
    if step.in_exchange is None:
        return None
    due = planned_refund(shop, step.in_exchange).record.due
    return planned_refund(shop, step.in_exchange, kept=min(due, total))


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
    shop: StoryShop, standing: Standing, paid: Sequence[Paid], total: int, refund: Refund | None
) -> tuple[Tender, ...]:
    """What pays: first what came back in exchange, then what was handed over, cash for the rest."""
    back = refund.record.tenders if refund else ()
    tenders = [one for one in back if one.kind is TenderKind.EXCHANGE]
    for one in paid:
        if one.kind is TenderKind.EXCHANGE:
            raise StoryStops("what comes back in exchange stands in in_exchange")
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
    without_cash = sum(one.amount for one in tenders if one.kind is not TenderKind.CASH)
    if without_cash > total:
        raise StoryStops(f"{without_cash - total} more was paid than is due, and not in cash")
    left = total - sum(one.amount for one in tenders)
    if left > 0 or not tenders:
        tenders.append(Tender(kind=TenderKind.CASH, amount=left))
    return tuple(tenders)


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
        shop.codes[f"{sale}/{number}"] = account.wallet
        codes[f"{sale}/{number}"] = str(account.unit)
    used = [standing.fresh.index(account.wallet) + 1 for account in filled]
    shop.wallets_made += max(used, default=0)
    return codes
