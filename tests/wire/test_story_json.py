"""Stories as files: what is read, what is refused, and the schema that others write them by."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from referencing import Registry, Resource

from terminal import resources
from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.story.playing import play
from terminal.loyalty.story.told import Told
from terminal.loyalty.tender import TenderKind
from terminal.wire.hand_written import BadJson, read_json
from terminal.wire.programme_json import programme_schema
from terminal.wire.story_json import BadStory, read_story, story_schema


def of_ready_programmes(name: str) -> bytes:
    return (resources.path("programmes") / name).read_bytes()


def story(*steps: Any, **more: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "story": "Coffee",
        "start": "2026-03-14T10:00",
        "products": {"LATTE": {"price": "13.00", "vat": "23%", "category": "drinks/coffee"}},
        "programmes": ["coffee-card.json"],
        "steps": list(steps),
        **more,
    }


def played(*steps: dict[str, Any], **more: Any) -> list[Told]:
    return list(play(read_story(story(*steps, **more), of_ready_programmes)))


ANNA = {"do": "enrol", "member": "anna", "units": {"stamps:coffee": 8}}
LATTE = {"do": "sale", "member": "anna", "lines": [{"sku": "LATTE"}]}
FREE = {**LATTE, "name": "free", "claims": [{"programme": 2, "reward": "free-coffee"}]}


def test_the_tenth_coffee_is_free_and_comes_back() -> None:
    told = played(
        ANNA,
        {**LATTE, "name": "ninth", "expect": {"total": "13.00", "earned": {"stamps:coffee": 1}}},
        {"do": "pass", "days": 1},
        {**FREE, "expect": {"total": 0, "applied": {"2/free-coffee": "13.00"}}},
        {"do": "refund", "sale": "free", "expect": {"paid_back": 0}},
        {"do": "refund", "sale": "ninth", "expect": {"paid_back": "13.00"}},
    )

    assert [one.not_as_expected for one in told] == [()] * 6
    assert [one.wallets["anna"].get("stamps:coffee", 0) for one in told] == [8, 9, 9, 0, 9, 8]
    assert told[3].at == "2026-03-15T10:00:00"


def test_who_takes_back_what_was_spent_on_a_reward_owes_it() -> None:
    told = played(ANNA, {**LATTE, "name": "ninth"}, FREE, {"do": "refund", "sale": "ninth"})

    assert told[-1].owed == {"anna": {"stamps:coffee": 1}}


def test_change_is_given_out_of_cash() -> None:
    paid = {**LATTE, "name": "monday", "tenders": [{"amount": "20.00"}]}
    told = played(ANNA, paid, {"do": "refund", "sale": "monday", "expect": {"paid_back": "13.00"}})

    assert [one.refused for one in told] == [""] * 3
    assert told[-1].not_as_expected == ()


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"do": "refund", "sale": "monday"}, "all of it is back"),
        ({"do": "refund", "sale": "tuesday", "pieces": {"1": 0}}, "nothing of it comes back"),
        ({"do": "refund", "sale": "tuesday", "pieces": {"1": 2}}, "1 can come back, not 2"),
        ({"do": "refund", "sale": "tuesday", "pieces": {"one": 1}}, "counted from 1"),
    ],
)
def test_pieces_that_cannot_come_back_are_refused(step: dict[str, Any], why: str) -> None:
    monday = {**LATTE, "name": "monday"}
    told = played(
        ANNA, monday, {"do": "refund", "sale": "monday"}, {**LATTE, "name": "tuesday"}, step
    )

    assert [one.refused for one in told[:-1]] == [""] * 4
    assert why in told[-1].refused


TEA = {"TEA": {"price": "8.00", "vat": "23%"}, "CAKE": {"price": "20.00", "vat": "8%"}}


@pytest.mark.parametrize(
    ("bought", "instead", "paid_back", "kept"),
    [("TEA", "CAKE", 0, 800), ("CAKE", "TEA", 1200, 800), ("TEA", "TEA", 0, 800)],
)
def test_what_comes_back_in_exchange_pays_first(
    bought: str, instead: str, paid_back: int, kept: int
) -> None:
    told = played(
        {"do": "sale", "name": "monday", "lines": [{"sku": bought}]},
        {
            "do": "sale",
            "lines": [{"sku": instead}],
            "in_exchange": {"sale": "monday"},
            "expect": {"paid_back": paid_back},
        },
        {"do": "refund", "sale": "monday"},
        products=TEA,
    )

    assert [one.not_as_expected for one in told[:2]] == [(), ()]
    assert told[1].refund
    assert {one.kind: one.amount for one in told[1].refund.tenders}[TenderKind.EXCHANGE] == kept
    assert told[2].refused == "all of it is back"


def test_an_exchange_that_cannot_be_leaves_both_sales_as_they_are() -> None:
    told = played(
        {"do": "sale", "name": "monday", "lines": [{"sku": "TEA"}]},
        {"do": "sale", "lines": [{"sku": "CAKE"}], "in_exchange": {"sale": "tuesday"}},
        {
            "do": "sale",
            "lines": [{"sku": "CAKE"}],
            "in_exchange": {"sale": "monday"},
            "tenders": [{"kind": "card", "amount": "20.00"}],
        },
        {"do": "refund", "sale": "monday", "expect": {"paid_back": "8.00"}},
        products=TEA,
    )

    assert told[1].refused == "there is no sale 'tuesday'"
    assert "800 more was paid than is due" in told[2].refused
    assert told[3].not_as_expected == ()


def test_every_refund_has_an_id_of_its_own() -> None:
    told = played(
        {"do": "sale", "name": "monday", "lines": [{"sku": "TEA", "pieces": 2}]},
        {"do": "sale", "name": "tuesday", "lines": [{"sku": "TEA"}]},
        {"do": "refund", "sale": "monday", "pieces": {"1": 1}},
        {"do": "refund", "sale": "tuesday"},
        {"do": "refund", "sale": "monday"},
        products=TEA,
    )

    assert len({one.refund.id for one in told if one.refund}) == 3


def test_units_that_go_back_in_an_exchange_pay_for_nothing_any_more() -> None:
    """The ninth stamp goes back with its coffee, so the free one is not there yet."""
    told = played(
        ANNA,
        {**LATTE, "name": "ninth"},
        {**FREE, "in_exchange": {"sale": "ninth"}, "expect": {"total": "13.00"}},
    )

    assert told[-1].not_as_expected == ()
    assert told[-1].wallets["anna"] == {"stamps:coffee": 9}


def test_units_that_come_back_in_an_exchange_pay_again() -> None:
    told = played(
        {**ANNA, "units": {"stamps:coffee": 9}},
        FREE,
        {**FREE, "name": "another", "in_exchange": {"sale": "free"}, "expect": {"total": 0}},
    )

    assert told[-1].not_as_expected == ()
    assert told[-1].wallets["anna"] == {}


def test_a_voucher_that_comes_back_in_an_exchange_is_good_again() -> None:
    told = played(
        {"do": "sale", "name": "big", "lines": [{"sku": "FIFTY"}]},
        {"do": "sale", "name": "wrong", "lines": [{"sku": "TEN", "pieces": 3}], "show": ["big/1"]},
        {
            "do": "sale",
            "lines": [{"sku": "TEN", "pieces": 4}],
            "show": ["big/1"],
            "in_exchange": {"sale": "wrong"},
            "expect": {"total": "35.00", "paid_back": 0},
        },
        products={"FIFTY": {"price": "50.00"}, "TEN": {"price": "10.00"}},
        programmes=["voucher-once.json"],
    )

    assert [one.not_as_expected for one in told] == [()] * 3
    assert told[-1].wallets == {"big/1": {}}


def test_what_was_loaded_onto_a_gift_card_comes_off_again() -> None:
    plastic = {"GIFT": {"price": 0, "vat": "0%", "category": "gift-cards", "rewardable": False}}
    told = played(
        {"do": "sale", "name": "s", "lines": [{"sku": "GIFT", "price": "50.00"}]},
        {
            "do": "sale",
            "name": "more",
            "lines": [{"sku": "GIFT", "price": "30.00"}],
            "show": ["s/1"],
        },
        {"do": "refund", "sale": "more", "expect": {"paid_back": "30.00"}},
        products=plastic,
        programmes=["gift-card.json"],
    )

    assert told[-1].not_as_expected == ()
    assert told[-1].wallets["s/1"] == {"gift-card": 5000}


def test_money_may_go_back_as_store_credit() -> None:
    monday = {"do": "sale", "name": "monday", "member": "anna", "lines": [{"sku": "TEA"}]}
    back = {"do": "refund", "sale": "monday", "instead": "store_credit"}
    wallets = {"wallets": {"anna": {"store-credit": 800}}}
    with_credit = played(
        ANNA, monday, {**back, "expect": wallets}, products=TEA, programmes=["store-credit.json"]
    )

    assert with_credit[-1].not_as_expected == ()
    assert "store credit needs" in played(ANNA, monday, back, products=TEA)[-1].refused


def test_the_tax_in_a_price_is_told_by_rate() -> None:
    both = {"do": "sale", "lines": [{"sku": "TEA"}, {"sku": "CAKE"}]}
    told = played(
        {**both, "expect": {"tax": {"2300": "1.50", "800": "1.48"}}},
        {**both, "expect": {"tax": {"2300": "1.49"}}},
        products=TEA,
    )

    assert told[0].not_as_expected == ()
    assert told[1].not_as_expected == (
        "tax 2300: expected 149, found 150",
        "tax 800: expected 0, found 148",
    )


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [("PLN", "13.5", 1350), ("KRW", "5000", 5000), ("TND", "1.250", 1250), ("HUF", "390", 39000)],
)
def test_amounts_are_read_in_the_currency(currency: str, price: str, total: int) -> None:
    content = story(ANNA, LATTE, currency=currency, products={"LATTE": {"price": price}})
    told = list(play(read_story(content, of_ready_programmes)))

    assert told[-1].evaluation
    assert told[-1].evaluation.total == total


def test_an_empty_wallet_is_expected_to_be_empty() -> None:
    nothing: dict[str, Any] = {"wallets": {"anna": {}}, "lots": {"anna": {}}}
    told = played({**ANNA, "units": {}, "expect": nothing}, {**LATTE, "expect": nothing})

    assert told[0].not_as_expected == ()
    assert told[1].not_as_expected == (
        "wallets of anna: stamps:coffee: expected 0, found 1",
        "lots of anna: stamps:coffee: expected none, found 1 until 2028-12-31",
    )


def test_what_is_otherwise_is_told_in_words() -> None:
    told = played(ANNA, {**LATTE, "expect": {"total": "12.99", "why": {"2/free-coffee": "ready"}}})

    assert told[1].not_as_expected == (
        "total: expected 1299, found 1300",
        "why 2/free-coffee: expected ready, found units_missing",
    )


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"do": "sale", "lines": [{"sku": "TEA"}]}, "no product 'TEA'"),
        (LATTE, "'anna' has not joined"),
        ({"do": "refund", "sale": "monday"}, "there is no sale 'monday'"),
        ({"do": "pass", "until": "2026-03-13T10:00"}, "does not go back"),
        (
            {
                "do": "sale",
                "lines": [{"sku": "LATTE"}],
                "tenders": [{"kind": "card", "amount": "20.00"}],
            },
            "700 more was paid than is due",
        ),
    ],
)
def test_a_step_that_cannot_happen_is_refused_and_changes_nothing(
    step: dict[str, Any], why: str
) -> None:
    told = played(step, ANNA)

    assert why in told[0].refused
    assert why in told[0].not_as_expected[0]
    assert told[1].refused == ""
    assert played({**step, "expect": {"refused": why}})[0].not_as_expected == ()


def grouped(number: int, pick: str, *, revision: int = 1, day: int = 1) -> dict[str, Any]:
    """5 % off everything, in a group that picks so."""
    return {
        "format": 1,
        "programme": number,
        "revision": revision,
        "holds_from": f"2026-03-{day:02}T00:00:00+01:00",
        "name": {"en": "Winter"},
        "rewards": [
            {
                "id": "off",
                "name": {"en": "5 % off"},
                "benefit": {"kind": "percent_off", "basis_points": 500},
                "target": {"scope": "basket"},
            }
        ],
        "stacking": {"group": "winter", "pick": pick},
    }


def off(basis_points: int | str) -> dict[str, Any]:
    """So much off everything."""
    content = grouped(91, "best")
    content["rewards"][0]["benefit"]["basis_points"] = basis_points
    return content


def test_the_schema_lists_every_reason_that_may_be_expected() -> None:
    listed = story_schema()["$defs"]["Expected"]["properties"]["why"]["additionalProperties"][
        "enum"
    ]

    assert json.loads(json.dumps(listed)) == [one.value for one in Why]
    for reason in listed:
        content = story({**LATTE, "expect": {"why": {"2/free-coffee": reason}}})
        read_story(content, of_ready_programmes)


@pytest.mark.parametrize(
    ("start", "fits"),
    [
        ("2026-03-14T10:00", True),
        ("2026-03-14T10:00:30", True),
        ("2026-03-14T10:00+01:00", False),
        ("2026-03-14T10:00Z", False),
        ("2026-03-14", False),
        ("soon", False),
    ],
)
def test_a_local_time_is_the_same_to_the_schema_and_the_reader(start: str, fits: bool) -> None:
    about = story_schema()["properties"]["start"]
    assert jsonschema.Draft202012Validator(about).is_valid(start) is fits
    assert "format" not in about, "a date-time of JSON Schema has an offset"
    until = story_schema()["$defs"]["Pass"]["properties"]["until"]
    assert jsonschema.Draft202012Validator(until).is_valid(start) is fits
    if fits:
        read_story(story(start=start), of_ready_programmes)
    else:
        with pytest.raises(BadStory, match=r"^start: "):
            read_story(story(start=start), of_ready_programmes)


def for_tier(tier: str) -> dict[str, Any]:
    """5 % off for those of a tier."""
    content = grouped(91, "best")
    content["rewards"][0]["audience"] = {"tiers": [tier]}
    return content


def test_a_tier_is_known_that_a_programme_has_or_a_member_brings() -> None:
    gold = {"do": "enrol", "member": "olga", "tier": "gold"}
    brought = played(gold, programmes=[for_tier("gold")])
    reached = played(
        LATTE, ANNA, programmes=[for_tier("gold"), "coffee-card.json", "tiers-by-year.json"]
    )

    assert [one.refused for one in brought] == [""]
    assert reached[1].refused == ""


def test_a_tier_or_a_unit_of_no_programme_here_may_be_one_of_a_programme_elsewhere() -> None:
    steps = played(
        {**ANNA, "units": {"miles": 40}},
        {"do": "issue", "name": "v", "units": {"gifts": 1}},
        {"do": "sale", "member": "anna", "lines": [{"sku": "TEA"}]},
        products=TEA,
        programmes=[for_tier("gold")],
    )

    assert [one.refused for one in steps] == ["", "", ""]
    assert steps[2].evaluation is not None
    assert steps[2].evaluation.total == steps[2].evaluation.gross


def test_a_percent_below_one_may_be_a_text() -> None:
    (programme,) = read_story(story(programmes=[off("0.20%")]), of_ready_programmes).programmes
    assert programme.rewards[0].benefit == PercentOff(basis_points=20)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (story(format=2), "format: expected 1"),
        (story({"do": "dance"}), "steps[0]"),
        (story({**LATTE, "colour": "red"}), "steps[0].colour: no such key"),
        (story({"member": "anna"}), "steps[0].do: is missing; one of change, enrol"),
        (story({**LATTE, "do": "sales"}), "steps[0].do: nothing is called 'sales'; did you mean"),
        (story({"do": "sale", "line": []}), "steps[0].line: no such key; did you mean 'lines'?"),
        (
            story({**LATTE, "units": {}}),
            "steps[0].units: no such key; it belongs in steps[] (enrol) or steps[] (issue)",
        ),
        (
            story({**LATTE, "lines": [{"sku": "LATTE", "format": 1}]}),
            "steps[0].lines[0].format: no such key",
        ),
        (story(product={}), "product: no such key; did you mean 'products'?"),
        (story(steps={}), "steps: a list is expected"),
        (story("sale"), "steps[0]: an object is expected"),
        (story({**FREE, "claims": [{"programme": 2, "reward": "free-cofee"}]}), "'2/free-coffee'?"),
        (
            story({**LATTE, "expect": {"why": {"9/x": "ready"}}}),
            "steps[0].expect.why: no programme",
        ),
        (
            story({**LATTE, "expect": {"why": {"2/free-coffee": "unit_missing"}}}),
            "expect.why.2/free-coffee: no reason is called 'unit_missing'; did you mean 'units_mis",
        ),
        (story({"do": "enrol", "member": "a", "birthday": [2, 30]}), "steps[0].birthday: a month"),
        (
            story({**ANNA, "units": {"stamps:cofee": 8}}),
            "steps[0].units: no programme here has the unit 'stamps:cofee'; did you mean 'stamps:",
        ),
        (
            story({**ANNA, "units": {}, "tier": "gold"}, programmes=[for_tier("Gold")]),
            "no programme here has the tier 'Gold'; did you mean 'gold'?",
        ),
        (story({"do": "enrol", "member": "a", "units": {"p": -5}}), "steps[0].units.p: from 0"),
        (story({"do": "issue", "name": "v", "units": {"p": 10**30}}), "steps[0].units.p: from 0"),
        (story({"do": "pass", "until": "2026-03-15T10:00Z"}), "steps[0].until: local time"),
        (story(start="0001-01-01T00:00"), "start: a year from 1000"),
        (story(start="2026-03-14T10:00+01:00"), "start: local time without an offset"),
        (story(effort=10**18), "effort: from 1"),
        (story(offset_minutes=10**9), "offset_minutes: "),
        (story(currency=""), "currency: three letters"),
        (story(currency="XYZ"), "currency: 'XYZ' is no currency"),
        (story(currency="jpy"), "currency: 'jpy' is no currency; did you mean 'JPY'?"),
        (
            story(ANNA, {**LATTE, "expect": {"wallets": {"ana": {"stamps:coffee": 0}}}}),
            "steps[1].expect.wallets: nobody here is called 'ana'; did you mean 'anna'?",
        ),
        (
            story(ANNA, {**LATTE, "expect": {"tiers": {"bob": "gold"}}}),
            "steps[1].expect.tiers: nobody here is called 'bob'",
        ),
        (story(products={"TEN": {"price": 10.5}}), "products.TEN.price: a whole number of minor"),
        (
            story(products={"TEN": {"vat": 23}}),
            'products.TEN.vat: 23 basis points are 0.23 %; write "23%"',
        ),
        (
            story(products={"TEN": {"vat": "23"}}),
            "products.TEN.vat: basis points (2300), or a text",
        ),
        (story({**LATTE, "lines": [{"sku": "LATTE", "pieces": 1.5}]}), "a whole number, not 1.5"),
        (story({**LATTE, "lines": [{}]}), "steps[0].lines[0].sku: is missing"),
        (story({**LATTE, "tenders": [{"kind": "gold"}]}), "one of cash, card"),
        (story(programmes=["points.json", "points.json"]), "programmes[1].revision: revision 1 of"),
        (
            story(
                {**LATTE, "expect": {"wallets": {"anna": {"pionts": 0}}}},
                programmes=["points.json"],
            ),
            "steps[0].expect.wallets: no programme here has the unit 'pionts'; did you mean 'points'?",
        ),
        (
            story({"do": "publish", "programmes": ["points.json"]}, programmes=["points.json"]),
            "steps[0].programmes[0].revision: revision 1 of programme 1 is there already",
        ),
        (
            story(programmes=["partner-miles.json"]),
            "programmes[0].rewards[0].benefit.unit: no programme here has the unit 'miles'",
        ),
        (
            story({"do": "publish", "programmes": ["partner-miles.json"]}),
            "steps[0].programmes[0].rewards[0].benefit.unit: no programme here has",
        ),
        (
            story(programmes=[grouped(91, "best"), grouped(92, "priority")]),
            "programmes[1].stacking.pick: all of the group 'winter' pick alike: priority here",
        ),
        (
            story(products={"LATTE": {"price": "13.005"}}),
            "products.LATTE.price: 13.005: more than 2 decimals",
        ),
        (
            story(currency="KRW", products={"LATTE": {"price": "5000.50"}}),
            "5000.50: more than 0 decimals",
        ),
        (story(programmes=[{"format": 1}]), "programmes[0]: programme"),
        (story(start="yesterday"), "start"),
    ],
)
def test_what_is_no_story_is_refused_with_its_place(content: dict[str, Any], why: str) -> None:
    with pytest.raises(BadStory) as refused:
        read_story(content, of_ready_programmes)

    assert why in str(refused.value)


def test_of_a_reason_that_is_like_none_nothing_is_guessed() -> None:
    content = story({**LATTE, "expect": {"why": {"2/free-coffee": "segment"}}})
    with pytest.raises(BadStory, match=r"no reason is called 'segment'$"):
        read_story(content, of_ready_programmes)


def test_a_group_may_pick_otherwise_from_some_day_on_all_of_it_together() -> None:
    both = [grouped(n, "best") for n in (91, 92)]
    later = [grouped(n, "priority", revision=2, day=20) for n in (91, 92)]

    read_story(story(programmes=both + later), of_ready_programmes)

    with pytest.raises(
        BadStory, match=r"programmes\[2\]\.stacking\.pick|programmes\[1\]\.stacking"
    ):
        read_story(story(programmes=[*both, later[0]]), of_ready_programmes)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "without end"),
        ('{"price": NaN}', "NaN is no number"),
        ('{"price": 1, "price": 100}', "'price' stands twice"),
        (b'{"name": "\xb3\xf3d"}', "^not JSON: no text in UTF-8$"),
        ('{"price": 1' + "0" * 5000 + "}", "^a number of 5001 digits$"),
    ],
)
def test_what_means_no_one_thing_is_no_json(text: str | bytes, why: str) -> None:
    with pytest.raises(BadJson, match=why):
        read_json(text)


def test_the_schema_takes_what_the_reader_takes() -> None:
    schemas = Registry().with_resources(
        [(one["$id"], Resource.from_contents(one)) for one in (programme_schema(), story_schema())]
    )
    validator = jsonschema.Draft202012Validator(story_schema(), registry=schemas)

    validator.validate(story(ANNA, FREE, {"do": "pass", "days": 1}))
    for wrong in (story({**LATTE, "colour": "red"}), story({"member": "anna"}), story(format=2)):
        assert not validator.is_valid(json.loads(json.dumps(wrong)))


def test_the_schema_says_what_each_expectation_means() -> None:
    expected = story_schema()["$defs"]["Expected"]["properties"]
    telling = {"total", "discount"}  # their names say it

    assert {key for key, shape in expected.items() if "description" not in shape} <= telling
