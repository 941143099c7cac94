"""The shop to practise in: its own folder, and not a byte of the real one touched."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.barcodes.card_number import card_number, counter_of
from terminal.demo.build import open_demo_shop
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import budget_account
from terminal.till.app import OpenTill, open_till
from terminal.till.card_printing import Wanted, print_blank, print_number
from terminal.till.checkout.view import Stage
from terminal.till.database.copying import TABLES
from terminal.till.database.only_till import only_till
from terminal.till.database.rebuild import check
from terminal.till.gui.training import OPEN
from terminal.till.settings import ServerTable, Settings, UnfitSettings, read_settings
from terminal.till.training import prepare_training, training_folder
from terminal.till.trouble import Trouble

BUTTER = "Butter"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return open_demo_shop(tmp_path_factory.mktemp("home") / "shop", "en", small=True)


@pytest.fixture
def shop(built: Settings, tmp_path: Path) -> Settings:
    """A copy of the demo shop, closed."""
    shutil.copytree(built.folder, tmp_path / "shop")
    return read_settings(tmp_path / "shop")


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of the shop by what is in it. The index of SQLite's log of writes is left out:
    it is shared memory, and whoever reads notes in it what he reads."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith("-shm")
    }


def sell_to_a_member(till: OpenTill) -> None:
    checkout = till.checkout
    member = next(iter(till.database.members.search("Ann", 1)))
    checkout.scan(member.card_number)
    product = next(iter(till.database.catalogue.search(BUTTER, 1)))
    checkout.add_product(product.sku)
    checkout.finish()
    view = checkout.tender(TenderKind.CASH, 100_00)
    assert view.stage is Stage.DONE
    checkout.begin_next()


def test_practice_leaves_every_byte_of_a_closed_shop_as_it_is(shop: Settings) -> None:
    before = fingerprint(shop.folder)
    till = open_till(prepare_training(shop))
    try:
        sell_to_a_member(till)
        till.database.cards.take(10)
        assert check(till.database.database).clean
    finally:
        till.close()
    after = fingerprint(shop.folder)
    assert after == before
    assert set(after) >= {"shop.toml", "till.sqlite", "card.key"}


def test_practice_leaves_every_byte_of_an_open_shop_and_its_basket_as_it_is(
    shop: Settings,
) -> None:
    real = open_till(shop)
    try:
        product = next(iter(real.database.catalogue.search(BUTTER, 1)))
        real.checkout.add_product(product.sku)
        kept = real.database.working_basket.load()
        before = fingerprint(shop.folder)
        assert any(name.endswith("-wal") for name in before)
        till = open_till(prepare_training(shop))
        try:
            sell_to_a_member(till)
        finally:
            till.close()
        assert fingerprint(shop.folder) == before
        assert real.database.working_basket.load() == kept
        assert [line.pieces for line in real.checkout.view().lines] == [1]
        assert not real.database.journal.last_sales(real.clock.now().business_day, 5)
    finally:
        real.close()


def test_goods_and_rules_are_those_of_the_shop_and_the_people_are_invented(shop: Settings) -> None:
    settings = prepare_training(shop)
    assert settings.folder == training_folder(shop.folder) != shop.folder
    assert settings.training.on
    assert settings.server == ServerTable()
    real, till = open_till(shop), open_till(settings)
    try:
        assert till.database.catalogue.all_products() == real.database.catalogue.all_products()
        assert till.database.catalogue.tiles() == real.database.catalogue.tiles()
        assert till.database.programmes.revisions() == real.database.programmes.revisions()
        people = till.database.members.search("Ann", 9)
        assert [one.name for one in people] == ["Ann Example"]
        for member in real.database.members.search("An", 50):
            assert till.database.members.by_id(member.id) is None
        # The first one has a reward that is ready.
        till.checkout.scan(people[0].card_number)
        product = next(iter(till.database.catalogue.search(BUTTER, 1)))
        view = till.checkout.add_product(product.sku)
        assert view.member is not None
        assert view.member.offers
    finally:
        real.close()
        till.close()


def test_only_what_is_on_sale_is_in_the_file(shop: Settings) -> None:
    settings = prepare_training(shop)
    real = sqlite3.connect(shop.database)
    names = [name for (name,) in real.execute("SELECT name FROM members WHERE name <> ''")]
    real.close()
    assert names
    stored = settings.database.read_bytes()
    assert not [name for name in names if name.encode() in stored]
    assert "members" not in TABLES
    assert "facts" not in TABLES


def test_real_cards_can_be_practised_with_and_practice_numbers_are_never_given_out(
    shop: Settings,
) -> None:
    till = open_till(prepare_training(shop))
    try:
        key, prefix = shop.card_key, shop.cards.prefix
        assert key is not None
        for counter in (0, 7, 123_456):
            view = till.checkout.scan(card_number(counter, key=key, prefix=prefix))
            assert view.joining
            till.checkout.dismiss()
        ann = next(iter(till.database.members.search("Ann", 1)))
        last = counter_of(ann.card_number, key=key, prefix=prefix)
        assert last is not None
        assert last > 10**9
    finally:
        till.close()


def test_an_offer_with_a_budget_can_be_practised_though_no_server_gives_any(
    shop: Settings,
) -> None:
    budget = {"of": "times", "amount": 30}
    reward = {
        "id": "first",
        "name": {"en": "For the first"},
        "benefit": {"kind": "amount_off", "amount": 100},
        "target": {"scope": "basket"},
        "budget": budget,
    }
    offer = {
        "format": 1,
        "programme": 99,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "For the first"},
        "rewards": [reward],
    }
    real = open_till(shop)
    real.database.programmes.put([json.dumps(offer)])
    real.close()
    till = open_till(prepare_training(shop))
    try:
        (left,) = till.database.programmes.budgets([budget_account(99, "first")])
        assert left.spendable == 30
        assert check(till.database.database).clean
    finally:
        till.close()


def test_it_begins_anew_each_time_but_not_under_somebody_who_practises(shop: Settings) -> None:
    till = open_till(prepare_training(shop))
    sell_to_a_member(till)
    assert till.database.journal.last_sales(till.clock.now().business_day, 5)
    till.close()
    settings = prepare_training(shop)
    till = open_till(settings)
    assert not till.database.journal.last_sales(till.clock.now().business_day, 5)
    till.close()
    with only_till(settings.folder), pytest.raises(Trouble):
        prepare_training(shop)
    assert [one.name for one in settings.folder.parent.iterdir() if "building" in one.name] == []


def test_a_real_shop_that_bears_the_name_of_practice_is_never_built_over(shop: Settings) -> None:
    for name in ("shop.toml", "notes.txt"):
        other = training_folder(shop.folder)
        other.mkdir()
        (other / name).write_bytes((shop.folder / "shop.toml").read_bytes())
        before = fingerprint(other)
        with pytest.raises(UnfitSettings, match="stays as it is"):
            prepare_training(shop)
        assert fingerprint(other) == before
        shutil.rmtree(other)


def test_a_shop_without_cards_of_its_own_can_practise_too(shop: Settings) -> None:
    plain = replace(shop, cards=replace(shop.cards, prefix=""), card_key=None)
    till = open_till(prepare_training(plain))
    try:
        assert till.database.members.search("Ann", 1)
    finally:
        till.close()


@pytest.mark.parametrize("columns", [42, 32])
def test_every_slip_says_at_its_top_and_bottom_that_it_is_training(
    shop: Settings, columns: int
) -> None:
    till = open_till(prepare_training(shop))
    try:
        sell_to_a_member(till)
        lines = till.slips.lines(None, columns)
    finally:
        till.close()
    assert lines[0].strip() == lines[-1].strip() == "*** TRAINING ***"
    assert max(map(len, lines)) <= columns


def test_the_drawer_stays_shut_and_files_of_slips_lie_with_the_practice(shop: Settings) -> None:
    table = replace(shop.printer, kind="folder", address="/tmp/slips of the shop", drawer=True)
    settings = prepare_training(replace(shop, printer=table))
    assert not settings.printer.drawer
    assert settings.printer.address == ""


def test_a_card_printed_in_training_is_marked_and_none_of_the_shops(shop: Settings) -> None:
    settings = prepare_training(shop)
    real, till = open_till(shop), open_till(settings)
    try:
        practice = print_blank(settings, till.database, till.clock, 1, Wanted(pdf=False))
        number = practice.numbers[0]
        counter = counter_of(number, key=shop.card_key or b"", prefix=shop.cards.prefix)
        assert counter is not None
        assert not real.database.cards.is_blank(counter)
        plain = print_number(shop, real.database, real.clock, number, Wanted(pdf=False))
        file = f"{number}.png"
        assert (practice.folder / file).read_bytes() != (plain.folder / file).read_bytes()
    finally:
        real.close()
        till.close()


@pytest.mark.slow
def test_the_program_itself_opens_training_beside_a_till_at_work(shop: Settings) -> None:
    real = open_till(shop)
    try:
        product = next(iter(real.database.catalogue.search(BUTTER, 1)))
        real.checkout.add_product(product.sku)
        before = fingerprint(shop.folder)
        command = (sys.executable, "-m", "terminal", "till", "--training", "--language", "pl")
        process = subprocess.Popen(
            (*command, "--folder", str(shop.folder)),
            stdout=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            text=True,
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == OPEN
        finally:
            process.kill()
            process.communicate()
        assert fingerprint(shop.folder) == before
        assert (training_folder(shop.folder) / "till.sqlite").is_file()
        assert [line.pieces for line in real.checkout.view().lines] == [1]
    finally:
        real.close()
