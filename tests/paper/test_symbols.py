"""Symbols: what is drawn is what was asked for."""

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from terminal.paper.symbols import code_128_modules, ean_modules, qr_modules


def drawn(rows: list[bytes]) -> Image.Image:
    """Modules as an image of four dots each, with a wide quiet zone."""
    symbol = Image.new("L", (len(rows[0]), len(rows)))
    symbol.putdata([0 if module else 255 for row in rows for module in row])
    large = symbol.resize((symbol.width * 4, symbol.height * 4), Image.Resampling.NEAREST)
    page = Image.new("L", (large.width + 80, large.height + 80), 255)
    page.paste(large, (40, 40))
    return page


def read(rows: list[bytes]) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(drawn(rows))]


def strips(modules: str) -> list[bytes]:
    return [bytes(int(module) for module in modules)] * 20


@settings(deadline=None)
@given(
    st.text("0123456789", min_size=2, max_size=40) | st.from_regex(r"99[0-9]{1,12}", fullmatch=True)
)
def test_code_128_keeps_all_digits(digits: str) -> None:
    """python-barcode drops a leading 99; see `symbols`."""
    assert read(strips(code_128_modules(digits))) == [digits]


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=2, max_size=24))
def test_code_128_keeps_all_signs(text: str) -> None:
    assert read(strips(code_128_modules(text))) == [text]


def test_ean_has_the_modules_of_the_standard() -> None:
    assert len(ean_modules("4006381333931")) == 95
    assert len(ean_modules("96385074")) == 67
    assert read(strips(ean_modules("4006381333931"))) == ["4006381333931"]


def test_qr_keeps_every_script() -> None:
    for text in ("2599069609197", "https://anna.example/c/2599069609197", "Żółć Ґанок țară Ķirši"):
        assert read(list(qr_modules(text))) == [text]
