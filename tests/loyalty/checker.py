"""An independent check of an evaluation: is it allowed, does every sum add up?

It shares the shapes with the engine and none of its code: whoever breaks the engine must not
break this as well. It does not ask whether something better exists; ``oracle`` does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import floor

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff
from terminal.loyalty.engine.evaluation import Applied, Evaluation
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import Choices, Moment, RewardName, Standing
from tests.loyalty.checker_goods import half_up, takes
from tests.loyalty.checker_people import is_for, is_occasion, is_open, left_by
from tests.loyalty.checker_units import check_budgets, check_earned, check_gifts


def check(
    basket: Basket,
    standing: Standing,
    programmes: Iterable[Programme],
    at: Moment,
    choices: Choices,
    evaluation: Evaluation,
) -> None:
    """Raise AssertionError where the evaluation breaks a rule; ``programmes`` are in force."""
    held = {one.programme: one for one in programmes}
    rewards = {
        RewardName(one.programme, reward.id): (one, reward)
        for one in held.values()
        for reward in one.rewards
    }
    _check_lines(basket, evaluation)
    _check_taxes(basket, evaluation)
    for one in evaluation.applied:
        programme, reward = rewards[one.name]
        _check_allowed(one, programme, reward, basket, standing, at, choices)
    _check_pieces(basket, evaluation, rewards)
    _check_basket_rewards(basket, evaluation, rewards)
    _check_stacking(evaluation, held)
    _check_units(standing, evaluation)
    _check_everything_is_answered(held, evaluation)
    free = free_pieces(basket, evaluation, rewards)
    reduced = reduced_pieces(evaluation, rewards)
    check_earned(basket, standing, held, at, choices, evaluation, free, reduced)
    check_gifts(standing, held, at, evaluation)
    check_budgets(standing, held, evaluation)
    _check_offers(standing, evaluation, rewards)
    assert evaluation.bound <= evaluation.total
    assert not evaluation.proven or evaluation.bound == evaluation.total


def _check_lines(basket: Basket, evaluation: Evaluation) -> None:
    off: Counter[int] = Counter()
    for one in evaluation.applied:
        assert one.discount == sum(share.amount for share in one.shares)
        assert one.discount > 0 or not one.shares
        assert len({share.line for share in one.shares}) == len(one.shares)
        for share in one.shares:
            # A piece of a set may be too cheap for a part of the last cent.
            assert share.amount > 0 or (share.amount == 0 and share.pieces)
            off[share.line] += share.amount
    assert [price.line for price in evaluation.lines] == [line.key for line in basket.lines]
    for line, price in zip(basket.lines, evaluation.lines, strict=True):
        assert price.gross == line.amount
        assert price.discount == off[line.key]
        assert 0 <= price.net <= price.gross
        assert price.vat == line.product.vat
        assert line.product.rewardable or not price.discount
    assert evaluation.gross == sum(line.amount for line in basket.lines)
    assert evaluation.discount == sum(off.values())


def _check_taxes(basket: Basket, evaluation: Evaluation) -> None:
    assert [one.rate for one in evaluation.vat] == sorted({line.vat for line in evaluation.lines})
    for one in evaluation.vat:
        lines = [line for line in evaluation.lines if line.vat == one.rate]
        net = sum(line.net for line in lines)
        assert one.gross == sum(line.gross for line in lines)
        assert one.discount == sum(line.discount for line in lines)
        if basket.prices_include_tax:
            assert one.tax == half_up(Fraction(net * one.rate, 10_000 + one.rate))
            assert one.taxable + one.tax == net
        else:
            assert one.taxable == net
            assert one.tax == half_up(Fraction(net * one.rate, 10_000))
    assert evaluation.total == sum(one.taxable + one.tax for one in evaluation.vat)


def _check_allowed(
    one: Applied,
    programme: Programme,
    reward: Reward,
    basket: Basket,
    standing: Standing,
    at: Moment,
    choices: Choices,
) -> None:
    assert one.revision == programme.revision
    assert one.name not in choices.taken_off
    assert one.claimed == (reward.mode == "claimed")
    asked = [claim for claim in choices.claims if claim.name == one.name]
    assert asked or not one.claimed
    assert is_for(reward.audience, standing.traits)
    assert is_open(reward.window, at)
    assert is_occasion(reward.occasion, standing, at)
    assert one.times >= 1
    assert reward.limit is None or one.times <= reward.limit
    had = f"had:{programme.programme}/{reward.id}"
    assert one.times <= left_by(reward.limits, had, standing, at)
    assert (one.discount > 0) == isinstance(reward.benefit, PercentOff | AmountOff | FixedPrice)
    assert one.times <= beyond_the_first(reward, basket)
    if one.claimed and asked[0].times is not None:
        assert one.times <= asked[0].times
    assert one.units == reward.cost * one.times
    assert one.unit == (programme.unit.id if programme.unit and reward.cost else "")
    about = [
        line
        for line in basket.lines
        if takes(reward.condition.goods, line.product, line.piece_amount)
    ]
    assert sum(line.amount for line in about) >= reward.condition.spend
    assert sum(line.pieces for line in about) >= reward.condition.pieces
    assert one.step == step_of(reward, basket)


def beyond_the_first(reward: Reward, basket: Basket) -> int:
    """How many pieces come after those that pay whole; very many where none has to."""
    if reward.target.from_piece == 1:
        return 10**9
    there = sum(
        line.pieces
        for line in basket.lines
        if line.product.rewardable
        and line.piece_amount
        and takes(reward.target.goods, line.product, line.piece_amount)
    )
    return max(0, there - (reward.target.from_piece - 1))


def step_of(reward: Reward, basket: Basket) -> int:
    """The last step that the basket reaches, from 1."""
    about = [
        line for line in basket.lines if takes(reward.target.goods, line.product, line.piece_amount)
    ]
    pieces, spend = sum(line.pieces for line in about), sum(line.amount for line in about)
    last = 0
    for number, step in enumerate(reward.steps, start=1):
        if step.pieces <= pieces and step.spend <= spend:
            last = number
    return last


def benefit_at(reward: Reward, step: int) -> Benefit:
    """The benefit of a step; of step 0 the reward's own."""
    return reward.steps[step - 1].benefit if step else reward.benefit


def counted_out(reward: Reward, basket: Basket) -> Reward:
    """The same with an amount for each full sum as what it comes to."""
    benefit = reward.benefit
    if not isinstance(benefit, AmountOff) or benefit.for_each is None:
        return reward
    spend = sum(
        line.amount
        for line in basket.lines
        if takes(reward.target.goods, line.product, line.piece_amount)
    )
    amount = benefit.amount * floor(Fraction(spend, benefit.for_each))
    assert amount > 0
    if benefit.at_most is not None:
        amount = min(amount, benefit.at_most)
    return replace(reward, benefit=replace(benefit, amount=amount, for_each=None, at_most=None))


def weight_of(line: Line) -> Fraction | None:
    """Kilograms of a bag: weighed, or told by what it costs; None: it is counted."""
    if line.grams is not None:
        return Fraction(line.grams, 1000)
    if line.product.by_weight and line.price is not None:
        return Fraction(line.price, line.product.price) if line.product.price else Fraction(-1)
    return None


def off_piece(reward: Reward, price: int, step: int = 0, weight: Fraction | None = None) -> int:
    """What a benefit takes off one price, of a bag of so many kilograms; below 0: nobody knows."""
    benefit = benefit_at(reward, step)
    match benefit:
        case PercentOff(basis_points=points, at_most=most):
            off = half_up(Fraction(price * points, 10_000))
            return off if most is None else min(off, most)
        case AmountOff() | FixedPrice() if weight is not None and benefit.per == "kilogram":
            if weight < 0:
                return 0
            if isinstance(benefit, AmountOff):
                return min(price, half_up(benefit.amount * weight))
            return price - min(price, half_up(benefit.price * weight))
        case AmountOff(amount=amount):
            return min(price, amount)
        case FixedPrice(price=fixed):
            return max(0, price - fixed)
        case _:
            return 0


def size_of(reward: Reward) -> int:
    """How many pieces one use of a reward takes up."""
    if reward.target.scope == "piece":
        return 1
    also = reward.target.also.pieces if reward.target.also else 0
    return sum(need.pieces for need in reward.condition.needs) + also


def _check_pieces(
    basket: Basket,
    evaluation: Evaluation,
    rewards: Mapping[RewardName, tuple[Programme, Reward]],
) -> None:
    lines = {line.key: line for line in basket.lines}
    on_line: Counter[int] = Counter()
    used_up = 0
    rests = {line.key: [line.piece_amount] * line.pieces for line in basket.lines}
    fresh = {line.key: line.pieces for line in basket.lines}
    on_top = False
    for one in evaluation.applied:
        programme, reward = rewards[one.name]
        if reward.target.scope == "basket":
            assert all(share.pieces == 0 for share in one.shares)
            continue
        if programme.stacking.on_top and reward.target.scope == "piece":
            on_top = True
            _check_on_top(one, programme, reward, lines, rests)
            continue
        assert not on_top, "what comes on top of others is told after them"
        for share in one.shares:
            each, odd = divmod(share.amount, share.pieces)
            for number in range(share.pieces):
                fresh[share.line] -= 1
                rests[share.line][fresh[share.line]] -= each + (number < odd)
        used_up += one.times * size_of(reward)
        gained = sum(share.pieces for share in one.shares)
        target = reward.target
        if target.scope == "piece":
            assert gained == one.times
        else:
            each = target.also.pieces if target.also else target.pieces or size_of(reward)
            assert gained == one.times * each
        for share in one.shares:
            line = lines[share.line]
            on_line[share.line] += share.pieces
            assert share.pieces > 0
            assert share.amount <= share.pieces * line.piece_amount
            _check_goods(reward, line)
            if target.scope == "piece" or isinstance(benefit_at(reward, one.step), PercentOff):
                off = off_piece(reward, line.piece_amount, one.step, weight_of(line))
                assert share.amount == share.pieces * off
    assert all(n <= lines[key].pieces for key, n in on_line.items())
    assert used_up <= sum(line.pieces for line in basket.lines if line.product.rewardable)


def _check_on_top(
    one: Applied,
    programme: Programme,
    reward: Reward,
    lines: Mapping[int, Line],
    rests: dict[int, list[int]],
) -> None:
    """Off what is left of each piece; those that lose most go first."""
    assert sum(share.pieces for share in one.shares) == one.times

    def off(key: int, rest: int) -> int:
        price = lines[key].piece_amount
        shelf = programme.stacking.percent_of == "shelf"
        percent = isinstance(benefit_at(reward, one.step), PercentOff)
        on = price if shelf and percent else rest
        return min(rest, off_piece(reward, on, one.step, weight_of(lines[key])))

    offs = sorted(
        off(key, rest)
        for key, line in lines.items()
        if line.product.rewardable and takes(reward.target.goods, line.product, line.piece_amount)
        for rest in rests[key]
    )
    assert one.discount == sum(offs[-one.times :])
    for share in one.shares:
        _check_goods(reward, lines[share.line])
        here = rests[share.line]
        here.sort(key=lambda rest: off(share.line, rest))
        last = range(len(here) - share.pieces, len(here))
        gone = {at: off(share.line, here[at]) for at in last}
        assert share.amount == sum(gone.values())
        for at, amount in gone.items():
            here[at] -= amount


def _check_goods(reward: Reward, line: Line) -> None:
    if reward.target.scope == "piece":
        assert takes(reward.target.goods, line.product, line.piece_amount)
    elif reward.target.also:
        assert takes(reward.target.also.goods, line.product, line.piece_amount)
    else:
        assert any(
            takes(need.goods, line.product, line.piece_amount) for need in reward.condition.needs
        )


def _check_basket_rewards(
    basket: Basket,
    evaluation: Evaluation,
    rewards: Mapping[RewardName, tuple[Programme, Reward]],
) -> None:
    """Basket rewards come off what is left, one after the other, in the order they are told."""
    net = {line.key: line.amount for line in basket.lines}
    turns = []
    for one in evaluation.applied:
        reward = counted_out(rewards[one.name][1], basket)
        if not one.discount:
            continue
        if reward.target.scope == "basket":
            covered = [
                line
                for line in basket.lines
                if line.product.rewardable
                and takes(reward.target.goods, line.product, line.piece_amount)
            ]
            base = sum(net[line.key] for line in covered)
            shelf = None
            if rewards[one.name][0].stacking.percent_of == "shelf":
                shelf = sum(line.amount for line in covered)
            stage = 1
            if isinstance(benefit_at(reward, one.step), PercentOff):
                last = rewards[one.name][0].stacking.percent_of == "after_amounts"
                stage = 2 if last else 0
            turns.append((one.claimed, stage))
            assert one.discount == off_basket(reward, base, one.times, one.step, shelf)
            if reward.condition.spend_of == "rest":
                assert left_of(basket, reward, net) >= reward.condition.spend
            for share in one.shares:
                exact = Fraction(one.discount * net[share.line], base)
                assert abs(share.amount - exact) < 2  # a cent by goods, a cent by line
        else:
            assert not turns, "rewards on goods are told first"
        for share in one.shares:
            net[share.line] -= share.amount
    assert turns == sorted(turns)
    for one in evaluation.applied:
        reward = rewards[one.name][1]
        if reward.condition.spend_of == "rest" and not one.discount:
            assert left_of(basket, reward, net) >= reward.condition.spend


def left_of(basket: Basket, reward: Reward, net: Mapping[int, int]) -> int:
    """What is left to pay of what the condition is about."""
    about = [
        line
        for line in basket.lines
        if takes(reward.condition.goods, line.product, line.piece_amount)
    ]
    return sum(net[line.key] for line in about)


def off_basket(
    reward: Reward, base: int, times: int, step: int = 0, shelf: int | None = None
) -> int:
    """What a basket reward used so often takes off what is left to pay for its goods.

    ``shelf`` is what a percent is counted on where that is the price before rewards.
    """
    benefit = benefit_at(reward, step)
    room = base
    if isinstance(benefit, AmountOff) and benefit.at_most_basis_points is not None:
        room = floor(Fraction(base * benefit.at_most_basis_points, 10_000))
    if isinstance(benefit, AmountOff) and reward.cost:
        assert benefit.amount * times <= room, "units would be lost"
        return benefit.amount * times
    assert times == 1
    if shelf is not None and isinstance(benefit, PercentOff):
        return min(base, off_piece(reward, shelf, step))
    return min(room, off_piece(reward, base, step))


def _check_stacking(evaluation: Evaluation, held: Mapping[int, Programme]) -> None:
    here = {one.name.programme for one in evaluation.applied}
    if any(held[number].stacking.mode == "alone" for number in here):
        assert len(here) == 1
    groups = [held[number].stacking.group for number in here if held[number].stacking.group]
    assert len(set(groups)) == len(groups)


def _check_units(standing: Standing, evaluation: Evaluation) -> None:
    by_account: Counter[object] = Counter()
    by_reward: Counter[RewardName] = Counter()
    for spent in evaluation.spent:
        assert spent.n > 0
        if spent.account.unit == "budget":
            continue
        by_account[spent.account] += spent.n
        by_reward[spent.name] += spent.n
    spendable = {holding.account: holding.spendable for holding in standing.holdings}
    assert all(n <= spendable[account] for account, n in by_account.items())  # type: ignore[index]
    assert by_reward == {one.name: one.units for one in evaluation.applied if one.units}
    for one in evaluation.applied:
        paid = {spent.account.unit for spent in evaluation.spent if spent.name == one.name}
        assert paid - {"budget"} == ({one.unit} if one.units else set())


def _check_everything_is_answered(held: Mapping[int, Programme], evaluation: Evaluation) -> None:
    answers = Counter((one.name.programme, one.name.reward, False) for one in evaluation.applied)
    answers.update(
        {(one.programme, one.rule, True) for one in evaluation.earned if not one.by_reward}
    )
    answers.update((one.programme, one.rule, one.earns) for one in evaluation.not_applied)
    questions = {
        (one.programme, reward.id, False) for one in held.values() for reward in one.rewards
    }
    questions |= {
        (one.programme, rule.id, True)
        for one in held.values()
        for rule in one.earn
        if rule.on == "purchase"
    }
    assert set(answers) == questions
    assert set(answers.values()) <= {1}


def free_pieces(
    basket: Basket,
    evaluation: Evaluation,
    rewards: Mapping[RewardName, tuple[Programme, Reward]],
) -> dict[int, int]:
    """How many pieces of each line a reward on goods made free."""
    lines = {line.key: line for line in basket.lines}
    free: Counter[int] = Counter()
    for one in evaluation.applied:
        if rewards[one.name][1].target.scope != "basket":
            for share in one.shares:
                if share.amount == share.pieces * lines[share.line].piece_amount:
                    free[share.line] += share.pieces
    return dict(free)


def reduced_pieces(
    evaluation: Evaluation, rewards: Mapping[RewardName, tuple[Programme, Reward]]
) -> tuple[dict[int, tuple[int, int]], ...]:
    """By line the pieces that cost less, and how much: as many as there can be, and as few.

    What comes on top of others may come off the same pieces or off others.
    """
    below: Counter[int] = Counter()
    above: Counter[int] = Counter()
    off: Counter[int] = Counter()
    for one in evaluation.applied:
        programme, reward = rewards[one.name]
        if reward.target.scope == "basket":
            continue
        for share in one.shares:
            off[share.line] += share.amount
            if programme.stacking.on_top:
                above[share.line] = max(above[share.line], share.pieces)
            else:
                below[share.line] += share.pieces
    most = {line: (below[line] + above[line], off[line]) for line in off}
    fewest = {line: (max(below[line], above[line]), off[line]) for line in off}
    return (most, fewest) if above else (most,)


def _check_offers(
    standing: Standing,
    evaluation: Evaluation,
    rewards: Mapping[RewardName, tuple[Programme, Reward]],
) -> None:
    wanted = {
        name
        for name, (programme, reward) in rewards.items()
        if is_offered(programme, reward, standing)
    }
    assert {offer.name for offer in evaluation.offers} == wanted
    assert len(evaluation.offers) == len(wanted)
    here = {one.name: one for one in evaluation.applied}
    for offer in evaluation.offers:
        assert offer.applied == (offer.name in here)
        assert offer.cost == rewards[offer.name][1].cost
        assert offer.units == offer.cost * offer.times
        if offer.applied:
            assert (offer.times, offer.worth) == (
                here[offer.name].times,
                here[offer.name].discount,
            )
        assert offer.times <= offer.times_most


def is_offered(programme: Programme, reward: Reward, standing: Standing) -> bool:
    """Whether the panel shows a reward: to members, and to whoever shows the units it costs."""
    if standing.traits is not None:
        return bool(reward.cost) or reward.mode == "claimed"
    assert programme.unit or not reward.cost
    shown = {one.account.unit for one in standing.holdings}
    return bool(reward.cost and programme.unit and programme.unit.id in shown)
