"""An owner founds stores from the shell, and tills join them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal.cli import main
from terminal.server.commands import open_server
from terminal.server.registry.stores import all_shops
from terminal.server.settings import read_settings
from terminal.till import joining
from terminal.till.line_port import LineTrouble
from tests.till.sync.office import Office

ANI = ("Sklep u Ani", "--country", "PL", "--currency", "PLN", "--address", "ul. Lipowa 4")
BUN = ("Bun", "--country", "ro", "--currency", "ron")


def server(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> dict[str, Any]:
    """A command of the owner's, done."""
    assert main(["server", *words, "--folder", str(folder), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office")
    yield office
    office.stop()


@pytest.mark.parametrize("runs", [False, True])
def test_stores_are_founded_and_tills_join_them(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, runs: bool
) -> None:
    folder = office.settings.folder
    if runs:
        office.start()
    server(capsys, folder, "store", *ANI)
    server(capsys, folder, "store", *BUN)
    code = server(capsys, folder, "code", "--store", "Bun")["code"]
    if not runs:
        office.start()

    settings = joining.pair(tmp_path / "home" / "till", office.url, code, "Till 1")

    assert joining.fetch(settings) is LineTrouble.NONE
    shop = settings.shop
    assert (shop.name, shop.country, shop.currency, shop.language) == ("Bun", "RO", "RON", "ro")
    assert settings.cards.prefix == "29"
    assert settings.card_key is not None
    with joining.opened(settings) as (database, _):
        first = database.cards.take(1)
        assert database.cards.is_blank(first.start)


def test_each_store_has_a_card_key_of_its_own(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = office.settings.folder
    for words in (ANI, BUN):
        server(capsys, folder, "store", *words)
    office.start()
    keys = set()
    for name in ("Sklep u Ani", "Bun"):
        code = server(capsys, folder, "code", "--store", name)["code"]
        keys.add(joining.pair(tmp_path / "home" / name, office.url, code, "Till 1").card_key)
    assert len(keys) == 2


def test_one_name_is_one_store(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    server(capsys, office.settings.folder, "store", *ANI)

    assert main(["server", "store", *ANI, "--folder", str(office.settings.folder)]) == 1

    assert "already" in capsys.readouterr().err


def zone_of(folder: Path, name: str) -> str:
    with open_server(read_settings(folder)) as database, database.reading() as connection:
        return next(one.time_zone for one in all_shops(connection) if one.name == name)


@pytest.mark.parametrize("runs", [False, True])
def test_a_store_far_from_its_server_is_told_its_time_zone(
    office: Office, capsys: pytest.CaptureFixture[str], *, runs: bool
) -> None:
    folder = office.settings.folder
    if runs:
        office.start()
    server(capsys, folder, "store", *BUN, "--time-zone", "Europe/Chisinau")
    assert zone_of(folder, "Bun") == "Europe/Chisinau"

    server(capsys, folder, "store", "Bun", "--time-zone", "Europe/Bucharest")

    assert zone_of(folder, "Bun") == "Europe/Bucharest"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (("Bun", "--country", "Romania", "--currency", "RON"), "country"),
        (("Bun", "--country", "RO", "--currency", "lei!"), "currency"),
        ((" ", "--country", "RO", "--currency", "RON"), "name"),
        ((*BUN, "--language", "de"), "language"),
        ((*BUN, "--card-prefix", "X"), "card_prefix"),
        ((*BUN, "--time-zone", "Bukarest"), "time_zone"),
        (("Bun", "--country", "RO"), "--currency"),
        (("Bun", "--time-zone", "Europe/Bucharest"), "no store"),
    ],
)
def test_what_no_till_could_use_is_refused(
    office: Office, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], word: str
) -> None:
    assert main(["server", "store", *wrong, "--folder", str(office.settings.folder)]) == 1

    assert word in capsys.readouterr().err


def test_whoever_asks_for_a_code_too_early_is_told_what_to_do(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.start()  # its folder has a database from now on

    assert main(["server", "code", "--folder", str(office.settings.folder)]) == 1

    assert "tenth server store" in capsys.readouterr().err
