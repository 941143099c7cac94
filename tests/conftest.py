"""What every test gets: no window on somebody's screen, and no way to the data of a running shop."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.postgres import Postgres

ENDLESS_MS = 240_000

# Before Qt is loaded by anybody; packaging/test and the caller may have said otherwise.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tills of tests keep their keys in their own folders, never in somebody's keystore.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
# The same examples on every run, so that a red test is red for everybody, and no time in which they
# must be through. TENTH_CHANCE=1 looks for new ones.
settings.register_profile(
    "tenth",
    deadline=None,
    derandomize="TENTH_CHANCE" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tenth")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("TENTH_HOME", str(folder))
    return folder


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Its patience is far beyond what the slowest machine needs, and not five seconds."""
    monkeypatch.setattr(qtbot, "waitUntil", partial(qtbot.waitUntil, timeout=ENDLESS_MS))
    return qtbot


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Started by the first test of a process that asks for it: less than a second."""
    from tests.postgres import Postgres, folder_for_postgres

    with folder_for_postgres() as folder:
        started = Postgres(folder)
        yield started
        started.stop()


@pytest.fixture(scope="module")
def frozen_again() -> Iterator[None]:
    """For tests whose window gives back what ``pytest_collection_finish`` had set aside."""
    yield
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """What is tried is what is written: an engine that was compiled of older pages goes."""
    if not hasattr(config, "workerinput"):
        compiler = Path(__file__).parent.parent / "packaging" / "compile.py"
        subprocess.run([sys.executable, compiler, "--remove-stale"], check=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of single rooms of tests, here to be known in time."""
    parser.addoption("--seeds", type=int, default=200, help="worlds to simulate (default: 200)")
    parser.addoption("--kills", type=int, default=20, help="tills to kill (default: 20)")
    parser.addoption("--kill-seed", type=int, default=1, help="seed of the moments (default: 1)")
    parser.addoption("--storm-seconds", type=float, default=20, help="a storm (default: 20)")
    parser.addoption("--storm-seed", type=int, default=1, help="which storm (default: 1)")
    parser.addoption("--scans", type=int, default=1_500, help="hostile scans (default: 1500)")
    parser.addoption("--window-scans", type=int, default=150, help="of them at a window (150)")
    parser.addoption("--scan-seed", type=int, default=1, help="which scans (default: 1)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: then nobody waits in the end for a long one that began last."""
    items.sort(key=lambda one: one.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: whoever looks for garbage need not look through it.

    Each window does so in quiet moments. Among thousands of tests that took it half a second,
    which is more than all that most tests of windows do.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """Whoever has nothing left to do takes tests from another, unless ``--dist`` says else."""
    if config.option.dist != "load":
        return None
    worksteal = import_module("xdist.scheduler").WorkStealingScheduling
    chosen: object = worksteal(config, log)
    return chosen
