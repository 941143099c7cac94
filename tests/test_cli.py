"""The command: what it prints, where, and with which exit code."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from terminal import cli, resources
from terminal.commands import shop_choice
from terminal.loyalty.tender import TenderKind
from terminal.till import settings as shop_settings
from terminal.till.app import OpenTill, open_till
from terminal.till.checkout.view import Stage
from terminal.till.settings import Settings, ShopTable, write_settings
from terminal.wording import languages

COMMANDS = (
    "till",
    "demo",
    "price",
    "schema",
    "programmes",
    "slip",
    "rebuild",
    "scales",
    "cards",
    "keys",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENTH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])

    told = capsys.readouterr().out
    assert stopped.value.code == 0
    assert all(f"\n    {command}" in told for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--help"])

    assert stopped.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_what_the_command_offers_is_what_there_is() -> None:
    """It has lists of its own, because nothing is imported before it is asked for."""
    assert set(shop_choice.LANGUAGES) == set(shop_settings.LANGUAGES) == set(languages.LANGUAGES)
    own = (shop_choice.OWN_SHOP, shop_choice.DEMO_SHOP)
    assert own == (shop_settings.OWN_SHOP, shop_settings.DEMO_SHOP)


def test_nothing_asked_is_a_command_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "usage: tenth" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ["dance"],
        ["schema", "cake"],
        ["slip", "--columns", "9"],
        ["demo", "--size", "big"],
        ["price"],
    ],
)
def test_a_command_that_is_not_understood_ends_with_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(argv)

    assert stopped.value.code == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tenth ")
    assert cli.main(["--version", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"tenth"}


def test_the_schema_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "programme"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Tenth programme"


def test_the_ready_programmes_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(file) for file in sorted(resources.path("programmes").glob("*.json"))]

    assert cli.main(["programmes", "check", *files]) == 0
    assert capsys.readouterr().out.count(": fine\n") == len(files)


def test_a_bad_programme_is_told_by_path_and_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = json.loads(resources.path("programmes", "points.json").read_text(encoding="utf-8"))
    points["rewards"][0]["cost"] = "a lot"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(points), encoding="utf-8")

    assert cli.main(["programmes", "check", str(bad)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{bad}: rewards[0].cost: " in told.err


def test_programmes_that_do_not_go_together_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = resources.path("programmes", "points.json").read_text(encoding="utf-8")
    once, again, twice = (tmp_path / f"{name}.json" for name in ("once", "again", "twice"))
    once.write_text(points, encoding="utf-8")
    again.write_text(points, encoding="utf-8")
    twice.write_text(points.replace("{", '{"format": 1,', 1), encoding="utf-8")

    assert cli.main(["programmes", "check", str(once), str(again), str(twice)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{once}: fine\n"
    assert f"{again}: revision: revision 1 of programme 1 is there already ({once})" in told.err
    assert f"{twice}: 'format' stands twice in one object" in told.err


def test_units_of_a_programme_that_is_not_given_are_a_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    miles, partner = (
        str(resources.path("programmes", name)) for name in ("miles.json", "partner-miles.json")
    )

    assert cli.main(["programmes", "check", partner]) == 0
    told = capsys.readouterr()
    assert told.out == f"{partner}: fine\n"
    why = "no programme here has the unit 'miles'; of a programme that is not given?"
    assert told.err.startswith(f"{partner}: warning: rewards[0].benefit.unit: {why}")
    assert cli.main(["programmes", "check", "--json", partner]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [one["path"] for one in file["warnings"]] == ["rewards[0].benefit.unit"]

    assert cli.main(["programmes", "check", partner, miles]) == 0
    assert capsys.readouterr().err == ""


def test_a_limit_shared_with_a_programme_that_is_not_given_is_a_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    soup = str(resources.path("programmes", "soup-or-cake.json"))

    assert cli.main(["programmes", "check", soup]) == 0
    told = capsys.readouterr()
    assert told.out == f"{soup}: fine\n"
    assert "warning: rewards[0].limits[0].together_with[0]: no programme here has" in told.err


def test_less_than_one_percent_off_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "off.json"
    off = resources.path("programmes", "more-is-cheaper.json").read_text(encoding="utf-8")
    content = json.loads(off)
    content["rewards"][0]["benefit"]["basis_points"] = 20
    content["rewards"][0]["steps"][0]["benefit"]["basis_points"] = 99
    file.write_text(json.dumps(content), encoding="utf-8")

    assert cli.main(["programmes", "check", str(file)]) == 0
    first, second = capsys.readouterr().err.splitlines()
    place = f"{file}: warning: rewards[0]"
    twenty = "20 basis points are 0.20 %; write 2000 if 20 % is meant"
    assert first == f"{place}.benefit.basis_points: {twenty}"
    assert second.startswith(f"{place}.steps[0].benefit.basis_points: 99 basis points are 0.99 %")


def test_who_takes_the_wrong_door_is_shown_the_right_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = str(resources.path("programmes", "stories", "birthday.json"))
    case = str(resources.path("demo", "case.json"))

    assert cli.main(["programmes", "check", story, case]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{story}: a story and no programme; `tenth price` plays it",
        f"{case}: a case and no programme; `tenth price` prices it",
    ]
    points = str(resources.path("programmes", "points.json"))
    assert cli.main(["price", points]) == 1
    told = f"tenth: {points}: a programme and no case; `tenth programmes check` reads it\n"
    assert capsys.readouterr().err == told


def test_programmes_are_told_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.json"

    assert cli.main(["programmes", "check", str(missing), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["files"][0]["problems"] == [{"path": "", "text": "No such file or directory"}]


def test_a_case_is_priced(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["price", str(resources.path("demo", "case.json"))]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 3667


def test_a_bad_case_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"format": 1}', encoding="utf-8")

    assert cli.main(["price", str(case)]) == 1
    assert capsys.readouterr().err.startswith(f"tenth: {case}: at: ")


@pytest.mark.parametrize(
    "at",
    [
        {"local": "0001-01-01T00:00", "offset_minutes": 60},
        {"local": "9999-12-31T23:00", "offset_minutes": -60},
        {"local": "2026-03-14T15:42", "offset_minutes": 10**9},
    ],
)
def test_a_moment_out_of_all_time_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at: dict[str, object]
) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"format": 1, "at": at, "lines": []}), encoding="utf-8")

    assert cli.main(["price", str(case)]) == 1

    assert "case.json: " in capsys.readouterr().err


def test_brackets_without_end_are_no_programme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "deep.json"
    file.write_text("[" * 200_000, encoding="ascii")

    assert cli.main(["programmes", "check", str(file)]) == 1

    assert "deep.json: not JSON" in capsys.readouterr().err


def test_a_home_of_nobody_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENTH_HOME", "~nobody-of-this-name/shop")

    assert [cli.main(one) for one in (["slip"], ["rebuild", "--check"])] == [1, 1]

    assert capsys.readouterr().err.count("TENTH_HOME is ~nobody-of-this-name/shop") == 2


def test_a_terminal_without_our_letters_gets_question_marks(tmp_path: Path) -> None:
    file = tmp_path / "żółw.json"
    file.write_text("{}", encoding="ascii")

    told = subprocess.run(
        [sys.executable, "-m", "terminal", "programmes", "check", str(file)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert told.returncode == 1
    assert b"???w.json: format: expected 1" in told.stderr


def test_who_has_read_enough_is_no_trouble() -> None:
    story = resources.path("programmes") / "stories" / "birthday.json"
    told = subprocess.run(
        f'"{sys.executable}" -m terminal price "{story}" | head -n 1',
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (told.stdout, told.stderr) == ("{\n", "")


def test_a_story_that_comes_out_otherwise_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.json"
    steps = [
        {"do": "sale", "lines": [{"sku": "TEA"}], "expect": {"total": "9.99"}},
        {"do": "refund", "sale": "sale 1", "expect": {"paid_back": "10.00"}},
    ]
    products = {"TEA": {"price": "10.00", "vat": "23%"}}
    story = {"format": 1, "start": "2026-03-14T10:00", "products": products, "steps": steps}
    file.write_text(json.dumps(story), "utf-8")

    assert cli.main(["price", str(file)]) == 1
    assert capsys.readouterr().err == "step 1 (sale): total: expected 999, found 1000\n"


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["price", "nowhere.json"]) == 1
    assert "nowhere.json: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["till"], ["rebuild", "--check"], ["rebuild"], ["slip"]])
def test_no_shop_yet_is_said_with_what_to_do(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 1
    told = capsys.readouterr().err
    assert "There is no shop in" in told
    assert "tenth demo" in told


def test_unfit_settings_are_said_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "shop").mkdir(parents=True)
    (home / "shop" / "shop.toml").write_text("[shop]\nname = 5\n", encoding="utf-8")

    assert cli.main(["rebuild", "--check"]) == 1
    assert "shop.name: a text in quotes" in capsys.readouterr().err


def test_a_shop_without_a_journal_is_said_in_words(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_settings(Settings(folder=home / "shop", shop=ShopTable(name="Shop")))

    assert cli.main(["rebuild", "--check"]) == 1
    assert "there is no journal to fold" in capsys.readouterr().err


def test_a_damaged_journal_is_said_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_settings(Settings(folder=home / "shop", shop=ShopTable(name="Shop")))
    (home / "shop" / "till.sqlite").write_bytes(b"nonsense " * 1000)

    assert cli.main(["rebuild", "--check"]) == 1
    assert capsys.readouterr().err.startswith("tenth: ")


def test_the_sheet_of_codes_is_a_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.pdf"

    assert cli.main(["demo", "--sheet", str(sheet), "--language", "pl", "--json"]) == 0
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert json.loads(capsys.readouterr().out)["codes"] > 100


def test_the_command_starts_without_loading_anything_heavy() -> None:
    heavy = ("PySide6", "sqlalchemy", "pydantic", "PIL")
    code = f"""
import sys
from terminal.cli import main
main(["--version"])
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def sold(home: Path) -> OpenTill:
    """A shop of one's own in which one thing was sold, at a price that the cashier typed."""
    settings = Settings(folder=home / "shop", shop=ShopTable(name="U Ani"))
    write_settings(settings)
    till = open_till(settings)
    till.checkout.scan("2009999999997")
    till.checkout.set_price(1, 450)
    till.checkout.finish()
    assert till.checkout.tender(TenderKind.CASH, 1000).stage is Stage.DONE
    till.close()
    return till


def test_the_last_slip_is_printed_to_the_shell(
    sold: OpenTill, capsys: pytest.CaptureFixture[str]
) -> None:
    done = sold.checkout.view().done
    assert done is not None

    assert cli.main(["slip"]) == 0
    last = capsys.readouterr().out
    assert cli.main(["slip", done.sale, "--columns", "32"]) == 0
    narrow = capsys.readouterr().out

    assert "U Ani" in last
    assert "4.50" in last
    assert max(len(line) for line in last.splitlines()) <= 42
    assert "4.50" in narrow
    assert max(len(line) for line in narrow.splitlines()) <= 32


def test_a_slip_that_is_not_there_is_said(
    sold: OpenTill, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["slip", "f" * 32]) == 1
    assert "f" * 32 in capsys.readouterr().err


def test_tables_that_disagree_with_the_facts_are_found_and_mended(
    sold: OpenTill, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(sold.settings.database) as forger:
        forger.execute("DELETE FROM outbox")
    forger.close()

    assert cli.main(["rebuild", "--check"]) == 1
    assert cli.main(["rebuild"]) == 0
    assert "mended" in capsys.readouterr().out
    assert cli.main(["rebuild", "--check"]) == 0


def test_one_label_teaches_the_pattern_of_a_scale(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scales", "2301012012455=1,245kg"]) == 0
    assert 'labels = ["23IIIIIWWWWWK kg 3"]' in capsys.readouterr().out
    assert cli.main(["scales", "--json", "2301012012455=1.245kg", "2301012005006=0.5kg"]) == 0
    assert json.loads(capsys.readouterr().out)["patterns"][0] == "23IIIIIWWWWWK kg 3"


def test_a_label_that_says_something_else_teaches_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["scales", "2301012012455=7.77"]) == 1
    assert "does not say that" in capsys.readouterr().out
    assert cli.main(["scales", "apples"]) == 1
    assert "such as" in capsys.readouterr().err
