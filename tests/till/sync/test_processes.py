"""Real processes: the courier as a child of the till, the server as a child of the courier."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import Response

from terminal.server.routes import tills as tills_route
from terminal.till import courier_process, joining
from terminal.till.database.rebuild import check
from terminal.till.line_port import LineTrouble, Question
from terminal.till.settings import Settings
from terminal.till.sync import child
from terminal.till.sync.pairing import LOCAL
from tests.till.sync.office import (
    PYTHON,
    START_MS,
    START_S,
    Office,
    Till,
    make_shop,
    new_line,
    portal,
    until,
)

pytestmark = pytest.mark.slow

KILLS = 6


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office")
    office.start()
    office.publish()
    yield office
    office.stop()


@pytest.fixture
def joined(office: Office, tmp_path: Path) -> Settings:
    return joining.pair(tmp_path / "home" / "till2", office.url, office.code(), "Till 2")


def running(pid: int) -> bool:
    """Whether a process lives; a zombie that nobody buried does not."""
    if not Path("/proc").is_dir():
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return True
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def server_pid(settings: Settings) -> int:
    file = settings.local_server / "address.json"
    return int(json.loads(file.read_text(encoding="utf-8"))["pid"])


def test_the_courier_loads_no_window_system() -> None:
    program = (
        "import sys, terminal.till.courier_process, terminal.till.sync.child;"
        "print([name for name in sys.modules if 'PySide' in name or 'shiboken' in name])"
    )
    done = subprocess.run([PYTHON, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_courier_that_cannot_begin_says_why_in_its_log(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home" / "shop")
    (settings.folder / "terminal.key").write_text("no key", encoding="ascii")
    command = [PYTHON, "-m", "terminal", "courier", "--folder", str(settings.folder)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as courier:
        assert courier.wait(START_S) == 1
        assert courier.stderr is not None
        assert courier.stderr.read() == b""

    log = (settings.folder / courier_process.LOG_FILE).read_text(encoding="utf-8")
    assert "holds no key" in log


def test_a_shop_without_a_server_gets_its_own_silently(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home" / "shop")
    till = Till(settings)
    try:
        till.record(3)
        till.synced()
        paired = till.database.sync.paired()
        assert paired is not None
        assert paired.url == LOCAL
        courier, server = till.line.pid, server_pid(settings)
        assert courier is not None
        assert running(courier)
        assert running(server)
    finally:
        till.close()
    until(lambda: not running(courier) and not running(server))

    again = Till(settings)
    try:
        again.record(1)
        again.synced()
        assert check(again.database.database).clean
    finally:
        again.close()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_courier_and_server_end_with_a_till_that_is_killed(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home" / "shop")
    program = (
        "import sys; from pathlib import Path\n"
        "from terminal.till.settings import read_settings\n"
        "from tests.till.sync.office import Till\n"
        "till = Till(read_settings(Path(sys.argv[1]))); till.record(1); till.synced()\n"
        "print(till.line.pid, flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [PYTHON, "-c", program, str(settings.folder)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as killed:
        assert killed.stdout is not None
        courier = int(killed.stdout.readline())
        server = server_pid(settings)
        assert running(courier)
        assert running(server)
        killed.send_signal(signal.SIGKILL)

    until(lambda: not running(courier) and not running(server))


def another_courier(till: Till, gone: int) -> bool:
    return till.line.pid not in {None, gone}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_courier_that_is_killed_at_any_moment_loses_nothing(
    office: Office, joined: Settings
) -> None:
    chance = random.Random(7)
    till = Till(joined)
    try:
        for _ in range(KILLS):
            till.record(40)
            courier = until(lambda: till.line.pid)
            assert courier is not None
            time.sleep(chance.random() * 0.6)
            os.kill(courier, signal.SIGKILL)
            until(partial(another_courier, till, courier))
        till.record(1)
        till.synced()
        findings = check(till.database.database)
        assert findings.clean, findings.differences
    finally:
        till.close()

    assert office.facts() == KILLS * 40 + 1


def test_a_portal_is_no_server_and_the_server_is_found_again(
    office: Office, joined: Settings
) -> None:
    office.stop()
    with portal(office.port):
        till = Till(joined)
        try:
            till.record(2)
            till.stands(LineTrouble.NOT_OUR_SERVER)
            assert till.database.sync.contact().waiting
        except BaseException:
            till.close()
            raise
    try:
        office.start()
        till.record(1)
        till.synced()
    finally:
        till.close()
    assert office.facts() == 3


def test_a_server_that_is_down_is_found_when_it_is_up(office: Office, joined: Settings) -> None:
    till = Till(joined)
    try:
        till.record(1)
        till.synced()
        office.stop()
        till.record(2)
        till.stands(LineTrouble.NO_LINE)
        answers: list[bool] = []
        till.line.ask(Question(card="2900000000001"), answers.append)
        until(lambda: answers)
        assert answers == [False]
        office.start()
        till.record(1)
        till.synced()
    finally:
        till.close()
    assert office.facts() == 4


def answered(till: Till) -> bool:
    """Whether the server answers a question within a cashier's patience: a slow machine may not."""
    answers: list[bool] = []
    till.line.ask(Question(member="f" * 32), answers.append)
    until(lambda: answers)
    return answers[0]


def test_a_question_is_answered_by_the_server(joined: Settings) -> None:
    till = Till(joined)
    try:
        till.stands(LineTrouble.NONE)
        until(lambda: answered(till))
    finally:
        till.close()


def test_a_sale_of_one_till_is_heard_at_the_other(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon, because the server rings: not only when the other asks by itself the next time."""
    rung: list[bytes] = []

    def answered(content: bytes = b"", *args: Any, **options: Any) -> Response:
        if b"rang" in content:
            rung.append(content)
        return Response(content, *args, **options)

    monkeypatch.setattr(tills_route, "Response", answered)
    tills = []
    for name in ("till2", "till3"):
        folder = tmp_path / "home" / name
        tills.append(Till(joining.pair(folder, office.url, office.code(), name)))
    try:
        one, other = tills
        for till in tills:
            till.stands(LineTrouble.NONE)
        rung.clear()
        one.record(1)
        until(lambda: rung)
        until(lambda: other.database.members.search("Member 1", 5))
    finally:
        for till in tills:
            till.close()


def test_a_second_courier_waits_for_the_first(joined: Settings) -> None:
    till = Till(joined)
    try:
        till.stands(LineTrouble.NONE)
        second = new_line(joined)
        try:
            time.sleep(1.5)
            assert second.contact().last_ms is None, "it has not spoken"
        finally:
            second.close()
        till.record(1)
        till.synced()
    finally:
        till.close()


PATIENT = f"""
import sys
from terminal import cli
from terminal.till import courier_process
from terminal.till.sync import line_loop
courier_process.END_S, line_loop.FLUSH_MS = {START_S}, {START_MS}
sys.exit(cli.main(sys.argv[1:]))
"""
"""The courier; whoever closes waits as long for it as the slowest machine needs."""


def test_a_till_that_closes_at_once_brings_up_its_last_sale(
    office: Office, joined: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "CLOSE_S", START_S)
    monkeypatch.setattr(child, "program", lambda: (PYTHON, "-c", PATIENT))
    till = Till(joined)
    till.stands(LineTrouble.NONE)
    till.record(1)
    till.close()

    assert office.facts() == 1


def test_a_courier_that_nobody_hears_any_more_still_brings_up_what_waits(
    office: Office, joined: Settings
) -> None:
    """A till that is killed closes both pipes, and one of them is noticed first."""
    till = Till(joined)
    till.stands(LineTrouble.NONE)
    till.line.close()
    till.record(3)
    till.database.close()

    with subprocess.Popen(
        [PYTHON, "-m", "terminal", "courier", "--folder", str(joined.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as courier:
        assert courier.stdout is not None
        courier.stdout.close()
        until(lambda: office.facts() == 3)
        courier.communicate(timeout=START_S)

    assert courier.returncode == 0
