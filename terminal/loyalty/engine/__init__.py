"""The engine: from a basket, a customer and programmes to a price with a reason for every cent.

``evaluate`` in ``run`` is the only door. The other modules are its steps in order: eligibility
(who, when) and reach (what is missing), goods (what could come off which pieces), allocation (the
search for the best set of those), settlement (one combination of rewards, in goods and on the
basket, by ``shares``), claims (which come first), solving (the best of the combinations that
stacking allows), proof (how far from the best it could be), accruals (units earned), explanations
(why not, by how much, and what more could be had).
"""
