"""The program: it listens, tells where, serves, and ends cleanly however it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from terminal import cli
from terminal.server.rounds import ONCE, Round, Rounds
from tests.postgres import Postgres
from tests.server.registry.owners import catalogue, product, programme
from tests.server.running import WAIT_S, Running, start

Start = Callable[..., Running]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def begin(*options: str, folder: Path = tmp_path / "server") -> Running:
        started.append(start(folder, *options))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["signal", "stdin"])
def test_it_serves_and_ends_cleanly(run: Start, how: str) -> None:
    server = run("--until-stdin-closes", "--listen", "127.0.0.1:0")

    assert server.get("/healthz").json()["ok"] is True
    assert server.address()["pid"] == server.process.pid
    for name in ("owner.key", "address.json", "server.log", "server.sqlite"):
        assert stat.S_IMODE((server.folder / name).stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700

    assert server.end(how) == 0
    assert not (server.folder / "address.json").exists()
    assert server.words() == ""


@pytest.mark.slow
def test_one_server_for_a_folder(run: Start, tmp_path: Path) -> None:
    first = run("--listen", "127.0.0.1:0")
    told = first.address()
    second = run("--listen", "127.0.0.1:0")
    assert second.process.wait(WAIT_S) == 1
    assert "already" in second.words()
    assert first.address() == told
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait(WAIT_S)
    third = run("--listen", "127.0.0.1:0")
    deadline = time.monotonic() + WAIT_S
    while third.address()["pid"] != third.process.pid:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the time is the third's
    assert third.end() == 0


@pytest.mark.slow
def test_a_taken_port(run: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = run("--listen", f"127.0.0.1:{port}")
        assert asked.process.wait(WAIT_S) == 1
        assert "cannot be listened on" in asked.words()
    unasked = run(folder=tmp_path / "other")
    beside = run(folder=tmp_path / "beside")
    assert unasked.url != beside.url
    assert beside.get("/healthz").status_code == 200


@pytest.mark.slow
def test_off_this_computer_it_needs_a_certificate(run: Start) -> None:
    server = run("--listen", "0.0.0.0:0")
    assert server.process.wait(WAIT_S) == 1
    assert "encrypted" in server.words()


@pytest.mark.slow
def test_encrypted(run: Start, tmp_path: Path) -> None:
    import ssl

    made = subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
        f"-keyout {tmp_path / 'tls.key'} -out {tmp_path / 'tls.pem'}",
        shell=True,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    server = run(
        *("--listen", "127.0.0.1:0", "--certificate", str(tmp_path / "tls.pem")),
        *("--certificate-key", str(tmp_path / "tls.key")),
    )
    assert server.url.startswith("https://")
    trusted = ssl.create_default_context(cafile=str(tmp_path / "tls.pem"))
    answer = httpx2.get(f"{server.url}/healthz", verify=trusted, trust_env=False, timeout=WAIT_S)
    assert answer.status_code == 200


@pytest.mark.slow
def test_two_workers_share_a_port_and_end_together(
    run: Start, postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.fresh()
    try:
        server = run("--listen", "127.0.0.1:0", "--workers", "2", "--database", url)
        key = ""
        processes: set[str] = set()
        ends = time.monotonic() + WAIT_S
        while len(processes) < 2 and time.monotonic() < ends:
            server.get("/healthz")
            key = key or (server.folder / "owner.key").read_text().strip()
            headers = {"Authorization": f"Bearer {key}"}
            text = httpx2.get(f"{server.url}/metrics", headers=headers, timeout=WAIT_S).text
            processes |= {
                line.partition('process="')[2].partition('"')[0]
                for line in text.splitlines()
                if line.startswith("tenth_requests_total")
            }
        assert len(processes) == 2
        (killed, kept) = sorted(map(int, processes))
        os.kill(killed, signal.SIGKILL)
        for _ in range(10):
            assert server.get("/healthz").status_code == 200
        assert server.end() == 0
        for pid in (killed, kept):
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        assert not (server.folder / "address.json").exists()
    finally:
        postgres.give_back(url)


@pytest.mark.slow
def test_an_owner_at_the_shell(
    run: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same commands whether a server runs or not."""
    folder = str(tmp_path / "server")
    prices, offer = tmp_path / "prices.json", tmp_path / "offer.json"
    prices.write_text(catalogue(product("a")), encoding="utf-8")
    offer.write_text(programme(), encoding="utf-8")

    def tenth(*words: str, code: int = 0) -> str:
        assert cli.main(["server", *words, "--folder", folder]) == code
        out, err = capsys.readouterr()
        return err if code else out

    assert "no server" in tenth("tills", code=1)
    server = run("--listen", "127.0.0.1:0")
    server.address()
    assert "would be published" in tenth("publish", str(prices), "--dry-run")
    assert json.loads(tenth("publish", str(prices), "--json"))["published"] is True
    assert "founded" in tenth("code", code=1)
    assert "paired yet" in tenth("tills")
    assert server.end() == 0

    alone = tenth("publish", str(prices), str(offer))
    assert alone.splitlines()[-1] == "1 changes published."
    prices.write_text(catalogue(product("a", pirce=1)), encoding="utf-8")
    bad = tenth("publish", str(prices), code=1)
    assert "no such key" in bad
    assert "Nothing was published." in bad
    assert "no till Till 9" in tenth("fence", "Till 9", code=1)
    assert "timeline" in tenth("restored")


def test_a_round_that_fails_ends_no_other() -> None:
    made: list[str] = []
    failed: list[tuple[str, str]] = []
    now = [0.0]

    def fail() -> None:
        raise LookupError("Anna, 600 700 800")

    rounds = Rounds(
        (
            Round("bad", 1, fail),
            Round("once", ONCE, lambda: made.append("once")),
            Round("good", 2, lambda: made.append("good")),
        ),
        failed=lambda name, words: failed.append((name, words)),
        steady_s=lambda: now[0],
    )
    for second in range(4):
        now[0] = 100.0 + second
        rounds.tick()
    assert made == ["once", "good", "good"]
    assert failed == [("bad", "LookupError")] * 4


def test_rounds_end_at_once_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.server.rounds.TICK_S", 600)
    monkeypatch.setattr("terminal.server.rounds.JOIN_S", 60)
    looked = threading.Event()
    rounds = Rounds((Round("look", 0.01, looked.set),), failed=lambda _name, _words: None)
    rounds.start()
    assert looked.wait(60)
    rounds.stop()
    assert not rounds._thread.is_alive()
