"""Which field of a record holds, in whatever order it comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from terminal.server.members import fields
from terminal.server.members.fields import Field, Fields

FIELD = st.tuples(st.none() | st.text(max_size=3), st.integers(0, 3))
DECIDED = st.tuples(
    st.builds(
        '{{"at":{},"given":{}}}'.format, st.integers(1, 3), st.sampled_from(["true", "false"])
    ),
    st.integers(0, 3),
)
RECORD = st.dictionaries(st.sampled_from(["name", "phone", "joined"]), FIELD) | st.dictionaries(
    st.just("consent_marketing"), DECIDED | FIELD
)


def test_the_newer_version_holds_and_then_the_larger_text() -> None:
    assert fields.later(("Anna", 2), ("Zoe", 1)) == ("Anna", 2)
    assert fields.later(("Anna", 1), ("Zoe", 1)) == ("Zoe", 1)
    assert fields.later((None, 1), ("", 1)) == ("", 1)
    assert fields.later((None, 2), ("Anna", 1)) == (None, 2)


def test_the_later_decision_holds_whatever_was_counted_where_it_was_made() -> None:
    yes, no = '{"at":1,"given":true}', '{"at":2,"given":false}'
    both = fields.together({"consent_offers": (yes, 7)}, {"consent_offers": (no, 1)})
    assert both == {"consent_offers": (no, 7)}


@given(st.lists(RECORD, max_size=5), st.randoms())
def test_any_order_comes_to_the_same(records: list[dict[str, Field]], chance: object) -> None:
    def folded(some: list[dict[str, Field]]) -> Fields:
        found: Fields = {}
        for one in some:
            found = fields.together(found, one)
        return found

    shuffled = list(records)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert folded(records) == folded(shuffled) == folded([*records, *shuffled])


def test_who_was_met_by_a_card_did_not_join_on_that_day() -> None:
    known: Fields = {"joined": ("2024-01-01", 1)}
    met: Fields = {"joined": ("2026-04-20", 1), "name": ("Anna", 1)}
    assert fields.of_one_person(known, [met]) == {
        "joined": ("2024-01-01", 1),
        "name": ("Anna", 1),
    }


@given(RECORD)
def test_the_tables_and_the_wire_keep_fields_as_they_are(record: dict[str, Field]) -> None:
    assert fields.from_json(fields.to_json(record)) == record
    assert fields.from_wire(fields.to_wire(record)) == record


def test_a_phone_is_looked_for_by_its_last_digits() -> None:
    assert fields.digits_backwards("+48 601 234 567") == "76543210684"
    assert fields.digits_backwards(None) == ""
