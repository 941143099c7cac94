"""`tenth price`: one basket is priced, or a story played, and every cent explained in words."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.commands.shop_choice import LANGUAGES, Adding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from terminal.loyalty.engine.evaluation import Evaluation
    from terminal.loyalty.programme import Programme
    from terminal.loyalty.story.steps import Story
    from terminal.wording.words import Words

_WORDS_TOLD = """\
Beside each code of the answer stand words: in `why` the sentence of the till's page "Why this
price", in `brief` what slip and customer's display have room for, in `name` what the shop calls
the reward or the programme.

examples:
  tenth price resources/demo/case.json
  tenth price resources/programmes/stories/birthday.json --language pl

What a file may say: tenth schema case, tenth schema story; resources/programmes/README.md"""


def describe(add: Adding) -> None:
    """The command, and what it takes."""
    priced = add("price", price, "price a basket or play a story, with a reason for every cent")
    priced.formatter_class = argparse.RawDescriptionHelpFormatter
    priced.epilog = _WORDS_TOLD
    priced.add_argument("case", metavar="FILE.json", type=Path, help="a case or a story")
    priced.add_argument(
        "--language",
        choices=LANGUAGES,
        default="en",
        help="of the words beside the codes (default: en)",
    )


def price(args: argparse.Namespace) -> int:
    """Print the evaluation of a basket, or of each step of a story.

    1 where the file is neither, or a step came out otherwise than the story expects.
    """
    from terminal.wire.case_json import BadCase
    from terminal.wire.story_json import BadStory

    try:
        return _price(args.case, args.language)
    except (BadCase, BadStory) as error:
        print(f"tenth: {args.case}: {error}", file=sys.stderr)
    except BrokenPipeError:
        raise  # whoever reads us has had enough
    except OSError as error:
        print(f"tenth: {error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def _price(file: Path, language: str) -> int:
    from terminal.wire.case_json import BadCase
    from terminal.wire.hand_written import BadJson, read_json
    from terminal.wire.story_json import is_story, read_story

    text = file.read_bytes()
    try:
        content = read_json(text)
    except BadJson as error:
        raise BadCase(str(error)) from error
    if is_story(content):
        story = read_story(content, lambda name: (file.parent / name).read_bytes())
        return _play(story, language)
    return _price_one(text, file.parent, language)


def _play(story: Story, language: str) -> int:
    from terminal.loyalty.story.playing import play

    told = list(play(story))
    steps = list(_with_words(story, told, _words(language, story.currency)))
    print(json.dumps({"steps": steps}, ensure_ascii=False, indent=2))
    for one in told:
        for difference in one.not_as_expected:
            print(f"step {one.step} ({one.do}): {difference}", file=sys.stderr)
    return 1 if any(one.not_as_expected for one in told) else 0


def _with_words(story: Story, told: Iterable[Any], words: Words) -> Iterator[dict[str, Any]]:
    """Each step as plain content, with words by the programmes that are published by then."""
    from terminal.loyalty.plain import to_plain
    from terminal.loyalty.story.steps import Publish
    from terminal.wording.beside_codes import BesideCodes

    published = list(story.programmes)
    products = {sku: one.name for sku, one in story.products.items()}
    for step, one in zip(story.steps, told, strict=True):
        if isinstance(step, Publish):
            published += step.programmes
        plain = to_plain(one)
        beside = BesideCodes(words, published)
        if one.evaluation is not None:
            plain["evaluation"] = _explained(one.evaluation, published, words, products)
        plain["earned"] = beside.gifts(one.earned)
        plain["not_given"] = beside.not_given(one.not_given)
        if one.refund is not None:
            plain["refund"] = beside.refund(one.refund)
        yield plain


def _explained(
    evaluation: Evaluation,
    programmes: Iterable[Programme],
    words: Words,
    products: Mapping[str, str],
) -> dict[str, Any]:
    """An evaluation with the words of the very revisions that it was judged by."""
    from terminal.wording.beside_codes import BesideCodes

    judged = set(evaluation.revisions)
    by = [one for one in programmes if (one.programme, one.revision) in judged]
    return BesideCodes(words, by, products).evaluation(evaluation)


def _price_one(text: bytes, folder: Path, language: str) -> int:
    from terminal.loyalty.engine.run import evaluate
    from terminal.wire.case_json import read_case

    case = read_case(text, lambda name: (folder / name).read_bytes())
    evaluation = evaluate(
        case.basket, case.standing, case.programmes, case.at, case.choices, case.effort
    )
    words = _words(language, case.basket.currency)
    products = {line.product.sku: line.product.name for line in case.basket.lines}
    told = _explained(evaluation, case.programmes, words, products)
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def _words(language: str, currency: str) -> Words:
    from terminal.loyalty.money import Currency
    from terminal.wire.amounts import minor_digits
    from terminal.wording.words import Words

    return Words(language, Currency(currency.upper(), minor_digits(currency)))
