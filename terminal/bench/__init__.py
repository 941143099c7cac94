"""Benches: how quick the program is, and whether it keeps the goals that it has set itself.

`tenth bench counter` measures the counter. Nothing here is a test: a figure depends on the
machine, so a bench prints it beside its goal, and a ratio names two sides of the same run.
"""
