"""[refunds]: how goods come back.

[refunds]
law = "pro_rata"               # reevaluate: what is kept is judged anew by the rules of the day
pin = ""                       # goods come back without their slip by it; "": never. Set it with
                               # `tenth pin`, or write 4 to 12 digits: the till hashes them
"""

from dataclasses import field

from terminal.till.settings.pin import PIN_MAX, PIN_MIN, is_hashed, is_plain
from terminal.till.settings.unfit import demand, demand_one_of
from terminal.values import dataclass

LAWS = ("pro_rata", "reevaluate")
"""Those of ``loyalty.refund``, by name: a window waits for the settings, and for no rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundsTable:
    """What the shop decided about goods that come back."""

    law: str = "pro_rata"
    pin: str = field(default="", repr=False)
    """The shop's, until it has operators with their own; hashed from the first start on."""

    def __post_init__(self) -> None:
        demand_one_of(self.law, LAWS, "refunds.law")
        fit = not self.pin or is_plain(self.pin) or is_hashed(self.pin)
        demand(
            fit,
            "refunds.pin",
            f"{PIN_MIN} to {PIN_MAX} digits, what `tenth pin` makes of them, or nothing",
        )
