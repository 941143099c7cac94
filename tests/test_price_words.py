"""`tenth price` explains in words: no code of any example stands there without its sentence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal import cli, resources
from terminal.commands.shop_choice import LANGUAGES

STORIES = sorted((resources.path("programmes") / "stories").glob("*.json"))
EXAMPLES = [resources.path("demo", "case.json"), *STORIES]
TOLD = ("applied", "earned", "spent", "not_applied", "offers", "within_reach", "taken", "given")
"""Lists of an answer of which every row has its words."""


def rows(answer: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that is to be told, with its place."""
    if isinstance(answer, list):
        for number, one in enumerate(answer):
            yield from rows(one, f"{place}[{number}]")
    elif isinstance(answer, dict):
        for key, one in answer.items():
            if key in TOLD and isinstance(one, list):
                for number, row in enumerate(one):
                    yield f"{place}.{key}[{number}]", row
            else:
                yield from rows(one, f"{place}.{key}")
        if "net" in answer or {"gross", "discount", "line"} <= answer.keys():
            yield place, answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing_empty_or_unfilled(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    whys = set()
    for file in EXAMPLES:
        assert cli.main(["price", str(file), "--language", language]) == 0
        for place, row in rows(json.loads(capsys.readouterr().out)):
            words = row.get("words", {})
            whys.add(row.get("reason", {}).get("why", ""))
            needed = {"why"} if "line" in row and "reason" not in row else {"name"}
            needed |= {"why"} if "reason" in row or "missing" in row else set()
            fine = needed <= words.keys() and all(words.values())
            if not fine or set("{}?") & set("".join(words.values())):
                wrong.append((file.stem, place, words))
    assert wrong == []
    assert len(whys) > 30, "the examples show most of what there is to explain"


def priced(file: Path, language: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert cli.main(["price", str(file), "--language", language]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_words_are_those_of_the_page_why_this_price(capsys: pytest.CaptureFixture[str]) -> None:
    told = priced(EXAMPLES[0], "pl", capsys)

    butter = told["lines"][1]["words"]["why"].replace("\N{NO-BREAK SPACE}", " ")
    assert butter.startswith("Cena klubowa: masło: 1 szt. po 6,49 zł (−1,50)")
    earned = told["earned"][0]["words"]
    assert earned["why"].replace("\N{NO-BREAK SPACE}", " ").startswith("Za zakupy: 36,67 zł")


def test_without_a_language_the_words_are_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["price", str(EXAMPLES[0])]) == 0
    without = capsys.readouterr().out
    assert cli.main(["price", str(EXAMPLES[0]), "--language", "en"]) == 0
    assert without == capsys.readouterr().out


def test_a_language_that_nobody_speaks_here_is_not_understood() -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["price", str(EXAMPLES[0]), "--language", "xx"])
    assert stopped.value.code == 2
