"""[care]: what a cashier may do for a customer, and for what the shop's PIN is asked.

[care]
pin_for_goodwill = true        # where the shop has a PIN ([refunds] pin), units given by hand need it
pin_for_household = true       # … and so does letting two members share their units
"""

from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTable:
    """What the shop's PIN is asked for. How much may be given is the programme's to say."""

    pin_for_goodwill: bool = True
    pin_for_household: bool = True
