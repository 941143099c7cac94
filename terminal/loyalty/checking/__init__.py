"""Checking a recorded sale: was it allowed, are its sums right?

The till decided alone, perhaps without a line; the server looks again, later, at what the sale
itself says (`judging.check_sale`). Rules of the engine are asked, its search is not: another
allocation than the best is no finding, and `judging.cheaper` notes a better price apart.
"""
