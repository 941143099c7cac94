"""Goods, rewards, codes that nobody knows, baskets on hold."""

from __future__ import annotations

from tests.till.gui.gallery.stand import REWARDS, Stand, scene


@scene()
def empty(stand: Stand) -> None:
    """Nothing yet."""


@scene()
def sale_of_nobody(stand: Stand) -> None:
    stand.goods()


@scene()
def sale_of_a_member(stand: Stand) -> None:
    stand.goods()
    stand.member()


@scene()
def reward_used(stand: Stand) -> None:
    stand.goods(6)
    stand.member()
    stand.take("reward")


@scene()
def reward_not_ready(stand: Stand) -> None:
    stand.goods(1)
    stand.member("nothing")
    stand.take("reward")


@scene()
def coffee_card(stand: Stand) -> None:
    stand.member("coffee")
    tile = next(one for one in stand.shop.tiles if one.product.category.startswith("drinks/coffee"))
    stand.window.steps.add_product(tile.product.sku)


@scene()
def expiring(stand: Stand) -> None:
    stand.goods(2)
    stand.member("expiring")


@scene()
def balance_asked(stand: Stand) -> None:
    """A card before any goods."""
    stand.member()


@scene()
def long_basket(stand: Stand) -> None:
    stand.goods(200)
    stand.member()


@scene(rewards=REWARDS)
def forty_rewards(stand: Stand) -> None:
    stand.goods(12)
    stand.member()


@scene(rewards=REWARDS)
def forty_rewards_part(stand: Stand) -> None:
    forty_rewards(stand)
    stand.take("part")


@scene()
def unknown_code(stand: Stand) -> None:
    stand.goods(2)
    stand.scan(stand.shop.unknown_code)


@scene()
def unknown_price(stand: Stand) -> None:
    unknown_code(stand)
    stand.take("price")


@scene()
def unknown_link(stand: Stand) -> None:
    unknown_code(stand)
    stand.take("link")


@scene()
def unreadable_code(stand: Stand) -> None:
    stand.scan("5901234123450")


@scene()
def weight_wanted(stand: Stand) -> None:
    stand.goods(1)
    weighed = next(one for one in stand.shop.loose if one.by_weight)
    stand.window.steps.add_product(weighed.sku)


@scene()
def price_wanted(stand: Stand) -> None:
    stand.goods(1)
    open_price = next(one for one in stand.shop.loose if one.open_price)
    stand.window.steps.add_product(open_price.sku)


@scene()
def pieces_asked(stand: Stand) -> None:
    stand.goods(1)
    stand.take("pieces")


@scene()
def next_counts_twelve(stand: Stand) -> None:
    stand.goods(1)
    stand.enter("12*")


@scene()
def goods_asked(stand: Stand) -> None:
    stand.goods(1)
    stand.take("goods")


@scene()
def goods_found(stand: Stand) -> None:
    stand.take("goods")
    stand.enter("a")


@scene()
def goods_not_found(stand: Stand) -> None:
    stand.take("goods")
    stand.enter("qqq")


@scene()
def blocked(stand: Stand) -> None:
    unknown_code(stand)
    stand.take("finish")


@scene()
def why(stand: Stand) -> None:
    reward_used(stand)
    stand.take("why")


@scene()
def why_empty(stand: Stand) -> None:
    stand.take("why")


@scene(rewards=REWARDS)
def why_long(stand: Stand) -> None:
    long_basket(stand)
    stand.take("reward", "why")


@scene()
def part(stand: Stand) -> None:
    stand.goods(6)
    stand.member()
    stand.take("part")


@scene()
def part_of_nobody(stand: Stand) -> None:
    stand.goods(1)
    stand.take("part")


@scene()
def one_on_hold(stand: Stand) -> None:
    stand.goods(3)
    stand.take("park")


@scene()
def several_on_hold(stand: Stand) -> None:
    for at in range(3):
        stand.goods(at + 1)
        if at == 1:
            stand.member()
        stand.take("park")
    stand.take("recall")


@scene()
def many_on_hold(stand: Stand) -> None:
    for at in range(23):
        stand.goods(at % 4 + 1)
        stand.take("park")
    stand.goods(2)
    stand.take("recall")


@scene()
def none_on_hold(stand: Stand) -> None:
    stand.take("recall")


@scene()
def price_like_a_code(stand: Stand) -> None:
    stand.goods(2)
    stand.scan("2009999999997")
    stand.enter()
    stand.enter("4614460")
