"""Publishing: immutable revisions, the difference first, all files or none, every store told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terminal.server.database import registry
from terminal.server.database.connection import ServerDatabase
from terminal.server.feed import reading
from terminal.server.registry import revisions
from terminal.server.registry.price_list import list_at
from terminal.wire.registry_json import PublishReply
from tests.server.registry.owners import (
    NOW,
    STORE,
    catalogue,
    found,
    operators,
    product,
    programme,
    publish,
    shop_record,
)

OTHER = "b2" * 16


def changed(reply: PublishReply) -> list[tuple[str, str, str]]:
    return [(one.what, one.key, one.change) for one in reply.changes]


def told(database: ServerDatabase, store: str = STORE) -> set[tuple[str, str]]:
    """What a store is told, but for the keys of the chain's codes, which nobody publishes."""
    with database.reading() as connection:
        page = reading.after(connection, store, 0, 1000)
    return {(kind, key) for kind, keys in page.told.items() for key in keys if kind != "code_keys"}


def test_a_shop_is_founded_and_told_everything(server_database: ServerDatabase) -> None:
    early = publish(server_database, programme(), catalogue(product("a")))
    assert early.published

    founded = publish(server_database, operators(("1", "Ania", "manager")), shop=shop_record())

    assert changed(founded) == [("shop", STORE, "added"), ("operator", "1", "added")]
    everything = {("programme", "7.1"), ("pricing", "1"), ("operators", "")}
    assert told(server_database) == everything
    with server_database.reading() as connection:
        published = revisions.published(connection, STORE, [*everything, ("shop", STORE)])
    assert published.shop == shop_record()
    assert [one["programme"] for one in published.programmes] == [7]
    assert [one.products[0].sku for one in published.pricings] == ["a"]
    assert published.operators is not None
    assert [one.name for one in published.operators] == ["Ania"]


def test_a_dry_run_writes_nothing_and_tells_the_same(server_database: ServerDatabase) -> None:
    found(server_database)
    files = (programme(), catalogue(product("a")), operators(("1", "Ania", "cashier")))
    dry = publish(server_database, *files, dry_run=True)
    assert not dry.published
    assert told(server_database) == set()
    real = publish(server_database, *files)
    assert real.published
    assert changed(dry) == changed(real)
    assert {change for _, _, change in changed(publish(server_database, *files))} == {"same"}


def test_a_problem_in_one_file_publishes_nothing(server_database: ServerDatabase) -> None:
    found(server_database)
    bad = catalogue(product("a", pirce=3))
    reply = publish(server_database, programme(), bad)
    assert not reply.published
    assert reply.problems == (("file1.json", "catalogue[0].pirce: no such key"),)
    assert told(server_database) == set()


def test_a_revision_never_changes(server_database: ServerDatabase) -> None:
    found(server_database, programme(revision=2))
    other = programme(revision=2, name={"en": "Another"})
    reply = publish(server_database, other)
    assert not reply.published
    assert "never changes" in reply.problems[0][1]
    assert "has the revision 2" in publish(server_database, programme()).problems[0][1]
    newer = publish(server_database, programme(revision=3, name={"en": "Another"}))
    assert changed(newer) == [("programme", "7", "changed")]
    closed = publish(server_database, programme(revision=4, closed=True))
    assert changed(closed) == [("programme", "7", "removed")]
    assert told(server_database) >= {("programme", "7.2"), ("programme", "7.4")}


def test_the_price_list_tells_what_differs(server_database: ServerDatabase) -> None:
    found(server_database, catalogue(product("a"), product("b"), product("c")))
    later = catalogue(
        product("a"),
        product("b", 150),
        product("d"),
        tiles=[{"sku": "a", "tab": "Coffee"}],
    )
    reply = publish(server_database, later)
    assert changed(reply) == [
        ("product", "c", "removed"),
        ("product", "b", "changed"),
        ("product", "d", "added"),
        ("tiles", "", "changed"),
    ]
    b = reply.changes[1]
    assert (b.before, b.after) == ("price 100", "price 150")
    with server_database.reading() as connection:
        pricings = revisions.pricings(connection)
    assert set(list_at(pricings, NOW).products) == {"a", "b", "d"}


def test_a_list_may_hold_from_later(server_database: ServerDatabase) -> None:
    found(server_database, catalogue(product("a")))
    later = catalogue(product("a", 200), holds_from="2027-06-01T00:00:00+02:00")
    assert publish(server_database, later).published
    with server_database.reading() as connection:
        pricings = revisions.pricings(connection)
    assert list_at(pricings, NOW).products["a"].price == 100
    assert list_at(pricings, pricings[-1].holds_from_ms).products["a"].price == 200


def test_a_tax_below_a_percent_is_told_as_a_text(server_database: ServerDatabase) -> None:
    found(server_database, catalogue(product("a", vat="0.25%"), product("b", vat="23%")))
    with server_database.reading() as connection:
        products = list_at(revisions.pricings(connection), NOW).products
    assert {sku: one.vat for sku, one in products.items()} == {"a": 25, "b": 2300}


def test_a_large_list_is_cut(server_database: ServerDatabase) -> None:
    found(server_database, catalogue(*(product(f"{n:05}") for n in range(1_201))))
    with server_database.reading() as connection:
        pricings = revisions.pricings(connection)
    assert [len(one.products) for one in pricings] == [500, 500, 201]
    assert {one.holds_from_ms for one in pricings} == {NOW}
    assert [one.number for one in pricings] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("[]", "expected an object"),
        ("[" * 100_000, "not JSON"),
        ('{"format": 2, "catalogue": []}', "format: expected 1"),
        (catalogue(product("a"), product("a")), "a is there twice"),
        (catalogue(product("a", gtin="1"), product("b", gtin="1")), "1 is there twice"),
        (catalogue(product("a"), codes=[["5", "b"]]), "there is no product b"),
        (catalogue(product("a"), tiles=[{"sku": "b", "tab": ""}]), "there is no product b"),
        (catalogue(product("a"), holds_from="2027-01-01"), "offset"),
        (catalogue(product("a", price="1")), "catalogue[0].price"),
        (catalogue(product("a", -1)), "a price is from 0"),
        (
            catalogue(product("a", vat=23)),
            'catalogue[0].vat: 23 basis points are 0.23 %; write "23%" or 2300',
        ),
        (operators(("1", "Ania", "boss")), "one of cashier, manager"),
        (operators(("1", "Ania", "manager"), ("1", "Ola", "manager")), "an id of their own"),
        ('{"format": 1, "programme": 1}', "revision"),
    ],
)
def test_a_bad_file_says_what_is_wrong(
    server_database: ServerDatabase, text: str, problem: str
) -> None:
    reply = publish(server_database, text)
    assert not reply.published
    assert problem in " ".join(words for _, words in reply.problems)


def test_two_files_about_the_same(server_database: ServerDatabase) -> None:
    reply = publish(server_database, catalogue(product("a")), catalogue(product("b")))
    assert reply.problems == (("file1.json", "file0.json is about the same"),)


def test_a_group_picks_alike(server_database: ServerDatabase) -> None:
    """Who publishes half of a change is told which programme picks otherwise."""
    best = {"group": "winter"}
    first = {"group": "winter", "pick": "priority"}
    assert publish(server_database, programme(stacking=best)).published
    assert publish(server_database, programme(programme=8, stacking=best)).published

    half = publish(server_database, programme(revision=2, stacking=first))

    assert not half.published
    file, words = half.problems[0]
    assert file == "file0.json"
    assert "pick alike" in words
    assert "programme 8 revision 1" in words

    whole = publish(
        server_database,
        programme(revision=2, stacking=first),
        programme(programme=8, revision=2, stacking=first),
    )
    assert whole.published
    same = publish(server_database, programme(revision=2, stacking=first))
    assert {change for _, _, change in changed(same)} == {"same"}
    assert publish(server_database, programme(programme=9)).published


def test_a_shop_record_changes_but_not_its_cards(server_database: ServerDatabase) -> None:
    found(server_database)
    renamed = publish(server_database, shop=shop_record(name="Sklep u Oli"))
    assert changed(renamed) == [("shop", "name", "changed")]
    assert told(server_database) == {("shop", STORE)}
    for unfit in ({"card_key": "cd" * 16}, {"card_prefix": "28"}):
        reply = publish(server_database, shop=shop_record(**unfit))
        assert not reply.published
        assert "ab" * 16 not in json.dumps([one.before for one in reply.changes])
    with server_database.reading() as connection:
        (row,) = registry.all_stores(connection)
    assert '"Sklep u Oli"' in row.shop


@pytest.mark.parametrize(
    "unfit",
    [
        {"store": "shop"},
        {"name": " "},
        {"card_prefix": "1234567"},
        {"card_key": "xy"},
        {"card_key": "ab"},
        {"name": "a\0"},
    ],
)
def test_an_unfit_shop_is_not_founded(
    server_database: ServerDatabase, unfit: dict[str, str]
) -> None:
    reply = publish(server_database, shop=shop_record(**unfit))
    assert not reply.published
    assert reply.problems


def test_all_stores_are_told(server_database: ServerDatabase) -> None:
    found(server_database)
    found(server_database, store=OTHER)
    publish(server_database, programme())
    assert told(server_database) == told(server_database, OTHER) == {("programme", "7.1")}


def gift(unit: str, **more: Any) -> str:
    """A programme whose reward gives a unit."""
    reward = {
        "id": "gift",
        "name": {"en": "Gift"},
        "benefit": {"kind": "units", "unit": unit, "n": 1},
        "target": {"scope": "basket"},
    }
    return programme(rewards=[reward], **more)


def test_a_unit_that_nobody_has_is_not_given(server_database: ServerDatabase) -> None:
    """Misspelt, it would go to members who can do nothing with it."""
    miles = programme(programme=8, unit={"id": "miles", "kind": "points", "name": {"en": "Miles"}})

    reply = publish(server_database, gift("milse"), miles)
    assert not reply.published
    assert reply.problems == (
        (
            "file0.json",
            "rewards[0].benefit.unit: no programme here has the unit 'milse'; did you mean 'miles'?",
        ),
    )

    assert publish(server_database, gift("miles"), miles).published
    assert publish(server_database, gift("miles", programme=9)).published, "it is known by now"


def test_a_tier_that_nobody_has_is_a_hint(server_database: ServerDatabase) -> None:
    """Members may bring a tier from elsewhere, so nothing is held up."""

    def for_tier(tier: str, revision: int) -> str:
        reward = {
            "id": "off",
            "name": {"en": "Off"},
            "audience": {"tiers": [tier]},
            "benefit": {"kind": "percent_off", "basis_points": 1000},
            "target": {"scope": "basket"},
        }
        return programme(rewards=[reward], revision=revision)

    status = programme(
        programme=8,
        unit={"id": "status", "kind": "status", "name": {"en": "status"}},
        tiers={
            "tiers": [{"id": "gold", "name": {"en": "Gold"}, "units": 5}],
            "period": {"kind": "year"},
        },
    )

    reply = publish(server_database, for_tier("Gold", 1), status)

    told = "rewards[0].audience.tiers[0]: no programme here has the tier 'Gold'"
    assert reply.published
    assert reply.hints == (("file0.json", f"{told}; did you mean 'gold'?"),)
    assert publish(server_database, for_tier("gold", 2)).hints == (), "it was published before"


def shared(number: int, other: int, *, group: str = "one", **more: Any) -> str:
    """A reward that shares a limit with one of another programme."""
    limit = {"most": 1, "together_with": [{"programme": other, "reward": "half"}]}
    reward = {
        "id": "half",
        "name": {"en": "Half"},
        "audience": {"members": True},
        "limits": [limit],
        "benefit": {"kind": "percent_off", "basis_points": 5000},
        "target": {"scope": "basket"},
    }
    return programme(programme=number, rewards=[reward], stacking={"group": group}, **more)


def test_rewards_that_share_a_limit_are_published_together(server_database: ServerDatabase) -> None:
    path = "rewards[0].limits[0].together_with[0]"

    alone = publish(server_database, shared(8, 9))
    assert alone.problems == (("file0.json", f"{path}: no programme here has the number 9"),)
    assert publish(server_database, shared(8, 9), shared(9, 8)).published

    elsewhere = publish(server_database, shared(9, 8, group="two", revision=2))
    assert not elsewhere.published
    assert any("one sale may have both" in words for _, words in elsewhere.problems)
    assert publish(server_database, programme(programme=9, revision=2, closed=True)).published


def price(per: str, where: dict[str, Any], **more: Any) -> str:
    """A programme with a price of 3.00 for some goods."""
    reward = {
        "id": "price",
        "name": {"en": "Price"},
        "benefit": {"kind": "fixed_price", "price": 300, "per": per},
        "target": {"scope": "piece", "goods": where},
    }
    return programme(rewards=[reward], **more)


FRUIT = {"categories": ["fruit"]}
APPLES = product("apples", 400, category="fruit/apples", by_weight=True)
LEMON = product("lemon", 90, category="fruit/lemons")


def test_a_price_for_the_bag_is_a_hint(server_database: ServerDatabase) -> None:
    """Who writes a price of apples means the kilogram; nothing is held up."""
    words = (
        "rewards[0].benefit: of what is sold by weight (Product apples) it is for the bag, "
        'whatever that weighs; "per": "kilogram" makes it for each kilogram'
    )
    told = ("file0.json", words)

    assert publish(server_database, price("piece", FRUIT)).hints == (), "nothing is known of goods"
    found(server_database, catalogue(LEMON))
    assert publish(server_database, price("piece", FRUIT, revision=2)).hints == ()
    both = (price("piece", FRUIT, revision=3), catalogue(LEMON, APPLES))
    dry = publish(server_database, *both, dry_run=True)
    assert (dry.published, dry.hints) == (False, (told,))
    real = publish(server_database, *both)
    assert (real.published, real.hints) == (True, (told,))
    assert publish(server_database, price("piece", FRUIT, revision=3)).hints == (), "it was told"
    assert publish(server_database, price("kilogram", FRUIT, revision=4)).hints == ()
    lemons = {"categories": ["fruit/lemons"]}
    assert publish(server_database, price("piece", lemons, revision=5)).hints == ()


def test_less_than_one_percent_off_is_a_hint(server_database: ServerDatabase) -> None:
    """Who writes 20 means 20 %; a file has no other way to say 0.2 %, so nothing is held up."""

    def off(points: int, revision: int) -> str:
        reward = {
            "id": "off",
            "name": {"en": "Off"},
            "benefit": {"kind": "percent_off", "basis_points": points},
            "target": {"scope": "basket"},
        }
        return programme(rewards=[reward], revision=revision)

    reply = publish(server_database, off(20, 1))

    words = "20 basis points are 0.20 %; write 2000 if 20 % is meant"
    assert reply.published
    assert reply.hints == (("file0.json", f"rewards[0].benefit.basis_points: {words}"),)
    assert publish(server_database, off(100, 2)).hints == ()
