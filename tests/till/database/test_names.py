"""Names from imports: whatever stands in a spreadsheet's cell, a name is one line to be read."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.loyalty.basket import Product
from terminal.till.ports import Member, Tile

Files = Any


@pytest.mark.parametrize(
    ("brought", "kept"),
    [
        ("Kawa\r\n  biała\t0,3 l", "Kawa biała 0,3 l"),
        ("TOTAL 0.00\x1b[2J\x00\x07", "TOTAL 0.00 [2J"),
        ("Mine\u00adral\u200bwasser \u202e00.0", "Mineralwasser 00.0"),
        ("Caf\ud83de\u2028\u0085", "Cafe"),
        ("  Łódź\u00a0żółta  ", "Łódź żółta"),
        ("Кава «Їжак» 🐾", "Кава «Їжак» 🐾"),
    ],
)
def test_a_name_is_one_line_of_signs_that_can_be_seen(
    files: Files, brought: str, kept: str
) -> None:
    till = files.open()
    product = Product(sku="A1", name=brought, price=100, vat=0)
    till.catalogue.put_products([product])
    till.catalogue.put_tiles([Tile(product=product, group=brought)])
    till.journal.enrol(Member(id="a" * 32, name=brought), "5012345678900", files.clock.now())

    sold, member = till.catalogue.by_sku("A1"), till.members.by_id("a" * 32)
    assert sold is not None
    assert member is not None
    assert sold.name == member.name == till.catalogue.tiles()[0].group == kept
    assert [one.sku for one in till.catalogue.search(kept.split(maxsplit=1)[0][:3], 5)] == ["A1"]


def test_two_common_words_find_who_has_both(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.till.database.word_search.COUNTED_MOST", 20)
    monkeypatch.setattr("terminal.till.database.word_search.LOOKED_AT_MOST", 10)
    till = files.open()
    names = [f"Adam Baran{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    names += [f"Adam Wilk{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"]
    for number, name in enumerate((*names, "Barbara Wilka")):
        member = Member(id=f"{number:032x}", name=name)
        till.journal.enrol(member, f"{number:013d}", files.clock.now())

    assert [one.name for one in till.members.search("bar wilk", 8)] == ["Barbara Wilka"]
    assert len(till.members.search("adam bar", 8)) == 8
