"""Which steps have to wait for another moment of the sale, and the word that says so.

A key that does nothing looks broken, so none of them is silent.
"""

from __future__ import annotations

from terminal.till.checkout.view import CheckoutView, Stage
from terminal.wording.marks import AnyLabel
from terminal.wording.not_now_labels import NotNowLabel

_SELLING = frozenset({Stage.SELLING})
_PAYING = frozenset({Stage.PAYING})
_NOT_PAYING = frozenset({Stage.SELLING, Stage.DONE, Stage.RETURNING})
_STAGES = {
    "goods": frozenset({Stage.SELLING, Stage.DONE}),
    "member": frozenset({Stage.SELLING, Stage.DONE}),
    "remove": _SELLING,
    "park": _SELLING,
    "recall": frozenset({Stage.SELLING, Stage.DONE}),
    "refund": _NOT_PAYING,
    "without_slip": _NOT_PAYING,
    "exchange": frozenset({Stage.RETURNING}),
    "reward": _SELLING,
    "part": _SELLING,
    "code": frozenset({Stage.SELLING, Stage.PAYING}),
    "code_more": _PAYING,
    "exact": _PAYING,
    "card": _PAYING,
    "voucher": _PAYING,
    "transfer": _PAYING,
    "slip": _NOT_PAYING,
    "movements": _SELLING,
    "consents": _SELLING,
    "goodwill": _SELLING,
    "household": _SELLING,
}
"""Step to the moments in which it does something."""

NEXT_SALE = frozenset({"goods", "member"})
"""Over a finished sale these begin the next one, as a scan does."""

_OF_A_MEMBER = frozenset({"remove", "movements", "consents"})
"""Goodwill and households say it themselves."""

_WORDS = {
    Stage.DONE: NotNowLabel.DONE,
    Stage.PAYING: NotNowLabel.PAYING,
    Stage.RETURNING: NotNowLabel.RETURNING,
}


_ANOTHER_WAY = frozenset(
    {"exact", "voucher", "transfer", "code", "code_more", "undo", "redo", "void"}
)
"""While the card terminal has the amount, nothing else may change what is left to pay."""


def why_not(step: str, view: CheckoutView, *, asks_for_card: bool = False) -> AnyLabel | None:
    """What to say where a step cannot be taken now; None where it can."""
    if asks_for_card and step in _ANOTHER_WAY:
        return NotNowLabel.CARD_ASKED
    stages = _STAGES.get(step)
    if stages is not None and view.stage not in stages:
        return _word(stages, view.stage)
    if step == "goods" and view.amounts_only:
        return NotNowLabel.ONLY_TOTALS
    if step in ("undo", "redo") and view.stage is Stage.DONE and not view.amounts_only:
        return NotNowLabel.RECORDED
    if step in _OF_A_MEMBER and view.member is None:
        return NotNowLabel.NO_MEMBER
    if step == "consents" and view.member is not None and view.member.provisional:
        return NotNowLabel.NEW_MEMBER
    return None


def _word(stages: frozenset[Stage], stage: Stage) -> AnyLabel:
    if stage is Stage.SELLING:
        return NotNowLabel.NOT_YET_PAYING if stages == _PAYING else NotNowLabel.NOT_RETURNING
    return _WORDS[stage]
