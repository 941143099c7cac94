"""Printing cards of a shop: numbers that never come twice, files that a scanner reads."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from terminal import cli
from terminal.barcodes.card_number import counter_of
from terminal.demo.build import open_demo_shop
from terminal.till.app import OpenTill, open_till
from terminal.till.card_printing import (
    NotPrinted,
    Printed,
    Wanted,
    Why,
    print_blank,
    print_member,
)
from terminal.till.settings import CardsTable, Settings, read_settings, write_settings
from terminal.till.sync_port import PairedLine
from terminal.till.trouble import Trouble


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return open_demo_shop(tmp_path_factory.mktemp("home") / "demo", "pl", small=True).folder


@pytest.fixture
def shop(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path))
    shutil.copytree(built, tmp_path / "demo")
    return read_settings(tmp_path / "demo")


def blank(settings: Settings, till: OpenTill, count: int, *, pdf: bool = True) -> Printed:
    wanted = Wanted(pdf=pdf)
    return print_blank(settings, till.database, till.clock, count, wanted)


def read(file: Path) -> list[str]:
    if file.suffix == ".png":
        return [one.text for one in zxingcpp.read_barcodes(Image.open(file).convert("L"))]
    document = pypdfium2.PdfDocument(file)
    try:
        pages = [page.render(scale=300 / 72 - 1e-7).to_pil().convert("L") for page in document]
    finally:
        document.close()
    return [one.text for page in pages for one in zxingcpp.read_barcodes(page)]


def test_a_second_batch_goes_on_where_the_first_one_ended(shop: Settings) -> None:
    till = open_till(shop)
    try:
        first, second = blank(shop, till, 12), blank(shop, till, 3)
        again = open_till(shop)
        third = blank(shop, again, 2)
        again.close()
        numbers = (*first.numbers, *second.numbers, *third.numbers)
        assert len(set(numbers)) == 17
        key = shop.card_key
        assert key is not None
        counters = [counter_of(one, key=key, prefix=shop.cards.prefix) for one in numbers]
        start = counters[0]
        assert start is not None
        assert counters == list(range(start, start + 17))
        known = [till.database.members.by_card(number) for number in numbers]
        assert known == [None] * 17
        # Whoever scans one of them may join with it.
        assert till.checkout.scan(third.numbers[1]).joining
    finally:
        till.close()


def test_every_file_of_a_batch_is_read_and_lies_in_a_folder_of_its_own(shop: Settings) -> None:
    till = open_till(shop)
    try:
        first, second = blank(shop, till, 11), blank(shop, till, 1, pdf=False)
    finally:
        till.close()
    assert first.folder.parent == second.folder.parent == shop.folder / "cards"
    assert first.folder != second.folder
    assert first.place == f"cards/{first.folder.name}"
    pictures = sorted(first.folder.glob("*.png"))
    assert [file.stem for file in pictures] == sorted(first.numbers)
    for file in pictures:
        assert read(file) == [file.stem] * 2
    assert sorted(read(first.folder / "cards.pdf")) == sorted(first.numbers * 2)
    assert [file.name for file in second.folder.iterdir()] == [f"{second.numbers[0]}.png"]
    assert first.folder.stat().st_mode & 0o077 == 0


def test_a_batch_takes_its_numbers_from_several_blocks_or_takes_none(shop: Settings) -> None:
    till = open_till(shop)
    try:
        line = PairedLine(
            url="http://127.0.0.1:1", terminal="t" * 32, store="5" * 32, timeline=1, nonce="first"
        )
        till.database.sync.pair(line)
        with till.database.database.writing() as connection:
            for first, last in ((5_000, 5_001), (9_000, 9_002)):
                connection.execute(
                    "INSERT INTO card_blocks (first, last, next_card) VALUES (?, ?, ?)",
                    (first, last, first),
                )
        with pytest.raises(NotPrinted) as refused:
            blank(shop, till, 6)
        assert refused.value.why is Why.NO_NUMBERS
        assert till.database.cards.left() == 5
        numbers = blank(shop, till, 4).numbers
        key = shop.card_key
        assert key is not None
        counters = [counter_of(one, key=key, prefix=shop.cards.prefix) for one in numbers]
        assert counters == [5_000, 5_001, 9_000, 9_001]
        assert till.database.cards.left() == 1
        assert all(till.database.cards.is_blank(one) for one in counters if one is not None)
    finally:
        till.close()


def test_a_members_card_has_the_short_name_or_none(shop: Settings) -> None:
    till = open_till(shop)
    try:
        member = till.database.members.search("Anna", 1)[0]
        named = print_member(shop, till.database, till.clock, member, Wanted())
        plain = print_member(shop, till.database, till.clock, member, Wanted(), with_name=False)
        nobody = replace(member, card_number="")
        with pytest.raises(NotPrinted) as refused:
            print_member(shop, till.database, till.clock, nobody, Wanted())
    finally:
        till.close()
    assert refused.value.why is Why.NO_CARD
    assert named.numbers == plain.numbers == (member.card_number,)
    file = f"{member.card_number}.png"
    assert read(named.folder / file) == read(plain.folder / file) == [member.card_number] * 2
    assert (named.folder / file).read_bytes() != (plain.folder / file).read_bytes()
    assert named.folder != plain.folder


def test_what_is_unfit_is_told_before_a_number_is_used_up(shop: Settings) -> None:
    till = open_till(shop)
    try:
        before = till.database.cards.given_out()
        for cards, why in (
            (replace(shop.cards, ink="#eeeeee"), Why.UNFIT),
            (replace(shop.cards, logo="missing.png"), Why.UNFIT),
            (replace(shop.cards, prefix=""), Why.NO_OWN_CARDS),
        ):
            with pytest.raises(NotPrinted) as refused:
                blank(replace(shop, cards=cards), till, 5)
            assert refused.value.why is why
        assert till.database.cards.given_out() == before
        (shop.folder / "cards").write_text("in the way")
        with pytest.raises(Trouble):
            blank(shop, till, 1)
    finally:
        till.close()


@pytest.mark.parametrize(
    ("size", "wanted"), [("id1", (1011, 638)), ("bleed", (1082, 708)), ("ua90", (1063, 673))]
)
def test_the_size_the_logo_and_the_words_are_the_shops(
    shop: Settings, size: str, wanted: tuple[int, int]
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 90), "#b91c1c").save(file, "PNG")
    (shop.folder / "logo.png").write_bytes(file.getvalue())
    table = CardsTable(
        prefix=shop.cards.prefix,
        logo="logo.png",
        ground="#0b5d57",
        ink="#ffffff",
        phone="+48 600 123 456",
        site="sklep.example",
        promise="Karta stałego klienta",
        size=size,
    )
    write_settings(replace(shop, cards=table))
    settings = read_settings(shop.folder)
    assert settings.cards == table
    till = open_till(settings)
    try:
        printed = blank(settings, till, 1)
    finally:
        till.close()
    picture = Image.open(printed.folder / f"{printed.numbers[0]}.png")
    assert picture.size == wanted
    colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or []}
    assert {(0xB9, 0x1C, 0x1C), (0x0B, 0x5D, 0x57), (255, 255, 255), (0, 0, 0)} <= colours
    assert len(picture.getcolors() or []) <= 128


def test_the_command_prints_a_batch_and_a_members_card(
    shop: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(["cards", "--shop", "demo", "--count", "2", "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    folder = Path(told["folder"])
    assert folder.parent == out
    assert sorted(read(folder / "cards.pdf")) == sorted(told["numbers"] * 2)
    again = ["cards", "--shop", "demo", "--number", told["numbers"][0], "--png", "--json"]
    assert cli.main(again) == 0
    spoiled = json.loads(capsys.readouterr().out)
    assert spoiled["numbers"] == [told["numbers"][0]]
    assert cli.main(["cards", "--shop", "demo", "--member", "Anna Kowalska", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--member", "Nobody At All"], "Nobody is found"),
        (["--member", "an"], "Several members"),
        (["--number", "2900000000001"], "no card that this till knows"),
        (["--number", "x"], "no card that this till knows"),
    ],
)
def test_the_command_refuses_in_words(
    shop: Settings, asked: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cards", "--shop", "demo", *asked]) == 1
    assert told in capsys.readouterr().err
    assert not (shop.folder / "cards").exists()


def test_the_sheet_of_keys_has_the_keys_of_the_shop_in_its_language(
    shop: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_settings(replace(shop, screen=replace(shop.screen, keys={"finish": "F12"})))
    file = tmp_path / "keys.pdf"
    assert cli.main(["keys", "--shop", "demo", "--sheet", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    keys = {one["key"]: one["told"] for one in told["keys"]}
    assert "F12" in keys
    assert "F9" not in keys
    assert keys["F1"] != "This sheet"
    document = pypdfium2.PdfDocument(file)
    try:
        assert len(document) == 1
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)
        page = document[0].render(scale=1).to_pil().convert("L")
    finally:
        document.close()
    # Nothing is nearer than a centimetre to the edge.
    margin = round(10 / 25.4 * 72)
    inside = Image.new("L", page.size, 255)
    box = (margin, margin, page.width - margin, page.height - margin)
    inside.paste(page.crop(box), box)
    assert inside.tobytes() == page.tobytes()
    assert sum(level < 128 for level in page.tobytes()) > 2_000
