"""Settings and the counters of blank cards."""

from __future__ import annotations

from typing import Any

import pytest

Files = Any


def test_settings_are_kept_by_key(files: Files) -> None:
    till = files.open()
    assert till.settings.get("language") is None
    till.settings.put("language", "pl")
    till.settings.put("language", "uk")
    till.settings.put("printer", "usb")
    assert till.settings.get("language") == "uk"
    assert till.settings.all() == {"language": "uk", "printer": "usb"}
    till.settings.put("language", None)
    assert till.settings.all() == {"printer": "usb"}


def test_a_card_s_counter_is_given_out_once(files: Files) -> None:
    till = files.open()
    assert till.cards.given_out() == range(0)
    assert till.cards.take(10) == range(10)
    assert till.cards.take(1) == range(10, 11)
    files.close()
    again = files.open()
    assert again.cards.take(2) == range(11, 13)
    assert again.cards.given_out() == range(13)
    with pytest.raises(ValueError, match="at least one"):
        again.cards.take(0)


def test_a_till_has_an_incarnation_and_a_name(files: Files) -> None:
    identity = files.open().journal.identity()
    assert len(identity.incarnation) == 16
    assert int(identity.incarnation, 16) >= 0
    assert (identity.lane, identity.next_seq, identity.acknowledged) == ("1", 1, 0)


def test_revisions_that_another_program_brought_are_seen(files: Files) -> None:
    from datetime import UTC, datetime

    from terminal.loyalty.programme import Programme
    from terminal.wire.programme_json import write_programme

    here, there = files.open(), files.open()
    assert here.programmes.revisions() == ()
    programme = Programme(
        programme=1, revision=1, holds_from=datetime(2026, 1, 1, tzinfo=UTC), name={"en": "Tea"}
    )
    there.programmes.put([write_programme(programme)])
    first = here.programmes.revisions()
    assert first == (programme,)
    assert here.programmes.revisions() is first
