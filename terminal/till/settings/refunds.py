"""[refunds]: how goods come back.

[refunds]
law = "pro_rata"               # reevaluate: what is kept is judged anew by the rules of the day
pin = ""                       # 4 to 12 digits: goods come back without their slip; "": never
"""

from dataclasses import field

from terminal.till.settings.unfit import demand, demand_one_of
from terminal.values import dataclass

LAWS = ("pro_rata", "reevaluate")
"""Those of ``loyalty.refund``, by name: a window waits for the settings, and for no rules."""
_PIN_MIN, _PIN_MAX = 4, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundsTable:
    """What the shop decided about goods that come back."""

    law: str = "pro_rata"
    pin: str = field(default="", repr=False)
    """The shop's, until it has operators with their own."""

    def __post_init__(self) -> None:
        demand_one_of(self.law, LAWS, "refunds.law")
        digits = self.pin.isascii() and self.pin.isdigit()
        fit = not self.pin or (digits and _PIN_MIN <= len(self.pin) <= _PIN_MAX)
        demand(fit, "refunds.pin", f"{_PIN_MIN} to {_PIN_MAX} digits, or nothing")
