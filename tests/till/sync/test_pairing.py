"""A till joins a server: the whole way over HTTP, and every way in which it may not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from terminal.till import joining
from terminal.till.line_port import LineTrouble
from terminal.till.settings import Settings, read_settings, write_settings
from terminal.till.sync.keys import KEY_FILE
from terminal.till.sync.link import UnfitAddress
from terminal.till.sync.pairing import NotPaired
from tests.ports import kept_port, number_of
from tests.till.sync.office import KEY, PRODUCTS, Office, Till, make_shop, portal


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office")
    office.start()
    office.publish()
    yield office
    office.stop()


def join(office: Office, folder: Path, code: str | None = None, lane: str = "Till 2") -> Settings:
    return joining.pair(folder, office.url, code or office.code(), lane)


def test_a_new_till_gets_its_shop_from_the_server(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "till2"

    settings = join(office, folder)
    assert joining.fetch(settings) is LineTrouble.NONE

    assert settings == read_settings(folder)
    assert (settings.shop.name, settings.lane.name, settings.shop.language) == (
        "Sklep u Ani",
        "Till 2",
        "pl",
    )
    assert (settings.cards.prefix, settings.card_key) == ("29", KEY)
    assert settings.server.url == office.url
    if os.name == "posix":
        for name in ("card.key", KEY_FILE, "till.sqlite"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    till = Till(settings)
    try:
        assert till.database.catalogue.by_sku("TEA") == PRODUCTS[0]
        assert till.database.catalogue.by_gtin("05901234123464") == PRODUCTS[0]
        assert [one.product.sku for one in till.database.catalogue.tiles()] == ["BUN"]
    finally:
        till.close()


def test_a_till_that_joined_can_give_out_cards_at_once(office: Office, tmp_path: Path) -> None:
    settings = join(office, tmp_path / "home" / "till2")
    joining.fetch(settings)

    till = Till(settings)
    try:
        first = till.database.cards.take(1)
        assert till.database.cards.is_blank(first.start)
        assert till.database.cards.issued() == 1_000
    finally:
        till.close()


def test_the_till_of_a_shop_joins_with_its_whole_log(office: Office, tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home" / "shop")
    alone = Till(settings)
    alone.line.close()
    alone.record(5)
    alone.database.close()
    # It has met no server: the one beside it had no time to start.
    joined = join(office, settings.folder, lane="Till 7")
    assert joining.fetch(joined) is LineTrouble.NONE

    assert joined.lane.name == "Till 7"
    assert read_settings(settings.folder).server.url == office.url
    assert office.facts() == 5


def nothing_left(folder: Path) -> bool:
    return not folder.exists() and not list(folder.parent.glob("*pairing*"))


@pytest.mark.parametrize("code", ["", "WRONG", "0000-0000-00000"])
def test_a_wrong_code_opens_nothing_and_leaves_nothing(
    office: Office, tmp_path: Path, code: str
) -> None:
    folder = tmp_path / "home" / "till2"

    with pytest.raises(NotPaired, match=r"code|not such"):
        join(office, folder, code or "-")

    assert nothing_left(folder)


def test_a_code_opens_once(office: Office, tmp_path: Path) -> None:
    code = office.code()
    join(office, tmp_path / "home" / "till2", code)

    with pytest.raises(NotPaired, match="used already"):
        join(office, tmp_path / "home" / "till3", code)


def test_nobody_there_is_told_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "till2"
    with closing(kept_port()) as nobodys, pytest.raises(NotPaired, match="Nobody answers"):
        joining.pair(folder, f"http://127.0.0.1:{number_of(nobodys)}", "A", "Till 2")

    assert nothing_left(folder)


@pytest.mark.parametrize("code", [200, 302, 404])
def test_a_stranger_is_told_in_words(tmp_path: Path, code: int) -> None:
    folder = tmp_path / "home" / "till2"
    with portal(code=code) as url, pytest.raises(NotPaired, match="no Tenth server"):
        joining.pair(folder, url, "A", "Till 2")

    assert nothing_left(folder)


def test_a_server_that_fails_is_told_in_words(tmp_path: Path) -> None:
    with portal(code=500) as url, pytest.raises(NotPaired, match="fails just now"):
        joining.pair(tmp_path / "home" / "till2", url, "A", "Till 2")


def test_a_line_that_others_could_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnfitAddress, match="not encrypted"):
        joining.pair(tmp_path / "home" / "till2", "http://tenth.example", "A", "Till 2")


def test_a_till_that_has_a_server_keeps_it(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "till2"
    join(office, folder)

    with pytest.raises(NotPaired, match="paired with http://127"):
        join(office, folder)


def test_a_folder_of_something_else_is_left_alone(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "letters"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("Dear Ania", encoding="utf-8")

    with pytest.raises(NotPaired, match="not empty"):
        join(office, folder)

    assert [one.name for one in folder.iterdir()] == ["letter.txt"]


def test_a_refusal_leaves_an_existing_shop_as_it_was(office: Office, tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home" / "shop")

    with pytest.raises(NotPaired):
        join(office, settings.folder, "WRONG")

    assert read_settings(settings.folder) == settings
    write_settings(settings)
    assert join(office, settings.folder).server.url == office.url


def test_nothing_secret_is_logged(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    folder = tmp_path / "home" / "till2"
    code = office.code()
    join(office, folder, code)

    key = (folder / KEY_FILE).read_text(encoding="ascii").strip()
    for secret in (key, code, office.key, KEY.hex()):
        assert secret not in caplog.text


def test_the_answer_that_got_lost_is_given_again(office: Office, tmp_path: Path) -> None:
    """A shop that joins keeps its key and its log, so the same code is its own once more."""
    settings = make_shop(tmp_path / "home" / "shop")
    before = settings.database.read_bytes()
    code = office.code()
    join(office, settings.folder, code)
    settings.database.write_bytes(before)  # as if the power went before the answer was kept

    joined = join(office, settings.folder, code)

    assert joining.fetch(joined) is LineTrouble.NONE
