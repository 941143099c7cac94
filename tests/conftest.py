"""What every test gets: no window on somebody's screen, and no way to the data of a running shop."""

import os
from pathlib import Path

import pytest

# Before Qt is loaded by anybody; packaging/test and the caller may have said otherwise.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tills of tests keep their keys in their own folders, never in somebody's keystore.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("TENTH_HOME", str(folder))
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of tests/till/{kill,hostile} and tests/scenarios, here to be known in time."""
    parser.addoption("--kills", type=int, default=20, help="tills to kill (default: 20)")
    parser.addoption("--kill-seed", type=int, default=1, help="seed of the moments (default: 1)")
    parser.addoption("--storm-seconds", type=float, default=20, help="a storm (default: 20)")
    parser.addoption("--storm-seed", type=int, default=1, help="which storm (default: 1)")
    parser.addoption("--scans", type=int, default=1_500, help="hostile scans (default: 1500)")
    parser.addoption("--window-scans", type=int, default=150, help="of them at a window (150)")
    parser.addoption("--scan-seed", type=int, default=1, help="which scans (default: 1)")
