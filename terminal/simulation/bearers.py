"""What must hold of vouchers and gift cards: units behind codes, which belong to nobody.

By the slips alone, without an entry of the ledger: what was loaded onto a card, less what was paid
with it, is what is left on it, whoever showed its code where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from terminal.loyalty.bodies import RefundSettled, read_body
from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.refund import RefundRecord, UnitsGiven, UnitsTaken, read_refund_body
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import Account
from terminal.simulation.invariants import name_of
from terminal.simulation.scenario import CODE_UNITS, GIFT_CARD, GIFT_CARD_MONEY, GIFT_CARDS
from terminal.simulation.truth import deed_of
from terminal.simulation.world import World

_FACTS = "SELECT incarnation, seq, hash, stored FROM facts ORDER BY incarnation, seq"


def conserved(world: World) -> Iterator[str]:
    """21: at rest the server keeps of each code what the slips come to, and that is no less than
    nothing but for the exposure on the books.
    """
    slips = _Slips()
    for _, _, known_hash, stored in world.office.rows(_FACTS):
        slips.take(world.watcher.read(known_hash, stored))
    left, truth = slips.left(), world.watcher.truth
    accounts = world.office.look().accounts
    known = {account for account in accounts if account.unit in CODE_UNITS}
    for account in sorted(known | set(left)):
        one, n = accounts.get(account), left[account]
        kept = 0 if one is None else one.earned - one.used
        if kept != n:
            yield f"of {name_of(account)} {n} are left by the slips, the server keeps {kept}"
        owed = 0 if one is None else max(0, one.debt)
        # A slip that was destroyed may be the one on which the card was loaded.
        if not truth.destroyed and n + owed < -truth.allowed[account]:
            yield f"of {name_of(account)} {-n} more were spent than loaded"


def each_its_own(world: World) -> Iterator[str]:
    """22: each gift card that was sold has a code of its own, and on them is what was paid."""
    for sale in world.sold:
        if GIFT_CARDS in {number for number, _ in sale.revisions}:
            yield from _on_cards(sale)


def _on_cards(sale: SaleRecord) -> Iterator[str]:
    lines = [line for line in sale.lines if line.category == GIFT_CARD.category]
    loaded = [one for one in sale.earned if one.account.unit == GIFT_CARD_MONEY]
    paid, n = sum(line.gross for line in lines), sum(one.n for one in loaded)
    if n != paid:
        yield f"sale {sale.id}: {paid} were paid for gift cards, {n} are on them"
    codes = {one.account.wallet for one in loaded}
    shown = {one.wallet for one in sale.bearers if not one.fresh}
    pieces = sum(line.pieces for line in lines)
    if len(codes) != pieces and not (len(codes) == 1 and codes <= shown):
        yield f"sale {sale.id}: {pieces} gift cards have {len(codes)} codes"


def nobody_owes(world: World) -> Iterator[str]:
    """23: behind a code is no debt, because nobody is there who would pay it.

    Where a disk was copied, a card may have been sold twice and spent twice.
    """
    if world.watcher.harmed:
        return
    for account, one in sorted(world.office.look().accounts.items()):
        if account.unit in CODE_UNITS and one.debt:
            yield f"{one.debt} are owed by whoever has {name_of(account)}"


class _Slips:
    """What slips and settlements say that was moved behind codes; what happened once, once."""

    def __init__(self) -> None:
        self._moved: Counter[Account] = Counter()
        self._told: set[str] = set()
        self._elsewhere: dict[tuple[str, int], RefundRecord] = {}
        self._settled: list[RefundSettled] = []

    def take(self, fact: Fact) -> None:
        """One more fact of the server."""
        if fact.kind == FactKind.REFUND_SETTLED:
            self._settled.append(read_body(RefundSettled, fact.body))
        elif fact.kind == FactKind.SALE_RECORDED and self._is_news(fact):
            self._sale(read_sale_body(fact.body))
        elif fact.kind == FactKind.REFUND_RECORDED:
            refund = read_refund_body(fact.body)
            if not refund.settled:
                self._elsewhere[fact.incarnation, fact.seq] = refund
            elif self._is_news(fact):
                self._refund(refund.tenders, refund.taken, refund.given)

    def left(self) -> Counter[Account]:
        """What is left of each account, once all facts were taken."""
        for one in self._settled:
            refund = self._elsewhere.get((one.refund_incarnation, one.refund_seq))
            self._refund(() if refund is None else refund.tenders, one.taken, one.given)
        self._settled.clear()
        return self._moved

    def _is_news(self, fact: Fact) -> bool:
        name = deed_of(fact)
        if name is None or name in self._told:
            return False
        self._told.add(name)
        return True

    def _sale(self, sale: SaleRecord) -> None:
        for earned in sale.earned:
            self._move(earned.account, earned.n)
        for spent in sale.spent:
            self._move(spent.account, -spent.n)
        for tender in sale.tenders:
            self._move(tender.account, -tender.amount)

    def _refund(
        self, tenders: Iterable[Tender], taken: Iterable[UnitsTaken], given: Iterable[UnitsGiven]
    ) -> None:
        for tender in tenders:
            self._move(tender.account, tender.amount)
        for one in taken:
            self._move(one.account, one.lost - one.n)
        for back in given:
            self._move(back.account, back.n)

    def _move(self, account: Account | None, n: int) -> None:
        if account is not None and account.unit in CODE_UNITS:
            self._moved[account] += n
