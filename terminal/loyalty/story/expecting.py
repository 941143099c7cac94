"""What somebody expected of a step, beside what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terminal.loyalty.engine.evaluation import Evaluation
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
    if expected.paid_back is not None:
        back = told.refund.tenders if told.refund else ()
        found = sum(one.amount for one in back if one.kind is not TenderKind.EXCHANGE)
        yield from _differs("paid back", expected.paid_back, found)
    if expected.earned is not None:
        yield from _differs_in("earned", expected.earned, units_earned(told))
    yield from _wallets("wallets", expected.wallets, told.wallets)
    yield from _wallets("pending", expected.pending, told.pending)
    yield from _wallets("owed", expected.owed, told.owed)
    for member, tier in expected.tiers.items():
        yield from _differs(f"tier of {member}", tier, told.tiers.get(member, ""))


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
    why = {f"{one.programme}/{one.rule}": one.reason.why.value for one in found.not_applied}
    yield from _differs_in("why", expected.why, why, whole=False)


def _wallets(
    what: str,
    expected: Mapping[str, Mapping[str, int]],
    found: Mapping[str, Mapping[str, int]],
) -> Iterator[str]:
    for name, units in expected.items():
        yield from _differs_in(f"{what} of {name}:", units, found.get(name, {}), whole=False)


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
