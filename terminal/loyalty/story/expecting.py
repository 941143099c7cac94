"""What somebody expected of a step, beside what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from terminal.loyalty.engine.evaluation import Evaluation, NotApplied
from terminal.loyalty.story.steps import Expected
from terminal.loyalty.story.told import Told
from terminal.loyalty.tender import TenderKind


def not_as_expected(expected: Expected, told: Told) -> tuple[str, ...]:
    """Everything that is otherwise, in words for whoever wrote the story."""
    return tuple(_differences(expected, told))


def _differences(expected: Expected, told: Told) -> Iterator[str]:
    if expected.refused:
        if expected.refused not in told.refused:
            yield f"expected to be refused ({expected.refused}), found {told.refused or 'done'}"
    elif told.refused:
        yield f"refused: {told.refused}"
    if told.evaluation is not None:
        yield from _of_evaluation(expected, told.evaluation)
    elif told.do == "give":
        yield from _of_reasons(expected, told.not_given)
    yield from _of_money(expected, told)
    if expected.earned is not None:
        yield from _differs_in("earned", expected.earned, units_earned(told))
    yield from _wallets("wallets", expected.wallets, told.wallets)
    yield from _wallets("pending", expected.pending, told.pending)
    yield from _wallets("owed", expected.owed, told.owed)
    yield from _wallets("spendable", expected.spendable, told.spendable)
    yield from _wallets("warned", expected.warned, _units_warned(told))
    yield from _lots(expected, told)
    for member, tier in expected.tiers.items():
        yield from _differs(f"tier of {member}", tier, told.tiers.get(member, ""))
    if expected.findings is not None:
        found = sorted(one.kind.value for one in told.findings)
        yield from _differs("findings", _named(sorted(expected.findings)), _named(found))
    yield from _of_settlement(expected, told)


def _of_money(expected: Expected, told: Told) -> Iterator[str]:
    if expected.paid_back is not None:
        back = told.refund.tenders if told.refund else ()
        found = sum(one.amount for one in back if one.kind is not TenderKind.EXCHANGE)
        yield from _differs("paid back", expected.paid_back, found)
    if expected.change is not None:
        yield from _differs("change", expected.change, told.change)
    if expected.rounding is not None:
        sold = told.evaluation is not None or told.refund is None
        found = told.rounding if sold or told.refund is None else told.refund.rounding
        yield from _differs("rounding", expected.rounding, found)


def _of_settlement(expected: Expected, told: Told) -> Iterator[str]:
    found = told.settlement
    if expected.partners is not None:
        partners = {f"{one.partner}/{one.unit}": one.n for one in found.partners} if found else {}
        yield from _differs_in("partner", expected.partners, partners)
    if expected.causes is not None:
        causes = {one.cause: one.amount for one in found.causes} if found else {}
        yield from _differs_in("cause", expected.causes, causes)


def _lots(expected: Expected, told: Told) -> Iterator[str]:
    for name, units in expected.lots.items():
        for unit in units or told.lots.get(name, {}):
            found = told.lots.get(name, {}).get(unit, ())
            yield from _differs(
                f"lots of {name}: {unit}",
                _named(_lot(one.n, one.until) for one in units.get(unit, ())),
                _named(_lot(one.n, one.until) for one in found),
            )


def _lot(n: int, until: date | None) -> str:
    return f"{n} until {until}" if until else f"{n} without end"


def _units_warned(told: Told) -> Mapping[str, Mapping[str, int]]:
    """By member or code how many units a step told the last day of."""
    units: dict[str, dict[str, int]] = {}
    for one in told.warned:
        own = units.setdefault(one.whose, {})
        own[one.unit] = own.get(one.unit, 0) + one.n
    return units


def _named(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def units_earned(told: Told) -> Mapping[str, int]:
    """All units that a step brought, by unit."""
    earned: dict[str, int] = {}
    for one in told.evaluation.earned if told.evaluation else told.earned:
        earned[one.account.unit] = earned.get(one.account.unit, 0) + one.n
    return earned


def _of_evaluation(expected: Expected, found: Evaluation) -> Iterator[str]:
    if expected.total is not None:
        yield from _differs("total", expected.total, found.total)
    if expected.discount is not None:
        yield from _differs("discount", expected.discount, found.discount)
    if expected.lines is not None:
        paid = {str(line.line): line.net for line in found.lines}
        yield from _differs_in("line", expected.lines, paid, whole=False)
    if expected.applied is not None:
        had = {f"{one.name.programme}/{one.name.reward}": one.discount for one in found.applied}
        yield from _differs_in("applied", expected.applied, had)
    if expected.tax is not None:
        tax = {str(one.rate): one.tax for one in found.vat}
        yield from _differs_in("tax", expected.tax, tax)
    yield from _of_reasons(expected, found.not_applied)


def _of_reasons(expected: Expected, found: Iterable[NotApplied]) -> Iterator[str]:
    why = {f"{one.programme}/{one.rule}": one.reason.why.value for one in found}
    yield from _differs_in("why", expected.why, why, whole=False)


def _wallets(
    what: str,
    expected: Mapping[str, Mapping[str, int]],
    found: Mapping[str, Mapping[str, int]],
) -> Iterator[str]:
    """Who is expected to have nothing has nothing at all; else the units that are told count."""
    for name, units in expected.items():
        yield from _differs_in(f"{what} of {name}:", units, found.get(name, {}), whole=not units)


def _differs_in(
    what: str,
    expected: Mapping[str, int] | Mapping[str, str],
    found: Mapping[str, int] | Mapping[str, str],
    *,
    whole: bool = True,
) -> Iterator[str]:
    """Key by key; what was found beyond what was expected counts where the whole is told."""
    for key in [*expected, *(key for key in found if whole and key not in expected)]:
        nothing = "nothing" if any(isinstance(one, str) for one in expected.values()) else 0
        yield from _differs(f"{what} {key}", expected.get(key, nothing), found.get(key, nothing))


def _differs(what: str, expected: object, found: object) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected}, found {found}"
