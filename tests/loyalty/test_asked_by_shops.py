"""What counts on the rest, for each full sum, from the n-th piece, by price and in part by points:
all of it together, claimed and automatic, with tax inside and on top, remembered and not."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.checking.judging import check_sale
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.memory import Memory
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import sale_entries, sale_record
from terminal.loyalty.standing import Choices, Claim, RewardName
from tests.loyalty.chance import Counter
from tests.loyalty.checker import check
from tests.loyalty.selling import settled
from tests.loyalty.test_at_most_by_points import paying_in_part
from tests.loyalty.test_each_full_sum import with_full_sums
from tests.loyalty.test_from_the_third_piece import with_further_pieces
from tests.loyalty.test_left_to_pay import counted_on_the_rest
from tests.loyalty.test_price_range import with_ranges

KINDS = (
    counted_on_the_rest(),
    with_full_sums(),
    with_further_pieces(),
    with_ranges(),
    paying_in_part(),
)


@st.composite
def all_together(draw: st.DrawFn) -> Counter:
    """The offers of two kinds in one shop, some of them waiting for the cashier's key."""
    first, second = draw(st.one_of(*KINDS)), draw(st.one_of(*KINDS))
    found: list[Programme] = []
    for number, one in enumerate((*first.programmes, *second.programmes), start=1):
        rewards = tuple(
            replace(reward, mode=draw(st.sampled_from(["automatic", "automatic", "claimed"])))
            for reward in one.rewards
        )
        found.append(replace(one, programme=number, rewards=rewards))
    names = [RewardName(one.programme, reward.id) for one in found for reward in one.rewards]
    claimed = draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
    times = st.sampled_from([None, None, 1, 2])
    return replace(
        first,
        basket=replace(first.basket, prices_include_tax=draw(st.booleans())),
        programmes=tuple(found),
        choices=Choices(claims=tuple(Claim(name=name, times=draw(times)) for name in claimed)),
    )


def ask(counter: Counter, lines: int, effort: int, memory: Memory | None = None) -> Evaluation:
    basket = replace(counter.basket, lines=counter.basket.lines[:lines])
    return evaluate(
        basket,
        counter.standing,
        counter.programmes,
        counter.at,
        counter.choices,
        effort,
        memory,
    )


@settings(max_examples=250)
@given(all_together())
def test_every_answer_is_allowed_and_remembers_nothing_that_changes_it(counter: Counter) -> None:
    memory = Memory()
    for lines in (1, 2, 3, 2):
        basket = replace(counter.basket, lines=counter.basket.lines[:lines])
        for effort in (400, 3000):
            found = ask(counter, lines, effort)
            assert ask(counter, lines, effort, memory) == found
            check(
                basket,
                counter.standing,
                counter.programmes,
                counter.at,
                counter.choices,
                found,
            )
            sale = settled(found, basket, counter.standing, counter.choices)
            record = sale_record(sale)
            assert check_sale(record, sale_entries(sale), counter.programmes) == ()


@settings(max_examples=100)
@given(all_together())
def test_what_is_proven_stays_so_whatever_effort_follows(counter: Counter) -> None:
    first, more = ask(counter, 3, 400), ask(counter, 3, 3000)

    assert not first.proven or (more.proven and first.total == more.total)
    assert first.bound <= more.total
