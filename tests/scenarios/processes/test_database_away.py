"""A database that is away for a while: tills are asked to come again, and nothing is held against
what they sent."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from terminal.till.sync.answers import read_refusal
from terminal.till.sync.link import Link
from terminal.wire.registry_json import CODES_PATH, CodeRequest
from terminal.wire.signing import INCARNATION_HEADER, OWNER_HEADER, SIGNATURE_HEADER, squeeze
from terminal.wire.sync_json import SYNC_PATH, write_message
from tests.ports import HOST
from tests.scenarios.processes.postgres import Postgres
from tests.scenarios.processes.server import ServerProcess, until
from tests.scenarios.processes.shop import publication

pytestmark = pytest.mark.slow


def test_a_server_without_its_database_asks_for_patience(postgres: Postgres, home: Path) -> None:
    server = ServerProcess(home / "server", postgres.fresh("away"), workers=2)
    server.start()
    link = Link(server.url)
    try:
        server.publish(publication())
        headers = {INCARNATION_HEADER: "a" * 16, SIGNATURE_HEADER: "b" * 128}

        def sync() -> tuple[int, str]:
            code, body = link.send("POST", SYNC_PATH, headers=headers, body=b"{}", read_ms=120_000)
            refusal = read_refusal(body)
            assert refusal is not None
            return code, refusal.code

        assert sync() == (401, "unknown_terminal")
        postgres.fall()
        # Never 500: a till takes that for the fault of a fact, and sends less and less at once.
        assert {sync() for _ in range(6)} == {(503, "busy")}
        postgres.stand_up()
        until(lambda: sync() == (401, "unknown_terminal"), "it finds its database again")
        key = {OWNER_HEADER: server.owner_key}
        body = squeeze(write_message(CodeRequest()))
        assert link.send("POST", CODES_PATH, headers=key, body=body, read_ms=120_000)[0] == 200
    finally:
        link.close()
        server.stop()


def test_a_till_that_hangs_up_is_no_failure_of_the_server(home: Path) -> None:
    server = ServerProcess(home / "server")
    server.start()
    try:
        with closing(socket.create_connection((HOST, server.port))) as till:
            till.sendall(
                b"POST /sync HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n{"
            )
        log = server.folder / "server.log"
        server.publish(publication())  # by then it has noticed
    finally:
        server.stop()
    assert "failed" not in log.read_text(encoding="utf-8")
