"""A look through the whole journal holds a few rows, however many members there are."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from datetime import date
from typing import Any

from terminal.loyalty.consent import Consent, Purpose
from terminal.till.database.facts import unix_ms
from terminal.till.database.rebuild import Findings, check, rebuild
from terminal.till.database.recording import Enrolment
from terminal.till.database.till_database import TillDatabase
from terminal.till.ports import Member

Files = Any
FEW, MANY = 1_100, 2_400
"""Both are more than two batches, of which one is read while the one before is let go."""


def test_a_town_three_times_as_large_takes_no_more_memory(files: Files) -> None:
    least = _held(_town(files, 0, FEW), check)
    many = _town(files, FEW, MANY)
    assert _held(many, check) < least * 1.1
    assert check(many.database).clean


def test_mending_a_town_takes_no_more_either(files: Files) -> None:
    least = _held(_town(files, 0, FEW), _mended)
    many = _town(files, FEW, MANY)
    assert _held(many, _mended) < least * 1.1


def _town(files: Files, first: int, last: int) -> TillDatabase:
    till: TillDatabase = files.open()
    at = files.clock.now()
    agreed = Consent(purpose=Purpose.OFFERS, given=True, text="1 en", at_ms=unix_ms(at))
    with till.journal.in_bulk() as bulk:
        for number in range(first, last):
            member = Member(
                id=f"{number:032x}",
                name=f"Anna {number}",
                phone=f"+48{number:09d}",
                consents=(agreed,),
            )
            enrolment = Enrolment(
                member=member,
                card_number=f"{number:013d}",
                at=at,
                opening=(("points", 7, date(2027, 1, 31)), ("stamps", 1, None)),
            )
            bulk.enrol(enrolment)
    return till


def _mended(database: Any) -> Findings:
    with database.writing() as connection:
        connection.execute(
            "UPDATE rights SET n = n + 1 WHERE wallet = (SELECT max(wallet) FROM rights)"
        )
    findings = rebuild(database)
    assert not findings.clean
    return findings


def _held(till: TillDatabase, look: Callable[[Any], Findings]) -> int:
    """Bytes of what Python held at most, beyond what it held before; SQLite's pages are apart.

    The second look counts: what is made once only is not of the journal.
    """
    look(till.database)
    gc.collect()
    gc.disable()
    # Python keeps two thousand tuples of each length that nobody has any more, and would count
    # them: here they are before the counting begins.
    spare = [tuple([0] * length) for length in range(1, 20) for _ in range(2_500)]
    del spare
    tracemalloc.start()
    try:
        findings = look(till.database)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert findings.facts >= FEW
    return most
