"""Stores, terminals, operators, price lists and programmes: revisions that never change."""
