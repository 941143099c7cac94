"""Many tills and a server in one process and one thread, with every fault that a seed thinks of.

The real journal, courier, intake, fold and engine; only clock, chance, network and disk are made.
"""
