"""A case to be priced, as JSON: one basket, one customer, one moment, some programmes.

For people who write programmes and for bug reports: `tenth price CASE.json` says what the till
would say. Only `format`, `at` and `lines` are needed. Money is in minor units, or a text in the
currency (`"13.00"`); VAT in basis points, or a text (`"23%"`); a programme is one written out or
the name of its file, seen from the case's folder. Many steps one after another are a story, see
`story_json`.

    {
      "format": 1,
      "at": {"local": "2026-03-14T15:42", "offset_minutes": 60},
      "currency": "PLN",
      "prices_include_tax": true,
      "lines": [
        {"sku": "CUP-03", "name": "Flat white", "price": 1300, "vat": 2300,
         "category": "drinks/coffee", "pieces": 2},
        {"sku": "APPLES", "price": 450, "vat": 500, "grams": 1245}
      ],
      "member": {"id": "anna", "birthday": [3, 14], "wallet": {"points": 137}},
      "programmes": ["points.json"],
      "claims": [{"programme": 1, "reward": "five-off", "times": 1}],
      "taken_off": [{"programme": 3, "reward": "free-wash"}],
      "effort": 20000
    }
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from terminal.loyalty.basket import LARGEST_GRAMS, LARGEST_PIECES, Basket, Line, Product
from terminal.loyalty.bounds import Between
from terminal.loyalty.conditions import Money
from terminal.loyalty.ledger import Sums
from terminal.loyalty.money import BASIS_POINTS
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import (
    FIRST_YEAR,
    LAST_YEAR,
    NOBODY,
    OFFSET_MINUTES_MOST,
    Choices,
    Claim,
    Holding,
    Moment,
    RewardName,
    Standing,
    Traits,
)
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass
from terminal.wire.amounts import BadAmount, in_minor_units, minor_digits, with_written_amounts
from terminal.wire.hand_written import ANSWERED
from terminal.wire.known_keys import KnownKeys
from terminal.wire.mistakes import another_file, odd_together, of_nobody, tiers_misspelt, words_of
from terminal.wire.programme_json import BadProgramme, programme_of, read_programme
from terminal.wire.schema_words import described, local_time
from terminal.wire.story_sense import (
    odd_birthday,
    odd_choices,
    odd_currency,
    odd_effort,
    rules_of,
    units_misspelt,
    units_of,
)

FORMAT = 1
SCHEMA_ID = "https://tenth.example/schema/case-1.json"
EFFORT = 20_000
"""Search steps where the case names none: far more than a till takes for one basket."""


class BadCase(ValueError):
    """The file is no case; the message says where (a path such as `lines[0].price`) and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the engine wants to know."""

    basket: Basket
    standing: Standing
    programmes: tuple[Programme, ...]
    at: Moment
    choices: Choices
    effort: int


_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMoment:
    """`at` in the file; the business day is the day of the clock where nothing else is said."""

    local: datetime
    offset_minutes: int
    business_day: date | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLine:
    """One of `lines`: the product and how much of it."""

    # Its bounds are for the schema: `Product` and `Line` hold them.
    sku: str
    price: Money
    vat: Annotated[int, Between(0, BASIS_POINTS)]
    name: str = ""
    category: str = ""
    brand: str = ""
    supplier: str = ""
    rewardable: bool = True
    earning: bool = True
    pieces: Annotated[int, Between(1, LARGEST_PIECES)] = 1
    grams: Annotated[int, Between(1, LARGEST_GRAMS)] | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMember:
    """`member`: who showed a card, and how many of each unit they have.

    They never bought before; what came before this basket stands in a story.
    """

    id: str = "member"
    tier: str = ""
    segments: frozenset[str] = frozenset()
    birthday: tuple[int, int] | None = None
    consents: frozenset[str] = frozenset()
    enrolled: date | None = None
    referred_by: str = ""
    wallet: dict[str, Annotated[int, Between(0, LARGEST_COUNT)]] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReward:
    """One of `claims` or `taken_off`."""

    programme: int
    reward: str
    times: int | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCase:
    """The whole file."""

    format: int
    at: WrittenMoment
    lines: tuple[WrittenLine, ...]
    currency: str = "PLN"
    prices_include_tax: bool = True
    member: WrittenMember | None = None
    programmes: tuple[str | dict[str, Any], ...] = ()
    claims: tuple[WrittenReward, ...] = ()
    taken_off: tuple[WrittenReward, ...] = ()
    effort: int = EFFORT


def read_case(text: str | bytes, programme_file: Callable[[str], bytes]) -> Case:
    """Read a case; `programme_file` gives what stands in a programme's file that it names.

    Raises:
        BadCase: the text is no JSON or no case, or one of its programmes is none.
        OSError: whatever `programme_file` raises.
    """
    try:
        written = _adapter().validate_json(_in_minor_units(text), strict=True)
    except ValidationError as error:
        raise BadCase("; ".join(_sentence(one) for one in error.errors())) from error
    if written.format != FORMAT:
        raise BadCase(f"format: expected {FORMAT}")
    try:
        case = Case(
            basket=_basket(written),
            standing=_standing(written.member),
            programmes=_programmes(written, programme_file),
            at=_moment(written.at),
            choices=_choices(written),
            effort=written.effort,
        )
    except BadCase:
        raise
    except ValueError as error:
        raise BadCase(str(error)) from error
    wrong = list(_odd_in(written, case))
    if wrong:
        raise BadCase("; ".join(wrong))
    return case


def case_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a case's file."""
    schema = _adapter().json_schema()
    schema["properties"]["format"] = {"const": FORMAT}
    local_time(schema["$defs"]["WrittenMoment"]["properties"]["local"])
    described(schema, "WrittenCase")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **with_written_amounts(schema),
        "title": "Tenth case",
        "description": f"One basket, one customer, one moment, some programmes. {ANSWERED}",
    }


def _in_minor_units(text: str | bytes) -> str | bytes:
    """The text with amounts as whole numbers; as it stands where it is no JSON object."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, dict):
        return text
    if other := another_file(content, "case"):
        raise BadCase(other)
    try:
        digits = minor_digits(content.get("currency", "PLN"))
        return json.dumps(in_minor_units(content, digits))
    except BadAmount as error:
        raise BadCase(str(error)) from error


@cache
def _adapter() -> TypeAdapter[WrittenCase]:
    return TypeAdapter(WrittenCase)


def _basket(written: WrittenCase) -> Basket:
    return Basket(
        currency=written.currency,
        prices_include_tax=written.prices_include_tax,
        lines=tuple(
            _line(key, line, f"lines[{key - 1}]") for key, line in enumerate(written.lines, start=1)
        ),
    )


def _line(key: int, written: WrittenLine, place: str) -> Line:
    try:
        product = Product(
            sku=written.sku,
            name=written.name or written.sku,
            price=written.price,
            vat=written.vat,
            category=written.category,
            brand=written.brand,
            supplier=written.supplier,
            by_weight=written.grams is not None,
            rewardable=written.rewardable,
            earning=written.earning,
        )
        return Line(key=key, product=product, pieces=written.pieces, grams=written.grams)
    except ValueError as error:
        raise BadCase(f"{place}: {error}") from error


def _standing(member: WrittenMember | None) -> Standing:
    if member is None:
        return NOBODY
    wallet = WalletId("0" * 31 + "1")
    for unit, n in member.wallet.items():
        if not 0 <= n <= LARGEST_COUNT:
            raise BadCase(f"member.wallet.{unit}: from 0 to {LARGEST_COUNT}")
    return Standing(
        traits=Traits(
            member=member.id,
            tier=member.tier,
            segments=member.segments,
            birthday=member.birthday,
            consents=member.consents,
            enrolled=member.enrolled,
            referred_by=member.referred_by,
        ),
        wallets=(wallet,),
        holdings=tuple(
            Holding(
                account=Account(wallet, UnitId(unit)),
                sums=Sums(earned=((None, n),) if n else ()),
                spendable=n,
            )
            for unit, n in member.wallet.items()
        ),
    )


def _programmes(
    written: WrittenCase, programme_file: Callable[[str], bytes]
) -> tuple[Programme, ...]:
    found = []
    for place, one in enumerate(written.programmes):
        try:
            found.append(
                read_programme(programme_file(one)) if isinstance(one, str) else programme_of(one)
            )
        except BadProgramme as error:
            name = f" ({one})" if isinstance(one, str) else ""
            raise BadCase(f"programmes[{place}]{name}: {error}") from error
    return tuple(found)


def _moment(written: WrittenMoment) -> Moment:
    if written.local.tzinfo is not None:
        raise BadCase("at.local: local time without an offset; that stands in offset_minutes")
    if not FIRST_YEAR <= written.local.year <= LAST_YEAR:
        raise BadCase(f"at.local: a year from {FIRST_YEAR} to {LAST_YEAR}")
    if abs(written.offset_minutes) > OFFSET_MINUTES_MOST:
        raise BadCase(f"at.offset_minutes: {written.offset_minutes} is no distance from UTC")
    return Moment(
        local=written.local,
        offset_minutes=written.offset_minutes,
        business_day=written.business_day or written.local.date(),
    )


def _choices(written: WrittenCase) -> Choices:
    return Choices(
        claims=tuple(
            Claim(name=RewardName(one.programme, one.reward), times=one.times)
            for one in written.claims
        ),
        taken_off=frozenset(RewardName(one.programme, one.reward) for one in written.taken_off),
    )


def _odd_in(written: WrittenCase, case: Case) -> Iterator[str]:
    """What makes no sense in a case that was read."""
    yield from odd_currency(written.currency)
    yield from odd_effort(written.effort)
    given = [(f"programmes[{place}]", one) for place, one in enumerate(case.programmes)]
    yield from map(str, odd_together(given))
    yield from map(str, of_nobody(given))
    tier = written.member.tier if written.member else ""
    yield from map(str, tiers_misspelt(given, [tier] if tier else []))
    if written.member is not None:
        yield from units_misspelt("member.wallet", written.member.wallet, units_of(case.programmes))
    if written.member is not None and written.member.birthday is not None:
        yield from odd_birthday("member.birthday", written.member.birthday)
    rules = rules_of(case.programmes)
    yield from odd_choices("claims", written.claims, rules)
    yield from odd_choices("taken_off", written.taken_off, rules)


def _sentence(error: Any) -> str:
    path = ""
    for step in error["loc"]:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not step.startswith(("dict[", "str", "Written")):
            path += f".{step}" if path else step
    return f"{path or 'case'}: {words_of(error, _KNOWN, written=True)}"


_KNOWN = KnownKeys(WrittenCase, "case", programme=Programme)
