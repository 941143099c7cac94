"""Goods come back: to the till that sold them, or with their slip to any other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from terminal.loyalty.facts import UnreadableFact, decode
from terminal.loyalty.refund import RefundLaw, RefundRecord, pieces_left, read_refund_body
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import NOBODY, Holding
from terminal.simulation.chance import Chance
from terminal.simulation.tills import Till
from terminal.simulation.world import World
from terminal.till.journal_port import Recorded

_LAWS = (RefundLaw.PRO_RATA, RefundLaw.REEVALUATE)
_REFUNDS = "SELECT incarnation, stored FROM facts WHERE kind = 'RefundRecorded'"
_SETTLED = """SELECT f.stored FROM facts f JOIN logs l ON l.incarnation = f.incarnation
WHERE l.role = 'server' AND f.kind = 'RefundSettled'"""
_WAITING = """SELECT r.incarnation, r.seq, r.sale FROM refunds r JOIN deeds d ON d.id = r.sale
WHERE r.standing = 'waiting'"""
_ASKED_BACK = """SELECT r.incarnation, r.wallet FROM recalls r JOIN holdings h
ON h.incarnation = r.incarnation AND h.wallet = r.wallet AND h.unit = r.unit WHERE h.n > 0"""


def take_back(world: World, till: Till, sale: SaleRecord, chance: Chance) -> None:
    """Some pieces of a sale come back to a till, as far as it knows what is left."""
    journal = till.program.journal
    here = journal.load(sale.id) is not None
    earlier = tuple(one.record for one in journal.refunds_of(sale))
    left = {key: n for key, n in pieces_left(sale, earlier).items() if n}
    if not left:
        return
    back = left if chance.happens(0.4) else dict.fromkeys(sorted(left)[:1], 1)
    member = till.program.members.by_id(sale.member) if sale.member else None
    refund = plan(
        Wish(
            id=till.ids.sale_id(),
            at=till.clock.now(),
            sale=sale,
            programmes=tuple(till.program.programmes.revisions()),
            earlier=earlier,
            back=back,
            law=chance.pick(_LAWS),
            standing=NOBODY if member is None else till.program.members.standing(member.id),
            codes=_codes(till, sale),
            settled=here,
        )
    )
    if isinstance(refund, CodeSpent):
        return
    _record(world, till, refund, here=here)


def _codes(till: Till, sale: SaleRecord) -> tuple[Holding, ...]:
    """What the codes of a sale hold by now, as far as the till knows."""
    wallets = tuple(dict.fromkeys(one.wallet for one in sale.bearers))
    return till.program.bearers.standing(wallets).holdings if wallets else ()


def _record(world: World, till: Till, refund: Refund, *, here: bool) -> None:
    recorded = till.program.journal.record_refund(refund)
    if isinstance(recorded, Recorded):
        world.watcher.truth.promised.add(f"refund {refund.record.id}")
        world.figures["refunds" if here else "refunds elsewhere"] += 1
        till.courier.recorded(world.clockwork.now_ms)
        where = "sold here" if here else "sold elsewhere"
        world.tell(f"{till.name}: refund {recorded.incarnation}.{recorded.seq}, {where}")


def never_more_than_paid(world: World) -> Iterator[str]:
    """19: what one log gives back for a sale is never more than was paid for it.

    A disk may hold a second log, of a copy that did not know of the first.
    """
    paid = {one.id: one.due for one in world.sold}
    for till in world.tills:
        given: Counter[tuple[str, str]] = Counter()
        for incarnation, stored in till.disk.rows(_REFUNDS):
            refund = _refund(bytes(stored))
            if refund is not None:
                given[incarnation, refund.sale] += refund.paid_back
        for (incarnation, sale), n in given.items():
            if n > paid.get(sale, n):
                yield f"{till.name}: {incarnation} gave {n} for {sale}, {paid[sale]} was paid"


def settled_once(world: World) -> Iterator[str]:
    """20: at rest every refund of goods sold elsewhere is settled, each exactly once.

    Of a code that a till has a right to which is gone, it waits until the owner writes that off.
    """
    waiting = world.office.rows(_WAITING)
    gone = _held_by_who_is_gone(world) if waiting else frozenset()
    wallets = {one.id: {earned.account.wallet for earned in one.earned} for one in world.sold}
    for incarnation, seq, sale in waiting:
        if gone.isdisjoint(wallets.get(sale, ())):
            yield f"{incarnation}.{seq} waits, and its sale is here"
    times: Counter[tuple[str, int]] = Counter()
    for (stored,) in world.office.rows(_SETTLED):
        body = json.loads(decode(bytes(stored)).body)
        times[body["refund_incarnation"], body["refund_seq"]] += 1
    world.figures["refunds settled"] = len(times)
    for place, n in times.items():
        if n > 1:
            yield f"{place} is settled {n} times"


def _held_by_who_is_gone(world: World) -> frozenset[str]:
    """The wallets of which rights are asked back of tills that are there no more."""
    alive = {till.look().incarnation for till in world.tills}
    rows = world.office.rows(_ASKED_BACK)
    return frozenset(wallet for incarnation, wallet in rows if incarnation not in alive)


def _refund(stored: bytes) -> RefundRecord | None:
    try:
        return read_refund_body(decode(stored).body)
    except (UnreadableFact, ValueError):
        return None
