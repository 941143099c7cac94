"""What runs all day beside a till holds only what it needs: whatever a program reads, it keeps."""

import subprocess
import sys
from pathlib import Path

import pytest

_TOLD = """
import sys
from terminal.cli import main
main(sys.argv[1:])
print("loaded:", *sorted(sys.modules))
"""


def loaded(*command: str) -> set[str]:
    """The modules that a command has loaded at its end."""
    ended = subprocess.run(
        [sys.executable, "-c", _TOLD, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    told = ended.stdout.rpartition("loaded:")[2].split()
    assert told, ended.stderr
    return set(told)


@pytest.mark.slow
def test_a_server_on_sqlite_loads_no_other_database_and_no_client(tmp_path: Path) -> None:
    server = [
        "server",
        "--folder",
        str(tmp_path),
        "--until-stdin-closes",
        "--listen",
        "127.0.0.1:0",
    ]
    assert "alembic" in loaded(*server), "the first start makes the tables"
    again = loaded(*server)
    assert "terminal.server.program" in again
    assert not again & {"alembic", "psycopg", "httpx2", "pydantic.v1", "terminal.commands.scales"}


def test_a_courier_reads_no_other_commands(tmp_path: Path) -> None:
    # It finds no shop there and ends, after all was read that it needs.
    courier = loaded("courier", "--folder", str(tmp_path))
    assert "terminal.till.courier_process" in courier
    assert not courier & {"terminal.server", "terminal.commands.scales", "terminal.simulation"}
    assert not {one for one in courier if one.startswith(("PySide6", "sqlalchemy", "alembic"))}
