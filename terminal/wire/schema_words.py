"""What every key of a programme, a case and a story means, for the JSON Schemas that are printed.

For programmers of other companies who have nothing but the schema: in plain words, with units. The
words stand here and not in the classes, because an installed program has no sources to read them
from. A key that means the same everywhere is told once, by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MINOR: Final = "in minor units of the currency (500 is 5.00)"

WORDS: Final[Mapping[str, str]] = {
    # --- the same everywhere ---------------------------------------------------------------------
    "format": "The number of this format; it is always this one.",
    "kind": "Which of the alternatives this object is; it is always this word.",
    "audience": "For whom; nothing said: everybody, with a card or without.",
    "goods": "On which goods; nothing said: on all.",
    "window": "When, by the shop's own clock: all that is said here must hold at once; nothing said:"
    " always.",
    "occasion": "What must be so in the member's own story, such as a birthday or the first"
    " purchase; it needs a card. null: nothing.",
    "limits": "How often, or how many units, a member or an operator may have of it in a period;"
    " all of them hold.",
    "budget": "What it may give away in all, at all tills together; null: without end.",
    "period": "The time over which is counted; nothing said: ever.",
    # --- the frame -------------------------------------------------------------------------------
    "Programme.programme": "The programme's number, chosen by you: other files and reports name it"
    " so. Of programmes that are as good, the lower number comes first.",
    "Programme.revision": "1, 2, 3 …: a published revision never changes; a change is the next one.",
    "Programme.holds_from": "The instant from which this revision holds, with its offset from UTC:"
    " 2026-12-01T00:00:00+01:00. Of each programme the highest revision that has begun is in force.",
    "Programme.closed": "true ends the programme: nothing is earned or given any more; units that"
    " people have stay theirs.",
    "Programme.name": 'What people read, by language: {"en": "Winter", "pl": "Zima"}. A language'
    " that is missing falls back to English, and without English to any.",
    "Programme.unit": "What the programme's earn rules give and its rewards cost: points, stamps,"
    " vouchers, money or status. null: a programme of promotions without units.",
    "Programme.earn": "How units are earned. Each rule that fits brings its units beside the others.",
    "Programme.rewards": "What people get. The engine finds the combination that costs the customer"
    " least, within `stacking`.",
    "Programme.stacking": "How all rewards of this programme go together with others.",
    "Programme.tiers": "Tiers such as silver and gold, reached with this programme's units, which"
    " are of kind status. null: none.",
    # --- units -----------------------------------------------------------------------------------
    "UnitTerms.id": "The unit's own name, for files and reports. Programmes that name the same unit"
    " move the same units and must state it alike.",
    "UnitTerms.kind": "What the holder has: points, stamps, vouchers (rights to a benefit), money"
    " (gift card or store credit, in minor units) or status (counts for tiers, cannot be spent).",
    "UnitTerms.name": "What people read, by language, in the plural and beginning small: points.",
    "UnitTerms.counted": "What people read behind a number, by language, in the plural forms of each:"
    " en as after 1 and 2 (mile, miles); pl, uk and ru as after 1, 2 and 5; ro as after 1, 2 and 20"
    " (milă, mile, de mile); lv as after 1, 2 and 0. Without a language the words of the kind stand"
    " there, such as 250 pts.",
    "UnitTerms.rounding": "How parts of a unit become whole ones, once for each sale and rule.",
    "UnitTerms.expiry": "How long units can be used; nothing said: for ever. Nobody loses units"
    " without having been told 14 days before.",
    "UnitTerms.vesting_days": "So many days units wait before they can be spent, such as the days in"
    " which goods may come back; 0: at once.",
    "UnitTerms.worth": "What units are worth in money. It weighs units that an automatic reward"
    " would spend against what it saves; null: they weigh nothing.",
    "UnitTerms.held": "member: units go to the member's wallet. bearer: into a wallet of their own"
    " with a code on the slip; whoever shows it has them (vouchers, gift cards).",
    "UnitTerms.partner": "Whom the shop settles these units with, for the report; empty: its own.",
    "Worth.units": "So many units …",
    "Worth.amount": f"… are worth so much, {MINOR}.",
    "ExpiresAfter.months": "So many months after the day of earning they can still be used, on the"
    " last day, too. Either months or days are said.",
    "ExpiresAfter.days": "So many days after the day of earning they can still be used, on the last"
    " day, too: 90 days from 14 March end with 12 June. Below 14 days nobody can be told in good"
    " time, so units stay longer.",
    "ExpiresAfter.round_to": "month or year move the last day on to the end of its month or year;"
    " day leaves it.",
    "ExpiresAfter.since": "earning: each unit counts from its own day. purchase: every purchase"
    " moves the last day of all units on, so they end by inactivity.",
    "ExpiresOn.last_day": "The last day on which the units can be used, YYYY-MM-DD; after it none are"
    " given any more.",
    # --- earning ---------------------------------------------------------------------------------
    "EarnRule.id": "The rule's own name within the programme.",
    "EarnRule.on": "What brings the units: a purchase, or once `units` for enrolment, for referral"
    " (to who brought a newcomer, at their first purchase), referred (to the newcomer), feedback,"
    " or goodwill (when a manager decides so). All but purchase are per visit.",
    "EarnRule.per": "What is counted: money, pieces, or the visit as one.",
    "EarnRule.units": "So many units for each of `per`.",
    "EarnRule.minimum": f"From so much on the rule brings anything, {MINOR}; what counts is the money"
    " for its goods, by `base`, less what `not_paid_with` and `reduced` leave out.",
    "EarnRule.base": "Whether money counts after all rewards (net, what is paid for the goods) or"
    " before (gross, shelf prices). Both are with tax where prices include tax, without tax where"
    " they do not. Cash rounding changes nothing.",
    "EarnRule.not_paid_with": "Money paid in these ways earns nothing; it is shared over all lines"
    " by what they cost.",
    "EarnRule.reduced": "false: pieces that a reward on pieces or sets made cheaper bring nothing,"
    " other pieces of their line do. What comes off the basket makes no goods cheaper.",
    "EarnRule.carry": "true: what makes no whole unit (with `full`: no full amount) counts on at the"
    " member's next purchase, instead of being rounded.",
    "EarnRule.multipliers": "What counts more or less than plain. Of several that fit goods, the"
    " highest holds.",
    "EarnRule.at_most": "No more units than so many in one purchase; null: no such bound.",
    "PerMoney.amount": f"So much money, {MINOR}, brings `units`; with tax where prices include tax,"
    " without tax where they do not. A part of it brings a part of the units.",
    "PerMoney.full": "true: only full amounts count: 10 units for each full 10.00 are 30 for 39.99;"
    " false: 39. Multipliers come on top of the full amounts.",
    "PerPiece.pieces": "So many pieces bring `units`; pieces that a reward made free do not count.",
    "Multiplier.percent": "200 is double, 150 half as much again, 0 nothing.",
    # --- shapes whose own words are for those who read the code ----------------------------------
    "Experiment": "Which members a trial is for. Each member has an arm, a number from 0 to 9,999,"
    " that is drawn from the trial's name and the member's id and never changes; who is outside of"
    " `first` to `last` is the control group.",
    "Draw": "A surprise: each member is drawn or not for each business day, the same at every till"
    " however often it is asked.",
    # --- people, goods, times --------------------------------------------------------------------
    "Audience.members": "true: everybody with a card.",
    "Audience.tiers": "Members of one of these tiers, by their ids.",
    "Audience.segments": "Members of one of these segments, by their names.",
    "Audience.named": "These members, by their ids; one of the list is enough.",
    "Audience.consents": "Members who gave all of these consents, by their purposes.",
    "Audience.experiment": "Part of the members, drawn once for ever, to see what an offer does.",
    "Experiment.id": "The trial's name; members are drawn anew for each name.",
    "Experiment.first": "The first arm, from 0 to 9,999, that the offer is for.",
    "Experiment.last": "The last arm that it is for: 4999 with `first` 0 is half of the members.",
    "GoodsFilter.skus": "These products, by the price list's article number.",
    "GoodsFilter.categories": "These categories: `drinks` reaches `drinks/coffee`, too.",
    "GoodsFilter.brands": "These brands.",
    "GoodsFilter.suppliers": "These suppliers.",
    "GoodsFilter.except_skus": "Not these products.",
    "GoodsFilter.except_categories": "Not these categories and what is below them.",
    "GoodsFilter.name": "What people call these goods, by language, in the singular and beginning"
    ' small: {"en": "coffee", "pl": "kawa"}. Said where some of them are missing: "Add 2 × coffee".'
    " Nothing said: of one product its own name, else pieces.",
    "GoodsFilter.price_from": f"Only pieces that cost so much or more on the shelf, {MINOR}.",
    "GoodsFilter.price_to": f"Only pieces that cost so much or less on the shelf, {MINOR}; null: any.",
    "Window.weekdays": "1 is Monday, 7 is Sunday; empty: every day.",
    "Window.from_time": "From this local time on, HH:MM.",
    "Window.to_time": "Up to this local time, HH:MM, itself not included; before `from_time` it is"
    " that of the next morning.",
    "Window.first_day": "The first day, YYYY-MM-DD; null: it has begun.",
    "Window.last_day": "The last day, which counts, too; null: no end.",
    "Period.kind": "The running business day, week (from Monday), month, quarter or year; `days`:"
    " the last so many days; or ever.",
    "Period.days": "For kind days: so many days back, today included; else 0.",
    "Birthday.days_before": "From so many days before the birthday …",
    "Birthday.days_after": "… to so many days after it; 0 and 0 are the day alone.",
    "Purchases.number": "The number of this purchase in the period: 1 is the first.",
    "Purchases.repeat": "true: each so many, the 5th, the 10th …; false: that one alone.",
    "Spending.amount": f"At least so much was spent in the period before this sale, {MINOR}.",
    "Away.days": "The last purchase is at least so many days ago.",
    "Enrolled.days": "The member joined at most so many days ago; 0: today.",
    "Draw.id": "The draw's name; each name is drawn by itself.",
    "Draw.basis_points": "Each member is drawn on so many of 10,000 days: 2000 is one in five.",
    "Limit.most": "So often in the period for a reward; so many units for an earn rule.",
    "Limit.per": "Whether each member has this much, or each operator may give it.",
    "Limit.together_with": "Rewards of other programmes that count into the same limit.",
    "OtherReward.programme": "The number of its programme.",
    "OtherReward.reward": "Its id.",
    "Budget.of": "What is counted: money that comes off, times that it is had, or units that it"
    " gives.",
    "Budget.amount": "So much in all; money in minor units.",
    # --- rewards ---------------------------------------------------------------------------------
    "Reward.id": "The reward's own name within the programme.",
    "Reward.name": "What people read on screen and slip, by language.",
    "Reward.mode": "automatic: it applies itself. claimed: it waits until the cashier is asked for"
    " it.",
    "Reward.cost": "So many of the programme's units are spent each time it is had; 0: nothing.",
    "Reward.condition": "What must be in the basket.",
    "Reward.benefit": "What it brings.",
    "Reward.target": "What the benefit is taken off. What takes no money off stands on the basket.",
    "Reward.limit": "So often in one basket at most; null: as often as goods and units allow (on the"
    " basket without a cost: once).",
    "Reward.steps": "The more, the cheaper: the last step that is reached replaces `benefit`.",
    "Step.pieces": "From so many pieces of the target's goods in the basket; 0: not asked.",
    "Step.spend": f"From so much for the target's goods at shelf prices, {MINOR}; 0: not asked.",
    "Step.benefit": "What holds from this step on, for all of the target.",
    "Condition.spend": f"`goods` for so much are in the basket, {MINOR}; with tax where prices"
    " include tax. 0: not asked.",
    "Condition.spend_of": "What `spend` counts: shelf prices before all rewards (shelf), or what is"
    " left to pay for the goods after the rewards that come before this one (rest).",
    "Condition.pieces": "So many pieces of `goods` are in the basket; they stay free for other"
    " rewards. 0: not asked.",
    "Condition.goods": "What `spend` and `pieces` count; nothing said: all goods.",
    "Condition.needs": "For scope set: the pieces that make one set. A set uses its pieces up.",
    "Need.goods": "Of these goods …",
    "Need.pieces": "… so many pieces. A piece counts for one need only.",
    "Target.scope": "piece: each piece of `goods` by itself. set: the pieces that the condition"
    " `needs`. basket: what is left to pay for `goods`.",
    "Target.goods": "For piece and basket: what the benefit is taken off; nothing said: all goods.",
    "Target.pieces": "For set: the benefit goes to so many pieces of each set; 0: to all of it."
    " With `also` it says nothing.",
    "Target.pick": "Which of the set's pieces these are. With `also` it says nothing: further pieces"
    " are taken, and of those that fit the ones that save the customer most.",
    "Target.also": "For set: the benefit goes to further pieces of these goods, beside the set,"
    " which is paid for: buy X, get Y. null: to the set itself.",
    "Target.from_piece": "For piece: from the n-th piece on; 1: each. 3 leaves two at their price,"
    " those that save the customer least.",
    "PercentOff.basis_points": "2000 is 20 %, 10000 is free. Rounded half up for each piece.",
    "PercentOff.at_most": f"Off the basket: no more than so much in all, {MINOR}; null: no bound.",
    "AmountOff.amount": f"So much off each piece, each set, or the basket, {MINOR}; never more than"
    " it costs.",
    "AmountOff.per": "Off single pieces: `kilogram` takes `amount` off each kilogram of goods that are"
    " sold by weight, off a bag rounded half up once, and off each piece of others. `piece` takes it"
    " off a bag, whatever it weighs.",
    "AmountOff.for_each": f"Off the basket: `amount` once for each full so much, {MINOR}, of the"
    " target's goods at shelf prices; null: once.",
    "AmountOff.at_most": f"With `for_each`: so much in all at most, {MINOR}; null: no bound.",
    "AmountOff.at_most_basis_points": "Off the basket: no more than this share of what is left to"
    " pay for the goods; 5000 is a half. null: no bound.",
    "FixedPrice.price": f"What each piece, each set or the basket costs instead, {MINOR}.",
    "FixedPrice.per": "For single pieces: with `kilogram` each kilogram of goods that are sold by"
    " weight costs `price`, a bag rounded half up once, and each piece of others. With `piece` a bag"
    " costs it, whatever it weighs.",
    "GivenUnits.unit": "The id of the unit that is given, of this or another programme.",
    "GivenUnits.n": "So many units each time; of money in minor units.",
    "GivenUnits.bearer": "true: to whoever holds the code on the slip; false: to the member.",
    "Privilege.words": "What the shop does for the customer, by language; nothing is computed.",
    "Donation.cause": "The good cause, by the name that the settlement report sums it up by.",
    "Donation.amount": f"What the shop gives each time, {MINOR}.",
    "Stacking.mode": "combines: beside others. alone: no other reward in the same sale.",
    "Stacking.group": "Of all programmes that name the same group one is taken; empty: no group.",
    "Stacking.pick": "Which of the group: the best for the customer, or the one of the highest"
    " priority that can be had. All of a group say the same.",
    "Stacking.priority": "For pick priority: the highest comes first.",
    "Stacking.on_top": "true: its rewards on pieces come off what other rewards left of a piece;"
    " false: a piece takes part in one reward only.",
    "Stacking.percent_of": "What its percents on the basket or on top are of: rest, what is left to"
    " pay; shelf, the shelf price; after_amounts, what is left once amounts are off, too.",
    # --- tiers -----------------------------------------------------------------------------------
    "TierTerms.tiers": "The tiers, the lowest first.",
    "TierTerms.period": "Units earned in this period count, such as the last 365 days or the running"
    " year.",
    "TierTerms.grace_days": "So many days a tier is kept that is no longer earned.",
    "TierTerms.down": "Then one step down, or straight to what the units are worth.",
    "Tier.id": "The tier's own name, which audiences use.",
    "Tier.name": "What people read, by language.",
    "Tier.units": "So many status units in the period reach it.",
    # --- a case ----------------------------------------------------------------------------------
    "WrittenCase.at": "When the basket is paid.",
    "WrittenCase.lines": "What is in the basket; lines are counted from 1.",
    "WrittenCase.programmes": "Programmes in force: each written out, or the name of its file.",
    "WrittenCase.member": "Who showed a card; null: nobody did.",
    "WrittenCase.claims": "Claimed rewards that the customer asks for.",
    "WrittenCase.taken_off": "Rewards that the cashier took off: they are not given.",
    "WrittenCase.effort": "Steps of search for the best price; the same answer everywhere.",
    "currency": "ISO 4217, three letters, such as PLN; it says how many digits a minor unit has.",
    "prices_include_tax": "true: prices are with tax, as in shops. false: without; tax is added for"
    " each rate at the end, and rewards and earn rules count prices without tax.",
    "WrittenMoment.local": "The shop's own time, without an offset: 2026-03-14T15:42.",
    "WrittenMoment.business_day": "The day in the books, where it is not that of the clock.",
    "offset_minutes": "What the shop's time is ahead of UTC, in minutes.",
    "sku": "The article number.",
    "price": f'The shelf price of one piece, or of a kilogram, {MINOR} or a text ("13.00").',
    "vat": 'The tax rate in basis points (2300) or a text ("23%"); below 1 % only a text ("0.50%").',
    "name": "What people read.",
    "category": "A path, from the widest to the narrowest: drinks/coffee.",
    "brand": "The brand.",
    "supplier": "The supplier.",
    "rewardable": "false: no reward comes off it (gift cards, goods with a price by law).",
    "earning": "false: it brings no units and counts for nothing that is spent. A gift card, credit or"
    " voucher that is sold is loaded all the same: that is no reward, but what was bought.",
    "pieces": "How many; of weighed goods 1.",
    "grams": "Of weighed goods, whose price is that of a kilogram; null: sold by the piece.",
    "WrittenMember.id": "The member's id, which audiences name and draws go by.",
    "tier": "The id of the tier they have now; empty: none.",
    "segments": "The segments that they belong to.",
    "birthday": "Month and day, such as [3, 14]; null: not known.",
    "consents": "The purposes that they agreed to.",
    "WrittenMember.enrolled": "The day on which they joined; null: not known.",
    "referred_by": "The member who brought them; empty: nobody.",
    "WrittenMember.wallet": "What they can spend, by the id of the unit.",
    "WrittenReward.programme": "The number of its programme.",
    "WrittenReward.reward": "Its id.",
    "WrittenReward.times": "How often; null: as often as it goes.",
    # --- a story ---------------------------------------------------------------------------------
    "Story.story": "What it is about, for people.",
    "Story.products": "The shop's price list, by article number.",
    "Story.programmes": "What is published when it begins: written out, or the names of files.",
    "Story.steps": "What happens, one after the other; `do` says what.",
    "do": "What happens in this step; it is always this word.",
    "till": "At which till; empty: at the one that has no name.",
    "member": "The member, as the story calls them; in a sale, empty: nobody showed a card.",
    "expect": "What should come of it; a difference is told, and the exit code is 1.",
    "household": "A member whose wallet they share; empty: they have their own.",
    "lines": "What is scanned.",
    "Sell.name": "What later steps call the sale, such as those that refund it; empty: `sale 1`,"
    " `sale 2` and so on.",
    "Sell.claims": "Claimed rewards that the customer asks for.",
    "Sell.taken_off": "Rewards that the cashier takes off.",
    "Sell.tenders": "What it is paid with; what is left open is paid in cash.",
    "sale": "The sale, by the name that the story gave it.",
    "law": "Of units and discounts: in proportion (pro_rata), or by asking what would have held for"
    " what the customer keeps (reevaluate).",
    "Pass.days": "So many days go by.",
    "Pass.until": "Or up to this local time.",
    "Publish.programmes": "Revisions that are published now: written out, or names of files.",
    "Grant.on": "Which rules give: those on feedback, or those on goodwill.",
    "Expected.total": f"What the customer pays, tax included, {MINOR} or a text.",
    "Expected.discount": "What rewards take off in all.",
    "ExpectedLot.n": "So many units …",
    "ExpectedLot.until": "… of this last day; null: they never end.",
    "Chosen.programme": "The number of its programme.",
    "Chosen.reward": "Its id.",
    "Paid.kind": "What with: cash, card, a gift card …",
    "Paid.amount": f"How much, {MINOR} or a text.",
    "Issue.name": "What the story calls its code.",
}


def local_time(about: dict[str, Any]) -> None:
    """Say that a key is a time by the shop's clock: ``date-time`` would want an offset from UTC."""
    about.pop("format", None)
    about["pattern"] = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?$"


def described(schema: dict[str, Any], root: str) -> dict[str, Any]:
    """The schema of the class ``root``, each key with what it means where nothing says it yet."""
    shapes = {root: schema, **schema.get("$defs", {})}
    for name, shape in shapes.items():
        if name in WORDS and name != root:
            shape["description"] = WORDS[name]
        for key, about in shape.get("properties", {}).items():
            words = WORDS.get(f"{name}.{key}") or WORDS.get(key)
            if words is not None and not about.get("description"):
                about["description"] = words
    return schema
