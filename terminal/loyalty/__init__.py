"""The rules that till and server both obey: money, units, programmes, the engine, facts, the ledger.

Pure on purpose: standard library only, no clock, no chance, no disk, no logger. Time, ids and
chance come in as arguments, so the same call gives the same answer at the counter, on the server,
in a test and in a replay ten years later.
"""
