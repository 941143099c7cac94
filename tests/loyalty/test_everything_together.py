"""Everything that programmes can say, together: held against both checks, whatever comes."""

import json
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.plain import to_plain
from tests.loyalty.chance_offers import AT, VISITS, Visit
from tests.loyalty.selling import sell


@settings(max_examples=200)
@given(visit=VISITS)
def test_no_rule_is_broken_and_no_sum_is_wrong(visit: Visit) -> None:
    """``sell`` asks the independent check, and the server's about the recorded sale."""
    sold = sell(visit.basket, *visit.offers, to=visit.to, choices=visit.chosen, at=AT)

    assert all(one.n > 0 for one in sold.earned)
    assert all(one.n > 0 for one in sold.spent)
    spent = {one.account: 0 for one in sold.spent}
    for one in sold.spent:
        spent[one.account] += one.n
    rights = {one.account: one.spendable for one in (*visit.to.holdings, *visit.to.budgets)}
    assert all(n <= rights[account] for account, n in spent.items())


@settings(max_examples=80)
@given(visit=VISITS, data=st.data())
def test_in_whatever_order_things_are_scanned_the_answer_is_the_same(
    visit: Visit, data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(visit.bought))
    one, other = visit.judged(), visit._replace(bought=turned).judged()

    assert (one.total, one.discount, one.spent) == (other.total, other.discount, other.spent)
    assert [(had.name, had.times, had.discount) for had in one.applied] == [
        (had.name, had.times, had.discount) for had in other.applied
    ]
    assert [(got.rule, got.account, got.n, got.counted) for got in one.earned] == [
        (got.rule, got.account, got.n, got.counted) for got in other.earned
    ]
    assert one.judged == other.judged


@settings(max_examples=30)
@given(visit=VISITS)
def test_asked_twice_the_answer_is_the_same_to_the_last_reason(visit: Visit) -> None:
    assert visit.judged() == visit.judged()


ANOTHER_PROCESS = """
import json
from terminal.loyalty.chance import arm_of, is_drawn
from datetime import date
drawn = [is_drawn("egg", f"m{n}", date(2026, 3, 14), 2500) for n in range(50)]
print(json.dumps([[arm_of("spring", f"m{n}") for n in range(50)], drawn]))
"""


def test_arms_and_draws_are_the_same_in_another_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", ANOTHER_PROCESS],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(set(json.loads(told[0])[0])) > 40
    assert to_plain(json.loads(told[0])) == json.loads(told[1])
