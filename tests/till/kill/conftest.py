"""How many tills are killed: ``--kills N`` in all, each shop a hundred at most."""

import pytest

KILLS_OF_A_SHOP = 100


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kills" not in metafunc.fixturenames:
        return
    seed: int = metafunc.config.getoption("--kill-seed")
    left: int = metafunc.config.getoption("--kills")
    cases = []
    window = max(1, left * 3 // 10)
    for variant, wanted in (("counter", left - window), ("window", window)):
        rest = wanted
        while rest > 0:
            cases.append((variant, min(rest, KILLS_OF_A_SHOP), seed))
            rest -= KILLS_OF_A_SHOP
            seed += 1
    metafunc.parametrize(("variant", "kills", "kill_seed"), cases)
