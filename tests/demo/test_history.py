"""The demo shop's past: real sales by the real engine, and members who are ready for something."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal.demo.build import EveningBefore, build_demo_shop, open_demo_shop
from terminal.demo.history import SALES_LEAST, SALES_MOST, past_sales
from terminal.demo.shop import DemoShop, UnfitDemoShop, read_demo_shop
from terminal.loyalty.ledger import spendable_lots
from terminal.loyalty.standing import Standing
from terminal.loyalty.tender import TenderKind
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import check
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.settings import read_settings
from terminal.till.settings.pin import matches

TODAY = date(2026, 3, 14)


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return read_demo_shop("en", small=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "demo"
    build_demo_shop(folder, "en", today=TODAY, small=True)
    return folder


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[TillDatabase]:
    opened = open_database(
        read_settings(folder).database, clock=EveningBefore(TODAY), ids=SystemIds()
    )
    yield opened
    opened.close()


def standing_of(database: TillDatabase, card_number: str) -> Standing:
    card = database.members.by_card(card_number)
    assert card is not None
    return database.members.standing(card.member.id)


def test_the_shop_has_the_pin_that_it_tells(shop: DemoShop, folder: Path) -> None:
    assert matches(read_settings(folder).refunds.pin, shop.pin)


def test_the_same_seed_tells_the_same_past(shop: DemoShop) -> None:
    assert past_sales(shop, TODAY) == past_sales(shop, TODAY)
    assert past_sales(shop, TODAY) != past_sales(shop, TODAY, seed="another")


def test_the_past_is_past_and_in_order(shop: DemoShop) -> None:
    sales = past_sales(shop, TODAY)

    assert [sale.at for sale in sales] == sorted(sale.at for sale in sales)
    assert sales[-1].at.date() < TODAY


def test_everybody_else_has_been_here_some_times(shop: DemoShop) -> None:
    for member in shop.members:
        visits = sum(sale.member == member for sale in past_sales(shop, TODAY))
        assert member.story or SALES_LEAST <= visits <= SALES_MOST


def test_anna_has_points_for_a_reward(shop: DemoShop, database: TillDatabase) -> None:
    assert standing_of(database, shop.ready("points").card).spendable("points") == 137


def test_the_next_coffee_is_free(shop: DemoShop, database: TillDatabase) -> None:
    assert standing_of(database, shop.ready("coffee").card).spendable("stamps:coffee") >= 9


def test_the_next_wash_is_free(shop: DemoShop, database: TillDatabase) -> None:
    assert standing_of(database, shop.ready("wash").card).spendable("stamps:wash") == 5


def test_some_points_end_within_30_days(shop: DemoShop, database: TillDatabase) -> None:
    points = standing_of(database, shop.ready("expiring").card).of("points")
    lots = [lot for holding in points for lot in spendable_lots(holding.sums)]

    assert any(lot.day and TODAY <= lot.day <= TODAY + timedelta(days=30) for lot in lots)


def test_somebody_has_nothing_yet(shop: DemoShop, database: TillDatabase) -> None:
    assert standing_of(database, shop.ready("nothing").card).holdings == ()


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2028, 2, 29), date(2026, 12, 1)])
def test_points_end_soon_whenever_the_shop_is_built(shop: DemoShop, today: date) -> None:
    first = shop.ready("expiring").past[0].moment(today).date()

    assert (first.year, first.month) == (today.year - 1, today.month)
    assert first <= today - timedelta(days=360)


def test_every_past_sale_stands_in_the_journal(shop: DemoShop, database: TillDatabase) -> None:
    facts = len(past_sales(shop, TODAY)) + len(shop.members)

    with database.database.reading() as connection:
        (warned,) = Quick(connection).one("SELECT count(*) FROM lots_warned")
    assert database.journal.identity().next_seq == facts + warned + 1


def test_blank_cards_are_given_out_and_nobodys(shop: DemoShop, database: TillDatabase) -> None:
    assert len(database.cards.given_out()) == len(shop.members) + len(shop.blank_cards)
    assert not any(database.members.by_card(card) for card in shop.blank_cards)


def test_a_shop_that_is_there_keeps_its_data(tmp_path: Path) -> None:
    settings = open_demo_shop(tmp_path / "demo", "en", today=TODAY, small=True)
    before = incarnation_of(settings.database)

    assert incarnation_of(open_demo_shop(tmp_path / "demo", "en").database) == before
    assert incarnation_of(open_demo_shop(tmp_path / "demo", "pl").database) == before
    assert (
        incarnation_of(open_demo_shop(tmp_path / "demo", "pl", fresh=True, small=True).database)
        != before
    )


def test_another_language_changes_the_words_on_the_shelf(tmp_path: Path, shop: DemoShop) -> None:
    open_demo_shop(tmp_path / "demo", "en", today=TODAY, small=True)
    settings = open_demo_shop(tmp_path / "demo", "pl", today=TODAY)
    opened = open_database(settings.database, clock=EveningBefore(TODAY), ids=SystemIds())
    butter, tabs = (
        opened.catalogue.by_sku("DAI-01"),
        {one.group for one in opened.catalogue.tiles()},
    )
    opened.close()

    assert butter is not None
    assert butter.name == "Masło 82% 200 g"
    assert tabs == {"Kawa", "Piekarnia", "Warzywa", "Mięso", "Inne"}
    assert settings.shop.language == "pl"


def test_a_folder_keeps_the_country_of_its_shop(folder: Path) -> None:
    with pytest.raises(UnfitDemoShop, match="the demo shop of PL"):
        open_demo_shop(folder, "uk")


@pytest.mark.slow
def test_the_whole_shop_has_a_year_behind_it_and_refolds_to_its_balances(tmp_path: Path) -> None:
    build_demo_shop(tmp_path / "demo", "pl", today=TODAY)
    opened = open_database(
        read_settings(tmp_path / "demo").database, clock=EveningBefore(TODAY), ids=SystemIds()
    )

    assert check(opened.database).clean
    with opened.database.reading() as connection:
        members, sales, first, last = Quick(connection).one(
            "SELECT (SELECT count(*) FROM members), count(*), min(business_day), max(business_day)"
            " FROM facts WHERE sale_id IS NOT NULL"
        )
    opened.close()
    assert members == 500
    assert sales > 3000
    assert date.fromisoformat(last) - date.fromisoformat(first) >= timedelta(days=360)


@pytest.mark.parametrize("language", ["uk", "ro", "lv", "ru"])
def test_the_stories_are_true_in_every_country(tmp_path: Path, language: str) -> None:
    abroad = read_demo_shop(language, small=True)
    build_demo_shop(tmp_path / "demo", language, today=TODAY, small=True)
    settings = read_settings(tmp_path / "demo")
    opened = open_database(settings.database, clock=EveningBefore(TODAY), ids=SystemIds())

    assert standing_of(opened, abroad.ready("points").card).spendable("points") >= 100
    assert standing_of(opened, abroad.ready("coffee").card).spendable("stamps:coffee") >= 9
    assert standing_of(opened, abroad.ready("wash").card).spendable("stamps:wash") == 5
    assert standing_of(opened, abroad.ready("nothing").card).holdings == ()
    opened.close()
    assert (settings.shop.country, settings.shop.currency) == (abroad.country, abroad.currency)


def test_cash_is_rounded_as_the_country_does(tmp_path: Path) -> None:
    """Ukraine pays in steps of 50 kopiykas, since October 2025; a card pays to the kopiyka."""
    build_demo_shop(tmp_path / "demo", "uk", today=TODAY, small=True)
    settings = read_settings(tmp_path / "demo")
    opened = open_database(settings.database, clock=EveningBefore(TODAY), ids=SystemIds())
    with opened.database.reading() as connection:
        ids = Quick(connection).rows(
            "SELECT sale_id FROM facts WHERE sale_id IS NOT NULL AND business_day >= '2025-10-01'"
        )
        loaded = [opened.journal.load(one) for (one,) in ids]
    opened.close()

    records = [one.record for one in loaded if one is not None]
    cash = [one for one in records if any(paid.kind is TenderKind.CASH for paid in one.tenders)]
    assert any(one.rounding for one in cash)
    assert all((one.total + one.rounding) % 50 == 0 for one in cash)
    assert all(one.rounding == 0 for one in records if one not in cash)


def test_nothing_is_left_beside_the_shop(folder: Path) -> None:
    assert [entry.name for entry in folder.parent.iterdir()] == ["demo"]


def incarnation_of(database: Path) -> str:
    opened = open_database(database, clock=EveningBefore(TODAY), ids=SystemIds())
    found = opened.journal.identity().incarnation
    opened.close()
    return found
