"""What a check found, as data: a kind, where, what was expected, what it cost the shop."""

from __future__ import annotations

from enum import StrEnum

from terminal.values import dataclass


class FindingKind(StrEnum):
    """What is wrong with a recorded sale. Kinds are only ever added."""

    UNREADABLE = "unreadable"
    """The body is of a newer program, or damaged: it cannot be judged here."""
    LINES = "lines"
    """A line does not come to its pieces at its price, less what came off it."""
    SHARES = "shares"
    """What a reward took off the lines does not come to its discount."""
    VAT = "vat"
    TOTAL = "total"
    ROUNDING = "rounding"
    TENDERS = "tenders"
    """What was handed over less the change does not come to what was due."""
    OUTDATED = "outdated"
    """Other revisions held at that moment than those that the sale was judged by."""
    REVISION = "revision"
    """A reward or accrual of a revision that the sale was not judged by, or that nobody knows."""
    AUDIENCE = "audience"
    WINDOW = "window"
    OCCASION = "occasion"
    """Not what the rule asks of the member's own story, as far as the sale tells it."""
    CONDITION = "condition"
    """The basket did not hold what the reward asks for."""
    NOT_CLAIMED = "not_claimed"
    """Claimed and automatic were mixed up, or nobody claimed it."""
    TAKEN_OFF = "taken_off"
    LIMIT = "limit"
    """Had more often than it may be."""
    STACKING = "stacking"
    """Rewards beside each other that may not be, or in another order than the rules have."""
    GOODS = "goods"
    """Something came off goods that the reward is not about, or that nothing may come off."""
    PIECES = "pieces"
    """A piece took part twice."""
    BENEFIT = "benefit"
    """Another amount came off than the reward gives."""
    SPENT = "spent"
    """Units spent are not what the rewards cost."""
    BUDGET = "budget"
    """What budgets gave is not what the rewards and earn rules cost them."""
    EARNED = "earned"
    """Units earned are not what the rules give for what was paid."""
    ENTRIES = "entries"
    """The fact moves other units than its body says."""
    REFUNDED_TWICE = "refunded_twice"
    """Goods came back that had come back before; two tills did not know of each other."""
    REFUND_PAID = "refund_paid"
    """More money went back than the refunds of the sale come to."""
    CODE_USED = "code_used"
    """The gift card that was sold with the goods was used; that part could not be taken back."""
    OVERSHOT = "overshot"
    """Tills that did not know of each other gave together more than a limit allows."""
    NTH_AGAIN = "nth_again"
    """Tills that did not know of each other gave both what is for one purchase of a member."""
    NO_PURCHASE = "no_purchase"
    """Goods came back without a slip for a member who is not known to have bought them."""
    CHEAPER = "cheaper"
    """A note, no fault: the rules would have allowed a better price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found. Unused fields are 0 or empty."""

    kind: FindingKind
    cost: int = 0
    """Minor units that the shop lost by it, as far as can be told."""
    programme: int = 0
    rule: str = ""
    """The reward or earn rule."""
    line: int = 0
    """The key of a line, or a VAT rate."""
    expected: int = 0
    found: int = 0
    text: str = ""
    """For people who look into it: an account, what could not be read."""
