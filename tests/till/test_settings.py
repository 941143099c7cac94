"""A shop's settings: where they live, what they may say, and how they refuse."""

import errno
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.loyalty.refund import RefundLaw
from terminal.till import settings as shop_settings
from terminal.till.app import open_till
from terminal.till.settings import (
    CardsTable,
    LaneTable,
    ScalesTable,
    ScreenTable,
    Settings,
    ShopTable,
    SoundTable,
    UnfitSettings,
    hide_pin,
    read_settings,
    write_one_setting,
    write_settings,
)
from terminal.till.settings.pin import SALT_BYTES, hashed, is_hashed, matches
from terminal.till.settings.refunds import LAWS, RefundsTable


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    written = Settings(
        folder=tmp_path,
        shop=ShopTable(
            name='Sklep "U Ani" \\ nr\t1',
            address=("ul. Lipowa 4", "00-001 Warszawa"),
            language="pl",
            prices_include_tax=False,
        ),
        lane=LaneTable(name="kasa 1", language="uk", mode="amount"),
        cards=CardsTable(prefix="29"),
        scales=ScalesTable(labels=("lv", "20IIIICMMMMMK price 2")),
        screen=ScreenTable(theme="dark", text_size=150, keys={"goods": "F4", 'a"b': "Alt+Q"}),
        sound=SoundTable(volume=0, off=("member", "finished")),
        card_key=bytes(range(32)),
    )

    write_settings(written)

    assert read_settings(tmp_path) == written


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_card_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "card.key").write_text("00" * 32, encoding="ascii")
    (tmp_path / "card.key").chmod(0o644)

    write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop"), card_key=bytes(32)))

    assert stat.S_IMODE((tmp_path / "card.key").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "shop"

    file = write_settings(Settings(folder=folder, shop=ShopTable(name="Shop")))

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_write_that_is_cut_off_leaves_the_old_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its key a shop cannot tell its own blank cards any more."""
    shop = Settings(folder=tmp_path, shop=ShopTable(name="Shop"), card_key=bytes(32))
    write_settings(shop)

    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", no_room)
        with pytest.raises(OSError, match="No space"):
            write_settings(replace(shop, shop=ShopTable(name="Other"), card_key=b"1" * 32))

    assert read_settings(tmp_path) == shop
    write_settings(replace(shop, shop=ShopTable(name="Other")))
    assert read_settings(tmp_path).shop.name == "Other"


ODD_NAMES = ["Ania i Łukasz", "їжак #1 %20 'x'"]
if sys.platform != "win32":
    ODD_NAMES += ["a?b=c:\\d", 'the "shop"']


@pytest.mark.parametrize("home", ODD_NAMES)
def test_a_home_may_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / home))
    folder = shop_settings.shop_folder()
    write_settings(
        Settings(
            folder=folder,
            shop=ShopTable(name="Shop"),
            cards=CardsTable(prefix="29"),
            card_key=bytes(32),
        )
    )

    till = open_till(read_settings(folder))
    till.close()

    assert {one.name for one in folder.iterdir()} == {
        "shop.toml",
        "card.key",
        "till.sqlite",
    }
    assert [one.name for one in tmp_path.iterdir()] == [home]


def test_tenth_home_moves_every_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path))

    assert shop_settings.shop_folder() == tmp_path / "shop"
    assert shop_settings.shop_folder("demo") == tmp_path / "demo"
    assert not shop_settings.has_shop(tmp_path / "shop")


def test_without_tenth_home_data_lives_in_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENTH_HOME", raising=False)

    assert shop_settings.data_home().name == "tenth"


def test_no_shop_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match="There is no shop in"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[shop]\nname = ''", r"shop\.name: a shop needs a name"),
        ("[shop]\nname = 5", r"shop\.name: a text in quotes"),
        ("[shop]\nname = 'a'\ncurrency = 'zł'", r"shop\.currency: three capital letters"),
        ("[shop]\nname = 'a'\ncountry = 'pl'", r"shop\.country: two capital letters"),
        ("[shop]\nname = 'a'\nlanguage = 'de'", r"shop\.language: one of en"),
        ("[shop]\nname = 'a'\naddress = 'b'", r"shop\.address: a list of texts"),
        ("[shop]\nname = 'a'\nprices_include_tax = 1", "true or false"),
        ("[shop]\nname = 'a'\ncolour = 'red'", r"shop\.colour: no such setting"),
        ("[shop]\nname = 'a'\n[drinks]\nx = 1", "drinks: no such table"),
        ("[lane]\nname = 'a'", r"shop\.name: is missing"),
        ("[shop]\nname = 'a'\n[screen]\ntheme = 'pink'", r"screen\.theme: one of system, light"),
        ("[shop]\nname = 'a'\n[screen]\ntext_size = 110", r"screen\.text_size: one of 100, 125"),
        ("[shop]\nname = 'a'\n[screen]\nkeys = {goods = 2}", r"screen\.keys: pairs such as"),
        ("[shop]\nname = 'a'\n[sound]\nvolume = true", r"sound\.volume: a whole number"),
        ("[shop]\nname = 'a'\n[sound]\nvolume = 101", r"sound\.volume: 0 to 100"),
        ("shop = 1", r"shop: a table, written \[shop\]"),
        ("[shop]\nname = 'a'\n[cards]\nprefix = '1234567'", r"cards\.prefix: 1 to 6 digits"),
        ("[shop", "is not TOML"),
    ],
)
def test_an_unfit_setting_is_named(tmp_path: Path, toml: str, complaint: str) -> None:
    (tmp_path / "shop.toml").write_text(toml, encoding="utf-8")

    with pytest.raises(UnfitSettings, match=complaint):
        read_settings(tmp_path)


def test_a_damaged_card_key_is_named(tmp_path: Path) -> None:
    write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    (tmp_path / "card.key").write_text("not hex", encoding="ascii")

    with pytest.raises(UnfitSettings, match="not written in hex"):
        read_settings(tmp_path)


def test_a_short_card_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match="16 bytes or more"):
        Settings(folder=tmp_path, shop=ShopTable(name="Shop"), card_key=b"short")


def test_one_setting_is_changed_and_what_was_written_by_hand_meanwhile_stays(
    tmp_path: Path,
) -> None:
    shop = Settings(folder=tmp_path, shop=ShopTable(name="Shop"), card_key=bytes(32))
    file = write_settings(shop)
    file.write_text(file.read_text("utf-8") + "[lane]\nname = 'kasa 7'\n", encoding="utf-8")

    changed = write_one_setting(tmp_path, "screen", "theme", "contrast")

    assert changed == read_settings(tmp_path)
    assert (changed.screen.theme, changed.lane.name) == ("contrast", "kasa 7")
    assert changed.card_key == bytes(32)


def test_an_unfit_change_writes_nothing(tmp_path: Path) -> None:
    file = write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))
    before = file.read_bytes()

    for table, key, value in (("screen", "theme", "pink"), ("screen", "hat", 1), ("hat", "x", 1)):
        with pytest.raises(UnfitSettings, match=table):
            write_one_setting(tmp_path, table, key, value)

    assert file.read_bytes() == before


def test_what_is_as_usual_is_left_out_of_the_file(tmp_path: Path) -> None:
    """So an older program still opens a shop that uses nothing newer."""
    file = write_settings(Settings(folder=tmp_path, shop=ShopTable(name="Shop")))

    assert "[shop]" in file.read_text("utf-8")
    assert "[screen]" not in file.read_text("utf-8")


def test_a_till_that_says_nothing_of_its_language_speaks_that_of_its_shop(tmp_path: Path) -> None:
    spoken = Settings(folder=tmp_path, shop=ShopTable(name="Shop", language="pl"))

    assert spoken.cashier_language == "pl"
    assert replace(spoken, lane=LaneTable(language="uk")).cashier_language == "uk"


def test_a_card_that_could_be_taken_for_a_scale_label_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match="could be taken for a label that begins with 23"):
        Settings(
            folder=tmp_path,
            shop=ShopTable(name="Shop"),
            cards=CardsTable(prefix="2"),
            scales=ScalesTable(labels=("lv",)),
        )


def test_scale_labels_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(UnfitSettings, match="cannot be told apart"):
        ScalesTable(labels=("lv", "odoo"))


def test_a_scale_label_that_is_none_is_refused() -> None:
    with pytest.raises(UnfitSettings, match=r"scales\.labels: 'kg'"):
        ScalesTable(labels=("kg",))


def test_the_laws_of_refunds_are_those_of_the_rules() -> None:
    assert {law.value for law in RefundLaw} == set(LAWS)
    assert RefundsTable().law == RefundLaw.PRO_RATA


BY_HAND = """# the shop of Anna
[shop]
name = "Sklep u Ani"

[refunds]
pin = "2468"   # nobody knows it but me
"""


def test_a_pin_that_was_written_by_hand_is_hashed_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(BY_HAND, "utf-8")
    assert matches(read_settings(tmp_path).refunds.pin, "2468")
    assert hide_pin(tmp_path, salt=bytes(SALT_BYTES))
    text = file.read_text("utf-8")
    kept = read_settings(tmp_path).refunds.pin
    assert "2468" not in text
    assert text == BY_HAND.replace("2468", kept)
    assert matches(kept, "2468")
    assert not any(matches(kept, wrong) for wrong in ("2469", "", "24680", kept))
    assert not hide_pin(tmp_path, salt=bytes(SALT_BYTES))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "refunds",
    ["refunds = {pin = '2468'}", "[refunds]\n\"pin\"='2468'", '[refunds]\npin = """2468"""'],
)
def test_a_pin_is_hashed_however_it_was_written(tmp_path: Path, refunds: str) -> None:
    (tmp_path / "shop.toml").write_text(f"{refunds}\n[shop]\nname = '2468'\n", "utf-8")
    assert hide_pin(tmp_path, salt=bytes(SALT_BYTES))
    settings = read_settings(tmp_path)
    assert matches(settings.refunds.pin, "2468")
    assert settings.shop.name == "2468"


def test_two_shops_with_one_pin_keep_different_texts() -> None:
    assert hashed("2468", salt=bytes(16)) != hashed("2468", salt=b"1" * 16)
    assert is_hashed(hashed("2468", salt=bytes(16)))


@pytest.mark.parametrize(
    "kept", ["abcd", "123", "scrypt:99:" + "0" * 32 + ":" + "0" * 64, "scrypt:"]
)
def test_what_is_neither_a_pin_nor_a_hash_is_refused(kept: str) -> None:
    with pytest.raises(UnfitSettings, match=r"refunds\.pin"):
        RefundsTable(pin=kept)
