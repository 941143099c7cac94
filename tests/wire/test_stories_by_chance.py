"""Stories that chance writes, out of all programmes of the guide: each ends in words, none in a crash."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from terminal import resources
from terminal.loyalty.story.playing import play
from terminal.loyalty.story.told import Told
from terminal.wire.story_json import read_story

FOLDER = resources.path("programmes")
PROGRAMMES = sorted(file.name for file in FOLDER.glob("*.json"))
MEMBERS = ("anna", "bohdan", "cecylia")
CODES = tuple(f"sale {sale}/{number}" for sale in range(1, 5) for number in (1, 2))


def filters(content: Any) -> Iterator[dict[str, Any]]:
    """Every filter of goods in a programme's file."""
    if isinstance(content, dict):
        if {"skus", "categories", "brands", "suppliers"} & content.keys():
            yield content
        for inner in content.values():
            yield from filters(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from filters(inner)


def units_had() -> dict[str, str]:
    """By unit, the programme that has it."""
    read = {name: json.loads((FOLDER / name).read_bytes()) for name in PROGRAMMES}
    return {one["unit"]["id"]: name for name, one in read.items() if "unit" in one}


def with_their_partners(chosen: list[str]) -> list[str]:
    """Programmes, those of whose units they give some, and those that share a limit with them."""
    read = {name: json.loads((FOLDER / name).read_bytes()) for name in PROGRAMMES}
    numbered = {one["programme"]: name for name, one in read.items()}
    had, more = units_had(), []
    for name in chosen:
        for reward in read[name].get("rewards", ()):
            if reward["benefit"]["kind"] == "units":
                more.append(had[reward["benefit"]["unit"]])
            for limit in reward.get("limits", ()):
                more += [numbered[one["programme"]] for one in limit.get("together_with", ())]
    return list(dict.fromkeys([*chosen, *more]))


def goods() -> dict[str, Any]:
    """A product for everything that some programme asks for, and one that none does."""
    products: dict[str, Any] = {"PLAIN": {"price": "3.99", "vat": "23%"}}
    for name in PROGRAMMES:
        for one in filters(json.loads((FOLDER / name).read_bytes())):
            brand, supplier = (one.get(key, [""])[0] for key in ("brands", "suppliers"))
            for sku in one.get("skus", ()):
                products.setdefault(sku, {"price": "7.50", "vat": "8%"})
            for category in one.get("categories", ["any"]):
                sku = f"{category}/{brand}/{supplier}"
                told = {"category": category, "brand": brand, "supplier": supplier}
                products[sku] = {"price": 137 + 211 * len(products), "vat": "5%", **told}
    return products


GOODS = goods()
REWARDS = [
    {"programme": content["programme"], "reward": reward["id"]}
    for content in (json.loads((FOLDER / name).read_bytes()) for name in PROGRAMMES)
    for reward in content.get("rewards", ())
]

members = st.sampled_from(MEMBERS)
tills = st.sampled_from(["", "garden"])
lines = st.lists(
    st.fixed_dictionaries(
        {"sku": st.sampled_from(sorted(GOODS))},
        optional={
            "pieces": st.sampled_from([1, 2, 3, 7, 10_000]),
            "price": st.sampled_from([0, 1, 99, 450, 1999, -5]),
        },
    ),
    min_size=1,
    max_size=6,
)
tenders = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["cash", "card", "gift_card", "store_credit", "voucher"]),
            "amount": st.sampled_from([1, 100, 500, 2000, -1]),
        },
        optional={"code": st.sampled_from(CODES)},
    ),
    max_size=2,
)
sales = st.fixed_dictionaries(
    {"do": st.just("sale"), "lines": lines},
    optional={
        "member": members,
        "claims": st.lists(st.sampled_from(REWARDS), max_size=2),
        "taken_off": st.lists(st.sampled_from(REWARDS), max_size=1),
        "show": st.lists(st.sampled_from(CODES), max_size=2),
        "tenders": tenders,
        "till": tills,
        "card": st.sampled_from([0, 1, 2, 9]),
        "recall": st.sampled_from(["", "milk"]),
        "in_exchange": st.fixed_dictionaries({"sale": st.sampled_from(["sale 1", "sale 2"])}),
    },
)
refunds = st.fixed_dictionaries(
    {"do": st.just("refund"), "sale": st.sampled_from(["sale 1", "sale 1", "sale 2", "sale 3"])},
    optional={
        "pieces": st.dictionaries(
            st.sampled_from(["1", "1", "2", "3", "x"]),
            st.sampled_from([1, 1, 2, 0, -1]),
            max_size=2,
        ),
        "law": st.sampled_from(["pro_rata", "reevaluate"]),
        "instead": st.sampled_from(["cash", "store_credit"]),
        "show": st.lists(st.sampled_from(CODES), max_size=2),
    },
)
enrolments = st.fixed_dictionaries(
    {"do": st.just("enrol"), "member": members},
    optional={
        "birthday": st.sampled_from([(2, 29), (3, 14), (3, 31)]),
        "till": tills,
        "segments": st.just(["students"]),
        "referred_by": members,
        "household": members,
        "units": st.just({"points": 300, "stamps:coffee": 9, "store-credit": 5000}),
    },
)
other_steps = st.one_of(
    st.fixed_dictionaries(
        {"do": st.just("pass")}, optional={"days": st.sampled_from([0, 1, 15, 400])}
    ),
    st.fixed_dictionaries(
        {"do": st.just("give"), "member": members},
        optional={"on": st.sampled_from(["feedback", "goodwill"])},
    ),
    st.fixed_dictionaries({"do": st.just("tell"), "member": members}),
    st.fixed_dictionaries(
        {"do": st.just("change"), "member": members},
        optional={
            "segments": st.sampled_from([[], ["students"]]),
            "consents": st.sampled_from([[], ["marketing"]]),
            "household": st.sampled_from(["", *MEMBERS]),
        },
    ),
    st.fixed_dictionaries({"do": st.sampled_from(["offline", "online"]), "till": tills}),
    st.fixed_dictionaries(
        {"do": st.just("replace_card"), "member": members}, optional={"till": tills}
    ),
    st.fixed_dictionaries(
        {"do": st.just("park"), "name": st.just("milk"), "lines": lines},
        optional={"till": tills, "member": members},
    ),
    st.fixed_dictionaries({"do": st.just("undo"), "gift": st.just("gift 1")}),
    st.fixed_dictionaries({"do": st.just("forget"), "member": members}),
    st.fixed_dictionaries(
        {
            "do": st.just("issue"),
            "name": st.sampled_from(CODES),
            "units": st.just({"voucher:five": 1, "gift-card": 2000}),
        }
    ),
)


def with_its_own_rewards(story: dict[str, Any]) -> dict[str, Any]:
    """The same without claims of what no programme of it has: such a story is refused whole."""
    numbers = {
        json.loads((FOLDER / name).read_bytes())["programme"] for name in story["programmes"]
    }
    steps = [
        {
            key: [one for one in value if one["programme"] in numbers]
            if key in ("claims", "taken_off")
            else value
            for key, value in step.items()
        }
        for step in story["steps"]
    ]
    return {**story, "steps": steps}


stories = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "start": st.just("2026-03-14T12:30"),
        "prices_include_tax": st.booleans(),
        "products": st.just(GOODS),
        "effort": st.just(200),
        "programmes": st.lists(st.sampled_from(PROGRAMMES), max_size=8, unique=True).map(
            with_their_partners
        ),
        "steps": st.tuples(
            st.lists(enrolments, min_size=1, max_size=3),
            st.lists(sales, min_size=1, max_size=3),
            st.lists(st.one_of(sales, sales, refunds, refunds, other_steps), max_size=8),
        ).map(lambda parts: [*parts[0], *parts[1], *parts[2]]),
    }
).map(with_its_own_rewards)


def told(story: dict[str, Any]) -> list[Told]:
    return list(play(read_story(story, lambda name: (FOLDER / name).read_bytes())))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(stories)
def test_whatever_happens_is_told_and_nothing_falls_below_zero(story: dict[str, Any]) -> None:
    paid: dict[str, int] = {}
    for step, one in zip(story["steps"], told(story), strict=True):
        event(f"{one.do}: {'refused' if one.refused else 'done'}")
        for wallet in (*one.wallets.values(), *one.pending.values(), *one.owed.values()):
            assert all(n >= 0 for n in wallet.values())
        if one.evaluation:
            assert one.evaluation.total >= 0
            assert one.evaluation.total == sum(
                rate.taxable + rate.tax for rate in one.evaluation.vat
            )
            paid[f"sale {len(paid) + 1}"] = one.evaluation.total
        if one.refund:
            assert one.refund.due >= 0
            sale = step.get("sale") or step["in_exchange"]["sale"]
            paid[sale] -= one.refund.due
            assert paid[sale] >= 0, "more back than was paid"


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(stories, st.integers(1, 2), st.sampled_from(["pro_rata", "reevaluate"]))
def test_what_was_bought_and_comes_back_in_parts_leaves_the_member_as_before(
    story: dict[str, Any], first: int, law: str
) -> None:
    sale = next(step for step in story["steps"] if step["do"] == "sale")
    sale = {key: sale[key] for key in ("do", "lines", "claims", "taken_off") if key in sale}
    units = {"points": 1_000, "stamps:coffee": 20}
    steps: list[dict[str, Any]] = [
        {"do": "enrol", "member": "anna", "birthday": [3, 14], "units": units},
        {**sale, "member": "anna"},
        {"do": "refund", "sale": "sale 1", "pieces": {str(first): 1}, "law": law},
        {"do": "refund", "sale": "sale 1", "law": law},
    ]
    before, bought, *returned = told({**story, "steps": steps})
    assume(bought.evaluation is not None)

    assert bought.evaluation is not None
    assert sum(one.refund.due for one in returned if one.refund) == bought.evaluation.total
    assert returned[-1].wallets["anna"] == before.wallets["anna"]
    assert not returned[-1].pending["anna"]
    assert not returned[-1].owed["anna"]
