"""The sale whose goods come back, while the cashier chooses among them."""

from __future__ import annotations

from terminal.loyalty.kept_goods import Known
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundReason, RefundRecord, pieces_left
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import WalletId
from terminal.till.journal_port import RecordedSale
from terminal.till.ports import Member
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """The sale that is on the screen, and what shall come back of it."""

    id: str
    """Of the refund: a second try after trouble is the same one."""
    sale: RecordedSale
    earlier: tuple[RefundRecord, ...]
    programmes: tuple[Programme, ...]
    member: Member | None
    known: Known
    """What kept goods of this sale came to; it is added to as they are judged."""
    back: tuple[tuple[int, int], ...] = ()
    """(line key, pieces)."""
    by_itself: bool = False
    """Everything was chosen without a step of the cashier, who has touched no goods so far."""
    shown: tuple[WalletId, ...] = ()
    """Codes that came back with the goods."""
    selected: int | None = None
    instead: TenderKind | None = None
    asked_as: RefundReason = RefundReason.RETURNED
    here: bool = True
    """This till sold the goods, so it moves the units."""

    @property
    def reason(self) -> RefundReason:
        """Why they come back. A sale of which a part is kept is not undone, whatever was asked."""
        wanted = {key: pieces for key, pieces in self.back if pieces}
        left = {key: pieces for key, pieces in self.left.items() if pieces}
        if self.asked_as is RefundReason.VOIDED and wanted != left:
            return RefundReason.RETURNED
        return self.asked_as

    @property
    def left(self) -> dict[int, int]:
        """How many pieces of each line may come back."""
        return pieces_left(self.sale.record, self.earlier)
