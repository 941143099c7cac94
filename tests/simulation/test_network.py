from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.simulation.chance import Chance, Clockwork, Ids
from terminal.simulation.clocks import BEGINNING_MS, DAY_MS, HOUR_MS, TillClock
from terminal.simulation.mixture import NEEDS, Fault, mixture_of
from terminal.simulation.network import Network, Reply, Request

CALM = replace(mixture_of(Chance("calm")), loss=0.0, doubled=0.0, slow=0.0)


def request(number: int = 1) -> Request:
    return Request(till="till 1", run=1, number=number, path="/sync", headers=(), body=b"")


def network(**rates: float) -> tuple[Network, Clockwork]:
    clockwork = Clockwork(BEGINNING_MS)
    return Network(clockwork, Chance("network"), replace(CALM, **rates)), clockwork  # type: ignore[arg-type]


def test_a_message_takes_its_time_and_arrives() -> None:
    line, clockwork = network()
    assert line.send(request())
    assert line.next_due(clockwork.now_ms) is None
    assert line.next_due(clockwork.now_ms + 1000) == request()
    assert BEGINNING_MS < clockwork.now_ms <= BEGINNING_MS + 1000


def test_a_lost_message_left_and_never_arrives() -> None:
    line, clockwork = network(loss=1.0)
    assert line.send(request())
    assert line.next_due(clockwork.now_ms + DAY_MS) is None


def test_a_doubled_request_comes_again_as_a_replay() -> None:
    line, clockwork = network(doubled=1.0)
    line.send(request())
    found = [line.next_due(clockwork.now_ms + DAY_MS) for _ in range(2)]
    assert {one.replayed for one in found if isinstance(one, Request)} == {False, True}


def test_a_cut_line_ends_by_itself() -> None:
    line, clockwork = network()
    line.cut("till 1")
    ways = [line.is_cut("till 1", up=True), line.is_cut("till 1", up=False)]
    assert any(ways)
    clockwork.go_on(11 * DAY_MS)
    assert not line.is_cut("till 1", up=True)
    assert not line.is_cut("till 1", up=False)


def test_healing_brings_everything_that_is_on_its_way() -> None:
    line, clockwork = network(slow=1.0)
    for number in range(5):
        line.send(request(number))
    line.heal()
    line.bring_everything()
    numbers = set()
    while (found := line.next_due(clockwork.now_ms)) is not None:
        numbers.add(found.number)
    assert numbers == set(range(5))


def test_old_messages_are_kept_for_who_replays_them() -> None:
    line, _ = network()
    line.send(request())
    line.send(Reply(till="till 1", run=1, number=1, code=200, body=b""))
    assert len(line.old_requests) == len(line.old_replies) == 1


# --- chance and clocks ---------------------------------------------------------------------------


def test_streams_do_not_move_each_other() -> None:
    one, other = Chance("seed 1"), Chance("seed 1")
    one.hex()
    assert one.stream("a").hex() == other.stream("a").hex() != other.stream("b").hex()


def test_a_sale_id_is_a_uuid7_of_the_time() -> None:
    ids = Ids(Chance("ids"), Clockwork(BEGINNING_MS))
    made = ids.sale_id()
    assert len(made) == 32
    assert int(made[:12], 16) == BEGINNING_MS
    assert made[12] == "7"
    assert made[16] in "89ab"


def test_a_clock_that_jumps_is_suspect_until_the_program_begins_anew() -> None:
    clock = TillClock(Clockwork(BEGINNING_MS))
    assert clock.quality() == "trusted"
    clock.set(-HOUR_MS)
    assert clock.quality() == "suspect"
    clock.begin()
    assert clock.quality() == "trusted"
    clock.set(-BEGINNING_MS)
    clock.begin()
    assert clock.now().local.year == 1970
    assert clock.quality() == "suspect"


@pytest.mark.parametrize("seed", range(40))
def test_every_mixture_can_be_played(seed: int) -> None:
    mixture = mixture_of(Chance(f"mixture {seed}"))
    assert 1 <= mixture.stores <= mixture.tills <= 5
    assert mixture == mixture_of(Chance(f"mixture {seed}"))
    for fault, needed in NEEDS.items():
        assert mixture.has(needed) or not mixture.has(fault)
    assert mixture.has(Fault.COPY) or not mixture.has(Fault.CLONE)
