"""The engine: from a basket, a customer and programmes to a price with a reason for every cent.

``evaluate`` in ``run`` is the only door. Whoever asks scan after scan shows it a ``memory``, which
keeps what one more scan does not change: rules (the programmes in force), looks (what came of each
reward) and contested (what is known of the goods that rewards compete for). The other modules are
its steps in order: customer (what rules ask about), eligibility (who, when, on what occasion),
allowances (what limits and budgets leave) and reach (what is missing), at_hand (the rewards that
are left, and why not the others),
classes and goods (what could come off which pieces), allocation (the search for the best set of
those; in wide baskets packing, packed, deals, wide, prices), settlement (one combination of
rewards, in goods, on_top of others and on the rest of the basket, by ``shares``), claims (which
come first),
solving (the best of the combinations that stacking allows), proof (how far from the best it could
be), budgeting (what a budget of money allows of it), pursuit (what more effort finds: demands,
ways, relaxation, cuts, branching), gifts (rewards that take nothing off), screening and accruals
(units earned), receiving (by whom), parting (behind which code), explanations (why not, by how
much, and what more could be had; exchange in wide baskets), steps (what the next one brings).
"""
