"""What a sale's fact says, made while the customer looks for their money.

Nearly all of it is known once the price stands: only its id and how it is paid come later. Whoever
waits for a card to be taken waits for the disk then, and not for the till to put it into words.
"""

from __future__ import annotations

from typing import Any

from terminal.loyalty.counting import COUNTS_NOTHING, counts_of_plain
from terminal.loyalty.facts import FactKind, canonical
from terminal.loyalty.plain import to_lean
from terminal.loyalty.sale import Sale, sale_record


class SaleAhead:
    """The body of a sale's fact but for its id and its payment, and all that hangs on it."""

    def __init__(self, sale: Sale) -> None:
        """``sale`` as it would be if it were paid anyhow; out of which account is not asked yet."""
        self._sale = sale
        self.record = sale_record(sale)
        """But for id, tenders, rounding and change."""
        plain = to_lean(self.record)
        self.counts = counts_of_plain(FactKind.SALE_RECORDED.value, plain) or COUNTS_NOTHING
        """What it counts, however it is paid."""
        paid = _paid(sale)
        self._told = [(name, _told(name, one)) for name, one in plain.items() if name not in paid]

    def is_of(self, sale: Sale) -> bool:
        """Whether this is a sale's, now that it is paid."""
        one = self._sale
        if sale is one:
            return True
        # Units that a tender takes stand in the balances.
        if any(tender.account is not None for tender in (*one.tenders, *sale.tenders)):
            return False
        # A standing that is equal may have been confirmed at another time.
        return (
            sale.standing is one.standing
            and sale.evaluation is one.evaluation
            and (sale.at, sale.choices, sale.card, sale.others, sale.basket)
            == (one.at, one.choices, one.card, one.others, one.basket)
        )

    def body(self, sale: Sale) -> bytes:
        """The canonical bytes of a sale's body, as ``sale_body`` makes them, if it ``is_of`` it."""
        paid = [(name, _told(name, one)) for name, one in _paid(sale).items() if one is not None]
        return b"{" + b",".join(told for _, told in sorted([*self._told, *paid])) + b"}"


def _paid(sale: Sale) -> dict[str, Any]:
    """What comes last, in plain words; None of what says no more than its default."""
    return {
        "id": sale.id,
        "tenders": to_lean(sale.tenders),
        "rounding": sale.rounding or None,
        "change": sale.change or None,
    }


def _told(name: str, one: Any) -> bytes:
    return b'"%s":%s' % (name.encode(), canonical(one))
