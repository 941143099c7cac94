"""A recorded sale as the engine's rules see it: basket, customer, programmes, rewards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.earning import EarnRule
from terminal.loyalty.engine.classes import PieceClasses, piece_classes
from terminal.loyalty.engine.goods import Candidate, benefit_in, least_rest_for
from terminal.loyalty.ledger import Entry
from terminal.loyalty.programme import Programme, Reward, among, in_force
from terminal.loyalty.sale import SaleRecord, SoldLine
from terminal.loyalty.standing import Holding, RewardName, Standing, Traits
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId, budget_account
from terminal.values import dataclass


class Terms(NamedTuple):
    """A reward, and the revision of the programme that it belongs to."""

    programme: Programme
    reward: Reward


@dataclass(frozen=True, slots=True)
class RecordedSale:
    """Everything that the parts of the check ask."""

    record: SaleRecord
    entries: tuple[Entry, ...]
    basket: Basket
    classes: PieceClasses
    traits: Traits | None
    held: Mapping[int, Programme]
    """By number, the revisions that the sale says it was judged by, where they are known."""
    in_force: Mapping[int, Programme]
    """By number, those that it should have been judged by."""

    def terms(self, name: RewardName, revision: int) -> Terms | None:
        """A reward of the rules of the day; None where the sale was not judged by that revision."""
        programme = self.held.get(name.programme)
        if programme is None or programme.revision != revision:
            return None
        found = next((one for one in programme.rewards if one.id == name.reward), None)
        return None if found is None else Terms(programme, found)

    def reward(self, name: RewardName, revision: int) -> Candidate | None:
        """The same as a candidate, where it takes something off."""
        terms = self.terms(name, revision)
        if terms is None:
            return None
        programme, found = terms
        benefit = benefit_in(found, self.basket)
        if not isinstance(benefit, PercentOff | AmountOff | FixedPrice):
            return None
        least = least_rest_for(found, self.basket)
        claimed = found.mode == "claimed"
        return Candidate(programme, found, None, claimed, 0, benefit, from_rest=least)


def recorded_sale(
    record: SaleRecord, entries: tuple[Entry, ...], programmes: Iterable[Programme]
) -> RecordedSale:
    """Put a record beside the published revisions.

    Raises:
        ValueError: its lines are no basket.
    """
    published = tuple(programmes)
    basket = basket_of(record)
    return RecordedSale(
        record=record,
        entries=entries,
        basket=basket,
        classes=piece_classes(basket),
        traits=traits_of(record),
        held=among(published, record.revisions),
        in_force={one.programme: one for one in in_force(published, record.at.utc)},
    )


def traits_of(record: SaleRecord) -> Traits | None:
    """The customer, as the till believed them to be."""
    if record.member is None:
        return None
    judged = record.judged
    return Traits(
        member=record.member,
        tier=record.tier,
        segments=record.segments,
        consents=judged.consents,
        enrolled=judged.enrolled,
        referred_by=judged.referred_by,
    )


def standing_of(record: SaleRecord, *, birthday: bool = False) -> Standing:
    """What rules were told of the customer, without any units.

    No sale tells a birthday; ``birthday`` says that it was one.
    """
    traits = traits_of(record)
    if traits is not None and birthday:
        today = record.at.business_day
        traits = replace(traits, birthday=(today.month, today.day))
    shown = [one for one in record.bearers if not one.fresh]
    codes = {one.wallet for one in record.bearers}
    earned = (one.account.wallet for one in record.earned)
    home = record.wallet or next((one for one in earned if one not in codes), "")
    return Standing(
        traits=traits,
        wallets=() if traits is None else (WalletId(home),),
        holdings=tuple(Holding(account=Account(one.wallet, UnitId(one.unit))) for one in shown),
        bearers=tuple(dict.fromkeys(one.wallet for one in shown)),
        fresh=tuple(dict.fromkeys(one.wallet for one in record.bearers if one.fresh)),
        history=record.judged.history,
        operator_history=record.judged.operator_history,
    )


def budgets_without_end(programmes: Iterable[Programme]) -> tuple[Holding, ...]:
    """Whether a till had a right to what it gave is the ledger's question."""
    found = []
    for one in programmes:
        parts: tuple[EarnRule | Reward, ...] = (*one.earn, *one.rewards)
        for part in parts:
            if part.budget:
                account = budget_account(one.programme, part.id)
                found.append(Holding(account=account, spendable=LARGEST_COUNT))
    return tuple(found)


def basket_of(record: SaleRecord) -> Basket:
    """The basket before rewards."""
    return Basket(
        currency=record.currency,
        lines=tuple(_line(one) for one in record.lines),
        prices_include_tax=record.prices_include_tax,
    )


def _line(sold: SoldLine) -> Line:
    product = Product(
        sku=sold.sku,
        name=sold.name,
        price=sold.unit_price if sold.shelf_price is None else sold.shelf_price,
        vat=sold.vat,
        category=sold.category,
        brand=sold.brand,
        supplier=sold.supplier,
        gtin=sold.gtin,
        by_weight=sold.by_weight or sold.grams is not None,
        rewardable=sold.rewardable,
        earning=sold.earning,
    )
    return Line(
        key=sold.key,
        product=product,
        pieces=sold.pieces,
        grams=sold.grams,
        price=None if sold.shelf_price is None else sold.unit_price,
    )
