"""What of a sale comes back: pieces by keys, scans and codes, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from terminal.loyalty.refunding import CodeSpent, Refund
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import WalletId
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.lookup import FoundProduct
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.refund_in_hand import InHand
from terminal.till.checkout.refund_planning import RefundPlanning
from terminal.till.checkout.view import Stage
from terminal.till.trouble import Trouble

_PIECES_DIGITS = 3
"""So many digits typed are pieces; more are a number of goods."""


class RefundChoosing:
    """The sale in hand, and what is chosen of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._in_hand: InHand | None = None
        self._planning = RefundPlanning(desk)
        self._planned: Refund | CodeSpent | None = None
        """None as long as nothing is chosen, or what is kept is being judged."""

    @property
    def on(self) -> bool:
        """Whether a return is on the screen."""
        return self._desk.stage is Stage.RETURNING

    def choose_all(self) -> None:
        """Everything that is left comes back."""
        if self._in_hand is not None:
            self._choose(self._in_hand.left)

    def set_pieces(self, key: int, pieces: int) -> None:
        """So many pieces of a line come back."""
        one = self._in_hand
        if one is None or key not in one.left:
            return
        n = min(max(0, pieces), one.left[key])
        if pieces > one.left[key]:
            self._desk.telling.refuse(NoticeKind.RETURN_TOO_MANY, count=one.left[key])
        self._choose({**dict(one.back), key: n}, selected=key)

    def typed_pieces(self, typed: str) -> bool:
        """A small number: so many pieces of the chosen line; False if it is none."""
        one, digits = self._in_hand, typed.strip()
        if one is None or one.selected is None or len(digits) > _PIECES_DIGITS:
            return False
        if not (digits.isascii() and digits.isdigit()):
            return False
        self.set_pieces(one.selected, int(digits))
        return True

    def add_pieces(self, key: int, by: int) -> None:
        """One more or less."""
        if self._in_hand is not None:
            self.set_pieces(key, dict(self._in_hand.back).get(key, 0) + by)

    def select(self, key: int) -> None:
        """The line that + and − go to."""
        if self._in_hand is not None and key in self._in_hand.left:
            self._in_hand = replace(self._in_hand, selected=key)

    def scan(self, found: FoundProduct) -> None:
        """Goods that lie on the counter: one piece more of them comes back.

        Where everything is chosen because nobody said anything yet, these goods are what is meant.
        """
        one = self._in_hand
        if one is None:
            self._desk.telling.refuse(NoticeKind.RETURN_WHICH)
            return
        back = {} if one.by_itself else dict(one.back)
        lines = [
            line
            for line in one.sale.record.lines
            if line.sku == found.product.sku
            and (line.grams is None or found.grams in (None, line.grams))
        ]
        free = [line for line in lines if back.get(line.key, 0) < one.left[line.key]]
        if free:
            self._in_hand = replace(one, back=tuple(back.items()))
            self.set_pieces(free[0].key, back.get(free[0].key, 0) + (found.pieces or 1))
        elif lines:
            self._desk.telling.refuse(NoticeKind.RETURN_TOO_MANY, count=0)
        else:
            self._desk.telling.refuse(NoticeKind.NOT_ON_SLIP, text=found.product.name)

    def show_code(self, wallet: WalletId) -> None:
        """A voucher or a gift card of this sale came back: that one is meant, not another alike."""
        one = self._in_hand
        if one is None:
            self._desk.telling.refuse(NoticeKind.RETURN_WHICH)
            return
        sold = next((it for it in one.sale.record.earned if it.account.wallet == wallet), None)
        if sold is None:
            self._desk.telling.refuse(NoticeKind.CODE_NOT_ON_SLIP)
            return
        back, again = dict(one.back), wallet in one.shown
        if not again:
            self._in_hand = one = replace(one, shown=(*one.shown, wallet))
        if sold.line is not None and not again and back.get(sold.line, 0) < one.left[sold.line]:
            self.set_pieces(sold.line, back.get(sold.line, 0) + 1)
        else:
            self._plan()
        self._desk.telling.tell(NoticeKind.CODE_BACK, Weight.GOOD)

    def pay_by(self, kind: TenderKind) -> None:
        """By what the money goes back; the usual way if it was chosen already."""
        if self._in_hand is not None:
            instead = None if self._in_hand.instead is kind else kind
            self._in_hand = replace(self._in_hand, instead=instead)
            self._plan()

    def _choose(
        self, back: dict[int, int], selected: int | None = None, *, by_itself: bool = False
    ) -> None:
        one = self._in_hand
        assert one is not None
        chosen = tuple((key, n) for key, n in sorted(back.items()) if n)
        selected = one.selected if selected is None else selected
        self._in_hand = replace(one, back=chosen, selected=selected, by_itself=by_itself)
        self._plan()

    def _plan(self) -> None:
        one, self._planned = self._in_hand, None
        assert one is not None
        if not one.back:
            self._planning.drop()
        elif self._planning.prepare(one):
            self._planned = self._planning.worked_out(one)

    @property
    def is_open(self) -> bool:
        """Whether kept goods are still being judged, in turns."""
        return self.on and self._planning.is_open

    def go_on(self, enough: Callable[[], bool]) -> bool:
        """Judge the kept goods on until ``enough`` says so; whether the picture is another one."""
        one, telling = self._in_hand, self._desk.telling
        if one is None or not self.is_open or not self._planning.go_on(enough):
            return False
        if telling.notice is not None and telling.notice.kind is NoticeKind.RETURN_WORKED_OUT:
            telling.quiet()
        try:
            self._planned = self._planning.worked_out(one)
        except Trouble as trouble:
            telling.trouble(trouble)  # the next Enter tries again
        return True

    def _is_unseen(self) -> bool:
        """Whether nobody has seen yet what is chosen comes to; then it is told."""
        one = self._in_hand
        if one is None or not one.back or self._planned is not None:
            return False
        self._plan()
        if self._planned is None:
            self._desk.telling.tell(NoticeKind.RETURN_WORKED_OUT, Weight.LOOK)
        return True
