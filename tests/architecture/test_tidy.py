"""The house is tidy, and each rule of `tidy.py` can really fail."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture import tidy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", tidy.RULES, ids=lambda rule: rule.__name__)
def test_the_house_is_tidy(rule: tidy.Rule) -> None:
    findings = rule(ROOT)
    assert not findings, "\n".join([f"\n{rule.__doc__}", *findings])


class Planted(NamedTuple):
    rule: tidy.Rule
    path: str
    text: str
    expected: str  # a part of the one finding, or nothing where the rule must keep silent


LONG_FUNCTION = "def count():\n" + "    pass\n" * tidy.FUNCTION_LINES_MAX
LONG_METHOD = "class Basket:\n    async def count(self):\n" + "        pass\n" * 90
CONTRACTS = """
[[tool.importlinter.contracts]]
type = "layers"
containers = ["terminal"]
exhaustive = {exhaustive}
"""

PLANTED = [
    Planted(tidy.functions_fit_on_a_screen, "terminal/a.py", LONG_FUNCTION, "a.py:1: count has 71"),
    Planted(tidy.functions_fit_on_a_screen, "terminal/a.py", LONG_METHOD, "a.py:2: count has 91"),
    Planted(tidy.functions_fit_on_a_screen, "terminal/a.py", LONG_FUNCTION[:-9], ""),
    Planted(tidy.files_have_one_subject, "terminal/a.py", "pass\n" * 501, "a.py: 501 lines"),
    Planted(tidy.files_have_one_subject, "terminal/a.py", "pass\n" * 500, ""),
    Planted(tidy.everything_has_a_caption, "terminal/__init__.py", "x = 1\n", "py: has no caption"),
    Planted(
        tidy.everything_has_a_caption, "terminal/a/__init__.py", "", "__init__.py: has no caption"
    ),
    Planted(tidy.everything_has_a_caption, "terminal/a/b.py", '"""B."""\n', "terminal/a: has no"),
    Planted(tidy.everything_has_a_caption, "terminal/__init__.py", '"""A."""\n', ""),
    Planted(tidy.no_module_is_dead, "terminal/a.py", "import terminal.a\n", "nobody imports"),
    Planted(tidy.no_module_is_dead, "terminal/a/b.py", "", "nobody imports terminal.a.b"),
    Planted(tidy.no_module_is_dead, "terminal/cli.py", "", ""),
    Planted(tidy.names_say_what_a_thing_is, "terminal/utils.py", "", "'utils' is no name"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/core/__init__.py", "", "'core' is no name"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/sync_manager.py", "", "'sync_manager'"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "class ScanHandler: ...", "a class"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "class SyncManager: ...", "a person"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "class CardInfo: ...", "a class"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def process_sale(): ...", "not say"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def _do_sale(): ...", "not say"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def scan_helper(): ...", "about"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def f(*, data): ...", "'data' needs"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def status(): ...", "'status' needs"),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def ask(manager): ...", ""),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "class ManagerPin: ...", ""),
    Planted(tidy.names_say_what_a_thing_is, "terminal/a.py", "def service_plan(): ...", ""),
    Planted(
        tidy.names_say_what_a_thing_is,
        "terminal/a.py",
        "class Lines(Q):\n def data(self, item): ...",
        "",
    ),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "import time", "imports time"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "from os import path", "imports os"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "from uuid import uuid4", "uuid.uuid4"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "import uuid", "imports uuid"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "from uuid import UUID", ""),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "from urllib.parse import quote", ""),
    Planted(tidy.rules_are_pure, "terminal/barcodes/a.py", "import PIL.Image", "imports PIL"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/e/a.py", "d.datetime.now(z)", ".now() reads"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "date.today()", ".today() reads"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "at.astimezone()", "the machine's"),
    Planted(tidy.rules_are_pure, "terminal/barcodes/a.py", "open('x')", "open() is not"),
    Planted(tidy.rules_are_pure, "terminal/barcodes.py", "print(1)", "print() is not"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "hash('x')", "hash() is not"),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "def __hash__(s): return hash(1)", ""),
    Planted(tidy.rules_are_pure, "terminal/loyalty/a.py", "from terminal.loyalty import b", ""),
    Planted(tidy.rules_are_pure, "terminal/till/a.py", "import time", ""),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "x = 0.5", "0.5 is a float"),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "float('1')", "speaks of float"),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "x = 1 / 2", "use // or divmod"),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "x /= 2", "use // or divmod"),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "math.sqrt(4)", "math.sqrt works"),
    Planted(tidy.money_is_whole, "terminal/loyalty/a.py", "x = 7 // math.gcd(2, 4)", ""),
    Planted(
        tidy.tables_are_private,
        "terminal/till/checkout/a.py",
        "from terminal.till.database.schema import sales",
        "looks into terminal.till.database.schema",
    ),
    Planted(
        tidy.tables_are_private,
        "terminal/server/intake/a.py",
        "from terminal.till.database import schema",
        "looks into terminal.till.database.schema",
    ),
    Planted(tidy.tables_are_private, "terminal/till/database/a.py", "from . import schema", ""),
    Planted(tidy.only_the_line_speaks_http, "terminal/demo/a.py", "import urllib.request", "urll"),
    Planted(tidy.only_the_line_speaks_http, "terminal/a.py", "from http import client", "http.cl"),
    Planted(tidy.only_the_line_speaks_http, "terminal/a.py", "from http import HTTPStatus", ""),
    Planted(tidy.only_the_line_speaks_http, "terminal/till/sync/a.py", "import http.client", ""),
    Planted(tidy.packaging_is_a_folder, "packaging/linux/__init__.py", "", "must not be there"),
    Planted(tidy.packaging_is_a_folder, "packaging/setup", "", ""),
    Planted(tidy.locks_hold_no_address, "a.lock", "x @ https://example.org/x.whl", "a.lock:1"),
    Planted(tidy.locks_hold_no_address, "a.lock", "\n--index-url example.org", "a.lock:2"),
    Planted(tidy.locks_hold_no_address, "a.lock", "x==1 \\\n  --hash=sha256:00", ""),
    Planted(tidy.each_program_has_its_contract, "terminal/server/a.py", "", "terminal.server"),
    Planted(tidy.each_program_has_its_contract, "terminal/demo/a.py", "", ""),
]


@pytest.mark.parametrize(
    "planted", PLANTED, ids=lambda planted: f"{planted.rule.__name__}-{planted.expected or 'fine'}"
)
def test_a_rule_finds_what_it_should_and_no_more(planted: Planted, tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONTRACTS.format(exhaustive="true"), encoding="utf-8")
    file = tmp_path / planted.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(planted.text, encoding="utf-8")

    findings = planted.rule(tmp_path)

    if planted.expected:
        assert len(findings) == 1, findings
        assert planted.expected in findings[0]
    else:
        assert findings == []


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {planted.rule for planted in PLANTED if planted.expected} == set(tidy.RULES)


def test_a_module_named_in_a_string_is_alive(tmp_path: Path) -> None:
    """The command imports lazily, and a child process is started by name."""
    package = tmp_path / "terminal"
    package.mkdir()
    (package / "cli.py").write_text("COMMANDS = {'demo': 'terminal.demo:main'}", encoding="utf-8")
    (package / "demo.py").write_text("", encoding="utf-8")

    assert tidy.no_module_is_dead(tmp_path) == []


def test_relative_imports_are_resolved(tmp_path: Path) -> None:
    package = tmp_path / "terminal" / "till"
    package.mkdir(parents=True)
    (package / "a.py").write_text("from . import b\nfrom ..wire import c", encoding="utf-8")

    names = {name for _, name in tidy.imports(tmp_path, package / "a.py")}

    assert names == {"terminal.till", "terminal.till.b", "terminal.wire", "terminal.wire.c"}
