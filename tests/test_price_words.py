"""`tenth price` explains in words: no code of any example stands there without its sentence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal import cli, resources
from terminal.commands import pricing
from terminal.commands.shop_choice import LANGUAGES
from terminal.loyalty.story.playing import play
from terminal.loyalty.story.steps import Story
from terminal.loyalty.story.told import Told
from terminal.wire.story_json import read_story

STORIES = sorted((resources.path("programmes") / "stories").glob("*.json"))
CASE = resources.path("demo", "case.json")
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


Played = list[tuple[str, Story, list[Told]]]


@pytest.fixture(scope="module")
def played() -> Played:
    """All stories, played once for all languages."""
    stories = []
    for file in STORIES:
        content = json.loads(file.read_text(encoding="utf-8"))
        story = read_story(content, lambda name: (STORIES[0].parent / name).read_bytes())
        stories.append((file.stem, story, list(play(story))))
    return stories


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing_empty_or_unfilled(
    language: str, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [("case", priced(CASE, language, capsys))]
    for name, story, told in played:
        words = pricing._words(language, story.currency)
        answers.append((name, list(pricing._with_words(story, told, words))))

    wrong, whys = [], set()
    for name, answer in answers:
        for place, row in rows(answer):
            words_of_row = row.get("words", {})
            whys.add(row.get("reason", {}).get("why", ""))
            needed = {"why"} if "line" in row and "reason" not in row else {"name"}
            needed |= {"why"} if "reason" in row or "missing" in row else set()
            fine = needed <= words_of_row.keys() and all(words_of_row.values())
            if not fine or set("{}?") & set("".join(words_of_row.values())):
                wrong.append((name, place, words_of_row))
    assert wrong == []
    assert len(whys) > 30, "the examples show most of what there is to explain"


def priced(file: Path, language: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert cli.main(["price", str(file), "--language", language]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_words_are_those_of_the_page_why_this_price(capsys: pytest.CaptureFixture[str]) -> None:
    told = priced(CASE, "pl", capsys)

    butter = told["lines"][1]["words"]["why"].replace("\N{NO-BREAK SPACE}", " ")
    assert butter.startswith("Cena klubowa: masło: 1 szt. po 6,49 zł (−1,50)")
    earned = told["earned"][0]["words"]
    assert earned["why"].replace("\N{NO-BREAK SPACE}", " ").startswith("Za zakupy: 36,67 zł")


def test_behind_the_name_of_a_rule_its_sentence_begins_small(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = priced(STORIES[0].parent / "fixed-price-for-a-set.json", "en", capsys)

    lines = [
        line for step in told["steps"] if step["evaluation"] for line in step["evaluation"]["lines"]
    ]
    assert any(": the set for PLN" in line["words"]["why"] for line in lines)


def test_a_budget_that_comes_back_is_told_as_a_budget_and_not_as_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half = {
        "id": "half",
        "name": {"en": "Half price"},
        "benefit": {"kind": "percent_off", "basis_points": 5000},
        "target": {"scope": "piece"},
        "budget": {"of": "money", "amount": 1500},
    }
    programme = {
        "format": 1,
        "programme": 1,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "Half price"},
        "rewards": [half],
    }
    story = {
        "format": 1,
        "start": "2026-03-14T10:00",
        "products": {"TEA": {"price": "10.00", "vat": "23%"}},
        "programmes": [programme],
        "steps": [
            {"do": "sale", "name": "s", "lines": [{"sku": "TEA"}]},
            {"do": "refund", "sale": "s"},
        ],
    }
    file = tmp_path / "story.json"
    file.write_text(json.dumps(story), "utf-8")

    refund = priced(file, "en", capsys)["steps"][1]["refund"]

    why = refund["given"][0]["words"]["why"].replace("\N{NO-BREAK SPACE}", " ")
    assert why == "PLN 5.00 of the offer's budget given back"


def test_without_a_language_the_words_are_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["price", str(CASE)]) == 0
    without = capsys.readouterr().out
    assert cli.main(["price", str(CASE), "--language", "en"]) == 0
    assert without == capsys.readouterr().out


def test_a_language_that_nobody_speaks_here_is_not_understood() -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["price", str(CASE), "--language", "xx"])
    assert stopped.value.code == 2
