"""The engine: from a basket, a customer and programmes to a price with a reason for every cent.

``evaluate`` in ``run`` is the only door. The other modules are its steps in order: eligibility
(who, when), goods (what could come off which pieces), allocation (the search for the best set of
those), basket_rewards (off what is left), accruals (units earned), reach (what is missing).
"""
