"""From the basket in work and the engine's answer to the frozen view that is painted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.consent import given
from terminal.loyalty.engine.evaluation import Evaluation, Offer
from terminal.loyalty.naming import (
    kinds_of,
    names_of,
    privileges_of,
)
from terminal.loyalty.payment import Payment
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.standing import RewardName, Standing
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.care_view import GoodwillView, HouseholdView
from terminal.till.checkout.code_views import bearer_views, purse_views
from terminal.till.checkout.desk import Enrolling, Replacing
from terminal.till.checkout.draft import Draft, DraftLine, Waiting
from terminal.till.checkout.lookup import Hits
from terminal.till.checkout.refund_view import RefundView
from terminal.till.checkout.rewards import in_order
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import (
    AskingView,
    BalanceView,
    BasketReward,
    CheckoutView,
    DoneView,
    JoiningView,
    LineState,
    LineView,
    MemberChoice,
    MemberView,
    ParkedView,
    PaymentView,
    ProductChoice,
    ReplacingView,
    Stage,
)
from terminal.till.checkout.work import BasketInWork
from terminal.values import dataclass

BIRTHDAY_DAYS = 3
"""Congratulations are in order so many days before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What the picture shows besides the basket: where the sale stands, what was looked up."""

    stage: Stage
    currency: str
    hits: Hits
    joining: Enrolling | None
    replacing: Replacing | None
    proving: bool
    payment: Payment | None
    done: DoneView | None
    asking: AskingView | None = None
    slip: str = ""
    refund: RefundView | None = None
    goodwill: GoodwillView | None = None
    household: HouseholdView | None = None
    exchange: int = 0
    parked: int = 0
    parked_choices: tuple[ParkedView, ...] = ()
    amounts_only: bool = False
    reward_wanted: bool = False
    can_undo: bool = False
    can_redo: bool = False
    products: Mapping[RewardName, Mapping[str, str]]
    """What products are called of which more are wanted."""
    others_most: int = 0
    """So many offers that stayed away are told on the customer's display."""


def checkout_view(work: BasketInWork, telling: Telling, occasion: Occasion) -> CheckoutView:
    """The whole picture."""
    names, units = names_of(work.programmes)
    names |= occasion.products
    return CheckoutView(
        stage=occasion.stage,
        lines=line_views(work.draft, work.evaluation),
        selected=work.draft.selected,
        off_basket=_off_basket(work.evaluation),
        evaluation=work.evaluation,
        names=names,
        currency=occasion.currency,
        member=member_view(work) if work.member else None,
        bearers=bearer_views(work),
        member_choices=tuple(
            MemberChoice(
                id=one.id,
                name=one.name,
                phone_tail=one.phone[-4:],
                card_tail=one.card_number[-4:],
            )
            for one in occasion.hits.members
        ),
        product_choices=tuple(
            ProductChoice(
                sku=one.sku,
                name=one.name,
                price=one.price,
                by_weight=one.by_weight,
                open_price=one.open_price,
            )
            for one in occasion.hits.products
        ),
        next_pieces=work.draft.next_pieces,
        joining=_joining(occasion.joining),
        replacing=_replacing(occasion.replacing),
        proving=occasion.proving,
        payment=(_payment(work, occasion.payment, occasion.currency) if occasion.payment else None),
        done=occasion.done,
        notice=telling.notice,
        asking=occasion.asking,
        slip=occasion.slip,
        refund=occasion.refund,
        goodwill=occasion.goodwill,
        household=occasion.household,
        exchange=occasion.exchange,
        sound=telling.sound,
        can_undo=occasion.can_undo,
        can_redo=occasion.can_redo,
        blocked=work.draft.blocked,
        parked=occasion.parked,
        parked_choices=occasion.parked_choices,
        amounts_only=occasion.amounts_only,
        reward_wanted=occasion.reward_wanted,
        others=work.others(occasion.others_most) if occasion.stage is Stage.SELLING else (),
        unit_names=units,
        unit_kinds=kinds_of(work.programmes),
        privileges=privileges_of(work.programmes),
    )


def _joining(one: Enrolling | None) -> JoiningView | None:
    if one is None:
        return None
    brought_by = one.brought_by.short_name if one.brought_by else ""
    return JoiningView(card=one.card, phone=one.phone, brought_by=brought_by)


def _replacing(one: Replacing | None) -> ReplacingView | None:
    if one is None:
        return None
    lost = one.lost.number[-4:] if one.lost else ""
    return ReplacingView(name=one.member.short_name, lost_tail=lost, new_tail=one.number[-4:])


def _payment(work: BasketInWork, payment: Payment, currency: str) -> PaymentView:
    return PaymentView(
        due=payment.total,
        cash_due=payment.cash_left,
        rounding=payment.rounding,
        tenders=payment.tenders,
        remaining=payment.left,
        quick=payment.quick(currency),
        purses=purse_views(work, payment),
    )


def line_views(draft: Draft, evaluation: Evaluation) -> tuple[LineView, ...]:
    """The rows of the basket."""
    amounts = {price.line: price.gross for price in evaluation.lines}
    rewards: dict[int, list[RewardName]] = {}
    discounts: dict[int, int] = {}
    for applied in evaluation.applied:
        for share in applied.shares:
            if share.pieces:
                rewards.setdefault(share.line, []).append(applied.name)
                discounts[share.line] = discounts.get(share.line, 0) + share.amount
    return tuple(
        LineView(
            key=line.key,
            name=line.product.name if line.product else line.code,
            code=line.code,
            state=_STATES[line.waits_for],
            pieces=line.pieces,
            grams=line.grams if line.is_weighed else None,
            unit_price=_unit_price(line),
            gross=amounts.get(line.key, 0),
            discount=discounts.get(line.key, 0),
            rewards=tuple(rewards.get(line.key, ())),
        )
        for line in draft.lines
    )


_STATES = {
    Waiting.NOTHING: LineState.READY,
    Waiting.GOODS: LineState.UNKNOWN_CODE,
    Waiting.PRICE: LineState.PRICE_WANTED,
    Waiting.WEIGHT: LineState.WEIGHT_WANTED,
}


def _off_basket(evaluation: Evaluation) -> tuple[BasketReward, ...]:
    return tuple(
        BasketReward(
            name=applied.name, amount=applied.discount, units=applied.units, unit=applied.unit
        )
        for applied in evaluation.applied
        if not any(share.pieces for share in applied.shares)
    )


def _unit_price(line: DraftLine) -> int:
    if line.price is not None:
        return line.price
    return line.product.price if line.product else 0


def member_view(work: BasketInWork) -> MemberView:
    """The member's panel."""
    assert work.member is not None
    return MemberView(
        id=work.member.id,
        name=_name_of(work),
        card_tail=(work.draft.card_number or work.member.card_number)[-4:],
        birthday=_near_birthday(work.member.birthday, work.at.local.date()),
        balances=_balances(work.standing, work.evaluation, work.programmes),
        offers=in_order(of_member(work.evaluation.offers, work.programmes)),
        provisional=work.member.provisional,
        confirmed_ms=work.unconfirmed_ms,
        unconfirmed=work.standing.confirmed.untold,
        typed=work.draft.typed,
        agreed=given(work.member.consents),
    )


def of_member(offers: Iterable[Offer], programmes: tuple[Programme, ...]) -> tuple[Offer, ...]:
    """The offers that the member's own units pay for: those of codes stand under the codes."""
    codes = {one.unit.id for one in programmes if one.unit and one.unit.held == "bearer"}
    return tuple(one for one in offers if one.unit not in codes)


def _name_of(work: BasketInWork) -> str:
    """Whoever typed a number may be a stranger: the first name alone."""
    assert work.member is not None
    return work.member.name.partition(" ")[0] if work.draft.typed else work.member.short_name


def _balances(
    standing: Standing, evaluation: Evaluation, programmes: tuple[Programme, ...]
) -> tuple[BalanceView, ...]:
    """Every unit that a programme in force accrues, also at zero: the panel stays in place."""
    terms: dict[str, UnitTerms] = {}
    for programme in programmes:
        unit = programme.unit
        # What codes hold stands under the codes, and nobody wants to read of empty store credit.
        member_has = unit is not None and (
            unit.held == "member"
            and (unit.kind is not UnitKind.MONEY or _is_moved(unit.id, standing, evaluation))
        )
        if programme.unit is not None and programme.unit.kind is not UnitKind.STATUS and member_has:
            terms.setdefault(programme.unit.id, programme.unit)
    return tuple(_balance(one, standing, evaluation, programmes) for one in terms.values())


def _is_moved(unit: str, standing: Standing, evaluation: Evaluation) -> bool:
    return bool(standing.of(unit)) or any(one.account.unit == unit for one in evaluation.earned)


def _balance(
    terms: UnitTerms,
    standing: Standing,
    evaluation: Evaluation,
    programmes: tuple[Programme, ...],
) -> BalanceView:
    unit = terms.id
    holdings = standing.of(unit)
    dated = [
        (lot.day, lot.n)
        for holding in holdings
        for lot in standing.lots(holding)
        if lot.day is not None
    ]
    nearest = min((day for day, _ in dated), default=None)
    costs = sorted(
        {
            reward.cost
            for programme in programmes
            for reward in programme.rewards
            if programme.unit and programme.unit.id == unit and reward.cost
        }
    )
    earned = [one for one in evaluation.earned if one.account.unit == unit]
    pending = sum(one.n for one in earned if one.vests is not None)
    earns = sum(one.n for one in earned)
    spends = sum(one.n for one in evaluation.spent if one.account.unit == unit)
    debt = sum(max(0, holding.sums.debt) for holding in holdings)
    after = standing.balance(unit) - spends + max(0, earns - pending - debt)
    return BalanceView(
        unit=unit,
        kind=terms.kind,
        name=terms.name,
        balance=standing.balance(unit),
        spendable=standing.spendable(unit),
        pending=sum(holding.sums.pending for holding in holdings),
        debt=debt,
        worth=worth_of(unit, standing.balance(unit), programmes),
        cost=costs[0] if len(costs) == 1 else 0,
        earns=earns,
        spends=spends,
        expires=nearest,
        expires_n=sum(n for day, n in dated if day == nearest),
        earns_pending=pending,
        after=after,
        worth_after=worth_of(unit, after, programmes),
        places=standing.places_of(unit),
        counted=terms.counted,
    )


def worth_of(unit: str, n: int, programmes: Iterable[Programme]) -> int | None:
    """Minor units that n units are worth as money off, in whole rewards; None if not money.

    Only what can be spent counts: 137 points at 100 for 5,00 are worth 5,00.
    """
    worths = [
        n // reward.cost * reward.benefit.amount
        for programme in programmes
        for reward in programme.rewards
        if programme.unit
        and programme.unit.id == unit
        and reward.cost
        and isinstance(reward.benefit, AmountOff)
        and reward.target.scope == "basket"
    ]
    return max(worths) if worths else None


def _near_birthday(birthday: tuple[int, int] | None, today: date) -> bool:
    """Whether the birthday is within a few days, also across the turn of the year."""
    if birthday is None:
        return False
    around = range(-BIRTHDAY_DAYS, BIRTHDAY_DAYS + 1)
    days = [today + timedelta(days=ahead) for ahead in around]
    # Born on 29 February: the 28th is the day in other years.
    wanted = {birthday, (2, 28)} if birthday == (2, 29) else {birthday}
    return any((day.month, day.day) in wanted for day in days)
