"""Member cards: every code on them is read, everything stands where it should, nothing is cut."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from terminal.barcodes.card_number import card_numbers
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import CardNumber
from terminal.barcodes.rules import CodeRules
from terminal.demo.offers import read_ready_programmes
from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.conditions import Condition
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.money import Currency
from terminal.paper import card_sheet
from terminal.paper.card_design import (
    BARS_CLEAR,
    HEIGHT,
    PROMISE_POINTS_MIN,
    WIDTH,
    Box,
    Canvas,
    CardDesign,
    CardText,
    contrast_of,
    dots,
    millimetres,
    rgb,
)
from terminal.paper.card_face import CardPress, grouped
from terminal.paper.card_lettering import fit_name, fit_parts
from terminal.paper.card_promise import promise_parts
from terminal.paper.card_sheet import place_of, sheet_pdf
from terminal.paper.lettering import ELLIPSIS, Face, font
from terminal.paper.symbols import Unprintable
from terminal.wording.words import Words
from tests.loyalty import shop as loyalty_shop

KEY = bytes(range(32))
NUMBERS = tuple(card_numbers(range(200), key=KEY, prefix="25"))
CARDS = tuple(CardText(number) for number in NUMBERS)
SHOPS = {
    "en": ("PLN", "Ann's Corner Shop"),
    "pl": ("PLN", "Sklep spożywczo-przemysłowy „U Ani i Grzegorza” Źdźbło i Synowie sp. j."),
    "uk": ("UAH", "Крамниця «Ґанок» фізична особа-підприємець Ївженко Щасливцева"),
    "ro": ("RON", "Magazinul Înfrățirea Țărănească Șipoțelu-Băilești S.R.L."),
    "lv": ("EUR", "Pārtikas veikals „Ķēniņš” Ģirts Žagariņš un meitas"),
    "ru": ("RUB", "Продуктовый магазин «Объединённый подъезд» Щукиных"),
}
FULL_AMOUNTS = {
    "en": "each full PLN 10 = 10 pts",
    "pl": "każde pełne 10 zł = 10 pkt",
    "uk": "кожні повні 10 грн = 10 балів",
    "ro": "fiecare 10 lei întregi = 10 puncte",
    "lv": "katri pilni 10 € = 10 punkti",
    "ru": "каждые полные 10 ₽ = 10 баллов",
}
CONTACT = ("+48 600 123 456", "sklep-u-ani.example")


def design(
    language: str = "pl", *, ground: str = "#ffffff", ink: str = "#111827", mark: str = ""
) -> CardDesign:
    currency, shop = SHOPS[language]
    words = Words(language, Currency(currency))
    promise = promise_parts(read_ready_programmes(), words)
    return CardDesign(
        shop=shop, promise=promise, contact=CONTACT, ground=ground, ink=ink, mark=mark
    )


def read(pictures: Iterable[Image.Image]) -> list[str]:
    """What a scanner reads from pictures, in no order."""
    return sorted(
        found.text for picture in pictures for found in zxingcpp.read_barcodes(picture.convert("L"))
    )


def pages_of(pdf: bytes, dots_per_inch: float) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            # A hair less: a page of whole dots would be rounded up by one.
            yield page.render(scale=dots_per_inch / 72 - 1e-7).to_pil()
    finally:
        document.close()


@pytest.mark.slow
def test_a_scanner_reads_both_codes_of_every_card_of_a_batch() -> None:
    press = CardPress(design())
    for card in CARDS:
        picture = Image.open(io.BytesIO(press.png(card)))
        found = zxingcpp.read_barcodes(picture.convert("L"))
        kinds = {str(one.format).rsplit(".", 1)[-1].upper().replace("-", "") for one in found}
        assert [one.text for one in found] == [card.number] * 2
        assert {kind[:2] for kind in kinds} == {"EA", "QR"}


@pytest.mark.slow
@pytest.mark.parametrize("dots_per_inch", [150, 300])
@pytest.mark.parametrize("ground", ["#ffffff", "#0b5d57"])
def test_a_scanner_reads_every_card_of_the_printed_sheets(dots_per_inch: int, ground: str) -> None:
    ink = "#111827" if ground == "#ffffff" else "#ffffff"
    pdf = sheet_pdf("Karty", design(ground=ground, ink=ink), CARDS)
    assert read(pages_of(pdf, dots_per_inch)) == sorted(NUMBERS * 2)


def test_the_till_takes_both_codes_for_the_same_card() -> None:
    rules = CodeRules(card_prefix="25", card_key=KEY)
    picture = CardPress(design()).picture(CARDS[17])
    for text in read([picture]):
        assert parse(text, rules)[0] == CardNumber(NUMBERS[17], 17)


@pytest.mark.parametrize("language", SHOPS)
@pytest.mark.parametrize("name", ["", "Maksymiliana-Wilhelmina Brzęczyszczykiewicz-Żółkiewska"])
def test_a_card_in_every_language_is_read_and_keeps_to_its_places(language: str, name: str) -> None:
    press = CardPress(design(language))
    card = CardText(NUMBERS[3], name)
    picture = press.picture(card)
    assert read([picture]) == [card.number] * 2
    # Nothing but ground within 4 mm of the edge: a printer may cut there.
    ground = picture.convert("RGB").getpixel((0, 0))
    safe = dots(4)
    wide, high = picture.size
    for box in (
        (0, 0, wide, safe),
        (0, 0, safe, high),
        (wide - safe, 0, wide, high),
        (0, high - safe, wide, high),
    ):
        assert picture.convert("RGB").crop(box).getcolors() == [
            ((box[2] - box[0]) * (box[3] - box[1]), ground)
        ]


@pytest.mark.parametrize("language", SHOPS)
def test_no_figure_of_the_promise_is_cut_or_smaller_than_eight_points(language: str) -> None:
    words = Words(language, Currency(SHOPS[language][0]))
    parts = promise_parts(read_ready_programmes(), words)
    assert len(parts) == 2
    assert words.short_money(500) in parts[1]
    text = fit_parts(parts, Box(5, 18.5, 54, 7), Face.BOLD, 11, PROMISE_POINTS_MIN)
    assert " ".join(text.lines) == ", ".join(parts)
    assert text.size >= PROMISE_POINTS_MIN
    letters = font(text.face, round(text.size * 300 / 72))
    assert all(letters.getlength(line) <= dots(54) for line in text.lines)


@pytest.mark.parametrize(("language", "earns"), FULL_AMOUNTS.items())
def test_full_amounts_are_promised_as_such(language: str, earns: str) -> None:
    words = Words(language, Currency(SHOPS[language][0]))
    rule = EarnRule(id="rule", per=PerMoney(amount=1000, full=True), units=10)
    (told,) = promise_parts(
        [loyalty_shop.programme(1, unit=loyalty_shop.unit(), earn=(rule,))], words
    )
    assert told.replace("\N{NO-BREAK SPACE}", " ") == earns


def test_a_card_promises_no_amount_that_only_some_purchases_bring() -> None:
    words = Words("en", Currency("PLN"))
    large = replace(
        loyalty_shop.points().rewards[0],
        name={"en": "5 off 50"},
        benefit=AmountOff(amount=500),
        condition=Condition(spend=5000),
    )
    rule = EarnRule(id="rule", per=PerMoney(amount=100), reduced=False)
    told = promise_parts(
        [loyalty_shop.programme(1, unit=loyalty_shop.unit(), earn=(rule,), rewards=(large,))], words
    )
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in told] == ["100 pts = 5 off 50"]


def test_a_promise_without_room_loses_whole_parts_and_never_a_figure() -> None:
    long = "100 pkt = kawa z mlekiem i ciastkiem domowym, jabłecznik albo sernik do wyboru co dzień"
    text = fit_parts(("1 zł = 1 pkt", long), Box(5, 18.5, 54, 7), Face.BOLD, 11, 8)
    assert text.lines == ("1 zł = 1 pkt",)
    assert fit_parts((long,), Box(0, 0, 20, 3), Face.BOLD, 11, 8).lines == ()
    with pytest.raises(Unprintable, match="make it shorter"):
        CardPress(CardDesign(shop="Ani", promise=(long * 3,)))


def test_a_shop_name_is_shrunk_then_wrapped_and_cut_only_at_the_floor() -> None:
    place = Box(5, 5, 40, 12)
    short = fit_name("Ania", place, Face.BOLD, 22, 7)
    long = fit_name(SHOPS["pl"][1], place, Face.BOLD, 22, 7)
    ani = fit_name("Sklep „U Ani”", place, Face.BOLD, 22, 7)
    assert ani.lines == ("Sklep „U Ani”",)
    endless = fit_name("Sklep " * 60, place, Face.BOLD, 22, 7)
    assert short.lines == ("Ania",)
    assert short.size == 22
    assert " ".join(long.lines) == SHOPS["pl"][1]
    assert 7 <= long.size < 22
    assert endless.size == 7
    assert endless.lines[-1].endswith(ELLIPSIS)


# --- measures ------------------------------------------------------------------------------------


def black_runs(picture: Image.Image, row: int) -> list[tuple[int, int]]:
    """(first dot, how many) of what is black in a row."""
    line = picture.convert("L").crop((0, row, picture.width, row + 1)).tobytes()
    runs: list[tuple[int, int]] = []
    for place, level in enumerate(line):
        if level == 0:
            if runs and sum(runs[-1]) == place:
                runs[-1] = (runs[-1][0], runs[-1][1] + 1)
            else:
                runs.append((place, 1))
    return runs


@pytest.mark.parametrize("canvas", Canvas)
def test_the_barcode_has_its_modules_its_height_and_its_white(canvas: Canvas) -> None:
    picture = CardPress(design(ground="#0b5d57", ink="#ffffff"), canvas).picture(CARDS[0])
    assert picture.size == (dots(canvas.value[0]), dots(canvas.value[1]))
    left, top = (dots(side) for side in canvas.corner)
    bars = black_runs(picture, top + dots(38))
    assert {count % 4 for _, count in bars} == {0}
    assert sum(bars[-1]) - bars[0][0] == 95 * 4
    # The box of bars and quiet zones begins at 23.6 mm and is 38.3 mm wide.
    first = bars[0][0] - 11 * 4
    assert abs(millimetres(first - left) - 23.6) < 0.1
    last = sum(bars[-1]) + 7 * 4
    assert abs(millimetres(last - first) - 38.3) < 0.1
    # White for 6.3 mm more on both sides, and the card's ground behind that.
    grey = picture.convert("L")
    clear = dots(BARS_CLEAR)
    for row in (top + dots(33.5), top + dots(42.5)):
        levels = grey.crop((0, row, picture.width, row + 1)).tobytes()
        assert set(levels[first - clear : bars[0][0]]) == {255}
        assert set(levels[sum(bars[-1]) : last + clear]) == {255}
        assert levels[first - clear - 2] not in (0, 255)
    high = [row for row in range(picture.height) if len(black_runs(picture, row)) == len(bars)]
    assert abs(millimetres(high[0] - top) - 33) < 0.1
    assert abs(millimetres(len(high)) - 10) < 0.1


def test_the_qr_code_fills_its_square_with_modules_of_five_dots() -> None:
    picture = CardPress(design(ground="#0b5d57", ink="#ffffff")).picture(CARDS[0])
    left, top, side = dots(64.6), dots(5), dots(16)
    box = picture.convert("L").crop((left, top, left + side, top + side))
    assert set(box.tobytes()) == {0, 255}
    columns = [x for x in range(side) if 0 in box.crop((x, 0, x + 1, side)).tobytes()]
    assert columns[-1] - columns[0] + 1 == 29 * 5
    quiet = 4 * 5
    assert columns[0] >= quiet
    assert side - columns[-1] - 1 >= quiet


def test_a_sheet_holds_ten_cards_of_the_right_size_and_its_cut_marks() -> None:
    assert card_sheet.PER_PAGE == 10
    assert place_of(0) == place_of(10)
    pdf = sheet_pdf("Karty", design(), CARDS[:13])
    pages = list(pages_of(pdf, 300))
    assert [page.size for page in pages] == [(2480, 3508)] * 2
    first = pages[0]
    for position, card in enumerate(CARDS[:10]):
        left, top = place_of(position)
        cut = first.crop((dots(left), dots(top), dots(left + WIDTH), dots(top + HEIGHT)))
        assert read([cut]) == [card.number] * 2
        bars = black_runs(cut, dots(38))
        # Whole dots of the printer: no bar is smeared over its edge.
        assert {count % 4 for _, count in bars} == {0}
        assert sum(bars[-1]) - bars[0][0] == 95 * 4
    across = place_of(1)[0] - place_of(0)[0]
    down = place_of(2)[1] - place_of(0)[1]
    assert abs(across - WIDTH) < 0.05
    assert abs(down - HEIGHT) < 0.05
    grey = first.convert("L")
    for column in range(3):
        middle = dots(place_of(0)[0] + column * across)
        strip = grey.crop((middle - 2, dots(5), middle + 3, dots(10)))
        assert min(strip.tobytes()) < 128
    margin = grey.crop((0, 0, dots(8), grey.height))
    assert set(margin.tobytes()) == {255}


def test_codes_are_pure_black_ink_and_the_file_knows_no_clock() -> None:
    coloured = design(ground="#0b5d57", ink="#ffffff")
    pdf = sheet_pdf("Karty „Ani”", coloured, CARDS[:2])
    assert pdf == sheet_pdf("Karty „Ani”", coloured, CARDS[:2])
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert document.get_metadata_value("Title") == "Karty „Ani”"
    finally:
        document.close()
    picture = CardPress(coloured).picture(CARDS[0])
    assert picture.mode == "P"
    assert picture.convert("RGB").getpixel((dots(64.6) + 26, dots(5) + 26)) == (0, 0, 0)


# --- colours, logos, other cards -----------------------------------------------------------------


def logo_file(size: tuple[int, int], colour: str = "#b91c1c") -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", size, colour).save(file, "PNG")
    return file.getvalue()


def test_a_logo_stands_in_its_box_and_keeps_its_shape() -> None:
    picture = CardPress(CardDesign(shop="Ani", logo=logo_file((400, 60)))).picture(CARDS[0])
    colours = picture.convert("RGB")
    red = [
        (x, y)
        for x in range(dots(4), dots(46))
        for y in range(dots(4), dots(18))
        if colours.getpixel((x, y)) == (0xB9, 0x1C, 0x1C)
    ]
    xs, ys = {x for x, _ in red}, {y for _, y in red}
    assert (min(xs), max(xs) + 1) == (dots(5), dots(5) + dots(40))
    assert len(ys) == round(dots(40) * 60 / 400)
    assert dots(5) <= min(ys) < max(ys) < dots(17)
    assert read([picture]) == [NUMBERS[0]] * 2


def test_what_cannot_be_printed_is_refused_in_words() -> None:
    with pytest.raises(Unprintable, match="contrast"):
        CardDesign(shop="Ani", ground="#ffffff", ink="#dddddd")
    with pytest.raises(Unprintable, match="no colour"):
        CardDesign(shop="Ani", ground="teal")
    with pytest.raises(Unprintable, match="no picture"):
        CardPress(CardDesign(shop="Ani", logo=b"not a picture"))
    with pytest.raises(Unprintable, match="too long"):
        CardPress(CardDesign(shop="Ani")).picture(CardText("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert contrast_of(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)


@pytest.mark.parametrize("number", ["10000000000017", "5901234123450", "AB-1234"])
def test_a_card_that_others_made_gets_code_128(number: str) -> None:
    picture = CardPress(CardDesign(shop="Ani")).picture(CardText(number))
    assert read([picture]) == [number] * 2


def test_digits_stand_in_groups_that_people_can_read_aloud() -> None:
    assert grouped("2599069609197") == "2 599069 609197"
    assert grouped("AB-1234") == "AB-1234"


def test_a_mark_lies_across_the_card_and_the_codes_stay_readable() -> None:
    plain = CardPress(design()).picture(CARDS[0])
    marked = CardPress(design(mark="ĆWICZENIA")).picture(CARDS[0])
    assert marked.tobytes() != plain.tobytes()
    assert read([marked]) == [NUMBERS[0]] * 2
