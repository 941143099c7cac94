"""Things behind codes that come back: gift cards and vouchers that a sale brought or was paid with."""

from dataclasses import replace

import pytest

from terminal.loyalty import history
from terminal.loyalty.counting import counted
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import CodeSpent
from terminal.loyalty.standing import NOBODY, Holding, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.unwinding import unwind
from terminal.loyalty.wallet import Account, UnitId, WalletId, wallet_id
from tests.loyalty import shop
from tests.loyalty.refund_till import POINTS, Till, points, sold

CARD = WalletId("c" * 32)
FRESH = tuple(wallet_id(0xA1 + n) for n in range(3))
PLASTIC = shop.product("GIFT50", 5000, vat=0, rewardable=False)
GIFTS = shop.programme(
    3,
    unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
    earn=(
        EarnRule(
            id="loaded",
            goods=shop.goods(skus=("GIFT50", "GIFT100")),
            per=PerMoney(amount=1),
            base="gross",
        ),
    ),
)


def codes_of(till: Till) -> tuple[Holding, ...]:
    return tuple(
        Holding(account=one, sums=till.sums[one], spendable=n) for one, n in till.rights.items()
    )


def test_a_gift_card_takes_its_money_back() -> None:
    card = Account(CARD, UnitId("gift"))
    shown = Holding(account=card, sums=Sums(earned=((None, 2000),)), spendable=2000)
    till = sold(
        shop.basket((shop.COFFEE, 2)),
        to=Standing(holdings=(shown,), bearers=(CARD,)),
        paid=(
            Tender(kind=TenderKind.GIFT_CARD, amount=2000, account=card),
            Tender(kind=TenderKind.CASH, amount=600),
        ),
    )
    half = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert half.tenders == (Tender(kind=TenderKind.GIFT_CARD, amount=1300, account=card),)
    assert till.rights[card] == 1300
    rest = till.take_back({1: 1}, RefundLaw.PRO_RATA, instead=TenderKind.CARD)
    assert [(one.kind, one.amount) for one in rest.tenders] == [
        (TenderKind.GIFT_CARD, 700),
        (TenderKind.CARD, 600),
    ]


def gift_card_sale() -> tuple[Till, Account]:
    """A gift card of 50.00, as a sale brings it: money units in a wallet of its own."""
    card = Account(CARD, UnitId("gift"))
    till = sold(shop.basket(PLASTIC), GIFTS, to=replace(shop.anna(), fresh=(CARD,)))
    assert till.rights == {card: 5000}
    return till, card


def test_a_gift_card_is_money_spent_when_it_buys_something_and_not_when_it_is_sold() -> None:
    till, _ = gift_card_sale()
    record = replace(till.record, member="a" * 32, wallet=WalletId("a" * 32))
    counts = {one.name: one.n for one in counted(record)}
    assert counts[history.PURCHASES] == 1
    assert history.SPENT not in counts


def test_an_unspent_gift_card_comes_back() -> None:
    till, card = gift_card_sale()
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA, codes=codes_of(till))
    assert refund.due == 5000
    assert till.rights[card] == 0


def test_a_gift_card_that_was_used_does_not_come_back() -> None:
    till, card = gift_card_sale()
    till.move((Entry(card, EntryKind.SPEND, 1200),))
    refused = till.plan({1: 1}, RefundLaw.PRO_RATA)
    assert refused == CodeSpent(card, 5000, 3800)


def test_a_code_that_was_a_gift_and_is_used_is_lost_and_the_goods_come_back() -> None:
    giving = shop.programme(
        3,
        unit=shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer"),
        earn=(EarnRule(id="next-visit", per=PerVisit(), minimum=1000),),
    )
    till = sold(shop.basket(shop.COFFEE), giving, to=Standing(fresh=(CARD,)))
    code = Account(CARD, UnitId("next"))
    assert till.rights == {code: 1}
    till.move((Entry(code, EntryKind.SPEND, 1),))
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert refund.due == 1300
    assert [(one.n, one.lost) for one in refund.taken] == [(1, 1)]
    assert till.sums[code].debt == 0


def gift_cards(codes: int = 3, to: Standing = NOBODY) -> tuple[Till, list[Account]]:
    """Two gift cards of 50.00 and one of 100.00 in one sale, behind so many codes."""
    large = shop.product("GIFT100", 10_000, vat=0, rewardable=False)
    fresh = FRESH[:codes]
    till = sold(shop.basket((PLASTIC, 2), large), GIFTS, to=replace(to, fresh=fresh))
    return till, [Account(one, UnitId("gift")) for one in fresh]


def two_gift_cards() -> tuple[Till, list[Account]]:
    """The same, each behind a code of its own."""
    till, cards = gift_cards()
    assert till.rights == {cards[0]: 5000, cards[1]: 5000, cards[2]: 10_000}
    return till, cards


@pytest.mark.parametrize("law", RefundLaw)
def test_of_several_gift_cards_the_one_that_was_shown_comes_back(law: RefundLaw) -> None:
    till, cards = two_gift_cards()
    refund = till.take_back({1: 1}, law, codes=codes_of(till), shown=(cards[1].wallet,))
    assert refund.due == 5000
    assert [(one.account, one.n) for one in refund.taken] == [(cards[1], 5000)]
    assert till.rights == {cards[0]: 5000, cards[1]: 0, cards[2]: 10_000}
    rest = till.take_back({1: 1, 2: 1}, law, codes=codes_of(till))
    assert [(one.account, one.n) for one in rest.taken] == [(cards[0], 5000), (cards[2], 10_000)]


@pytest.mark.parametrize("law", RefundLaw)
def test_a_card_that_came_back_before_is_taken_once_more_and_pays_nothing(law: RefundLaw) -> None:
    """Two tills that did not know of each other took the same card back."""
    till, cards = two_gift_cards()
    till.everything(law, codes=codes_of(till))

    again = unwind(till.record, till.programmes, till.refunds, {1: 1}, law)

    assert again.due == 0
    assert [(one.account, one.n) for one in again.taken] == [(cards[0], 5000)]


@pytest.mark.parametrize("law", RefundLaw)
def test_cards_that_share_the_last_code_come_back_by_their_lines(law: RefundLaw) -> None:
    till, (one, last) = gift_cards(codes=2, to=shop.anna())
    assert (till.rights[one], till.rights[last]) == (5000, 15_000)
    somebodys = replace(till.record, member="a" * 32, wallet=WalletId("a" * 32))
    assert history.SPENT not in {count.name for count in counted(somebodys)}

    refund = till.take_back({1: 2}, law, codes=codes_of(till))

    assert refund.due == 10_000
    assert (till.rights[one], till.rights[last]) == (0, 10_000)
    till.take_back({2: 1}, law, codes=codes_of(till))
    assert (till.rights[one], till.rights[last]) == (0, 0)


def test_of_several_gift_cards_one_that_nobody_used_comes_back() -> None:
    till, cards = two_gift_cards()
    till.move((Entry(cards[0], EntryKind.SPEND, 1200),))
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA, codes=codes_of(till))
    assert [one.account for one in refund.taken] == [cards[1]]
    refused = till.plan({1: 1}, RefundLaw.PRO_RATA, codes=codes_of(till))
    assert refused == CodeSpent(cards[0], 5000, 3800)


@pytest.mark.parametrize("law", RefundLaw)
def test_cards_come_back_one_by_one_after_goods_that_earned_points(law: RefundLaw) -> None:
    coffee = replace(shop.COFFEE, rewardable=False)
    to = replace(shop.anna(), fresh=FRESH)
    till = sold(shop.basket((coffee, 3), (PLASTIC, 3)), points(), GIFTS, to=to)
    for _ in range(3):
        till.take_back({1: 1}, law)

    refunds = [till.take_back({2: 1}, law) for _ in range(3)]

    taken = [
        [one.account.wallet for one in past.taken if one.account != POINTS] for past in refunds
    ]
    assert taken == [[wallet] for wallet in FRESH]


@pytest.mark.parametrize("law", RefundLaw)
def test_with_half_of_the_goods_one_of_two_vouchers_comes_back_whole(law: RefundLaw) -> None:
    giving = shop.programme(
        3,
        unit=shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer"),
        earn=(EarnRule(id="next-visit", per=PerPiece(), units=3),),
    )
    till = sold(shop.basket((shop.COFFEE, 2)), giving, to=Standing(fresh=FRESH[:2]))
    first, second = (Account(one, UnitId("next")) for one in FRESH[:2])
    assert till.rights == {first: 3, second: 3}
    till.move((Entry(first, EntryKind.SPEND, 1),))
    refund = till.take_back({1: 1}, law, codes=codes_of(till))
    assert [(one.account, one.n, one.lost) for one in refund.taken] == [(second, 3, 0)]
