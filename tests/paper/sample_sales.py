"""Sales for slips to be made of: a grocer's with points, a café's with stamps, a stranger's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    NotApplied,
    Reason,
    Share,
    Spent,
    Why,
)
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.sale import SaleRecord, SoldLine
from terminal.loyalty.sold_units import SoldBalance
from terminal.loyalty.standing import NO_CHOICES, Confirmed, Moment, RewardName
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import ExpiresAfter, UnitKind
from terminal.loyalty.wallet import Account, UnitId, wallet_id
from terminal.paper.slip import SlipContent

DAY = date(2026, 3, 14)
AT = Moment(local=datetime(2026, 3, 14, 17, 42), offset_minutes=60, business_day=DAY)  # noqa: DTZ001
START = datetime(2026, 1, 1, tzinfo=UTC)
WALLET = wallet_id(1)
POINTS = Account(WALLET, UnitId("points"))
STAMPS = Account(WALLET, UnitId("stamps:coffee"))

POINTS_NAME = {
    "en": "Points",
    "pl": "Punkty",
    "uk": "Бали",
    "ru": "Баллы",
    "ro": "Puncte",
    "lv": "Punkti",
}
POINTS_PROGRAMME = Programme(
    programme=1,
    revision=1,
    holds_from=START,
    name=POINTS_NAME,
    unit=UnitTerms(
        id="points",
        kind=UnitKind.POINTS,
        name=POINTS_NAME,
        expiry=ExpiresAfter(months=12, round_to="month"),
    ),
    earn=(EarnRule(id="money", audience=Audience(members=True), per=PerMoney(amount=100)),),
    rewards=(
        Reward(
            id="five",
            name={
                "en": "5 zł off",
                "pl": "5 zł taniej",
                "uk": "Знижка 5 грн",
                "ru": "Скидка 5 €",
                "ro": "5 lei reducere",
                "lv": "5 € atlaide",
            },
            mode="claimed",
            cost=100,
            benefit=AmountOff(amount=500),
            target=Target(scope="basket"),
        ),
    ),
)
STAMP_PROGRAMME = Programme(
    programme=2,
    revision=3,
    holds_from=START,
    name={
        "en": "Coffee card",
        "pl": "Karta kawowa",
        "uk": "Кавова картка",
        "ru": "Кофейная карта",
        "ro": "Cardul de cafea",
        "lv": "Kafijas karte",
    },
    unit=UnitTerms(
        id="stamps:coffee",
        kind=UnitKind.STAMPS,
        name={
            "en": "Coffee stamps",
            "pl": "Pieczątki za kawę",
            "uk": "Кавові штампи",
            "ru": "Кофейные штампы",
            "ro": "Ștampile de cafea",
            "lv": "Kafijas zīmogi",
        },
    ),
    earn=(EarnRule(id="cup", goods=GoodsFilter(categories=("coffee",)), per=PerPiece()),),
    rewards=(
        Reward(
            id="tenth",
            name={
                "en": "The tenth coffee is free",
                "pl": "Dziesiąta kawa gratis",
                "uk": "Десята кава безкоштовно",
                "ru": "Десятый кофе бесплатно",
                "ro": "A zecea cafea gratis",
                "lv": "Desmitā kafija bez maksas",
            },
            mode="claimed",
            cost=9,
            benefit=PercentOff(basis_points=10_000),
            target=Target(scope="piece", goods=GoodsFilter(categories=("coffee",))),
        ),
    ),
)
HAPPY_HOUR = Programme(
    programme=3,
    revision=1,
    holds_from=START,
    name={
        "en": "Happy hour",
        "pl": "Szczęśliwa godzina",
        "uk": "Щаслива година",
        "ru": "Счастливый час",
        "ro": "Ora fericită",
        "lv": "Laimīgā stunda",
    },
    rewards=(
        Reward(
            id="cakes",
            name={
                "en": "Happy hour for cakes",
                "pl": "Szczęśliwa godzina ciast",
                "uk": "Щаслива година тістечок",
                "ru": "Счастливый час пирожных",
                "ro": "Ora fericită la prăjituri",
                "lv": "Laimīgā kūku stunda",
            },
            benefit=PercentOff(basis_points=1500),
            target=Target(scope="piece", goods=GoodsFilter(categories=("cakes",))),
        ),
    ),
)

LUNCH_SET = Programme(
    programme=4,
    revision=1,
    holds_from=START,
    name={
        "en": "Lunch",
        "pl": "Obiad",
        "uk": "Обід",
        "ru": "Обед",
        "ro": "Prânz",
        "lv": "Pusdienas",
    },
    rewards=(
        Reward(
            id="set",
            name={
                "en": "Coffee, cake and a sandwich for 30",
                "pl": "Kawa, ciasto i kanapka za 30 zł",
                "uk": "Кава, тістечко й бутерброд за 30",
                "ru": "Кофе, пирожное и бутерброд за 30",
                "ro": "Cafea, prăjitură și sandviș la 30 lei",
                "lv": "Kafija, kūka un sviestmaize par 30",
            },
            condition=Condition(
                needs=tuple(
                    Need(goods=GoodsFilter(categories=(one,)))
                    for one in ("coffee", "cakes", "sandwiches")
                )
            ),
            benefit=FixedPrice(price=3000),
            target=Target(scope="set"),
        ),
    ),
)
GIFT = Programme(
    programme=5,
    revision=1,
    holds_from=START,
    name={
        "en": "Gift",
        "pl": "Prezent",
        "uk": "Подарунок",
        "ru": "Подарок",
        "ro": "Cadou",
        "lv": "Dāvana",
    },
    rewards=(
        Reward(
            id="cup",
            name={
                "en": "A cup as a gift",
                "pl": "Kubek w prezencie",
                "uk": "Чашка в подарунок",
                "ru": "Кружка в подарок",
                "ro": "Cană cadou",
                "lv": "Krūze dāvanā",
            },
            condition=Condition(spend=5000),
            benefit=PercentOff(basis_points=10_000),
            target=Target(scope="piece", goods=GoodsFilter(skus=("CUP",))),
        ),
    ),
)
WEEKEND = Programme(
    programme=6,
    revision=1,
    holds_from=START,
    name={"en": "Weekend"},
    rewards=(
        Reward(
            id="weekend",
            name={
                "en": "Weekend -10%",
                "pl": "Weekend -10%",
                "uk": "Вихідні -10%",
                "ru": "Выходные -10%",
                "ro": "Weekend -10%",
                "lv": "Nedēļas nogale -10%",
            },
            benefit=PercentOff(basis_points=1000),
            target=Target(scope="piece"),
        ),
    ),
)


THANKS = {
    "pl": "Dziękujemy!",
    "en": "Thank you!",
    "uk": "Дякуємо!",
    "ru": "Спасибо!",
    "ro": "Vă mulțumim!",
    "lv": "Paldies!",
}


def lane(number: int, language: str) -> str:
    till = {"pl": "kasa", "en": "till", "uk": "каса", "ru": "касса", "ro": "casa", "lv": "kase"}[
        language
    ]
    return f"{till} {number}"


def sold(
    key: int,
    name: str,
    unit_price: int,
    *,
    gross: int | None = None,
    pieces: int = 1,
    grams: int | None = None,
    discount: int = 0,
) -> SoldLine:
    return SoldLine(
        key=key,
        sku=f"sku{key}",
        name=name,
        category="",
        brand="",
        supplier="",
        gtin=None,
        vat=500,
        unit_price=unit_price,
        pieces=pieces,
        grams=grams,
        gross=unit_price * pieces if gross is None else gross,
        discount=discount,
    )


def record_of(lines: tuple[SoldLine, ...], *tenders: Tender) -> SaleRecord:
    """A sale without a member; what is handed over beyond the total is change."""
    gross = sum(line.gross for line in lines)
    discount = sum(line.discount for line in lines)
    handed = sum(tender.amount for tender in tenders)
    return SaleRecord(
        id="0" * 32,
        at=AT,
        currency="PLN",
        prices_include_tax=True,
        lines=lines,
        applied=(),
        spent=(),
        earned=(),
        revisions=(),
        choices=NO_CHOICES,
        vat=(),
        gross=gross,
        discount=discount,
        total=gross - discount,
        rounding=0,
        tenders=tenders,
        change=max(0, handed - (gross - discount)),
        member=None,
        card=None,
        balances=(),
    )


def grocer(language: str) -> SlipContent:
    """137 points, a reward of 5 zł for 100 of them, 48 points for what is paid."""
    names = {
        "pl": ("Masło 82% 200 g", "Kawa ziarnista 500 g", "Jabłka"),
        "en": ("Butter 82% 200 g", "Coffee beans 500 g", "Apples"),
        "uk": ("Масло 82% 200 г", "Кава в зернах 500 г", "Яблука"),
        "ru": ("Масло 82% 200 г", "Кофе в зёрнах 500 г", "Яблоки"),
        "ro": ("Unt 82% 200 g", "Cafea boabe 500 g", "Mere"),
        "lv": ("Sviests 82% 200 g", "Kafijas pupiņas 500 g", "Āboli"),
    }[language]
    lines = (
        sold(1, names[0], 799, discount=75),
        sold(2, names[1], 3990, discount=373),
        sold(3, names[2], 450, gross=560, grams=1245, discount=52),
    )
    earned = Earned(
        programme=1,
        revision=1,
        rule="money",
        account=POINTS,
        n=48,
        day=date(2027, 3, 31),
        vests=None,
        reason=Reason(why=Why.EARNED_PER_MONEY, units=1, per=100, amount=4849),
    )
    five = RewardName(1, "five")
    record = replace(
        record_of(lines, Tender(kind=TenderKind.CASH, amount=5000)),
        applied=(
            Applied(
                name=five,
                revision=1,
                times=1,
                discount=500,
                shares=(
                    Share(line=1, amount=75),
                    Share(line=2, amount=373),
                    Share(line=3, amount=52),
                ),
                units=100,
                unit="points",
                claimed=True,
                reason=Reason(why=Why.UNITS_FOR_MONEY, units=100, amount=500, times=1),
            ),
        ),
        spent=(Spent(name=five, account=POINTS, n=100),),
        earned=(earned,),
        member="m1",
        balances=(
            SoldBalance(
                unit="points",
                before=137,
                spent=100,
                earned=48,
                earned_pending=0,
                repaid=0,
                after=85,
                pending_after=0,
                debt_after=0,
                next_day=date(2026, 8, 31),
                next_n=37,
            ),
        ),
    )
    return SlipContent(
        shop={
            "pl": 'SKLEP "U ANI"',
            "en": "ANNIE'S SHOP",
            "uk": "КРАМНИЦЯ «В ОЛЕНИ»",
            "ru": "МАГАЗИН «У АННЫ»",
            "ro": "MAGAZINUL „LA ANA”",
            "lv": "VEIKALS „PIE ANNAS”",
        }[language],
        address=("ul. Długa 7, 31-147 Kraków",),
        lane=lane(1, language),
        seq=482,
        record=record,
        programmes=(POINTS_PROGRAMME,),
        member="Anna K.",
        card_tail="4812",
        footer=(THANKS[language],),
    )


def cafe(language: str) -> SlipContent:
    """A free tenth coffee for nine stamps, cake at happy hour, two stamps and points to come."""
    names = {
        "pl": ("Kawa latte", "Sernik krakowski z bakaliami i skórką pomarańczową"),
        "en": ("Latte", "Cheesecake with dried fruit, candied orange and a biscuit base"),
        "uk": ("Кава лате", "Краківський сирник із родзинками та цедрою апельсина"),
        "ru": ("Кофе латте", "Краковский творожник с изюмом и апельсиновой цедрой"),
        "ro": ("Caffè latte", "Cheesecake cu stafide, portocale confiate și blat de biscuiți"),
        "lv": ("Kafija latte", "Krakovas biezpienkūka ar rozīnēm un apelsīnu miziņu"),
    }[language]
    lines = (
        sold(1, names[0], 1200, pieces=3, discount=1200),
        sold(2, names[1], 1600, discount=240),
    )
    tenth, cakes = RewardName(2, "tenth"), RewardName(3, "cakes")
    record = replace(
        record_of(lines, Tender(kind=TenderKind.CARD, amount=3760)),
        applied=(
            Applied(
                name=tenth,
                revision=3,
                times=1,
                discount=1200,
                shares=(Share(line=1, amount=1200, pieces=1),),
                units=9,
                unit="stamps:coffee",
                claimed=True,
                reason=Reason(why=Why.FREE, pieces=1),
            ),
            Applied(
                name=cakes,
                revision=1,
                times=1,
                discount=240,
                shares=(Share(line=2, amount=240, pieces=1),),
                units=0,
                unit="",
                claimed=False,
                reason=Reason(why=Why.PERCENT_OFF, basis_points=1500, pieces=1),
            ),
        ),
        spent=(Spent(name=tenth, account=STAMPS, n=9),),
        earned=(
            Earned(
                programme=1,
                revision=1,
                rule="money",
                account=POINTS,
                n=74,
                day=date(2027, 3, 31),
                vests=date(2026, 3, 28),
                reason=Reason(why=Why.EARNED_PER_MONEY, units=1, per=100, amount=3760, percent=200),
            ),
            Earned(
                programme=2,
                revision=3,
                rule="cup",
                account=STAMPS,
                n=2,
                day=None,
                vests=None,
                reason=Reason(why=Why.EARNED_PER_PIECE, units=1, per=1, pieces=2),
            ),
        ),
        member="m1",
        balances=(
            SoldBalance(
                unit="points",
                before=230,
                spent=0,
                earned=0,
                earned_pending=74,
                repaid=0,
                after=230,
                pending_after=90,
                debt_after=0,
                next_day=None,
                next_n=0,
            ),
            SoldBalance(
                unit="stamps:coffee",
                before=9,
                spent=9,
                earned=2,
                earned_pending=0,
                repaid=0,
                after=2,
                pending_after=0,
                debt_after=0,
                next_day=None,
                next_n=0,
            ),
        ),
    )
    return SlipContent(
        shop="Café Zenit",
        lane=lane(2, language),
        seq=7,
        record=record,
        programmes=(POINTS_PROGRAMME, STAMP_PROGRAMME, HAPPY_HOUR),
        card_tail="0017",
    )


def stale(language: str) -> SlipContent:
    """The grocer's, after two days without a line: another till may have spent the points."""
    content = grocer(language)
    yesterday = Confirmed(utc=AT.utc - timedelta(days=2, minutes=5))
    return replace(content, record=replace(content.record, confirmed=yesterday), copy=True)


def met(language: str) -> SlipContent:
    """A card that nobody here knows: what was earned here is not what the member has."""
    content = grocer(language)
    record = content.record
    balance = replace(record.balances[0], before=0, spent=0, after=48, next_day=None, next_n=0)
    record = replace(
        record,
        applied=(),
        spent=(),
        discount=0,
        total=5349,
        change=4651,
        balances=(balance,),
        confirmed=Confirmed(met=True),
    )
    return replace(content, record=record, member="")


def stranger(language: str) -> SlipContent:
    """Nobody's card; paid in cash in a country that rounds it."""
    bread = {"pl": "Chleb", "en": "Bread", "uk": "Хліб", "ru": "Хлеб", "ro": "Pâine", "lv": "Maize"}
    lines = (sold(1, bread[language], 640),)
    record = replace(
        record_of(lines, Tender(kind=TenderKind.CASH, amount=700)), rounding=-40, change=100
    )
    return SlipContent(
        shop={
            "pl": "Piekarnia",
            "en": "Bakery",
            "uk": "Пекарня",
            "ru": "Пекарня",
            "ro": "Brutărie",
            "lv": "Maiznīca",
        }[language],
        lane=lane(1, language),
        seq=1_234_567,
        record=record,
        programmes=(POINTS_PROGRAMME,),
        not_applied=(
            NotApplied(
                programme=1,
                rule="money",
                earns=True,
                reason=Reason(why=Why.MEMBERS_ONLY, units=6),
            ),
        ),
    )


def nearly(language: str) -> SlipContent:
    """The café's, with what nearly was: one piece, some money, and an offer that was beaten."""
    content = cafe(language)
    missed = (
        (4, "set", Reason(why=Why.PIECES_MISSING, pieces=1)),
        (5, "cup", Reason(why=Why.SPEND_MISSING, amount=1240)),
        (6, "weekend", Reason(why=Why.BETTER_OFFER, amount=120, other=RewardName(3, "cakes"))),
    )
    return replace(
        content,
        programmes=(*content.programmes, LUNCH_SET, GIFT, WEEKEND),
        not_applied=tuple(
            NotApplied(programme=programme, rule=rule, earns=False, reason=reason)
            for programme, rule, reason in missed
        ),
    )


def stranger_nearly(language: str) -> SlipContent:
    """The stranger's, who would have had more with a card, and later in the day."""
    content = stranger(language)
    missed = (
        (5, "cup", Reason(why=Why.MEMBERS_ONLY)),
        (3, "cakes", Reason(why=Why.FROM_TIME, time="15:00")),
    )
    return replace(
        content,
        programmes=(*content.programmes, HAPPY_HOUR, GIFT),
        not_applied=content.not_applied
        + tuple(
            NotApplied(programme=programme, rule=rule, earns=False, reason=reason)
            for programme, rule, reason in missed
        ),
    )
