"""A sale is recorded at a till, and what its slip prints goes out of the shop."""

from __future__ import annotations

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.sale import Sale, SaleRecord, sale_record
from terminal.simulation import counter
from terminal.simulation.scenario import CARD_KEY, takes_back
from terminal.simulation.tills import Till
from terminal.simulation.world import World
from terminal.till.database.facts import unix_ms
from terminal.till.journal_port import Recorded
from terminal.till.trouble import Trouble


def record(world: World, till: Till, sale: Sale) -> None:
    """Record it, the second time too where the disk failed the first; rights may be missing."""
    try:
        recorded = till.program.journal.record_sale(sale)
    except Trouble as trouble:
        if not world.refused(till, trouble):
            raise
        # The cashier presses the key again: it is the same sale, whether it is on the disk or not.
        recorded = till.program.journal.record_sale(sale)
    world.figures["sales"] += 1
    if isinstance(recorded, Recorded):
        world.watcher.truth.promised.add(f"sale {sale.id}")
        world.figures["redemptions"] += counter.spends(sale)
        world.figures["of budgets"] += counter.of_budgets(sale)
        till.courier.recorded(world.clockwork.now_ms)
        world.tell(
            f"{till.name}: sale {recorded.incarnation}.{recorded.seq} to "
            f"{short(sale.member)}{_spent(sale)}"
        )
        if takes_back(world.seed) or world.has_codes:
            world.sold.append(sale_record(sale))
        if world.has_codes:
            _hand_out(world, till, world.sold[-1])
    else:
        world.figures["shortfalls"] += 1
        missing = ", ".join(f"{n} {account.unit}" for account, n in recorded.missing)
        world.tell(f"{till.name}: no sale to {short(sale.member)}, {missing} are not here")


def short(key: str | None) -> str:
    """A member's id, short enough for a sentence."""
    return "nobody" if key is None else key[:8]


def _spent(sale: Sale) -> str:
    spent = ", ".join(f"{one.n} {one.account.unit}" for one in sale.evaluation.spent)
    paid = ", ".join(
        f"{one.amount} of {one.account.wallet[:8]}"
        for one in sale.tenders
        if one.account is not None
    )
    return (f", spends {spent}" if spent else "") + (f", pays {paid}" if paid else "")


def _hand_out(world: World, till: Till, sale: SaleRecord) -> None:
    """The codes that were printed are in somebody's pocket now, or in several."""
    key = till.program.code_keys.own(unix_ms(till.clock.now())) or code_key(CARD_KEY)
    for one in sale.bearers:
        world.figures["paid by code"] += one.paid > 0
        world.figures["loaded"] += one.earned > 0 and not one.fresh
        if one.fresh and one.earned:
            world.codes[one.unit].append(voucher_code(one.wallet, key=key))
            world.figures["codes sold"] += 1
            world.tell(f"{till.name}: {one.earned} {one.unit} are in {one.wallet[:8]}")
