"""What can be done now, in quiet letters, while there is nothing else to say."""

from __future__ import annotations

from terminal.till.checkout.refund_view import RefundState
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.open_panel import Open
from terminal.till.gui.tile_board import TileBoard
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.return_labels import ReturnLabel

_OF_QUESTIONS = {
    Asking.MEMBER: Label.NOW_FINDING,
    Asking.PRICE: Label.NOW_ANSWERING,
    Asking.WEIGHT: Label.NOW_ANSWERING,
    Asking.PIECES: Label.NOW_ANSWERING,
    Asking.PROOF: Label.NOW_ANSWERING,
}


def hint_for(
    view: CheckoutView, opened: Open, asking: Asking, *, asks_for_card: bool, tiles: TileBoard
) -> AnyLabel:
    """The steps that come next on this screen, with this panel open and this question asked."""
    if opened not in (Open.NOTHING, Open.FIND):
        return Label.NOW_OPEN
    if view.stage is Stage.DONE:
        return Label.NOW_DONE
    if view.stage is Stage.RETURNING:
        return _while_returning(view)
    if view.stage is Stage.PAYING:
        return Label.NOW_CARD if asks_for_card else Label.NOW_PAYING
    if (front := _in_front(view)) is not None:
        return front
    if asking in (Asking.GOODS, Asking.LINK):
        return _while_finding_goods(tiles)
    return _OF_QUESTIONS.get(asking) or _while_selling(view)


def _while_finding_goods(tiles: TileBoard) -> AnyLabel:
    """F2 steps onto the tiles, and from there to the next group of them."""
    if not tiles.groups:
        return Label.NOW_ANSWERING
    if not tiles.has_focus:
        return Label.NOW_FINDING_GOODS
    return Label.NOW_ON_TILES if len(tiles.groups) > 1 else Label.NOW_ON_TILES_OF_ONE


def _while_returning(view: CheckoutView) -> AnyLabel:
    refund = view.refund
    if refund is None or refund.state is not RefundState.CHOOSING:
        return ReturnLabel.NOW_RETURN_WHICH
    if not refund.chosen:
        return ReturnLabel.NOW_RETURNING
    return ReturnLabel.NOW_RETURN_CHOSEN if refund.may_exchange else ReturnLabel.NOW_RETURN_WHOLE


def _in_front(view: CheckoutView) -> AnyLabel | None:
    """A panel that the till itself put there."""
    if view.joining:
        return Label.NOW_JOINING
    if view.goodwill is not None:
        return Label.NOW_ANSWERING if view.goodwill.wants_pin else CareLabel.NOW_GIVING
    if view.household is not None:
        return Label.NOW_ANSWERING if view.household.wants_pin else CareLabel.NOW_SHARING
    if view.replacing:
        return Label.NOW_REPLACING
    if view.parked_choices:
        return Label.NOW_RECALLING
    if view.member_choices or view.product_choices:
        return Label.NOW_CHOOSING
    return None


def _while_selling(view: CheckoutView) -> AnyLabel:
    if view.blocked:
        return Label.NOW_BLOCKED
    if view.amounts_only:
        return Label.NOW_AMOUNT
    if not view.lines:
        return Label.NOW_EMPTY
    ready = view.member is not None and any(one.applied or one.worth for one in view.member.offers)
    return Label.NOW_REWARD if ready else Label.NOW_SELLING
