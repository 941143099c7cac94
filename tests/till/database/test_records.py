"""Records of people go up by what changed and come down by the higher version; who is gone is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from terminal.till.database import erasing
from terminal.till.database.rebuild import check
from terminal.till.ports import CardState, Member
from terminal.till.sync_port import PairedLine
from terminal.till.trouble import Trouble
from terminal.wire.record_json import CardRecord, MemberRecord, RecordField
from tests.till.database.test_settling import ANNA, CARD, Line

Files = Any
ZOFIA = "b" * 32
HER_WALLET = "c" * 32


@pytest.fixture
def line(files: Files) -> Line:
    line = Line(files)
    line.enrol()
    line.sync_fully()
    return line


def zofia(**fields: tuple[str | None, int]) -> MemberRecord:
    told = {"name": ("Zofia Nałkowska", 3), "phone": ("+48600987654", 1), **fields}
    return MemberRecord(
        id=ZOFIA,
        fields=tuple(
            RecordField(name=name, value=value, version=version)
            for name, (value, version) in told.items()
        ),
        wallets=(HER_WALLET,),
        cards=(
            CardRecord(id="d" * 32, number="5012345000001", usable="replaced"),
            CardRecord(id="e" * 32, number="5012345000002"),
        ),
    )


def test_somebody_of_another_till_is_found_by_everything(line: Line) -> None:
    birthday = zofia(
        birthday=("02-29", 1),
        segments=('["students"]', 1),
        tier=("gold", 2),
        joined=("2025-01-31", 1),
    )
    settled = line.sync(members=(birthday,))
    assert settled.members == {ZOFIA}
    members = line.till.members
    expected = Member(
        id=ZOFIA,
        name="Zofia Nałkowska",
        phone="+48600987654",
        tier="gold",
        segments=frozenset({"students"}),
        birthday=(2, 29),
        joined=date(2025, 1, 31),
        card_number="5012345000002",
    )
    assert members.by_id(ZOFIA) == expected
    assert members.search("nalkowska", 5) == (expected,)
    assert members.search("87654", 5) == (expected,)
    card = members.by_card("5012345000001")
    assert card is not None
    assert (card.state, card.member) == (CardState.REPLACED, expected)
    assert members.standing(ZOFIA).wallets == (HER_WALLET,)
    assert line.till.sync.contact().waiting == 0
    assert check(line.till.database).clean


def test_a_lower_version_changes_nothing_and_of_equal_ones_the_larger_text_holds(
    line: Line,
) -> None:
    line.sync(members=(zofia(),))
    line.sync(members=(zofia(name=("Sophie", 2), phone=("+48600000000", 2)),))
    member = line.till.members.by_id(ZOFIA)
    assert member is not None
    assert (member.name, member.phone) == ("Zofia Nałkowska", "+48600000000")
    line.sync(members=(zofia(name=("Aaa", 3)),))
    line.sync(members=(zofia(name=("Zuzanna", 3)),))
    member = line.till.members.by_id(ZOFIA)
    assert member is not None
    assert member.name == "Zuzanna"
    assert line.till.members.search("zofia", 5) == ()


def test_a_local_edit_goes_up_with_a_version_of_its_own(line: Line) -> None:
    line.sync(members=(zofia(),))
    member = line.till.members.by_id(ZOFIA)
    assert member is not None
    line.till.members.change(replace(member, name="Zofia Rygier"))
    request = line.prepare()
    assert request.records == (
        MemberRecord(id=ZOFIA, fields=(RecordField(name="name", value="Zofia Rygier", version=4),)),
    )
    # Edited again while the request is on its way: that edit still waits.
    line.till.members.change(replace(member, name="Zofia R."))
    line.settle(request, line.server.answer(request))
    assert [record.fields[0].version for record in line.prepare().records] == [5]
    line.till.members.change(replace(member, name="Zofia R."))
    assert len(line.prepare().records) == 1
    line.sync()
    assert line.prepare().records == ()
    line.sync(members=(zofia(),))
    assert line.till.members.search("rygier", 5) == ()
    found = line.till.members.by_id(ZOFIA)
    assert found is not None
    assert found.name == "Zofia R."


def test_a_record_that_the_server_did_not_take_goes_up_again(line: Line) -> None:
    member = line.till.members.by_id(ANNA)
    assert member is not None
    line.till.members.change(replace(member, name="Anna Maria"))
    line.sync(records_taken=())
    assert len(line.prepare().records) == 1
    with pytest.raises(KeyError):
        line.till.members.change(Member(id="9" * 32, name="Nobody"))


def test_a_card_that_was_met_is_joined_with_its_member(line: Line) -> None:
    met = line.till.journal.meet_card("5012345000002", line.files.clock.now())
    standing = line.till.members.standing(met.id)
    (wallet,) = standing.wallets
    request = line.prepare()
    assert [record.id for record in request.records] == [met.id]
    assert request.records[0].fields == ()
    assert request.records[0].cards[0].number == "5012345000002"
    line.sync_fully()
    whole = replace(zofia(), wallets=(HER_WALLET, wallet), merged=(met.id,))
    settled = line.sync(members=(whole,))
    assert settled.members == {ZOFIA, met.id}
    found = line.till.members.by_id(met.id)
    assert found is not None
    assert (found.id, found.name, found.provisional) == (ZOFIA, "Zofia Nałkowska", False)
    card = line.till.members.by_card("5012345000002")
    assert card is not None
    assert (card.id, card.member.id) == ("e" * 32, ZOFIA)
    assert line.till.members.standing(met.id).wallets == (HER_WALLET, wallet)
    assert line.till.members.standing(met.id).traits == line.till.members.standing(ZOFIA).traits
    assert line.till.journal.movements(met.id, 5) == ()
    assert check(line.till.database).clean
    # An old record of the provisional one does not bring them back.
    line.sync(members=(MemberRecord(id=met.id),))
    assert line.till.members.by_id(met.id) == found


def test_who_is_gone_is_gone_to_the_last_byte(files: Files) -> None:
    line = Line(files)
    line.enrol()
    names = ["Wisława", "Zbigniew", "Czesław", "Olga", "Władysław", "Maria", "Bolesław"]
    for number in range(120):
        name = f"{names[number % 7]} Przezorowska{number}"
        member = Member(id=f"{number:032x}", name=name, phone=f"+4860777{number:04d}")
        line.till.journal.enrol(member, f"card {number}", files.clock.now())
    line.sync_fully()
    everybody = tuple(f"{number:032x}" for number in range(120))
    assert traces(files) > 0
    line.sync(gone=everybody)
    assert line.till.members.search("przezorowska", 5) == ()
    assert line.till.members.by_card("card 7") is None
    line.till.working_basket.save(b"three coffees")
    assert not line.till.sync.sweep()
    line.till.working_basket.save(b"")
    assert line.till.sync.sweep()
    assert not line.till.sync.sweep()
    assert traces(files) == 0
    assert line.till.members.by_id(ANNA) is not None
    assert check(line.till.database).clean


def test_a_large_file_is_written_anew_when_the_till_is_closed(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(files)
    line.enrol()
    for number in range(120):
        member = Member(id=f"{number:032x}", name=f"Olga Przezorowska{number}")
        line.till.journal.enrol(member, f"card {number}", files.clock.now())
    line.sync_fully()
    database = line.till.database
    assert not erasing.is_due_at_close(database)
    line.sync(gone=tuple(f"{number:032x}" for number in range(120)))
    large = files.path.stat().st_size - 1
    monkeypatch.setattr(erasing, "AT_ONCE_LARGEST", large)
    assert not line.till.sync.sweep()
    # The log is empty at once, and rows were overwritten in the file: what may be left are copies
    # on pages that were split.
    assert traces_in(files, "-wal") == 0
    line.sell(earn=20)
    log = files.path.with_name(files.path.name + "-wal").stat().st_size
    assert not line.till.sync.sweep()
    assert files.path.with_name(files.path.name + "-wal").stat().st_size == log > 0, "done once"
    assert erasing.is_due_at_close(database)
    erasing.sweep_at_close(database)
    assert traces(files) == 0
    assert not erasing.is_due_at_close(database)
    assert check(database).clean


def test_what_is_erased_is_overwritten_where_it_stood(files: Files) -> None:
    """Without the file being written anew: this is what a large till is left with for a day."""
    line = Line(files)
    line.enrol()
    member = Member(id=ZOFIA, name="Zofia Przezorowska", phone="+48607770684")
    line.till.journal.enrol(member, "card 1", files.clock.now())
    line.sync_fully()
    line.till.database.empty_log()
    assert traces_in(files, "") > 0
    line.sync(gone=(ZOFIA,))
    line.till.database.empty_log()
    assert traces(files) == 0


def test_a_sweep_that_is_stopped_is_still_due(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(files)
    line.enrol()
    line.till.journal.enrol(Member(id=ZOFIA, name="Zofia"), "card 1", files.clock.now())
    line.sync_fully()
    line.sync(gone=(ZOFIA,))
    database = line.till.database
    database.empty_log()
    monkeypatch.setattr(database, "empty_log", lambda: None)

    def stop(statement: str) -> None:
        if statement == "VACUUM":
            database._writer.set_progress_handler(lambda: 1, 1)  # as an interrupt

    database._writer.set_trace_callback(stop)
    with pytest.raises(Trouble, match="INTERRUPT"):
        erasing.sweep_at_close(database)
    database._writer.set_trace_callback(None)
    database._writer.set_progress_handler(None, 1)
    assert erasing.is_due_at_close(database)
    line.sell(earn=1)
    assert check(database).clean


def traces_in(files: Files, ending: str) -> int:
    """How often a name stands in the file itself, or in one beside it."""
    one = files.path.with_name(files.path.name + ending)
    return int(one.read_bytes().lower().count(b"przezorowska"))


def traces(files: Files) -> int:
    """How often a name, its words or a phone stand in the file and beside it."""
    sought = [b"przezorowska", b"4860777", b"7770684"]
    folder: Path = files.path.parent
    return sum(one.read_bytes().lower().count(word) for one in folder.iterdir() for word in sought)


def test_erasing_nobody_makes_no_work(line: Line) -> None:
    line.sync(gone=("9" * 32,))
    assert not line.till.sync.sweep()


def test_what_no_screen_could_read_becomes_nothing(line: Line) -> None:
    line.sync(
        members=(
            zofia(
                name=("Zofia\u202e\nNałkowska", 3),
                birthday=("13-45", 1),
                segments=("{}", 1),
                joined=("yesterday", 1),
                shoe=("44", 1),
            ),
        )
    )
    member = line.till.members.by_id(ZOFIA)
    assert member is not None
    assert (member.name, member.birthday, member.segments) == (
        "Zofia Nałkowska",
        None,
        frozenset(),
    )


# --- a server that was restored ------------------------------------------------------------------


def restored(line: Line) -> None:
    """The server is put back, and the till has heard of it."""
    line.server = line.server.restored(0)
    line.sync()


def test_whom_a_restored_server_forgot_goes_up_again(line: Line) -> None:
    line.sync(members=(zofia(),))
    wallet = line.wallet
    restored(line)
    assert line.prepare().records == (), "it may yet be told of them"
    line.sync_fully()
    assert line.till.sync.contact().waiting == 0, "they are there again"
    restored(line)
    line.sync(more=True)
    line.sync(more=False)

    anna, zosia = line.prepare().records

    assert (anna.id, anna.wallets) == (ANNA, (wallet,))
    told = {one.name: (one.value, one.version) for one in anna.fields}
    assert told["name"] == ("Anna", 1)
    assert told["phone"] == ("+48600123456", 1)
    assert [card.number for card in anna.cards] == [CARD]
    assert (zosia.id, len(zosia.cards)) == (ZOFIA, 2)
    line.sync()
    assert line.prepare().records == ()
    line.sync(members=(zofia(name=("Zofia", 1)),))
    assert line.prepare().records == (), "only a server that was restored is taught"


@pytest.mark.parametrize(("timeline", "waiting"), [(1, 0), (2, 2)])
def test_who_is_let_in_again_teaches_a_server_that_was_restored_meanwhile(
    line: Line, timeline: int, waiting: int
) -> None:
    line.sync(members=(zofia(),))
    line.sync_fully()
    known = PairedLine(
        url="http://127.0.0.1:1",
        terminal="u" * 32,
        store="5" * 32,
        timeline=timeline,
        nonce="again",
    )
    line.server.timeline = timeline

    line.till.sync.pair(known, again=True)
    line.sync(more=True)
    line.sync(more=False)

    assert len(line.prepare().records) == waiting


def test_of_whom_a_restored_server_knows_only_what_it_lacks_goes_up(line: Line) -> None:
    line.sync(members=(zofia(),))
    restored(line)
    line.sync(more=True, members=(zofia(name=("Zofia", 2)),))
    (record,) = line.prepare().records
    assert record == MemberRecord(
        id=ZOFIA, fields=(RecordField(name="name", value="Zofia Nałkowska", version=3),)
    )
    restored(line)
    line.sync(more=True, members=(replace(zofia(), wallets=(), cards=zofia().cards[:1]),))
    record = next(one for one in line.prepare().records if one.id == ZOFIA)
    assert record.wallets == (HER_WALLET,)
    assert len(record.cards) == 2
    line.sync()
    restored(line)
    line.sync(more=True, members=(replace(zofia(), cards=zofia().cards[:1]),))
    record = next(one for one in line.prepare().records if one.id == ZOFIA)
    assert len(record.cards) == 2, "a card is missing there, and nothing else"


def test_whom_a_restored_server_knows_as_they_are_stays_here(line: Line) -> None:
    line.sync(members=(zofia(),))
    restored(line)
    line.sync(more=True, members=(zofia(),))
    line.sync(more=False)
    assert [one.id for one in line.prepare().records] == [ANNA]


def test_what_was_changed_meanwhile_goes_up_before_all_is_told(line: Line) -> None:
    line.sync(members=(zofia(),))
    restored(line)
    line.sync(more=True)
    member = line.till.members.by_id(ZOFIA)
    assert member is not None
    line.till.members.change(replace(member, phone="+48600111222"))
    (record,) = line.prepare().records
    assert [one.name for one in record.fields] == ["phone"]
    line.sync(more=True)
    assert line.prepare().records == ()
    line.sync(more=False)
    record = next(one for one in line.prepare().records if one.id == ZOFIA)
    assert {"name", "phone"} <= {one.name for one in record.fields}


def test_a_restored_server_may_find_two_to_be_one_the_other_way_round(line: Line) -> None:
    met = MemberRecord(id="8" * 32, wallets=("7" * 32,))
    line.sync(members=(met,))
    line.sync(members=(replace(zofia(), wallets=(HER_WALLET, "7" * 32), merged=(met.id,)),))
    restored(line)
    line.sync(members=(met,))
    assert line.till.members.by_id(met.id) == line.till.members.by_id(ZOFIA)

    line.sync(members=(replace(zofia(), id=met.id, wallets=met.wallets, merged=(ZOFIA,)),))

    found = line.till.members.by_id(ZOFIA)
    assert found is not None
    assert (found.id, found.name) == (met.id, "Zofia Nałkowska")
    assert line.till.members.standing(met.id).wallets == ("7" * 32, HER_WALLET)
    assert line.till.members.search("nalkowska", 5) == (found,)
    assert check(line.till.database).clean
